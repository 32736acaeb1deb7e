//! What an activation works with, and the small things that everything does: evaluate, set, count, tell.

use std::collections::{BTreeSet, VecDeque};

use jiff::Timestamp;
use ntro_ir::{BlockId, ExprId, HandlerId, LocalId, Program, Slot, Value};
use serde_json::json;

use crate::bounds;
use crate::eval::{Clock, Env, Eval, EvalError};
use crate::failure::{Failure, Run, fault};
use crate::io::{Event, Json, Output, Seq};
use crate::state::{
    BlockState, Command, CommandKind, Feedback, Fibre, FibreId, Finish, Finished, Ignored, State, Wait,
};
use crate::view::{self, FibreSlots, View};

/// An activation under way.
pub(crate) struct Cx<'a> {
    pub(crate) program: &'a Program,
    pub(crate) state: &'a mut State,
    pub(crate) clock: &'a Clock,
    pub(crate) out: &'a mut VecDeque<Output>,
    /// Fibres that can go on; empty between activations.
    pub(crate) ready: BTreeSet<FibreId>,
    /// The fibre of a handler that runs right now, and which handler that is.
    pub(crate) handler_fibre: Option<(FibreId, HandlerId)>,
    /// Operations that this activation may still run.
    pub(crate) ops_left: u64,
    /// Expression nodes that it may still visit.
    pub(crate) exprs_left: u64,
    /// Whether what completes tells its value.
    pub(crate) tells_values: bool,
}

