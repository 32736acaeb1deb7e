//! `textDocument/documentSymbol` and `workspace/symbol`

use ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, SymbolInformation, SymbolKind,
    WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use crate::answer::Answer;
use crate::snapshot::{File, Here, Snapshot};

/// How many symbols of a workspace are answered at most.
const MOST: usize = 1_000;

/// The kind of the protocol that an editor's icons suit best.
pub(crate) fn kind(kind: ntro_ide::SymbolKind) -> SymbolKind {
    use ntro_ide::SymbolKind as Ours;
    match kind {
        Ours::Runbook => SymbolKind::CLASS,
        Ours::Step | Ours::Child | Ours::Agent => SymbolKind::METHOD,
        Ours::Approve | Ours::Await | Ours::Signal => SymbolKind::EVENT,
        Ours::Type => SymbolKind::STRUCT,
        Ours::Field | Ours::Input => SymbolKind::FIELD,
        Ours::Enum => SymbolKind::ENUM,
        Ours::EnumValue => SymbolKind::ENUM_MEMBER,
        Ours::Capability => SymbolKind::INTERFACE,
        Ours::Role => SymbolKind::KEY,
        Ours::Function => SymbolKind::FUNCTION,
        Ours::Workflow => SymbolKind::OBJECT,
        Ours::Scenario => SymbolKind::NAMESPACE,
        Ours::Variable | Ours::Parameter => SymbolKind::VARIABLE,
        Ours::Config => SymbolKind::PROPERTY,
    }
}

pub(crate) fn document(here: &Here, params: DocumentSymbolParams) -> Answer<Option<DocumentSymbolResponse>> {
    let _ = params;
    let symbols = here.snapshot.analysis.document_symbols(&here.file.path)?;
    if here.snapshot.client.nested_symbols {
        let symbols: Vec<DocumentSymbol> = symbols.into_iter().map(|symbol| nested(&here.file, symbol)).collect();
        return Ok(Some(symbols.into()));
    }
    let mut flat = Vec::new();
    if let Some(uri) = here.snapshot.uri(&here.file.path) {
        let location = |span| Location::new(uri.clone(), here.file.range(span));
        flatten(&location, symbols, None, &mut flat);
    }
    Ok(Some(flat.into()))
}

fn nested(file: &File, symbol: ntro_ide::DocumentSymbol) -> DocumentSymbol {
    #[allow(deprecated, reason = "the field must be named to make one")]
    DocumentSymbol {
        name: named(symbol.name),
        detail: Some(symbol.detail).filter(|detail| !detail.is_empty()),
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        // The protocol wants the name inside the whole.
        range: file.range(symbol.span.to(symbol.name_span)),
        selection_range: file.range(symbol.name_span),
        children: Some(symbol.children.into_iter().map(|child| nested(file, child)).collect()),
    }
}

fn flatten(
    location: &impl Fn(ntro_ide::Span) -> Location,
    symbols: Vec<ntro_ide::DocumentSymbol>,
    container: Option<&str>,
    flat: &mut Vec<SymbolInformation>,
) {
    for symbol in symbols {
        let name = named(symbol.name);
        flat.push(information(name.clone(), symbol.kind, location(symbol.span), container));
        flatten(location, symbol.children, Some(&name), flat);
    }
}

fn information(
    name: String,
    of: ntro_ide::SymbolKind,
    location: Location,
    container: Option<&str>,
) -> SymbolInformation {
    #[allow(deprecated, reason = "the field must be named to make one")]
    SymbolInformation {
        name,
        kind: kind(of),
        tags: None,
        deprecated: None,
        location,
        container_name: container.filter(|name| !name.is_empty()).map(str::to_owned),
    }
}

/// An empty name makes some clients throw the whole outline away.
fn named(name: String) -> String {
    if name.trim().is_empty() { "…".to_owned() } else { name }
}

pub(crate) fn workspace(world: &[Snapshot], params: WorkspaceSymbolParams) -> Answer<Option<WorkspaceSymbolResponse>> {
    let mut found = Vec::new();
    for snapshot in world {
        for symbol in snapshot.analysis.workspace_symbols(&params.query)? {
            let Some(location) = snapshot.location(&symbol.place) else { continue };
            found.push(information(symbol.name, symbol.kind, location, Some(&symbol.container)));
        }
    }
    found.truncate(MOST);
    Ok(Some(WorkspaceSymbolResponse::Flat(found)))
}
