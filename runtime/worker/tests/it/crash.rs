//! Workers that are killed, and bundles that are replaced.

use std::collections::BTreeMap;
use std::sync::Arc;

use ntro_worker::client::{ClientError, End, StartOptions};
use serde_json::json;

use crate::effects::{Effects, attempts, effects};
use crate::process::{Process, Serves};
use crate::support::{PATIENCE, World, replays, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_run_survives_a_kill_at_each_of_its_waits() {
    let world = World::new().await;
    world.deploy_fixture("family.ntro");
    let folder = world.folder.path();

    // In the first activity, in the pause, and in the second activity.
    let first = Process::start(&world, Serves::Effects);
    world.runs.start("pause", "run", &json!({ "n": 500 }), &StartOptions::default()).await.unwrap();
    until("the first step runs", async || !attempts(folder).is_empty()).await;
    let second = Process::start(&world, Serves::Effects);
    drop(first);
    until("the first step is done", async || effects(folder).len() == 1).await;
    drop(second);
    let third = Process::start(&world, Serves::Effects);
    assert_eq!(world.runs.end("run", PATIENCE * 2).await.unwrap(), End::Completed(json!(502)));
    // A worker that dies between an effect and its report has it done again, under the same key: by keys each counts once.
    assert_eq!(effects(folder).len(), 2, "{:?}", effects(folder));

    // Waiting for a person, with the decision sent while nobody is there.
    world.runs.start("kid", "kid", &json!({ "name": "ana" }), &StartOptions::default()).await.unwrap();
    world.pending("kid", "ok").await;
    drop(third);
    world.runs.signal("kid", "user_action", &json!({ "type": "approved" })).await.unwrap();
    let _fourth = Process::start(&world, Serves::Effects);
    assert_eq!(world.runs.end("kid", PATIENCE).await.unwrap(), End::Completed(json!("ana is well")));
    for run in ["run", "kid"] {
        replays(&world, run, &format!("killed-{run}")).await;
    }
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redeploy_leaves_runs_in_flight_as_they_are() {
    let world = World::new().await;
    world.deploy_fixture("family.ntro");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    world.runs.start("kid", "old", &json!({ "name": "ana" }), &StartOptions::default()).await.unwrap();
    world.pending("old", "ok").await;
    let text = crate::support::fixture("family.ntro").replace("is well", "is fine").replace("\"1.0.0\"", "\"1.1.0\"");
    let sources = BTreeMap::from([("family.ntro".to_owned(), text.into())]);
    let deployed = crate::support::deploy_sources(&world.bundles(), &sources, BTreeMap::new());
    assert!(deployed.iter().all(|deployed| deployed.before.as_deref() == Some("1.0.0")), "{deployed:?}");
    world.runs.start("kid", "new", &json!({ "name": "ana" }), &StartOptions::default()).await.unwrap();
    let pinned = StartOptions { version: Some("1.0.0".into()), ..StartOptions::default() };
    world.runs.start("kid", "pinned", &json!({ "name": "ana" }), &pinned).await.unwrap();
    for run in ["old", "new", "pinned"] {
        world.pending(run, "ok").await;
        world.runs.act(run, &json!({ "type": "approved", "step": "ok" })).await.unwrap();
    }
    let end = async |run| world.runs.end(run, PATIENCE).await;
    assert_eq!(end("old").await, Ok(End::Completed(json!("ana is well"))));
    assert_eq!(end("new").await, Ok(End::Completed(json!("ana is fine"))));
    assert_eq!(end("pinned").await, Ok(End::Completed(json!("ana is well"))));
    let again = world.runs.start("kid", "old", &json!({ "name": "ana" }), &StartOptions::default()).await;
    assert!(!matches!(again, Err(ClientError::AlreadyStarted(_))), "an ended run's id may be used again");
    worker.stop().await;
    world.server.stop().await;
}
