//! The load: twenty runs in flight, each from its start to its result.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use ntro_worker::client::{End, Runs, StartOptions, end_of};
use ntro_worker::connect::Link;
use serde_json::json;
use temporalio_common::protos::temporal::api::common::v1::WorkflowExecution;
use temporalio_common::protos::temporal::api::enums::v1::{EventType, HistoryEventFilterType};
use temporalio_common::protos::temporal::api::history::v1::History;
use temporalio_common::protos::temporal::api::workflowservice::v1::{
    CountWorkflowExecutionsRequest, GetWorkflowExecutionHistoryRequest,
};

use crate::process::cpu_ms;

/// How many runs are under way at once.
const AT_ONCE: usize = 20;
/// How long one call may take; the server holds a question for a run's end for twenty seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Seq,
    Fan,
    Signal,
    Quick,
}

impl Shape {
    pub(crate) const ALL: [Shape; 4] = [Shape::Seq, Shape::Fan, Shape::Signal, Shape::Quick];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Shape::Seq => "seq",
            Shape::Fan => "fan",
            Shape::Signal => "signal",
            Shape::Quick => "quick",
        }
    }

    fn runs(self) -> usize {
        if self == Shape::Fan { 60 } else { 200 }
    }
}

/// What a run costs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) worker_ms: f64,
    pub(crate) server_ms: f64,
    pub(crate) events: f64,
    pub(crate) tasks: f64,
    pub(crate) runs_per_s: f64,
}

/// Runs a shape as often as it takes, after a few for warming up.
pub(crate) async fn measure(link: &Link, queue: &str, shape: Shape, worker: u32, server: u32, round: usize) -> Cost {
    let runs = &Runs::new(link.clone(), queue);
    batch(link, runs, shape, &format!("warm-{queue}-{}-{round}", shape.name()), 20).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (worker_before, server_before, begun) = (cpu_ms(worker), cpu_ms(server), Instant::now());
    let ids = batch(link, runs, shape, &format!("{queue}-{}-{round}", shape.name()), shape.runs()).await;
    let seconds = begun.elapsed().as_secs_f64();
    // What follows the results, such as the last acknowledgements, belongs to them.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (worker_after, server_after) = (cpu_ms(worker), cpu_ms(server));
    let (mut events, mut tasks) = (0, 0);
    for id in ids.iter().take(10) {
        let history = runs.history(id).await.unwrap();
        events += history.events.len();
        let is_task = |event: &&_| EventType::WorkflowTaskCompleted == kind(event);
        tasks += history.events.iter().filter(is_task).count();
        right(&history, shape);
    }
    let count = ids.len() as f64;
    Cost {
        worker_ms: (worker_after - worker_before) / count,
        server_ms: (server_after - server_before) / count,
        events: events as f64 / 10.0,
        tasks: tasks as f64 / 10.0,
        runs_per_s: count / seconds,
    }
}

fn kind(event: &temporalio_common::protos::temporal::api::history::v1::HistoryEvent) -> EventType {
    event.event_type()
}

fn right(history: &History, shape: Shape) {
    let n = if shape == Shape::Fan { 50 } else { 1 };
    assert_eq!(end_of(history).unwrap(), End::Completed(json!({ "n": n })), "{shape:?}");
}

async fn batch(link: &Link, runs: &Runs, shape: Shape, name: &str, count: usize) -> Vec<String> {
    let ids: Vec<String> = (0..count).map(|number| format!("{name}-{number}")).collect();
    let next = AtomicUsize::new(0);
    let runbook = format!("bench_{}", shape.name());
    let lane = async || {
        while let Some(id) = ids.get(next.fetch_add(1, Ordering::Relaxed)) {
            runs.start(&runbook, id, &json!({ "n": 1 }), &StartOptions::default()).await.unwrap();
            if shape == Shape::Signal {
                runs.signal(id, "go", &json!({ "n": 1 })).await.unwrap();
            }
            ended(link, id).await;
        }
    };
    join_all((0..AT_ONCE.min(count)).map(|_| lane())).await;
    ids
}

/// Waits for a run's end with one call, which the server answers when it is there.
async fn ended(link: &Link, id: &str) {
    let mut next_page_token = Vec::new();
    loop {
        let request = GetWorkflowExecutionHistoryRequest {
            namespace: link.namespace.clone(),
            execution: Some(WorkflowExecution { workflow_id: id.to_owned(), run_id: String::new() }),
            wait_new_event: true,
            history_event_filter_type: HistoryEventFilterType::CloseEvent as i32,
            next_page_token,
            ..Default::default()
        };
        let ask = link.ask(PATIENCE, request, |mut service, request| async move {
            service.get_workflow_execution_history(request).await
        });
        let page = ask.await.unwrap();
        if page.history.is_some_and(|history| !history.events.is_empty()) {
            return;
        }
        next_page_token = page.next_page_token;
    }
}

/// Starts this many runs.
pub(crate) async fn start_all(runs: &Runs, runbook: &str, name: &str, count: usize) {
    let next = AtomicUsize::new(0);
    let lane = async || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return;
            }
            let id = format!("{name}-{number}");
            runs.start(runbook, &id, &json!({ "n": number }), &StartOptions::default()).await.unwrap();
        }
    };
    join_all((0..AT_ONCE).map(|_| lane())).await;
}

/// Waits until this many runs wait for a person.
pub(crate) async fn waiting(link: &Link, count: usize) {
    loop {
        let query = "NtroPending = 'interactive_review'".to_owned();
        let request = CountWorkflowExecutionsRequest { namespace: link.namespace.clone(), query };
        let ask = link.ask(PATIENCE, request, |mut service, request| async move {
            service.count_workflow_executions(request).await
        });
        let counted = ask.await.unwrap().count;
        if usize::try_from(counted).unwrap() >= count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
