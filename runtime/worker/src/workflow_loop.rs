//! The one loop that takes workflow activations and answers each of them, once.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use jiff::Timestamp;
use temporalio_common::protos::coresdk::activity_result::activity_resolution::Status as ActivityStatus;
use temporalio_common::protos::coresdk::child_workflow::child_workflow_result::Status as ChildStatus;
use temporalio_common::protos::coresdk::workflow_activation::workflow_activation_job::Variant as Job;
use temporalio_common::protos::coresdk::workflow_activation::{RemoveFromCache, WorkflowActivation};
use temporalio_common::protos::coresdk::workflow_commands::WorkflowCommand;
use temporalio_common::protos::coresdk::workflow_commands::workflow_command::Variant as Command;
use temporalio_common::protos::coresdk::workflow_completion::workflow_activation_completion::Status;
use temporalio_common::protos::coresdk::workflow_completion::{Success, WorkflowActivationCompletion};
use temporalio_common::protos::temporal::api::enums::v1::WorkflowTaskFailedCause;
use temporalio_sdk_core::{PollError, Worker};
use tokio::task::JoinSet;

use crate::run::{Activated, Decode, Moment, Run, Surroundings, TaskFailure};
use crate::serve::Serve;
use crate::translate::{self, Happened};
use crate::{failure, large};

/// What is answered to a question that comes between two tasks of its run.
pub(crate) const BETWEEN: &str = "The run is between two tasks. Ask once more.";

/// What watches runs from inside the loop.
pub trait Watch: Send {
    /// An activation was carried out; `replaying` when the history told it.
    fn activated(&mut self, run_id: &str, replaying: bool, now: Timestamp, activated: &Activated, run: &Run);
    /// A task failed.
    fn failed(&mut self, run_id: &str, failure: &TaskFailure);
    /// A run left the cache.
    fn evicted(&mut self, run_id: &str, why: &RemoveFromCache);
}

/// Tells the log.
#[derive(Debug, Default)]
pub struct Log;

impl Watch for Log {
    fn activated(&mut self, run_id: &str, replaying: bool, _now: Timestamp, activated: &Activated, _run: &Run) {
        if replaying {
            return;
        }
        for event in &activated.events {
            tracing::info!(run_id, step = %event.step, data = %event.data, "{}", event.name);
        }
    }

    fn failed(&mut self, run_id: &str, failure: &TaskFailure) {
        tracing::error!(run_id, "a task failed and will be tried again: {}", failure.0);
    }

    fn evicted(&mut self, run_id: &str, why: &RemoveFromCache) {
        tracing::debug!(run_id, reason = ?why.reason(), "a run left the cache: {}", why.message);
    }
}

/// A run, and what is known of the task that it is in.
struct Held {
    run: Run,
    /// The time of its task: the server gives each task its own.
    at: Option<prost_types::Timestamp>,
}

/// All runs that a worker holds.
pub struct Runs<W> {
    runs: HashMap<String, Held>,
    namespace: String,
    task_queue: String,
    programs: Arc<dyn Decode + Send + Sync>,
    watch: W,
}

impl<W: Watch> Runs<W> {
    /// No runs yet.
    pub fn new(namespace: &str, task_queue: &str, programs: Arc<dyn Decode + Send + Sync>, watch: W) -> Runs<W> {
        Runs {
            runs: HashMap::new(),
            namespace: namespace.to_owned(),
            task_queue: task_queue.to_owned(),
            programs,
            watch,
        }
    }

    /// What has watched.
    pub fn into_watch(self) -> W {
        self.watch
    }

    /// Answers an activation, whatever happens: an activation without an answer would hold its run for ever.
    pub fn answer(&mut self, activation: WorkflowActivation) -> WorkflowActivationCompletion {
        let run_id = activation.run_id.clone();
        if self.is_early(&activation) {
            // The question is refused, and whoever has asked asks again; the core forgets the run with all that it was told.
            self.runs.remove(&run_id);
            return fail(run_id, &TaskFailure(BETWEEN.to_owned()));
        }
        let result = catch_unwind(AssertUnwindSafe(|| self.activate(activation)));
        let result = result.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref().copied());
            Err(TaskFailure(format!("The interpreter met a defect of its own: {}", text.unwrap_or("a panic"))))
        });
        match result {
            Ok(commands) => complete(run_id, commands),
            Err(failure) => {
                self.watch.failed(&run_id, &failure);
                // What is half done must not be asked anything any more.
                self.runs.remove(&run_id);
                fail(run_id, &failure)
            }
        }
    }

    /// Whether this tells a run of events that no task has brought. A question comes with all events that there are, those included that
    /// the next task is to bring, and the core tells the run of them already. More may come with that task, and a history tells them
    /// together: to go on now would be another story than the one that is replayed.
    fn is_early(&self, activation: &WorkflowActivation) -> bool {
        let same_task = self.runs.get(&activation.run_id).is_some_and(|held| held.at == activation.timestamp);
        let mut jobs = activation.jobs.iter().filter_map(|job| job.variant.as_ref());
        let starts = |job: &Job| matches!(job, Job::InitializeWorkflow(_));
        same_task && !activation.is_replaying && !jobs.clone().any(starts) && jobs.any(is_of_task)
    }

    fn activate(&mut self, activation: WorkflowActivation) -> Result<Vec<WorkflowCommand>, TaskFailure> {
        let run_id = activation.run_id;
        let now =
            activation.timestamp.map_or(Ok(Timestamp::UNIX_EPOCH), |time| Timestamp::new(time.seconds, time.nanos));
        let now = now.map_err(|why| TaskFailure(format!("The server's time cannot be read: {why}.")))?;
        let jobs: Vec<Happened> =
            activation.jobs.into_iter().filter_map(|job| job.variant).map(translate::happened).collect();
        let (mut first, mut evict) = (false, None);
        for job in &jobs {
            match job {
                Happened::Start(_) => first = true,
                Happened::Evict(why) => evict = Some(why),
                _ => {}
            }
        }
        if let Some(why) = evict {
            // Always alone; may name a run that was never here.
            self.runs.remove(&run_id);
            self.watch.evicted(&run_id, why);
            return Ok(Vec::new());
        }
        if first {
            self.runs.insert(run_id.clone(), Held { run: Run::new(), at: None });
        }
        let Some(held) = self.runs.get_mut(&run_id) else {
            return Err(TaskFailure("This worker was asked about a run that it does not hold.".to_owned()));
        };
        if !jobs.iter().all(|job| matches!(job, Happened::Query(_))) {
            held.at = activation.timestamp;
        }
        let run = &mut held.run;
        let surroundings =
            Surroundings { namespace: &self.namespace, task_queue: &self.task_queue, programs: &*self.programs };
        let moment = Moment { now, long: activation.continue_as_new_suggested, replaying: activation.is_replaying };
        let activated = run.activate(&surroundings, moment, jobs)?;
        self.watch.activated(&run_id, activation.is_replaying, now, &activated, run);
        Ok(activated.commands)
    }
}

