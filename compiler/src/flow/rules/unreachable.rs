//! What can never run is probably a mistake.

use ntro_grammar::Span;

use crate::diagnostic::Level;

use crate::flow::Flow;

const CODE: &str = "N0407";

impl Flow<'_> {
    pub(in crate::flow) fn unreachable(&mut self, span: Span) {
        self.lesser(
            Level::Warning,
            CODE,
            span,
            "This can never run: everything before it has ended already.",
            "never reached",
            "Remove it, or move it before the `return`, `fail`, `skip` or `rework` above.",
        );
    }

    pub(in crate::flow) fn arm_never_reached(&mut self, span: Span) {
        self.lesser(
            Level::Warning,
            CODE,
            span,
            "This case can never happen: the cases above cover everything.",
            "never reached",
            "Remove it.",
        );
    }
}
