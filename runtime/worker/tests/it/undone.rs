//! What a run has done is taken back when it is cancelled or fails, newest first, whatever histories it lives in.

use std::sync::Arc;

use ntro_worker::client::{End, StartOptions};
use ntro_worker::server::Options;
use serde_json::json;

use crate::effects::{Effects, effects};
use crate::support::{PATIENCE, World, replays};

/// Starts a trip, ends it as `cancelled` says while it waits, and counts what was done and taken back.
async fn taken_back(world: &World, run: &str, cancelled: bool) {
    world.runs.start("trip", run, &json!({ "n": 1 }), &StartOptions::default()).await.unwrap();
    world.pending(run, "going").await;
    let before = effects(world.folder.path());
    if cancelled {
        assert_eq!(world.runs.cancel(run, "Not this year.").await.unwrap(), 1);
    } else {
        world.runs.act(run, &json!({ "type": "rejected" })).await.unwrap();
    }
    let end = world.runs.end(run, PATIENCE).await.unwrap();
    match end {
        End::Cancelled => assert!(cancelled),
        End::Failed { message, .. } => assert!(!cancelled && message.contains("Nobody goes."), "{message}"),
        other => panic!("{run} ended as {other:?}"),
    }
    let after = effects(world.folder.path());
    assert!(after.values().all(|count| *count == 1), "{after:?}");
    assert_eq!(after.len() - before.len(), 2, "both bookings are cancelled: {after:?}");
    replays(world, run, run).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bookings_are_cancelled_when_nobody_goes() {
    let world = World::new().await;
    world.deploy_fixture("undo.ntro");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    taken_back(&world, "trip-cancelled", true).await;
    taken_back(&world, "trip-rejected", false).await;
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_cancelled_in_new_histories_too() {
    let settings = vec!["limit.historyCount.suggestContinueAsNew=4".to_owned()];
    let world = World::with(Options { settings, ..Options::default() }).await;
    world.deploy_fixture("undo.ntro");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    taken_back(&world, "trip-cancelled-anew", true).await;
    taken_back(&world, "trip-rejected-anew", false).await;
    assert!(
        !world
            .runs
            .list("WorkflowId = 'trip-cancelled-anew' AND ExecutionStatus = 'ContinuedAsNew'")
            .await
            .unwrap()
            .is_empty()
    );
    worker.stop().await;
    world.server.stop().await;
}
