//! Programs that are not there or cannot be used: the task fails where everybody sees it, and heals.

use std::sync::Arc;

use ntro_worker::client::{End, StartOptions};
use serde_json::{Value as Json, json};

use crate::effects::Effects;
use crate::support::{PATIENCE, World, replays};

/// What the run's task fails with.
async fn trouble(world: &World, run: &str) -> String {
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(why) = world.runs.trouble(run).await.unwrap() {
            return why;
        }
        assert!(tokio::time::Instant::now() < until, "the task of {run} does not fail");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_programs_fail_their_task_visibly_and_heal() {
    let world = World::new().await;
    world.deploy_fixture("family.ntro");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    let start = async |runbook: &str, run: &str, options: &StartOptions| {
        world.runs.start(runbook, run, &json!({ "n": 1 }), options).await.unwrap();
    };
    // A version that was never deployed.
    start("hurry", "pinned", &StartOptions { version: Some("7.0.0".into()), ..StartOptions::default() }).await;
    // A program that is not what its manifest says.
    let program = world.bundles().join("hurry/1.0.0/program.json");
    let whole = std::fs::read_to_string(&program).unwrap();
    std::fs::write(&program, whole.replacen("hurry", "worry", 1)).unwrap();
    start("hurry", "changed", &StartOptions::default()).await;
    // A program that is half written.
    let pause = world.bundles().join("pause/1.0.0/program.json");
    let all = std::fs::read(&pause).unwrap();
    std::fs::write(&pause, &all[..all.len() / 2]).unwrap();
    start("pause", "cut", &StartOptions::default()).await;

    let (pinned, changed, cut) =
        tokio::join!(trouble(&world, "pinned"), trouble(&world, "changed"), trouble(&world, "cut"));
    assert!(pinned.contains("7.0.0"), "{pinned}");
    assert!(changed.contains("digest"), "{changed}");
    assert!(cut.contains("pause"), "{cut}");
    for run in ["pinned", "changed", "cut"] {
        assert_eq!(world.runs.describe(run).await.unwrap().status, "running", "the run itself does not fail");
    }
    // What is sent meanwhile waits with it.
    world.runs.signal("changed", "note_added", &Json::Null).await.unwrap();

    std::fs::write(&program, &whole).unwrap();
    std::fs::write(&pause, &all).unwrap();
    let text = crate::support::fixture("family.ntro").replace("\"1.0.0\"", "\"7.0.0\"");
    let sources = std::collections::BTreeMap::from([("family.ntro".to_owned(), text.into())]);
    crate::support::deploy_sources(&world.bundles(), &sources, std::collections::BTreeMap::new());
    let end = async |run| world.runs.end(run, PATIENCE).await.unwrap();
    let ends = tokio::join!(end("pinned"), end("changed"), end("cut"));
    assert_eq!(ends, (End::Completed(json!(4)), End::Completed(json!(4)), End::Completed(json!(3))));
    for run in ["pinned", "changed", "cut"] {
        replays(&world, run, &format!("healed-{run}")).await;
    }
    worker.stop().await;
    world.server.stop().await;
}
