//! `textDocument/linkedEditingRange`

use ls_types::{LinkedEditingRangeParams, LinkedEditingRanges};

use crate::answer::Answer;
use crate::snapshot::Here;

pub(crate) fn answer(here: &Here, params: LinkedEditingRangeParams) -> Answer<Option<LinkedEditingRanges>> {
    let (analysis, path, offset) = here.at(params.text_document_position_params.position);
    let spans = analysis.linked_editing(path, offset)?;
    if spans.is_empty() {
        return Ok(None);
    }
    let ranges = spans.into_iter().map(|span| here.file.range(span)).collect();
    Ok(Some(LinkedEditingRanges { ranges, word_pattern: None }))
}
