//! `textDocument/documentHighlight`

use ls_types::{DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams};
use ntro_ide::HighlightKind;

use crate::answer::Answer;
use crate::snapshot::Here;

pub(crate) fn answer(here: &Here, params: DocumentHighlightParams) -> Answer<Option<Vec<DocumentHighlight>>> {
    let (analysis, path, offset) = here.at(params.text_document_position_params.position);
    let found = analysis.document_highlights(path, offset)?;
    let highlights = found.into_iter().map(|found| DocumentHighlight {
        range: here.file.range(found.span),
        kind: Some(match found.kind {
            HighlightKind::Read => DocumentHighlightKind::READ,
            HighlightKind::Write => DocumentHighlightKind::WRITE,
        }),
    });
    Ok(Some(highlights.collect()))
}
