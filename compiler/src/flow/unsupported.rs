//! What the language has and this compiler does not do yet: one clear message each, with what to write instead.

use ntro_grammar::Span;

use crate::cx::{Cx, Expressions};

/// The code of everything that is not supported yet.
pub(crate) const CODE: &str = "N0901";

/// Reports a form that is not supported yet. `instead` is a sentence that says what to write.
pub(crate) fn unsupported(cx: &mut Cx<'_>, what: &str, span: Span, instead: &str) {
    cx.report(CODE, span, format!("{what} is not supported yet."), "not supported yet".to_owned(), instead.to_owned());
}
