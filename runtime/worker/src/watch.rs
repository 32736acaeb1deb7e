//! The activity `ntro.children`: waits for the ends of children that an earlier history of their parent has started.
//!
//! A child is its id and the chain of its histories: one that itself went on in a new history is followed. Nothing here ends by a
//! time of its own; a server that is away is asked again until it is back.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use ntro_capabilities::CapabilityError;
use ntro_machine::{ActivityFailure, Json};
use temporalio_client::tonic::{Code, Status};
use temporalio_common::protos::coresdk::activity_result::ActivityExecutionResult;
use temporalio_common::protos::coresdk::activity_task::Start;
use temporalio_common::protos::coresdk::child_workflow::child_workflow_result::Status as ChildStatus;
use temporalio_common::protos::coresdk::child_workflow::{self, ChildWorkflowResult};
use temporalio_common::protos::temporal::api::common::v1::{Payloads, WorkflowExecution};
use temporalio_common::protos::temporal::api::enums::v1::{HistoryEventFilterType, TimeoutType};
use temporalio_common::protos::temporal::api::failure::v1::failure::FailureInfo;
use temporalio_common::protos::temporal::api::failure::v1::{Failure, TerminatedFailureInfo, TimeoutFailureInfo};
use temporalio_common::protos::temporal::api::history::v1::HistoryEvent;
use temporalio_common::protos::temporal::api::history::v1::history_event::Attributes;
use temporalio_common::protos::temporal::api::workflow::v1::WorkflowExecutionInfo;
use temporalio_common::protos::temporal::api::workflowservice::v1::{
    DescribeWorkflowExecutionRequest, GetWorkflowExecutionHistoryRequest,
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::children::{Ended, WatchAnswer, WatchRequest, Watched};
use crate::connect::Link;
use crate::{failure, payload, translate};

/// How many questions a worker has open at the server at once. With no more children than this, each end is heard at once; with
/// more they are asked in turns.
const PLACES: usize = 100;
/// How long the server may hold one question.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a place is held in turns: a hundred questions a second, however many children there are.
const TURN: Duration = Duration::from_secs(1);
/// How long further ends are waited for once there is one: they go into the history together.
const GATHER: Duration = Duration::from_millis(200);
/// The most ends that are given at once.
const MOST_ENDS: usize = 500;
/// The most that is given at once, in bytes; a single result may have more.
const BATCH_BYTES: usize = 500_000;
/// The largest single result, in bytes: the server refuses two megabytes.
const MOST_BYTES: usize = 1_900_000;
/// The first and the longest pause after an error of the server.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// The watches of a worker.
pub struct Watcher {
    link: Link,
    places: Semaphore,
    /// How many children are watched, over all watches.
    watched: AtomicUsize,
    /// The watch of each parent: a newer one, of its next history, ends the one before.
    live: Mutex<HashMap<String, CancellationToken>>,
}

/// Counts children as watched as long as it lives.
struct Counted<'a>(&'a AtomicUsize, usize);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(self.1, Ordering::Relaxed);
    }
}

/// What a close event says.
enum Closed {
    Ended(ChildWorkflowResult),
    /// It went on in this run.
    WentOn(String),
    /// By force: perhaps because the child was reset to an earlier point, and then it goes on.
    Terminated(ChildWorkflowResult),
}

impl Watcher {
    /// Watches on this connection.
    pub fn new(link: Link) -> Watcher {
        Watcher { link, places: Semaphore::new(PLACES), watched: AtomicUsize::new(0), live: Mutex::default() }
    }

    /// Performs the activity. Dropping the future ends it; nothing is lost then.
    pub(crate) async fn perform(&self, start: &Start) -> ActivityExecutionResult {
        let parent = start.workflow_execution.as_ref().map(|parent| parent.workflow_id.clone()).unwrap_or_default();
        let newer = CancellationToken::new();
        let before = self.live.lock().unwrap_or_else(PoisonError::into_inner).insert(parent, newer.clone());
        if let Some(before) = before {
            before.cancel();
        }
        let fail = |error: &CapabilityError| {
            ActivityExecutionResult::fail(failure::application(&error.kind, &error.message, !error.retryable, None))
        };
        let request = match WatchRequest::read(start.input.first()) {
            Ok(request) => request,
            Err(why) => return fail(&CapabilityError::new("invalid_argument", why)),
        };
        let answer = tokio::select! {
            answer = self.watch(request) => answer,
            () = newer.cancelled() => {
                return fail(&CapabilityError::new("superseded", "a newer watch of the same run has begun").retry());
            }
        };
        match serde_json::to_vec(&answer) {
            Ok(json) => ActivityExecutionResult::ok(payload::bytes(json)),
            Err(error) => fail(&CapabilityError::new("defect", error.to_string()).retry()),
        }
    }

