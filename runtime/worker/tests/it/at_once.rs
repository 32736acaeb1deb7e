//! Many runs at the same time on one worker.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::join_all;
use ntro_worker::client::End;
use serde_json::json;

use crate::plays;
use crate::steps::{Steps, noted};
use crate::support::{PATIENCE, World, replays};

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_runs_at_once_lose_and_double_nothing() {
    let world = World::new().await;
    let play = plays::errand();
    play.deploy(&world, false);
    let worker = world.work_with(Arc::new(Steps::open(world.folder.path()).await)).await;
    let ids: Vec<String> = (0..200).map(|number| format!("run-{number}")).collect();
    join_all(ids.iter().map(|id| play.start(&world, id))).await;
    // All of them wait at the same time, and what waits for whom is one question to the server.
    world.listed("NtroPending = 'interactive_review'", ids.len()).await;
    join_all(ids.iter().map(|id| play.give(&world, id, 0))).await;
    let ends = join_all(ids.iter().map(|id| world.runs.end(id, PATIENCE * 2))).await;
    for (id, end) in ids.iter().zip(ends) {
        assert_eq!(end, Ok(End::Completed(json!(115))), "{id}");
    }
    let calls = noted(world.folder.path(), "effect");
    let runs: BTreeSet<&str> = calls.iter().filter_map(|call| call.split(' ').next()).collect();
    assert_eq!((calls.len(), runs.len()), (200 * 6, 200));
    // Nobody was killed: each effect happened once, not only once by its key.
    let effects = crate::effects::effects(world.folder.path());
    assert!(effects.values().all(|times| *times == 1) && effects.len() == 200 * 6, "{effects:?}");
    for id in ids.iter().step_by(20) {
        replays(&world, id, "one-of-many").await;
    }
    worker.stop().await;
    world.server.stop().await;
}
