//! `workflow` blocks: each case is a file in `bindings/` with a project's file, a line `---`, and what comes of it: the messages, and
//! each binding that compiles with the listing of its `with`. `UPDATE=1 cargo test -p ntro-compiler` writes what comes of it now.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests may stop at once, and read their cases from files"
)]
#![allow(missing_docs, reason = "tests document themselves by their names")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use ntro_compiler::{Checked, Sources, check};
use ntro_ir::Binding;

const LINE: &str = "---\n";

fn run(source: &str) -> Checked {
    let sources: Sources = BTreeMap::from([("case.ntro".to_owned(), Arc::from(source))]);
    check(&sources)
}

fn outcome(source: &str) -> String {
    let checked = run(source);
    let mut out = String::new();
    for found in &checked.diagnostics {
        let span = found.place.span;
        let line = source[..span.start as usize].matches('\n').count() + 1;
        let pointed = &source[span.start as usize..span.end as usize];
        let level = format!("{:?}", found.level).to_lowercase();
        writeln!(out, "{} {level} line {line} `{pointed}`: {}\n  {}", found.code, found.message, found.help).unwrap();
    }
    for compiled in checked.bindings.values() {
        let Binding { name, doc, runbook, tenant, entity, schedule, zone, overlap, catch_up_ms, pin, with } =
            &*compiled.binding;
        compiled.binding.verify().unwrap();
        writeln!(out, "{name}: {runbook} for {tenant:?} {entity:?}, {schedule:?} in {zone:?}").unwrap();
        writeln!(out, "  {} {catch_up_ms} ms, pin {pin:?}, doc {doc:?}", overlap.word()).unwrap();
        writeln!(out, "{}", ntro_ir::listing::listing(with)).unwrap();
    }
    out
}

#[test]
fn each_case_gives_its_messages_and_bindings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bindings");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut wrong = Vec::new();
    for path in &files {
        let text = fs::read_to_string(path).unwrap();
        let (source, expected) = text.split_once(LINE).unwrap_or((&text, ""));
        let found = outcome(source);
        if found == expected {
            continue;
        }
        if std::env::var_os("UPDATE").is_some() {
            fs::write(path, format!("{source}{LINE}{found}")).unwrap();
        } else {
            wrong.push(format!("{}\nexpected:\n{expected}\nfound:\n{found}", path.display()));
        }
    }
    assert!(files.len() >= 5, "only {} cases are there", files.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_runbook_that_cannot_take_what_a_binding_gives_is_told() {
    let source = |input: &str| {
        format!(
            "runbook monthly \"M\" {{\n  input {{ {input} }}\n  step a \"A\" {{ return 1 }}\n}}\n\
             workflow w {{\n  runbook: monthly\n  entity: \"acme\"\n  with: {{ period: 2026-03 }}\n}}\n"
        )
    };
    let made = run(&source("entity: text, period: period"));
    let binding = &made.bindings["w"].binding;
    let misfit = |input: &str| {
        let text = source(input);
        let runbook = text.split("workflow").next().unwrap();
        binding.misfit(&run(runbook).runbooks["monthly"].program)
    };
    assert_eq!(misfit("entity: text, period: period"), None);
    assert_eq!(misfit("entity: text?, period: period?, more: int = 1, note: text?"), None);
    assert_eq!(
        misfit("entity: text, period: period, fee: decimal").as_deref(),
        Some("its input needs `fee`, which `with` does not give")
    );
    assert_eq!(
        misfit("entity: text, period: date").as_deref(),
        Some("its input `period` has another type than what `with` gives")
    );
    assert_eq!(misfit("period: period").as_deref(), Some("its input has no `entity`, which `with` gives"));
}

#[test]
fn a_binding_of_a_runbook_with_errors_is_not_given() {
    let checked = run("runbook a \"A\" {\n  step s \"S\" { return x }\n}\nworkflow w { runbook: a }\n");
    assert!(checked.bindings.is_empty());
    assert_eq!(checked.diagnostics.len(), 1);
}
