//! What the client said of itself in `initialize`.
//!
//! It is read leniently, field by field: a capability that has another form than ours expects is one that the client does not have, and no
//! reason to refuse to work.

use std::path::PathBuf;

use ls_types::{PositionEncodingKind, Uri};
use serde_json::Value as Json;

use crate::paths;
use crate::positions::Encoding;

/// The commands behind lenses and actions.
pub(crate) mod commands {
    /// Runs a runbook: `[{ uri, runbook }]`.
    pub(crate) const RUN: &str = "ntro.run";
    /// Plays scenarios: `[{ uri, runbook }]`, or `[{ uri, scenario, runbook }]` for one of them.
    pub(crate) const TEST: &str = "ntro.test";
    /// Shows the graph of a runbook: `[{ uri, runbook, position }]`.
    pub(crate) const GRAPH: &str = "ntro.showGraph";
    /// Asks for another name of what stands at a position: `[{ uri, position }]`.
    pub(crate) const RENAME: &str = "ntro.rename";
}

/// How a client learns what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Delivery {
    /// It is told.
    #[default]
    Push,
    /// It asks.
    Pull,
}

/// What a client can do, as far as it matters here.
#[derive(Debug, Clone, Default)]
pub(crate) struct Client {
    /// The unit of its columns.
    pub encoding: Encoding,
    /// How it learns what is wrong.
    pub delivery: Delivery,
    /// The folders that it has opened.
    pub folders: Vec<PathBuf>,
    /// The commands that it carries out itself, of those in [`commands`].
    pub commands: Vec<String>,
    /// What is opened to explain a code, with `{code}` in it; none where the client knows no such thing.
    pub explain: Option<String>,
    /// Where it wants no more than whole lines folded.
    pub whole_lines: bool,
    /// It fills in the places of snippets.
    pub snippets: bool,
    /// It shows Markdown where a hover or a completion is documented.
    pub markdown: bool,
    /// It shows where a link begins.
    pub links: bool,
    /// It shows outlines as trees.
    pub nested_symbols: bool,
    /// Its edits carry the version of what they are for.
    pub versioned_edits: bool,
    /// It takes code actions that are more than a command.
    pub literal_actions: bool,
    /// It asks for the edits of an action once it is chosen.
    pub lazy_actions: bool,
    /// It shows what is said of other places.
    pub related: bool,
    /// It fades what is not needed.
    pub tags: bool,
    /// It opens a page for a code.
    pub code_pages: bool,
    /// It keeps data of ours with a diagnostic.
    pub data: bool,
    /// It tells by itself when a file changes, if it is asked to.
    pub watches: bool,
    /// It tells when its settings change, if it is asked to.
    pub tells_settings: bool,
    /// It sends what stands in other documents than those of the language, if it is asked to.
    pub syncs: bool,
    /// It shows how far long work has come.
    pub progress: bool,
    /// It gives its settings when it is asked.
    pub configuration: bool,
    /// It asks again for hints, lenses, diagnostics and colours when it is told to.
    pub refreshes: Refreshes,
    /// Signatures may point at their parameters by offsets.
    pub label_offsets: bool,
}

/// What a client asks for again when it is told to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Refreshes {
    pub hints: bool,
    pub lenses: bool,
    pub diagnostics: bool,
    pub tokens: bool,
}

