//! `textDocument/prepareRename` and `textDocument/rename`

use ls_types::{
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, PrepareRenameResponse, RenameParams,
    TextDocumentEdit, TextDocumentPositionParams, TextEdit, WorkspaceEdit,
};
use ntro_ide::{RenameRefused, Span};

use crate::answer::{Answer, Failure};
use crate::disk::SETTINGS;
use crate::positions::Lines;
use crate::snapshot::Here;

impl From<RenameRefused> for Failure {
    fn from(refused: RenameRefused) -> Failure {
        Failure::Refused(refused.0)
    }
}

pub(crate) fn prepare(here: &Here, params: TextDocumentPositionParams) -> Answer<Option<PrepareRenameResponse>> {
    let (analysis, path, offset) = here.at(params.position);
    let target = analysis.prepare_rename(path, offset)??;
    let range = here.file.range(target.span);
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: target.name }))
}

pub(crate) fn answer(here: &Here, params: RenameParams) -> Answer<Option<WorkspaceEdit>> {
    let (analysis, path, offset) = here.at(params.text_document_position.position);
    let edits = analysis.rename(path, offset, &params.new_name)??;
    let set = analysis.set_at(path, offset)?;
    let mut edit = here.snapshot.workspace_edit(&edits)?;
    if let Some((runbook, setting)) = set {
        in_settings(here, &runbook, setting.as_deref(), &params.new_name, &mut edit);
    }
    Ok(Some(edit))
}

/// The settings of the project name runbooks, and settings of them.
fn in_settings(here: &Here, runbook: &str, setting: Option<&str>, name: &str, edit: &mut WorkspaceEdit) {
    let snapshot = &here.snapshot;
    let Some(file) = snapshot.settings_file() else { return };
    let Some(uri) = snapshot.uri(SETTINGS) else { return };
    let own = file.sections.iter().filter(|section| section.runbook == runbook);
    let mut spans: Vec<Span> = match setting {
        None => own.map(|section| section.place.span).chain(started(&file.text, runbook)).collect(),
        Some(setting) => {
            let fields = own.flat_map(|section| &section.fields).filter(|field| field.name == setting);
            fields.map(|field| field.name_place.span).collect()
        }
    };
    // What stands there under another name is not touched.
    let old = setting.unwrap_or(runbook);
    spans.retain(|span| file.text.get(span.start as usize..span.end as usize) == Some(old));
    spans.sort();
    spans.dedup();
    if spans.is_empty() {
        return;
    }
    let lines = Lines::new(&file.text);
    let range = |span: Span| lines.range(&file.text, span.start, span.end, snapshot.client.encoding);
    let edits: Vec<TextEdit> = spans.into_iter().map(|span| TextEdit::new(range(span), name.to_owned())).collect();
    match &mut edit.document_changes {
        Some(DocumentChanges::Edits(all)) => all.push(TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier {
                uri,
                version: snapshot.open.get(SETTINGS).map(|open| open.version),
            },
            edits: edits.into_iter().map(OneOf::Left).collect(),
        }),
        _ => {
            edit.changes.get_or_insert_default().insert(uri, edits);
        }
    }
}

/// `run: my-process`: the runbook that is started where none is named.
fn started(text: &str, runbook: &str) -> Option<Span> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(value) = line.strip_prefix("run:") {
            let value = value.trim_start();
            let at = start + line.len() - value.len();
            let bytes = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let named = value.split_whitespace().next() == Some(runbook);
            return named.then(|| Span::new(bytes(at), bytes(at + runbook.len())));
        }
        start += line.len();
    }
    None
}
