//! Whoever allows something says why.

use super::Allow;
use crate::diagnostic::Diagnostic;

/// An `allow` without a reason.
pub(super) fn report(allow: &Allow) -> Diagnostic {
    let code = allow.codes.first().map_or("N0430", |(code, _)| code.as_str());
    Diagnostic::error(
        "N0606",
        allow.place(allow.span),
        "This allows something and does not say why, so it allows nothing.",
        "and why?",
        format!("Write the reason after a colon, as in `// allow({code}): kept for the audit of 2027`."),
    )
    .warning()
}
