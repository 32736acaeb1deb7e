//! Named signals: they are heard by a handler at once, or queue until an await takes them.

use ntro_ir::{Await, AwaitArm, Handler, HandlerId, Value};

use crate::action::clip;
use crate::await_::Accepted;
use crate::bounds;
use crate::codec;
use crate::cx::Cx;
use crate::failure::{Run, fault};
use crate::io::Json;
use crate::state::{Feedback, Fibre, FibreId, Phase, Queued, Taken, Wait};

impl<'a> Cx<'a> {
    /// A signal came.
    pub(crate) fn signal(&mut self, name: &str, payload: Json) -> Run {
        if name == "user_action" {
            return self.user_action(&payload);
        }
        self.state.notes.arrivals = self.state.notes.arrivals.saturating_add(1);
        let arrival = self.state.notes.arrivals;
        if let Some(why) = self.unwanted(name, &payload) {
            self.ignore("signal.ignored", name, String::new(), why);
            return Ok(());
        }
        if let Some(why) = self.malformed(name, &payload) {
            return self.refuse_malformed(name, &why);
        }
        for (listener, handler_id) in self.listeners() {
            let handler = self.handler_def(handler_id)?;
            if handler.signal != name {
                continue;
            }
            if let Accepted::Yes(value) = self.hears(listener, handler, &payload) {
                self.take_references(name, &payload, None);
                return self.run_handler(listener, handler_id, handler, value);
            }
        }
        if self.state.queue.len() >= bounds::QUEUED_SIGNALS {
            let why = format!("{} signals wait already, and nothing takes them.", bounds::QUEUED_SIGNALS);
            self.ignore("signal.ignored", name, String::new(), why);
            return Ok(());
        }
        self.state.queue.push(Queued { arrival, name: name.to_owned(), payload });
        Ok(())
    }

    /// Why a signal is not even looked at.
    fn unwanted(&self, name: &str, payload: &Json) -> Option<String> {
        if self.state.phase != Phase::Running {
            return Some("The run is over.".to_owned());
        }
        let known = self.program.signals.iter().any(|signal| signal.name == name);
        let arms = self.program.awaits.iter().flat_map(signal_arms).any(|arm| arm.signal == name);
        let heard = self.program.handlers.iter().any(|handler| handler.signal == name);
        if !arms && !heard {
            let what = if known { "Nothing in this runbook waits for" } else { "This runbook does not know" };
            return Some(format!("{what} the signal `{}`.", clip(name)));
        }
        if let Err(why) = codec::check_size(payload) {
            return Some(why);
        }
        let taken = references(name, payload).into_iter().find(|key| self.state.taken.contains_key(key))?;
        let reference = taken.splitn(3, ' ').last().unwrap_or_default();
        Some(format!("`{}` was taken before.", clip(reference)))
    }

    /// Why a payload fits nothing in the program that takes this signal.
    fn malformed(&self, name: &str, payload: &Json) -> Option<String> {
        let mut why = None;
        for def in self.program.awaits.iter() {
            for arm in signal_arms(def).iter().filter(|arm| arm.signal == name) {
                let collects = def.asks_files() && def.arms.first() == Some(arm);
                let ty = if collects { &ntro_ir::Type::File } else { &arm.payload };
                match codec::decode(self.program, payload, ty) {
                    Ok(_) => return None,
                    Err(error) => why = why.or(Some(error)),
                }
            }
        }
        for handler in self.program.handlers.iter().filter(|handler| handler.signal == name) {
            match codec::decode(self.program, payload, &handler.payload) {
                Ok(_) => return None,
                Err(error) => why = why.or(Some(error)),
            }
        }
        why
    }

    /// A malformed signal is recorded, and shows where somebody waits for it.
    fn refuse_malformed(&mut self, name: &str, why: &str) -> Run {
        let mut step = String::new();
        let waiting: Vec<_> = self.state.fibres.iter().map(|(id, fibre)| (*id, fibre.wait.clone())).collect();
        for (id, wait) in waiting {
            let Wait::Await(wait) = wait else { continue };
            let def = self.await_def(wait.id)?;
            if signal_arms(def).iter().any(|arm| arm.signal == name) {
                step = self.view().address(def.block, wait.entry);
                let message = format!("What came as `{}` cannot be read: {why}", clip(name));
                self.tell(id, Feedback::message("error", &message));
                break;
            }
        }
        self.ignore("signal.ignored", name, step, why.to_owned());
        Ok(())
    }

    /// Who hears, the oldest fibre first, in the order in which they began to.
    fn listeners(&self) -> Vec<(FibreId, HandlerId)> {
        let all = self.state.fibres.iter();
        all.flat_map(|(id, fibre)| fibre.listens.iter().map(move |handler| (*id, *handler))).collect()
    }

