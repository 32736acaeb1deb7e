//! `if` and `require`, and what is known where branches meet again.

use ntro_grammar::ast;

use super::Flow;
use super::body::After;
use super::outcome::Place;
use crate::cx::Expressions;
use crate::scope::{Binding, Path, Source};

/// What a branch leaves behind.
#[derive(Debug, Default)]
pub(super) struct Branch {
    /// Whether the place after the branches is reached from it.
    pub goes_on: bool,
    /// The blocks that have a value whenever it is.
    pub ran: Vec<Path>,
}

/// The names under which blocks that have a value are read.
fn with_value(name: &[String], binding: &Binding, out: &mut Vec<Path>) {
    if matches!(binding.source, Source::Slot(_)) && !binding.ty.may_be_none() {
        out.push(name.to_vec());
    }
    for (inner, binding) in &binding.inner {
        with_value(&[name, std::slice::from_ref(inner)].concat(), binding, out);
    }
}

impl Flow<'_> {
    /// One of several ways to go on. Its blocks may have run afterwards.
    pub(super) fn branch(&mut self, stmts: &[ast::Stmt]) -> Branch {
        let blocks = self.statements(stmts, None, false).1;
        let mut ran = Vec::new();
        for (name, binding) in &blocks {
            with_value(std::slice::from_ref(name), binding, &mut ran);
        }
        self.export(blocks, After::MayHaveRun);
        Branch { goes_on: self.code.live, ran }
    }

    /// Where branches meet: what has a value after each of those that go on has one from here on.
    pub(super) fn meet(&mut self, branches: &[Branch]) {
        let mut going_on = branches.iter().filter(|branch| branch.goes_on);
        let Some(first) = going_on.next() else { return };
        let everywhere = |path: &&Path| going_on.clone().all(|branch| branch.ran.contains(path));
        let ran: Vec<Path> = first.ran.iter().filter(everywhere).cloned().collect();
        self.narrow_rest(ran);
    }

    pub(super) fn if_statement(&mut self, x: &ast::IfStmt) {
        let (cond, facts) = self.cx.condition(&x.cond);
        let (no, end) = (self.code.label(), self.code.label());
        let before = self.code.live;
        self.jump_unless(cond.id, no, x.cond.span);
        let then = self.narrowed(&facts.when_true, |flow| flow.branch(&x.then.stmts));
        let then_ends = before && !then.goes_on;
        if let Some(body) = &x.otherwise {
            self.jump(end, x.span);
            self.code.bind(no);
            let otherwise = self.narrowed(&facts.when_false, |flow| flow.branch(&body.stmts));
            let else_ends = before && !otherwise.goes_on;
            self.code.bind(end);
            if then_ends && !else_ends {
                self.narrow_rest(facts.when_false);
            } else if else_ends && !then_ends {
                self.narrow_rest(facts.when_true);
            }
            self.meet(&[then, otherwise]);
        } else {
            self.code.bind(no);
            if then_ends {
                // Whoever comes here has seen the condition fail.
                self.narrow_rest(facts.when_false);
            }
        }
    }

    /// Something under what a condition has proved. Its blocks are declared outside.
    pub(super) fn narrowed<T>(&mut self, paths: &[Path], inside: impl FnOnce(&mut Self) -> T) -> T {
        self.cx.scope.push();
        for path in paths {
            self.cx.scope.narrow(path.clone());
        }
        let mark = self.frames.last().map_or(0, |frame| frame.exports.len());
        let left = inside(self);
        self.cx.scope.pop();
        self.redeclare(mark);
        left
    }

    /// What is known from here to the end of the list.
    pub(super) fn narrow_rest(&mut self, paths: Vec<Path>) {
        for path in paths {
            self.cx.scope.narrow(path);
        }
    }

    /// `require c else fail "…"`
    pub(super) fn require_statement(&mut self, x: &ast::Require) {
        let (cond, facts) = self.cx.condition(&x.cond);
        let holds = self.code.label();
        let fails = self.not(cond.id, x.cond.span);
        let before = self.code.live;
        self.jump_unless(fails, holds, x.span);
        match &x.otherwise {
            Some(otherwise) => {
                self.narrowed(&facts.when_false, |flow| flow.outcome(otherwise, Place::Require));
            }
            None => self.require_without_else(x),
        }
        let ends = before && !self.code.live;
        self.code.bind(holds);
        if ends || x.otherwise.is_none() {
            self.narrow_rest(facts.when_true);
        }
    }
}
