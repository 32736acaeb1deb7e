//! Long lives: a server that asks for a new history after every few events.

use std::sync::Arc;

use ntro_worker::client::{End, StartOptions};
use ntro_worker::server::Options;
use serde_json::json;

use crate::effects::{Effects, effects};
use crate::support::{PATIENCE, World, replays};

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_on_in_new_histories_at_any_point() {
    let settings = vec!["limit.historyCount.suggestContinueAsNew=4".to_owned()];
    let world = World::with(Options { settings, ..Options::default() }).await;
    world.deploy_fixture("family.ntro");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;

    // Two calls with a timer between them: each part of the run is a history of its own.
    world.runs.start("pause", "pause", &json!({ "n": 1 }), &StartOptions::default()).await.unwrap();
    assert_eq!(world.runs.end("pause", PATIENCE).await.unwrap(), End::Completed(json!(3)));
    let parts = world.listed("WorkflowId = 'pause' AND ExecutionStatus = 'ContinuedAsNew'", 2).await;
    assert!(parts.iter().all(|part| part.runbook == "pause"));
    // The keys are those of the first run: each effect counts once.
    let keys = effects(world.folder.path());
    let first = keys.keys().next().unwrap().split(':').next().unwrap().to_owned();
    assert_eq!(keys.len(), 2);
    assert!(keys.iter().all(|(key, count)| key.starts_with(&first) && *count == 1), "{keys:?}");
    replays(&world, "pause", "continued").await;

    // A person who is asked in one history answers in another.
    world.runs.start("kid", "kid", &json!({ "name": "ana" }), &StartOptions::default()).await.unwrap();
    let before = world.pending("kid", "ok").await;
    for _ in 0..3 {
        world.runs.signal("kid", "user_action", &json!({ "type": "nonsense" })).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let after = world.pending("kid", "ok").await;
    assert_eq!(before["display_hint"]["component"], after["display_hint"]["component"]);
    world.runs.act("kid", &json!({ "type": "approved" })).await.unwrap();
    assert_eq!(world.runs.end("kid", PATIENCE).await.unwrap(), End::Completed(json!("ana is well")));
    assert!(!world.runs.list("WorkflowId = 'kid' AND ExecutionStatus = 'ContinuedAsNew'").await.unwrap().is_empty());
    worker.stop().await;
    world.server.stop().await;
}
