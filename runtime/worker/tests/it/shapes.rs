//! The history of a run has no event and no task more than the same work written by hand, except the program's marker and the search
//! attributes; and a runbook is one workflow, whatever scopes it has.
//!
//! The timing is fixed: nobody keeps runs in memory, and the worker of the workflows is away while the fifty activities end.

use std::collections::BTreeMap;
use std::sync::Arc;

use ntro_machine::Json;
use ntro_worker::client::{End, Runs, StartOptions};
use ntro_worker::worker;
use serde_json::json;
use temporalio_common::protos::temporal::api::enums::v1::EventType;
use tokio::io::AsyncReadExt as _;
use tokio::process::Child;

use crate::effects::Effects;
use crate::python::script;
use crate::support::{PATIENCE, Working, World, replays, until};

/// A worker of workflows: ours, or the one that was written by hand.
enum Worker {
    Ours(Working),
    ByHand(Child),
}

impl Worker {
    async fn start(world: &World, ours: bool) -> Worker {
        if !ours {
            return Worker::ByHand(ready(script(world, "shapes.py", &["workflows"]).await).await);
        }
        let settings = worker::Settings { cached_runs: 0, ..worker::Settings::default() };
        let serve = Arc::new(Effects::new(world.folder.path()));
        Worker::Ours(world.work_as(settings, serve).await)
    }

    async fn stop(self) {
        match self {
            Worker::Ours(working) => working.stop().await,
            Worker::ByHand(mut child) => {
                drop(child.stdin.take());
                assert!(child.wait().await.unwrap().success());
            }
        }
    }
}

/// Waits until a script says that it works.
async fn ready(mut child: Child) -> Child {
    let mut word = [0; 5];
    child.stdout.as_mut().unwrap().read_exact(&mut word).await.unwrap();
    assert_eq!(&word, b"ready");
    child
}

async fn counts(world: &World, run: &str) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for event in world.runs.history(run).await.unwrap().events {
        *counts.entry(event.event_type().as_str_name()).or_default() += 1;
    }
    counts
}

async fn there(world: &World, run: &str, kind: EventType, times: usize) {
    until(&format!("{times} times {kind:?} in {run}"), async || {
        let history = world.runs.history(run).await.unwrap();
        history.events.iter().filter(|event| event.event_type() == kind).count() == times
    })
    .await;
}

async fn completes(world: &World, run: &str, result: Json) {
    assert_eq!(world.runs.end(run, PATIENCE).await.unwrap(), End::Completed(result), "{run}");
}

/// Runs the three shapes on one kind of worker and counts their events.
async fn measure(world: &World, ours: bool) -> [BTreeMap<&'static str, usize>; 3] {
    let (kind, queue) = if ours { ("our", worker::TASK_QUEUE) } else { ("hand", "hand") };
    let runs = Runs::new(world.link.clone(), queue);
    let start = async |shape: &str| {
        let (runbook, id) = (format!("{kind}_{shape}"), format!("{kind}-{shape}"));
        runs.start(&runbook, &id, &json!({ "n": 1 }), &StartOptions::default()).await.unwrap();
        id
    };
    let worker = Worker::start(world, ours).await;
    // The fifty are asked for, and then nobody is there until all of them have ended.
    let fan = start("fan").await;
    there(world, &fan, EventType::ActivityTaskScheduled, 50).await;
    worker.stop().await;
    let activities = ready(script(world, "shapes.py", &["activities"]).await).await;
    there(world, &fan, EventType::ActivityTaskCompleted, 50).await;
    let worker = Worker::start(world, ours).await;
    completes(world, &fan, json!({ "n": 50 })).await;

    let signal = start("signal").await;
    there(world, &signal, EventType::WorkflowTaskCompleted, 1).await;
    world.runs.signal(&signal, "go", &json!({ "n": 1 })).await.unwrap();
    completes(world, &signal, json!({ "n": 1 })).await;
    let seq = start("seq").await;
    completes(world, &seq, json!({ "n": 1 })).await;
    worker.stop().await;
    drop(activities);
    if ours {
        for run in [&seq, &fan, &signal] {
            replays(world, run, run).await;
        }
    }
    [counts(world, &seq).await, counts(world, &fan).await, counts(world, &signal).await]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_is_no_longer_than_by_hand() {
    let world = World::new().await;
    world.deploy_fixture("shapes.ntro");
    let ours = measure(&world, true).await;
    let by_hand = measure(&world, false).await;
    for (shape, (mut ours, by_hand)) in ["seq", "fan", "signal"].into_iter().zip(ours.into_iter().zip(by_hand)) {
        assert_eq!(ours.remove("EVENT_TYPE_MARKER_RECORDED"), Some(1), "{shape}");
        let attributes = ours.remove("EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES").unwrap_or(0);
        // The activities are on a queue of others, where nobody may listen: each step is told.
        let told = BTreeMap::from([("seq", 3), ("fan", 1), ("signal", 2)]);
        assert_eq!(attributes, told[shape], "{shape} tells so often what it is searched by");
        assert_eq!(ours, by_hand, "{shape}");
    }
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quick_steps_share_one_task_and_no_scope_is_a_workflow_of_its_own() {
    let world = World::new().await;
    world.deploy_fixture("shapes.ntro");
    let worker = Worker::start(&world, true).await;
    for (runbook, result) in [("our_hurry", json!({ "n": 4 })), ("our_scopes", json!({ "n": 25 }))] {
        world.runs.start(runbook, runbook, &json!({ "n": 1 }), &StartOptions::default()).await.unwrap();
        completes(&world, runbook, result).await;
        replays(&world, runbook, runbook).await;
    }
    let counts = counts(&world, "our_hurry").await;
    assert_eq!(counts.get("EVENT_TYPE_WORKFLOW_TASK_COMPLETED"), Some(&1), "{counts:?}");
    assert_eq!(counts.get("EVENT_TYPE_MARKER_RECORDED"), Some(&4), "{counts:?}");
    assert_eq!(counts.get("EVENT_TYPE_ACTIVITY_TASK_SCHEDULED"), None, "{counts:?}");
    assert_eq!(world.listed("", 2).await.len(), 2, "one workflow for each run");
    worker.stop().await;
    world.server.stop().await;
}
