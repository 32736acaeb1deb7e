//! How long something may take.

use ntro_grammar::{Span, ast};

use crate::cx::Expressions;
use crate::diagnostic::Edit;
use crate::expr::quoted::quoted;
use crate::ty::Ty;

use crate::flow::Flow;

const CODE: &str = "N0506";

impl Flow<'_> {
    pub(in crate::flow) fn not_a_limit(&mut self, limit: &ast::Expr, ty: &Ty) {
        let shown = self.cx.show(ty);
        let source = self.cx.source_or_dots(limit.span);
        let meant = quoted(limit, &Ty::Duration).or_else(|| quoted(limit, &Ty::Date));
        let help = match (&meant, ty) {
            (Some(meant), _) => format!("Write it without quotes: `within {meant}`."),
            (None, Ty::Int) => format!("Say of what: `within {source}h` for hours, `within {source}d` for days."),
            _ => "Write `within 24h`, `within 5 working days`, or a date.".to_owned(),
        };
        let place = self.place(limit.span);
        let message = "A limit is a duration, a date or working days.";
        let found = self.error(CODE, limit.span, message, format!("this is `{shown}`"), help);
        found.fix.extend(meant.map(|text| Edit { place, text }));
    }

    pub(in crate::flow) fn call_never_ends(&mut self, span: Span) {
        self.error(CODE, span, "A call has a limit that is a duration.", "not a duration", "Write `within 10m`.");
    }
}
