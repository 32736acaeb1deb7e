//! The one loop that takes activity tasks, local ones too, and runs each beside it.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use ntro_capabilities::CapabilityError;
use ntro_ir::{CallContext, CallOptions, Retry};
use ntro_machine::Json;
use serde::Deserialize;
use temporalio_common::protos::coresdk::activity_result::ActivityExecutionResult;
use temporalio_common::protos::coresdk::activity_task::{ActivityCancelReason, ActivityTask, Start, activity_task};
use temporalio_common::protos::coresdk::{ActivityHeartbeat, ActivityTaskCompletion};
use temporalio_sdk_core::{PollError, Worker};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::children::CHILDREN_ACTIVITY;
use crate::marker::{PROGRAM_ACTIVITY, ProgramRequest};
use crate::programs::Programs;
use crate::serve::{Serve, Served};
use crate::translate::{CALL_HEADER, CONTEXT_HEADER};
use crate::watch::Watcher;
use crate::{failure, payload};

/// The largest answer that goes through a history, in bytes: the server refuses two megabytes.
const MOST_BYTES: usize = 1_900_000;

/// The activities under way, by their tokens: a cancellation is sent to the one that it is for.
type Live = Arc<Mutex<HashMap<Vec<u8>, oneshot::Sender<ActivityCancelReason>>>>;

/// What our own workflows tell in [`CALL_HEADER`].
#[derive(Debug, Deserialize)]
struct CallHeader {
    bundle: String,
    capability: String,
    options: CallOptions,
}

/// What activities are done with.
#[derive(Clone)]
pub struct Helpers {
    /// Finds the programs of new runs.
    pub programs: Arc<Programs>,
    /// Serves calls.
    pub serve: Arc<dyn Serve>,
    /// Watches children.
    pub watcher: Arc<Watcher>,
}

/// Polls until the worker shuts down and everything under way has ended.
///
/// # Errors
/// The connection is gone for good.
pub async fn poll(worker: Arc<Worker>, help: Helpers) -> anyhow::Result<()> {
    let live = Live::default();
    let mut tasks = JoinSet::new();
    loop {
        let ActivityTask { task_token, variant } = match worker.poll_activity_task().await {
            Ok(task) => task,
            Err(PollError::ShutDown) => break,
            Err(error) => return Err(error.into()),
        };
        while tasks.try_join_next().is_some() {}
        match variant {
            Some(activity_task::Variant::Start(start)) => {
                let (stop, stopped) = oneshot::channel();
                lock(&live).insert(task_token.clone(), stop);
                let (worker, live) = (Arc::clone(&worker), Arc::clone(&live));
                let help = help.clone();
                tasks.spawn(async move {
                    let result = perform(&worker, &task_token, start, stopped, &help).await;
                    lock(&live).remove(&task_token);
                    let completion = ActivityTaskCompletion { task_token, result: Some(result) };
                    if let Err(error) = worker.complete_activity_task(completion).await {
                        tracing::error!("the core refused the answer of an activity: {error}");
                    }
                });
            }
            Some(activity_task::Variant::Cancel(cancel)) => {
                if let Some(stop) = lock(&live).remove(&task_token) {
                    // One that has just ended does not listen any more.
                    stop.send(cancel.reason()).ok();
                }
            }
            None => {}
        }
    }
    while tasks.join_next().await.is_some() {}
    Ok(())
}

/// A panic of another task leaves the map as it was: each change is one call.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn perform(
    worker: &Worker,
    token: &[u8],
    start: Start,
    stopped: oneshot::Receiver<ActivityCancelReason>,
    help: &Helpers,
) -> ActivityExecutionResult {
    if start.activity_type == PROGRAM_ACTIVITY {
        return find_program(&start, &help.programs);
    }
    let every = start
        .heartbeat_timeout
        .filter(|_| !start.is_local)
        .and_then(|timeout| Duration::try_from(timeout).ok())
        .map(|timeout| timeout / 3);
    if start.activity_type == CHILDREN_ACTIVITY {
        let watch = help.watcher.perform(&start);
        return attended(worker, token, every, stopped, CHILDREN_ACTIVITY, watch).await;
    }
    let call = match read_call(start) {
        Ok(call) => call,
        Err(message) => return failed(&CapabilityError::new("invalid_argument", message)),
    };
    let capability = call.capability.clone();
    let work = async {
        match help.serve.serve(call).await {
            Ok(value) => completed(&capability, &value),
            Err(error) => failed(&error),
        }
    };
    attended(worker, token, every, stopped, &capability, work).await
}

