//! Blocks and statements: wrong runbooks with their messages, right ones with the listings of their programs.
//!
//! A case is a file in `flow/`: a runbook, a line `---`, and what comes of it. `UPDATE=1 cargo test -p ntro-compiler` writes what comes
//! of it now; read what it says before you keep it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests may stop at once, and read their cases from files"
)]
#![allow(missing_docs, reason = "tests document themselves by their names")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ntro_compiler::{Checked, Level, Sources, check};

const LINE: &str = "---\n";

fn cases(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flow").join(folder);
    let mut all: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| path.extension().is_some_and(|ext| ext == "txt"));
    all.sort();
    assert!(!all.is_empty(), "no cases found");
    all
}

/// The messages as a person reads them: code, the place in the text, what is wrong, what to write.
fn messages(checked: &Checked, source: &str) -> String {
    let mut out = String::new();
    for found in &checked.diagnostics {
        let span = found.place.span;
        let before = &source[..span.start as usize];
        let line = before.matches('\n').count() + 1;
        let pointed = source[span.start as usize..span.end as usize].lines().next().unwrap_or_default();
        writeln!(out, "{} {:?} line {line} `{pointed}`: {}", found.code, found.level, found.message).unwrap();
        writeln!(out, "  {}", found.label).unwrap();
        writeln!(out, "  {}", found.help).unwrap();
        for (place, words) in &found.related {
            let line = source[..place.span.start as usize].matches('\n').count() + 1;
            writeln!(out, "  line {line}: {words}").unwrap();
        }
    }
    out
}

fn run_all(source: &str) -> Checked {
    let sources: Sources = BTreeMap::from([("case.ntro".to_owned(), Arc::from(source))]);
    check(&sources)
}

/// The cases begin with the same declarations, and not each of them needs all.
fn run(source: &str) -> Checked {
    let mut checked = run_all(source);
    checked.diagnostics.retain(|found| !["N0221", "N0223", "N0224"].contains(&found.code));
    checked
}

/// Compares with what the case says, or writes it.
fn compare(path: &Path, source: &str, expected: &str, found: &str, failures: &mut Vec<String>) {
    if expected == found {
        return;
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, format!("{source}{LINE}{found}")).unwrap();
    } else {
        failures.push(format!("{}\nexpected:\n{expected}\nfound:\n{found}", path.display()));
    }
}

fn split(path: &Path) -> (String, String) {
    let text = fs::read_to_string(path).unwrap();
    match text.split_once(LINE) {
        Some((source, expected)) => (source.to_owned(), expected.to_owned()),
        None => (text, String::new()),
    }
}

#[test]
fn each_wrong_runbook_gives_its_one_message() {
    let mut failures = Vec::new();
    for path in cases("wrong") {
        let (source, expected) = split(&path);
        let checked = run(&source);
        let found = messages(&checked, &source);
        if checked.diagnostics.len() != 1 {
            failures.push(format!("{}: one message expected, found:\n{found}", path.display()));
            continue;
        }
        let error = checked.diagnostics[0].level == Level::Error;
        assert_eq!(
            error,
            checked.runbooks.is_empty(),
            "{}: a program is given only where there is no error",
            path.display()
        );
        compare(&path, &source, &expected, &found, &mut failures);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn each_right_runbook_gives_its_program() {
    let mut failures = Vec::new();
    for path in cases("right") {
        let (source, expected) = split(&path);
        let checked = run(&source);
        let mut found = messages(&checked, &source);
        for compiled in checked.runbooks.values() {
            ntro_ir::verify(&compiled.program).unwrap();
            found.push_str(&ntro_ir::listing::listing(&compiled.program));
            for child in &compiled.program.children {
                let own = checked.runbooks[&child.runbook].program.interface().to_string();
                assert_eq!(child.interface, own, "{}: a child is found by its interface", path.display());
            }
            let ops = compiled.program.ops.len() as u32;
            assert!(
                compiled.source_map.ops.keys().all(|op| *op < ops),
                "{}: places of operations that do not exist",
                path.display()
            );
        }
        if !checked.diagnostics.is_empty() || checked.runbooks.is_empty() {
            failures.push(format!("{}: no message and a program expected, found:\n{found}", path.display()));
            continue;
        }
        compare(&path, &source, &expected, &found, &mut failures);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// The piece of a page between a line of three backticks with this word and the next such line.
fn piece<'a>(page: &'a str, word: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("```ntro {word}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

#[test]
fn pages_of_flow_show_their_own_mistake_and_how_to_mend_it() {
    let mut seen = 0;
    let mut failures = Vec::new();
    for (code, title) in ntro_compiler::explain::codes() {
        if !["N04", "N05", "N09"].iter().any(|half| code.starts_with(half)) {
            continue;
        }
        seen += 1;
        assert!(!title.is_empty(), "{code}");
        let page = ntro_compiler::explain::page(code).unwrap();
        for (word, wanted) in [("wrong", vec![code]), ("right", Vec::new())] {
            let source = piece(&page, word);
            let checked = run_all(source);
            let codes: Vec<_> = checked.diagnostics.iter().map(|found| found.code).collect();
            if codes != wanted {
                failures.push(format!("{code} {word}:\n{}", messages(&checked, source)));
            }
        }
    }
    assert!(seen >= 30, "{seen} pages");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// Broken input is normal input: whatever line is lost, there is a message or a program that the verifier takes.
#[test]
fn runbooks_that_lack_a_line_are_told_or_still_right() {
    let mut told = 0;
    for (first, path) in cases("right").into_iter().enumerate() {
        let (source, _) = split(&path);
        let lines: Vec<&str> = source.lines().collect();
        // Every third line is enough to meet each form, and keeps this quick.
        for lost in (first % 3..lines.len()).step_by(3) {
            let kept: Vec<&str> =
                lines.iter().enumerate().filter(|(at, _)| *at != lost).map(|(_, line)| *line).collect();
            let source = kept.join("\n");
            let checked = run(&source);
            assert!(
                checked.diagnostics.iter().all(|found| found.code != "N0602"),
                "{} without line {}: a program that is refused",
                path.display(),
                lost + 1
            );
            let errors = checked.diagnostics.iter().filter(|found| found.level == Level::Error).count();
            told += usize::from(errors > 0);
            assert!(
                errors > 0 || !checked.runbooks.is_empty() || !source.contains("runbook"),
                "{} without line {}",
                path.display(),
                lost + 1
            );
        }
    }
    assert!(told > 40, "{told} of the damaged runbooks were told");
}
