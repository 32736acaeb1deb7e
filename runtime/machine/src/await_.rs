//! Awaits: opening, taking signals, conditions, lateness.

use std::collections::BTreeMap;

use ntro_ir::{Await, AwaitArm, AwaitId, BlockId, Pc, Type, Value};
use serde_json::json;

use crate::actor::Actor;
use crate::codec;
use crate::cx::Cx;
use crate::failure::{Run, Stop, fault};
use crate::gate::Verdict;
use crate::io::Json;
use crate::state::{AwaitWait, Beside, FibreId, Wait};
use crate::view::View;

/// What takes a signal, and what it takes of it.
pub(crate) enum Accepted {
    /// The payload, decoded.
    Yes(Value),
    /// It is for somebody else.
    No,
    /// It cannot be read.
    Malformed(String),
}

impl<'a> Cx<'a> {
    /// Opens an await. Queued signals and `until` are looked at once all fibres wait.
    pub(crate) fn open_await(&mut self, id: FibreId, await_id: AwaitId) -> Run {
        let def = self.await_def(await_id)?;
        let entry = self.entry_of(id, def.block)?;
        let limit = self.start_limit(id, &def.limits, 0, def.block, &[])?;
        let due = limit.as_ref().map(|limit| limit.due);
        self.fibre_mut(id)?.wait = Wait::Await(Box::new(AwaitWait {
            id: await_id,
            entry,
            opened_at: self.now(),
            opened_in: self.state.notes.activation,
            limit,
            escalated: Vec::new(),
            files: BTreeMap::new(),
            beside: Beside::default(),
        }));
        let step = self.view().address(def.block, entry);
        let signals: Vec<_> = def.arms.iter().map(|arm| arm.signal.as_str()).collect();
        self.event("await.opened", step, json!({ "round": entry, "signals": signals, "due": due }));
        self.start_reminders(id, &def.reminders, &[])
    }

    /// Gives queued signals to open awaits, in the order of the text. Says whether any was taken.
    pub(crate) fn deliver(&mut self) -> Run<bool> {
        if self.state.queue.is_empty() {
            return Ok(false);
        }
        let mut taken = false;
        for id in self.open_waits()? {
            if let Wait::Await(wait) = &self.fibre(id)?.wait {
                let def = self.await_def(wait.id)?;
                if def.asks_files() && self.take_files(id, def)? {
                    taken = true;
                    continue;
                }
                taken |= self.take_oldest(id, def)?;
            }
        }
        Ok(taken)
    }

    /// Fibres with an open gate or await, in the order of the text.
    fn open_waits(&self) -> Run<Vec<FibreId>> {
        let mut open: Vec<(BlockId, u32, FibreId)> = Vec::new();
        for (id, fibre) in &self.state.fibres {
            match &fibre.wait {
                Wait::Gate(wait) => open.push((self.gate_def(wait.gate)?.block, wait.entry, *id)),
                Wait::Await(wait) => open.push((self.await_def(wait.id)?.block, wait.entry, *id)),
                _ => {}
            }
        }
        open.sort_unstable();
        Ok(open.into_iter().map(|(_, _, id)| id).collect())
    }

    /// Takes the oldest queued signal that an arm accepts.
    fn take_oldest(&mut self, id: FibreId, def: &'a Await) -> Run<bool> {
        let mut found = None;
        for (index, queued) in self.state.queue.iter().enumerate() {
            for arm in def.heard().iter().filter(|arm| arm.signal == queued.name) {
                if let Accepted::Yes(value) = self.view().accepts(id, arm, &queued.payload)
                    && self.view().may_answer(id, &queued.payload)
                {
                    found = Some((index, arm, value));
                    break;
                }
            }
            if found.is_some() {
                break;
            }
        }
        let Some((index, arm, value)) = found else { return Ok(false) };
        let queued = self.state.queue.remove(index);
        self.take_references(&queued.name, &queued.payload, Some(def.block));
        self.close_await(id, def, Some((&arm.signal, value)), arm.to)?;
        Ok(true)
    }

