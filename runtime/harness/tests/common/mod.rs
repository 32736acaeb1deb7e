//! Programs for tests: compiled from text or from the examples.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use ntro_compiler::{Level, Sources};
use ntro_harness::{Checks, Json, Local, Options, RunKey, Step};
use ntro_ir::Program;

pub(crate) type Programs = BTreeMap<String, Arc<Program>>;

#[track_caller]
pub(crate) fn compile(sources: &Sources) -> Programs {
    let checked = ntro_compiler::check(sources);
    let errors: Vec<_> = checked.diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    checked.runbooks.into_iter().map(|(name, compiled)| (name, compiled.program)).collect()
}

#[allow(dead_code, reason = "the bench takes an example")]
#[track_caller]
pub(crate) fn text(text: &str) -> Programs {
    compile(&Sources::from([("test.ntro".to_owned(), Arc::from(text))]))
}

#[allow(dead_code, reason = "not every test takes an example")]
pub(crate) fn example(name: &str) -> Programs {
    compile(&example_sources(name))
}

/// The programs of an example and its scenarios.
#[allow(dead_code, reason = "only the bench plays scenarios")]
pub(crate) fn scenarios(name: &str) -> (Programs, Vec<Arc<ntro_ir::Scenario>>) {
    let sources = example_sources(name);
    (compile(&sources), ntro_compiler::check(&sources).scenarios)
}

#[allow(dead_code, reason = "not every test takes an example")]
fn example_sources(name: &str) -> Sources {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
    let mut sources = Sources::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "ntro") {
            let file = path.file_name().unwrap().to_string_lossy().into_owned();
            sources.insert(file, Arc::from(std::fs::read_to_string(&path).unwrap()));
        }
    }
    sources
}

#[allow(dead_code, reason = "the bench has a host without checks")]
/// A host in which every activation is tried a second time and every state is written and read back.
pub(crate) fn host(programs: &Programs, runbook: &str, input: Json, shuffle: Option<u64>) -> (Local, RunKey) {
    let checks = Checks { replay: true, snapshots: true };
    let options = Options { seed: "test".into(), anonymous: true, checks, shuffle, ..Options::default() };
    let mut local = Local::new(programs.clone(), "2026-01-05T09:00:00Z".parse().unwrap(), options);
    let run = local.start(runbook, "run", input).unwrap();
    (local, run)
}

/// What a document gives in which the figures agree: one lease of 100.00 a month.
#[allow(dead_code, reason = "not every test reads a document")]
pub(crate) fn one_lease() -> ntro_harness::mocks::Mocks {
    extraction(leases(1))
}

/// Leases of 100.00 a month.
fn leases(count: usize) -> Vec<Json> {
    let money = |amount: &str| serde_json::json!({ "amount": amount, "currency": "GBP" });
    let lease = |number: usize| {
        serde_json::json!({
            "unit": format!("U-{number:02}"), "tenant": "Ana", "annual_rent": money("1200.00"), "monthly_rent": money("100.00"), "lease_start": "2026-01-01",
        })
    };
    (1..=count).map(lease).collect()
}

fn extraction(rows: Vec<Json>) -> ntro_harness::mocks::Mocks {
    let extraction = serde_json::json!({ "rows": rows, "summary": "Leases", "confidence": "0.9", "unmapped": [] });
    let answer = ntro_harness::mocks::Mock::Value(extraction);
    ntro_harness::mocks::Mocks::new(BTreeMap::from([("ai.extract".to_owned(), vec![answer])]))
}

/// The bytes of the state of a document-ingest that waits in its review, and the bytes of the rows that it holds, both as JSON.
#[allow(dead_code, reason = "the size of states is looked at by one test and by the bench")]
pub(crate) fn state_in_review(programs: &Programs, count: usize) -> (usize, usize) {
    let rows = leases(count);
    let of_rows = serde_json::to_vec(&rows).unwrap().len();
    let mocks = extraction(rows);
    let options = Options { seed: "size".into(), anonymous: true, ..Options::default() };
    let mut local = Local::new(programs.clone(), "2026-01-05T09:00:00Z".parse().unwrap(), options);
    let input = serde_json::json!({ "entity": "a", "period": "2026-03", "source": "s" });
    let run = local.start("document-ingest", "run", input).unwrap();
    let document = serde_json::json!({ "document_ref": "doc_a", "source": "s", "filename": "a.pdf" });
    let mut documents = Some(document);
    loop {
        match local.next() {
            Step::Activity { call, attempt, run } => {
                let program = local.info(&run).unwrap().program.clone();
                let result = mocks.clone().answer(&program, &call);
                local.resolve(&run, call.seq, attempt, result);
            }
            Step::Idle { .. } => match documents.take() {
                Some(document) => {
                    local.signal(&run, "document_submitted", document).unwrap();
                }
                None => break,
            },
            _ => {}
        }
    }
    assert_eq!(ntro_harness::waiting(&local)[0].step, "review");
    let state = serde_json::to_vec(&local.machine(&run).unwrap().snapshot()).unwrap();
    (state.len(), of_rows)
}
