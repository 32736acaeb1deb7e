//! Temporal's words and the machine's, one to one: activation jobs become [`Happened`], outputs become commands.
//!
//! Everything here is pure. The matches are exhaustive, so that a job or an output that a new version adds is an error of the
//! compiler and not of a run.

use std::collections::HashMap;
use std::time::Duration;

use ntro_ir::{CallId, Retry};
use ntro_machine::{ActivityCall, ActivityFailure, ChildCall, Input, Json, Seq};
use serde_json::json;
use temporalio_common::protos::coresdk::activity_result::{ActivityResolution, DoBackoff, activity_resolution};
use temporalio_common::protos::coresdk::child_workflow::{
    ChildWorkflowCancellationType, ChildWorkflowResult, ParentClosePolicy, StartChildWorkflowExecutionFailedCause,
    child_workflow_result,
};
use temporalio_common::protos::coresdk::workflow_activation::workflow_activation_job::Variant as Job;
use temporalio_common::protos::coresdk::workflow_activation::{
    InitializeWorkflow, QueryWorkflow, RemoveFromCache, ResolveChildWorkflowExecutionStart,
    resolve_child_workflow_execution_start,
};
use temporalio_common::protos::coresdk::workflow_commands::workflow_command::Variant as Command;
use temporalio_common::protos::coresdk::workflow_commands::{
    ActivityCancellationType, QueryResult, QuerySuccess, ScheduleActivity, ScheduleLocalActivity,
    StartChildWorkflowExecution, StartTimer, UpdateResponse, WorkflowCommand, query_result, update_response,
};
use temporalio_common::protos::temporal::api::common::v1::{Payload, RetryPolicy};
use temporalio_common::protos::temporal::api::sdk::v1::UserMetadata;

use crate::payload::PayloadError;
use crate::{call, failure, payload};

/// The header of a run: what a parent or a binding says besides the input.
pub const START_HEADER: &str = "ntro-start";

/// How long an attempt may take where a capability does not say, in milliseconds.
const ATTEMPT_MS: i64 = 600_000;
/// How long our own worker may be silent about an activity before another one takes it up, in milliseconds.
const HEARTBEAT_MS: i64 = 30_000;
/// How long an attempt of a quick capability may take, in milliseconds: longer ones would hold back signals and queries.
const QUICK_MS: i64 = 2_000;
/// A pause that is longer than this becomes a timer of the run instead of holding its task, in milliseconds.
const QUICK_PAUSE_MS: i64 = 1_000;
/// The longest summary that the server keeps, in characters. It counts 400 bytes.
const SUMMARY_CHARS: usize = 100;

