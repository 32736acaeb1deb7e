//! What runs side by side neither jumps out nor overwrites what it shares.

use ntro_grammar::{Span, ast};

use crate::flow::Flow;

const CODE: &str = "N0429";

impl Flow<'_> {
    pub(in crate::flow) fn jumps_out(&mut self, span: Span, word: &str, what: &str) {
        self.error(
            CODE,
            span,
            format!("`{word}` cannot leave a `{what}`: others run beside it."),
            "others still run",
            format!("Decide after the `{what}`. Inside it, put `{word}` into a step of its own, which it then ends."),
        );
    }

    pub(in crate::flow) fn not_in_parallel(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "`parallel` holds blocks, which then run side by side.",
            "not a block",
            "Put this into a `step`, or move it before or after the `parallel`.",
        );
    }

    pub(in crate::flow) fn assigned_side_by_side(&mut self, target: &ast::Name) {
        let name = &target.text;
        self.error(
            CODE,
            target.span,
            format!("`{name}` is shared with what runs side by side with this, so it cannot be set here."),
            "the last one would win",
            format!("Only add to it: `{name} += …`."),
        );
    }

    pub(in crate::flow) fn until_side_by_side(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "`until` needs a loop that goes one by one.",
            "these run side by side",
            "Leave out `at most … at once`, or leave out `until`.",
        );
    }
}
