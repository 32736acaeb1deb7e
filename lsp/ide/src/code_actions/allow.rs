//! `// allow(CODE): why`: a warning that is meant stays, with its reason.

use super::{ActionKind, At, CodeAction};
use crate::{Cancellable, Level, Span};

pub(super) fn offer(at: &At<'_>, all: &mut Vec<CodeAction>) -> Cancellable<()> {
    for found in at.analysis.diagnostics(at.path)?.iter() {
        let lesser = found.level != Level::Error && ntro_compiler::allow::can_be_allowed(found.code);
        if !lesser || !at.touches(found.place.span) {
            continue;
        }
        let start = at.line_start(found.place.span.start);
        let (indent, comment) = (at.indent(start), format!("// allow({}): ", found.code));
        let text = format!("{indent}{comment}why this is meant\n");
        let reason = start + u32::try_from(indent.len() + comment.len()).unwrap_or(0);
        all.push(CodeAction {
            title: format!("Allow {} here, and say why", found.code),
            kind: ActionKind::QuickFix,
            diagnostic: Some(found.clone()),
            edits: vec![at.edit(Span::new(start, start), text)],
            preferred: false,
            rename_at: Some(reason),
        });
    }
    Ok(())
}
