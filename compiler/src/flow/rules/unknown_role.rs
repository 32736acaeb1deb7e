//! A role is declared, and `not_by` names people.

use ntro_grammar::{Span, ast};

use crate::cx::Expressions;
use crate::diagnostic::Edit;
use crate::ty::Ty;

use crate::flow::Flow;
use crate::suggest::or_else;

const CODE: &str = "N0503";

impl Flow<'_> {
    pub(in crate::flow) fn unknown_role(&mut self, name: &str, span: Span) {
        let near = self.near(name, self.cx.items.roles(self.cx.file));
        self.error(
            CODE,
            span,
            format!("There is no role `{name}`."),
            "not known",
            or_else(&near, &format!("Declare it at the top of a file, `role {name}`, or import it.")),
        );
    }

    pub(in crate::flow) fn anyone_among_others(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "`anyone` stands alone: with it, no role says anything any more.",
            "everybody",
            "Write `by: anyone`, or leave it out of here and name the roles.",
        );
    }

    pub(in crate::flow) fn role_in_quotes(&mut self, text: &str, span: Span) {
        let place = self.place(span);
        let message = format!("The role `{text}` is written without quotes.");
        let found = self.error(CODE, span, message, "a text", format!("Write `{text}`."));
        found.fix.push(Edit { place, text: text.to_owned() });
    }

    /// `accountant or manager`, `accountant and manager`
    pub(in crate::flow) fn roles_joined(&mut self, op: ast::BinaryOp, span: Span, left: &ast::Expr, right: &ast::Expr) {
        let (ast::ExprKind::Name(left), ast::ExprKind::Name(right)) = (&left.kind, &right.kind) else { return };
        if op == ast::BinaryOp::And {
            let help = format!(
                "Where both have to approve, write two blocks one after the other, `by: {left}` and `by: {right}`. `[{left}, {right}]` lets either of them decide."
            );
            self.error(CODE, span, "One gate cannot ask for two roles at once.", "two roles", help);
            return;
        }
        let list = format!("[{left}, {right}]");
        let place = self.place(span);
        let help = format!("Write `{list}`: anybody with one of these roles.");
        let found = self.error(CODE, span, "Several roles are a list.", "not a list", help);
        found.fix.push(Edit { place, text: list });
    }

    pub(in crate::flow) fn not_a_role(&mut self, span: Span, ty: &Ty) {
        let shown = self.cx.show(ty);
        self.error(
            CODE,
            span,
            "A role is needed here.",
            format!("this is `{shown}`"),
            "Write a role, a list of roles, or `if … then ROLE else ROLE`.",
        );
    }

    pub(in crate::flow) fn not_a_person(&mut self, span: Span, ty: &Ty) {
        let source = self.cx.source_or_dots(span);
        let decided = self.cx.items.fields(ty).unwrap_or_default().iter().any(|(field, _)| field == "by");
        let (label, help) = if decided {
            ("this is a whole decision".to_owned(), format!("Write who made it: `not_by: {source}.by`."))
        } else {
            let help = "Write who decided before, such as `not_by: review.by`.".to_owned();
            (format!("this is `{}`", self.cx.show(ty)), help)
        };
        self.error(CODE, span, "`not_by` takes the people who may not decide.", label, help);
    }

    pub(in crate::flow) fn not_by_role(&mut self, name: &str, span: Span) {
        self.error(
            CODE,
            span,
            format!("`not_by` takes people, and `{name}` is a role."),
            "a role",
            "Write who decided before, such as `not_by: review.by`; who may decide stands in `by:`.",
        );
    }
}
