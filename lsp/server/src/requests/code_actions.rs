//! `textDocument/codeAction` and `codeAction/resolve`
//!
//! The edits of a repair go with it, those of a refactoring are worked out once it is chosen, where the client knows how to ask for them.

use ls_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Command, Position, Range,
    Uri,
};
use ntro_ide::{ActionKind, Edit};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::answer::{Answer, Failure};
use crate::client::commands;
use crate::diagnostics;
use crate::positions::Lines;
use crate::snapshot::Here;

/// What is needed to find an action again.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Found {
    pub(crate) uri: Uri,
    range: Range,
    version: Option<i32>,
}

pub(crate) fn answer(here: &Here, params: CodeActionParams) -> Answer<Option<CodeActionResponse>> {
    if !here.snapshot.client.literal_actions {
        return Ok(None);
    }
    let only = params.context.only;
    let span = here.file.span(params.range);
    let mut actions = Vec::new();
    for action in here.snapshot.analysis.code_actions(&here.file.path, span)? {
        let kind = kind(action.kind);
        let wanted = only.as_ref().is_none_or(|only| only.iter().any(|wanted| is_a(&kind, wanted)));
        if !wanted {
            continue;
        }
        let lazy = here.snapshot.client.lazy_actions && action.kind != ActionKind::QuickFix;
        let found = Found { uri: params.text_document.uri.clone(), range: params.range, version: version(here) };
        actions.push(CodeActionOrCommand::CodeAction(CodeAction {
            title: action.title.clone(),
            kind: Some(kind),
            diagnostics: action
                .diagnostic
                .as_ref()
                .map(|mends| vec![diagnostics::diagnostic(&here.snapshot, &here.file, mends)]),
            is_preferred: Some(action.preferred).filter(|it| *it),
            data: if lazy { serde_json::to_value(found).ok() } else { None },
            ..if lazy { CodeAction::default() } else { done(here, &action)? }
        }));
    }
    Ok(Some(actions))
}

pub(crate) fn resolve(here: &Here, action: CodeAction) -> Answer<CodeAction> {
    let data = action.data.clone().unwrap_or_default();
    let found: Found = serde_json::from_value(data).map_err(|what| Failure::Parameters(what.to_string()))?;
    if found.version != version(here) {
        return Err(Failure::Stale);
    }
    let span = here.file.span(found.range);
    let all = here.snapshot.analysis.code_actions(&here.file.path, span)?;
    let same = all.iter().find(|it| it.title == action.title && action.kind == Some(kind(it.kind)));
    let done = done(here, same.ok_or(Failure::Stale)?)?;
    Ok(CodeAction { edit: done.edit, command: done.command, ..action })
}

fn version(here: &Here) -> Option<i32> {
    here.snapshot.open.get(&here.file.path).map(|open| open.version)
}

/// The edits of an action, and what comes after them.
fn done(here: &Here, action: &ntro_ide::CodeAction) -> Answer<CodeAction> {
    let edit = here.snapshot.workspace_edit(&action.edits)?;
    let renamed = action.rename_at.filter(|_| here.snapshot.client.carries_out(commands::RENAME));
    let command = renamed.and_then(|offset| {
        let position = position_after(here, &action.edits, offset);
        let argument = json!({ "uri": here.snapshot.uri(&here.file.path)?, "position": position });
        let command = commands::RENAME.to_owned();
        Some(Command { title: action.title.clone(), command, arguments: Some(vec![argument]) })
    });
    Ok(CodeAction { edit: Some(edit), command, ..CodeAction::default() })
}

/// The position of a byte of the text in which the edits are made.
fn position_after(here: &Here, edits: &[Edit], offset: u32) -> Position {
    let mut text = here.file.text.to_string();
    let mut own: Vec<&Edit> = edits.iter().filter(|edit| edit.place.file == here.file.path).collect();
    own.sort_by_key(|edit| std::cmp::Reverse(edit.place.span));
    for edit in own {
        let span = edit.place.span.start as usize..edit.place.span.end as usize;
        if text.get(span.clone()).is_some() {
            text.replace_range(span, &edit.text);
        }
    }
    Lines::new(&text).position(&text, offset, here.snapshot.client.encoding)
}

fn kind(kind: ActionKind) -> CodeActionKind {
    match kind {
        ActionKind::QuickFix => CodeActionKind::QUICKFIX,
        ActionKind::Extract => CodeActionKind::REFACTOR_EXTRACT,
        ActionKind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
    }
}

/// Kinds are hierarchical: `refactor.extract` is a `refactor`.
fn is_a(kind: &CodeActionKind, wanted: &CodeActionKind) -> bool {
    let rest = kind.as_str().strip_prefix(wanted.as_str());
    wanted.as_str().is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_hierarchical() {
        assert!(is_a(&CodeActionKind::REFACTOR_EXTRACT, &CodeActionKind::REFACTOR));
        assert!(is_a(&CodeActionKind::QUICKFIX, &CodeActionKind::EMPTY));
        assert!(!is_a(&CodeActionKind::QUICKFIX, &CodeActionKind::REFACTOR));
        assert!(!is_a(&CodeActionKind::REFACTOR, &CodeActionKind::REFACTOR_EXTRACT));
        assert!(!is_a(&CodeActionKind::new("refactoring"), &CodeActionKind::REFACTOR));
    }
}
