//! `for x in xs key x.id`: what tells the rounds of a loop apart. Two equal keys fail it before its first round, and people see the key with
//! whatever they are asked inside.

use ntro_grammar::{Span, ast};
use ntro_ir::{BinaryOp, Builtin, Expr, ExprId, Op, Value};

use super::Flow;
use crate::cx::Expressions;
use crate::scope::{Binding, Source};
use crate::ty::Ty;

impl Flow<'_> {
    /// Fails where two elements have the same key.
    pub(super) fn keys_differ(&mut self, x: &ast::ForStmt, key: &ast::Expr, list: ExprId, item: &Ty) {
        let span = key.span;
        let it = self.cx.new_local();
        let body = self.key_of(x, key, Source::Local(it), item);
        let rule = self.cx.push(Expr::Lambda { params: vec![it], body }, span);
        let keys = self.call(Builtin::Map, vec![list, rule], span);
        let one = self.cx.new_local();
        let same = self.cx.push(Expr::Local(one), span);
        let rule = self.cx.push(Expr::Lambda { params: vec![one], body: same }, span);
        let groups = self.call(Builtin::GroupBy, vec![keys, rule], span);
        let groups = self.call(Builtin::Values, vec![groups], span);
        let group = self.cx.new_local();
        let held = self.cx.push(Expr::Local(group), span);
        let count = self.call(Builtin::Count, vec![held], span);
        let first = self.constant(Value::Int(1), span);
        let many = self.binary(BinaryOp::Greater, count, first, span);
        let rule = self.cx.push(Expr::Lambda { params: vec![group], body: many }, span);
        let twice = self.call(Builtin::Filter, vec![groups, rule], span);
        let count = self.call(Builtin::Count, vec![twice], span);
        let none = self.constant(Value::Int(0), span);
        let over = self.binary(BinaryOp::Greater, count, none, span);
        let differ = self.code.label();
        self.jump_unless(over, differ, span);
        let group = self.call(Builtin::First, vec![twice], span);
        let name = self.call(Builtin::First, vec![group], span);
        let parts = [
            self.text("The key `", span),
            name,
            self.text("` occurs twice. Each element needs a `key` of its own.", span),
        ];
        let message = self.cx.push(Expr::Template(parts.to_vec()), span);
        self.emit(Op::Fail(message), span);
        self.code.bind(differ);
    }

    /// Inside, blocks bear the key of the element that the slot holds.
    pub(super) fn with_key(&mut self, x: &ast::ForStmt, source: Source, item: &Ty, inside: impl FnOnce(&mut Self)) {
        let Some(key) = &x.key else { return inside(self) };
        // It was checked, and what is wrong with it told, before the loop.
        let told = self.cx.diagnostics.len();
        let key = self.key_of(x, key, source, item);
        self.cx.diagnostics.truncate(told);
        self.keys.push(key);
        inside(self);
        self.keys.pop();
    }

    /// The key of the round that a block is in: those of all loops around it.
    pub(super) fn round_key(&mut self, span: Span) -> Option<ExprId> {
        match self.keys.as_slice() {
            [] => None,
            [one] => Some(*one),
            [first, rest @ ..] => {
                let (mut parts, rest) = (vec![*first], rest.to_vec());
                for key in rest {
                    parts.extend([self.text(", ", span), key]);
                }
                Some(self.cx.push(Expr::Template(parts), span))
            }
        }
    }

    fn call(&mut self, builtin: Builtin, args: Vec<ExprId>, span: Span) -> ExprId {
        self.cx.push(Expr::Call(builtin, args), span)
    }

    fn key_of(&mut self, x: &ast::ForStmt, key: &ast::Expr, source: Source, item: &Ty) -> ExprId {
        self.cx.scope.push();
        if !x.name.is_missing() {
            self.cx.scope.declare(&x.name.text, Binding::new(source, item.clone(), x.name.span));
        }
        let typed = self.cx.expr(key, None);
        self.cx.scope.pop();
        self.key_text(typed, key.span)
    }

    /// A key as text.
    pub(super) fn key_text(&mut self, typed: crate::cx::Typed, span: Span) -> ExprId {
        match typed.ty {
            Ty::Text | Ty::Error => {}
            Ty::Int | Ty::Date | Ty::Period => return self.call(Builtin::ToText, vec![typed.id], span),
            other => self.fan_key_not_text(span, &other),
        }
        typed.id
    }
}
