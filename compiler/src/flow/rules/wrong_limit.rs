//! How long something may take.

use ntro_grammar::Span;

use crate::cx::Expressions;
use crate::ty::Ty;

use crate::flow::Flow;

const CODE: &str = "N0506";

impl Flow<'_> {
    pub(in crate::flow) fn not_a_limit(&mut self, span: Span, ty: &Ty) {
        let shown = self.cx.show(ty);
        self.error(
            CODE,
            span,
            "A limit is a duration, a date or working days.",
            format!("this is `{shown}`"),
            "Write `within 24h`, `within 5 working days`, or a date.",
        );
    }

    pub(in crate::flow) fn call_never_ends(&mut self, span: Span) {
        self.error(CODE, span, "A call has a limit that is a duration.", "not a duration", "Write `within 10m`.");
    }
}
