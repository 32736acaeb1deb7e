//! A worker: the core with its two loops, from start to an orderly end.

use std::sync::Arc;
use std::time::Duration;

use temporalio_client::tonic::{Code, IntoRequest as _};
use temporalio_common::protos::temporal::api::operatorservice::v1::AddSearchAttributesRequest;
use temporalio_common::telemetry::{Logger, TelemetryOptions};
use temporalio_common::worker::WorkerTaskTypes;
use temporalio_sdk_core::{
    CoreRuntime, PollerBehavior, RuntimeOptions, TokioRuntimeBuilder, WorkerConfig, WorkerVersioningStrategy,
    init_worker,
};

use crate::activity_loop::{self, Helpers};
use crate::call::Calls;
use crate::connect::Link;
use crate::programs::Programs;
use crate::serve::Serve;
use crate::watch::Watcher;
use crate::workflow_loop::{self, Log, Runs};
use crate::{children, search};

/// The task queue where nobody names another one.
pub const TASK_QUEUE: &str = "ntro";

/// How many parents a worker may watch children for.
const WATCHES: usize = 5_000;

/// How a worker is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The task queue.
    pub task_queue: String,
    /// How many waiting runs are kept in memory; the others are replayed when something happens.
    pub cached_runs: usize,
    /// How many activities run at once.
    pub activities: usize,
    /// How long what is under way may take when the worker stops.
    pub grace: Duration,
    /// Whether to try to register our search attributes.
    pub register_search: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            task_queue: TASK_QUEUE.to_owned(),
            cached_runs: 10_000,
            activities: 100,
            grace: Duration::from_secs(5),
            register_search: true,
        }
    }
}

/// The core of this process, on its own threads.
///
/// # Errors
/// The threads cannot be started.
pub fn core_runtime() -> anyhow::Result<CoreRuntime> {
    let logger = Logger::Console { filter: "error,temporalio_sdk_core=error,ntro_worker=warn".into(), format: None };
    let telemetry = TelemetryOptions::builder().logging(logger).build();
    let options = RuntimeOptions::builder()
        .telemetry_options(telemetry)
        .heartbeat_interval(None)
        .build()
        .map_err(anyhow::Error::msg)?;
    CoreRuntime::new(options, TokioRuntimeBuilder::default())
}

fn config(namespace: &str, settings: &Settings) -> Result<WorkerConfig, String> {
    WorkerConfig::builder()
        .namespace(namespace)
        .task_queue(settings.task_queue.clone())
        .task_types(WorkerTaskTypes {
            enable_workflows: true,
            enable_local_activities: true,
            enable_remote_activities: true,
            enable_nexus: false,
        })
        // A run keeps its program in its history, so there is nothing that the server would have to route by version.
        .versioning_strategy(WorkerVersioningStrategy::None {
            build_id: format!("ntroc-{}", env!("CARGO_PKG_VERSION")),
        })
        .max_outstanding_workflow_tasks(100_usize)
        .max_outstanding_activities(settings.activities)
        .max_outstanding_local_activities(settings.activities)
        .max_cached_workflows(settings.cached_runs)
        // After a crash the first task of each run waits this long for the dead worker.
        .sticky_queue_schedule_to_start_timeout(Duration::from_secs(5))
        .graceful_shutdown_period(settings.grace)
        .build()
}

/// The worker that watches children, beside the one that does all else: its activities take as long as children do.
fn watch_config(namespace: &str, settings: &Settings) -> Result<WorkerConfig, String> {
    WorkerConfig::builder()
        .namespace(namespace)
        .task_queue(children::queue(&settings.task_queue))
        .task_types(WorkerTaskTypes::activity_only())
        .versioning_strategy(WorkerVersioningStrategy::None {
            build_id: format!("ntroc-{}", env!("CARGO_PKG_VERSION")),
        })
        .max_outstanding_activities(WATCHES)
        .activity_task_poller_behavior(PollerBehavior::SimpleMaximum(2))
        // A watch loses nothing when it ends: another worker takes it up.
        .graceful_shutdown_period(Duration::from_millis(1))
        .build()
}

