//! `where invoice == invoice`: both sides are the same thing, so the comparison says nothing.

use ntro_grammar::{Span, ast};

use crate::cx::{Cx, Expressions};
use crate::diagnostic::Level;

const CODE: &str = "N0330";

impl Cx<'_> {
    /// Reports a comparison of a name, or of a field, with itself.
    pub(super) fn same_on_both_sides(&mut self, op: ast::BinaryOp, op_span: Span, left: &ast::Expr, right: &ast::Expr) {
        let Some(name) = path(left).filter(|name| path(right).as_ref() == Some(name)) else { return };
        let always = match op {
            ast::BinaryOp::Eq | ast::BinaryOp::LessEq | ast::BinaryOp::GreaterEq => "always true",
            _ => "never true",
        };
        let what = name.join(".");
        // What came has a field of that name, and the name alone is something else.
        let it = self.scope.get("it").and_then(|it| self.items.fields(&it.ty)).unwrap_or_default();
        let help = match name.as_slice() {
            [only] if it.iter().any(|(field, _)| field == only) => {
                format!("`{only}` alone is the runbook's own. Write `it.{only}` on one side for that of the signal.")
            }
            _ => "Write on one side what it is to be compared with.".to_owned(),
        };
        let message = format!("Both sides are `{what}`, so this is {always}.");
        let new = self.report(CODE, op_span, message, always.into(), help);
        new.level = Level::Warning;
    }
}

/// The names of `review.by`, or of a name alone.
fn path(expr: &ast::Expr) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut at = expr;
    loop {
        match &at.kind {
            ast::ExprKind::Name(name) => names.push(name.as_str()),
            ast::ExprKind::Member { object, name, optional: false } => {
                names.push(name.text.as_str());
                at = object;
                continue;
            }
            _ => return None,
        }
        names.reverse();
        return Some(names);
    }
}
