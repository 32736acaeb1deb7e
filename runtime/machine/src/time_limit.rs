//! Limits in the head of a block: whatever a fibre does inside must be done by then, else it is cancelled and the fibre goes on elsewhere.

use ntro_ir::{After, Pc};
use serde_json::json;

use crate::bounds;
use crate::cx::Cx;
use crate::failure::{Run, fault};
use crate::io::Seq;
use crate::state::{FibreId, Finished, LimitFrame};

impl Cx<'_> {
    /// From here on the fibre has so much time.
    pub(crate) fn open_limit(&mut self, id: FibreId, after: &After, to: Pc) -> Run {
        let due = self.view().due(id, after, self.now(), &[])?;
        let title = self.view().innermost(id).map(|(block, _)| self.view().title(block)).unwrap_or_default();
        let seq = self.start_timer(id, due, format!("{title}: limit"));
        let fibre = self.fibre_mut(id)?;
        if fibre.limits.len() >= bounds::NESTING {
            return fault(format!("limits are nested more than {} levels deep", bounds::NESTING));
        }
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let (active, listens, tries) =
            (count(fibre.active.len()), count(fibre.listens.len()), count(fibre.tries.len()));
        fibre.limits.push(LimitFrame { to, seq, due, active, listens, tries });
        Ok(())
    }

    /// Everything inside was done in time.
    pub(crate) fn close_limit(&mut self, id: FibreId, pc: Pc) -> Run {
        match self.fibre(id)?.limits.len().checked_sub(1) {
            Some(left) => self.leave_limits(id, left),
            None => fault(format!("operation {pc} ends a limit that is not open")),
        }
    }

    /// The newest limits of a fibre end, but for so many.
    pub(crate) fn leave_limits(&mut self, id: FibreId, keep: usize) -> Run {
        let fibre = self.fibre_mut(id)?;
        let left = fibre.limits.split_off(keep.min(fibre.limits.len()));
        for frame in left.iter().rev() {
            self.cancel_command(frame.seq);
        }
        Ok(())
    }

    /// Whether a timer is that of a limit of a fibre; then its time is over.
    pub(crate) fn limit_over(&mut self, id: FibreId, seq: Seq) -> Run<bool> {
        let Some(at) = self.fibre(id)?.limits.iter().position(|frame| frame.seq == seq) else { return Ok(false) };
        self.clear_wait(id)?;
        self.leave_limits(id, at + 1)?;
        let fibre = self.fibre_mut(id)?;
        let Some(frame) = fibre.limits.pop() else { return fault(format!("fibre {id} has no limit {at}")) };
        fibre.tries.truncate(frame.tries as usize);
        fibre.listens.truncate(frame.listens as usize);
        let left = fibre.active.split_off((frame.active as usize).min(fibre.active.len()));
        fibre.reworks.retain(|(asker, _)| !left.iter().any(|active| active.block == *asker));
        self.finish_all(left, Finished::Cancelled, "The time was over.");
        let step = self.view().innermost(id).map(|(block, entry)| self.view().address(block, entry));
        self.event("step.late", step.unwrap_or_default(), json!({ "due": frame.due }));
        self.wake(id, Some(frame.to))?;
        Ok(true)
    }
}
