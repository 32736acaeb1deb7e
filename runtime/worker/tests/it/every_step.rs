//! Runs that are caught at every one of their steps: before each call, after its effect but before its report, while each person is
//! waited for, and with an answer that the worker has taken but not handled. There the worker is killed and the runbook replaced. All
//! of them must end as an undisturbed run does, on the program that they began with, with each effect once where it arrives.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::future::join_all;
use ntro_machine::Json;
use ntro_worker::client::End;
use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, Row as _, SqliteConnection};
use temporalio_common::protos::temporal::api::enums::v1::EventType;

use crate::plays::{self, Play};
use crate::process::{Process, Serves};
use crate::steps::noted;
use crate::support::{World, replays};

/// The longest that a fleet may take to its end: calls that died are noticed after half a minute of silence.
const END: Duration = Duration::from_secs(150);

/// Where a run is when its worker dies.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// Before or after a call: the worker's word for it, with `RUN` in place of the run's id.
    Call(&'static str, String),
    /// While it waits for this answer.
    Waiting(usize),
    /// With this answer in the hands of the worker.
    Given(usize),
}

#[tokio::test(flavor = "multi_thread")]
async fn document_ingest_survives_at_every_step() {
    survives(&plays::document_ingest()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn expense_processor_survives_at_every_step() {
    survives(&plays::expense_processor()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nav_monthly_and_its_children_survive_at_every_step() {
    survives(&plays::nav_monthly()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn retries_timers_and_quick_steps_survive_at_every_step() {
    survives(&plays::errand()).await;
}

async fn survives(play: &Play) {
    let world = World::new().await;
    play.deploy(&world, false);
    let first = Process::start(&world, Serves::Steps);
    play.start(&world, "calm").await;
    play.drive(&world, "calm", 0).await;
    let calm = ended(&world, "calm").await;
    let expected = effects(play, &world, "calm").await;
    assert!(!expected.is_empty(), "an undisturbed run has effects");

    let places = places(play, &world);
    let run = |at: usize| format!("caught-{at}");
    let holds = places.iter().enumerate().filter_map(|(at, place)| match place {
        Place::Call(when, call) => Some(format!("{when} {}\n", call.replace("RUN", &run(at)))),
        Place::Waiting(_) | Place::Given(_) => None,
    });
    std::fs::write(world.folder.path().join("holds"), holds.collect::<String>()).unwrap();
    join_all(places.iter().enumerate().map(|(at, place)| catch(play, &world, run(at), place))).await;

    play.deploy(&world, true);
    // What is given now is taken by a worker that will never answer.
    first.freeze();
    let given: Vec<(String, usize)> = places
        .iter()
        .enumerate()
        .filter_map(|(at, place)| if let Place::Given(answer) = place { Some((run(at), *answer)) } else { None })
        .collect();
    join_all(given.iter().map(|(run, answer)| play.give(&world, run, *answer))).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let taken = join_all(given.iter().map(|(run, answer)| in_hand(play, &world, run, *answer))).await;
    assert!(taken.iter().any(|taken| *taken), "no task was in the worker's hands when it died");
    drop(first);
    std::fs::remove_file(world.folder.path().join("holds")).unwrap();

    let second = Process::start(&world, Serves::Steps);
    let newer = async {
        play.start(&world, "newer").await;
        play.drive(&world, "newer", 0).await;
        ended(&world, "newer").await
    };
    let older = join_all(places.iter().enumerate().map(|(at, place)| finish(play, &world, run(at), place)));
    let (newer, older) = tokio::join!(newer, older);
    for ((at, place), end) in places.iter().enumerate().zip(older) {
        assert_eq!(end, calm, "{} was caught at {place:?}", run(at));
        assert_eq!(effects(play, &world, &run(at)).await, expected, "{} was caught at {place:?}", run(at));
    }
    assert_ne!(newer, calm, "a new run takes the new program");
    drop(second);
    for (at, place) in places.iter().enumerate() {
        replays(&world, &run(at), &kept(play, place)).await;
    }
    replays(&world, "newer", &format!("{}-newer", play.runbook)).await;
    world.server.stop().await;
}

/// The name that a run's history is kept under.
fn kept(play: &Play, place: &Place) -> String {
    let place = match place {
        Place::Call(when, call) => {
            format!("{when}-{}", call.rsplit(' ').next().unwrap_or_default().replace([':', '~'], "-"))
        }
        Place::Waiting(answer) => format!("waiting-{answer}"),
        Place::Given(answer) => format!("given-{answer}"),
    };
    format!("caught-{}-{place}", play.runbook)
}

/// Every place of a run: both sides of each call that the undisturbed one made, and each answer.
fn places(play: &Play, world: &World) -> Vec<Place> {
    let calls = noted(world.folder.path(), "effect");
    let mut places = Vec::new();
    for call in &calls {
        let call = call.replacen("calm", "RUN", 1);
        places.extend(["before", "after"].map(|when| Place::Call(when, call.clone())));
    }
    for answer in 0..play.answers.len() {
        places.extend([Place::Waiting(answer), Place::Given(answer)]);
    }
    places
}

/// Brings a run to its place.
async fn catch(play: &Play, world: &World, run: String, place: &Place) {
    play.start(world, &run).await;
    let drive = async |to: usize| {
        for answer in 0..to {
            play.asks(world, &run, answer).await;
            play.give(world, &run, answer).await;
        }
    };
    match place {
        Place::Waiting(answer) | Place::Given(answer) => {
            drive(*answer).await;
            play.asks(world, &run, *answer).await;
        }
        Place::Call(when, call) => {
            let held = format!("{when} {}", call.replace("RUN", &run));
            let caught = async {
                while !noted(world.folder.path(), "held").contains(&held) {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            };
            tokio::select! {
                () = caught => {}
                () = async { drive(play.answers.len()).await; std::future::pending().await } => {}
                () = tokio::time::sleep(END) => panic!("{run} never came to {place:?}"),
            }
        }
    }
}

/// Whether the last that the server knows is a task that a worker has taken.
async fn in_hand(play: &Play, world: &World, run: &str, answer: usize) -> bool {
    let history = world.runs.history(&format!("{run}{}", play.answers[answer].child)).await.unwrap();
    history.events.last().is_some_and(|event| event.event_type() == EventType::WorkflowTaskStarted)
}

/// Drives a run on from where it was caught.
async fn finish(play: &Play, world: &World, run: String, place: &Place) -> Json {
    match place {
        Place::Waiting(answer) => play.drive(world, &run, *answer).await,
        Place::Given(answer) => play.drive(world, &run, answer + 1).await,
        // The answers that it had are found where it asks for nothing any more.
        Place::Call(..) => resume(play, world, &run).await,
    }
    ended(world, &run).await
}

/// Gives what is still asked for, until the run has ended.
async fn resume(play: &Play, world: &World, run: &str) {
    let until = tokio::time::Instant::now() + END;
    let mut given = BTreeSet::new();
    while world.runs.describe(run).await.unwrap().status == "running" {
        if tokio::time::Instant::now() > until {
            let history = world.runs.history(run).await.unwrap();
            let last: Vec<_> =
                history.events.iter().rev().take(8).map(|event| event.event_type().as_str_name()).collect();
            let open = world.runs.query(run, "pending_actions").await;
            panic!("{run} does not end: {open:?}; given {given:?}; its last events are {last:?}");
        }
        // Two answers to one question keep their order: both are given to what was open at the same moment.
        let mut open = BTreeSet::new();
        for child in play.answers.iter().map(|answer| answer.child).collect::<BTreeSet<_>>() {
            let actions = world.runs.query(&format!("{run}{child}"), "pending_actions").await;
            let actions = actions.ok().and_then(|actions| actions.as_array().cloned()).unwrap_or_default();
            open.extend(actions.iter().map(|action| (child, action["step"].as_str().unwrap().to_owned())));
        }
        for (answer, asked) in play.answers.iter().enumerate() {
            if open.contains(&(asked.child, asked.step.to_owned())) && given.insert(answer) {
                play.give(world, run, answer).await;
            }
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// The result of a run, without what differs from run to run.
async fn ended(world: &World, run: &str) -> Json {
    match world.runs.end(run, END).await.unwrap() {
        End::Completed(result) => plain(result, run),
        other => panic!("{run} ended with {other:?}"),
    }
}

fn plain(value: Json, run: &str) -> Json {
    match value {
        Json::String(text) => Json::String(text.replace(run, "RUN")),
        Json::Array(items) => items.into_iter().map(|item| plain(item, run)).collect(),
        Json::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| {
                // Ids are random, and the agent's text has a checksum of them.
                let value =
                    if matches!(&*name, "id" | "document_ref" | "audit") { json!("…") } else { plain(value, run) };
                (name, value)
            });
            Json::Object(fields.collect())
        }
        other => other,
    }
}

/// What a run and its children have left behind, where it arrives: in the store and in the ledger, with how often.
async fn effects(play: &Play, world: &World, run: &str) -> BTreeMap<String, i64> {
    let mut found = BTreeMap::new();
    let committed = "SELECT 'commit ' || source || ' of ' || task_id, count(*) FROM ingest_extracted_payloads WHERE entity_slug = ? GROUP BY 1";
    let documents = "SELECT 'document ' || filename || ' of ' || task_id, count(*) FROM ingest_submitted_documents WHERE entity_slug = ? GROUP BY 1";
    let messages =
        "SELECT 'message ' || subject || ' of ' || task_id, count(*) FROM outbox WHERE entity_slug = ? GROUP BY 1";
    let booked = "SELECT 'booking of ' || run, count(*) FROM bookings WHERE run = ? GROUP BY 1";
    let mut queries = vec![("ntro.db", committed), ("ntro.db", documents), ("ntro.db", messages)];
    if world.folder.path().join("ledger.db").exists() {
        queries.push(("ledger.db", booked));
    }
    for (database, query) in queries {
        let options = SqliteConnectOptions::new().filename(world.folder.path().join(database)).read_only(true);
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        for row in sqlx::query(query).bind(run).fetch_all(&mut connection).await.unwrap() {
            found.insert(row.get::<String, _>(0).replace(run, "RUN"), row.get::<i64, _>(1));
        }
    }
    // What people have handed in is no effect of the run.
    found.retain(|effect, _| !play.files().any(|file| effect.starts_with(&format!("document {file} "))));
    // The calls themselves: each that the undisturbed run made, and no other.
    let calls: BTreeSet<String> = noted(world.folder.path(), "effect");
    for call in calls.iter().filter(|call| call.split([' ', ':']).next() == Some(run)) {
        found.insert(format!("call {}", call.replacen(run, "RUN", 1)), 1);
    }
    found
}