    /// Waits until at least one child has ended, and gives those that have.
    async fn watch(&self, request: WatchRequest) -> WatchAnswer {
        let count = request.children.len();
        self.watched.fetch_add(count, Ordering::Relaxed);
        let _counted = Counted(&self.watched, count);
        let mut ends: FuturesUnordered<_> = request.children.into_iter().map(|child| self.end_of(child)).collect();
        let mut ended = Vec::new();
        let mut bytes = 0_usize;
        let Some(first) = ends.next().await else { return WatchAnswer { ended } };
        let until = tokio::time::Instant::now() + GATHER;
        let mut next = Some(first);
        while let Some((end, size)) = next {
            // One that does not fit any more is found again by the next watch.
            if !ended.is_empty() && bytes.saturating_add(size) > BATCH_BYTES {
                break;
            }
            bytes = bytes.saturating_add(size);
            ended.push(end);
            if ended.len() >= MOST_ENDS {
                break;
            }
            next = tokio::time::timeout_at(until, ends.next()).await.ok().flatten();
        }
        // The history should not depend on which answer was quicker.
        ended.sort_by_key(|end| end.seq);
        WatchAnswer { ended }
    }

    /// A child's end, with its size.
    async fn end_of(&self, child: Watched) -> (Ended, usize) {
        let result = self.result_of(&child).await;
        let size = match &result {
            Ok(value) => value.to_string().len(),
            Err(failure) => failure.message.len().saturating_add(failure.kind.len()),
        };
        let result = if size > MOST_BYTES {
            let message = format!(
                "the result of `{}` has {size} bytes; {MOST_BYTES} are the most that a run can hold. Large values belong into \
                 the store, as a file",
                child.workflow_id
            );
            Err(ActivityFailure { kind: "too_large".to_owned(), message })
        } else {
            result
        };
        (Ended { seq: child.seq, result }, size.min(MOST_BYTES))
    }

    async fn result_of(&self, child: &Watched) -> Result<Json, ActivityFailure> {
        let mut run_id = child.run_id.clone();
        let mut pause = PAUSES.0;
        loop {
            match self.closed(&child.workflow_id, &run_id).await {
                Ok(None) => pause = PAUSES.0,
                Ok(Some(Closed::Ended(result))) => return translate::child_end(Some(result)),
                Ok(Some(Closed::WentOn(next))) => {
                    // A long chain is not gone through link by link.
                    run_id = self.newest(child, &run_id).await.unwrap_or(next);
                }
                Ok(Some(Closed::Terminated(result))) => match self.newest(child, &run_id).await {
                    Some(newer) => run_id = newer,
                    None => return translate::child_end(Some(result)),
                },
                // The server forgets histories of long ago; the chain may still go on.
                Err(status) if status.code() == Code::NotFound => match self.newest(child, &run_id).await {
                    Some(newer) => run_id = newer,
                    None => return Err(forgotten(child)),
                },
                Err(status) => {
                    tracing::debug!(child = %child.workflow_id, "the server did not answer a watch: {status}");
                    tokio::time::sleep(pause).await;
                    pause = pause.saturating_mul(2).min(PAUSES.1);
                }
            }
        }
    }

    /// Asks for the close event of a run: nothing where it is open.
    async fn closed(&self, workflow_id: &str, run_id: &str) -> Result<Option<Closed>, Status> {
        let _place = self.places.acquire().await.map_err(|closed| Status::cancelled(closed.to_string()))?;
        let crowded = self.watched.load(Ordering::Relaxed) > PLACES;
        let request = GetWorkflowExecutionHistoryRequest {
            namespace: self.link.namespace.clone(),
            execution: Some(WorkflowExecution { workflow_id: workflow_id.to_owned(), run_id: run_id.to_owned() }),
            wait_new_event: !crowded,
            history_event_filter_type: HistoryEventFilterType::CloseEvent as i32,
            skip_archival: true,
            ..Default::default()
        };
        let ask = self.link.ask(PATIENCE, request, |mut service, request| async move {
            service.get_workflow_execution_history(request).await
        });
        let answer = ask.await?;
        let closed = answer.history.unwrap_or_default().events.pop().and_then(closed);
        if crowded && closed.is_none() {
            tokio::time::sleep(TURN).await;
        }
        Ok(closed)
    }

