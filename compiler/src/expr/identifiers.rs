//! `uuid()` where it is evaluated whenever somebody looks: each look would give another identifier.

use ntro_grammar::Span;
use ntro_ir::{Builtin, ExprId};

use crate::cx::Cx;

const CODE: &str = "N0450";

impl Cx<'_> {
    /// Reports a new identifier, or a function that makes one, unless it is made once.
    pub(super) fn identifier_anew(&mut self, span: Span) {
        if !self.live {
            return;
        }
        let message = "This is worked out again whenever somebody looks, and each time it would be another identifier.";
        let help = "Give it a name before, where it is made once: `let id = uuid()` in front of this block; and write `id` here.";
        self.wrong(CODE, span, message, "another one each time", help);
    }

    /// Whether an expression of the program calls `uuid()`, where that matters.
    pub(super) fn makes_identifiers(&self, id: ExprId) -> bool {
        self.live && self.calls_any(id, &[Builtin::Uuid])
    }
}
