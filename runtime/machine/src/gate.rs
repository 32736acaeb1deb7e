//! Gates: opening and closing. Who may act is in `actor`, what they may do in `gate_act`.

use ntro_ir::{Gate, GateId, LocalId, Value};
use serde_json::json;

use crate::cx::Cx;
use crate::draft;
use crate::failure::{Run, fault};
use crate::state::{Beside, FibreId, GateWait, StepSnapshot, Wait};

/// How a gate is decided.
pub(crate) struct Verdict {
    /// `approved`, `rejected`, `late` or a named action.
    pub(crate) decision: String,
    pub(crate) by: Option<String>,
    pub(crate) comment: Option<String>,
    pub(crate) approvers: Vec<String>,
}

impl Verdict {
    fn by_nobody(decision: &str) -> Verdict {
        Verdict { decision: decision.to_owned(), by: None, comment: None, approvers: Vec::new() }
    }

    /// The last limit has run out.
    pub(crate) fn late() -> Verdict {
        Verdict::by_nobody("late")
    }

    /// `until`, or a limit that approves.
    pub(crate) fn approved_by_nobody() -> Verdict {
        Verdict::by_nobody("approved")
    }

    /// A limit that rejects.
    pub(crate) fn rejected_by_nobody() -> Verdict {
        Verdict::by_nobody("rejected")
    }
}

impl<'a> Cx<'a> {
    /// Opens a gate. Whether its `until` is already true is looked at once all fibres wait.
    pub(crate) fn open_gate(&mut self, id: FibreId, gate_id: GateId) -> Run {
        let gate = self.gate_def(gate_id)?;
        let entry = self.entry_of(id, gate.block)?;
        let mut wait = GateWait {
            gate: gate_id,
            entry,
            opened_at: self.now(),
            opened_in: self.state.notes.activation,
            limit: None,
            escalated: Vec::new(),
            edits: std::collections::BTreeMap::new(),
            rejected: Vec::new(),
            corrections: Vec::new(),
            approvers: Vec::new(),
            beside: Beside::default(),
        };
        // What cannot be shown must not be asked: a failure here ends the step before anybody sees it.
        let this = self.view().this(id, gate, &wait, None, None)?;
        let locals = [this];
        wait.limit = self.start_limit(id, &gate.limits, 0, gate.block, &locals)?;
        let due = wait.limit.as_ref().map(|limit| limit.due);
        let roles = self.view().gate_roles(id, gate, &wait)?;
        self.fibre_mut(id)?.wait = Wait::Gate(Box::new(wait));
        let step = self.view().address(gate.block, entry);
        self.event("gate.opened", step, json!({ "round": entry, "roles": roles, "due": due }));
        self.start_reminders(id, &gate.reminders, &locals)?;
        self.start_checks(id, gate)
    }

    /// The gate is decided: its value is set, and the fibre goes on.
    pub(crate) fn close_gate(&mut self, id: FibreId, verdict: Verdict) -> Run {
        let closed = self.try_close_gate(id, verdict);
        self.or_raise(id, closed)
    }

    fn try_close_gate(&mut self, id: FibreId, verdict: Verdict) -> Run {
        let wait = self.gate_wait(id)?.clone();
        let gate = self.gate_def(wait.gate)?;
        let draft = self.view().draft(id, gate, &wait)?;
        let corrections = draft::corrections(&wait.corrections);
        let mut decision = json!({
            "decision": verdict.decision,
            "by": verdict.by,
            "comment": verdict.comment,
            "approvers": verdict.approvers,
            "corrections": crate::codec::encode(&corrections),
            "round": wait.entry,
        });
        if let Some((checks, decision)) = self.view().checks(id, gate, &wait).zip(decision.as_object_mut()) {
            decision.insert("checks".to_owned(), checks);
        }
        let shown = self.view().pending_of(id).map(|pending| pending.kept());
        let value = Value::record([
            ("decision", Value::Enum(verdict.decision.as_str().into())),
            ("value", draft.value),
            ("corrections", corrections),
            ("removed", Value::list(draft.removed)),
            ("comment", draft::optional_text(verdict.comment.as_deref())),
            ("by", draft::optional_text(verdict.by.as_deref())),
            ("approvers", Value::list(verdict.approvers.iter().map(|who| Value::text(who.as_str())).collect())),
            ("round", Value::Int(i64::from(wait.entry))),
            ("at", Value::DateTime(self.now())),
        ]);
        self.clear_wait(id)?;
        self.put(id, self.block_slot(gate.block)?, Some(value));
        self.keep_snapshot(gate.block, wait.entry, shown, Some(decision.clone()));
        let arrivals = self.state.notes.arrivals;
        self.fibre_mut(id)?.decided = Some((gate.block, arrivals));
        let step = self.view().address(gate.block, wait.entry);
        self.event("gate.decided", step, decision);
        self.wake(id, None)
    }

    /// What was shown and decided, for `step_snapshots`.
    pub(crate) fn keep_snapshot(
        &mut self,
        block: ntro_ir::BlockId,
        entry: u32,
        shown: Option<StepSnapshot>,
        decision: Option<crate::io::Json>,
    ) {
        let state = self.block_mut(block);
        if entry >= state.entries
            && let Some(shown) = shown
        {
            state.snapshot = Some(Box::new(StepSnapshot { decision, ..shown }));
        }
    }

    /// A fibre's open gate.
    pub(crate) fn gate_wait(&self, id: FibreId) -> Run<&GateWait> {
        match &self.fibre(id)?.wait {
            Wait::Gate(wait) => Ok(wait),
            _ => fault(format!("fibre {id} has no open gate")),
        }
    }

    /// The gate inside its own clauses, for a fibre that waits at one; nothing for other waits.
    pub(crate) fn gate_locals(&self, id: FibreId) -> Run<Vec<(LocalId, Value)>> {
        let Wait::Gate(wait) = &self.fibre(id)?.wait else { return Ok(Vec::new()) };
        let gate = self.gate_def(wait.gate)?;
        Ok(vec![self.view().this(id, gate, wait, None, None)?])
    }

    pub(crate) fn gate_def(&self, id: GateId) -> Run<&'a Gate> {
        match self.program.gates.get(id as usize) {
            Some(gate) => Ok(gate),
            None => fault(format!("gate {id} does not exist")),
        }
    }
}
