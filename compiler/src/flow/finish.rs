//! The end: labels become places, slots that nobody reads any more are dropped, the program is given where nothing is wrong.
//! The caller verifies it: a runbook may also be too large, which is the author's to mend and no reason to stop here.

use ntro_grammar::ast;
use ntro_ir::{BlockId, Op, Program};

use super::code::{op_targets, table_targets};
use super::liveness::{self, Regions};
use super::{Flow, Lowered};
use crate::diagnostic::{Diagnostic, Level};
use crate::source_map::{self, Spans};

impl Flow<'_> {
    /// The program, unless something is wrong.
    pub(super) fn finish(mut self, decl: &ast::RunbookDecl) -> (Option<Lowered>, Vec<Diagnostic>) {
        if self.cx.diagnostics.iter().any(|found| found.level == Level::Error) {
            return (None, self.cx.diagnostics);
        }
        // Where something is wrong, what nobody reads is probably read by what is wrong.
        self.unused_names();
        let read = self.head_read(0);
        self.unused_head(decl, |name| read.contains(name));
        let diagnostics = std::mem::take(&mut self.cx.diagnostics);
        self.restores();
        self.undo_scope();
        let mut ops = std::mem::take(&mut self.code.ops);
        for op in &mut ops {
            for target in op_targets(op) {
                *target = self.code.place(*target);
            }
        }
        for target in table_targets(&mut self.cx.program) {
            *target = self.code.place(*target);
        }
        let regions = Regions {
            listening: std::mem::take(&mut self.listening),
            handlers: std::mem::take(&mut self.handler_bodies),
            beside: std::mem::take(&mut self.beside),
            tried: self.tried.iter().map(|(range, label)| (range.clone(), self.code.place(*label))).collect(),
        };
        self.cx.program.ops = ops;
        for body in &self.undos {
            let mut captures = liveness::read_in(&self.cx.program, body.ops.clone());
            captures.retain(|slot| slot.0 > ntro_ir::REWORK_SLOT.0 && !body.own.contains(&slot.0));
            if let Some(undo) = self.cx.program.undos.get_mut(body.undo as usize) {
                undo.captures = captures;
            }
        }
        let moved = liveness::drop_unread(&mut self.cx.program, &regions);
        self.cx.program.failures_name_their_own = has_inner_blocks(&self.cx.program);
        self.cx.program.answered_steps_are_undone = !self.cx.program.undos.is_empty();
        self.cx.program.escalation_reaches_senders = self.cx.program.awaits.iter().any(escalates_to_senders);
        let ops = moved.iter().copied().zip(self.code.spans.iter().copied()).collect();
        let spans = Spans { ops, exprs: self.cx.expr_places, blocks: self.cx.block_spans };
        let map = source_map::later(self.cx.items, self.cx.file, spans);
        (Some(Lowered { program: self.cx.program, map, types: self.cx.types }), diagnostics)
    }

    /// A rework restores the variables that its target saw, but for those that handlers write.
    fn restores(&mut self) {
        let slots = &self.cx.program.slots;
        let by_handler = |slot: &ntro_ir::Slot| slots.get(slot.0 as usize).is_some_and(|def| def.written_by_handler);
        for (id, block) in (0_u32..).zip(&mut self.cx.program.blocks) {
            if self.redone.contains(&id) {
                block.restore.retain(|slot| !by_handler(slot));
            } else {
                block.restore.clear();
            }
        }
    }
}

/// Whether an await that may escalate takes something only `from` somebody.
fn escalates_to_senders(wait: &ntro_ir::Await) -> bool {
    wait.limits.iter().any(|limit| matches!(limit.then, ntro_ir::LimitThen::Escalate(_)))
        && wait.heard().iter().any(|arm| arm.from.is_some())
}

/// Whether a loop or a `try` of the runbook's own body has blocks.
fn has_inner_blocks(program: &Program) -> bool {
    let outermost = |block: BlockId| program.blocks.get(block as usize).is_some_and(|block| block.parent.is_none());
    let is_in = |range: std::ops::Range<usize>| {
        let ops = program.ops.get(range).unwrap_or_default();
        ops.iter().any(|op| matches!(op, Op::Enter(block) if outermost(*block)))
    };
    program.ops.iter().enumerate().any(|(at, op)| match op {
        Op::Jump(to) if (*to as usize) <= at => is_in(*to as usize..at),
        Op::Try { to, .. } => is_in(at..*to as usize),
        Op::ForkEach { body, .. } => {
            let rest = program.ops.get(*body as usize..).unwrap_or_default();
            let end = rest.iter().position(|op| matches!(op, Op::End)).unwrap_or(rest.len());
            is_in(*body as usize..*body as usize + end)
        }
        _ => false,
    })
}

/// Whether an operation never goes on to the one after it.
pub(super) fn ends(op: &Op) -> bool {
    matches!(
        op,
        Op::Jump(_)
            | Op::Await(_)
            | Op::End
            | Op::EndHandler
            | Op::EndUndo
            | Op::Rework { .. }
            | Op::Fail(_)
            | Op::Raise(_)
            | Op::Return(_)
    )
}
