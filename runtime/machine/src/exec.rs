//! Runs operations: one place that knows every [`Op`], and hands the larger ones on to files of their own.

use ntro_ir::{BlockId, Op, Pc, Slot, Value};
use serde_json::json;

use crate::bounds;
use crate::codec;
use crate::cx::Cx;
use crate::eval::Slots as _;
use crate::failure::{Failure, Run, Stop, fault};
use crate::io::Output;
use crate::state::{Active, Command, CommandKind, Ending, Feedback, FibreId, Finished, TryFrame, Wait};
use crate::view::FibreSlots;

impl Cx<'_> {
    /// Runs fibres, the oldest first, until none can go on.
    pub(crate) fn run_ready(&mut self) -> Run {
        while let Some(id) = self.ready.pop_first() {
            self.run_fibre(id)?;
        }
        Ok(())
    }

    /// Runs one fibre until it waits or ends.
    pub(crate) fn run_fibre(&mut self, id: FibreId) -> Run {
        loop {
            let pc = match self.state.fibres.get(&id) {
                Some(fibre) if matches!(fibre.wait, Wait::Ready) => fibre.pc,
                Some(_) | None => break,
            };
            let Some(op) = self.program.ops.get(pc as usize) else {
                return fault(format!("operation {pc} does not exist"));
            };
            let Some(left) = self.ops_left.checked_sub(1) else {
                match self.undo_of(id) {
                    Some(undo) => self.undo_ended(undo, Some(out_of_fuel(pc)))?,
                    None => self.fail_run(out_of_fuel(pc))?,
                }
                break;
            };
            self.ops_left = left;
            self.fibre_mut(id)?.pc = pc + 1;
            match self.op(id, pc, op) {
                Ok(()) => {}
                Err(Stop::Failure(failure)) => self.raise_at(id, pc, *failure)?,
                Err(Stop::Fault(what)) => return fault(what),
            }
        }
        self.ready.remove(&id);
        Ok(())
    }

    /// One operation. The fibre's `pc` is already past it.
    fn op(&mut self, id: FibreId, pc: Pc, op: &Op) -> Run {
        match op {
            Op::Enter(block) => self.enter(id, *block),
            Op::Complete { block, value } => {
                let value = value.map(|value| self.eval(id, value)).transpose()?;
                self.complete(id, *block, value)
            }
            Op::Skip { block, why } => {
                let why = why.map(|why| self.eval_text(id, why, &[])).transpose()?;
                self.skip(id, *block, why)
            }
            Op::Set { slot, value } => {
                let value = self.eval(id, *value)?;
                self.put(id, *slot, Some(value));
                Ok(())
            }
            Op::Drop(slots) => {
                for slot in slots {
                    self.put(id, *slot, None);
                }
                Ok(())
            }
            Op::Jump(to) => self.jump(id, *to),
            Op::JumpUnless { cond, to } => {
                if self.eval_bool(id, *cond, &[])? {
                    Ok(())
                } else {
                    self.jump(id, *to)
                }
            }
            Op::Call { call, slot } => self.call(id, *call, *slot, None),
            Op::Gate(gate) => self.open_gate(id, *gate),
            Op::Await(wait) => self.open_await(id, *wait),
            Op::Child(child) => self.start_children(id, *child),
            Op::Sleep(until) => self.sleep(id, *until),
            Op::Fork(bodies) => self.fork(id, bodies),
            Op::ForkEach { list, item, scope, at_once, body } => {
                let items = self.with_env(id, &[], |env| env.eval_list(*list))?;
                let at_once = self.eval_at_once(id, *at_once)?;
                self.fork_each(id, &items, *item, *scope, at_once, *body)
            }
            Op::End => self.end_fibre(id),
            Op::Listen(handler) => self.listen(id, *handler),
            Op::Unlisten(handler) => {
                self.fibre_mut(id)?.listens.retain(|heard| heard != handler);
                Ok(())
            }
            Op::EndHandler => {
                self.state.fibres.remove(&id);
                self.ready.remove(&id);
                Ok(())
            }
            Op::Try { to, slot } => self.open_try(id, *to, *slot),
            Op::EndTry => match self.fibre_mut(id)?.tries.pop() {
                Some(_) => Ok(()),
                None => fault(format!("operation {pc} ends a `try` that is not open")),
            },
            Op::Feedback { level, value } => {
                let value = self.eval(id, *value)?;
                self.feedback_op(id, level, &value)
            }
            Op::Emit { name, value } => {
                let data = codec::encode(&self.eval(id, *value)?);
                let step = self.view().innermost(id).map(|(block, entry)| self.view().address(block, entry));
                self.event(name.clone(), step.unwrap_or_default(), data);
                Ok(())
            }
            Op::Limit { after, to } => self.open_limit(id, after, *to),
            Op::EndLimit => self.close_limit(id, pc),
            Op::Undoable(undo) => self.undoable(id, *undo),
            Op::EndUndo => self.undo_ended(id, None),
            Op::Rework { target, to, redo, unlisten, tries, limits, comment, by } => {
                if self.undo_before_rework(id, pc, *target)? {
                    return Ok(());
                }
                let comment = comment.map(|comment| self.eval(id, comment)).transpose()?;
                let told = by.is_none();
                let by = by.map(|by| self.eval(id, by)).transpose()?;
                let (target, to, tries, limits) = (*target, *to, *tries, *limits);
                let rework = crate::rework::Rework { target, to, redo, unlisten, tries, limits };
                self.rework(id, &rework, comment.unwrap_or(Value::None), by.unwrap_or(Value::None), told)
            }
            Op::Fail(message) => {
                let message = self.eval_text(id, *message, &[])?;
                Err(Failure::new("failed", message).into())
            }
            Op::Raise(slot) => {
                let value = self.get(id, *slot).unwrap_or(Value::None);
                Err(Failure::from_value(&value).into())
            }
            Op::Return(value) => {
                let value = value.map(|value| self.eval(id, value)).transpose()?;
                self.return_run(value.unwrap_or(Value::None))
            }
        }
    }

    fn jump(&mut self, id: FibreId, to: Pc) -> Run {
        self.fibre_mut(id)?.pc = to;
        Ok(())
    }

    /// The block becomes active. What its rework would restore is kept anew each time that it is entered: after a rework the
    /// values are those of the entry before, and in a loop each round starts from its own.
    fn enter(&mut self, id: FibreId, block: BlockId) -> Run {
        let Some(def) = self.program.blocks.get(block as usize) else {
            return fault(format!("block {block} does not exist"));
        };
        let kept: Vec<_> = def.restore.iter().map(|slot| (*slot, self.get(id, *slot))).collect();
        self.forget_children(block);
        let state = self.block_mut(block);
        state.entries = state.entries.saturating_add(1);
        state.finish = None;
        let entry = state.entries;
        let fibre = self.fibre_mut(id)?;
        if !kept.is_empty() {
            fibre.kept.insert(block, kept);
        }
        if fibre.active.len() >= bounds::NESTING {
            return fault(format!("block {block} is entered more than {} levels deep", bounds::NESTING));
        }
        fibre.active.push(Active { block, entry, skipped: None });
        self.mark(id, block)?;
        let step = self.view().address(block, entry);
        self.event("step.entered", step, json!({}));
        Ok(())
    }

    /// Takes a block, and what is still open inside it, off the fibre.
    fn leave(&mut self, id: FibreId, block: BlockId) -> Run<Option<Active>> {
        let fibre = self.fibre_mut(id)?;
        fibre.reworks.retain(|(asker, _)| *asker != block);
        let Some(at) = fibre.active.iter().rposition(|active| active.block == block) else { return Ok(None) };
        let mut left = fibre.active.split_off(at).into_iter();
        let found = left.next();
        for inner in left {
            // A `skip` or `return` inside an inner block ends that one too.
            self.fibre_mut(id)?.reworks.retain(|(asker, _)| *asker != inner.block);
            self.finish(inner.block, inner.entry, Finished::Skipped, None);
        }
        Ok(found)
    }

    fn complete(&mut self, id: FibreId, block: BlockId, value: Option<Value>) -> Run {
        let slot = self.block_slot(block)?;
        let Some(active) = self.leave(id, block)? else {
            return fault(format!("block {block} is completed without being entered"));
        };
        if let Some(value) = value {
            self.put(id, slot, Some(value));
        }
        let how = if active.skipped.is_some() { Finished::Skipped } else { Finished::Completed };
        self.finish(block, active.entry, how, active.skipped);
        if self.tells_values && how == Finished::Completed {
            self.tell_value(id, slot);
        }
        Ok(())
    }

    /// Adds a block's value to the event that has just told its end.
    fn tell_value(&mut self, id: FibreId, slot: Slot) {
        let value = FibreSlots::new(self.program, self.state, id).get(slot).map(codec::encode);
        if let Some(Output::Event(event)) = self.out.back_mut()
            && let Some(value) = value
        {
            event.data = json!({ "value": value });
        }
    }

    fn skip(&mut self, id: FibreId, block: BlockId, why: Option<String>) -> Run {
        let slot = self.block_slot(block)?;
        let entry = match self.leave(id, block)? {
            Some(active) => active.entry,
            None => {
                self.mark(id, block)?;
                self.block_mut(block).entries
            }
        };
        self.put(id, slot, Some(Value::None));
        self.finish(block, entry, Finished::Skipped, why);
        Ok(())
    }

    fn open_try(&mut self, id: FibreId, to: Pc, slot: Option<Slot>) -> Run {
        let fibre = self.fibre_mut(id)?;
        if fibre.tries.len() >= bounds::NESTING {
            return fault(format!("`try` is nested more than {} levels deep", bounds::NESTING));
        }
        let active = u32::try_from(fibre.active.len()).unwrap_or(u32::MAX);
        let listens = u32::try_from(fibre.listens.len()).unwrap_or(u32::MAX);
        let limits = u32::try_from(fibre.limits.len()).unwrap_or(u32::MAX);
        fibre.tries.push(TryFrame { to, slot, active, listens, limits });
        Ok(())
    }

    fn sleep(&mut self, id: FibreId, until: ntro_ir::ExprId) -> Run {
        let too_far = || Failure::new("out_of_range", "This sleep ends beyond the calendar.");
        let due = match self.eval(id, until)? {
            Value::Duration(ms) => {
                crate::eval::Clock::after_ms(self.now(), ms.clamp(0, bounds::TIMER_MS)).ok_or_else(too_far)?
            }
            Value::DateTime(instant) => instant,
            // "until a date" ends where the date begins, which is where the day before ends.
            Value::Date(date) => {
                date.yesterday().ok().and_then(|before| self.clock.end_of_date(before)).ok_or_else(too_far)?
            }
            other => return fault(format!("a sleep lasts `{}`", other.display())),
        };
        if due <= self.now() {
            return Ok(());
        }
        let summary = self.view().innermost(id).map(|(block, _)| self.view().title(block)).unwrap_or_default();
        let seq = self.start_timer(id, due, summary);
        self.fibre_mut(id)?.wait = Wait::Sleep { seq, until: due };
        Ok(())
    }

    /// Feedback shows at the open wait, or at the next one. A handler's fibre is not the one that waits: what it says shows
    /// where its listener waits.
    fn feedback_op(&mut self, id: FibreId, level: &str, value: &Value) -> Run {
        let Some(feedback) = Feedback::of(level, value) else { return Ok(()) };
        let mut at = id;
        if self.handler_fibre.is_some_and(|(fibre, _)| fibre == id) {
            at = self.fibre(id)?.parent.unwrap_or(id);
            let shows = |wait: &Wait| matches!(wait, Wait::Gate(_) | Wait::Await(_));
            if !shows(&self.fibre(at)?.wait) {
                let open = self.state.fibres.iter().find(|(_, fibre)| shows(&fibre.wait)).map(|(id, _)| *id);
                at = open.unwrap_or(at);
            }
        }
        self.tell(at, feedback);
        Ok(())
    }

    /// The run is complete. Whatever else runs is cancelled.
    fn return_run(&mut self, value: Value) -> Run {
        let result = codec::encode(&value);
        let mut at = self.state.fibres.keys().copied().collect::<Vec<_>>();
        at.reverse();
        let undoing = self.undoing();
        for id in at.into_iter().filter(|id| !undoing.contains(id)) {
            let active = std::mem::take(&mut self.fibre_mut(id)?.active);
            for active in active.into_iter().rev() {
                self.finish(active.block, active.entry, Finished::Completed, None);
            }
        }
        self.end_run(Ending::Completed { result });
        Ok(())
    }

    /// Cancels all commands and forgets all fibres, but for those that undo something.
    pub(crate) fn end_everything(&mut self) {
        let undoing = self.undoing();
        let ends = |command: &Command| command.fibre.is_some_and(|fibre| !undoing.contains(&fibre));
        let open: Vec<_> =
            self.state.commands.iter().filter(|(_, command)| ends(command)).map(|(seq, _)| *seq).collect();
        for seq in open {
            self.cancel_command(seq);
        }
        let waits: Vec<_> = (self.state.fibres.values())
            .filter_map(|fibre| match &fibre.wait {
                Wait::Child(wait) => Some((wait.child, wait.entry)),
                _ => None,
            })
            .collect();
        for (child, entry) in waits {
            self.note_cancelled(child, entry);
        }
        self.state.fibres.retain(|id, _| undoing.contains(id));
        self.state.notes.feedback.clear();
        self.state.queue.clear();
        self.ready.retain(|id| undoing.contains(id));
    }

    /// A timer fired.
    pub(crate) fn timer_fired(&mut self, seq: crate::io::Seq) -> Run {
        let Some(command) = self.state.commands.get(&seq) else { return Ok(()) };
        if command.kind != CommandKind::Timer {
            return fault(format!("timer {seq} fired, which is no timer"));
        }
        let Some(id) = command.fibre else { return Ok(()) };
        self.state.commands.remove(&seq);
        if self.limit_over(id, seq)? || self.remind(id, seq)? {
            return Ok(());
        }
        match &self.fibre(id)?.wait {
            Wait::Sleep { seq: waits, .. } if *waits == seq => self.wake(id, None),
            Wait::Gate(_) | Wait::Await(_) | Wait::Child(_) => self.limit_reached(id, seq),
            Wait::Ready
            | Wait::Sleep { .. }
            | Wait::Call(_)
            | Wait::Join { .. }
            | Wait::Each(_)
            | Wait::Undo { .. } => fault(format!("timer {seq} fired, for which fibre {id} does not wait")),
        }
    }
}

fn out_of_fuel(pc: Pc) -> Failure {
    let mut failure = Failure::new(
        "fuel",
        format!(
            "This ran {} operations without waiting for anything. A loop that never waits needs `at most N times`.",
            bounds::OPS_PER_ACTIVATION
        ),
    );
    failure.pc = Some(pc);
    failure
}
