//! Who may do something: a role, a list of roles, or an expression of them.

use ntro_grammar::{Span, ast};
use ntro_ir::{Expr, ExprId};

use super::Flow;
use crate::cx::Expressions;
use crate::ty::Ty;

impl Flow<'_> {
    /// Notes a role that the program knows; reports one that does not exist.
    pub(super) fn role(&mut self, name: &ast::Name) -> bool {
        if name.is_missing() {
            return false;
        }
        if !self.cx.items.has_role(self.cx.file, &name.text) {
            self.unknown_role(&name.text, name.span);
            return false;
        }
        self.cx.note_role(&name.text, name.span);
        if !self.cx.program.roles.contains(&name.text) {
            self.cx.program.roles.push(name.text.clone());
        }
        true
    }

    /// `by:` or `from`: `None` for `anyone`.
    pub(super) fn roles(&mut self, who: &ast::Expr) -> Option<ExprId> {
        match &who.kind {
            ast::ExprKind::Name(name) if name == "anyone" => None,
            _ => Some(self.role_expr(who)),
        }
    }

    fn role_expr(&mut self, who: &ast::Expr) -> ExprId {
        let span = who.span;
        match &who.kind {
            ast::ExprKind::Name(name) if self.cx.items.has_role(self.cx.file, name) => self.role_text(name, span),
            ast::ExprKind::Name(name) if name == "anyone" => {
                self.anyone_among_others(span);
                self.text("", span)
            }
            ast::ExprKind::Name(name) if self.cx.scope.get(name).is_none() => {
                if self.cx.is_asked(name) {
                    self.cx.see_names(None);
                }
                self.unknown_role(name, span);
                self.text("", span)
            }
            ast::ExprKind::Paren(inner) => self.role_expr(inner),
            ast::ExprKind::List(items) if items.is_empty() => {
                self.nobody_listed(span);
                self.text("", span)
            }
            ast::ExprKind::List(items) => {
                let items = items.iter().map(|item| self.role_expr(item)).collect();
                self.cx.push(Expr::List(items), span)
            }
            ast::ExprKind::If { cond, then, otherwise } => {
                let (cond, _) = self.cx.condition(cond);
                let (then, otherwise) = (self.role_expr(then), self.role_expr(otherwise));
                self.cx.push(Expr::If(cond.id, then, otherwise), span)
            }
            ast::ExprKind::Text(template) => {
                if let Some(text) = template.plain() {
                    self.role_in_quotes(&text, span);
                }
                self.text("", span)
            }
            ast::ExprKind::Binary { op, left, right, .. } if self.is_role(left) && self.is_role(right) => {
                self.roles_joined(*op, span, left, right);
                self.text("", span)
            }
            _ => {
                let typed = self.cx.expr(who, None);
                if !self.cx.fits(&typed.ty, &Ty::Text) && !self.cx.fits(&typed.ty, &Ty::list(Ty::Text)) {
                    self.not_a_role(span, &typed.ty);
                }
                typed.id
            }
        }
    }

    /// Whether an expression is the name of a role.
    fn is_role(&self, who: &ast::Expr) -> bool {
        matches!(&who.kind, ast::ExprKind::Name(name) if self.cx.items.has_role(self.cx.file, name))
    }

    fn role_text(&mut self, name: &str, span: Span) -> ExprId {
        self.cx.note_role(name, span);
        if !self.cx.program.roles.iter().any(|known| known == name) {
            self.cx.program.roles.push(name.to_owned());
        }
        self.text(name, span)
    }

    /// `not_by: review.by`: people, not roles.
    pub(super) fn people(&mut self, who: &ast::Expr) -> Vec<ExprId> {
        let each: Vec<&ast::Expr> = match &who.kind {
            ast::ExprKind::List(items) => items.iter().collect(),
            _ => vec![who],
        };
        let mut all = Vec::new();
        for person in each {
            if let ast::ExprKind::Name(name) = &person.kind
                && self.cx.items.has_role(self.cx.file, name)
            {
                self.not_by_role(name, person.span);
                continue;
            }
            let typed = self.cx.expr(person, None);
            let text = Ty::optional(Ty::Text);
            if !self.cx.fits(&typed.ty, &text) && !self.cx.fits(&typed.ty, &Ty::list(text)) {
                self.not_a_person(person.span, &typed.ty);
            }
            all.push(typed.id);
        }
        all
    }
}
