//! `parallel { … }` and `for … at most N at once { … }`.

use ntro_grammar::{Span, ast};
use ntro_ir::{ExprId, Op, Scope, Slot};

use super::body::After;
use super::{Exit, Flow};
use crate::cx::Expressions;
use crate::scope::{Binding, Source};
use crate::ty::Ty;
use crate::unused::elements::Each;

impl Flow<'_> {
    /// Each block runs in a fibre of its own; what they share are the slots of the list around them.
    pub(super) fn parallel(&mut self, body: &ast::Body, span: Span) {
        let mut starts = Vec::new();
        for stmt in &body.stmts {
            match stmt {
                ast::Stmt::Block(_) => starts.push((self.code.label(), stmt)),
                other => {
                    self.not_in_parallel(super::scan::span(other));
                    // Its name is known, so that this stays the one message.
                    if let ast::Stmt::Let(x) | ast::Stmt::Var(x) = other {
                        let nothing = Binding::new(Source::Slot(ntro_ir::INPUT_SLOT), Ty::Error, x.name.span);
                        self.cx.scope.declare(&x.name.text, nothing);
                    }
                }
            }
        }
        if starts.is_empty() {
            return;
        }
        let live = self.code.live;
        self.emit(Op::Fork(starts.iter().map(|(label, _)| *label).collect()), span);
        let after = self.code.label();
        self.jump(after, span);
        self.forget_assigned(&body.stmts);
        self.besides(&body.stmts);
        let mut exports = Vec::new();
        for (label, stmt) in starts {
            self.code.bind(label);
            let found = self.fibre("parallel", |flow| flow.statements(std::slice::from_ref(stmt), None, false).1);
            self.emit(Op::End, span);
            exports.extend(found);
        }
        self.code.live = false;
        self.code.bind(after);
        self.code.live = live;
        self.waited();
        self.export(exports, After::Ran);
    }

    /// A block in a `parallel` cannot read the others.
    fn besides(&mut self, stmts: &[ast::Stmt]) {
        for stmt in stmts {
            let ast::Stmt::Block(block) = stmt else { continue };
            let name = &block.name.text;
            let text = format!(
                "`{name}` runs side by side with this, so its value is not there yet: read it after the `parallel`."
            );
            if self.cx.scope.get(name).is_some_and(|binding| binding.span == block.name.span) {
                self.cx.scope.declare(name, Binding::new(Source::NotHere(text), Ty::Error, block.name.span));
            }
        }
    }

    /// What runs in a fibre of its own.
    fn fibre<T>(&mut self, what: &'static str, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.exits.push(Exit::Fork(what));
        self.forks += 1;
        let found = inside(self);
        self.forks -= 1;
        self.exits.pop();
        found
    }

    /// `for x in xs at most N at once { … }`
    pub(super) fn for_side_by_side(&mut self, x: &ast::ForStmt, list: ExprId, item: Ty, at_once: &ast::Expr) {
        let span = x.head_span;
        if let Some(until) = &x.until {
            self.until_side_by_side(until.span);
        }
        let at_once = self.cx.expr(at_once, Some(&Ty::Int));
        let first = self.cx.program.slots.len();
        let item_slot = self.cx.new_slot(&x.name.text, &item, false);
        let scope = u32::try_from(self.cx.program.scopes.len()).unwrap_or(u32::MAX);
        self.cx.program.scopes.push(Scope { first: item_slot, count: 0 });
        let (body, after) = (self.code.label(), self.code.label());
        let live = self.code.live;
        self.emit(Op::ForkEach { list, item: item_slot, scope, at_once: at_once.id, body }, span);
        self.jump(after, span);
        self.code.bind(body);
        self.forget_assigned(&x.body.stmts);
        self.cx.scope.push();
        let from = self.cx.program.exprs.len();
        self.declare(&x.name, Binding::new(Source::Slot(item_slot), item.clone(), x.name.span));
        let mut exports = Vec::new();
        self.with_key(x, Source::Slot(item_slot), &item, |flow| {
            exports = flow.fibre("for … at once", |flow| flow.statements(&x.body.stmts, None, false).1);
        });
        self.cx.scope.pop();
        if !self.cx.reads_slot(from, item_slot) {
            self.cx.unused_element(&x.name, Each::Loop);
        }
        self.emit(Op::End, span);
        let count = u32::try_from(self.cx.program.slots.len().saturating_sub(first)).unwrap_or_default();
        if let Some(found) = self.cx.program.scopes.get_mut(scope as usize) {
            *found = Scope { first: Slot(item_slot.0), count };
        }
        self.code.live = false;
        self.code.bind(after);
        self.code.live = live;
        self.waited();
        self.export(exports, After::EachItsOwn);
    }
}
