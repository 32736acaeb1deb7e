//! What of the runbooks was reached: blocks, decisions, arms and limits.

use std::collections::{BTreeMap, BTreeSet};

use ntro_ir::{LimitThen, Program};
use ntro_machine::{Event, Json};

use super::stage::without_round;

/// What was reached, by runbook. A step is its address, what can come of it follows after `: `.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reached {
    by_runbook: BTreeMap<String, BTreeSet<String>>,
}

impl Reached {
    /// Adds what another scenario reached.
    pub fn merge(&mut self, other: &Reached) {
        for (runbook, places) in &other.by_runbook {
            self.by_runbook.entry(runbook.clone()).or_default().extend(places.iter().cloned());
        }
    }

    /// A runbook has begun to run: there may be no place in it that could be reached.
    pub(super) fn begin(&mut self, runbook: &str) {
        if !self.by_runbook.contains_key(runbook) {
            self.by_runbook.insert(runbook.to_owned(), BTreeSet::new());
        }
    }

    /// Whether a runbook has run.
    pub fn has_run(&self, runbook: &str) -> bool {
        self.by_runbook.contains_key(runbook)
    }

    /// Whether a place was reached.
    pub fn has(&self, runbook: &str, place: &str) -> bool {
        self.by_runbook.get(runbook).is_some_and(|places| places.contains(place))
    }

    pub(super) fn note(&mut self, runbook: &str, event: &Event) {
        let step = without_round(&event.step);
        let text = |key: &str| event.data.get(key).and_then(Json::as_str).unwrap_or_default();
        let place = match event.name.as_str() {
            "step.entered" => step.to_owned(),
            "gate.decided" => {
                let by_nobody = event.data.get("by").is_none_or(Json::is_null);
                decided(step, text("decision"), by_nobody)
            }
            "gate.escalated" => format!("{step}: escalated to {}", text("role")),
            "await.closed" if !text("by").is_empty() => format!("{step}: {}", text("by")),
            _ => return,
        };
        self.by_runbook.entry(runbook.to_owned()).or_default().insert(place);
    }
}

/// A decision, and whether it was time that decided.
fn decided(step: &str, decision: &str, by_nobody: bool) -> String {
    match decision {
        "late" => format!("{step}: late"),
        "approved" | "rejected" if by_nobody => format!("{step}: {decision} by nobody"),
        other => format!("{step}: {other}"),
    }
}

/// All that can be reached in a runbook, in the order of the text.
pub fn universe(program: &Program) -> Vec<String> {
    let mut all = Vec::new();
    for (id, block) in (0_u32..).zip(&program.blocks) {
        let step = &block.path;
        all.push(step.clone());
        if let Some(gate) = program.gates.iter().find(|gate| gate.block == id) {
            all.extend(gate.actions.iter().map(|action| match action.name.as_str() {
                "approve" => format!("{step}: approved"),
                "reject" => format!("{step}: rejected"),
                named => format!("{step}: {named}"),
            }));
            if gate.until.is_some() {
                all.push(format!("{step}: approved by nobody"));
            }
            all.extend(gate.limits.iter().map(|limit| match &limit.then {
                LimitThen::Late => format!("{step}: late"),
                LimitThen::Approve => decided(step, "approved", true),
                LimitThen::Reject => decided(step, "rejected", true),
                LimitThen::Escalate(role) => format!("{step}: escalated to {role}"),
            }));
        }
        if let Some(wait) = program.awaits.iter().find(|wait| wait.block == id) {
            // Where there is one way on, entering it and going on are the same to a reader.
            if wait.arms.len() > 1 || wait.until.is_some() {
                all.extend(wait.arms.iter().map(|arm| format!("{step}: {}", arm.signal)));
            }
            if wait.until.is_some() {
                all.push(format!("{step}: until"));
            }
            all.extend(wait.limits.iter().map(|limit| match &limit.then {
                LimitThen::Escalate(role) => format!("{step}: escalated to {role}"),
                LimitThen::Late | LimitThen::Approve | LimitThen::Reject => format!("{step}: late"),
            }));
        }
    }
    let mut seen = BTreeSet::new();
    all.retain(|place| seen.insert(place.clone()));
    all
}
