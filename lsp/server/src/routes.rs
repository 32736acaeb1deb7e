//! Which request is answered by which file, from what, and what happens when the text changes meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;

use ls_types::Uri;
use ls_types::request as lsp;
use ls_types::request::Request;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::answer::{Answer, Failure};
use crate::diagnostics;
use crate::requests::{
    call_hierarchy, code_actions, code_lenses, completion, definition, document_links, explain, file_renamed, folding,
    formatting, graph, highlight, hover, inlay_hints, linked_editing, references, rename, selection, semantic_tokens,
    signature_help, symbols,
};
use crate::snapshot::{Here, Snapshot};

type FromHere = Box<dyn Fn(&Here, Json) -> Answer<Json> + Send + Sync>;
type FromAll = Box<dyn Fn(&[Snapshot], Json) -> Answer<Json> + Send + Sync>;

/// What a request is answered from.
pub(crate) enum Scope {
    /// The document that it names, and its project.
    Document(FromHere),
    /// All projects.
    World(FromAll),
}

/// How a request is answered.
pub(crate) struct Route {
    pub scope: Scope,
    /// Where the text changes meanwhile, it is asked again: it names no position that has moved. Others fail, and the client asks anew.
    pub again: bool,
    /// It waits until the files of all projects have been read.
    pub waits: bool,
    /// Where the document's address stands in the parameters.
    pub document: &'static str,
}

/// All requests that are answered from snapshots, by their method.
#[derive(Clone)]
pub(crate) struct Routes(Arc<BTreeMap<&'static str, Route>>);

impl Routes {
    /// The route of a method.
    pub(crate) fn get(&self, method: &str) -> Option<&Route> {
        self.0.get(method)
    }

    /// Sets all up.
    pub(crate) fn new() -> Routes {
        let mut all = Table(BTreeMap::new());
        // Those that name a position, or a range that moves with the text.
        all.here::<lsp::HoverRequest>(hover::answer);
        all.here::<lsp::GotoDefinition>(definition::answer);
        all.here::<lsp::GotoDeclaration>(definition::answer);
        all.here::<lsp::GotoTypeDefinition>(definition::of_type);
        all.here::<lsp::References>(references::answer);
        all.here::<lsp::PrepareRenameRequest>(rename::prepare);
        all.here::<lsp::Rename>(rename::answer);
        all.here::<lsp::DocumentHighlightRequest>(highlight::answer);
        all.here::<lsp::Completion>(completion::answer);
        all.here::<lsp::SignatureHelpRequest>(signature_help::answer);
        all.here::<lsp::SelectionRangeRequest>(selection::answer);
        all.here::<lsp::LinkedEditingRange>(linked_editing::answer);
        all.here::<lsp::RangeFormatting>(formatting::range);
        all.here::<lsp::OnTypeFormatting>(formatting::on_type);
        all.here::<lsp::InlayHintRequest>(inlay_hints::answer);
        all.here::<lsp::SemanticTokensRangeRequest>(semantic_tokens::range);
        all.here::<lsp::CodeActionRequest>(code_actions::answer);
        all.here::<lsp::CallHierarchyPrepare>(call_hierarchy::prepare);
        all.here::<lsp::CallHierarchyIncomingCalls>(call_hierarchy::incoming).document = "/item/uri";
        all.here::<lsp::CallHierarchyOutgoingCalls>(call_hierarchy::outgoing).document = "/item/uri";
        all.here::<lsp::CodeActionResolveRequest>(code_actions::resolve).document = "/data/uri";
        // Those about a whole document.
        all.here::<lsp::DocumentDiagnosticRequest>(diagnostics::document).again = true;
        all.here::<lsp::DocumentSymbolRequest>(symbols::document).again = true;
        all.here::<lsp::FoldingRangeRequest>(folding::answer).again = true;
        all.here::<lsp::DocumentLinkRequest>(document_links::answer).again = true;
        all.here::<lsp::CodeLensRequest>(code_lenses::answer).again = true;
        all.here::<lsp::SemanticTokensFullRequest>(semantic_tokens::full).again = true;
        all.here::<lsp::SemanticTokensFullDeltaRequest>(semantic_tokens::delta).again = true;
        all.insert("ntro/graph", Scope::Document(Box::new(|here, params| plain(graph::answer(here, read(params)?)))))
            .document = "/uri";
        // Edits of a text that has changed since would damage it, so this one fails.
        all.here::<lsp::Formatting>(formatting::document);
        // Those about everything.
        all.world::<lsp::WorkspaceSymbolRequest>(symbols::workspace);
        all.world::<lsp::WorkspaceDiagnosticRequest>(diagnostics::workspace);
        all.world::<lsp::WillRenameFiles>(file_renamed::answer);
        all.world::<lsp::ResolveCompletionItem>(completion::resolve).waits = false;
        all.insert(
            "ntro/explain",
            Scope::World(Box::new(|world, params| plain(explain::answer(world, read(params)?)))),
        );
        Routes(Arc::new(all.0))
    }
}

struct Table(BTreeMap<&'static str, Route>);

impl Table {
    fn here<R: Request>(&mut self, answer: fn(&Here, R::Params) -> Answer<R::Result>) -> &mut Route
    where
        R::Params: DeserializeOwned + 'static,
        R::Result: Serialize + 'static,
    {
        self.insert(R::METHOD, Scope::Document(Box::new(move |here, params| plain(answer(here, read(params)?)))))
    }

    fn world<R: Request>(&mut self, answer: fn(&[Snapshot], R::Params) -> Answer<R::Result>) -> &mut Route
    where
        R::Params: DeserializeOwned + 'static,
        R::Result: Serialize + 'static,
    {
        let route =
            self.insert(R::METHOD, Scope::World(Box::new(move |world, params| plain(answer(world, read(params)?)))));
        (route.again, route.waits) = (true, true);
        route
    }

    fn insert(&mut self, method: &'static str, scope: Scope) -> &mut Route {
        let route = Route { scope, again: false, waits: false, document: "/textDocument/uri" };
        self.0.entry(method).insert_entry(route).into_mut()
    }
}

fn read<P: DeserializeOwned>(params: Json) -> Answer<P> {
    serde_json::from_value(params).map_err(|what| Failure::Parameters(what.to_string()))
}

fn plain<T: Serialize>(answer: Answer<T>) -> Answer<Json> {
    serde_json::to_value(answer?).map_err(|what| Failure::Fault(what.to_string()))
}

/// The document that a request is about.
pub(crate) fn document(params: &Json, at: &str) -> Answer<Uri> {
    let uri = params.pointer(at).and_then(Json::as_str).and_then(|uri| uri.parse().ok());
    uri.ok_or_else(|| Failure::Parameters(format!("there is no address of a document at {at}")))
}
