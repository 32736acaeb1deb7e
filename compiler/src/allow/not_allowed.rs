//! An error stops a runbook from compiling; no comment can change that.

use ntro_grammar::Span;

use super::Allow;
use crate::diagnostic::{Diagnostic, Place};

/// An `allow` of an error. `error` is where one of that code stands on the lines that the comment speaks to.
pub(super) fn report(allow: &Allow, code: &str, span: Span, error: Option<Place>) -> Diagnostic {
    let found = Diagnostic::error(
        "N0608",
        allow.place(span),
        format!("`{code}` is an error, and only warnings and hints can be allowed."),
        "an error",
        "Remove this comment, and mend what the message is about: the runbook cannot compile before.",
    )
    .warning();
    match error {
        Some(place) => found.related(place, "the error"),
        None => found,
    }
}