    /// `ask files`: each signal fills the slot whose source it names; a later one replaces it while the wait lasts.
    fn take_files(&mut self, id: FibreId, def: &'a Await) -> Run<bool> {
        let (Some(arm), Some(ask)) = (def.arms.first(), &def.ask) else { return Ok(false) };
        let mut slots = Vec::new();
        for (name, source) in &ask.props {
            match self.view().text(id, *source, &[]) {
                Ok(source) => slots.push((name.as_str(), source)),
                Err(error) => {
                    self.or_raise(id, Err(error.into()))?;
                    return Ok(true);
                }
            }
        }
        let mut taken = false;
        let mut index = 0;
        while let Some(queued) = self.state.queue.get(index) {
            let source = queued.payload.get("source").and_then(Json::as_str);
            let slot = slots.iter().find(|(_, wanted)| source == Some(wanted)).map(|(name, _)| *name);
            let file = codec::decode(self.program, &queued.payload, &Type::File).ok();
            let fits = queued.name == arm.signal && self.view().may_answer(id, &queued.payload);
            let (Some(slot), Some(file), true) = (slot, file, fits) else {
                index += 1;
                continue;
            };
            let queued = self.state.queue.remove(index);
            self.take_references(&queued.name, &queued.payload, Some(def.block));
            if let Wait::Await(wait) = &mut self.fibre_mut(id)?.wait {
                wait.files.insert(slot.to_owned(), file);
            }
            self.state.notes.feedback.remove(&id);
            taken = true;
        }
        let Wait::Await(wait) = &self.fibre(id)?.wait else { return Ok(taken) };
        let all: Option<Vec<_>> =
            slots.iter().map(|(name, _)| wait.files.get(*name).map(|file| (*name, file.clone()))).collect();
        if taken && let Some(all) = all {
            self.close_await(id, def, Some((&arm.signal, Value::record(all))), arm.to)?;
        }
        Ok(taken)
    }

    /// An action answers `ask form` or `ask confirm` as if the signal of the first arm had come.
    pub(crate) fn answer_await(&mut self, id: FibreId, payload: &Json) -> Run<Result<String, String>> {
        let Wait::Await(wait) = &self.fibre(id)?.wait else { return fault(format!("fibre {id} has no open await")) };
        let def = self.await_def(wait.id)?;
        let entry = wait.entry;
        let Some(arm) = def.arms.first() else { return Ok(Err("Nothing can be sent here.".to_owned())) };
        if !self.view().may_answer(id, payload) {
            return Ok(Err("You may not answer this.".to_owned()));
        }
        match self.view().accepts(id, arm, payload) {
            Accepted::Yes(value) => {
                let step = self.view().address(def.block, entry);
                self.close_await(id, def, Some((&arm.signal, value)), arm.to)?;
                Ok(Ok(step))
            }
            Accepted::No => Ok(Err("This answer is not accepted here.".to_owned())),
            Accepted::Malformed(why) => Ok(Err(why)),
        }
    }

    /// Closes gates and awaits whose `until` holds. Says whether any did.
    pub(crate) fn check_until(&mut self) -> Run<bool> {
        let mut closed = false;
        for id in self.open_waits()? {
            let Some(fibre) = self.state.fibres.get(&id) else { continue };
            let result = match &fibre.wait {
                Wait::Gate(wait) => match self.gate_def(wait.gate)?.until {
                    Some(until) => {
                        self.gate_locals(id).and_then(|locals| Ok((self.eval_bool(id, until, &locals)?, None)))
                    }
                    None => continue,
                },
                Wait::Await(wait) => match self.await_def(wait.id)?.until {
                    Some((until, to)) => self.eval_bool(id, until, &[]).map(|is| (is, Some(to))).map_err(Stop::from),
                    None => continue,
                },
                _ => continue,
            };
            match result {
                Ok((false, _)) => {}
                Ok((true, None)) => {
                    closed = true;
                    self.close_gate(id, Verdict::approved_by_nobody())?;
                }
                Ok((true, Some(to))) => {
                    closed = true;
                    self.end_await(id, "until", to)?;
                }
                Err(stop) => {
                    closed = true;
                    self.or_raise(id, Err(stop))?;
                }
            }
        }
        Ok(closed)
    }

    /// The last limit has run out.
    pub(crate) fn await_late(&mut self, id: FibreId) -> Run {
        let Wait::Await(wait) = &self.fibre(id)?.wait else { return fault(format!("fibre {id} has no open await")) };
        match self.await_def(wait.id)?.late {
            Some(late) => self.end_await(id, "late", late),
            None => fault("an await's limit leads nowhere"),
        }
    }

    fn end_await(&mut self, id: FibreId, tag: &str, to: Pc) -> Run {
        let Wait::Await(wait) = &self.fibre(id)?.wait else { return fault(format!("fibre {id} has no open await")) };
        let def = self.await_def(wait.id)?;
        let value = if def.choice { Value::variant(tag, Value::None) } else { Value::None };
        self.finish_await(id, def, value, tag, to)
    }

