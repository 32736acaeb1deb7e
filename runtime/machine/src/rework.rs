//! Rework: going back to a block, with everything that was done since undone.

use ntro_ir::{BlockId, HandlerId, Pc, Value};
use serde_json::json;

use crate::codec;
use crate::cx::Cx;
use crate::failure::{Run, fault};
use crate::state::{Feedback, FibreId};

/// [`ntro_ir::Op::Rework`] without its expressions.
pub(crate) struct Rework<'p> {
    pub(crate) target: BlockId,
    pub(crate) to: Pc,
    pub(crate) redo: &'p [BlockId],
    pub(crate) unlisten: &'p [HandlerId],
    pub(crate) tries: u32,
    pub(crate) limits: u32,
}

impl Cx<'_> {
    /// Goes back. `told` says that the comment shows as feedback at the next wait, because no person has said it.
    pub(crate) fn rework(&mut self, id: FibreId, rework: &Rework<'_>, comment: Value, by: Value, told: bool) -> Run {
        // What came after the decision was sent by somebody who knows of it, and stays.
        let until = match self.fibre(id)?.decided {
            Some((block, arrivals)) if rework.redo.contains(&block) => arrivals,
            _ => self.state.notes.arrivals,
        };
        self.drop_stale_signals(id, rework.redo, until);
        self.state.taken.retain(|_, taken| !taken.block.is_some_and(|block| rework.redo.contains(&block)));

        let asker = self.asker(id, rework);
        let fibre = self.fibre_mut(id)?;
        fibre.listens.retain(|handler| !rework.unlisten.contains(handler));
        let Some(open) = fibre.tries.len().checked_sub(rework.tries as usize) else {
            return fault(format!("a rework leaves {} `try` where fewer are open", rework.tries));
        };
        fibre.tries.truncate(open);
        let Some(running) = fibre.limits.len().checked_sub(rework.limits as usize) else {
            return fault(format!("a rework leaves {} limits where fewer are open", rework.limits));
        };
        self.leave_limits(id, running)?;
        let fibre = self.fibre_mut(id)?;
        fibre.active.retain(|active| !rework.redo.contains(&active.block));
        let kept = fibre.kept.get(&rework.target).cloned().unwrap_or_default();
        fibre.pc = rework.to;

        for block in rework.redo {
            let slot = self.block_slot(*block)?;
            self.put(id, slot, None);
            if let Some(state) = self.state.blocks.get_mut(block) {
                state.finish = None;
                state.snapshot = None;
                state.children.clear();
            }
        }
        for (slot, value) in kept {
            self.put(id, slot, value);
        }
        let round = self.block_mut(rework.target).entries.saturating_add(1);
        let data = json!({ "round": round, "comment": codec::encode(&comment), "by": codec::encode(&by) });
        let step = self.view().address(rework.target, round);
        self.event("rework", step, data);
        if told && let Some(feedback) = Feedback::of("warning", &comment) {
            self.tell(id, feedback);
        }
        let reason = Value::record([("comment", comment), ("by", by), ("round", Value::Int(i64::from(round)))]);
        let fibre = self.fibre_mut(id)?;
        fibre.reworks.retain(|(asker, _)| !rework.redo.contains(asker));
        fibre.reworks.push((asker, reason));
        Ok(())
    }

    /// The block that asks: the innermost one that is done again; between blocks the last one beside the target.
    fn asker(&self, id: FibreId, rework: &Rework<'_>) -> BlockId {
        let innermost = self.state.fibres.get(&id).and_then(|fibre| fibre.active.last()).map(|active| active.block);
        if let Some(block) = innermost.filter(|block| rework.redo.contains(block)) {
            return block;
        }
        let parent = |block: BlockId| self.program.blocks.get(block as usize).and_then(|block| block.parent);
        let beside = rework.redo.iter().copied().filter(|block| parent(*block) == parent(rework.target));
        beside.max().unwrap_or(rework.target)
    }

    fn drop_stale_signals(&mut self, id: FibreId, redo: &[BlockId], until: u64) {
        let view = self.view();
        let awaits: Vec<_> = self.program.awaits.iter().filter(|def| redo.contains(&def.block)).collect();
        let stale: Vec<_> = (self.state.queue.iter())
            .filter(|queued| queued.arrival <= until)
            .filter(|queued| awaits.iter().any(|def| view.would_take(id, def, &queued.name, &queued.payload)))
            .map(|queued| (queued.arrival, queued.name.clone()))
            .collect();
        self.state.queue.retain(|queued| !stale.iter().any(|(arrival, _)| *arrival == queued.arrival));
        for (_, name) in stale {
            let why = "It came before the rework, and what waited for it is done again.".to_owned();
            self.ignore("signal.ignored", &name, String::new(), why);
        }
    }
}
