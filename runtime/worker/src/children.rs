//! The children of a run over all its histories.
//!
//! A history hears of the ends of the children that it has started. Those of earlier histories are watched by an activity of our own
//! workers, `ntro.children`, which gives their ends as they come; what to watch and what came of it is here, how it is done in
//! `watch`. Pure, as all of a run.

use std::collections::BTreeMap;

use ntro_machine::{ActivityFailure, ChildCall, Input, Json, Seq};
use serde::{Deserialize, Serialize};
use temporalio_common::protos::coresdk::common::NamespacedWorkflowExecution;
use temporalio_common::protos::coresdk::workflow_commands::workflow_command::Variant as Command;
use temporalio_common::protos::coresdk::workflow_commands::{
    ActivityCancellationType, CancelChildWorkflowExecution, RequestCancelExternalWorkflowExecution, ScheduleActivity,
    WorkflowCommand,
};
use temporalio_common::protos::temporal::api::common::v1::{Payload, RetryPolicy};

use crate::translate::{self, ActivityEnd};
use crate::{packed, payload};

/// The activity that waits for the ends of children of earlier histories.
pub(crate) const CHILDREN_ACTIVITY: &str = "ntro.children";
/// How long the worker that watches may be silent before another one takes it up, in milliseconds.
const HEARTBEAT_MS: i64 = 15_000;
/// How long a watch may take: children may wait for people for as long as they like. Ten years, in milliseconds.
const WATCH_MS: i64 = 10 * 366 * 24 * 3_600_000;
/// The longest pause before a watch that has lost its worker is taken up, in milliseconds.
const PAUSE_MS: i64 = 10_000;
/// From this size on a list of children travels packed, in bytes.
const PACK_FROM: usize = 4 * 1024;
/// The largest list of children, unpacked, in bytes.
const MOST_LIST_BYTES: usize = 64 * 1024 * 1024;
/// What the server notes as the reason of a cancellation.
const REASON: &str = "the run that started it asked for it";

/// The task queue on which our workers watch children: a queue of its own, because a watch takes as long as its children do, and
/// must never hold the place of a call.
pub(crate) fn queue(task_queue: &str) -> String {
    format!("{task_queue}.children")
}

/// A child that is open when its parent goes on in a new history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OpenChild {
    pub(crate) workflow_id: String,
    /// Its first run.
    pub(crate) run_id: String,
    /// Whether it is to be told that it is cancelled: it may not have heard.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) cancel: bool,
}

/// What [`CHILDREN_ACTIVITY`] is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WatchRequest {
    pub(crate) children: Vec<Watched>,
}

/// A child that is watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Watched {
    pub(crate) seq: Seq,
    pub(crate) workflow_id: String,
    /// Its first run.
    pub(crate) run_id: String,
}

impl WatchRequest {
    fn write(&self) -> Payload {
        let json = serde_json::to_vec(self).unwrap_or_default();
        let packed = (json.len() >= PACK_FROM).then(|| packed::payload(&json).ok()).flatten();
        packed.unwrap_or_else(|| payload::bytes(json))
    }

    /// # Errors
    /// It is damaged, in a sentence.
    pub(crate) fn read(from: Option<&Payload>) -> Result<WatchRequest, String> {
        let from = from.ok_or("nobody said which children to watch")?;
        let json = match packed::is_packed(from) {
            true => packed::read_payload(from, MOST_LIST_BYTES).map_err(|why| format!("the list of children {why}"))?,
            false => from.data.clone(),
        };
        serde_json::from_slice(&json).map_err(|why| format!("the list of children cannot be read ({why})"))
    }
}

/// What [`CHILDREN_ACTIVITY`] gives: at least one end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WatchAnswer {
    pub(crate) ended: Vec<Ended>,
}

/// A child's end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ended {
    pub(crate) seq: Seq,
    pub(crate) result: Result<Json, ActivityFailure>,
}

/// How far a child's cancellation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cancel {
    No,
    /// The machine wants it. Whether the child has heard is not known.
    Wanted,
    /// The server is asked, and answers.
    Asked,
    /// The child has heard, or is not there any more.
    Told,
}

#[derive(Debug)]
struct Child {
    workflow_id: String,
    /// Its first run; absent while its start is under way.
    run_id: Option<String>,
    /// Whether an earlier history has started it.
    earlier: bool,
    cancel: Cancel,
}

