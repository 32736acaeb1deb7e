//! Replays: a run once more from its history, without a server. The program comes from the history too.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use jiff::Timestamp;
use ntro_ir::Program;
use ntro_machine::{Event, Machine, Output};
use temporalio_common::protos::coresdk::workflow_activation::RemoveFromCache;
use temporalio_common::protos::coresdk::workflow_activation::remove_from_cache::EvictionReason;
use temporalio_common::protos::temporal::api::history::v1::History;
use temporalio_common::worker::WorkerTaskTypes;
use temporalio_sdk_core::replay::{HistoryForReplay, ReplayWorkerInput};
use temporalio_sdk_core::{WorkerConfig, WorkerVersioningStrategy, init_replay_worker};

use crate::disagree::{self, Disagreement};
use crate::marker::Marker;
use crate::run::{Activated, Decode, Run, TaskFailure};
use crate::workflow_loop::{self, Runs, Watch};

/// How long a replay may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// One activation of a replay.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// The run's time.
    pub at: Timestamp,
    /// What happened inside.
    pub events: Vec<Event>,
    /// What the machine wanted.
    pub outputs: Vec<Output>,
}

/// A run once more.
#[derive(Debug, Default)]
pub struct Replay {
    /// The activations, in order.
    pub activations: Vec<Replayed>,
    /// The machine after the last one.
    pub machine: Option<Machine>,
    /// Where the history and the program disagree, or why the replay could not go on.
    pub problem: Option<String>,
    /// The place, where it can be told.
    pub disagreement: Option<Disagreement>,
}

/// One program for every history, whatever the history itself recorded: would this program replay it?
#[derive(Debug)]
pub struct Instead(pub Arc<Program>);

impl Decode for Instead {
    fn decode(&self, _marker: &Marker) -> Result<Arc<Program>, String> {
        Ok(Arc::clone(&self.0))
    }
}

/// Whoever looks at a replay wants to see what each step gave.
struct Closely(Arc<dyn Decode + Send + Sync>);

impl Decode for Closely {
    fn decode(&self, marker: &Marker) -> Result<Arc<Program>, String> {
        self.0.decode(marker)
    }

    fn tells_values(&self) -> bool {
        true
    }
}

#[derive(Debug, Default)]
struct Collect {
    replay: Replay,
}

impl Watch for Collect {
    fn activated(&mut self, _run_id: &str, _replaying: bool, at: Timestamp, activated: &Activated, run: &Run) {
        if activated.events.is_empty() && activated.outputs.is_empty() {
            return;
        }
        let (events, outputs) = (activated.events.clone(), activated.outputs.clone());
        self.replay.activations.push(Replayed { at, events, outputs });
        self.replay.machine = run.machine().cloned();
    }

    fn failed(&mut self, _run_id: &str, failure: &TaskFailure) {
        self.replay.problem.get_or_insert_with(|| failure.0.clone());
    }

    fn evicted(&mut self, _run_id: &str, why: &RemoveFromCache) {
        match why.reason() {
            // The replay asks for the eviction itself when the history is at its end.
            EvictionReason::LangRequested | EvictionReason::WorkflowExecutionEnding => {}
            EvictionReason::Nondeterminism => {
                self.replay.problem.get_or_insert_with(|| disagreement(&why.message));
            }
            EvictionReason::Unspecified
            | EvictionReason::CacheFull
            | EvictionReason::CacheMiss
            | EvictionReason::LangFail
            | EvictionReason::TaskNotFound
            | EvictionReason::UnhandledCommand
            | EvictionReason::Fatal
            | EvictionReason::PaginationOrHistoryFetch => {
                self.replay.problem.get_or_insert_with(|| why.message.clone());
            }
        }
    }
}

/// What a task failed with, without the core's wrapping.
pub(crate) fn plainly(message: &str) -> String {
    match message.split_once("Nondeterminism error: ") {
        Some(_) => disagreement(message),
        None => message.to_owned(),
    }
}

/// The core's words without its wrapping.
fn disagreement(message: &str) -> String {
    let text = message.split_once("Nondeterminism error: ").map_or(message, |(_, text)| text);
    let text = text.split("\", source:").next().unwrap_or(text);
    format!("the program does something else than the history says: {text}")
}

/// The workflow id that a history names; children's ids are made from it.
fn id_of(history: &History) -> Option<String> {
    use temporalio_common::protos::temporal::api::history::v1::history_event::Attributes;
    match history.events.first()?.attributes.as_ref()? {
        Attributes::WorkflowExecutionStartedEventAttributes(started) => {
            Some(started.workflow_id.clone()).filter(|id| !id.is_empty())
        }
        _ => None,
    }
}

/// Runs a history again. What the program wants is compared with what the history says. `workflow_id` counts where the history,
/// from an old server, does not name it.
///
/// # Errors
/// The core cannot be set up; a disagreement is no error but [`Replay::problem`].
pub async fn replay(
    history: History,
    workflow_id: &str,
    programs: Arc<dyn Decode + Send + Sync>,
) -> anyhow::Result<Replay> {
    let config = WorkerConfig::builder()
        .namespace("replay")
        .task_queue("replay")
        .task_types(WorkerTaskTypes::workflow_only())
        .versioning_strategy(WorkerVersioningStrategy::None { build_id: String::new() })
        .build()
        .map_err(anyhow::Error::msg)?;
    let noted = disagree::noted(&history);
    let id = id_of(&history).unwrap_or_else(|| workflow_id.to_owned());
    let histories = stream::iter([HistoryForReplay::new(history, id)]);
    let worker = Arc::new(init_replay_worker(ReplayWorkerInput::new(config, histories))?);
    let runs = Runs::new("replay", "replay", Arc::new(Closely(programs)), Collect::default());
    let polled = tokio::time::timeout(PATIENCE, workflow_loop::poll(Arc::clone(&worker), runs, None)).await;
    worker.shutdown().await;
    match polled {
        Ok(runs) => {
            let mut replay = runs?.into_watch().replay;
            if replay.problem.is_some() {
                replay.disagreement = disagree::find(&noted, &replay.activations);
            }
            Ok(replay)
        }
        Err(_) => anyhow::bail!("the replay did not end within {} seconds", PATIENCE.as_secs()),
    }
}