/// Does the work, heartbeats meanwhile, and drops it when it is to stop.
async fn attended(
    worker: &Worker,
    token: &[u8],
    every: Option<Duration>,
    stopped: oneshot::Receiver<ActivityCancelReason>,
    capability: &str,
    work: impl Future<Output = ActivityExecutionResult>,
) -> ActivityExecutionResult {
    let work = AssertUnwindSafe(work).catch_unwind();
    tokio::pin!(work, stopped);
    let mut beat = tokio::time::interval(every.unwrap_or(Duration::from_secs(3_600)).max(Duration::from_millis(10)));
    loop {
        tokio::select! {
            result = &mut work => return result.unwrap_or_else(|_| {
                failed(&CapabilityError::new("defect", format!("`{capability}` met a defect of its own")).retry())
            }),
            reason = &mut stopped => return stop(capability, reason.unwrap_or(ActivityCancelReason::WorkerShutdown)),
            _ = beat.tick() => if every.is_some() {
                worker.record_activity_heartbeat(ActivityHeartbeat { task_token: token.to_vec(), details: Vec::new() });
            },
        }
    }
}

fn find_program(start: &Start, programs: &Programs) -> ActivityExecutionResult {
    let request = payload::first(&start.input).map_err(|error| error.to_string());
    let request: Result<ProgramRequest, String> =
        request.and_then(|json| serde_json::from_value(json).map_err(|error| error.to_string()));
    let marker = request.and_then(|request| programs.find(&request).map_err(|error| error.to_string()));
    match marker.and_then(|marker| serde_json::to_vec(&marker).map_err(|error| error.to_string())) {
        Ok(json) => ActivityExecutionResult::ok(payload::bytes(json)),
        Err(message) => failed(&CapabilityError::new("no_program", message)),
    }
}

/// Reads a call: one of our workflows', or one of another SDK's workflow that uses a built-in capability by its name.
fn read_call(start: Start) -> Result<Served, String> {
    let args = payload::first(&start.input).map_err(|error| format!("the arguments cannot be read: {error}"))?;
    let header = |name: &str| {
        let json = start.header_fields.get(name).map(payload::read).transpose();
        json.map_err(|error| format!("the header `{name}` cannot be read: {error}"))
    };
    let damaged = |error: serde_json::Error| format!("a header of the call cannot be read: {error}");
    let workflow = start.workflow_execution.unwrap_or_default();
    let context = match header(CONTEXT_HEADER)? {
        Some(json) => serde_json::from_value(json).map_err(damaged)?,
        None => CallContext {
            idempotency_key: format!("{}:{}", workflow.run_id, start.activity_id),
            workflow_id: workflow.workflow_id,
            step: start.activity_id,
            tenant: "default".to_owned(),
            entity: "default".to_owned(),
            period: None,
            schema: None,
            agent: None,
        },
    };
    let call = match header(CALL_HEADER)? {
        Some(json) => serde_json::from_value(json).map_err(damaged)?,
        None => CallHeader {
            bundle: String::new(),
            capability: start.activity_type,
            options: CallOptions {
                queue: None,
                activity: None,
                program: None,
                within_ms: 0,
                retry: Retry::default(),
                quick: false,
            },
        },
    };
    Ok(Served {
        capability: call.capability,
        args,
        context,
        options: call.options,
        bundle: call.bundle,
        attempt: start.attempt,
    })
}

fn completed(capability: &str, value: &Json) -> ActivityExecutionResult {
    let json = value.to_string().into_bytes();
    if json.len() > MOST_BYTES {
        let message = format!(
            "the answer of `{capability}` has {} bytes; {MOST_BYTES} are the most that a run can hold. Large values belong \
             into the store, as a file",
            json.len()
        );
        return failed(&CapabilityError::new("too_large", message));
    }
    ActivityExecutionResult::ok(payload::bytes(json))
}

fn failed(error: &CapabilityError) -> ActivityExecutionResult {
    ActivityExecutionResult::fail(failure::application(&error.kind, &error.message, !error.retryable, None))
}

fn stop(capability: &str, reason: ActivityCancelReason) -> ActivityExecutionResult {
    let again = |message: &str| failed(&CapabilityError::new("worker_stopped", message).retry());
    match reason {
        ActivityCancelReason::WorkerShutdown => again("the worker stopped; another one takes it up"),
        ActivityCancelReason::TimedOut => {
            failed(&CapabilityError::new("timeout", format!("`{capability}` did not answer in time")).retry())
        }
        ActivityCancelReason::NotFound
        | ActivityCancelReason::Cancelled
        | ActivityCancelReason::Paused
        | ActivityCancelReason::Reset => {
            ActivityExecutionResult::cancel(failure::cancelled("the run asked for its cancellation"))
        }
    }
}