/// Whether only a task can bring this. What was cancelled before it was sent ends at once, and a local activity ends when it likes.
fn is_of_task(job: &Job) -> bool {
    let ended = |status: Option<&ActivityStatus>| {
        matches!(status, Some(ActivityStatus::Completed(_) | ActivityStatus::Failed(_)))
    };
    match job {
        Job::FireTimer(_) | Job::SignalWorkflow(_) | Job::CancelWorkflow(_) => true,
        Job::ResolveActivity(end) => {
            !end.is_local && ended(end.result.as_ref().and_then(|result| result.status.as_ref()))
        }
        Job::ResolveChildWorkflowExecution(end) => matches!(
            end.result.as_ref().and_then(|result| result.status.as_ref()),
            Some(ChildStatus::Completed(_) | ChildStatus::Failed(_))
        ),
        _ => false,
    }
}

fn complete(run_id: String, commands: Vec<WorkflowCommand>) -> WorkflowActivationCompletion {
    let status = Some(Status::Successful(Success { commands, ..Default::default() }));
    WorkflowActivationCompletion { run_id, status, ..Default::default() }
}

fn fail(run_id: String, failure: &TaskFailure) -> WorkflowActivationCompletion {
    let failure = failure::application("RunbookHost", &failure.0, false, None);
    WorkflowActivationCompletion::fail(run_id, failure, Some(WorkflowTaskFailedCause::WorkflowWorkerUnhandledFailure))
}

/// Puts the large arguments of calls into the store.
async fn put_away(completion: &mut WorkflowActivationCompletion, serve: &dyn Serve) -> Result<(), TaskFailure> {
    let Some(Status::Successful(success)) = &mut completion.status else { return Ok(()) };
    for command in &mut success.commands {
        if let Some(Command::ScheduleActivity(call)) = &mut command.variant {
            large::put_away_arguments(call, serve).await.map_err(|error| {
                TaskFailure(format!("The arguments of `{}` cannot be kept: {}", call.activity_type, error.message))
            })?;
        }
    }
    Ok(())
}

/// Polls until the worker shuts down. One task polls; completions are awaited beside it, because they may fetch pages of history.
/// The core gives a run's next activation only after the answer to the one before, so that nothing is reordered. `serve` keeps what is
/// large; nothing is kept where a history is replayed.
///
/// # Errors
/// The connection is gone for good.
pub async fn poll<W: Watch>(
    worker: Arc<Worker>,
    mut runs: Runs<W>,
    serve: Option<Arc<dyn Serve>>,
) -> anyhow::Result<Runs<W>> {
    let mut completions = JoinSet::new();
    loop {
        let activation = match worker.poll_workflow_activation().await {
            Ok(activation) => activation,
            Err(PollError::ShutDown) => break,
            Err(error) => return Err(error.into()),
        };
        while completions.try_join_next().is_some() {}
        let mut completion = runs.answer(activation);
        let (worker, serve) = (Arc::clone(&worker), serve.clone());
        completions.spawn(async move {
            let run_id = completion.run_id.clone();
            if let Some(serve) = serve
                && let Err(failure) = put_away(&mut completion, &*serve).await
            {
                tracing::error!(%run_id, "a task failed and will be tried again: {}", failure.0);
                completion = fail(run_id.clone(), &failure);
            }
            if let Err(error) = worker.complete_workflow_activation(completion).await {
                tracing::error!(%run_id, "the core refused an answer: {error}");
                let failure = TaskFailure(format!("The core refused the answer of the interpreter: {error}"));
                worker.complete_workflow_activation(fail(run_id, &failure)).await.ok();
            }
        });
    }
    while completions.join_next().await.is_some() {}
    Ok(runs)
}
