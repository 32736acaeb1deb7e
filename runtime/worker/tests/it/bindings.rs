//! Bindings as schedules of a real server: made once, followed by runs with their nominal time, removed.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use ntro_ir::Binding;
use ntro_machine::Json;
use ntro_worker::bindings::{self, Written};
use ntro_worker::client::{End, RunLine, StartOptions};
use ntro_worker::in_flight;
use ntro_worker::schedules::{ScheduleError, Schedules, Standing};
use ntro_worker::worker::TASK_QUEUE;
use serde_json::json;
use temporalio_client::tonic::IntoRequest as _;
use temporalio_common::protos::temporal::api::schedule::v1::SchedulePatch;
use temporalio_common::protos::temporal::api::workflowservice::v1::{CreateScheduleRequest, PatchScheduleRequest};

use crate::effects::Effects;
use crate::support::{PATIENCE, World, deploy_sources, replays};

/// What is changed of a binding.
type Change = (&'static str, fn(&mut Binding));

/// A month's run, which says for which period and entity it was, and which version it is.
fn source(version: &str) -> String {
    format!(
        "runbook month-end \"Month end\" {{
  version: \"{version}\"
  input {{ entity: text, period: period }}
  output: text
  step noted \"Note\" {{ return \"{version} {{{{ entity }}}} {{{{ period }}}}\" }}
  return noted
}}
workflow nav {{
  runbook:  month-end
  tenant:   \"acme\"
  entity:   \"spv1\"
  schedule: \"0 8 1 * *\"
  zone:     \"Europe/London\"
  with:     {{ period: previous_period(today()) }}
}}
workflow kept {{
  runbook:  month-end
  entity:   \"spv2\"
  schedule: \"30 0 1 * *\"
  zone:     \"Asia/Tokyo\"
  overlap:  beside
  catch_up: 7d
  pin:      \"1.0.0\"
  with:     {{ period: period_of(today()) }}
}}
"
    )
}

fn deploy(world: &World, version: &str) -> BTreeMap<String, Arc<Binding>> {
    let sources = BTreeMap::from([("m.ntro".to_owned(), source(version).into())]);
    deploy_sources(&world.bundles(), &sources, BTreeMap::new());
    let checked = ntro_compiler::check(&sources);
    checked.bindings.into_iter().map(|(name, compiled)| (name, compiled.binding)).collect()
}

fn write(world: &World, binding: &Binding) -> Written {
    bindings::write(&world.bundles(), binding, Timestamp::UNIX_EPOCH).unwrap()
}

/// The runs of a schedule once there are this many, by id.
async fn runs_of(world: &World, name: &str, count: usize) -> Vec<RunLine> {
    let mut runs = world.listed(&format!("TemporalScheduledById = '{name}'"), count).await;
    runs.sort_by(|a, b| a.id.cmp(&b.id));
    runs
}

