//! `for` one by one, and `repeat`.

use ntro_grammar::{Span, ast};
use ntro_ir::{BinaryOp, Builtin, Expr, Op, Slot, Value};

use super::body::After;
use super::outcome::Place;
use super::{Flow, scan};
use crate::cx::Expressions;
use crate::scope::{Binding, Source};
use crate::ty::Ty;
use crate::unused::elements::Each;

impl Flow<'_> {
    pub(super) fn for_statement(&mut self, x: &ast::ForStmt) {
        let mut list = self.cx.expr(&x.list, None);
        let item = match &list.ty {
            Ty::List(of) => (**of).clone(),
            Ty::Error => Ty::Error,
            other => {
                let other = other.clone();
                self.not_a_list(x.list.span, &other);
                Ty::Error
            }
        };
        if let Some(key) = &x.key {
            // The list is looked at twice, and must be the same.
            let held = self.hidden_slot("list", &Ty::list(item.clone()));
            self.set(held, list.id, x.list.span);
            list.id = self.slot_value(held, x.list.span);
            self.keys_differ(x, key, list.id, &item);
        }
        match &x.at_once {
            Some(at_once) => self.for_side_by_side(x, list.id, item, at_once),
            None => self.for_one_by_one(x, list.id, item),
        }
    }

    fn for_one_by_one(&mut self, x: &ast::ForStmt, list: ntro_ir::ExprId, item: Ty) {
        let span = x.head_span;
        let list_slot = self.hidden_slot("list", &Ty::list(item.clone()));
        let index = self.hidden_slot("index", &Ty::Int);
        self.set(list_slot, list, span);
        let zero = self.constant(Value::Int(0), span);
        self.set(index, zero, span);
        let (head, exit) = (self.code.label(), self.code.label());
        self.code.bind(head);
        self.forget_assigned(&x.body.stmts);
        if let Some(until) = &x.until {
            let (until, _) = self.cx.condition(until);
            let on = self.not(until.id, span);
            self.jump_unless(on, exit, span);
        }
        let list = self.slot_value(list_slot, span);
        let at = self.slot_value(index, span);
        let count = self.cx.push(Expr::Call(Builtin::Count, vec![list]), span);
        let more = self.binary(BinaryOp::Less, at, count, span);
        self.jump_unless(more, exit, span);
        let element = self.cx.push(Expr::Call(Builtin::At, vec![list, at]), span);
        let item_slot = self.cx.new_slot(&x.name.text, &item, false);
        self.set(item_slot, element, span);
        let one = self.constant(Value::Int(1), span);
        let next = self.binary(BinaryOp::Add, at, one, span);
        self.set(index, next, span);
        let mark = self.frames.last().map_or(0, |frame| frame.exports.len());
        self.cx.scope.push();
        let from = self.cx.program.exprs.len();
        self.declare(&x.name, Binding::new(Source::Slot(item_slot), item.clone(), x.name.span));
        self.with_key(x, Source::Slot(item_slot), &item, |flow| flow.fresh_body(&x.body.stmts, span));
        self.cx.scope.pop();
        if !self.cx.reads_slot(from, item_slot) {
            self.cx.unused_element(&x.name, Each::Loop);
        }
        self.redeclare(mark);
        self.jump(head, span);
        self.code.bind(exit);
    }

    /// The body of a loop: each round begins with empty slots.
    fn fresh_body(&mut self, stmts: &[ast::Stmt], span: Span) {
        let first = self.cx.program.slots.len();
        let first_block = self.cx.program.blocks.len();
        let live = self.code.live;
        let at = self.code.here();
        self.emit(Op::Drop(Vec::new()), span);
        self.inner_body(stmts, After::MayHaveRun);
        // A rework that leaves the loop comes back with a new one: its count is not one of a round.
        let counts_on = |slot: &Slot| {
            let target = self.counters.iter().find(|(counter, _)| counter == slot).map(|(_, target)| *target);
            target.is_some_and(|target| (target as usize) < first_block)
        };
        let slots = (first..self.cx.program.slots.len()).filter_map(|slot| u32::try_from(slot).ok()).map(Slot);
        let slots = slots.filter(|slot| !counts_on(slot)).collect();
        if live && let Some(Op::Drop(fresh)) = self.code.ops.get_mut(at as usize) {
            *fresh = slots;
        }
    }

    /// What was known of variables that a loop writes holds in its first round only.
    pub(super) fn forget_assigned(&mut self, stmts: &[ast::Stmt]) {
        let mut names = Vec::new();
        scan::assigned(stmts, &mut names);
        for name in names {
            self.cx.scope.forget(&name);
        }
    }

    pub(super) fn repeat_statement(&mut self, x: &ast::RepeatStmt) {
        let span = x.head_span;
        if x.at_most.is_none() && !scan::waits(&x.body.stmts) {
            self.endless_repeat(x);
        }
        if x.at_most.is_some() && x.otherwise.is_none() {
            self.repeat_without_else(x);
        }
        let counter = x.at_most.as_ref().map(|_| self.hidden_slot("round", &Ty::Int));
        if let Some(counter) = counter {
            let zero = self.constant(Value::Int(0), span);
            self.set(counter, zero, span);
        }
        let (head, over, exit) = (self.code.label(), self.code.label(), self.code.label());
        self.code.bind(head);
        self.forget_assigned(&x.body.stmts);
        let mut facts = crate::cx::Facts::default();
        if let Some(until) = &x.until {
            let (cond, proved) = self.cx.condition(until);
            facts = proved;
            let on = self.not(cond.id, span);
            self.jump_unless(on, exit, span);
        }
        if let (Some(at_most), Some(counter)) = (&x.at_most, counter) {
            let limit = self.cx.expr(at_most, Some(&Ty::Int));
            let done = self.slot_value(counter, span);
            let again = self.binary(BinaryOp::Less, done, limit.id, span);
            self.jump_unless(again, over, span);
            let one = self.constant(Value::Int(1), span);
            let next = self.binary(BinaryOp::Add, done, one, span);
            self.set(counter, next, span);
        }
        self.narrowed(&facts.when_false, |flow| flow.fresh_body(&x.body.stmts, span));
        self.jump(head, span);
        self.code.bind(over);
        if let Some(otherwise) = &x.otherwise {
            self.outcome(otherwise, Place::Repeat);
        }
        let goes_on = self.code.live;
        self.code.bind(exit);
        if !goes_on {
            self.narrow_rest(facts.when_true);
        }
    }
}
