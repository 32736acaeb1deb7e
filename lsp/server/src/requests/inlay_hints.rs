//! `textDocument/inlayHint`

use ls_types::{
    InlayHint, InlayHintKind, InlayHintLabel, InlayHintParams, InlayHintTooltip, MarkupContent, MarkupKind,
};
use ntro_ide::HintKind;

use crate::answer::Answer;
use crate::snapshot::Here;

pub(crate) fn answer(here: &Here, params: InlayHintParams) -> Answer<Option<Vec<InlayHint>>> {
    let settings = here.snapshot.settings;
    let hints = here.snapshot.analysis.inlay_hints(&here.file.path, here.file.span(params.range))?;
    let wanted = hints.into_iter().filter(|hint| match hint.kind {
        HintKind::Type => settings.hint_types,
        HintKind::Due => settings.hint_due,
    });
    let shown = wanted.map(|hint| InlayHint {
        position: here.file.position(hint.offset),
        label: InlayHintLabel::String(hint.label),
        kind: Some(InlayHintKind::TYPE).filter(|_| hint.kind == HintKind::Type),
        text_edits: None,
        tooltip: Some(hint.tooltip)
            .filter(|tip| !tip.is_empty())
            .map(|value| InlayHintTooltip::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })),
        padding_left: Some(hint.kind == HintKind::Due),
        padding_right: None,
        data: None,
    });
    Ok(Some(shown.collect()))
}
