//! What happened in a scenario, in words.

use jiff::Timestamp;
use ntro_ir::scenario::{PersonAction, PersonDoes};
use ntro_machine::{ActivityCall, ActivityFailure, ChildCall, Event, Json};

use super::matching::shown;
use crate::local::{Local, RunEnd, RunKey, readable_ms};
use crate::waiting::{Waiting, prefix};

/// How many moments are kept: the first ones of a story that goes on and on say nothing.
const MOST: usize = 2_000;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// How long after the start, in words.
    pub elapsed: String,
    /// What, in one line.
    pub text: String,
}

/// The moments of a scenario.
#[derive(Debug)]
pub(super) struct Story {
    start: Timestamp,
    pub(super) moments: Vec<Moment>,
}

impl Story {
    pub(super) fn new(start: Timestamp) -> Story {
        Story { start, moments: Vec::new() }
    }

    fn add(&mut self, at: Timestamp, text: String) {
        if self.moments.len() >= MOST {
            self.moments.drain(..MOST / 2);
        }
        self.moments.push(Moment { at, elapsed: elapsed(self.start, at), text });
    }

    pub(super) fn event(&mut self, local: &Local, run: &RunKey, event: &Event) {
        let step = format!("{}{}", prefix(local, run), event.step);
        let text = |key: &str| event.data.get(key).and_then(Json::as_str).unwrap_or_default();
        let said = match event.name.as_str() {
            // What people do is told where they act, and what is refused with its reason.
            "step.entered" | "gate.opened" | "step.completed" | "action.ignored" | "row.edited" | "row.rejected" => {
                return;
            }
            "await.opened" => format!("`{step}` waits"),
            "await.closed" if text("by").is_empty() => format!("`{step}` goes on"),
            "await.closed" => format!("`{step}` goes on: {}", text("by")),
            "gate.decided" => {
                let by = event.data.get("by").and_then(Json::as_str);
                match (text("decision"), by) {
                    ("late", _) => format!("nobody decides `{step}` in time"),
                    (decision @ ("approved" | "rejected"), Some(by)) => format!("`{step}` is {decision} by {by}"),
                    (decision @ ("approved" | "rejected"), None) => format!("`{step}` is {decision} by nobody"),
                    (named, by) => format!("`{step}` takes {named:?} by {}", by.unwrap_or("nobody")),
                }
            }
            "gate.approved" => format!("`{step}` has one more approval, by {}", text("by")),
            "gate.escalated" => format!("`{step}` goes to {} as well", text("role")),
            "step.skipped" => format!("`{step}` is skipped"),
            "step.failed" => format!("`{step}` fails"),
            "step.cancelled" => format!("`{step}` is cancelled"),
            "signal.ignored" => format!("ignored: {}", shown(&event.data)),
            "rework" => format!("`{step}` sends it back"),
            other => match beside(other, &step, event) {
                Some(said) => said,
                None if step.is_empty() => format!("{other} {}", shown(&event.data)),
                None if event.data.is_null() => format!("`{step}` {other}"),
                None => format!("`{step}` {other} {}", shown(&event.data)),
            },
        };
        self.add(event.at, said);
    }

    pub(super) fn call(
        &mut self,
        local: &Local,
        run: &RunKey,
        call: &ActivityCall,
        attempt: u32,
        result: &Result<Json, (ActivityFailure, bool)>,
        at: Timestamp,
    ) {
        let step = format!("{}{}", prefix(local, run), call.context.step);
        let name = call.context.agent.as_ref().map_or(&call.capability, |agent| &agent.name);
        let again = if attempt > 1 { format!(" (attempt {attempt})") } else { String::new() };
        let how = match result {
            Ok(_) => String::new(),
            Err((failure, _)) => format!(": {}", failure.message),
        };
        self.add(at, format!("`{step}` calls {name}{again}{how}"));
    }

    pub(super) fn child(
        &mut self,
        local: &Local,
        run: &RunKey,
        call: &ChildCall,
        result: &Result<Json, ActivityFailure>,
        at: Timestamp,
    ) {
        let how = match result {
            Ok(_) => "answered from a list".to_owned(),
            Err(failure) => format!("failed: {}", failure.message),
        };
        self.add(at, format!("{}{} ({}): {how}", prefix(local, run), call.runbook, call.summary));
    }

