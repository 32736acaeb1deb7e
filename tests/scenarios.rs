//! `ntroc test`: the examples hold, and what does not hold is told as a person needs it.
//!
//! `UPDATE=1 cargo test --test scenarios` writes what is told into `tests/scenarios/failing.txt`; read it before committing it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may stop where it stands"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value as Json;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn ntroc(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ntroc"));
    command.current_dir(folder).args(args).env_remove("NO_COLOR").output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn every_example_has_scenarios_and_all_of_them_hold() {
    let examples: Vec<PathBuf> = fs::read_dir(root().join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("ntro.yaml").is_file())
        .collect();
    assert!(examples.len() >= 3);
    for example in examples {
        let output = ntroc(&example, &["test", "--json"]);
        let results: Json = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{}: {}", example.display(), text(&output.stderr));
        assert_eq!(results["failed"], 0, "{}: {results:#}", example.display());
        assert!(results["passed"].as_u64().unwrap() >= 5, "{}", example.display());
        for coverage in results["coverage"].as_array().unwrap() {
            // The scenarios of an example are those that people learn from: most of a runbook is in them.
            let (reached, of) = (coverage["reached"].as_u64().unwrap(), coverage["of"].as_u64().unwrap());
            assert!(reached * 4 >= of * 3, "{}: {coverage}", example.display());
        }
        let formatted = ntroc(&example, &["fmt", "--check"]);
        assert_eq!(formatted.status.code(), Some(0), "{}", text(&formatted.stderr));
    }
}

#[test]
fn what_does_not_hold_is_told_with_its_place_and_what_came_before() {
    let folder = root().join("tests/scenarios/failing");
    let output = ntroc(&folder, &["test"]);
    let told = text(&output.stdout);
    let file = root().join("tests/scenarios/failing.txt");
    if std::env::var_os("UPDATE").is_some_and(|value| value != "0") {
        fs::write(&file, &told).unwrap();
    }
    assert_eq!(told, fs::read_to_string(file).unwrap());
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("3 scenarios, 2 made ones beside them: 2 do not hold"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn the_results_for_programs_say_the_same() {
    let folder = root().join("tests/scenarios/failing");
    let output = ntroc(&folder, &["test", "--json", "--no-builtin"]);
    assert_eq!(output.status.code(), Some(1));
    let results: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&results["passed"], &results["failed"]), (&1.into(), &2.into()));
    let scenarios = results["scenarios"].as_array().unwrap();
    assert_eq!(scenarios.len(), 3);
    assert_eq!(scenarios[0]["ended"], "2026-01-05T12:00:00Z");
    let broken = &scenarios[1]["broken"];
    assert_eq!((&broken["line"], &broken["column"]), (&29.into(), &3.into()));
    assert_eq!(broken["happened"], "`reference` is \"B-1\"");
    assert_eq!(scenarios[2]["open"][0]["step"], "sign");
    assert!(results["coverage"][0]["missing"].as_array().unwrap().iter().any(|place| place == "sign: rejected"));
}

#[test]
fn a_filter_takes_those_that_it_names_and_nothing_is_an_error() {
    let folder = root().join("tests/scenarios/failing");
    let output = ntroc(&folder, &["test", "--filter", "IT IS PAID", "--json"]);
    let results: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(results["scenarios"].as_array().unwrap().len(), 2);
    let output = ntroc(&folder, &["test", "--filter", "it is pai", "--no-builtin"]);
    assert_eq!(output.status.code(), Some(1));
    let output = ntroc(&folder, &["test", "--filter", "it is payd"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("did you mean `it is paid`?"), "{}", text(&output.stderr));
    assert!(output.stdout.is_empty());
}

#[test]
fn mistakes_are_told_and_nothing_is_played() {
    let pay = fs::read_to_string(root().join("tests/scenarios/failing/pay.ntro")).unwrap();
    let folder = project(&[("pay.ntro", &pay.replace("at sign", "at sing"))]);
    let output = ntroc(folder.path(), &["test"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("error[N0703]"), "{}", text(&output.stderr));
    assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
}

#[test]
fn a_sample_is_a_file_of_the_project() {
    let runbook = "runbook a \"A\" {\n  await got \"Got\" {\n    on document_submitted\n    within 1d else fail \"None.\"\n  }\n}\n";
    let scenario = |file: &str| {
        format!(
            "scenario \"it comes\" for a {{\n  signal document_submitted {{ document: sample(\"{file}\") }}\n  expect completed\n}}\n"
        )
    };
    let folder = project(&[("a.ntro", runbook), ("inputs/roll.pdf", "x"), ("b.ntro", &scenario("roll.pdf"))]);
    let output = ntroc(folder.path(), &["test", "--no-builtin"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    for missing in ["rol.pdf", "../roll.pdf", "/etc/hostname"] {
        fs::write(folder.path().join("b.ntro"), scenario(missing)).unwrap();
        for command in ["test", "check"] {
            let output = ntroc(folder.path(), &[command]);
            assert_eq!(output.status.code(), Some(1));
            let told = text(&output.stderr);
            assert!(told.contains("error[N0713]") && told.contains("b.ntro:2:41"), "{told}");
        }
    }
}

#[test]
fn many_scenarios_stand_in_the_order_of_the_text_and_a_project_without_any_is_no_error() {
    let runbook = "runbook a \"A\" {\n  step s \"S\" { return 1 }\n}\n";
    let many: String = (0..100).map(|n| format!("scenario \"n {n:03}\" for a {{\n  expect completed\n}}\n")).collect();
    let folder = project(&[("a.ntro", runbook), ("b.ntro", &many)]);
    let output = ntroc(folder.path(), &["test", "--json", "--no-builtin"]);
    let results: Json = serde_json::from_slice(&output.stdout).unwrap();
    let titles: Vec<&str> =
        results["scenarios"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert_eq!(titles.len(), 100);
    assert!(titles.is_sorted(), "{titles:?}");
    fs::remove_file(folder.path().join("b.ntro")).unwrap();
    let output = ntroc(folder.path(), &["test"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("no scenario reaches it"), "{}", text(&output.stdout));
}
