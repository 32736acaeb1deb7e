//! A loop that never waits must say how often it may run.

use ntro_grammar::ast;

use crate::flow::Flow;

const CODE: &str = "N0414";

impl Flow<'_> {
    pub(in crate::flow) fn endless_repeat(&mut self, x: &ast::RepeatStmt) {
        let until = x.until.as_ref().map_or("repeat", |_| "repeat until …");
        self.error(
            CODE,
            x.head_span,
            "This loop never waits for anybody, so it must say how often it may run.",
            "could run for ever",
            format!("Write `{until} at most 10 times else fail \"…\" {{ … }}`, or let it wait inside: an `await`, an `approve` or a `sleep`."),
        );
    }

    pub(in crate::flow) fn repeat_without_else(&mut self, x: &ast::RepeatStmt) {
        self.error(
            CODE,
            x.head_span,
            "This loop does not say what happens when it has run often enough.",
            "and then?",
            "Add `else fail \"…\"` after `times`, or `else { … }` to go on.",
        );
    }
}
