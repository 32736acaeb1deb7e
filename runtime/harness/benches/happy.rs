//! How long a whole run takes where nothing outside is waited for, and how much a waiting run keeps.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench may stop where it stands"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use common::Programs;
use ntro_harness::player::{People, play};
use ntro_harness::{Local, Options, RunEnd};
use serde_json::json;

fn main() {
    let programs = common::example("document-ingest");
    for leases in [1, 200] {
        let (state, rows) = common::state_in_review(&programs, leases);
        let beyond = state.saturating_sub(rows);
        println!("document-ingest waiting in review over {leases} leases: {state} bytes, {beyond} beyond the rows");
    }
    divan::main();
}

fn start(programs: &Programs) -> (Local, ntro_harness::RunKey) {
    let options = Options { seed: "bench".into(), anonymous: true, ..Options::default() };
    let mut local = Local::new(programs.clone(), "2026-01-05T09:00:00Z".parse().unwrap(), options);
    let run =
        local.start("document-ingest", "run", json!({ "entity": "a", "period": "2026-03", "source": "s" })).unwrap();
    (local, run)
}

/// The scenarios of an example, one after the other as `ntroc test` plays them. The figure is for all of them.
#[divan::bench(args = ["document-ingest", "expense-processor", "nav-monthly"])]
fn all_scenarios(bencher: divan::Bencher<'_, '_>, example: &str) {
    let (programs, scenarios) = common::scenarios(example);
    assert!(!scenarios.is_empty());
    bencher.counter(divan::counter::ItemsCount::new(scenarios.len())).bench_local(|| {
        for scenario in &scenarios {
            let played = ntro_harness::scenario::play(&programs, scenario, &Options::default());
            assert!(played.passed(), "{:?}", played.broken);
        }
    });
}

#[divan::bench]
fn happy_document_ingest(bencher: divan::Bencher<'_, '_>) {
    let programs = common::example("document-ingest");
    let mocks = common::one_lease();
    bencher.bench_local(|| {
        let (mut local, run) = start(&programs);
        let played = play(&mut local, &run, &mut mocks.clone(), &mut People::Yes);
        assert!(matches!(local.info(&run).unwrap().end, Some(RunEnd::Completed(_))));
        played
    });
}
