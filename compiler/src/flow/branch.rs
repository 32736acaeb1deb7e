//! `if` and `require`.

use ntro_grammar::ast;

use super::Flow;
use super::body::After;
use super::outcome::Place;
use crate::cx::Expressions;

impl Flow<'_> {
    pub(super) fn if_statement(&mut self, x: &ast::IfStmt) {
        let (cond, facts) = self.cx.condition(&x.cond);
        let (no, end) = (self.code.label(), self.code.label());
        let before = self.code.live;
        self.jump_unless(cond.id, no, x.cond.span);
        self.narrowed(&facts.when_true, |flow| flow.inner_body(&x.then.stmts, After::MayHaveRun));
        let then_ends = before && !self.code.live;
        if let Some(otherwise) = &x.otherwise {
            self.jump(end, x.span);
            self.code.bind(no);
            self.narrowed(&facts.when_false, |flow| flow.inner_body(&otherwise.stmts, After::MayHaveRun));
            let else_ends = before && !self.code.live;
            self.code.bind(end);
            if then_ends && !else_ends {
                self.narrow_rest(facts.when_false);
            } else if else_ends && !then_ends {
                self.narrow_rest(facts.when_true);
            }
        } else {
            self.code.bind(no);
            if then_ends {
                // Whoever comes here has seen the condition fail.
                self.narrow_rest(facts.when_false);
            }
        }
    }

    /// Something under what a condition has proved. Its blocks are declared outside.
    pub(super) fn narrowed(&mut self, paths: &[crate::scope::Path], inside: impl FnOnce(&mut Self)) {
        self.cx.scope.push();
        for path in paths {
            self.cx.scope.narrow(path.clone());
        }
        let mark = self.frames.last().map_or(0, |frame| frame.exports.len());
        inside(self);
        self.cx.scope.pop();
        self.redeclare(mark);
    }

    /// What is known from here to the end of the list.
    pub(super) fn narrow_rest(&mut self, paths: Vec<crate::scope::Path>) {
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