/// Runs a worker until `stop` is ready, then lets it end in order.
///
/// # Errors
/// The namespace does not exist, or the connection is gone for good.
pub async fn run(
    core: &CoreRuntime,
    link: &Link,
    settings: &Settings,
    programs: Arc<Programs>,
    serve: Arc<dyn Serve>,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let config = config(&link.namespace, settings).map_err(anyhow::Error::msg)?;
    let watch_config = watch_config(&link.namespace, settings).map_err(anyhow::Error::msg)?;
    let worker = Arc::new(init_worker(core, config, link.connection.clone())?);
    if let Err(error) = worker.validate().await {
        worker.initiate_shutdown();
        anyhow::bail!("the namespace `{}` at {} cannot be used: {error}", link.namespace, link.address);
    }
    let watching = Arc::new(init_worker(core, watch_config, link.connection.clone())?);
    let calls = Arc::new(Calls::new(Arc::clone(&programs)));
    let help = Helpers { programs, calls, serve, watcher: Arc::new(Watcher::new(link.clone())) };
    let runs = Runs::new(&link.namespace, &settings.task_queue, Arc::clone(&help.programs) as _, Log);
    let mut workflows = tokio::spawn(workflow_loop::poll(Arc::clone(&worker), runs, Some(Arc::clone(&help.serve))));
    let mut activities = tokio::spawn(activity_loop::poll(Arc::clone(&worker), help.clone()));
    let mut watches = tokio::spawn(activity_loop::poll(Arc::clone(&watching), help));
    let early = tokio::select! {
        () = stop => None,
        ended = &mut workflows => Some(ended.map_err(anyhow::Error::from).and_then(|ended| ended.map(|_| ()))),
        ended = &mut activities => Some(ended.map_err(anyhow::Error::from).and_then(|ended| ended)),
        ended = &mut watches => Some(ended.map_err(anyhow::Error::from).and_then(|ended| ended)),
    };
    worker.initiate_shutdown();
    watching.initiate_shutdown();
    if let Some(ended) = early {
        // One loop alone cannot go on; the others are not waited for.
        workflows.abort();
        activities.abort();
        watches.abort();
        return ended.and_then(|()| anyhow::bail!("the worker stopped polling"));
    }
    workflows.await??;
    activities.await??;
    watches.await??;
    finish(worker).await;
    finish(watching).await;
    Ok(())
}

async fn finish(worker: Arc<temporalio_sdk_core::Worker>) {
    match Arc::try_unwrap(worker) {
        Ok(worker) => worker.finalize_shutdown().await,
        Err(worker) => worker.shutdown().await,
    }
}

/// What came of registering our search attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registered {
    /// The namespace knows them.
    Yes,
    /// An operator must do it: why, and the commands.
    ByOperator {
        /// Why we could not.
        why: String,
        /// What to run.
        commands: Vec<String>,
    },
}

/// Sees that the namespace knows our search attributes, and says so to new runs.
pub async fn register_search(link: &Link, programs: &Programs) -> Registered {
    let registered = try_register(link).await;
    programs.set_search(registered == Registered::Yes);
    registered
}

async fn try_register(link: &Link) -> Registered {
    let by_operator =
        |why: String| Registered::ByOperator { why, commands: search::registration_commands(&link.namespace) };
    let mut why = String::new();
    for attempt in 0..20_u32 {
        if attempt > 0 {
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        match search::missing(link).await {
            Ok(missing) if missing.is_empty() => return Registered::Yes,
            Ok(missing) => {
                let request =
                    AddSearchAttributesRequest { namespace: link.namespace.clone(), search_attributes: missing };
                let added = link.connection.operator_service().add_search_attributes(request.into_request()).await;
                match added {
                    Ok(_) => {}
                    // Another worker was quicker.
                    Err(status) if status.code() == Code::AlreadyExists => {}
                    Err(status) => why = status.message().to_owned(),
                }
            }
            Err(error) => why = error,
        }
    }
    by_operator(if why.is_empty() {
        "the server does not list them after they were registered".to_owned()
    } else {
        why
    })
}
