//! What allows something that is not there is left over, or stands in the wrong place.

use ntro_grammar::Span;

use super::Allow;
use crate::diagnostic::Diagnostic;

/// An `allow` that silences nothing.
pub(super) fn report(allow: &Allow, code: &str, span: Span) -> Diagnostic {
    let found = Diagnostic::error(
        "N0609",
        allow.place(span),
        format!("There is no {code} here to allow."),
        "allows nothing",
        "Remove it, or put it at the end of the line that the message points at, or on the line before.",
    )
    .warning();
    if allow.codes.len() == 1 { found.edit(allow.place(allow.whole), "") } else { found }
}
