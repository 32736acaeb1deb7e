//! What runs beside an open gate or await: reminders of those who may decide, and checks that advise them.
//!
//! Each runs in a fibre of its own, whose parent waits. It ends with the wait, and no failure of it ever leaves it: a person decides,
//! whatever becomes of a reminder or a check.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ntro_ir::{Gate, LocalId, Reminder, Value};
use serde_json::json;

use crate::bounds;
use crate::cx::Cx;
use crate::eval::Clock;
use crate::failure::{Failure, Run, fault};
use crate::io::Seq;
use crate::state::{Beside, CheckWait, Fibre, FibreId, Overlay, ReminderWait, Wait};

impl<'a> Cx<'a> {
    /// Starts the timers of reminders, once the wait is open.
    pub(crate) fn start_reminders(&mut self, id: FibreId, reminders: &[Reminder], locals: &[(LocalId, Value)]) -> Run {
        for reminder in reminders {
            let seq = self.reminder_timer(id, reminder, locals)?;
            if let Some(beside) = self.beside_mut(id) {
                beside.reminders.push(ReminderWait { seq: Some(seq), count: 0, fibre: None });
            }
        }
        Ok(())
    }

    fn reminder_timer(&mut self, id: FibreId, reminder: &Reminder, locals: &[(LocalId, Value)]) -> Run<Seq> {
        let every = self.with_env(id, locals, |env| env.eval_duration(reminder.every))?;
        if every < bounds::REMINDER_MS {
            let message = "Reminders are at least a second apart: `remind every 1d`.";
            return Err(Failure::new("out_of_range", message).into());
        }
        let due = Clock::after_ms(self.now(), every.min(bounds::TIMER_MS)).unwrap_or(Timestamp::MAX);
        let title = self.view().innermost(id).map(|(block, _)| self.view().title(block)).unwrap_or_default();
        Ok(self.start_timer(id, due, format!("{title}: reminder")))
    }

    /// Whether a timer is that of a reminder.
    pub(crate) fn is_reminder(&self, seq: Seq) -> bool {
        let fibre = self.state.commands.get(&seq).and_then(|command| command.fibre);
        fibre.is_some_and(|id| self.reminder_at(id, seq).is_some())
    }

    fn reminder_at(&self, id: FibreId, seq: Seq) -> Option<usize> {
        let wait = &self.state.fibres.get(&id)?.wait;
        beside_of(wait)?.reminders.iter().position(|reminder| reminder.seq == Some(seq))
    }

    /// It is time to remind, where the timer is that of a reminder. What it does runs beside the wait, unless it still does so.
    pub(crate) fn remind(&mut self, id: FibreId, seq: Seq) -> Run<bool> {
        let Some(at) = self.reminder_at(id, seq) else { return Ok(false) };
        let program = self.program;
        let (defs, event) = match &self.fibre(id)?.wait {
            Wait::Gate(wait) => (program.gates.get(wait.gate as usize).map(|gate| &gate.reminders), "gate.reminded"),
            Wait::Await(wait) => (program.awaits.get(wait.id as usize).map(|def| &def.reminders), "await.reminded"),
            _ => (None, ""),
        };
        let Some(def) = defs.and_then(|defs| defs.get(at)) else {
            return fault(format!("reminder {at} does not exist"));
        };
        let Some(reminder) = self.beside_mut(id).and_then(|beside| beside.reminders.get_mut(at)) else {
            return fault(format!("fibre {id} has no reminder {at}"));
        };
        reminder.seq = None;
        reminder.count = reminder.count.saturating_add(1);
        let (count, busy) = (reminder.count, reminder.fibre.is_some());
        let told = self.reminder_value(id, count);
        let (block, entry) = self.view().innermost(id).unwrap_or_default();
        let step = self.view().address(block, entry);
        self.event(event, step, json!({ "to": told.field("to").map(Value::display), "count": count }));
        let locals = self.gate_locals(id)?;
        match self.reminder_timer(id, def, &locals) {
            Ok(seq) => self.set_reminder(id, at, |reminder| reminder.seq = Some(seq)),
            Err(crate::failure::Stop::Failure(_)) => {}
            Err(fault) => return Err(fault),
        }
        if !busy {
            let mut fibre = Fibre::new(Some(id), def.body);
            let slots = def.slot.map(|slot| (slot.0, told)).into_iter().collect();
            fibre.overlay = Some(Overlay { scope: def.scope, slots });
            match self.spawn(fibre) {
                Ok(fibre) => self.set_reminder(id, at, |reminder| reminder.fibre = Some(fibre)),
                Err(stop) => self.or_raise(id, Err(stop))?,
            }
        }
        Ok(true)
    }

    fn set_reminder(&mut self, id: FibreId, at: usize, set: impl FnOnce(&mut ReminderWait)) {
        if let Some(reminder) = self.beside_mut(id).and_then(|beside| beside.reminders.get_mut(at)) {
            set(reminder);
        }
    }