/// What one activation job means.
#[derive(Debug)]
pub enum Happened {
    /// The run starts.
    Start(Box<InitializeWorkflow>),
    /// The machine is told.
    Input(Input),
    /// A timer fired: the machine's, or one of the host's between two attempts.
    Timer(Seq),
    /// An activity ended, or a local one wants a pause.
    Activity(Seq, ActivityEnd),
    /// An update.
    Update {
        /// Names it for the answer.
        id: String,
        /// Its name.
        name: String,
        /// What it carries.
        payload: Json,
        /// Whether the history says that it was accepted: then it cannot be refused any more.
        accepted: bool,
    },
    /// The server has passed on a cancellation to another run, or could not find it.
    Told(Seq),
    /// A question.
    Query(QueryWorkflow),
    /// The run leaves the cache.
    Evict(RemoveFromCache),
    /// It means nothing to a machine: its randomness comes from the first run's id.
    Nothing,
    /// It answers a command that ntro never gives.
    Unasked(&'static str),
}

/// How an activity ended.
#[derive(Debug)]
pub enum ActivityEnd {
    /// For good.
    Resolved(Result<Json, ActivityFailure>),
    /// A local one is to be scheduled again after a timer.
    Backoff(DoBackoff),
}

/// What one activation job means.
pub fn happened(job: Job) -> Happened {
    match job {
        Job::InitializeWorkflow(start) => Happened::Start(Box::new(start)),
        Job::FireTimer(timer) => Happened::Timer(timer.seq),
        Job::UpdateRandomSeed(_) => Happened::Nothing,
        Job::QueryWorkflow(query) => Happened::Query(query),
        Job::CancelWorkflow(cancel) => Happened::Input(Input::CancelRequested { reason: cancel.reason }),
        Job::SignalWorkflow(signal) => Happened::Input(Input::Signal {
            name: signal.signal_name,
            payload: readable(payload::first(&signal.input)),
        }),
        Job::ResolveActivity(activity) => Happened::Activity(activity.seq, activity_end(activity.result)),
        Job::NotifyHasPatch(_) => Happened::Unasked("a patch"),
        Job::ResolveChildWorkflowExecutionStart(start) => Happened::Input(child_started(start)),
        Job::ResolveChildWorkflowExecution(child) => {
            Happened::Input(Input::ChildResolved { seq: child.seq, result: child_end(child.result) })
        }
        Job::ResolveSignalExternalWorkflow(_) => Happened::Unasked("a signal to another run"),
        // Where it failed the run is not there any more, so that there is nothing to cancel.
        Job::ResolveRequestCancelExternalWorkflow(told) => Happened::Told(told.seq),
        Job::DoUpdate(update) => Happened::Update {
            id: update.protocol_instance_id,
            name: update.name,
            payload: readable(payload::first(&update.input)),
            accepted: !update.run_validator,
        },
        Job::ResolveNexusOperationStart(_) => Happened::Unasked("the start of a Nexus operation"),
        Job::ResolveNexusOperation(_) => Happened::Unasked("a Nexus operation"),
        Job::RemoveFromCache(remove) => Happened::Evict(remove),
    }
}

/// What cannot be read is given in a form that no runbook takes, so that it is refused with its reason.
fn readable(read: Result<Json, PayloadError>) -> Json {
    read.unwrap_or_else(|error| json!({ "unreadable": error.to_string() }))
}

fn answer(result: Option<&Payload>) -> Result<Json, ActivityFailure> {
    result.map_or(Ok(Json::Null), payload::read).map_err(|error| ActivityFailure {
        kind: "unexpected_answer".to_owned(),
        message: format!("The answer cannot be read: {error}."),
    })
}

fn activity_end(resolution: Option<ActivityResolution>) -> ActivityEnd {
    use activity_resolution::Status;
    ActivityEnd::Resolved(match resolution.and_then(|resolution| resolution.status) {
        Some(Status::Completed(done)) => answer(done.result.as_ref()),
        Some(Status::Failed(failed)) => Err(failure::read(failed.failure.as_ref())),
        Some(Status::Cancelled(cancelled)) => Err(failure::read(cancelled.failure.as_ref())),
        Some(Status::Backoff(backoff)) => return ActivityEnd::Backoff(backoff),
        None => Err(failure::read(None)),
    })
}

fn child_started(start: ResolveChildWorkflowExecutionStart) -> Input {
    use resolve_child_workflow_execution_start::Status;
    let failed = |kind: &str, message: String| Err(ActivityFailure { kind: kind.to_owned(), message });
    let result = match start.status {
        Some(Status::Succeeded(started)) => Ok(started.run_id),
        Some(Status::Failed(why)) => match why.cause() {
            StartChildWorkflowExecutionFailedCause::WorkflowAlreadyExists => {
                failed("already_started", format!("A run `{}` exists already.", why.workflow_id))
            }
            StartChildWorkflowExecutionFailedCause::NamespaceNotFound => {
                failed("not_found", "The namespace does not exist.".to_owned())
            }
            StartChildWorkflowExecutionFailedCause::InvalidVersioningOverride
            | StartChildWorkflowExecutionFailedCause::Unspecified => {
                failed("failed", format!("The run `{}` could not be started.", why.workflow_id))
            }
        },
        // A child that was cancelled before its start left for the server tells it so.
        Some(Status::Cancelled(cancelled)) => Err(failure::read(cancelled.failure.as_ref())),
        None => Err(failure::read(None)),
    };
    Input::ChildStarted { seq: start.seq, result }
}

/// How a child ended.
pub(crate) fn child_end(result: Option<ChildWorkflowResult>) -> Result<Json, ActivityFailure> {
    use child_workflow_result::Status;
    match result.and_then(|result| result.status) {
        Some(Status::Completed(done)) => answer(done.result.as_ref()),
        Some(Status::Failed(failed)) => Err(failure::read(failed.failure.as_ref())),
        Some(Status::Cancelled(cancelled)) => Err(failure::read(cancelled.failure.as_ref())),
        None => Err(failure::read(None)),
    }
}

/// Where a run lives, as its commands say.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The namespace.
    pub namespace: &'a str,
    /// The task queue of our workers.
    pub task_queue: &'a str,
    /// `RUNBOOK/VERSION`: the bundle of the run's program.
    pub bundle: &'a str,
    /// The program's digest, as hex.
    pub digest: &'a str,
    /// The time zone that children inherit.
    pub zone: Option<&'a str>,
}