    /// The newest run of a child's chain, where that is another one than this.
    async fn newest(&self, child: &Watched, run_id: &str) -> Option<String> {
        let mut pause = PAUSES.0;
        loop {
            match self.describe(&child.workflow_id).await {
                Ok(info) => {
                    // Older servers do not tell the first run; then links are followed one by one.
                    let newest = info.execution.unwrap_or_default().run_id;
                    return (info.first_run_id == child.run_id && newest != run_id).then_some(newest);
                }
                Err(status) if status.code() == Code::NotFound => return None,
                Err(_) => {
                    tokio::time::sleep(pause).await;
                    pause = pause.saturating_mul(2).min(PAUSES.1);
                }
            }
        }
    }

    async fn describe(&self, workflow_id: &str) -> Result<WorkflowExecutionInfo, Status> {
        let _place = self.places.acquire().await.map_err(|closed| Status::cancelled(closed.to_string()))?;
        let request = DescribeWorkflowExecutionRequest {
            namespace: self.link.namespace.clone(),
            execution: Some(WorkflowExecution { workflow_id: workflow_id.to_owned(), run_id: String::new() }),
        };
        let ask = self.link.ask(PATIENCE, request, |mut service, request| async move {
            service.describe_workflow_execution(request).await
        });
        Ok(ask.await?.workflow_execution_info.unwrap_or_default())
    }
}

fn forgotten(child: &Watched) -> ActivityFailure {
    let message = format!("The run `{}` is not there any more: how it ended cannot be known.", child.workflow_id);
    ActivityFailure { kind: "not_found".to_owned(), message }
}

/// What a close event says, in the words that the server has for a parent of the same history.
fn closed(event: HistoryEvent) -> Option<Closed> {
    let went_on = |next: &str| (!next.is_empty()).then(|| Closed::WentOn(next.to_owned()));
    let ended = |status: ChildStatus| ChildWorkflowResult { status: Some(status) };
    let failed = |failure: Option<Failure>| {
        let failed = child_workflow::Failure { failure };
        ended(ChildStatus::Failed(failed))
    };
    let made = |message: &str, info: FailureInfo| Failure {
        message: message.to_owned(),
        failure_info: Some(info),
        ..Default::default()
    };
    Some(match event.attributes? {
        Attributes::WorkflowExecutionCompletedEventAttributes(done) => went_on(&done.new_execution_run_id)
            .unwrap_or_else(|| {
                let result = first(done.result);
                Closed::Ended(ended(ChildStatus::Completed(child_workflow::Success { result })))
            }),
        Attributes::WorkflowExecutionFailedEventAttributes(done) => {
            went_on(&done.new_execution_run_id).unwrap_or_else(|| Closed::Ended(failed(done.failure)))
        }
        Attributes::WorkflowExecutionTimedOutEventAttributes(done) => went_on(&done.new_execution_run_id)
            .unwrap_or_else(|| {
                let timeout_type = TimeoutType::StartToClose as i32;
                let info = TimeoutFailureInfo { timeout_type, last_heartbeat_details: None };
                Closed::Ended(failed(Some(made("Timed out", FailureInfo::TimeoutFailureInfo(info)))))
            }),
        Attributes::WorkflowExecutionCanceledEventAttributes(_) => {
            let cancelled = child_workflow::Cancellation { failure: Some(failure::cancelled("")) };
            Closed::Ended(ended(ChildStatus::Cancelled(cancelled)))
        }
        Attributes::WorkflowExecutionTerminatedEventAttributes(_) => {
            let info = FailureInfo::TerminatedFailureInfo(TerminatedFailureInfo::default());
            Closed::Terminated(failed(Some(made("Terminated", info))))
        }
        Attributes::WorkflowExecutionContinuedAsNewEventAttributes(next) => went_on(&next.new_execution_run_id)?,
        _ => return None,
    })
}

fn first(payloads: Option<Payloads>) -> Option<temporalio_common::protos::temporal::api::common::v1::Payload> {
    payloads.and_then(|payloads| payloads.payloads.into_iter().next())
}