    /// `{ to, subject, message, count }`
    fn reminder_value(&self, id: FibreId, count: u32) -> Value {
        let view = self.view();
        let (title, roles, due) = view.reminded(id);
        let to = match roles {
            Some(roles) => roles.join(", "),
            None => "anyone".to_owned(),
        };
        let until = due.map(|due| format!(" until {due}")).unwrap_or_default();
        Value::record([
            ("to", Value::text(to)),
            ("subject", Value::text(title.as_str())),
            ("message", Value::text(format!("{title} still waits for you{until}."))),
            ("count", Value::Int(i64::from(count))),
        ])
    }

    /// Starts all checks of a gate that has just opened.
    pub(crate) fn start_checks(&mut self, id: FibreId, gate: &'a Gate) -> Run {
        for at in 0..gate.checks.len() {
            if let Some(beside) = self.beside_mut(id) {
                beside.checks.push(CheckWait::default());
            }
            self.start_check(id, gate, at)?;
        }
        Ok(())
    }

    /// Somebody has edited: checks that read the gate run again.
    pub(crate) fn restart_checks(&mut self, id: FibreId, gate: &'a Gate) -> Run {
        for (at, _) in gate.checks.iter().enumerate().filter(|(_, check)| check.this.is_some()) {
            let running = self.beside_mut(id).and_then(|beside| beside.checks.get_mut(at)).map(std::mem::take);
            if let Some(fibre) = running.and_then(|check| check.fibre) {
                self.kill(fibre)?;
            }
            self.start_check(id, gate, at)?;
        }
        Ok(())
    }

    fn start_check(&mut self, id: FibreId, gate: &'a Gate, at: usize) -> Run {
        let Some(check) = gate.checks.get(at) else { return fault(format!("check {at} does not exist")) };
        let mut fibre = Fibre::new(Some(id), check.body);
        let mut slots = BTreeMap::new();
        if let (Some(slot), Some((_, this))) = (check.this, self.gate_locals(id)?.pop()) {
            slots.insert(slot.0, this);
        }
        fibre.overlay = Some(Overlay { scope: check.scope, slots });
        let fibre = self.spawn(fibre)?;
        if let Some(wait) = self.beside_mut(id).and_then(|beside| beside.checks.get_mut(at)) {
            wait.fibre = Some(fibre);
        }
        Ok(())
    }

    /// Whether a fibre runs beside the wait of its parent.
    pub(crate) fn runs_beside(&self, parent: FibreId, id: FibreId) -> bool {
        let Some(beside) = self.state.fibres.get(&parent).and_then(|fibre| beside_of(&fibre.wait)) else {
            return false;
        };
        beside.reminders.iter().any(|reminder| reminder.fibre == Some(id))
            || beside.checks.iter().any(|check| check.fibre == Some(id))
    }

    /// A fibre beside a wait has ended or failed.
    pub(crate) fn beside_ended(&mut self, parent: FibreId, id: FibreId, failure: Option<Failure>) -> Run {
        let overlay = self.fibre_mut(id)?.overlay.take();
        self.forget(id);
        let (block, entry) = self.view().innermost(parent).unwrap_or_default();
        let step = self.view().address(block, entry);
        let Some(beside) = self.beside_mut(parent) else { return fault(format!("nothing runs beside fibre {parent}")) };
        if let Some(reminder) = beside.reminders.iter_mut().find(|reminder| reminder.fibre == Some(id)) {
            reminder.fibre = None;
            if let Some(failure) = failure {
                self.event("reminder.failed", step, json!({ "why": failure.message }));
            }
            return Ok(());
        }
        let Some(at) = beside.checks.iter().position(|check| check.fibre == Some(id)) else { return Ok(()) };
        let Wait::Gate(wait) = &self.fibre(parent)?.wait else { return fault("a check without a gate") };
        let gate = self.gate_def(wait.gate)?;
        let Some(check) = gate.checks.get(at) else { return fault(format!("check {at} does not exist")) };
        let found = overlay.and_then(|mut own| own.slots.remove(&check.slot.0));
        if let Some(wait) = self.beside_mut(parent).and_then(|beside| beside.checks.get_mut(at)) {
            *wait = match failure {
                None => CheckWait { fibre: None, found, failed: None },
                Some(failure) => CheckWait { fibre: None, found: None, failed: Some(failure.message) },
            };
        }
        let item = self.view().check_item(parent, at);
        self.event("check.completed", step, item);
        Ok(())
    }

    /// Ends everything beside a wait that is over.
    pub(crate) fn end_beside(&mut self, beside: Beside) -> Run {
        for reminder in beside.reminders {
            if let Some(seq) = reminder.seq {
                self.cancel_command(seq);
            }
            if let Some(fibre) = reminder.fibre {
                self.kill(fibre)?;
            }
        }
        for fibre in beside.checks.into_iter().filter_map(|check| check.fibre) {
            self.kill(fibre)?;
        }
        Ok(())
    }

    fn beside_mut(&mut self, id: FibreId) -> Option<&mut Beside> {
        match &mut self.state.fibres.get_mut(&id)?.wait {
            Wait::Gate(wait) => Some(&mut wait.beside),
            Wait::Await(wait) => Some(&mut wait.beside),
            _ => None,
        }
    }
}

fn beside_of(wait: &Wait) -> Option<&Beside> {
    match wait {
        Wait::Gate(wait) => Some(&wait.beside),
        Wait::Await(wait) => Some(&wait.beside),
        _ => None,
    }
}
