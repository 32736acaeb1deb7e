//! Runs that go on in a new history after every single thing that happens to them, and the children that they leave open.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ntro_worker::client::{ClientError, End, StartOptions};
use ntro_worker::server::Options;
use serde_json::{Value as Json, json};
use temporalio_client::tonic::IntoRequest as _;
use temporalio_common::protos::temporal::api::common::v1::WorkflowExecution;
use temporalio_common::protos::temporal::api::enums::v1::EventType;
use temporalio_common::protos::temporal::api::workflowservice::v1::{
    DeleteWorkflowExecutionRequest, RequestCancelWorkflowExecutionRequest, ResetWorkflowExecutionRequest,
    TerminateWorkflowExecutionRequest,
};

use crate::effects::Effects;
use crate::plays::{self, Play};
use crate::shared::Server;
use crate::steps::Steps;
use crate::support::{PATIENCE, World, replays};

/// A server that wants a new history after every task.
async fn restless() -> World {
    let settings = vec!["limit.historyCount.suggestContinueAsNew=1".to_owned()];
    World::with(Options { settings, ..Options::default() }).await
}

/// Cancels a run and nothing else: what becomes of its children is its own doing.
async fn cancel_alone(world: &World, id: &str) {
    let request = RequestCancelWorkflowExecutionRequest {
        namespace: world.link.namespace.clone(),
        workflow_execution: Some(WorkflowExecution { workflow_id: id.into(), run_id: String::new() }),
        ..Default::default()
    };
    world.link.connection.workflow_service().request_cancel_workflow_execution(request.into_request()).await.unwrap();
}

async fn terminate_alone(world: &World, id: &str) {
    let request = TerminateWorkflowExecutionRequest {
        namespace: world.link.namespace.clone(),
        workflow_execution: Some(WorkflowExecution { workflow_id: id.into(), run_id: String::new() }),
        ..Default::default()
    };
    world.link.connection.workflow_service().terminate_workflow_execution(request.into_request()).await.unwrap();
}

async fn histories(world: &World, id: &str) -> usize {
    let query = format!("WorkflowId = '{id}' AND ExecutionStatus = 'ContinuedAsNew'");
    world.runs.list(&query).await.unwrap().len()
}