impl<'a> Cx<'a> {
    pub(crate) fn new(
        program: &'a Program,
        state: &'a mut State,
        clock: &'a Clock,
        out: &'a mut VecDeque<Output>,
    ) -> Cx<'a> {
        Cx {
            program,
            state,
            clock,
            out,
            ready: BTreeSet::new(),
            handler_fibre: None,
            ops_left: bounds::OPS_PER_ACTIVATION,
            exprs_left: bounds::EXPRS_PER_ACTIVATION,
            tells_values: false,
        }
    }

    /// The same run, to look at.
    pub(crate) fn view(&self) -> View<'_> {
        View { program: self.program, state: self.state, clock: self.clock }
    }

    /// The time of the activation.
    pub(crate) fn now(&self) -> Timestamp {
        self.state.notes.now
    }

    // ── Expressions ──────────────────────────────────────────────────────────────────────────────────────────────────

    /// Evaluates with the activation's fuel.
    pub(crate) fn with_env<T>(
        &mut self,
        fibre: FibreId,
        locals: &[(LocalId, Value)],
        work: impl FnOnce(&Env<'_>) -> Eval<T>,
    ) -> Eval<T> {
        let (result, left) = {
            let slots = FibreSlots::new(self.program, self.state, fibre);
            let env = Env::new(self.program, &slots, self.clock).with_fuel(self.exprs_left);
            for (local, value) in locals {
                env.set_local(*local, value.clone());
            }
            (work(&env), env.fuel.get())
        };
        self.exprs_left = left;
        result
    }

    pub(crate) fn eval(&mut self, fibre: FibreId, expr: ExprId) -> Eval {
        self.with_env(fibre, &[], |env| env.eval(expr))
    }

    pub(crate) fn eval_with(&mut self, fibre: FibreId, expr: ExprId, locals: &[(LocalId, Value)]) -> Eval {
        self.with_env(fibre, locals, |env| env.eval(expr))
    }

    pub(crate) fn eval_bool(&mut self, fibre: FibreId, expr: ExprId, locals: &[(LocalId, Value)]) -> Eval<bool> {
        self.with_env(fibre, locals, |env| env.eval_bool(expr))
    }

    pub(crate) fn eval_text(&mut self, fibre: FibreId, expr: ExprId, locals: &[(LocalId, Value)]) -> Eval<String> {
        self.with_env(fibre, locals, |env| env.eval_text(expr)).map(|text| text.as_ref().to_owned())
    }

    /// Evaluates a number of things at once: at least one, at most what a run may have.
    pub(crate) fn eval_at_once(&mut self, fibre: FibreId, expr: ExprId) -> Eval<u32> {
        let count = self.with_env(fibre, &[], |env| env.eval_int(expr))?;
        if count < 1 {
            return Err(EvalError::new("out_of_range", format!("`at most {count} at once` would never run anything.")));
        }
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    // ── Slots ────────────────────────────────────────────────────────────────────────────────────────────────────────

    /// Sets or clears a slot as a fibre sees it.
    pub(crate) fn put(&mut self, fibre: FibreId, slot: Slot, value: Option<Value>) {
        let slots = match view::owner(self.program, self.state, fibre, slot) {
            Some(owner) => match self.state.fibres.get_mut(&owner).and_then(|fibre| fibre.overlay.as_mut()) {
                Some(overlay) => &mut overlay.slots,
                None => return,
            },
            None => &mut self.state.slots,
        };
        match value {
            Some(value) => slots.insert(slot.0, value),
            None => slots.remove(&slot.0),
        };
    }

    /// What a slot holds for a fibre.
    pub(crate) fn get(&self, fibre: FibreId, slot: Slot) -> Option<Value> {
        use crate::eval::Slots as _;
        FibreSlots::new(self.program, self.state, fibre).get(slot).cloned()
    }

    /// The slot of a block's value.
    pub(crate) fn block_slot(&self, block: BlockId) -> Run<Slot> {
        match self.program.blocks.get(block as usize) {
            Some(block) => Ok(block.slot),
            None => fault(format!("block {block} does not exist")),
        }
    }

    // ── Fibres ───────────────────────────────────────────────────────────────────────────────────────────────────────

    pub(crate) fn fibre(&self, id: FibreId) -> Run<&Fibre> {
        match self.state.fibres.get(&id) {
            Some(fibre) => Ok(fibre),
            None => fault(format!("fibre {id} does not exist")),
        }
    }

    pub(crate) fn fibre_mut(&mut self, id: FibreId) -> Run<&mut Fibre> {
        match self.state.fibres.get_mut(&id) {
            Some(fibre) => Ok(fibre),
            None => fault(format!("fibre {id} does not exist")),
        }
    }

    /// Starts a fibre.
    pub(crate) fn spawn(&mut self, fibre: Fibre) -> Run<FibreId> {
        if self.state.fibres.len() >= bounds::FIBRES {
            return Err(Failure::new(
                "limit",
                format!("More than {} things would run side by side. Work on fewer at once.", bounds::FIBRES),
            )
            .into());
        }
        let id = self.state.next_fibre;
        self.state.next_fibre = id.wrapping_add(1);
        if matches!(fibre.wait, Wait::Ready) {
            self.ready.insert(id);
        }
        self.state.fibres.insert(id, fibre);
        Ok(id)
    }

    /// A fibre can go on at an operation.
    pub(crate) fn wake(&mut self, id: FibreId, to: Option<u32>) -> Run {
        let fibre = self.fibre_mut(id)?;
        fibre.wait = Wait::Ready;
        if let Some(to) = to {
            fibre.pc = to;
        }
        self.ready.insert(id);
        Ok(())
    }

    // ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// The next command's number, on behalf of a fibre.
    pub(crate) fn command(&mut self, kind: CommandKind, fibre: FibreId) -> Seq {
        self.state.last_seq = self.state.last_seq.wrapping_add(1);
        self.state.commands.insert(self.state.last_seq, Command { kind, fibre: Some(fibre) });
        self.state.last_seq
    }

    /// Starts a timer.
    pub(crate) fn start_timer(&mut self, fibre: FibreId, due: Timestamp, summary: String) -> Seq {
        let seq = self.command(CommandKind::Timer, fibre);
        let after_ms = due.as_millisecond().saturating_sub(self.now().as_millisecond()).clamp(0, bounds::TIMER_MS);
        self.out.push_back(Output::StartTimer { seq, after_ms, summary });
        seq
    }

    /// Cancels a command. What still answers is remembered until it has.
    pub(crate) fn cancel_command(&mut self, seq: Seq) {
        let Some(command) = self.state.commands.get_mut(&seq) else { return };
        command.fibre = None;
        match command.kind {
            CommandKind::Timer => {
                self.state.commands.remove(&seq);
                self.out.push_back(Output::CancelTimer { seq });
            }
            CommandKind::Activity => self.out.push_back(Output::CancelActivity { seq }),
            CommandKind::Child => self.out.push_back(Output::CancelChild { seq }),
        }
    }

    // ── Blocks ───────────────────────────────────────────────────────────────────────────────────────────────────────

    pub(crate) fn block_mut(&mut self, block: BlockId) -> &mut BlockState {
        self.state.blocks.entry(block).or_default()
    }

    /// Notes how a round of a block ended. Only the newest round is kept: side by side, the one entered last.
    pub(crate) fn finish(&mut self, block: BlockId, entry: u32, how: Finished, why: Option<String>) {
        let at = self.now();
        let title_why = why.clone();
        let state = self.block_mut(block);
        if entry >= state.entries {
            state.finish = Some(Finish { how, why, at });
        }
        let name = match how {
            Finished::Completed => "step.completed",
            Finished::Skipped => "step.skipped",
            Finished::Failed => "step.failed",
            Finished::Cancelled => "step.cancelled",
        };
        let step = self.view().address(block, entry);
        self.event(name, step, title_why.map_or(json!({}), |why| json!({ "why": why })));
    }

    // ── Telling ──────────────────────────────────────────────────────────────────────────────────────────────────────

    pub(crate) fn event(&mut self, name: impl Into<String>, step: String, data: Json) {
        let at = self.now();
        self.out.push_back(Output::Event(Event { name: name.into(), step, data, at }));
    }

    /// Records an input that changes nothing.
    pub(crate) fn ignore(&mut self, event: &str, name: &str, step: String, why: String) {
        let notes = &mut self.state.notes;
        notes.ignored_count = notes.ignored_count.saturating_add(1);
        if notes.ignored.len() >= bounds::IGNORED {
            notes.ignored.remove(0);
        }
        let name: String = name.chars().take(200).collect();
        let why: String = why.chars().take(500).collect();
        notes.ignored.push(Ignored { name: name.clone(), why: why.clone(), at: notes.now });
        self.event(event, step, json!({ "name": name, "why": why }));
    }

    /// What people are told at the open wait of a fibre, or at its next one.
    pub(crate) fn tell(&mut self, fibre: FibreId, feedback: Feedback) {
        let step = self.view().innermost(fibre).map(|(block, entry)| self.view().address(block, entry));
        self.event(
            "feedback",
            step.unwrap_or_default(),
            json!({ "kind": feedback.kind, "level": feedback.level, "payload": feedback.payload }),
        );
        self.state.notes.feedback.insert(fibre, feedback);
    }
}

impl Feedback {
    /// A sentence.
    pub(crate) fn message(level: &str, text: &str) -> Feedback {
        Feedback { kind: "message".to_owned(), level: level.to_owned(), payload: json!({ "message": text }) }
    }

    /// A sentence, or a record that tells what a file gave. `none` says nothing.
    pub(crate) fn of(level: &str, value: &Value) -> Option<Feedback> {
        match value {
            Value::None => None,
            Value::Record(_) => Some(Feedback {
                kind: "ingest".to_owned(),
                level: level.to_owned(),
                payload: crate::codec::encode(value),
            }),
            other => Some(Feedback::message(level, &other.display())),
        }
    }
}
