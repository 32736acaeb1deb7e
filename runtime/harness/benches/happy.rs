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
use ntro_harness::{Local, Options, RunEnd, Step};
use serde_json::json;

fn main() {
    println!("state of document-ingest waiting in review: {} bytes as JSON", waiting_bytes());
    divan::main();
}

fn start(programs: &Programs) -> (Local, ntro_harness::RunKey) {
    let options = Options { seed: "bench".into(), anonymous: true, ..Options::default() };
    let mut local = Local::new(programs.clone(), "2026-01-05T09:00:00Z".parse().unwrap(), options);
    let run =
        local.start("document-ingest", "run", json!({ "entity": "a", "period": "2026-03", "source": "s" })).unwrap();
    (local, run)
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

fn waiting_bytes() -> usize {
    let programs = common::example("document-ingest");
    let (mut local, run) = start(&programs);
    let mut sent = false;
    loop {
        match local.next() {
            Step::Activity { call, attempt, run } => {
                let program = local.info(&run).unwrap().program.clone();
                let result = common::one_lease().answer(&program, &call);
                local.resolve(&run, call.seq, attempt, result);
            }
            Step::Idle { .. } if sent => break,
            Step::Idle { .. } => {
                sent = true;
                local
                    .signal(
                        &run,
                        "document_submitted",
                        json!({ "document_ref": "doc_a", "source": "s", "filename": "a.pdf" }),
                    )
                    .unwrap();
            }
            _ => {}
        }
    }
    assert_eq!(ntro_harness::waiting(&local)[0].step, "review");
    serde_json::to_vec(&local.machine(&run).unwrap().snapshot()).unwrap().len()
}
