//! Histories that a real server has recorded, replayed for ever: a change of the interpreter that would break a run in flight fails
//! here. They are recorded by the tests in `it/` with `NTRO_KEEP_HISTORIES=DIR`, and never changed afterwards.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test that cannot go on should say so at once")]

use std::path::Path;
use std::sync::Arc;

use ntro_worker::client::end_of;
use ntro_worker::programs::Recorded;
use ntro_worker::{history_json, replay};
use temporalio_common::protos::temporal::api::history::v1::history_event::Attributes;

#[tokio::test(flavor = "multi_thread")]
async fn recorded_histories_replay() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replay");
    let mut replayed = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let history = history_json::read(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let ended = end_of(&history).is_ok();
        let replay = replay::replay(history, "wf", Arc::new(Recorded::default())).await.unwrap();
        assert_eq!(replay.problem, None, "{name}");
        assert_eq!(replay.machine.is_some_and(|machine| machine.is_closed()), ended, "{name}");
        replayed += 1;
    }
    assert!(replayed >= 10, "only {replayed} histories are there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_that_says_something_else_is_refused_with_the_place() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replay/document-ingest.json");
    let mut history = history_json::read(&std::fs::read_to_string(path).unwrap()).unwrap();
    for event in &mut history.events {
        if let Some(Attributes::ActivityTaskScheduledEventAttributes(scheduled)) = &mut event.attributes {
            scheduled.activity_type.as_mut().unwrap().name = "files.burn".into();
            break;
        }
    }
    let replay = replay::replay(history, "wf", Arc::new(Recorded::default())).await.unwrap();
    let problem = replay.problem.unwrap();
    assert!(problem.contains("files.burn") && problem.contains("files.parse"), "{problem}");
}
