//! `textDocument/formatting`, `textDocument/rangeFormatting` and `textDocument/onTypeFormatting`
//!
//! There is one form, so the options that clients send are not looked at.

use ls_types::{DocumentFormattingParams, DocumentOnTypeFormattingParams, DocumentRangeFormattingParams, TextEdit};

use crate::answer::Answer;
use crate::snapshot::Here;

pub(crate) fn document(here: &Here, params: DocumentFormattingParams) -> Answer<Option<Vec<TextEdit>>> {
    let _ = params;
    let edits = here.snapshot.analysis.format(&here.file.path)?;
    Ok(Some(here.file.edits(edits)))
}

pub(crate) fn range(here: &Here, params: DocumentRangeFormattingParams) -> Answer<Option<Vec<TextEdit>>> {
    let edits = here.snapshot.analysis.format_range(&here.file.path, here.file.span(params.range))?;
    Ok(Some(here.file.edits(edits)))
}

pub(crate) fn on_type(here: &Here, params: DocumentOnTypeFormattingParams) -> Answer<Option<Vec<TextEdit>>> {
    let Some(typed) = params.ch.chars().next() else { return Ok(None) };
    let (analysis, path, offset) = here.at(params.text_document_position.position);
    let edits = analysis.format_on_type(path, offset, typed)?;
    Ok(Some(here.file.edits(edits)))
}
