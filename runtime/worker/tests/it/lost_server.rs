//! A server that dies, and comes back on the file that it kept.

use std::process::Command;
use std::time::Duration;

use futures_util::future::join_all;
use ntro_worker::client::End;
use ntro_worker::server::Options;
use serde_json::json;

use crate::plays;
use crate::process::{Process, Serves};
use crate::shared::Server;
use crate::steps::noted;
use crate::support::{PATIENCE, World, replays, until};

#[tokio::test(flavor = "multi_thread")]
async fn runs_outlive_their_server() {
    let keeps = tempfile::tempdir().unwrap();
    let options = Options { database: Some(keeps.path().join("temporal.db")), ..Options::default() };
    let mut world = World::with(options.clone()).await;
    let play = plays::errand();
    play.deploy(&world, false);
    let folder = world.folder.path().to_owned();
    // One waits for a person, one is in a call, and one is between a call's effect and its report, when the server dies.
    let held = ["before in-call booked", "after reporting left"];
    std::fs::write(folder.join("holds"), held.join("\n")).unwrap();
    let worker = Process::start(&world, Serves::Steps);
    for run in ["waiting", "in-call", "reporting"] {
        play.start(&world, run).await;
    }
    play.asks(&world, "waiting", 0).await;
    play.drive(&world, "reporting", 0).await;
    until("both calls are held", async || noted(&folder, "held").len() == held.len()).await;

    let (pid, port) = (world.server.pid(), world.server.port());
    assert!(Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap().success());
    // The calls end while nobody listens; their reports are repeated until somebody does.
    std::fs::remove_file(folder.join("holds")).unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let server = Server::own(&Options { port: Some(port), ..options }).await;
    let link = server.connect("default").await;
    world.move_to(server, link);

    let ends = join_all(["waiting", "in-call", "reporting"].map(async |run| {
        if run != "reporting" {
            play.drive(&world, run, 0).await;
        }
        world.runs.end(run, PATIENCE * 2).await.unwrap()
    }));
    // 101 for the booking, 2 + 3 + 4 for the quick steps, 2 and 3 for the two at once.
    assert_eq!(ends.await, vec![End::Completed(json!(115)); 3]);
    for run in ["waiting", "in-call", "reporting"] {
        let effects = noted(&folder, "effect");
        let own: Vec<_> = effects.iter().filter(|call| call.split(' ').next() == Some(run)).collect();
        assert_eq!(own.len(), 6, "{own:?}");
        replays(&world, run, &format!("lost-server-{run}")).await;
    }
    drop(worker);
    world.server.stop().await;
}