/// A command, with what people read beside its event.
pub fn command(command: Command, summary: &str) -> WorkflowCommand {
    let summary: String = summary.chars().take(SUMMARY_CHARS).collect();
    let user_metadata =
        (!summary.is_empty()).then(|| UserMetadata { summary: Some(payload::text(&summary)), details: None });
    WorkflowCommand { user_metadata, event_group_markers: Vec::new(), variant: Some(command) }
}

/// An activity on a worker: ours, or one in any language.
///
/// Its id is the idempotency key, which every SDK shows to an activity; the whole context is in a header. Its arguments are one
/// JSON object. `id` is its number in the program.
pub fn activity(call: &ActivityCall, id: Option<CallId>, place: &Place<'_>) -> WorkflowCommand {
    let options = &call.options;
    let attempt = if options.within_ms > 0 { options.within_ms } else { ATTEMPT_MS };
    let own = options.queue.is_none();
    // Only our own workers are known to heartbeat.
    let heartbeat = (own && attempt > HEARTBEAT_MS).then(|| duration(HEARTBEAT_MS));
    let schedule = ScheduleActivity {
        seq: call.seq,
        activity_id: call.context.idempotency_key.clone(),
        activity_type: activity_type(call).to_owned(),
        task_queue: options.queue.clone().unwrap_or_else(|| place.task_queue.to_owned()),
        headers: call::headers(call, id, place),
        arguments: vec![payload::json(&call.args)],
        schedule_to_close_timeout: call.schedule_to_close_ms.map(duration),
        start_to_close_timeout: Some(duration(attempt)),
        heartbeat_timeout: heartbeat,
        retry_policy: Some(retry(&options.retry)),
        // An effect may have happened already: its answer is awaited.
        cancellation_type: ActivityCancellationType::WaitCancellationCompleted as i32,
        ..Default::default()
    };
    command(Command::ScheduleActivity(schedule), &call.summary)
}

/// A quick capability, as a local activity: a marker in the history and no task of its own.
pub fn quick_activity(
    call: &ActivityCall,
    id: Option<CallId>,
    place: &Place<'_>,
    seq: Seq,
    again: Option<&DoBackoff>,
) -> WorkflowCommand {
    let attempt = if call.options.within_ms > 0 { call.options.within_ms.min(QUICK_MS) } else { QUICK_MS };
    let schedule = ScheduleLocalActivity {
        seq,
        activity_id: call.context.idempotency_key.clone(),
        activity_type: activity_type(call).to_owned(),
        attempt: again.map_or(1, |again| again.attempt),
        original_schedule_time: again.and_then(|again| again.original_schedule_time),
        headers: call::headers(call, id, place),
        arguments: vec![payload::json(&call.args)],
        schedule_to_close_timeout: call.schedule_to_close_ms.map(duration),
        start_to_close_timeout: Some(duration(attempt)),
        retry_policy: Some(retry(&call.options.retry)),
        local_retry_threshold: Some(duration(QUICK_PAUSE_MS)),
        cancellation_type: ActivityCancellationType::WaitCancellationCompleted as i32,
        ..Default::default()
    };
    command(Command::ScheduleLocalActivity(schedule), &call.summary)
}

