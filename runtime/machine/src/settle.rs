//! Settling: a step that can be undone is ended from outside while a capability runs for it. The capability may still succeed, and
//! then the step's effect is there: what the step has left to do is done in quiet, and where that completes it, its undo is put aside
//! like that of any completed step.
//!
//! What is left is computing: values are set and handed on. Whatever would do or wait for something more is not begun, and
//! such a step has not been completed.

use std::collections::BTreeMap;

use ntro_ir::{Op, Pc, Slot};

use crate::call::Answer;
use crate::cx::Cx;
use crate::failure::{Run, Stop};
use crate::io::{ActivityFailure, Json};
use crate::state::{CallWait, Fibre, FibreId, Overlay, Wait};

impl Cx<'_> {
    /// A fibre is about to end from outside. Where it waits for a capability inside a step that can be undone, the call is
    /// cancelled here, and what comes of it is waited for by a fibre of its own.
    pub(crate) fn settle_later(&mut self, id: FibreId) -> Run {
        let Some(scope) = self.scope_of_undos() else { return Ok(()) };
        let Some(fibre) = self.state.fibres.get(&id).filter(|fibre| !fibre.undoes && !fibre.settles) else {
            return Ok(());
        };
        let Wait::Call(wait) = &fibre.wait else { return Ok(()) };
        let undone = |block| self.program.undos.iter().any(|undo| undo.block == block);
        if self.undo_of(id).is_some() || !fibre.active.iter().any(|active| undone(active.block)) {
            return Ok(());
        }
        let wait = wait.clone();
        let mut rest = Fibre::new(None, fibre.pc);
        rest.active.clone_from(&fibre.active);
        rest.reworks.clone_from(&fibre.reworks);
        rest.settles = true;
        rest.wait = Wait::Call(wait.clone());
        let first = scope.first.0;
        let seen =
            (first..first.saturating_add(scope.count)).filter_map(|slot| Some((slot, self.get(id, Slot(slot))?)));
        let slots: BTreeMap<_, _> = seen.collect();
        rest.overlay = Some(Overlay { scope: scope.index, slots });
        self.cancel_command(wait.seq);
        self.fibre_mut(id)?.wait = Wait::Ready;
        // Where too much runs side by side the answer changes nothing, as that of any cancelled call.
        let Ok(settling) = self.spawn(rest) else { return Ok(()) };
        if let Some(command) = self.state.commands.get_mut(&wait.seq) {
            command.fibre = Some(settling);
        }
        Ok(())
    }

    /// The run is about to end: the same for all fibres.
    pub(crate) fn settle_all_later(&mut self) -> Run {
        let waiting: Vec<_> = self.state.fibres.keys().copied().collect();
        waiting.into_iter().try_for_each(|id| self.settle_later(id))
    }

    /// What all undos may hold for themselves; nothing where the program does not ask for settling.
    fn scope_of_undos(&self) -> Option<Seen> {
        let undo = self.program.undos.first().filter(|_| self.program.answered_steps_are_undone)?;
        let scope = self.program.scopes.get(undo.scope as usize)?;
        Some(Seen { index: undo.scope, first: scope.first, count: scope.count })
    }

    /// The capability has answered.
    pub(crate) fn settle(&mut self, id: FibreId, wait: &CallWait, result: Result<Json, ActivityFailure>) -> Run {
        let call = self.program.calls.get(wait.call as usize);
        if let Some(Ok(value)) = call.map(|call| self.answer(call, result).map_err(|_: Answer| ())) {
            if let Some(slot) = wait.slot {
                self.put(id, slot, Some(value));
            }
            loop {
                match self.settle_one(id) {
                    Ok(true) => {}
                    // A value that cannot be computed completes nothing.
                    Ok(false) | Err(Stop::Failure(_)) => break,
                    Err(fault) => return Err(fault),
                }
            }
        }
        self.forget(id);
        Ok(())
    }

    /// The next operation of what is left. Says whether there may be more.
    fn settle_one(&mut self, id: FibreId) -> Run<bool> {
        let pc = self.fibre(id)?.pc;
        let Some(op) = self.program.ops.get(pc as usize) else { return Ok(false) };
        let Some(left) = self.ops_left.checked_sub(1) else { return Ok(false) };
        self.ops_left = left;
        let mut next: Pc = pc + 1;
        match op {
            Op::Set { slot, value } => {
                let value = self.eval(id, *value)?;
                self.put(id, *slot, Some(value));
            }
            Op::Drop(slots) => slots.iter().for_each(|slot| self.put(id, *slot, None)),
            Op::Jump(to) => next = *to,
            Op::JumpUnless { cond, to } => {
                if !self.eval_bool(id, *cond, &[])? {
                    next = *to;
                }
            }
            // Nothing of these goes on after the end of the fibre that is settled.
            Op::Unlisten(_) | Op::EndTry | Op::EndLimit => {}
            Op::Undoable(undo) => self.undoable(id, *undo)?,
            Op::Complete { block, value } => {
                let slot = self.block_slot(*block)?;
                if let Some(value) = value {
                    let value = self.eval(id, *value)?;
                    self.put(id, slot, Some(value));
                }
                let active = &mut self.fibre_mut(id)?.active;
                let at = active.iter().rposition(|active| active.block == *block).unwrap_or_default();
                active.truncate(at);
                if active.is_empty() {
                    return Ok(false);
                }
            }
            _ => return Ok(false),
        }
        self.fibre_mut(id)?.pc = next;
        Ok(true)
    }

    /// The run has yielded something: nothing is taken back, so nothing is waited for.
    pub(crate) fn settle_nothing(&mut self) {
        self.state.fibres.retain(|_, fibre| !fibre.settles);
        let left = &self.state.fibres;
        for command in self.state.commands.values_mut() {
            command.fibre = command.fibre.filter(|fibre| left.contains_key(fibre));
        }
    }
}

/// A scope of slots.
struct Seen {
    index: u32,
    first: Slot,
    count: u32,
}