    pub(super) fn person(&mut self, local: &Local, wait: &Waiting, action: &PersonAction, at: Timestamp) {
        let who = action.by.as_deref().unwrap_or("somebody");
        let what = match &action.what {
            // A form and a confirmation are answered as gates are, but nothing is decided there.
            PersonDoes::Decide { word, .. } if word == "approve" && !wait.is_gate() => {
                if wait.form_fields().is_empty() { "confirms".to_owned() } else { "submits the form".to_owned() }
            }
            PersonDoes::Decide { word, .. } => word.clone(),
            PersonDoes::Edit { row: Some(row), .. } => format!("edit of row {row}"),
            PersonDoes::Edit { row: None, .. } => "edit".to_owned(),
            PersonDoes::RejectRow(row) => format!("rejection of row {row}"),
            PersonDoes::HandIn(files) => {
                let slots = files.iter().map(|(slot, _)| slot.as_str()).collect::<Vec<_>>().join(", ");
                format!("files for {slots}")
            }
        };
        self.add(at, format!("{who} at `{}{}`: {what}", prefix(local, &wait.run), wait.step));
    }

    pub(super) fn refused(&mut self, local: &Local, run: &RunKey, why: &str, at: Timestamp) {
        self.add(at, format!("{}refused: {why}", prefix(local, run)));
    }

    pub(super) fn signal(&mut self, local: &Local, run: &RunKey, name: &str, at: Timestamp) {
        self.add(at, format!("{}signal {name} comes", prefix(local, run)));
    }

    /// What may help to see why it came so.
    pub(super) fn note(&mut self, text: String, at: Timestamp) {
        self.add(at, text);
    }

    pub(super) fn cancelled(&mut self, at: Timestamp) {
        self.add(at, "somebody cancels the run".to_owned());
    }

    pub(super) fn finished(&mut self, local: &Local, run: &RunKey, end: &RunEnd, at: Timestamp) {
        let who = match prefix(local, run) {
            child if child.is_empty() => "the run".to_owned(),
            child => format!("the child {}", child.trim_end_matches('/')),
        };
        self.add(at, format!("{who} {}", described_end(end)));
    }
}

/// A step with the child steps that lead to its run.
pub(super) fn place(local: &Local, run: &RunKey, step: &str) -> String {
    format!("{}{step}", prefix(local, run))
}

/// How a run ended, after "the run".
pub(super) fn described_end(end: &RunEnd) -> String {
    match end {
        RunEnd::Completed(Json::Null) => "completed".to_owned(),
        RunEnd::Completed(result) => format!("completed with {}", shown(result)),
        RunEnd::Failed(failure) if failure.step.is_empty() => format!("failed: {}", failure.message),
        RunEnd::Failed(failure) => format!("failed at `{}`: {}", failure.step, failure.message),
        RunEnd::Cancelled => "was cancelled".to_owned(),
    }
}

/// What is told of a step beside its own course.
fn beside(name: &str, step: &str, event: &Event) -> Option<String> {
    let text = |key: &str| event.data.get(key).and_then(Json::as_str).unwrap_or_default();
    Some(match name {
        "step.late" => format!("the time of `{step}` is up"),
        "step.undoing" => format!("`{step}` is taken back"),
        "step.undone" => format!("`{step}` has been taken back"),
        "step.undo_failed" => format!("`{step}` could not be taken back: {}", text("why")),
        "reminder.failed" => format!("`{step}` could not remind anybody: {}", text("why")),
        "feedback" => {
            let payload = event.data.get("payload").unwrap_or(&Json::Null);
            let told = payload.get("message").and_then(Json::as_str).map_or_else(|| shown(payload), str::to_owned);
            let place = if step.is_empty() { String::new() } else { format!("`{step}`: ") };
            format!("{place}people are told: {told}")
        }
        _ => return None,
    })
}

/// How long after the start something was, in words: `2d3h`, and `0s` at the start.
pub fn elapsed(start: Timestamp, at: Timestamp) -> String {
    let ms = i64::try_from(at.duration_since(start).as_millis()).unwrap_or(i64::MAX);
    if ms == 0 { "0s".to_owned() } else { readable_ms(ms) }
}
