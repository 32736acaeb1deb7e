//! The program of a run is in its history, also in one that goes on where another ended.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on should say so at once")]

use std::path::Path;

use ntro_worker::{history_json, in_flight};
use temporalio_common::protos::temporal::api::history::v1::History;

#[test]
fn every_recorded_history_tells_its_version_and_digest() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replay");
    let mut continued = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let history = history_json::read(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let (version, digest) = in_flight::program_in(&history).unwrap_or_else(|| panic_at(&path));
        assert!(!version.is_empty() && digest.len() == 64, "{}: {version} {digest}", path.display());
        // Where the program stands in the first event already, it was taken along.
        let first = History { events: history.events.into_iter().take(1).collect() };
        continued += usize::from(in_flight::program_in(&first).is_some());
    }
    assert!(continued > 0, "no history is the continuation of another one");
    assert_eq!(in_flight::program_in(&History::default()), None);
}

#[track_caller]
fn panic_at(path: &Path) -> (String, String) {
    assert!(path.as_os_str().is_empty(), "{} tells no program", path.display());
    Default::default()
}
