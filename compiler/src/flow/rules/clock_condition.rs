//! `until` is looked at when something happens to the run; that time passes is nothing that happens.

use ntro_grammar::ast;
use ntro_ir::{Builtin, ExprId};

use crate::cx::Expressions as _;
use crate::diagnostic::Level;
use crate::flow::Flow;

const CODE: &str = "N0446";

impl Flow<'_> {
    /// The condition of an `until`; one that asks for the time is reported.
    pub(in crate::flow) fn until(&mut self, until: &ast::Expr) -> ExprId {
        let id = self.cx.condition(until).0.id;
        if self.cx.calls_any(id, &[Builtin::Now, Builtin::Today]) {
            self.lesser(
                Level::Warning,
                CODE,
                until.span,
                "Nobody looks at the clock for this: it is asked only when somebody does something or a signal comes.",
                "would not end when its time comes",
                "Say how long to wait: `within 3d else …` ends it by itself. To wait for a moment before it, write `sleep until MOMENT` in front of this block.",
            );
        }
        id
    }
}
