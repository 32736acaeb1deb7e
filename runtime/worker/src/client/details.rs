//! What is under way in a run: its task, its calls with their attempts, its children.

use jiff::Timestamp;
use temporalio_common::protos::temporal::api::enums::v1::{EventType, PendingActivityState, PendingWorkflowTaskState};
use temporalio_common::protos::temporal::api::history::v1::history_event::Attributes;
use temporalio_common::protos::temporal::api::workflow::v1::{PendingActivityInfo, PendingWorkflowTaskInfo};
use temporalio_common::protos::temporal::api::workflowservice::v1::{
    DescribeWorkflowExecutionRequest, GetWorkflowExecutionHistoryReverseRequest,
};

use super::{ClientError, RunLine, Runs, line};
use crate::failure;
use crate::marker::NO_PROGRAM;
use crate::replay::plainly;

/// How far back the reason of a failing task is looked for, in events.
const BACK: i32 = 50;

/// A run with what is under way in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    /// The run.
    pub run: RunLine,
    /// Its task, where one is to be done.
    pub task: Option<Task>,
    /// Its calls.
    pub calls: Vec<Call>,
    /// The children that its history has open: workflow id and runbook.
    pub children: Vec<(String, String)>,
    /// How many events its history has.
    pub events: i64,
}

/// A task of a run: a worker is to look at what happened and say what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The attempt, from 1.
    pub attempt: u32,
    /// Whether a worker has taken it. One that has failed stays taken until its time is over.
    pub taken: bool,
    /// Since when it is taken, or waits.
    pub since: Option<Timestamp>,
}

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallState {
    /// No worker has taken it yet.
    Waits,
    /// A worker works on it.
    Runs,
    /// It has failed and waits for its next attempt.
    Pauses,
    /// An operator has paused it.
    Held,
    /// It is being cancelled.
    Stops,
}

/// A call under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its id, which is its idempotency key.
    pub id: String,
    /// The capability.
    pub capability: String,
    /// The address of its step.
    pub step: String,
    /// The queue of its workers.
    pub queue: String,
    /// What it does.
    pub state: CallState,
    /// The attempt, from 1.
    pub attempt: u32,
    /// How many attempts there may be; 0 for no limit.
    pub most: u32,
    /// When the next attempt begins.
    pub next: Option<Timestamp>,
    /// What the last attempt failed with.
    pub why: Option<String>,
}

impl Runs {
    /// What the server knows of a run and of what is under way in it.
    ///
    /// # Errors
    /// There is no such run.
    pub async fn details(&self, id: &str) -> Result<Details, ClientError> {
        let request =
            DescribeWorkflowExecutionRequest { namespace: self.link.namespace.clone(), execution: Self::execution(id) };
        let described = match self
            .call(request, |mut service, request| async move { service.describe_workflow_execution(request).await })
            .await?
        {
            Ok(described) => described,
            Err(status) => return Err(self.refusal(id, &status)),
        };
        let info = described.workflow_execution_info.unwrap_or_default();
        let events = info.history_length;
        let children = described.pending_children.into_iter();
        Ok(Details {
            run: line(info),
            task: described.pending_workflow_task.map(task),
            calls: described.pending_activities.into_iter().map(call).collect(),
            children: children.map(|child| (child.workflow_id, child.workflow_type_name)).collect(),
            events,
        })
    }

    /// What the newest task of a run failed with, where it has failed since anything else happened: the run then waits for a worker
    /// that can do it.
    ///
    /// # Errors
    /// There is no such run.
    pub async fn trouble(&self, id: &str) -> Result<Option<String>, ClientError> {
        Ok(self.failed_task(id, "").await?.map(|(_, why)| why))
    }

    /// The event with which the newest task failed, and why; nothing where a task has been done since.
    pub(super) async fn failed_task(&self, id: &str, run_id: &str) -> Result<Option<(i64, String)>, ClientError> {
        let mut execution = Self::execution(id).unwrap_or_default();
        run_id.clone_into(&mut execution.run_id);
        let request = GetWorkflowExecutionHistoryReverseRequest {
            namespace: self.link.namespace.clone(),
            execution: Some(execution),
            maximum_page_size: BACK,
            ..Default::default()
        };
        let page = match self
            .call(request, |mut service, request| async move {
                service.get_workflow_execution_history_reverse(request).await
            })
            .await?
        {
            Ok(page) => page,
            Err(status) => return Err(self.refusal(id, &status)),
        };
        let mut after = None;
        for event in page.history.unwrap_or_default().events {
            let followed_by = after.replace(event.event_type());
            match event.attributes {
                Some(Attributes::WorkflowTaskFailedEventAttributes(failed)) => {
                    let why = failed.failure.map(|failure| plainly(&failure.message)).unwrap_or_default();
                    return Ok(Some((event.event_id, why)));
                }
                Some(Attributes::WorkflowTaskTimedOutEventAttributes(_)) => {
                    let why = "the worker that had it did not answer in time".to_owned();
                    return Ok(Some((event.event_id, why)));
                }
                // A task that was completed only to be kept, while it found no program; a quick call that fails is none of these.
                Some(Attributes::MarkerRecordedEventAttributes(marker)) if marker.failure.is_some() => {
                    let failed = failure::read(marker.failure.as_ref());
                    if failed.kind == NO_PROGRAM {
                        return Ok(Some((marker.workflow_task_completed_event_id, plainly(&failed.message))));
                    }
                }
                // One that nothing came of was completed to be kept as well, while a call of it hangs.
                Some(Attributes::WorkflowTaskCompletedEventAttributes(_))
                    if followed_by == Some(EventType::WorkflowTaskScheduled) => {}
                Some(Attributes::WorkflowTaskCompletedEventAttributes(_)) => return Ok(None),
                _ => {}
            }
        }
        Ok(None)
    }
}

fn time(time: Option<prost_types::Timestamp>) -> Option<Timestamp> {
    time.and_then(|time| Timestamp::new(time.seconds, time.nanos).ok())
}

fn task(task: PendingWorkflowTaskInfo) -> Task {
    let taken = task.state() == PendingWorkflowTaskState::Started;
    let since = if taken { task.started_time } else { task.scheduled_time };
    Task { attempt: u32::try_from(task.attempt).unwrap_or(1).max(1), taken, since: time(since) }
}

fn call(call: PendingActivityInfo) -> Call {
    let next = time(call.next_attempt_schedule_time);
    let state = match call.state() {
        _ if call.paused => CallState::Held,
        PendingActivityState::Started => CallState::Runs,
        PendingActivityState::CancelRequested => CallState::Stops,
        PendingActivityState::Paused | PendingActivityState::PauseRequested => CallState::Held,
        PendingActivityState::Scheduled | PendingActivityState::Unspecified if next.is_some() => CallState::Pauses,
        PendingActivityState::Scheduled | PendingActivityState::Unspecified => CallState::Waits,
    };
    let queue = call.activity_options.and_then(|options| options.task_queue).map(|queue| queue.name);
    let why = call.last_failure.map(|last| failure::read(Some(&last)).message);
    // The key is `RUN:STEP:NUMBER`; only people read the step from here.
    let step = call.activity_id.rsplit(':').nth(1).unwrap_or_default().to_owned();
    Call {
        step,
        id: call.activity_id,
        capability: call.activity_type.unwrap_or_default().name,
        queue: queue.unwrap_or_default(),
        state,
        attempt: u32::try_from(call.attempt).unwrap_or(1).max(1),
        most: u32::try_from(call.maximum_attempts).unwrap_or(0),
        next,
        why,
    }
}
