//! `uuid()` where it is evaluated whenever somebody looks: each look would give another identifier.

use ntro_grammar::Span;
use ntro_ir::{Builtin, Expr, ExprId};

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

    /// Whether an expression of the program calls one of these, itself or in a function that it calls.
    pub(crate) fn calls_any(&self, id: ExprId, builtins: &[Builtin]) -> bool {
        let mut next = vec![id];
        // Expressions refer only to earlier ones; those that are shared are looked at once.
        let mut seen = std::collections::BTreeSet::new();
        while let Some(id) = next.pop() {
            let Some(expr) = self.program.exprs.get(id.0 as usize).filter(|_| seen.insert(id.0)) else { continue };
            if matches!(expr, Expr::Call(builtin, _) if builtins.contains(builtin)) {
                return true;
            }
            crate::flow::parts_of(expr, &mut |part| next.push(part));
        }
        false
    }
}