/// The open children of a run.
#[derive(Debug, Default)]
pub(crate) struct Children {
    open: BTreeMap<Seq, Child>,
    /// The watch that is under way.
    watch: Option<Seq>,
    /// Cancellations that the server is asked for: which child each is for.
    asked: BTreeMap<Seq, Seq>,
}

impl Children {
    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether something is under way that only this history hears of: starts, and answers to cancellations.
    pub(crate) fn unsettled(&self) -> bool {
        !self.asked.is_empty() || self.open.values().any(|child| child.run_id.is_none())
    }

    /// A child is being started.
    pub(crate) fn starts(&mut self, call: &ChildCall) {
        let workflow_id = call.workflow_id.clone();
        self.open.insert(call.seq, Child { workflow_id, run_id: None, earlier: false, cancel: Cancel::No });
    }

    /// Takes note of what the machine is told.
    pub(crate) fn note(&mut self, input: &Input) {
        match input {
            Input::ChildResolved { seq, .. } | Input::ChildStarted { seq, result: Err(_) } => {
                self.open.remove(seq);
            }
            Input::ChildStarted { seq, result: Ok(run_id) } => {
                if let Some(child) = self.open.get_mut(seq) {
                    child.run_id = Some(run_id.clone());
                }
            }
            Input::Started(_)
            | Input::ActivityResolved { .. }
            | Input::TimerFired { .. }
            | Input::Signal { .. }
            | Input::Update { .. }
            | Input::CancelRequested { .. } => {}
        }
    }

    /// The machine wants the cancellation of a child that this history has started. Nothing where an earlier one has.
    pub(crate) fn cancel(&mut self, seq: Seq) -> Option<WorkflowCommand> {
        let child = self.open.get_mut(&seq)?;
        if child.cancel == Cancel::No {
            child.cancel = Cancel::Wanted;
        }
        if child.earlier {
            return None;
        }
        let cancel = CancelChildWorkflowExecution { child_workflow_seq: seq, reason: REASON.to_owned() };
        Some(translate::command(Command::CancelChildWorkflowExecution(cancel), ""))
    }

    /// All children are to be told that they are cancelled.
    pub(crate) fn cancel_all(&mut self) {
        for child in self.open.values_mut().filter(|child| child.cancel == Cancel::No) {
            child.cancel = Cancel::Wanted;
        }
    }

    /// A child of an earlier history whose cancellation is wanted: the server must be asked.
    pub(crate) fn is_unasked(&self, seq: Seq) -> bool {
        self.open.get(&seq).is_some_and(|child| child.earlier && child.cancel == Cancel::Wanted)
    }

    /// The next child that is to be told of its cancellation before the run may be over, if its start is not under way.
    pub(crate) fn untold(&self) -> Option<Seq> {
        let untold = |child: &Child| child.cancel == Cancel::Wanted && child.run_id.is_some();
        self.open.iter().find(|(_, child)| untold(child)).map(|(seq, _)| *seq)
    }

    /// Asks the server to cancel a child by its id, and to say when that is done.
    pub(crate) fn ask(&mut self, seq: Seq, host_seq: Seq, namespace: &str) -> Option<WorkflowCommand> {
        let child = self.open.get_mut(&seq)?;
        child.cancel = Cancel::Asked;
        self.asked.insert(host_seq, seq);
        let cancel = RequestCancelExternalWorkflowExecution {
            seq: host_seq,
            workflow_execution: Some(NamespacedWorkflowExecution {
                namespace: namespace.to_owned(),
                workflow_id: child.workflow_id.clone(),
                // Whichever of its histories is the newest.
                run_id: String::new(),
            }),
            reason: REASON.to_owned(),
        };
        Some(translate::command(Command::RequestCancelExternalWorkflowExecution(cancel), ""))
    }

    /// The server has answered: the child has heard. Where it could not be found it has ended, and the watch tells.
    pub(crate) fn told(&mut self, host_seq: Seq) {
        let child = self.asked.remove(&host_seq).and_then(|seq| self.open.get_mut(&seq));
        if let Some(child) = child {
            child.cancel = Cancel::Told;
        }
    }

    /// What the next history is told.
    pub(crate) fn carry(&self) -> BTreeMap<Seq, OpenChild> {
        let carry = |(seq, child): (&Seq, &Child)| {
            let run_id = child.run_id.clone()?;
            let cancel = matches!(child.cancel, Cancel::Wanted | Cancel::Asked);
            Some((*seq, OpenChild { workflow_id: child.workflow_id.clone(), run_id, cancel }))
        };
        self.open.iter().filter_map(carry).collect()
    }

