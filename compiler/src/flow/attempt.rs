//! `try { … } on failure (e) { … }`

use ntro_grammar::{Span, ast};
use ntro_ir::Op;

use super::body::After;
use super::branch::Branch;
use super::outcome::Place;
use super::{Exit, Flow};
use crate::scope::{Binding, Source};
use crate::ty::Ty;
use crate::unused::carried::Carrier;

impl Flow<'_> {
    pub(super) fn try_statement(&mut self, body: &ast::Body, on_failure: Option<&ast::OnFailure>, span: Span) {
        let Some(on_failure) = on_failure else {
            if !self.is_damaged(span) {
                self.try_without_failure(span);
            }
            self.inner_body(&body.stmts, After::MayHaveRun);
            return;
        };
        self.attempt(
            span,
            on_failure,
            |flow| flow.branch(&body.stmts),
            |flow, outcome| flow.outcome(outcome, Place::OnFailure),
        );
    }

    /// Something that may fail, and what follows then.
    pub(super) fn attempt(
        &mut self,
        span: Span,
        on_failure: &ast::OnFailure,
        inside: impl FnOnce(&mut Self) -> Branch,
        then: impl FnOnce(&mut Self, &ast::Outcome),
    ) {
        let (failed, done) = (self.code.label(), self.code.label());
        let failure = self.failure_type();
        let slot = on_failure.binding.as_ref().map(|name| self.cx.new_slot(&name.text, &failure, false));
        self.emit(Op::Try { to: failed, slot }, span);
        let start = self.code.here();
        self.exits.push(Exit::Try);
        let tried = inside(self);
        self.exits.pop();
        self.emit(Op::EndTry, span);
        self.tried.push((start..self.code.here(), failed));
        self.jump(done, span);
        self.code.bind(failed);
        self.waited();
        self.cx.scope.push();
        if let (Some(name), Some(slot)) = (&on_failure.binding, slot) {
            self.declare(name, Binding::new(Source::Slot(slot), failure, name.span));
        }
        let mark = self.frames.last().map_or(0, |frame| frame.exports.len());
        let from = self.cx.program.exprs.len();
        then(self, &on_failure.outcome);
        let caught = Branch { goes_on: self.code.live, ran: Vec::new() };
        self.cx.scope.pop();
        if let (Some(name), Some(slot)) = (&on_failure.binding, slot)
            && !self.cx.reads_slot(from, slot)
        {
            self.cx.unused_carried(name, Carrier::Failure);
        }
        self.redeclare(mark);
        self.code.bind(done);
        self.meet(&[tried, caught]);
    }

    /// Blocks that were declared in a scope that is gone are declared in the one at hand.
    pub(super) fn redeclare(&mut self, mark: usize) {
        let declared: Vec<_> =
            self.frames.last().map(|frame| frame.exports.iter().skip(mark).cloned().collect()).unwrap_or_default();
        for (name, binding) in declared {
            self.cx.scope.declare(&name, binding);
        }
    }

    /// `{ kind: text, message: text, step: text, capability: text? }`
    pub(super) fn failure_type(&self) -> Ty {
        match self.cx.items.prelude_type("Failure", &[]) {
            Ty::Error => {
                let fields = [
                    ("kind", Ty::Text),
                    ("message", Ty::Text),
                    ("step", Ty::Text),
                    ("capability", Ty::optional(Ty::Text)),
                ];
                Ty::Anonymous(fields.map(|(name, ty)| (name.to_owned(), ty)).to_vec().into())
            }
            found => found,
        }
    }
}
