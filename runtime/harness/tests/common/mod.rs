//! Programs for tests: compiled from text or from the examples.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use ntro_compiler::{Level, Sources};
use ntro_harness::{Checks, Json, Local, Options, RunKey};
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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
    let mut sources = Sources::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "ntro") {
            let file = path.file_name().unwrap().to_string_lossy().into_owned();
            sources.insert(file, Arc::from(std::fs::read_to_string(&path).unwrap()));
        }
    }
    compile(&sources)
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
    let money = |amount: &str| serde_json::json!({ "amount": amount, "currency": "GBP" });
    let lease = serde_json::json!({
        "unit": "U-01", "tenant": "Ana", "annual_rent": money("1200.00"), "monthly_rent": money("100.00"), "lease_start": "2026-01-01",
    });
    let extraction =
        serde_json::json!({ "rows": [lease], "summary": "One lease", "confidence": "0.9", "unmapped": [] });
    let answer = ntro_harness::mocks::Mock::Value(extraction);
    ntro_harness::mocks::Mocks::new(BTreeMap::from([("ai.extract".to_owned(), vec![answer])]))
}
