//! A `rework` says how often, and what follows then.

use ntro_grammar::ast;

use crate::flow::Flow;

const CODE: &str = "N0405";

impl Flow<'_> {
    pub(in crate::flow) fn rework_without_limit(&mut self, x: &ast::Rework) {
        let from = &x.from.text;
        let (message, label) = if x.at_most.is_none() {
            ("A rework must say how often it may happen.", "this could go round for ever")
        } else {
            ("This rework does not say what happens when it was done often enough.", "and then?")
        };
        let help = format!("Write `rework from {from} at most 3 times else fail \"…\"`.");
        self.error(CODE, x.span, message, label, help);
    }
}
