//! How long a run takes from its start to its end: every person's action and every answer included, no host.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a benchmark stops at the first surprise"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::sync::Arc;

use divan::Bencher;
use ntro_ir::Program;
use ntro_machine::{Input, Machine, Start};
use serde_json::{Value as Json, json};

fn main() {
    divan::main();
}

fn extraction(rows: usize) -> Json {
    let row = |n: usize| json!({ "id": n.to_string(), "description": format!("Flat {n}"), "amount": "900.00 GBP", "category": null });
    json!({ "rows": (0..rows).map(row).collect::<Vec<_>>(), "summary": "Flats", "confidence": "0.9" })
}

fn step(machine: &mut Machine, input: Input) {
    machine.handle("2026-01-05T09:00:00Z".parse().unwrap(), input);
    while let Some(output) = machine.poll_output() {
        divan::black_box(output);
    }
}

fn to_review(program: &Arc<Program>, extraction: &Json) -> Machine {
    let mut machine = Machine::new(Arc::clone(program));
    let start = Start {
        workflow_id: "wf".into(),
        first_run_id: "run-1".into(),
        input: json!({ "entity": "spv1", "period": "2026-03", "source": "rent-roll" }),
        config: Json::Null,
        tenant: None,
        entity: None,
        zone: None,
        scheduled_at: None,
        holidays: Vec::new(),
        anonymous: true,
    };
    step(&mut machine, Input::Started(Box::new(start)));
    let document =
        json!({ "document_ref": "d1", "source": "rent-roll", "filename": "r.pdf", "content_type": "application/pdf" });
    step(&mut machine, Input::Signal { name: "document_submitted".into(), payload: document });
    step(&mut machine, Input::ActivityResolved { seq: 2, result: Ok(extraction.clone()) });
    machine
}

#[divan::bench(args = [2, 100, 1_000])]
fn whole_run(bencher: Bencher<'_, '_>, rows: usize) {
    let program = Arc::new(common::programs::document_ingest());
    let extraction = extraction(rows);
    bencher.bench_local(|| {
        let mut machine = to_review(&program, &extraction);
        step(&mut machine, Input::Signal { name: "user_action".into(), payload: json!({ "type": "approved" }) });
        step(&mut machine, Input::ActivityResolved { seq: 4, result: Ok(json!({ "corrections_applied": 0 })) });
        assert!(machine.is_closed());
    });
}

#[divan::bench(args = [2, 100, 1_000])]
fn query_of_a_review(bencher: Bencher<'_, '_>, rows: usize) {
    let machine = to_review(&Arc::new(common::programs::document_ingest()), &extraction(rows));
    bencher.bench_local(|| machine.query("current_pending_action").unwrap());
}

#[divan::bench(args = [2, 1_000])]
fn snapshot_and_restore(bencher: Bencher<'_, '_>, rows: usize) {
    let program = Arc::new(common::programs::document_ingest());
    let machine = to_review(&program, &extraction(rows));
    bencher.bench_local(|| {
        let json = serde_json::to_vec(&machine.snapshot()).unwrap();
        Machine::restore_of(Arc::clone(machine.loaded()), serde_json::from_slice(&json).unwrap()).unwrap()
    });
}
