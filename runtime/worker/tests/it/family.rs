//! Children, cancellation, undo, quick capabilities, and what fails.

use std::sync::Arc;

use ntro_worker::client::{ClientError, End, StartOptions};
use serde_json::json;
use temporalio_common::protos::temporal::api::enums::v1::EventType;

use crate::effects::{Effects, attempts, effects};
use crate::support::{PATIENCE, World, replays};

fn anyone(decision: &str) -> serde_json::Value {
    json!({ "type": decision, "step": "ok" })
}

#[tokio::test(flavor = "multi_thread")]
async fn children_are_ordinary_runs_and_their_ends_are_collected() {
    let world = World::new().await;
    world.deploy_fixture("family.ntro");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    let input = json!({ "names": ["ana", "b:o"] });
    world.runs.start("family", "fam", &input, &StartOptions::default()).await.unwrap();
    let (ana, bo) = ("fam:kids:kid:ana", "fam:kids:kid:b%3Ao");
    let asked = world.pending(ana, "ok").await;
    assert_eq!(asked["kind"], "interactive_review", "{asked}");
    let family = world.runs.query("fam", "current_pending_action").await.unwrap();
    assert_eq!(family["kind"], "drill_down", "{family}");
    assert_eq!(family["children"][0]["task_id"], ana, "{family}");
    // What waits for whom is one question to the server.
    let found = world.listed("NtroPending = 'interactive_review' AND NtroRunbook = 'kid'", 2).await;
    assert!(found.iter().all(|run| run.root.as_deref() == Some("fam")), "{found:?}");
    world.runs.act(ana, &anyone("approved")).await.unwrap();
    world.pending(bo, "ok").await;
    world.runs.act(bo, &anyone("rejected")).await.unwrap();
    let end = world.runs.end("fam", PATIENCE).await.unwrap();
    assert_eq!(end, End::Completed(json!(["ana is well"])));
    assert!(
        matches!(world.runs.end(bo, PATIENCE).await.unwrap(), End::Failed { message, .. } if message.contains("b:o is not well"))
    );
    replays(&world, "fam", "fam").await;
    replays(&world, bo, "rejected").await;
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_run_takes_its_children_along() {
    let world = World::new().await;
    world.deploy_fixture("family.ntro");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    world.runs.start("family", "fam", &json!({ "names": ["ana"] }), &StartOptions::default()).await.unwrap();
    world.pending("fam:kids:kid:ana", "ok").await;
    world.runs.cancel("fam", "not needed").await.unwrap();
    assert_eq!(world.runs.end("fam:kids:kid:ana", PATIENCE).await.unwrap(), End::Cancelled);
    assert_eq!(world.runs.end("fam", PATIENCE).await.unwrap(), End::Cancelled);

    world.runs.start("halted", "halt", &json!({ "n": 1 }), &StartOptions::default()).await.unwrap();
    world.pending("halt", "never").await;
    assert_eq!(effects(world.folder.path()).len(), 1);
    world.runs.cancel("halt", "not needed").await.unwrap();
    assert_eq!(world.runs.end("halt", PATIENCE).await.unwrap(), End::Cancelled);
    replays(&world, "fam", "cancelled-family").await;
    replays(&world, "halt", "halt").await;
    assert_eq!(world.runs.cancel("halt", "again").await, Err(ClientError::Ended("halt".into())));
    assert_eq!(world.runs.cancel("nobody", "again").await, Err(ClientError::NoRun("nobody".into())));
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quick_capabilities_cost_one_task_and_failures_keep_their_kind() {
    let world = World::new().await;
    world.deploy_fixture("family.ntro");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    world.runs.start("hurry", "hurry", &json!({ "n": 1 }), &StartOptions::default()).await.unwrap();
    assert_eq!(world.runs.end("hurry", PATIENCE).await.unwrap(), End::Completed(json!(4)));
    let history = world.runs.history("hurry").await.unwrap();
    let count = |kind| history.events.iter().filter(|event| event.event_type() == kind).count();
    assert_eq!(count(EventType::WorkflowTaskCompleted), 1);
    // Three steps and the program.
    assert_eq!(count(EventType::MarkerRecorded), 4);
    assert_eq!(count(EventType::ActivityTaskScheduled), 0);

    // Retries as declared, and the error's own kind where it is refused for good.
    world.runs.start("hurry", "again", &json!({ "n": 100 }), &StartOptions::default()).await.unwrap();
    assert_eq!(world.runs.end("again", PATIENCE).await.unwrap(), End::Completed(json!(103)));
    world.runs.start("pause", "pause", &json!({ "n": 100 }), &StartOptions::default()).await.unwrap();
    assert_eq!(world.runs.end("pause", PATIENCE).await.unwrap(), End::Completed(json!(102)));
    assert!(attempts(world.folder.path()).values().filter(|tried| **tried == 3).count() == 2);
    for runbook in ["hurry", "pause"] {
        let run = format!("{runbook}-13");
        world.runs.start(runbook, &run, &json!({ "n": 13 }), &StartOptions::default()).await.unwrap();
        let end = world.runs.end(&run, PATIENCE).await.unwrap();
        let End::Failed { kind, message } = end else { panic!("{end:?}") };
        assert_eq!((&*kind, message.contains("thirteen is refused")), ("unlucky", true), "{message}");
        replays(&world, &run, &run).await;
    }
    for run in ["hurry", "again", "pause"] {
        replays(&world, run, run).await;
    }
    // An input that does not fit is a clear end, not a task that fails for ever.
    world.runs.start("pause", "wrong", &json!({ "n": "many" }), &StartOptions::default()).await.unwrap();
    let end = world.runs.end("wrong", PATIENCE).await.unwrap();
    assert!(matches!(&end, End::Failed { kind, .. } if kind == "invalid_input"), "{end:?}");
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_worker_or_a_program_the_client_says_so_and_the_run_heals() {
    let world = World::new().await;
    world.runs.start("hurry", "later", &json!({ "n": 1 }), &StartOptions::default()).await.unwrap();
    let runs = world.runs.clone().with_patience(std::time::Duration::from_secs(3));
    let error = runs.query("later", "current_steps").await.unwrap_err();
    assert!(matches!(error, ClientError::NoWorker { .. }), "{error:?}");
    let error = runs.act("later", &anyone("approved")).await.unwrap_err();
    assert!(matches!(error, ClientError::NoWorker { .. }), "{error:?}");

    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    let until = tokio::time::Instant::now() + PATIENCE;
    let why = loop {
        if let Some(why) = runs.trouble("later").await.unwrap() {
            break why;
        }
        assert!(tokio::time::Instant::now() < until, "the task does not fail");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    assert!(why.contains("there is no runbook for the workflow type `hurry`"), "{why}");
    // Until it has its program it answers with nothing, or the server says that its task fails.
    let answer = world.runs.query("later", "current_pending_action").await;
    assert!(matches!(&answer, Ok(serde_json::Value::Null) | Err(ClientError::Stuck { .. })), "{answer:?}");
    world.deploy_fixture("family.ntro");
    // An attempt that fails holds its task until the task's ten seconds are over; it may have begun just before.
    assert_eq!(world.runs.end("later", PATIENCE).await.unwrap(), End::Completed(json!(4)));
    // A history may tell that there was no program, and yet goes on.
    replays(&world, "later", "healed").await;
    worker.stop().await;
    world.server.stop().await;
}
