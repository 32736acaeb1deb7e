//! `rework from STEP at most N times else …`: back to an earlier block, a limited number of times.

use ntro_grammar::ast;
use ntro_ir::{BinaryOp, BlockId, Expr, ExprId, Op, Value};

use super::outcome::Place;
use super::{Exit, Flow, Target};
use crate::cx::Expressions;
use crate::ty::Ty;

impl Flow<'_> {
    pub(super) fn rework_statement(&mut self, x: &ast::Rework) {
        self.rework(x, None, None);
    }

    /// Goes back, or does what follows when that was done often enough. `because` takes the place of the comment.
    pub(super) fn rework(&mut self, x: &ast::Rework, comment: Option<ExprId>, by: Option<ExprId>) {
        let target = self.rework_target(&x.from);
        let comment = match &x.because {
            Some(because) => Some(self.cx.template(because)),
            None => comment,
        };
        let (Some(at_most), Some(otherwise)) = (&x.at_most, &x.otherwise) else {
            self.rework_without_limit(x);
            return;
        };
        let limit = self.cx.expr(at_most, Some(&Ty::Int));
        let counter = self.hidden_slot("rework", &Ty::optional(Ty::Int));
        if let Some(target) = &target {
            self.counters.push((counter, target.id));
        }
        let held = self.slot_value(counter, x.span);
        let zero = self.constant(Value::Int(0), x.span);
        let done = self.cx.push(Expr::Coalesce(held, zero), x.span);
        let again = self.binary(BinaryOp::Less, done, limit.id, x.span);
        let over = self.code.label();
        self.jump_unless(again, over, x.span);
        let one = self.constant(Value::Int(1), x.span);
        let next = self.binary(BinaryOp::Add, done, one, x.span);
        self.set(counter, next, x.span);
        match target {
            Some(target) => self.go_back(&target, comment, by, x),
            None => self.code.live = false,
        }
        self.code.bind(over);
        self.outcome(otherwise, Place::Rework);
    }

    fn go_back(&mut self, target: &Target, comment: Option<ExprId>, by: Option<ExprId>, x: &ast::Rework) {
        let mut unlisten = Vec::new();
        let (mut tries, mut limits) = (0_u32, 0_u32);
        for exit in self.exits.iter().skip(target.exits) {
            match exit {
                Exit::Try => tries += 1,
                Exit::Limit => limits += 1,
                Exit::Listen(handler) => unlisten.push(*handler),
                Exit::Fork(_) | Exit::Block(_) => {}
            }
        }
        let end = BlockId::try_from(self.cx.program.blocks.len()).unwrap_or(BlockId::MAX);
        let redo = (target.id..end).collect();
        self.redone.insert(target.id);
        // Every variable that can be seen at the target goes back; which of them handlers write is known only at the end.
        let (to, target) = (target.start, target.id);
        self.emit(Op::Rework { target, to, redo, unlisten, tries, limits, comment, by }, x.span);
    }

    /// The block that is named, where a rework from here may go there.
    fn rework_target(&mut self, from: &ast::Name) -> Option<Target> {
        if from.is_missing() {
            return None;
        }
        self.cx.note_named(&from.text, from.span, crate::index::Role::Read);
        if self.cx.is_asked(&from.text) {
            let targets = self.frames.iter().flat_map(|frame| &frame.targets).map(|target| target.name.clone());
            let targets: Vec<String> = targets.collect();
            self.cx.see_cases(&targets);
        }
        let fork = self.exits.iter().rposition(|exit| matches!(exit, Exit::Fork(_)));
        let found = self
            .frames
            .iter()
            .rev()
            .find_map(|frame| frame.targets.iter().rev().find(|target| target.name == from.text))
            .cloned();
        let what = fork.and_then(|at| self.exits.get(at)).and_then(|exit| match exit {
            Exit::Fork(what) => Some(*what),
            _ => None,
        });
        match found {
            Some(target) if fork.is_some_and(|fork| fork >= target.exits) => {
                self.rework_out_of_fork(from, what.unwrap_or("parallel"));
                None
            }
            Some(target) => Some(target),
            None => {
                self.rework_target_unknown(from);
                None
            }
        }
    }
}
