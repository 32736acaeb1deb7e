//! `textDocument/hover`

use ls_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

use crate::answer::Answer;
use crate::snapshot::Here;

pub(crate) fn answer(here: &Here, params: HoverParams) -> Answer<Option<Hover>> {
    let (analysis, path, offset) = here.at(params.text_document_position_params.position);
    let Some(hover) = analysis.hover(path, offset)? else { return Ok(None) };
    // Markdown is readable as it stands, so a client that shows none gets the same text.
    let kind = if here.snapshot.client.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    Ok(Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind, value: hover.markdown }),
        range: Some(here.file.range(hover.span)),
    }))
}
