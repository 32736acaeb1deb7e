//! Workers that are killed. The worker is this test program again, as a process of its own.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use ntro_worker::client::{ClientError, End, StartOptions};
use ntro_worker::connect::{self, Target};
use ntro_worker::programs::Programs;
use ntro_worker::worker;
use serde_json::json;

use crate::effects::{Effects, attempts, effects};
use crate::support::{PATIENCE, World, replays};

/// `ADDRESS BUNDLES FOLDER`: this process is to be a worker.
const ROLE: &str = "NTRO_TEST_WORKER";

/// Not a test: the worker's process. Without its variable it has nothing to do.
#[test]
fn worker_process() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let [address, bundles, folder] = role.split(' ').collect::<Vec<_>>()[..] else { panic!("{role}") };
    let core = worker::core_runtime().unwrap();
    core.tokio_handle().block_on(async {
        let target = Target { address: Some(address.into()), namespace: Some("default".into()), profile: None };
        let link = connect::connect(&target).await.unwrap();
        let programs = Arc::new(Programs::new(bundles, true));
        worker::register_search(&link, &programs).await;
        let serve = Arc::new(Effects::new(std::path::Path::new(folder)));
        worker::run(&core, &link, &worker::Settings::default(), programs, serve, std::future::pending()).await.unwrap();
    });
}

/// A worker process; killed when it goes out of scope.
struct Process(Child);

impl Process {
    fn start(world: &World) -> Process {
        let role = format!("{} {} {}", world.server.address, world.bundles().display(), world.folder.path().display());
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::worker_process", "--nocapture"])
            .env(ROLE, role)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Process(child)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGKILL: no goodbye, as when a machine loses its power.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

async fn until(world: &World, what: &str, mut there: impl AsyncFnMut() -> bool) {
    let end = tokio::time::Instant::now() + PATIENCE;
    while !there().await {
        assert!(tokio::time::Instant::now() < end, "{what} at {}", world.server.address);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_survives_a_kill_at_each_of_its_waits() {
    let world = World::new().await;
    world.deploy_fixture("family.ntro");
    let folder = world.folder.path();

    // In the first activity, in the pause, and in the second activity.
    let first = Process::start(&world);
    world.runs.start("pause", "run", &json!({ "n": 500 }), &StartOptions::default()).await.unwrap();
    until(&world, "the first step runs", async || !attempts(folder).is_empty()).await;
    let second = Process::start(&world);
    drop(first);
    until(&world, "the first step is done", async || effects(folder).len() == 1).await;
    drop(second);
    let third = Process::start(&world);
    assert_eq!(world.runs.end("run", PATIENCE * 2).await.unwrap(), End::Completed(json!(502)));
    // A worker that dies between an effect and its report has it done again, under the same key: by keys each counts once.
    assert_eq!(effects(folder).len(), 2, "{:?}", effects(folder));

    // Waiting for a person, with the decision sent while nobody is there.
    world.runs.start("kid", "kid", &json!({ "name": "ana" }), &StartOptions::default()).await.unwrap();
    world.pending("kid", "ok").await;
    drop(third);
    world.runs.signal("kid", "user_action", &json!({ "type": "approved" })).await.unwrap();
    let _fourth = Process::start(&world);
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
