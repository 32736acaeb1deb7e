//! `textDocument/completion` and `completionItem/resolve`
//!
//! The list goes to the client without its documentation, which is looked up in the list that was answered last once an entry is looked at:
//! no work is done again, and a text that has changed since does not matter.

use std::sync::{Arc, Mutex, PoisonError};

use ls_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionList, CompletionParams,
    CompletionResponse, CompletionTextEdit, Documentation, InsertTextFormat, MarkupContent, MarkupKind, TextEdit,
};
use ntro_ide::{Completion, CompletionKind};
use serde_json::{Value as Json, json};

use crate::answer::Answer;
use crate::snapshot::{Here, Snapshot};

/// How many entries a client gets at once; of more (icons), those that fit what is written already.
const MOST: usize = 400;

/// The list that was answered last, and its number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Offered(Arc<Mutex<(u64, Arc<[Completion]>)>>);

impl Offered {
    fn remember(&self, list: Arc<[Completion]>) -> u64 {
        let mut offered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *offered = (offered.0 + 1, list);
        offered.0
    }

    fn get(&self, list: u64, entry: usize) -> Option<Completion> {
        let offered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if offered.0 == list { offered.1.get(entry).cloned() } else { None }
    }
}

pub(crate) fn answer(here: &Here, params: CompletionParams) -> Answer<Option<CompletionResponse>> {
    let (analysis, path, offset) = here.at(params.text_document_position.position);
    let typed = params.context.and_then(|context| context.trigger_character).unwrap_or_default();
    let before = here.file.text.get(..offset as usize).unwrap_or_default();
    let mut found = if is_asked_for(&typed, before) { analysis.completion(path, offset)? } else { Vec::new() };
    let is_incomplete = found.len() > MOST;
    if is_incomplete {
        found.retain(|entry| {
            let written = here.file.text.get(entry.span.start as usize..offset as usize).unwrap_or_default();
            has_letters(&entry.label, written)
        });
        // What begins with what is written is meant more often than what merely has its letters.
        found.sort_by_key(|entry| {
            let written = here.file.text.get(entry.span.start as usize..offset as usize).unwrap_or_default();
            (!begins_with(&entry.label, written), entry.sort)
        });
        found.truncate(MOST);
    }
    let found: Arc<[Completion]> = found.into();
    let list = here.snapshot.offered.remember(found.clone());
    let items = found.iter().enumerate().map(|(number, entry)| item(here, entry, json!([list, number])));
    Ok(Some(CompletionResponse::List(CompletionList { is_incomplete, items: items.collect() })))
}

/// Whether a sign that was typed just now asks for something. Behind the `{` of a block, and behind a text that ends, people press Enter: a list
/// that opened there would take it, and write what nobody wanted.
fn is_asked_for(typed: &str, before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    match typed {
        "{" => line.ends_with("{{"),
        "\"" => line.replace("\\\"", "").matches('"').count() % 2 == 1,
        _ => true,
    }
}

pub(crate) fn resolve(world: &[Snapshot], mut item: CompletionItem) -> Answer<CompletionItem> {
    let data = item.data.as_ref().and_then(|data| serde_json::from_value::<(u64, usize)>(data.clone()).ok());
    let snapshot = world.first();
    if let (Some((list, entry)), Some(snapshot)) = (data, snapshot)
        && let Some(entry) = snapshot.offered.get(list, entry)
        && entry.label == item.label
        && !entry.documentation.is_empty()
    {
        let kind = if snapshot.client.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
        item.documentation = Some(Documentation::MarkupContent(MarkupContent { kind, value: entry.documentation }));
    }
    Ok(item)
}

fn item(here: &Here, entry: &Completion, data: Json) -> CompletionItem {
    let snippet = entry.is_snippet && here.snapshot.client.snippets;
    let text = if snippet { &entry.insert } else { &entry.plain };
    let additional = here.file.edits(entry.additional.clone());
    CompletionItem {
        label: entry.label.clone(),
        label_details: Some(entry.detail.clone())
            .filter(|detail| !detail.is_empty())
            .map(|detail| CompletionItemLabelDetails { detail: None, description: Some(detail) }),
        detail: Some(entry.detail.clone()).filter(|detail| !detail.is_empty()),
        kind: Some(kind(entry.kind)),
        sort_text: Some(format!("{:03} {}", entry.sort, entry.label)),
        filter_text: None,
        insert_text_format: Some(if snippet { InsertTextFormat::SNIPPET } else { InsertTextFormat::PLAIN_TEXT }),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(here.file.range(entry.span), text.clone()))),
        additional_text_edits: Some(additional).filter(|edits| !edits.is_empty()),
        data: Some(data),
        ..CompletionItem::default()
    }
}

fn kind(kind: CompletionKind) -> CompletionItemKind {
    match kind {
        CompletionKind::Keyword => CompletionItemKind::KEYWORD,
        CompletionKind::Snippet => CompletionItemKind::SNIPPET,
        CompletionKind::Type => CompletionItemKind::STRUCT,
        CompletionKind::Enum => CompletionItemKind::ENUM,
        CompletionKind::EnumValue => CompletionItemKind::ENUM_MEMBER,
        CompletionKind::Field | CompletionKind::Input => CompletionItemKind::FIELD,
        CompletionKind::Property => CompletionItemKind::PROPERTY,
        CompletionKind::Variable => CompletionItemKind::VARIABLE,
        CompletionKind::Step => CompletionItemKind::REFERENCE,
        CompletionKind::Function => CompletionItemKind::FUNCTION,
        CompletionKind::Capability => CompletionItemKind::METHOD,
        CompletionKind::Runbook => CompletionItemKind::CLASS,
        CompletionKind::Signal => CompletionItemKind::EVENT,
        CompletionKind::Role => CompletionItemKind::INTERFACE,
        CompletionKind::Agent => CompletionItemKind::MODULE,
        CompletionKind::Icon => CompletionItemKind::COLOR,
        CompletionKind::Currency => CompletionItemKind::UNIT,
        CompletionKind::File => CompletionItemKind::FILE,
        CompletionKind::Workflow => CompletionItemKind::CONSTRUCTOR,
    }
}

/// Whether a label has the letters that are written already, in their order.
fn has_letters(label: &str, written: &str) -> bool {
    let mut letters = label.chars().flat_map(char::to_lowercase);
    written.chars().flat_map(char::to_lowercase).all(|wanted| letters.any(|letter| letter == wanted))
}

fn begins_with(label: &str, written: &str) -> bool {
    label.get(..written.len()).is_some_and(|start| start.eq_ignore_ascii_case(written))
}

#[cfg(test)]
mod tests {
    #[test]
    fn signs_that_ask_for_nothing() {
        use super::is_asked_for;
        assert!(is_asked_for("", "step a \"A\" {") && is_asked_for(".", "a."));
        assert!(is_asked_for("{", "fail \"No {{") && !is_asked_for("{", "step a \"A\" {"));
        assert!(is_asked_for("\"", "fail \"a\"\nimport { A } from \"") && !is_asked_for("\"", "fail \"\\\"No\""));
    }

    #[test]
    fn letters_in_their_order() {
        assert!(super::has_letters("FileSearch", "fs"));
        assert!(super::has_letters("FileSearch", ""));
        assert!(!super::has_letters("FileSearch", "sf"));
    }
}