impl Client {
    /// Reads the parameters of `initialize`.
    pub(crate) fn read(params: &Json) -> Client {
        let can = |path: &str| params.pointer(&format!("/capabilities/{path}")).and_then(Json::as_bool) == Some(true);
        let has = |path: &str| params.pointer(&format!("/capabilities/{path}")).is_some_and(|it| !it.is_null());
        let lists = |path: &str, wanted: &str| {
            let list = params.pointer(&format!("/capabilities/{path}")).and_then(Json::as_array);
            list.is_some_and(|list| list.iter().any(|it| it.as_str() == Some(wanted)))
        };
        let option = |path: &str| params.pointer(&format!("/initializationOptions/{path}"));
        let offered: Vec<PositionEncodingKind> = params
            .pointer("/capabilities/general/positionEncodings")
            .and_then(|kinds| serde_json::from_value(kinds.clone()).ok())
            .unwrap_or_default();
        let pulls = has("textDocument/diagnostic");
        let asked = option("diagnostics").and_then(Json::as_str);
        let delivery = match asked {
            Some("pull") if pulls => Delivery::Pull,
            Some("push") => Delivery::Push,
            _ if pulls && !has("textDocument/publishDiagnostics") => Delivery::Pull,
            _ => Delivery::Push,
        };
        let said =
            if delivery == Delivery::Pull { "textDocument/diagnostic" } else { "textDocument/publishDiagnostics" };
        let commands = option("commands").and_then(Json::as_array);
        Client {
            encoding: Encoding::of(&offered),
            delivery,
            folders: folders(params),
            commands: commands.into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect(),
            explain: option("explain").and_then(Json::as_str).map(str::to_owned),
            whole_lines: can("textDocument/foldingRange/lineFoldingOnly"),
            snippets: can("textDocument/completion/completionItem/snippetSupport"),
            markdown: lists("textDocument/hover/contentFormat", "markdown"),
            links: can("textDocument/definition/linkSupport"),
            nested_symbols: can("textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            versioned_edits: can("workspace/workspaceEdit/documentChanges"),
            literal_actions: has("textDocument/codeAction/codeActionLiteralSupport"),
            lazy_actions: can("textDocument/codeAction/dataSupport")
                && lists("textDocument/codeAction/resolveSupport/properties", "edit"),
            // A client of version 3.16 pulls nothing, and one that pulls says these things beside what it says of being told.
            related: can(&format!("{said}/relatedInformation"))
                || can("textDocument/publishDiagnostics/relatedInformation"),
            tags: has(&format!("{said}/tagSupport")) || has("textDocument/publishDiagnostics/tagSupport"),
            code_pages: can(&format!("{said}/codeDescriptionSupport"))
                || can("textDocument/publishDiagnostics/codeDescriptionSupport"),
            data: can(&format!("{said}/dataSupport")) || can("textDocument/publishDiagnostics/dataSupport"),
            watches: can("workspace/didChangeWatchedFiles/dynamicRegistration"),
            tells_settings: can("workspace/didChangeConfiguration/dynamicRegistration"),
            syncs: can("textDocument/synchronization/dynamicRegistration"),
            progress: can("window/workDoneProgress"),
            configuration: can("workspace/configuration"),
            refreshes: Refreshes {
                hints: can("workspace/inlayHint/refreshSupport"),
                lenses: can("workspace/codeLens/refreshSupport"),
                diagnostics: can("workspace/diagnostics/refreshSupport"),
                tokens: can("workspace/semanticTokens/refreshSupport"),
            },
            label_offsets: can(
                "textDocument/signatureHelp/signatureInformation/parameterInformation/labelOffsetSupport",
            ),
        }
    }

    /// Whether the client carries out a command itself.
    pub(crate) fn carries_out(&self, command: &str) -> bool {
        self.commands.iter().any(|it| it == command)
    }
}

/// The folders that are open: as such, or the one root of older clients.
fn folders(params: &Json) -> Vec<PathBuf> {
    let address = |json: &Json| json.as_str().and_then(|text| text.parse::<Uri>().ok()).filter(paths::is_file);
    if let Some(folders) = params.get("workspaceFolders").and_then(Json::as_array) {
        return folders.iter().filter_map(|folder| address(folder.get("uri")?)).map(|uri| paths::path(&uri)).collect();
    }
    if let Some(root) = params.get("rootUri").and_then(address) {
        return vec![paths::path(&root)];
    }
    let root = params.get("rootPath").and_then(Json::as_str).map(PathBuf::from);
    root.filter(|root| root.is_absolute()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_folders_of_new_and_old_clients() {
        let of = |params| Client::read(&params).folders;
        assert_eq!(
            of(json!({ "workspaceFolders": [{ "uri": "file:///a" }, { "uri": "vsls:///b" }, {}] })),
            [PathBuf::from("/a")]
        );
        assert_eq!(of(json!({ "workspaceFolders": null, "rootUri": "file:///b" })), [PathBuf::from("/b")]);
        assert_eq!(of(json!({ "rootUri": null, "rootPath": "/c" })), [PathBuf::from("/c")]);
        assert!(of(json!({ "rootUri": null, "rootPath": "relative" })).is_empty());
        assert!(of(json!(null)).is_empty());
    }

    #[test]
    fn a_client_is_told_what_is_wrong_unless_it_wants_to_ask() {
        let both = json!({ "textDocument": { "diagnostic": {}, "publishDiagnostics": {} } });
        let of = |capabilities: &Json, wish: &str| {
            let params = json!({ "capabilities": capabilities, "initializationOptions": { "diagnostics": wish } });
            Client::read(&params).delivery
        };
        assert_eq!(of(&both, ""), Delivery::Push);
        assert_eq!(of(&both, "pull"), Delivery::Pull);
        assert_eq!(of(&json!({ "textDocument": { "diagnostic": {} } }), ""), Delivery::Pull);
        assert_eq!(of(&json!({}), "pull"), Delivery::Push, "it cannot ask");
    }

    #[test]
    fn a_capability_of_another_form_is_one_that_is_missing() {
        let client = Client::read(
            &json!({ "capabilities": { "textDocument": { "completion": "yes" }, "general": { "positionEncodings": 3 } } }),
        );
        assert!(!client.snippets);
        assert_eq!(client.encoding, Encoding::Utf16);
    }
}
