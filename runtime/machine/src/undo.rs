//! Undoing: what completed steps have promised to take back, newest first, when the run fails, is cancelled or goes back.
//!
//! A step that completes puts aside what its undo reads ([`Cx::undoable`]), so that an undo sees things as they were then. An undo
//! runs in a fibre of its own that nothing ends from outside. A rework runs those of what it redoes before it goes back; the end
//! of a run ([`Cx::end_if_quiet`]) runs all that are left, once whatever ran outside has answered.

use std::collections::{BTreeMap, BTreeSet};

use ntro_ir::{BlockId, Pc, Undo, UndoId};
use serde_json::json;

use crate::bounds;
use crate::cx::Cx;
use crate::failure::{Failure, Run, fault};
use crate::io::{Output, RunFailure};
use crate::state::{Active, Command, CommandKind, Ending, Fibre, FibreId, Overlay, Phase, Undoable, Wait};

impl<'a> Cx<'a> {
    /// A step is about to be complete: what its undo reads is put aside.
    pub(crate) fn undoable(&mut self, id: FibreId, undo: UndoId) -> Run {
        let def = self.undo_def(undo)?;
        let entry = self.entry_of(id, def.block)?;
        if self.state.undos.len() >= bounds::UNDOS {
            let message = format!("More than {} completed steps of one run can be undone.", bounds::UNDOS);
            return Err(Failure::new("limit", message).into());
        }
        let slots: BTreeMap<_, _> =
            def.captures.iter().filter_map(|slot| Some((slot.0, self.get(id, *slot)?))).collect();
        let number = self.state.undo_count;
        self.state.undo_count = number.saturating_add(1);
        self.state.undos.push(Undoable { undo, entry, fibre: id, number, slots });
        Ok(())
    }

    /// Notes how many steps could be undone when a block is entered or passed over: what comes after belongs to its rework.
    pub(crate) fn mark(&mut self, id: FibreId, block: BlockId) -> Run {
        if !self.program.undos.is_empty() {
            let count = self.state.undo_count;
            self.fibre_mut(id)?.marks.insert(block, count);
        }
        Ok(())
    }

    /// Before a rework goes back: starts the next undo of what it redoes, and says whether there was one. Its operation, at `pc`, runs again
    /// once that is done.
    pub(crate) fn undo_before_rework(&mut self, id: FibreId, pc: Pc, target: BlockId) -> Run<bool> {
        if self.program.undos.is_empty() {
            return Ok(false);
        }
        let since = self.fibre(id)?.marks.get(&target).copied().unwrap_or(u64::MAX);
        let next = self.state.undos.iter().rposition(|undo| undo.fibre == id && undo.number >= since);
        if let Some(at) = next {
            let undoable = self.state.undos.remove(at);
            let running = self.start_undo(undoable)?;
            let fibre = self.fibre_mut(id)?;
            fibre.pc = pc;
            fibre.wait = Wait::Undo { running };
            return Ok(true);
        }
        let failures = std::mem::take(&mut self.fibre_mut(id)?.undo_failures);
        if failures.is_empty() { Ok(false) } else { Err(Failure::new("undo", failures.join(" ")).into()) }
    }

    fn start_undo(&mut self, undoable: Undoable) -> Run<FibreId> {
        let def = self.undo_def(undoable.undo)?;
        let mut fibre = Fibre::new(None, def.body);
        fibre.overlay = Some(Overlay { scope: def.scope, slots: undoable.slots });
        fibre.active.push(Active { block: def.block, entry: undoable.entry, skipped: None });
        fibre.undoes = true;
        let running = self.spawn(fibre)?;
        // The activation may have used up its fuel: what takes back must not lack it.
        self.ops_left = self.ops_left.max(bounds::OPS_PER_UNDO);
        self.exprs_left = self.exprs_left.max(bounds::EXPRS_PER_UNDO);
        let step = self.view().address(def.block, undoable.entry);
        self.event("step.undoing", step, json!({}));
        Ok(running)
    }

