//! Gates, waits, children, calls and handlers.

use std::fmt::Display;

use super::{Check, MAX_NAME, Verifier, index, name, refuse, text, types};
use crate::program::{
    After, Await, Call, Child, Component, Draft, Gate, GateCheck, Limit, LimitThen, OnFailure, Reminder,
};
use crate::types::{TypeDef, TypeId};

/// How many checks or reminders one wait may have.
const MAX_BESIDE: usize = 100;

impl Verifier<'_> {
    pub(super) fn tables(&self) -> Check {
        let p = self.program;
        for (number, gate) in p.gates.iter().enumerate() {
            self.gate(&format!("gate {number}"), gate)?;
        }
        for (number, wait) in p.awaits.iter().enumerate() {
            self.wait(&format!("await {number}"), wait)?;
        }
        for (number, child) in p.children.iter().enumerate() {
            self.child(&format!("child {number}"), child)?;
        }
        for (number, call) in p.calls.iter().enumerate() {
            self.call(&format!("call {number}"), call)?;
        }
        for (number, handler) in p.handlers.iter().enumerate() {
            let place = format!("handler {number}");
            name("the signal of a handler", &handler.signal)?;
            types::of(p, &place, &handler.payload)?;
            self.local(&place, handler.it.0)?;
            self.all_live(&place, handler.filter.iter().chain(&handler.from))?;
            self.written(&place, handler.slot)?;
            self.target(&place, handler.body)?;
        }
        for (number, undo) in p.undos.iter().enumerate() {
            let place = format!("undo {number}");
            self.block(&place, undo.block)?;
            undo.captures.iter().try_for_each(|slot| self.written(&place, *slot))?;
            index(&place, "scope", undo.scope, p.scopes.len())?;
            self.target(&place, undo.body)?;
        }
        Ok(())
    }

    fn reminders(&self, place: &dyn Display, reminders: &[Reminder]) -> Check {
        if reminders.len() > MAX_BESIDE {
            return refuse(format!("{place} has {} reminders; {MAX_BESIDE} are the most", reminders.len()));
        }
        reminders.iter().try_for_each(|reminder| {
            self.live(place, reminder.every)?;
            reminder.slot.iter().try_for_each(|slot| self.written(place, *slot))?;
            index(place, "scope", reminder.scope, self.program.scopes.len())?;
            self.target(place, reminder.body)
        })
    }

    fn checks(&self, place: &dyn Display, checks: &[GateCheck]) -> Check {
        if checks.len() > MAX_BESIDE {
            return refuse(format!("{place} has {} checks; {MAX_BESIDE} are the most", checks.len()));
        }
        checks.iter().try_for_each(|check| {
            name("the name of a check", &check.name)?;
            self.all_live(place, &check.title)?;
            check.this.iter().chain([&check.slot]).try_for_each(|slot| self.written(place, *slot))?;
            index(place, "scope", check.scope, self.program.scopes.len())?;
            self.target(place, check.body)
        })
    }

    fn local(&self, place: &dyn Display, local: u32) -> Check {
        index(place, "local", local, self.program.locals as usize)
    }

    fn block(&self, place: &dyn Display, block: u32) -> Check {
        index(place, "block", block, self.program.blocks.len())
    }

    fn component(&self, place: &dyn Display, component: &Component) -> Check {
        name("the name of a component", &component.name)?;
        component.props.iter().try_for_each(|(prop, value)| {
            text("the name of a property", prop, MAX_NAME)?;
            self.live(place, *value)
        })
    }

    fn gate(&self, place: &dyn Display, gate: &Gate) -> Check {
        self.block(place, gate.block)?;
        self.local(place, gate.this.0)?;
        self.all_live(place, gate.by.iter().chain(&gate.not_by).chain(&gate.quorum).chain(&gate.until))?;
        gate.show.iter().try_for_each(|show| self.component(place, show))?;
        for action in &gate.actions {
            name("the name of an action", &action.name)?;
            self.all_live(place, &action.label)?;
        }
        gate.requires.iter().try_for_each(|require| self.all_live(place, [&require.cond, &require.refuse]))?;
        gate.warnings
            .iter()
            .try_for_each(|warning| self.all_live(place, warning.when.iter().chain([&warning.message])))?;
        for (local, expr) in gate.on_edit.iter().chain(&gate.on_reject_row) {
            self.local(place, local.0)?;
            self.live(place, *expr)?;
        }
        self.draft(place, &gate.draft)?;
        self.reminders(place, &gate.reminders)?;
        self.checks(place, &gate.checks)?;
        self.limits(place, &gate.limits, |_| true)
    }

    fn draft(&self, place: &dyn Display, draft: &Draft) -> Check {
        match draft {
            Draft::None => Ok(()),
            Draft::Text { value, .. } => self.live(place, *value),
            Draft::Form { value, record, editable } => {
                self.live(place, *value)?;
                self.fields(place, *record, editable.iter())
            }
            Draft::Rows { rows, row, key, editable } => {
                self.live(place, *rows)?;
                self.fields(place, *row, editable.iter().chain([key]))
            }
        }
    }

    fn fields<'a>(&self, place: &dyn Display, id: TypeId, mut names: impl Iterator<Item = &'a String>) -> Check {
        types::record(self.program, &format!("what {place} shows"), id)?;
        let Some(TypeDef::Record(def)) = self.program.types.get(id as usize) else { return Ok(()) };
        match names.find(|name| !def.fields.iter().any(|field| field.name == **name)) {
            Some(name) => refuse(format!("{place} names the field `{name}`, which `{}` does not have", def.name)),
            None => Ok(()),
        }
    }

    fn wait(&self, place: &dyn Display, wait: &Await) -> Check {
        self.block(place, wait.block)?;
        for arm in &wait.arms {
            name("the signal of an await", &arm.signal)?;
            types::of(self.program, place, &arm.payload)?;
            self.local(place, arm.it.0)?;
            self.all_live(place, arm.filter.iter().chain(&arm.from))?;
            self.target(place, arm.to)?;
        }
        if let Some((cond, to)) = wait.until {
            self.live(place, cond)?;
            self.target(place, to)?;
        }
        wait.show.iter().chain(&wait.ask).try_for_each(|component| self.component(place, component))?;
        for (level, value) in &wait.feedback {
            self.level(place, level)?;
            self.live(place, *value)?;
        }
        self.all_live(place, &wait.by)?;
        self.reminders(place, &wait.reminders)?;
        self.limits(place, &wait.limits, |then| matches!(then, LimitThen::Late | LimitThen::Escalate(_)))?;
        self.late(place, &wait.limits, wait.late)?;
        if wait.arms.is_empty() && wait.until.is_none() && wait.late.is_none() {
            return refuse(format!("{place} waits for nothing, so it would never end"));
        }
        Ok(())
    }

    pub(super) fn level(&self, place: &dyn Display, level: &str) -> Check {
        if !matches!(level, "info" | "warning" | "error") {
            return refuse(format!("{place} has feedback of the level `{level}`; it must be info, warning or error"));
        }
        Ok(())
    }

    fn child(&self, place: &dyn Display, child: &Child) -> Check {
        self.block(place, child.block)?;
        name("the runbook of a child", &child.runbook)?;
        text("the interface of a child", &child.interface, MAX_NAME)?;
        self.expr(place, child.input)?;
        types::of(self.program, place, &child.output)?;
        if let Some(fan) = &child.fan {
            self.local(place, fan.it.0)?;
            [&fan.list, &fan.at_once].into_iter().chain(&fan.key).try_for_each(|expr| self.expr(place, *expr))?;
        } else if child.on_failure == OnFailure::Collect {
            return refuse(format!("{place} collects failures, but it is one child and no list of them"));
        }
        self.limits(place, &child.limits, |then| *then == LimitThen::Late)?;
        self.late(place, &child.limits, child.late)
    }

    fn call(&self, place: &dyn Display, call: &Call) -> Check {
        name("the capability of a call", &call.capability)?;
        self.expr(place, call.args)?;
        call.within.iter().try_for_each(|within| self.expr(place, *within))?;
        types::of(self.program, place, &call.result)?;
        call.type_arg.iter().try_for_each(|ty| types::of(self.program, place, ty))?;
        if let Some(agent) = &call.agent {
            name("the name of an agent", &agent.name)?;
            if !matches!(agent.expect.as_str(), "files" | "text" | "value") {
                return refuse(format!("{place} expects `{}`; it must be files, text or value", agent.expect));
            }
        }
        let options = &call.options;
        let retry = &options.retry;
        if options.within_ms <= 0 || retry.attempts == 0 || retry.first_ms < 0 || retry.max_ms < 0 {
            return refuse(format!("{place} must have a limit above zero, at least one attempt and no negative pause"));
        }
        Ok(())
    }

    /// A chain of limits: what ends the wait stands last, and only what is possible here stands in it.
    fn limits(&self, place: &dyn Display, limits: &[Limit], possible: fn(&LimitThen) -> bool) -> Check {
        for (number, limit) in limits.iter().enumerate() {
            let (After::Duration(expr) | After::Until(expr) | After::WorkingDays(expr)) = &limit.after;
            self.live(place, *expr)?;
            if !possible(&limit.then) {
                return refuse(format!("limit {number} of {place} ends in a way that is not possible there"));
            }
            match &limit.then {
                LimitThen::Escalate(role) if !self.program.roles.contains(role) => {
                    return refuse(format!(
                        "limit {number} of {place} escalates to `{role}`, which is no role of the program"
                    ));
                }
                LimitThen::Late | LimitThen::Approve | LimitThen::Reject if number + 1 < limits.len() => {
                    return refuse(format!("limit {number} of {place} ends the wait, but another limit follows"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn late(&self, place: &dyn Display, limits: &[Limit], late: Option<u32>) -> Check {
        let needed = matches!(limits.last(), Some(Limit { then: LimitThen::Late, .. }));
        match late {
            Some(to) if needed => self.target(place, to),
            Some(_) => refuse(format!("{place} says where to go when it is late, but no limit makes it late")),
            None if needed => refuse(format!("{place} can be late, but it does not say where to go then")),
            None => Ok(()),
        }
    }
}