    /// Takes over the children of the history before; gives those that are to be told of their cancellation.
    pub(crate) fn take_over(&mut self, carried: BTreeMap<Seq, OpenChild>) -> Vec<Seq> {
        let untold = carried.iter().filter(|(_, child)| child.cancel).map(|(seq, _)| *seq).collect();
        self.open.extend(carried.into_iter().map(|(seq, child)| {
            let OpenChild { workflow_id, run_id, cancel } = child;
            // One that was not to be told again has heard already, or was never cancelled; asking twice does no harm.
            let cancel = if cancel { Cancel::Wanted } else { Cancel::No };
            (seq, Child { workflow_id, run_id: Some(run_id), earlier: true, cancel })
        }));
        untold
    }

    /// Whether there are children of earlier histories that nobody watches.
    pub(crate) fn unwatched(&self) -> bool {
        self.watch.is_none() && self.open.values().any(|child| child.earlier)
    }

    /// Watches the children of earlier histories.
    pub(crate) fn watch(&mut self, host_seq: Seq, task_queue: &str) -> WorkflowCommand {
        let watched = |(seq, child): (&Seq, &Child)| {
            let run_id = child.run_id.clone().filter(|_| child.earlier)?;
            Some(Watched { seq: *seq, workflow_id: child.workflow_id.clone(), run_id })
        };
        let request = WatchRequest { children: self.open.iter().filter_map(watched).collect() };
        self.watch = Some(host_seq);
        let schedule = ScheduleActivity {
            seq: host_seq,
            activity_id: format!("{CHILDREN_ACTIVITY}:{host_seq}"),
            activity_type: CHILDREN_ACTIVITY.to_owned(),
            task_queue: queue(task_queue),
            arguments: vec![request.write()],
            start_to_close_timeout: Some(translate::duration(WATCH_MS)),
            heartbeat_timeout: Some(translate::duration(HEARTBEAT_MS)),
            retry_policy: Some(RetryPolicy {
                initial_interval: Some(translate::duration(1_000)),
                backoff_coefficient: 2.0,
                maximum_interval: Some(translate::duration(PAUSE_MS)),
                // No end: children wait for people.
                maximum_attempts: 0,
                non_retryable_error_types: Vec::new(),
            }),
            cancellation_type: ActivityCancellationType::Abandon as i32,
            do_not_eagerly_execute: true,
            ..Default::default()
        };
        translate::command(Command::ScheduleActivity(schedule), "Children")
    }

    /// Whether an activity is the watch.
    pub(crate) fn is_watch(&self, seq: Seq) -> bool {
        self.watch == Some(seq)
    }

    /// The watch has seen ends.
    ///
    /// # Errors
    /// It could not be watched, in a sentence: the task is to fail, so that nothing is lost.
    pub(crate) fn watched(&mut self, end: ActivityEnd) -> Result<Vec<Input>, String> {
        self.watch = None;
        let answer = match end {
            ActivityEnd::Resolved(Ok(answer)) => answer,
            ActivityEnd::Resolved(Err(failure)) => {
                return Err(format!("The children of the run cannot be watched: {}", failure.message));
            }
            ActivityEnd::Backoff(_) => return Err("A pause was asked for by the watch of the children.".to_owned()),
        };
        let answer: WatchAnswer = serde_json::from_value(answer)
            .map_err(|why| format!("What is recorded of the ends of children is damaged: {why}."))?;
        let known = answer.ended.into_iter().filter(|ended| self.open.contains_key(&ended.seq));
        Ok(known.map(|Ended { seq, result }| Input::ChildResolved { seq, result }).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(count: Seq) -> WatchRequest {
        let run_id = |seq: Seq| blake3::hash(&seq.to_le_bytes()).to_hex().chars().take(36).collect();
        let child = |seq| Watched { seq, workflow_id: format!("many:items:item:{seq}"), run_id: run_id(seq) };
        WatchRequest { children: (1..=count).map(child).collect() }
    }

    #[test]
    fn a_long_list_of_children_travels_packed() {
        for (count, packed, most) in [(10, false, 2_000), (5_000, true, 200_000)] {
            let request = request(count);
            let payload = request.write();
            assert_eq!(packed::is_packed(&payload), packed);
            assert!(payload.data.len() < most, "{count} children have {} bytes", payload.data.len());
            assert_eq!(WatchRequest::read(Some(&payload)), Ok(request));
        }
        assert!(WatchRequest::read(None).is_err());
        assert!(WatchRequest::read(Some(&payload::text("?"))).is_err_and(|why| why.contains("cannot be read")));
    }
}
