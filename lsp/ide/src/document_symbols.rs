//! The outline of a file.

use crate::declared::Declared;
use crate::{Analysis, Cancellable, Span};

/// What kind of thing is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum SymbolKind {
    Runbook,
    Step,
    Approve,
    Await,
    Child,
    Agent,
    Type,
    Field,
    Enum,
    EnumValue,
    Signal,
    Capability,
    Role,
    Function,
    Workflow,
    Scenario,
    Variable,
    Input,
    Config,
    Parameter,
}

/// A declaration with what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSymbol {
    /// Its name.
    pub name: String,
    /// Its title or its type.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// The whole declaration, its documentation left out.
    pub span: Span,
    /// Its name.
    pub name_span: Span,
    /// What it holds.
    pub children: Vec<DocumentSymbol>,
}

impl Analysis {
    /// The outline of a file.
    pub fn document_symbols(&self, path: &str) -> Cancellable<Vec<DocumentSymbol>> {
        self.go_on()?;
        let Some(file) = self.file(path) else { return Ok(Vec::new()) };
        let mut open: Vec<DocumentSymbol> = Vec::new();
        let mut top = Vec::new();
        let shown = |declared: &&Declared| !declared.local && declared.kind != SymbolKind::Parameter;
        for declared in file.declared().iter().filter(shown) {
            while let Some(last) = open.pop_if(|last| !holds(last.span, declared.whole)) {
                put(last, &mut open, &mut top);
            }
            open.push(DocumentSymbol {
                name: declared.name.clone(),
                detail: detail(declared),
                kind: declared.kind,
                span: declared.whole,
                name_span: declared.span,
                children: Vec::new(),
            });
        }
        while let Some(last) = open.pop() {
            put(last, &mut open, &mut top);
        }
        Ok(top)
    }
}

fn put(symbol: DocumentSymbol, open: &mut [DocumentSymbol], top: &mut Vec<DocumentSymbol>) {
    match open.last_mut() {
        Some(outer) => outer.children.push(symbol),
        None => top.push(symbol),
    }
}

/// Whether one declaration stands inside another.
fn holds(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end && outer != inner
}

/// The title of a block, the type of a field.
fn detail(declared: &Declared) -> String {
    match declared.kind {
        SymbolKind::Field | SymbolKind::Input | SymbolKind::Config => {
            let (_, rest) = declared.head.split_once(':').unwrap_or_default();
            rest.split(" //").next().unwrap_or_default().trim().trim_end_matches(',').to_owned()
        }
        SymbolKind::Scenario | SymbolKind::Capability | SymbolKind::Agent if declared.container.is_empty() => {
            String::new()
        }
        _ => {
            let title = declared.head.split_once('"').and_then(|(_, rest)| rest.split_once('"'));
            title.map_or_else(String::new, |(title, _)| title.to_owned())
        }
    }
}
