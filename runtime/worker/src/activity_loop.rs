//! The one loop that takes activity tasks, local ones too, and runs each beside it.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use ntro_capabilities::CapabilityError;
use ntro_machine::Json;
use temporalio_common::protos::coresdk::activity_result::ActivityExecutionResult;
use temporalio_common::protos::coresdk::activity_task::{ActivityCancelReason, ActivityTask, Start, activity_task};
use temporalio_common::protos::coresdk::{ActivityHeartbeat, ActivityTaskCompletion};
use temporalio_sdk_core::{PollError, Worker};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::call::{Calls, Read};
use crate::children::CHILDREN_ACTIVITY;
use crate::marker::{NO_PROGRAM, PROGRAM_ACTIVITY, ProgramRequest};
use crate::programs::Programs;
use crate::serve::Serve;
use crate::watch::Watcher;
use crate::{failure, large, payload};

/// The activities under way, by their tokens: a cancellation is sent to the one that it is for.
type Live = Arc<Mutex<HashMap<Vec<u8>, oneshot::Sender<ActivityCancelReason>>>>;

/// What activities are done with.
#[derive(Clone)]
pub struct Helpers {
    /// Finds the programs of new runs.
    pub programs: Arc<Programs>,
    /// Reads calls.
    pub calls: Arc<Calls>,
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
    let call = match help.calls.read(start) {
        Ok(call) => call,
        Err(error) => return failed(&error),
    };
    let capability = call.served.capability.clone();
    let work = async {
        match answer(call, &*help.serve).await {
            Ok(value) => completed(&capability, &value),
            Err(error) => failed(&error),
        }
    };
    attended(worker, token, every, stopped, &capability, work).await
}

/// The answer of a call: what is large in its arguments comes out of the store, what is large in its answer goes there.
async fn answer(call: Read, serve: &dyn Serve) -> Result<Json, CapabilityError> {
    let Read { mut served, program } = call;
    large::bring_back(&mut served.args, serve).await?;
    let mut answer = serve.serve(served).await?;
    if let Some((program, id)) = program
        && let Some(call) = program.calls.get(id as usize)
    {
        large::put_away(&mut answer, &program, call, serve).await?;
    }
    Ok(answer)
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
        Err(message) => failed(&CapabilityError::new(NO_PROGRAM, message)),
    }
}

fn completed(capability: &str, value: &Json) -> ActivityExecutionResult {
    let json = value.to_string().into_bytes();
    if json.len() > large::MOST_IN_HISTORY {
        let message = format!(
            "the answer of `{capability}` has {} bytes; {} are the most that a run can hold. Large values belong \
             into the store, as a file",
            json.len(),
            large::MOST_IN_HISTORY
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
