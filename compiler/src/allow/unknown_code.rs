//! What is allowed is named by its code.

use ntro_grammar::Span;

use super::{Allow, LESSER};
use crate::diagnostic::Diagnostic;
use crate::suggest::did_you_mean;

/// An `allow` of a code that does not exist.
pub(super) fn report(allow: &Allow, code: &str, span: Span) -> Diagnostic {
    let shown: String = code.chars().take(24).collect();
    let near = did_you_mean(code, LESSER.iter().map(|code| (*code).to_owned()));
    let (message, place) = if code.is_empty() {
        ("This does not say what it allows.".to_owned(), allow.span)
    } else {
        (format!("There is no message with the code `{shown}`."), span)
    };
    let help = format!("{near}Write the code that stands in the brackets of the message, as in `// allow(N0430): …`.");
    Diagnostic::error("N0607", allow.place(place), message, "not a code", help).warning()
}