async fn until_histories(world: &World, id: &str, at_least: usize) {
    let until = tokio::time::Instant::now() + PATIENCE;
    while histories(world, id).await < at_least {
        assert!(tokio::time::Instant::now() < until, "{id} does not go on in new histories");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Children that end in every way, each from outside.
async fn every_end(world: &World) -> Json {
    world.deploy_fixture("many.ntro");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    let names = ["approved", "rejected", "terminated", "cancelled", "late"];
    world.runs.start("all", "all", &json!({ "names": names }), &StartOptions::default()).await.unwrap();
    let id = |name: &str| format!("all:kids:asked:{name}");
    for name in names {
        world.pending(&id(name), "ok").await;
    }
    // What changes nothing makes a new history where the server wants one: the children go on in histories of their own.
    for name in names {
        world.runs.signal(&id(name), "user_action", &json!({ "type": "nonsense" })).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        world.pending(&id(name), "ok").await;
    }
    world.runs.act(&id("approved"), &json!({ "type": "approved", "step": "ok" })).await.unwrap();
    world.runs.act(&id("rejected"), &json!({ "type": "rejected", "step": "ok" })).await.unwrap();
    terminate_alone(world, &id("terminated")).await;
    cancel_alone(world, &id("cancelled")).await;
    // The last one ends while nobody watches.
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        let children = world.runs.query("all", "children_by_step_id").await.unwrap();
        let open: Vec<&Json> =
            children["kids"].as_array().unwrap().iter().filter(|child| child["status"] == "running").collect();
        if let [late] = open[..] {
            assert_eq!(late["workflow_id"], id("late"));
            break;
        }
        assert!(tokio::time::Instant::now() < until, "{children}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    worker.stop().await;
    terminate_alone(world, &id("late")).await;
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    let End::Completed(result) = world.runs.end("all", PATIENCE).await.unwrap() else { panic!("it fails") };
    worker.stop().await;
    result
}

#[tokio::test(flavor = "multi_thread")]
async fn children_of_earlier_histories_end_as_those_of_the_same() {
    let calm = World::new().await;
    let expected = every_end(&calm).await;
    let kinds: Vec<&str> =
        expected["failed"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["failed", "terminated", "cancelled", "terminated"]);
    calm.server.stop().await;

    let world = restless().await;
    assert_eq!(every_end(&world).await, expected);
    until_histories(&world, "all", 2).await;
    replays(&world, "all", "watched").await;
    // The children have gone on in histories of their own, and were followed.
    for name in ["approved", "rejected", "terminated", "cancelled", "late"] {
        until_histories(&world, &format!("all:kids:asked:{name}"), 1).await;
    }
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_ends_later_takes_its_open_children_along() {
    for world in [World::new().await, restless().await] {
        world.deploy_fixture("many.ntro");
        let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
        let restless = world.link.namespace == "default";
        let names = json!({ "names": ["ana", "bo"] });
        for (runbook, run) in [("all", "cancelled"), ("strict", "failing")] {
            world.runs.start(runbook, run, &names, &StartOptions::default()).await.unwrap();
            for name in ["ana", "bo"] {
                world.pending(&format!("{run}:kids:asked:{name}"), "ok").await;
            }
            if restless {
                until_histories(&world, run, 1).await;
            }
        }
        cancel_alone(&world, "cancelled").await;
        assert_eq!(world.runs.end("cancelled", PATIENCE).await.unwrap(), End::Cancelled);
        for name in ["ana", "bo"] {
            assert_eq!(
                world.runs.end(&format!("cancelled:kids:asked:{name}"), PATIENCE).await.unwrap(),
                End::Cancelled
            );
        }
        world.runs.act("failing:kids:asked:ana", &json!({ "type": "rejected", "step": "ok" })).await.unwrap();
        let end = world.runs.end("failing", PATIENCE).await.unwrap();
        assert!(matches!(&end, End::Failed { message, .. } if message.contains("ana is not well")), "{end:?}");
        assert_eq!(world.runs.end("failing:kids:asked:bo", PATIENCE).await.unwrap(), End::Cancelled);
        for run in ["cancelled", "failing"] {
            replays(&world, run, &format!("{run}-{}", if restless { "watched" } else { "parent" })).await;
        }
        worker.stop().await;
        world.server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_survives_a_server_that_is_away() {
    let folder = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let options = Options {
        database: Some(folder.path().join("temporal.db")),
        port: Some(port),
        settings: vec!["limit.historyCount.suggestContinueAsNew=1".to_owned()],
        ..Options::default()
    };
    let mut world = World::with(options.clone()).await;
    world.deploy_fixture("many.ntro");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    world.runs.start("all", "all", &json!({ "names": ["ana", "bo"] }), &StartOptions::default()).await.unwrap();
    for name in ["ana", "bo"] {
        world.pending(&format!("all:kids:asked:{name}"), "ok").await;
    }
    until_histories(&world, "all", 1).await;
    // The same process watches on: its questions find nobody for a while.
    world.server.stop().await;
    tokio::time::sleep(Duration::from_secs(20)).await;
    world.server = Server::own(&options).await;
    for name in ["ana", "bo"] {
        let body = json!({ "type": "approved", "step": "ok" });
        let runs = world.runs.clone().with_patience(PATIENCE);
        runs.signal(&format!("all:kids:asked:{name}"), "user_action", &body).await.unwrap();
    }
    let end = world.runs.end("all", PATIENCE * 2).await.unwrap();
    assert_eq!(end, End::Completed(json!({ "well": ["ana is well", "bo is well"], "failed": [] })));
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_that_was_reset_is_followed_and_one_that_is_gone_is_told() {
    let world = restless().await;
    world.deploy_fixture("many.ntro");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    let names = json!({ "names": ["reset", "gone"] });
    world.runs.start("all", "all", &names, &StartOptions::default()).await.unwrap();
    let id = |name: &str| format!("all:kids:asked:{name}");
    for name in ["reset", "gone"] {
        world.pending(&id(name), "ok").await;
    }
    until_histories(&world, "all", 1).await;

    // An operator begins the child anew, from its first task: another run of the same id.
    let before = world.runs.describe(&id("reset")).await.unwrap().run_id;
    let history = world.runs.history(&id("reset")).await.unwrap();
    let first = history.events.iter().find(|event| event.event_type() == EventType::WorkflowTaskCompleted).unwrap();
    let request = ResetWorkflowExecutionRequest {
        namespace: world.link.namespace.clone(),
        workflow_execution: Some(WorkflowExecution { workflow_id: id("reset"), run_id: before.clone() }),
        workflow_task_finish_event_id: first.event_id,
        request_id: "reset".into(),
        ..Default::default()
    };
    world.link.connection.workflow_service().reset_workflow_execution(request.into_request()).await.unwrap();
    world.pending(&id("reset"), "ok").await;
    assert_ne!(world.runs.describe(&id("reset")).await.unwrap().run_id, before);
    world.runs.act(&id("reset"), &json!({ "type": "approved", "step": "ok" })).await.unwrap();

    // The other one ends, and is deleted as after its retention, while nobody watches.
    worker.stop().await;
    terminate_alone(&world, &id("gone")).await;
    let request = DeleteWorkflowExecutionRequest {
        namespace: world.link.namespace.clone(),
        workflow_execution: Some(WorkflowExecution { workflow_id: id("gone"), run_id: String::new() }),
    };
    world.link.connection.workflow_service().delete_workflow_execution(request.into_request()).await.unwrap();
    let until = tokio::time::Instant::now() + PATIENCE;
    while !matches!(world.runs.describe(&id("gone")).await, Err(ClientError::NoRun(_))) {
        assert!(tokio::time::Instant::now() < until, "it is still there");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    let End::Completed(told) = world.runs.end("all", PATIENCE).await.unwrap() else { panic!("it fails") };
    assert_eq!(told["well"], json!(["reset is well"]));
    let failed = &told["failed"][0];
    assert_eq!((&failed["key"], &failed["kind"]), (&json!("gone"), &json!("not_found")), "{told}");
    worker.stop().await;
    world.server.stop().await;
}

/// A worker asks the server about a hundred children at a time.
#[tokio::test(flavor = "multi_thread")]
async fn more_open_children_than_are_asked_about_at_once_are_all_heard() {
    const CHILDREN: usize = 150;
    let settings = vec!["limit.historyCount.suggestContinueAsNew=300".to_owned()];
    let world = World::with(Options { settings, ..Options::default() }).await;
    world.deploy_fixture("many.ntro");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    let names: Vec<String> = (0..CHILDREN).map(|number| format!("n{number}")).collect();
    world.runs.start("crowd", "crowd", &json!({ "names": names }), &StartOptions::default()).await.unwrap();
    world.listed("NtroPending = 'interactive_review' AND WorkflowType = 'asked'", CHILDREN).await;
    until_histories(&world, "crowd", 1).await;
    for name in &names {
        let body = json!({ "type": "approved", "step": "ok" });
        world.runs.act(&format!("crowd:kids:asked:{name}"), &body).await.unwrap();
    }
    let expected: Vec<String> = names.iter().map(|name| format!("{name} is well")).collect();
    assert_eq!(world.runs.end("crowd", PATIENCE).await.unwrap(), End::Completed(json!(expected)));
    worker.stop().await;
    world.server.stop().await;
}

/// How often each call had its effect, with `RUN` in place of the run's id.
fn effects(folder: &Path, run: &str) -> BTreeMap<String, usize> {
    let text = std::fs::read_to_string(folder.join("steps.log")).unwrap_or_default();
    let mut counts = BTreeMap::new();
    for call in text.lines().filter_map(|line| line.strip_prefix("effect ")) {
        if let Some(call) = call.strip_prefix(run) {
            // The number of a call counts everything that the run has asked for, whatever its history.
            *counts.entry(format!("RUN{call}")).or_default() += 1;
        }
    }
    counts
}

/// Runs a play to its end; gives the result and the effects.
async fn played(world: &World, play: &Play, noise: bool) -> (Json, BTreeMap<String, usize>) {
    play.deploy(world, false);
    let serve = Arc::new(Steps::open(world.folder.path()).await);
    let worker = world.work_with(serve).await;
    play.start(world, "run").await;
    let nonsense = async {
        // What changes nothing makes a new history all the same, whatever is under way.
        for n in 0.. {
            let signal = json!({ "type": "nonsense", "n": n });
            match world.runs.signal("run", "user_action", &signal).await {
                Ok(()) | Err(ClientError::NoRun(_)) => {}
                Err(_) => break,
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        std::future::pending::<()>().await;
    };
    let driven = play.drive(world, "run", 0);
    if noise {
        tokio::select! {
            () = driven => {}
            () = nonsense => {}
        }
    } else {
        driven.await;
    }
    let end = world.runs.end("run", PATIENCE).await.unwrap();
    let End::Completed(result) = end else { panic!("{end:?}") };
    worker.stop().await;
    // References are made from the first run's id.
    let result = match result["id"].as_str() {
        Some(id) => serde_json::from_str(&result.to_string().replace(id, "ID")).unwrap(),
        None => result,
    };
    (result, effects(world.folder.path(), "run"))
}

async fn is_the_same_in_many_histories(play: &Play, name: &str) {
    let calm = World::new().await;
    let expected = played(&calm, play, false).await;
    calm.server.stop().await;
    assert!(expected.1.values().all(|count| *count == 1), "{:?}", expected.1);

    let world = restless().await;
    let (result, effects) = played(&world, play, true).await;
    assert_eq!(result, expected.0);
    assert_eq!(effects, expected.1);
    until_histories(&world, "run", 3).await;
    replays(&world, "run", &format!("restless-{name}")).await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn document_ingest_goes_on_after_everything() {
    is_the_same_in_many_histories(&plays::document_ingest(), "document-ingest").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn expense_processor_goes_on_after_everything() {
    is_the_same_in_many_histories(&plays::expense_processor(), "expense-processor").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nav_monthly_and_its_children_go_on_after_everything() {
    is_the_same_in_many_histories(&plays::nav_monthly(), "nav-monthly").await;
}
