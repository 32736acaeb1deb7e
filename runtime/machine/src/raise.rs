//! Failures: from the operation that failed to the `try` that catches them, or to the end of the run; and cancellation.

use ntro_ir::{BlockId, HandlerId, Op};

use crate::cx::Cx;
use crate::failure::{Failure, Run, Stop};
use crate::io::{Output, RunFailure};
use crate::state::{Active, Ending, FibreId, Finished, Phase, ROOT, Wait};

impl Cx<'_> {
    /// A failure at an operation of a fibre.
    pub(crate) fn raise_at(&mut self, id: FibreId, pc: u32, mut failure: Failure) -> Run {
        failure.pc.get_or_insert(pc);
        if failure.step.is_none() {
            failure.step = self.place_of(id, pc);
        }
        self.raise(id, failure)
    }

    /// A failure of what a fibre waits for: its operation is the one before `pc`.
    pub(crate) fn raise_waiting(&mut self, id: FibreId, failure: Failure) -> Run {
        let pc = self.fibre(id)?.pc.saturating_sub(1);
        self.raise_at(id, pc, failure)
    }

    /// Either goes on, or raises what an evaluation for a waiting fibre has found.
    pub(crate) fn or_raise(&mut self, id: FibreId, result: Run) -> Run {
        match result {
            Ok(()) => Ok(()),
            Err(Stop::Failure(failure)) => self.raise_waiting(id, *failure),
            Err(fault) => Err(fault),
        }
    }

    /// The address of the block that a failure names: the innermost one; between blocks the next one in the text, or the last.
    fn place_of(&self, id: FibreId, pc: u32) -> Option<String> {
        let view = self.view();
        if let Some((block, entry)) = view.innermost(id) {
            return Some(view.address(block, entry));
        }
        // Nothing is open, so this stands in the runbook's own body: blocks inside others are not its next or its last.
        let outermost = |block: BlockId| view.block(block).is_some_and(|block| block.parent.is_none());
        let entered = |op: &Op| match op {
            Op::Enter(block) if outermost(*block) => Some(*block),
            _ => None,
        };
        let at = pc as usize;
        if let Some(block) = self.failed_before(at) {
            return Some(view.address(block, view.block_state(block).map_or(0, |state| state.entries)));
        }
        let last_of = |first: usize| self.program.ops.iter().take(at).skip(first).rev().find_map(entered);
        let mut after = None;
        for (index, op) in self.program.ops.iter().enumerate().skip(at) {
            after = entered(op);
            if after.is_some() {
                break;
            }
            // The end of a loop comes before the next block of the text: the last one of the loop is meant, where it has any.
            let head = self.loop_ended_by(index, op).filter(|head| *head <= at);
            if let Some(block) = head.and_then(last_of) {
                return Some(view.address(block, view.block_state(block).map_or(0, |state| state.entries)));
            }
        }
        let block = after.or_else(|| last_of(0))?;
        // The next block has not been entered in this round, so its round would be the next.
        let entries = view.block_state(block).map_or(0, |state| state.entries);
        Some(view.address(block, if after.is_some() { entries + 1 } else { entries }))
    }

    /// The block whose failure was caught by what this operation belongs to: `try { step pay … } on failure { HERE }`.
    fn failed_before(&self, at: usize) -> Option<BlockId> {
        if !self.program.failures_name_their_own {
            return None;
        }
        let ops = &self.program.ops;
        let bodies = ops.iter().enumerate().filter_map(|(from, op)| match op {
            Op::Try { to, .. } if (*to as usize) <= at => {
                let to = *to as usize;
                // What was tried goes on behind the handler, which ends there.
                let end = ops.get(to.checked_sub(1)?)?;
                matches!(end, Op::Jump(end) if at < *end as usize).then_some(from..to)
            }
            _ => None,
        });
        // The handler that begins last is the innermost.
        let body = bodies.max_by_key(|body| body.end)?;
        let failed = |block: &BlockId| {
            let finish = self.view().block_state(*block).and_then(|state| state.finish.as_ref());
            finish.is_some_and(|finish| finish.how == Finished::Failed)
        };
        ops.get(body)?.iter().rev().find_map(|op| match op {
            Op::Enter(block) if failed(block) => Some(*block),
            _ => None,
        })
    }

    /// Where the loop begins that ends with this operation; none for other operations, and in programs that do not ask for it.
    fn loop_ended_by(&self, index: usize, op: &Op) -> Option<usize> {
        if !self.program.failures_name_their_own {
            return None;
        }
        match op {
            Op::Jump(to) => Some(*to as usize).filter(|to| *to <= index),
            Op::End => {
                let bodies = self.program.ops.iter().filter_map(|op| match op {
                    Op::ForkEach { body, .. } => Some(*body as usize),
                    _ => None,
                });
                // The body that begins last before it is the one that it ends; a loop inside it has ended already.
                bodies.filter(|body| *body <= index).max()
            }
            _ => None,
        }
    }

    fn raise(&mut self, id: FibreId, failure: Failure) -> Run {
        let mut at = id;
        loop {
            // Without fuel nothing that catches could run.
            if failure.kind == "fuel" {
                match self.undo_of(at) {
                    Some(undo) => return self.undo_ended(undo, Some(failure)),
                    None => return self.fail_run(failure),
                }
            }
            self.settle_later(at)?;
            self.clear_wait(at)?;
            if let Some(frame) = self.fibre_mut(at)?.tries.pop() {
                self.leave_limits(at, frame.limits as usize)?;
                let fibre = self.fibre_mut(at)?;
                fibre.listens.truncate(frame.listens as usize);
                let depth = (frame.active as usize).min(fibre.active.len());
                let left = fibre.active.split_off(depth);
                fibre.reworks.retain(|(asker, _)| !left.iter().any(|active| active.block == *asker));
                self.finish_all(left, Finished::Failed, &failure.message);
                if let Some(slot) = frame.slot {
                    self.put(at, slot, Some(failure.to_value()));
                }
                return self.wake(at, Some(frame.to));
            }
            if self.fibre(at)?.undoes {
                return self.undo_ended(at, Some(failure));
            }
            let fibre = self.fibre_mut(at)?;
            let left = std::mem::take(&mut fibre.active);
            let Some(parent) = fibre.parent else {
                self.state.fibres.get_mut(&at).map(|fibre| fibre.active = left).unwrap_or_default();
                return self.fail_run(failure);
            };
            self.finish_all(left, Finished::Failed, &failure.message);
            if let Some((_, handler)) = self.handler_fibre.filter(|(fibre, _)| *fibre == at) {
                self.leave_tries_inside(parent, handler)?;
            }
            self.leave_limits(at, 0)?;
            if self.runs_beside(parent, at) {
                return self.beside_ended(parent, at, Some(failure));
            }
            self.forget(at);
            at = parent;
        }
    }

    /// A handler fails in the body that it stands in: a `try` that was opened later holds what waits there, not the handler.
    fn leave_tries_inside(&mut self, listener: FibreId, handler: HandlerId) -> Run {
        let fibre = self.fibre_mut(listener)?;
        if let Some(at) = fibre.listens.iter().position(|heard| *heard == handler) {
            let outside = fibre.tries.iter().take_while(|frame| frame.listens as usize <= at).count();
            fibre.tries.truncate(outside);
        }
        Ok(())
    }

    pub(crate) fn finish_all(&mut self, left: Vec<Active>, how: Finished, why: &str) {
        for active in left.into_iter().rev() {
            self.finish(active.block, active.entry, how, Some(why.to_owned()));
        }
    }

    /// Removes a fibre.
    pub(crate) fn forget(&mut self, id: FibreId) {
        let parent = self.state.fibres.remove(&id).and_then(|fibre| fibre.parent);
        self.inherit_undos(id, parent);
        self.state.notes.feedback.remove(&id);
        self.ready.remove(&id);
    }

    /// Ends what a fibre waits for: its commands are cancelled, its fibres end.
    pub(crate) fn clear_wait(&mut self, id: FibreId) -> Run {
        let wait = std::mem::replace(&mut self.fibre_mut(id)?.wait, Wait::Ready);
        match wait {
            // An undo goes on by itself: it is shielded from whatever ends the fibre that waits for it.
            Wait::Ready | Wait::Undo { .. } => {}
            Wait::Call(call) => self.cancel_command(call.seq),
            Wait::Sleep { seq, .. } => self.cancel_command(seq),
            Wait::Gate(gate) => {
                if let Some(limit) = gate.limit {
                    self.cancel_command(limit.seq);
                }
                self.end_beside(gate.beside)?;
                self.state.notes.feedback.remove(&id);
            }
            Wait::Await(wait) => {
                if let Some(limit) = wait.limit {
                    self.cancel_command(limit.seq);
                }
                self.end_beside(wait.beside)?;
                self.state.notes.feedback.remove(&id);
            }
            Wait::Child(child) => {
                if let Some(limit) = child.limit {
                    self.cancel_command(limit.seq);
                }
                for seq in child.running.keys() {
                    self.cancel_command(*seq);
                }
                self.note_cancelled(child.child, child.entry);
            }
            Wait::Join { running } => {
                for fibre in running {
                    self.kill(fibre)?;
                }
            }
            Wait::Each(each) => {
                for fibre in each.running {
                    self.kill(fibre)?;
                }
            }
        }
        Ok(())
    }

    /// Ends a fibre and what it has started.
    pub(crate) fn kill(&mut self, id: FibreId) -> Run {
        if !self.state.fibres.contains_key(&id) {
            return Ok(());
        }
        self.settle_later(id)?;
        self.clear_wait(id)?;
        self.leave_limits(id, 0)?;
        let left = std::mem::take(&mut self.fibre_mut(id)?.active);
        self.finish_all(left, Finished::Cancelled, "cancelled");
        self.forget(id);
        Ok(())
    }

    /// The run fails.
    pub(crate) fn fail_run(&mut self, failure: Failure) -> Run {
        let pc = failure.pc.unwrap_or_default();
        let step = failure.step.or_else(|| self.place_of(ROOT, pc)).unwrap_or_default();
        let title = self.view().title_at(&step);
        let message = match title {
            Some(title) if !title.is_empty() => format!("{title}: {}", failure.message),
            Some(_) | None => failure.message.clone(),
        };
        self.settle_all_later()?;
        let undoing = self.undoing();
        let fibres: Vec<_> = self.state.fibres.keys().rev().copied().filter(|id| !undoing.contains(id)).collect();
        for id in fibres {
            let left = self.state.fibres.get_mut(&id).map(|fibre| std::mem::take(&mut fibre.active));
            let (how, why) = if id == ROOT {
                (Finished::Failed, failure.message.as_str())
            } else {
                (Finished::Cancelled, "cancelled")
            };
            self.finish_all(left.unwrap_or_default(), how, why);
        }
        let (kind, capability) = (failure.kind, failure.capability);
        self.end_run(Ending::Failed(RunFailure { kind, message, step, capability, pc }));
        Ok(())
    }

    /// Somebody wants the run to end: everything is cancelled, and what runs outside is waited for.
    pub(crate) fn cancel_run(&mut self, reason: String) -> Run {
        if self.state.phase != Phase::Running {
            return Ok(());
        }
        self.settle_all_later()?;
        let undoing = self.undoing();
        let fibres: Vec<_> = self.state.fibres.keys().rev().copied().filter(|id| !undoing.contains(id)).collect();
        for id in fibres {
            let left = self.state.fibres.get_mut(&id).map(|fibre| std::mem::take(&mut fibre.active));
            self.finish_all(left.unwrap_or_default(), Finished::Cancelled, "cancelled");
        }
        self.end_everything();
        self.state.phase = Phase::Cancelling { reason };
        // Where nothing runs outside and nothing is to be undone, it is over at once.
        if self.state.undos.is_empty() && self.is_quiet() {
            self.state.phase = Phase::Closed;
            self.out.push_back(Output::Cancelled);
        }
        Ok(())
    }
}