    fn close_await(&mut self, id: FibreId, def: &Await, got: Option<(&str, Value)>, to: Pc) -> Run {
        let (tag, payload) = got.unwrap_or(("", Value::None));
        let value = if def.choice { Value::variant(tag, payload) } else { payload };
        self.finish_await(id, def, value, tag, to)
    }

    fn finish_await(&mut self, id: FibreId, def: &Await, value: Value, tag: &str, to: Pc) -> Run {
        let Wait::Await(wait) = &self.fibre(id)?.wait else { return fault(format!("fibre {id} has no open await")) };
        let entry = wait.entry;
        let shown = def.ask.as_ref().and_then(|_| self.view().pending_of(id)).map(|pending| pending.kept());
        let feedback = self.state.notes.feedback.remove(&id);
        drop(feedback);
        self.clear_wait(id)?;
        self.put(id, def_slot(self.program, def)?, Some(value));
        self.keep_snapshot(def.block, entry, shown, None);
        let step = self.view().address(def.block, entry);
        self.event("await.closed", step, json!({ "by": tag }));
        self.wake(id, Some(to))
    }

    pub(crate) fn await_def(&self, id: AwaitId) -> Run<&'a Await> {
        match self.program.awaits.get(id as usize) {
            Some(def) => Ok(def),
            None => fault(format!("await {id} does not exist")),
        }
    }
}

fn def_slot(program: &ntro_ir::Program, def: &Await) -> Run<ntro_ir::Slot> {
    match program.blocks.get(def.block as usize) {
        Some(block) => Ok(block.slot),
        None => fault(format!("block {} does not exist", def.block)),
    }
}

impl View<'_> {
    /// Whether an arm takes a payload. A `where` that cannot be evaluated takes nothing.
    pub(crate) fn accepts(&self, id: FibreId, arm: &AwaitArm, payload: &Json) -> Accepted {
        let value = match codec::decode(self.program, payload, &arm.payload) {
            Ok(value) => value,
            Err(why) => return Accepted::Malformed(why),
        };
        let locals = [(arm.it, value)];
        let fits = arm.filter.is_none_or(|filter| self.bool(id, filter, &locals).unwrap_or(false));
        let escalated = match self.fibre(id).map(|fibre| &fibre.wait) {
            Some(Wait::Await(wait)) if self.program.escalation_reaches_senders => wait.escalated.as_slice(),
            _ => &[],
        };
        let sent = fits && self.may_send(id, arm.from, payload, &locals, escalated);
        let [(_, value)] = locals;
        if sent { Accepted::Yes(value) } else { Accepted::No }
    }

    /// Whether an await would take a signal.
    pub(crate) fn would_take(&self, id: FibreId, def: &Await, name: &str, payload: &Json) -> bool {
        let collected = def.asks_files() && def.arms.first().is_some_and(|arm| arm.signal == name);
        let source = payload.get("source").and_then(Json::as_str);
        let mut slots = def.ask.iter().flat_map(|ask| &ask.props).filter(|_| collected);
        slots.any(|(_, wanted)| self.text(id, *wanted, &[]).is_ok_and(|wanted| source == Some(wanted.as_str())))
            || def
                .heard()
                .iter()
                .filter(|arm| arm.signal == name)
                .any(|arm| matches!(self.accepts(id, arm, payload), Accepted::Yes(_)))
    }

    /// Whether `from` accepts the sender, `escalated` being roles that may send too.
    pub(crate) fn may_send(
        &self,
        id: FibreId,
        from: Option<ntro_ir::ExprId>,
        payload: &Json,
        locals: &[(ntro_ir::LocalId, Value)],
        escalated: &[String],
    ) -> bool {
        let Some(from) = from else { return true };
        let Ok(actor) = Actor::of(payload) else { return false };
        let Ok(mut roles) = self.names(id, from, locals) else { return false };
        crate::actor::add(&mut roles, escalated);
        self.has_role(&actor, Some(&roles))
    }

    /// Whether the await's `by` accepts the sender.
    fn may_answer(&self, id: FibreId, payload: &Json) -> bool {
        let Some(Wait::Await(wait)) = self.fibre(id).map(|fibre| &fibre.wait) else { return false };
        match (self.await_roles(id, wait), Actor::of(payload)) {
            (Ok(roles), Ok(actor)) => self.has_role(&actor, roles.as_deref()),
            _ => false,
        }
    }
}
