//! Limits of waits: they follow one another, and an escalation adds a role.

use ntro_ir::{BlockId, Limit, LimitThen, LocalId, Value};
use serde_json::json;

use crate::cx::Cx;
use crate::failure::{Run, fault};
use crate::gate::Verdict;
use crate::io::Seq;
use crate::state::{FibreId, LimitWait, Wait};

impl<'a> Cx<'a> {
    /// Starts the limit with an index, if there is one.
    pub(crate) fn start_limit(
        &mut self,
        id: FibreId,
        limits: &[Limit],
        index: u32,
        block: BlockId,
        locals: &[(LocalId, Value)],
    ) -> Run<Option<LimitWait>> {
        let Some(limit) = limits.get(index as usize) else { return Ok(None) };
        let due = self.view().due(id, &limit.after, self.now(), locals)?;
        let summary = format!("{}: limit", self.view().title(block));
        let seq = self.start_timer(id, due, summary);
        Ok(Some(LimitWait { index, seq, due }))
    }

    /// A limit has run out. Its timer is no command any more.
    pub(crate) fn limit_reached(&mut self, id: FibreId, seq: Seq) -> Run {
        let Some((limits, block, entry)) = self.limits_of(id)? else {
            return fault(format!("fibre {id} has no limits"));
        };
        let Some(index) = self.running_limit(id)?.take_if(|limit| limit.seq == seq).map(|limit| limit.index) else {
            return fault(format!("timer {seq} fired, which is not the limit of fibre {id}"));
        };
        let Some(limit) = limits.get(index as usize) else { return fault(format!("limit {index} does not exist")) };
        match (&limit.then, &self.fibre(id)?.wait) {
            (LimitThen::Escalate(role), _) => self.escalate(id, limits, index, role, block, entry),
            (LimitThen::Late, Wait::Gate(_)) => self.close_gate(id, Verdict::late()),
            (LimitThen::Approve, Wait::Gate(_)) => self.close_gate(id, Verdict::approved_by_nobody()),
            (LimitThen::Reject, Wait::Gate(_)) => self.close_gate(id, Verdict::rejected_by_nobody()),
            (LimitThen::Late, Wait::Await(_)) => self.await_late(id),
            (LimitThen::Late, Wait::Child(_)) => self.children_late(id),
            _ => fault(format!("limit {index} of block {block} cannot be what it says")),
        }
    }

    /// The role may decide too, and the next limit starts.
    fn escalate(&mut self, id: FibreId, limits: &[Limit], index: u32, role: &str, block: BlockId, entry: u32) -> Run {
        let escalated = match &mut self.fibre_mut(id)?.wait {
            Wait::Gate(wait) => &mut wait.escalated,
            Wait::Await(wait) => &mut wait.escalated,
            _ => return fault(format!("block {block} cannot escalate")),
        };
        if !escalated.iter().any(|known| known == role) {
            escalated.push(role.to_owned());
        }
        let step = self.view().address(block, entry);
        self.event("gate.escalated", step, json!({ "role": role }));
        let next = self.gate_locals(id).and_then(|locals| self.start_limit(id, limits, index + 1, block, &locals));
        match next {
            Ok(next) => {
                *self.running_limit(id)? = next;
                Ok(())
            }
            Err(stop) => self.or_raise(id, Err(stop)),
        }
    }

    /// The limits of the wait that a fibre is in, its block and its round.
    fn limits_of(&self, id: FibreId) -> Run<Option<(&'a [Limit], BlockId, u32)>> {
        let program = self.program;
        Ok(match &self.fibre(id)?.wait {
            Wait::Gate(wait) => {
                program.gates.get(wait.gate as usize).map(|gate| (&*gate.limits, gate.block, wait.entry))
            }
            Wait::Await(wait) => program.awaits.get(wait.id as usize).map(|def| (&*def.limits, def.block, wait.entry)),
            Wait::Child(wait) => {
                program.children.get(wait.child as usize).map(|child| (&*child.limits, child.block, wait.entry))
            }
            Wait::Ready
            | Wait::Call(_)
            | Wait::Sleep { .. }
            | Wait::Join { .. }
            | Wait::Each(_)
            | Wait::Undo { .. } => None,
        })
    }

    fn running_limit(&mut self, id: FibreId) -> Run<&mut Option<LimitWait>> {
        match &mut self.fibre_mut(id)?.wait {
            Wait::Gate(wait) => Ok(&mut wait.limit),
            Wait::Await(wait) => Ok(&mut wait.limit),
            Wait::Child(wait) => Ok(&mut wait.limit),
            Wait::Ready
            | Wait::Call(_)
            | Wait::Sleep { .. }
            | Wait::Join { .. }
            | Wait::Each(_)
            | Wait::Undo { .. } => fault(format!("fibre {id} has no limits")),
        }
    }
}
