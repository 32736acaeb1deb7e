//! Where a history and a program part: the commands of the one beside those of the other, in their order.

use std::collections::BTreeSet;

use jiff::Timestamp;
use ntro_machine::{Output, Seq};
use temporalio_common::protos::temporal::api::history::v1::history_event::Attributes;
use temporalio_common::protos::temporal::api::history::v1::{History, HistoryEvent};

use crate::payload;
use crate::replay::Replayed;

/// Where a history and a program disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The number of the event, from 1; nothing where the history has nothing more.
    pub event: Option<i64>,
    /// When it happened.
    pub at: Option<Timestamp>,
    /// What the history has there, in words.
    pub history: String,
    /// What the program wants there, in words.
    pub program: String,
    /// The address of the step where the program wants it.
    pub step: String,
}

/// What a command is about, as far as the server compares it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    Call { capability: String, step: String },
    Timer { summary: String },
    Child { id: String, runbook: String },
    End(&'static str),
}

/// A command in a history.
#[derive(Debug, Clone)]
pub(crate) struct Noted {
    event: i64,
    at: Option<Timestamp>,
    wanted: Wanted,
}

impl Wanted {
    /// Whether the server takes the one for the other. What a timer is for and how long it is may differ.
    fn same(&self, other: &Wanted) -> bool {
        match (self, other) {
            (Wanted::Timer { .. }, Wanted::Timer { .. }) => true,
            (a, b) => a == b,
        }
    }

    fn words(&self) -> String {
        match self {
            Wanted::Call { capability, step } => format!("a call of `{capability}` at `{step}`"),
            Wanted::Timer { summary } if summary.is_empty() => "a timer".to_owned(),
            Wanted::Timer { summary } => format!("a timer ({summary})"),
            Wanted::Child { id, runbook } => format!("the start of `{runbook}` as `{id}`"),
            Wanted::End(how) => (*how).to_owned(),
        }
    }
}

/// The step of a call, from its key `RUN:STEP:NUMBER`.
fn step_of(key: &str) -> String {
    key.rsplit(':').nth(1).unwrap_or_default().to_owned()
}

/// The commands of a history, without those of the host itself.
pub(crate) fn noted(history: &History) -> Vec<Noted> {
    history.events.iter().filter_map(one).collect()
}

fn one(event: &HistoryEvent) -> Option<Noted> {
    let summary = event.user_metadata.as_ref().and_then(|said| said.summary.as_ref());
    let summary = summary.and_then(|said| payload::read(said).ok()?.as_str().map(str::to_owned)).unwrap_or_default();
    let wanted = match event.attributes.as_ref()? {
        Attributes::ActivityTaskScheduledEventAttributes(call) => {
            let capability = call.activity_type.as_ref().map(|kind| kind.name.clone()).unwrap_or_default();
            if capability.starts_with("ntro.") {
                return None;
            }
            Wanted::Call { capability, step: step_of(&call.activity_id) }
        }
        // The pause of a quick capability is the host's.
        Attributes::TimerStartedEventAttributes(_) if summary.ends_with(": next attempt") => return None,
        Attributes::TimerStartedEventAttributes(_) => Wanted::Timer { summary },
        Attributes::StartChildWorkflowExecutionInitiatedEventAttributes(child) => Wanted::Child {
            id: child.workflow_id.clone(),
            runbook: child.workflow_type.as_ref().map(|kind| kind.name.clone()).unwrap_or_default(),
        },
        Attributes::WorkflowExecutionCompletedEventAttributes(_) => Wanted::End("the end of the run, with a result"),
        Attributes::WorkflowExecutionFailedEventAttributes(_) => Wanted::End("the end of the run, with a failure"),
        Attributes::WorkflowExecutionCanceledEventAttributes(_) => Wanted::End("the end of the run, cancelled"),
        _ => return None,
    };
    let at = event.event_time.as_ref().and_then(|time| Timestamp::new(time.seconds, time.nanos).ok());
    Some(Noted { event: event.event_id, at, wanted })
}

/// What a program wanted, in order, without what it took back before anyone heard of it.
fn wanted(activations: &[Replayed]) -> Vec<(Wanted, String)> {
    let mut all = Vec::new();
    for activation in activations {
        let taken_back: BTreeSet<Seq> = activation.outputs.iter().filter_map(cancelled).collect();
        let begun = |seq: &Seq| !taken_back.contains(seq);
        for output in &activation.outputs {
            let wanted = match output {
                // A quick one is a marker, which stands in the history once it has ended.
                Output::ScheduleActivity(call) if call.options.quick && call.options.queue.is_none() => continue,
                Output::ScheduleActivity(call) if begun(&call.seq) => {
                    let capability = call.options.activity.clone().unwrap_or_else(|| call.capability.clone());
                    let step = step_of(&call.context.idempotency_key);
                    (Wanted::Call { capability, step }, call.context.step.clone())
                }
                Output::StartTimer { seq, summary, .. } if begun(seq) => {
                    (Wanted::Timer { summary: summary.clone() }, last_step(activation))
                }
                Output::StartChild(child) if begun(&child.seq) => {
                    let wanted = Wanted::Child { id: child.workflow_id.clone(), runbook: child.runbook.clone() };
                    (wanted, last_step(activation))
                }
                Output::Complete { .. } => (Wanted::End("the end of the run, with a result"), String::new()),
                Output::Fail(failure) => (Wanted::End("the end of the run, with a failure"), failure.step.clone()),
                Output::Cancelled => (Wanted::End("the end of the run, cancelled"), String::new()),
                _ => continue,
            };
            all.push(wanted);
        }
    }
    all
}

/// The step that an activation entered last.
fn last_step(activation: &Replayed) -> String {
    activation.events.iter().rev().map(|event| event.step.clone()).find(|step| !step.is_empty()).unwrap_or_default()
}

fn cancelled(output: &Output) -> Option<Seq> {
    match output {
        Output::CancelActivity { seq } | Output::CancelTimer { seq } | Output::CancelChild { seq } => Some(*seq),
        _ => None,
    }
}

/// The first place where they part.
pub(crate) fn find(noted: &[Noted], activations: &[Replayed]) -> Option<Disagreement> {
    let wanted = wanted(activations);
    let nothing = || "nothing more at this point".to_owned();
    let mut left = wanted.iter();
    for note in noted {
        match left.next() {
            Some((wanted, _)) if wanted.same(&note.wanted) => {}
            other => {
                return Some(Disagreement {
                    event: Some(note.event),
                    at: note.at,
                    history: note.wanted.words(),
                    program: other.map_or_else(nothing, |(wanted, _)| wanted.words()),
                    step: other
                        .map(|(_, step)| step.clone())
                        .unwrap_or_else(|| activations.last().map(last_step).unwrap_or_default()),
                });
            }
        }
    }
    left.next().map(|(wanted, step)| Disagreement {
        event: None,
        at: None,
        history: nothing(),
        program: wanted.words(),
        step: step.clone(),
    })
}
