//! What the host does with each output of a machine.

use std::sync::Arc;

use ntro_machine::{ActivityFailure, ChildCall, Input, Json, Output};

use crate::local::{HarnessError, Local, Run, RunEnd, RunKey, Step};
use crate::timers::{TimerId, TimerKind, after};

impl Local {
    /// Does what a run wants.
    pub(crate) fn apply(&mut self, key: &RunKey, output: Output) {
        let now = self.now;
        let Some(run) = self.runs.get_mut(key) else { return };
        let order = run.order;
        match output {
            Output::ScheduleActivity(call) => self.schedule(key, *call),
            Output::CancelActivity { seq } => self.cancel_activity(key, seq),
            Output::StartTimer { seq, after_ms, .. } => {
                self.timers.start(TimerId { run: order, seq, kind: TimerKind::Machine }, after(now, after_ms));
            }
            Output::CancelTimer { seq } => self.timers.cancel(TimerId { run: order, seq, kind: TimerKind::Machine }),
            Output::StartChild(call) if self.options.asked_for.contains(&call.runbook) => {
                self.ready.push_back(Step::Child { run: key.clone(), call: Arc::new(*call) });
            }
            Output::StartChild(call) => self.start_child(key, &call),
            Output::CancelChild { seq } => {
                if let Some(child) = run.children.get(&seq).cloned() {
                    // A child that has just ended tells so itself.
                    self.cancel(&child, "the run that started it asked for it").ok();
                }
            }
            Output::UpsertSearchAttributes(attributes) => run.info.attributes = attributes,
            Output::UpdateAccepted { id, result } => {
                run.answers.insert(id, Ok(result));
            }
            Output::UpdateRejected { id, message } => {
                run.answers.insert(id, Err(message));
            }
            Output::Event(event) => self.ready.push_back(Step::Event { run: key.clone(), event }),
            Output::Complete { result } => self.finish(key, RunEnd::Completed(result)),
            Output::Fail(failure) => self.finish(key, RunEnd::Failed(failure)),
            Output::Cancelled => self.finish(key, RunEnd::Cancelled),
        }
    }

    /// Answers a child that was asked for without running anything.
    pub fn answer_child(&mut self, parent: &RunKey, call: &ChildCall, result: Result<Json, ActivityFailure>) {
        let seq = call.seq;
        let started = Input::ChildStarted { seq, result: Ok(format!("{}-mock", call.workflow_id)) };
        self.inbox.push_back((parent.clone(), started));
        self.inbox.push_back((parent.clone(), Input::ChildResolved { seq, result }));
    }

    /// Starts a child.
    pub fn start_child(&mut self, parent: &RunKey, call: &ChildCall) {
        let child = RunKey::new(&call.workflow_id);
        let seq = call.seq;
        let who = (Some(call.tenant.clone()), Some(call.entity.clone()));
        let started = self.begin(&call.runbook, &child, call.input.clone(), who, Some((parent, seq)));
        let result = match started {
            Ok(run_id) => {
                if let Some(run) = self.runs.get_mut(parent) {
                    run.children.insert(seq, child.clone());
                }
                Ok(run_id)
            }
            Err(error) => Err(child_failure(&error, &self.known_runbooks())),
        };
        let started = result.is_ok();
        let told = (parent.clone(), Input::ChildStarted { seq, result });
        // The parent hears of the start before the child can say anything, as it would from a server: the child's own start was queued just now.
        let at = self.inbox.len().saturating_sub(usize::from(started));
        self.inbox.insert(at, told);
    }

    fn known_runbooks(&self) -> String {
        self.programs.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    }
}

fn child_failure(error: &HarnessError, known: &str) -> ActivityFailure {
    let (kind, message) = match error {
        HarnessError::UnknownRunbook(name) => {
            ("not_found", format!("there is no runbook `{name}` to start here; this project has {known}"))
        }
        HarnessError::AlreadyStarted(_) => ("already_started", error.to_string()),
        _ => ("failed", error.to_string()),
    };
    ActivityFailure { kind: kind.to_owned(), message }
}

impl Run {
    /// Writes the state, reads it back and goes on from there. Returns what is wrong where the two differ.
    pub(crate) fn restore_from_snapshot(&mut self) -> Option<String> {
        let snapshot = self.machine.snapshot();
        match ntro_machine::Machine::restore_of(self.machine.loaded().clone(), snapshot) {
            Ok(restored) if restored.state_hash() == self.machine.state_hash() => {
                self.machine = restored;
                None
            }
            Ok(_) => Some("the state read back from a snapshot is another one".to_owned()),
            Err(error) => Some(format!("a snapshot cannot be read back: {error}")),
        }
    }
}
