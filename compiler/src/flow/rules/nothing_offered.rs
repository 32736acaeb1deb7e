//! A gate that offers nothing must close by itself.

use ntro_grammar::{Span, ast};

use crate::flow::Flow;

const CODE: &str = "N0505";

impl Flow<'_> {
    /// Reports a list of roles without any.
    pub(in crate::flow) fn nobody_listed(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "This list names no role, so nobody could ever decide.",
            "an empty list",
            "Name a role: `by: accountant`. Where everybody may, write `by: anyone`.",
        );
    }

    pub(in crate::flow) fn nothing_offered(&mut self, block: &ast::Block, span: Span) {
        self.error(
            CODE,
            span,
            format!("Nobody can decide `{}`, and nothing closes it.", block.name.text),
            "no action is offered",
            "Offer one, `actions { approve \"Approve\" }`, or close it by itself: `until CONDITION`, or `within 1d else approve`.",
        );
    }
}
