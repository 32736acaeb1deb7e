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
    let shown = wanted.map(|hint| (hint.label.starts_with(':'), hint)).map(|(is_written, hint)| InlayHint {
        position: here.file.position(hint.offset),
        label: InlayHintLabel::String(hint.label),
        kind: Some(InlayHintKind::TYPE).filter(|_| hint.kind == HintKind::Type),
        text_edits: None,
        tooltip: Some(hint.tooltip)
            .filter(|tip| !tip.is_empty())
            .map(|value| InlayHintTooltip::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })),
        // `: int` stands right behind its name, as one would write it; what nobody would write stands apart.
        padding_left: Some(!is_written),
        padding_right: None,
        data: None,
    });
    Ok(Some(shown.collect()))
}