fn activity_type(call: &ActivityCall) -> &str {
    call.options.activity.as_deref().unwrap_or(&call.capability)
}

fn retry(retry: &Retry) -> RetryPolicy {
    let first = retry.first_ms.max(1);
    RetryPolicy {
        initial_interval: Some(duration(first)),
        backoff_coefficient: (f64::from(retry.factor_percent) / 100.0).max(1.0),
        maximum_interval: Some(duration(retry.max_ms.max(first))),
        maximum_attempts: i32::try_from(retry.attempts.max(1)).unwrap_or(i32::MAX),
        non_retryable_error_types: Vec::new(),
    }
}

/// A child. It outlives a continue-as-new of its parent, and is cancelled by command only.
pub fn child(call: &ChildCall, place: &Place<'_>) -> WorkflowCommand {
    let start = json!({
        "tenant": call.tenant, "entity": call.entity, "interface": call.interface, "zone": place.zone,
    });
    let start = StartChildWorkflowExecution {
        seq: call.seq,
        namespace: place.namespace.to_owned(),
        workflow_id: call.workflow_id.clone(),
        workflow_type: call.runbook.clone(),
        task_queue: place.task_queue.to_owned(),
        input: vec![payload::json(&call.input)],
        headers: HashMap::from([(START_HEADER.to_owned(), payload::json(&start))]),
        parent_close_policy: ParentClosePolicy::Abandon as i32,
        cancellation_type: ChildWorkflowCancellationType::WaitCancellationCompleted as i32,
        ..Default::default()
    };
    command(Command::StartChildWorkflowExecution(start), &call.summary)
}

/// A timer. The server refuses one of no length.
pub fn timer(seq: Seq, after_ms: i64, summary: &str) -> WorkflowCommand {
    let start = StartTimer { seq, start_to_fire_timeout: Some(duration(after_ms.max(1))) };
    command(Command::StartTimer(start), summary)
}

/// An update is carried out: accepted and completed in one task.
pub fn update_done(id: &str, result: &Json) -> [WorkflowCommand; 2] {
    let response = |response| {
        let response = UpdateResponse { protocol_instance_id: id.to_owned(), response: Some(response) };
        command(Command::UpdateResponse(response), "")
    };
    [
        response(update_response::Response::Accepted(())),
        response(update_response::Response::Completed(payload::json(result))),
    ]
}

/// An update is refused; the history does not note it.
pub fn update_refused(id: &str, kind: &str, message: &str) -> WorkflowCommand {
    let refusal = failure::application(kind, message, true, None);
    let response = UpdateResponse {
        protocol_instance_id: id.to_owned(),
        response: Some(update_response::Response::Rejected(refusal)),
    };
    command(Command::UpdateResponse(response), "")
}

/// The answer to a question.
pub fn query_answer(query_id: String, answer: Result<Payload, String>) -> WorkflowCommand {
    let variant = match answer {
        Ok(response) => query_result::Variant::Succeeded(QuerySuccess { response: Some(response) }),
        Err(message) => query_result::Variant::Failed(failure::application("UnknownQuery", &message, true, None)),
    };
    command(Command::RespondToQuery(QueryResult { query_id, variant: Some(variant) }), "")
}

/// Milliseconds as the server writes them.
pub fn duration(ms: i64) -> prost_types::Duration {
    let ms = u64::try_from(ms).unwrap_or(0);
    Duration::from_millis(ms).try_into().unwrap_or_default()
}
