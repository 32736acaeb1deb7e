//! A `let` that nobody reads.

use ntro_grammar::Span;
use ntro_ir::{Expr, Slot};

use crate::diagnostic::Level;

use crate::flow::Flow;

const CODE: &str = "N0430";

impl Flow<'_> {
    pub(in crate::flow) fn unused_lets(&mut self, lets: &[(String, Slot, Span)]) {
        for (name, slot, span) in lets {
            if !self.cx.program.exprs.contains(&Expr::Slot(*slot)) {
                self.lesser(
                    Level::Hint,
                    CODE,
                    *span,
                    format!("Nobody reads `{name}`."),
                    "not used",
                    "Remove it; where only the effect of a `run` is meant, keep the `run` without the `let`.",
                );
            }
        }
    }
}
