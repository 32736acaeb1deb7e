//! A fan-out over many children, one of which waits for a person all the while: their parent goes on in new histories meanwhile.
//!
//! `NTRO_MANY=5000` says how many children there are, `NTRO_MANY_EVENTS=4096` after how many events the server wants a new history.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ntro_worker::client::{End, StartOptions};
use ntro_worker::server::Options;
use prost::Message as _;
use serde_json::json;
use temporalio_common::protos::temporal::api::history::v1::history_event::Attributes;

use crate::effects::Effects;
use crate::support::{PATIENCE, World, replays};

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// The states of all children, each with how many there are of it.
async fn states(world: &World) -> Vec<(String, usize)> {
    let answer = match world.runs.query("many", "children_by_step_id").await {
        Ok(answer) => answer,
        // It may have no worker that holds it for a moment.
        Err(error) => return vec![(error.to_string(), 0)],
    };
    let mut states = BTreeMap::<String, usize>::new();
    for child in answer["items"].as_array().into_iter().flatten() {
        *states.entry(child["status"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    states.into_iter().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_children_give_each_its_result_once_over_many_histories() {
    let (count, events) = (number("NTRO_MANY", 400), number("NTRO_MANY_EVENTS", 300));
    let settings = vec![format!("limit.historyCount.suggestContinueAsNew={events}")];
    let world = World::with(Options { settings, ..Options::default() }).await;
    world.deploy_fixture("many.ntro");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    let begun = Instant::now();
    let input = json!({ "count": count, "at_once": 20 });
    world.runs.start("many", "many", &input, &StartOptions::default()).await.unwrap();
    let patience = PATIENCE * u32::try_from(count / 100 + 1).unwrap();
    let until = tokio::time::Instant::now() + patience;
    loop {
        let states = states(&world).await;
        if states == [("completed".to_owned(), count - 1), ("running".to_owned(), 1)] {
            break;
        }
        assert!(tokio::time::Instant::now() < until, "{states:?}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    // The one that was asked first is still open, under the same address, and is all that people are asked for.
    let first = "many:items:item:0";
    world.pending(first, "ok").await;
    let asked = world.runs.query("many", "current_pending_action").await.unwrap();
    assert_eq!((&asked["kind"], &asked["children"][0]["task_id"]), (&json!("drill_down"), &json!(first)));
    world.runs.act(first, &json!({ "type": "approved", "step": "ok" })).await.unwrap();
    let end = world.runs.end("many", PATIENCE).await.unwrap();
    let took = begun.elapsed();
    let End::Completed(total) = end else { panic!("{end:?}") };
    let sum = count * (count - 1) / 2;
    let seen = |field: &str| usize::try_from(total[field].as_u64().unwrap()).unwrap();
    assert_eq!((seen("count"), seen("sum"), seen("distinct")), (count, sum, count), "{total}");
    assert!(seen("letters") > 300 * count, "{total}");
    // Each was started once.
    let started = world.runs.list("WorkflowType = 'item'").await.unwrap();
    assert_eq!(started.len(), count);
    let parts = world.runs.list("WorkflowId = 'many' AND ExecutionStatus = 'ContinuedAsNew'").await.unwrap();
    assert!(parts.len() >= 3, "{parts:?}");

    let history = world.runs.history("many").await.unwrap();
    let carried = carried_bytes(&history.events[0].attributes);
    eprintln!("{count} children: {took:?}, {} histories, the last was begun with {carried} bytes", parts.len() + 1);
    assert!(carried > 0 && carried < 1_500_000);
    replays(&world, "many", "many").await;
    worker.stop().await;
    world.server.stop().await;
}

/// How much a history took along.
fn carried_bytes(first: &Option<Attributes>) -> usize {
    let Some(Attributes::WorkflowExecutionStartedEventAttributes(started)) = first else { panic!("{first:?}") };
    started.input.as_ref().and_then(|input| input.payloads.get(1)).map_or(0, |carried| carried.encoded_len())
}

/// What a run holds and does not pack ends it with a clear failure: the server would end it with none that anybody could catch.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_holds_too_much_fails_clearly_and_leaves_no_child_behind() {
    let settings = vec!["limit.historyCount.suggestContinueAsNew=1".to_owned()];
    let world = World::with(Options { settings, ..Options::default() }).await;
    world.deploy_fixture("many.ntro");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    let hash = |n: u32| BuildHasherDefault::<DefaultHasher>::default().hash_one(n).to_string();
    let noise: String = (0..85_000).map(hash).collect();
    let input = json!({ "name": "ana", "ballast": noise });
    world.runs.start("hoard", "hoard", &input, &StartOptions::default()).await.unwrap();
    let end = world.runs.end("hoard", PATIENCE).await.unwrap();
    let End::Failed { kind, message } = end else { panic!("{end:?}") };
    assert_eq!(kind, "too_large");
    assert!(message.contains("Large values belong into the store"), "{message}");
    assert_eq!(world.runs.end("hoard:kid:asked", PATIENCE).await.unwrap(), End::Cancelled);
    worker.stop().await;
    world.server.stop().await;
}
