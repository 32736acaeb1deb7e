//! A fan-out says how many run at once.

use ntro_grammar::Span;

use crate::flow::Flow;

const CODE: &str = "N0415";

impl Flow<'_> {
    pub(in crate::flow) fn unbounded_fan(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "This starts a run for every element at the same time: say how many may run at once.",
            "no limit",
            "Add `at most 10 at once`.",
        );
    }
}