    fn hears(&self, listener: FibreId, handler: &Handler, payload: &Json) -> Accepted {
        let value = match codec::decode(self.program, payload, &handler.payload) {
            Ok(value) => value,
            Err(why) => return Accepted::Malformed(why),
        };
        let view = self.view();
        let locals = [(handler.it, value)];
        let fits = handler.filter.is_none_or(|filter| view.bool(listener, filter, &locals).unwrap_or(false));
        let sent = fits && view.may_send(listener, handler.from, payload, &locals, &[]);
        let [(_, value)] = locals;
        if sent { Accepted::Yes(value) } else { Accepted::No }
    }

    /// Runs a handler's operations at once, on a fibre of its own that sees its listener's slots.
    fn run_handler(&mut self, listener: FibreId, handler_id: HandlerId, handler: &Handler, value: Value) -> Run {
        let id = match self.spawn(Fibre::new(Some(listener), handler.body)) {
            Ok(id) => id,
            Err(stop) => return self.or_raise(listener, Err(stop)),
        };
        self.put(id, handler.slot, Some(value));
        let before = self.handler_fibre.replace((id, handler_id));
        self.run_fibre(id)?;
        self.handler_fibre = before;
        if self.state.fibres.contains_key(&id) {
            return fault(format!("the handler of `{}` waits", handler.signal));
        }
        if self.state.fibres.contains_key(&listener) {
            self.put(listener, handler.slot, None);
        }
        Ok(())
    }

    /// From here on a handler hears its signal, the queued ones first.
    pub(crate) fn listen(&mut self, id: FibreId, handler_id: HandlerId) -> Run {
        let handler = self.handler_def(handler_id)?;
        let fibre = self.fibre_mut(id)?;
        if !fibre.listens.contains(&handler_id) {
            fibre.listens.push(handler_id);
        }
        let mut index = 0;
        while let Some(queued) = self.state.queue.get(index) {
            let accepted = match queued.name == handler.signal {
                true => self.hears(id, handler, &queued.payload),
                false => Accepted::No,
            };
            let Accepted::Yes(value) = accepted else {
                index += 1;
                continue;
            };
            let queued = self.state.queue.remove(index);
            self.take_references(&queued.name, &queued.payload, None);
            self.run_handler(id, handler_id, handler, value)?;
            if !self.state.fibres.get(&id).is_some_and(|fibre| fibre.listens.contains(&handler_id)) {
                // The handler failed, and with it the body that it stands in.
                return Ok(());
            }
        }
        Ok(())
    }

    /// Notes the references of a signal that was taken, and drops queued ones with the same.
    pub(crate) fn take_references(&mut self, name: &str, payload: &Json, block: Option<ntro_ir::BlockId>) {
        let keys = references(name, payload);
        if keys.is_empty() {
            return;
        }
        let arrival = self.state.notes.arrivals;
        let twice = |queued: &Queued| references(&queued.name, &queued.payload).iter().any(|key| keys.contains(key));
        let dropped = self.state.queue.iter().filter(|queued| twice(queued)).count();
        self.state.queue.retain(|queued| !twice(queued));
        for _ in 0..dropped {
            self.ignore("signal.ignored", name, String::new(), "It came twice.".to_owned());
        }
        for key in keys {
            self.state.taken.insert(key, Taken { arrival, block });
        }
        while self.state.taken.len() > bounds::TAKEN {
            let oldest = self.state.taken.iter().min_by_key(|(_, taken)| taken.arrival).map(|(key, _)| key.clone());
            match oldest {
                Some(oldest) => self.state.taken.remove(&oldest),
                None => break,
            };
        }
    }

    fn handler_def(&self, id: HandlerId) -> Run<&'a Handler> {
        match self.program.handlers.get(id as usize) {
            Some(handler) => Ok(handler),
            None => fault(format!("handler {id} does not exist")),
        }
    }
}

/// The arms that signals can be for: not what only people's actions answer.
fn signal_arms(def: &Await) -> &[AwaitArm] {
    if def.asks_action() { def.heard() } else { &def.arms }
}

/// What identifies a signal: its `event_id` and `document_ref`, where it has them.
fn references(name: &str, payload: &Json) -> Vec<String> {
    let found = |key: &str| payload.get(key).and_then(Json::as_str).filter(|text| !text.is_empty());
    ["event_id", "document_ref"]
        .into_iter()
        .filter_map(|key| found(key).map(|value| format!("{name} {key} {value}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_belong_to_their_signal() {
        let payload = json!({ "document_ref": "d1", "event_id": null });
        assert_eq!(references("document_submitted", &payload), ["document_submitted document_ref d1"]);
    }
}