async fn result(world: &World, run: &RunLine) -> String {
    match world.runs.end(&run.id, PATIENCE).await.unwrap() {
        End::Completed(Json::String(text)) => text,
        other => panic!("{}: {other:?}", run.id),
    }
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_of_a_schedule_get_the_period_that_they_stand_for() {
    let world = World::new().await;
    let schedules = Schedules::new(world.link.clone(), TASK_QUEUE);
    let bound = deploy(&world, "1.0.0");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    for name in ["nav", "kept"] {
        write(&world, &bound[name]);
        assert_eq!(schedules.compare(&bound[name]).await.unwrap(), Standing::Missing);
        let applied = schedules.apply(&bound[name]).await.unwrap();
        assert_eq!((applied.before, applied.paused, applied.next.len()), (Standing::Missing, false, 3));
        // Once more changes nothing.
        assert_eq!(schedules.apply(&bound[name]).await.unwrap().before, Standing::Same);
    }
    // In summer eight o'clock in London is seven in UTC, in winter it is eight. Two months are caught up, long after their time.
    schedules.backfill("nav", time("2025-10-01T00:00:00Z"), time("2025-11-02T00:00:00Z")).await.unwrap();
    let runs = runs_of(&world, "nav", 2).await;
    let ids: Vec<&str> = runs.iter().map(|run| run.id.as_str()).collect();
    assert_eq!(ids, ["nav-2025-10-01T07:00:00Z", "nav-2025-11-01T08:00:00Z"]);
    assert_eq!(result(&world, &runs[0]).await, "1.0.0 spv1 2025-09");
    assert_eq!(result(&world, &runs[1]).await, "1.0.0 spv1 2025-10");
    // Half past midnight of the first in Tokyo is the last day of the month before in UTC; the day is the binding's.
    schedules.backfill("kept", time("2025-10-30T00:00:00Z"), time("2025-11-02T00:00:00Z")).await.unwrap();
    let kept = runs_of(&world, "kept", 1).await;
    assert_eq!(kept[0].id, "kept-2025-10-31T15:30:00Z");
    assert_eq!(result(&world, &kept[0]).await, "1.0.0 spv2 2025-11");

    // The next version: the unpinned binding follows without being touched, the pinned one stays.
    deploy(&world, "2.0.0");
    for name in ["nav", "kept"] {
        schedules.trigger(name).await.unwrap();
    }
    let now = runs_of(&world, "nav", 3).await;
    let run = now.iter().find(|run| !ids.contains(&run.id.as_str())).unwrap();
    let nominal = time(run.attributes["TemporalScheduledStartTime"].as_str().unwrap());
    let day: Date = nominal.in_tz("Europe/London").unwrap().date();
    let before = day.first_of_month().yesterday().unwrap().strftime("%Y-%m").to_string();
    assert_eq!(result(&world, run).await, format!("2.0.0 spv1 {before}"));
    let again = runs_of(&world, "kept", 2).await;
    let run = again.iter().find(|run| run.id != kept[0].id).unwrap();
    assert!(result(&world, run).await.starts_with("1.0.0 spv2 "));
    replays(&world, ids[0], "scheduled").await;
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_changes_with_its_binding_and_goes_when_it_is_removed() {
    let world = World::new().await;
    let schedules = Schedules::new(world.link.clone(), TASK_QUEUE);
    let bound = deploy(&world, "1.0.0");
    let nav = &bound["nav"];
    schedules.apply(nav).await.unwrap();

    // An operator's pause stays, whatever else changes.
    let mut service = world.link.connection.workflow_service();
    let pause = PatchScheduleRequest {
        namespace: world.link.namespace.clone(),
        schedule_id: "nav".into(),
        patch: Some(SchedulePatch { pause: "audit".into(), ..Default::default() }),
        ..Default::default()
    };
    service.patch_schedule(pause.into_request()).await.unwrap();
    assert_eq!(schedules.compare(nav).await.unwrap(), Standing::Same);
    let changes: [Change; 4] = [
        ("time", |binding| binding.schedule = Some("0 9 1 * *".into())),
        ("zone", |binding| binding.zone = Some("UTC".into())),
        ("overlap", |binding| binding.overlap = ntro_ir::Overlap::Queue),
        ("catch up", |binding| binding.catch_up_ms = 3_600_000),
    ];
    let mut changed = (**nav).clone();
    for (what, change) in changes {
        change(&mut changed);
        assert_eq!(schedules.compare(&changed).await.unwrap(), Standing::Differs, "{what}");
        let applied = schedules.apply(&changed).await.unwrap();
        assert_eq!((applied.before, applied.paused), (Standing::Differs, true), "{what}");
        assert_eq!(schedules.apply(&changed).await.unwrap().before, Standing::Same, "{what}");
    }
    let hours: Vec<i8> = schedules.apply(&changed).await.unwrap().next.iter().map(hour).collect();
    assert_eq!(hours, [9, 9, 9]);
    // What only a run is given changes no schedule: it lies in the binding's record.
    let other = Binding { entity: Some("spv9".into()), pin: Some("2.0.0".into()), ..changed.clone() };
    assert_eq!(schedules.compare(&other).await.unwrap(), Standing::Same);

    // A binding that loses its schedule loses the server's too.
    let by_hand = Binding { schedule: None, ..changed.clone() };
    assert_eq!(schedules.apply(&by_hand).await.unwrap().before, Standing::Superfluous);
    assert_eq!(schedules.apply(&by_hand).await.unwrap().before, Standing::NotNeeded);
    schedules.apply(nav).await.unwrap();
    assert!(schedules.remove("nav").await.unwrap());
    assert!(!schedules.remove("nav").await.unwrap());
    assert_eq!(schedules.trigger("nav").await, Err(ScheduleError::None("nav".into())));

    // A schedule that somebody else made is left alone.
    let foreign = CreateScheduleRequest {
        namespace: world.link.namespace.clone(),
        schedule_id: "nav".into(),
        schedule: Some(Default::default()),
        request_id: "r".into(),
        ..Default::default()
    };
    service.create_schedule(foreign.into_request()).await.unwrap();
    assert_eq!(schedules.apply(nav).await, Err(ScheduleError::NotOurs("nav".into())));
    assert_eq!(schedules.remove("nav").await, Err(ScheduleError::NotOurs("nav".into())));
    assert_eq!(schedules.apply(&by_hand).await.unwrap().before, Standing::NotNeeded);
    world.server.stop().await;
}

fn hour(at: &Timestamp) -> i8 {
    at.in_tz("UTC").unwrap().hour()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_binding_is_missing_waits_for_it() {
    let world = World::new().await;
    let schedules = Schedules::new(world.link.clone(), TASK_QUEUE);
    let bound = deploy(&world, "1.0.0");
    schedules.apply(&bound["nav"]).await.unwrap();
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    schedules.backfill("nav", time("2025-10-01T00:00:00Z"), time("2025-10-02T00:00:00Z")).await.unwrap();
    let run = runs_of(&world, "nav", 1).await.remove(0);
    let until = tokio::time::Instant::now() + PATIENCE;
    let why = loop {
        if let Some(why) = world.runs.trouble(&run.id).await.unwrap() {
            break why;
        }
        assert!(tokio::time::Instant::now() < until, "the task never fails");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    assert!(why.contains("`nav`") && why.contains("not deployed"), "{why}");
    assert_eq!(world.runs.describe(&run.id).await.unwrap().status, "running");
    assert_eq!(write(&world, &bound["nav"]), Written::New);
    assert_eq!(result(&world, &run).await, "1.0.0 spv1 2025-09");
    // What a start by hand says goes over what a binding gives, and needs none.
    let input = json!({ "entity": "spv1", "period": "2024-01" });
    world.runs.start("month-end", "hand", &input, &Default::default()).await.unwrap();
    assert_eq!(world.runs.end("hand", PATIENCE).await.unwrap(), End::Completed(json!("1.0.0 spv1 2024-01")));
    // A binding that nothing schedules is started by its name, with the time of its start.
    let by_hand = Binding { schedule: None, ..(*bound["nav"]).clone() };
    assert_eq!(write(&world, &by_hand), Written::Changed);
    let options = StartOptions { binding: Some("nav".into()), ..StartOptions::default() };
    world.runs.start("month-end", "now", &json!({}), &options).await.unwrap();
    let now = world.runs.describe("now").await.unwrap();
    let day: Date = now.started.unwrap().in_tz("Europe/London").unwrap().date();
    let before = day.first_of_month().yesterday().unwrap().strftime("%Y-%m");
    assert_eq!(result(&world, &now).await, format!("1.0.0 spv1 {before}"));
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_in_flight_are_told_with_the_program_that_they_began_with() {
    let world = World::new().await;
    let source = |version: &str| {
        format!(
            "role clerk\nrunbook waits \"Waits\" {{\n  version: \"{version}\"\n  approve ok \"Ok\" {{ by: clerk within never on reject fail \"No.\" }}\n}}\n"
        )
    };
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    let mut digests = Vec::new();
    for (version, id) in [("1.0.0", "one"), ("2.0.0", "two")] {
        let sources = BTreeMap::from([("w.ntro".to_owned(), source(version).into())]);
        digests.extend(deploy_sources(&world.bundles(), &sources, BTreeMap::new()).into_iter().map(|done| done.digest));
        world.runs.start("waits", id, &json!({}), &Default::default()).await.unwrap();
        world.pending(id, "ok").await;
    }
    world.listed("WorkflowType = 'waits' AND ExecutionStatus = 'Running'", 2).await;
    let (mut found, count) = in_flight::of(&world.link, &world.runs, "waits").await.unwrap();
    found.sort_by(|a, b| a.run.id.cmp(&b.run.id));
    let told: Vec<_> = found.into_iter().map(|run| (run.run.id, run.program.unwrap())).collect();
    let expected = [("one", "1.0.0", digests[0]), ("two", "2.0.0", digests[1])]
        .map(|(id, version, digest)| (id.to_owned(), (version.to_owned(), digest.to_string())));
    assert_eq!((told.as_slice(), count), (expected.as_slice(), 2));
    worker.stop().await;
    world.server.stop().await;
}