    /// An undo has reached its end, or failed.
    pub(crate) fn undo_ended(&mut self, id: FibreId, failure: Option<Failure>) -> Run {
        self.clear_wait(id)?;
        let Some(Active { block, entry, .. }) = self.fibre(id)?.active.first().cloned() else {
            return fault(format!("fibre {id} undoes no step"));
        };
        self.forget(id);
        let step = self.view().address(block, entry);
        let waiting =
            self.state.fibres.iter().find(|(_, fibre)| matches!(fibre.wait, Wait::Undo { running } if running == id));
        let waiting = waiting.map(|(id, _)| *id);
        match &failure {
            None => {
                let state = self.block_mut(block);
                if let Some(finish) = state.finish.as_mut().filter(|_| entry >= state.entries) {
                    finish.why = Some("undone".to_owned());
                }
                self.event("step.undone", step, json!({}));
            }
            Some(failure) => {
                let title = self.view().title(block);
                let said = format!("Undoing `{title}` failed: {}", failure.message);
                self.event("step.undo_failed", step, json!({ "why": failure.message }));
                match waiting {
                    Some(waiting) => self.fibre_mut(waiting)?.undo_failures.push(said),
                    None => self.state.undo_failures.push(said),
                }
            }
        }
        match waiting {
            Some(waiting) => self.wake(waiting, None),
            None => Ok(()),
        }
    }

    /// The undo that a fibre belongs to.
    pub(crate) fn undo_of(&self, id: FibreId) -> Option<FibreId> {
        let mut at = Some(id);
        while let Some(id) = at {
            let fibre = self.state.fibres.get(&id)?;
            if fibre.undoes {
                return Some(id);
            }
            at = fibre.parent;
        }
        None
    }

    /// The fibres that undo something, and those that they have started; and those that wait for what has to be undone. Nothing
    /// ends them from outside.
    pub(crate) fn undoing(&self) -> BTreeSet<FibreId> {
        let settles = |id: &FibreId| self.state.fibres.get(id).is_some_and(|fibre| fibre.settles);
        self.state.fibres.keys().copied().filter(|id| settles(id) || self.undo_of(*id).is_some()).collect()
    }

    /// The run is to end like this: at once, or when everything is taken back that has to be.
    pub(crate) fn end_run(&mut self, ending: Ending) {
        if let Ending::Completed { .. } = ending {
            self.state.undos.clear();
            self.settle_nothing();
        }
        self.end_everything();
        if self.state.undos.is_empty() && self.state.fibres.is_empty() {
            self.close_run(ending);
        } else {
            self.state.phase = Phase::Ending(Box::new(ending));
        }
    }

    fn close_run(&mut self, ending: Ending) {
        self.state.phase = Phase::Closed;
        let failures = std::mem::take(&mut self.state.undo_failures);
        self.out.push_back(match ending {
            Ending::Completed { result } => Output::Complete { result },
            Ending::Failed(mut failure) => {
                for said in failures {
                    failure.message.push_str(if failure.message.ends_with(['.', '!', '?']) { " " } else { ". " });
                    failure.message.push_str(&said);
                }
                Output::Fail(failure)
            }
        });
    }

    /// A run that ends goes on with the next undo once everything outside has answered, or is over. Says whether something can run now.
    pub(crate) fn end_if_quiet(&mut self) -> Run<bool> {
        if !matches!(self.state.phase, Phase::Cancelling { .. } | Phase::Ending(_)) {
            return Ok(false);
        }
        if !self.is_quiet() {
            return Ok(false);
        }
        if let Some(next) = self.state.undos.pop() {
            self.start_undo(next)?;
            return Ok(true);
        }
        match std::mem::replace(&mut self.state.phase, Phase::Closed) {
            Phase::Ending(ending) => self.close_run(*ending),
            _ if self.state.undo_failures.is_empty() => self.out.push_back(Output::Cancelled),
            // Whoever cancelled it must know that something is left behind.
            _ => self.close_run(Ending::Failed(RunFailure {
                kind: "undo".to_owned(),
                message: "The run was cancelled.".to_owned(),
                step: String::new(),
                capability: None,
                pc: 0,
            })),
        }
        Ok(false)
    }

    /// Whether nothing runs any more, outside or inside.
    pub(crate) fn is_quiet(&self) -> bool {
        let outside = |command: &Command| matches!(command.kind, CommandKind::Activity | CommandKind::Child);
        self.state.fibres.is_empty() && !self.state.commands.values().any(outside)
    }

    /// The undos of a fibre that is gone belong to the one that it came from.
    pub(crate) fn inherit_undos(&mut self, from: FibreId, to: Option<FibreId>) {
        let to = to.unwrap_or(crate::state::ROOT);
        for undo in self.state.undos.iter_mut().filter(|undo| undo.fibre == from) {
            undo.fibre = to;
        }
    }

    fn undo_def(&self, id: UndoId) -> Run<&'a Undo> {
        match self.program.undos.get(id as usize) {
            Some(undo) => Ok(undo),
            None => fault(format!("undo {id} does not exist")),
        }
    }
}
