//! `undo { … }`: what takes a completed step back.
//!
//! It runs long after its step, when the run fails, is cancelled or goes back. So it sees everything as it was when the step was complete: the
//! machine puts aside what [`super::finish`] finds it to read. For the same reason it changes nothing outside itself.

use ntro_grammar::{Span, ast};
use ntro_ir::{BlockId, Op, Slot, Undo, UndoId};

use super::{Exit, Flow, Label, OpRange};
use crate::scope::{Binding, Source};
use crate::ty::Ty;

/// The operations of an undo, and the first slot that it has for itself.
#[derive(Debug, Clone)]
pub(super) struct UndoBody {
    pub undo: UndoId,
    pub ops: OpRange,
    pub own: std::ops::Range<u32>,
}

impl Flow<'_> {
    /// The undo of a block, out of the way of what follows it. Whoever comes here goes on at `done`. `made` is what the step's own
    /// body has declared.
    pub(super) fn undo(
        &mut self,
        block: &ast::Block,
        id: BlockId,
        ty: &Ty,
        made: Vec<(String, Binding)>,
        done: Label,
        (body, span): (&ast::Body, Span),
    ) -> UndoId {
        let undo = UndoId::try_from(self.cx.program.undos.len()).unwrap_or(UndoId::MAX);
        let start = self.code.label();
        // The scope is known only when all slots are.
        self.cx.program.undos.push(Undo { block: id, captures: Vec::new(), scope: 0, body: start });
        self.jump(done, span);
        self.code.mark(start);
        self.code.bind(start);
        let (first_op, first_slot) = (self.code.here(), self.slot_count());
        self.cx.scope.push();
        for (name, binding) in made {
            self.cx.scope.declare(&name, binding);
        }
        if !block.name.is_missing() {
            let slot = self.cx.program.blocks.get(id as usize).map_or(ntro_ir::INPUT_SLOT, |block| block.slot);
            let source = match ty {
                Ty::Nothing => Source::NotHere(super::block::nothing_text(block)),
                _ => Source::Slot(slot),
            };
            let ty = if *ty == Ty::Nothing { Ty::Error } else { ty.clone() };
            self.cx.scope.declare(&block.name.text, Binding::new(source, ty, block.name.span));
        }
        self.exits.push(Exit::Fork("undo"));
        self.forks += 1;
        let was = self.alone.replace(("undo", self.forks));
        self.statements(&body.stmts, None, false);
        self.alone = was;
        self.forks -= 1;
        self.exits.pop();
        self.cx.scope.pop();
        self.emit(Op::EndUndo, span);
        let ops = first_op..self.code.here();
        self.handler_bodies.push(ops.clone());
        self.undos.push(UndoBody { undo, ops, own: first_slot..self.slot_count() });
        undo
    }

    pub(super) fn slot_count(&self) -> u32 {
        u32::try_from(self.cx.program.slots.len()).unwrap_or(u32::MAX)
    }

    /// The slots of an undo: all but those that belong to the run itself.
    pub(super) fn undo_scope(&mut self) {
        if self.undos.is_empty() {
            return;
        }
        let first = Slot(ntro_ir::REWORK_SLOT.0 + 1);
        let count = self.slot_count().saturating_sub(first.0);
        let scope = u32::try_from(self.cx.program.scopes.len()).unwrap_or(u32::MAX);
        self.cx.program.scopes.push(ntro_ir::Scope { first, count });
        for undo in &mut self.cx.program.undos {
            undo.scope = scope;
        }
    }
}
