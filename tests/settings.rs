//! What `ntro.yaml` says of the configuration of runbooks: which value counts for whom, and what is said of one that does not fit.
//!
//! `UPDATE=1 cargo test --test settings` writes what is said into `tests/settings/wrong.txt`; read it before committing it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may stop where it stands"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value as Json, json};

const RUNBOOK: &str = r#"
type Seen { min: int, gl: text?, days: list<date>, most: money<GBP> }

/// What a run of it is given.
runbook posting "Posting" {
  version: "1.0.0"
  input  { entity: text }
  config { min: int = 1, gl: text?, days: list<date> = [], most: money<GBP> = 10 GBP }
  output: Seen
  return { min: config.min, gl: config.gl, days: config.days, most: config.most }
}

runbook parent "Parent" {
  input { entity: text }
  output: Seen
  child it "It" { run posting(entity) }
  return it
}
"#;

const SETTINGS: &str = "
config:
  posting: { min: 2, gl: everybody }
tenants:
  acme:
    config:
      posting: { gl: acme, days: [2026-12-24] }
    entities:
      spv1:
        config:
          posting:
            min: 7
  quiet:
";

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn ntroc(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ntroc"));
    command.current_dir(folder).args(args).env("NO_COLOR", "1").output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What a run is given.
fn seen(folder: &Path, args: &[&str]) -> Json {
    let output = ntroc(folder, &[&["run", "--json"], args].concat());
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn an_entity_goes_over_its_tenant_that_over_everybody_and_the_command_line_over_all() {
    let folder = project(&[("posting.ntro", RUNBOOK), ("ntro.yaml", SETTINGS)]);
    let of = |args: &[&str]| seen(folder.path(), &[&["--runbook", "posting"], args].concat());
    let most = json!({ "amount": "10.00", "currency": "GBP" });
    let spv1 = ["--set", "entity=spv1"];
    assert_eq!(of(&spv1), json!({ "min": 2, "gl": "everybody", "days": [], "most": most }));
    let acme = of(&["--tenant", "acme", "--set", "entity=spv2"]);
    assert_eq!(acme, json!({ "min": 2, "gl": "acme", "days": ["2026-12-24"], "most": most }));
    let both = of(&["--tenant", "acme", "--set", "entity=spv1"]);
    assert_eq!(both, json!({ "min": 7, "gl": "acme", "days": ["2026-12-24"], "most": most }));
    // An entity of that name of another tenant is another entity.
    assert_eq!(of(&["--tenant", "quiet", "--set", "entity=spv1"])["min"], 2);
    let said = of(&["--tenant", "acme", "--set", "entity=spv1", "--config", r#"{"min":9,"most":5}"#]);
    assert_eq!(said["min"], 9);
    assert_eq!((&said["gl"], &said["most"]["amount"]), (&json!("acme"), &json!("5.00")));
    // A child is its parent's tenant's.
    let child = seen(folder.path(), &["--runbook", "parent", "--tenant", "acme", "--set", "entity=spv1"]);
    assert_eq!((&child["min"], &child["gl"]), (&json!(7), &json!("acme")));
}

#[test]
fn what_does_not_fit_is_told_with_its_place_and_what_to_write() {
    let wrong = "
config:
  postin: { min: 2 }
  parent: { min: 2 }
tenants:
  acme:
    config:
      posting: { mim: 3, days: 2026-12-24 }
    entities:
      spv1:
        config:
          posting:
            min: many    # one is enough
            most: 5 EUR
      spv2:
        config:
          nothing-like-it:
run: 'postng'
";
    let folder = project(&[("posting.ntro", RUNBOOK), ("ntro.yaml", wrong)]);
    let output = ntroc(folder.path(), &["check"]);
    is_as_kept(&text(&output.stderr), "wrong.txt");
    assert_eq!(output.status.code(), Some(1));
    // Whatever would use them refuses them, and programs get the same.
    for command in [&["test"][..], &["build"], &["deploy"], &["run", "--runbook", "posting", "--set", "entity=a"]] {
        let output = ntroc(folder.path(), command);
        assert_eq!(output.status.code(), Some(1), "{command:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains("error[N0613]"), "{command:?}: {}", text(&output.stderr));
    }
    let json: Json = serde_json::from_slice(&ntroc(folder.path(), &["check", "--json"]).stdout).unwrap();
    let codes: Vec<_> = json.as_array().unwrap().iter().map(|found| found["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["N0611", "N0612", "N0612", "N0613", "N0613", "N0613", "N0611", "N0611"]);
    assert!(json.as_array().unwrap().iter().all(|found| found["file"] == "ntro.yaml"), "{json:#}");
}

/// Compares what was told with what is kept of it; `UPDATE=1` keeps what was told.
fn is_as_kept(told: &str, name: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/settings").join(name);
    if std::env::var_os("UPDATE").is_some_and(|value| value != "0") {
        fs::write(&file, told).unwrap();
    }
    assert_eq!(told, fs::read_to_string(file).unwrap());
}

#[test]
fn mistakes_of_writing_are_told_in_words_of_people_who_write_settings() {
    let mut all = String::new();
    for wrong in [
        "name: [1\n",
        "name: { a: 1 }\n",
        "name: a\nname: b\n",
        "nmae: a\n",
        "anonymous: alow\n",
        "anonymous: perhaps\n",
        "holidays: 2026-12-24\n",
        "holidays: [2026-02-31]\n",
        "config: 3\n",
        "tenants: [acme]\n",
        "- name: a\n",
        "name: \"a\n",
        "name: a\n  zone: UTC\n",
        "config:\n\tposting: {}\n",
        "zone: Mars/Olympus\n",
        "name: *other\n",
    ] {
        let folder = project(&[("posting.ntro", RUNBOOK), ("ntro.yaml", wrong)]);
        let output = ntroc(folder.path(), &["check"]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        all += &format!("{wrong}{}\n", text(&output.stderr));
    }
    is_as_kept(&all, "writing.txt");
}

#[test]
fn a_mistake_in_a_runbook_is_not_also_one_in_the_settings() {
    let broken = RUNBOOK.replace("min: int = 1", "min: imt = 1");
    let folder = project(&[("posting.ntro", &broken), ("ntro.yaml", SETTINGS)]);
    let told = text(&ntroc(folder.path(), &["check"]).stderr);
    assert!(told.contains("imt") && !told.contains("N0611"), "{told}");
    let folder = project(&[("posting.ntro", RUNBOOK), ("ntro.yaml", "tenants:\n  acme: { confg: {} }\n")]);
    let told = text(&ntroc(folder.path(), &["check"]).stderr);
    assert!(told.contains("ntro.yaml:2:11: there is no key `confg` here") && told.contains("`config`"), "{told}");
}

#[test]
fn the_schema_of_the_configuration_is_what_a_section_is_checked_by() {
    let folder = project(&[("posting.ntro", RUNBOOK), ("ntro.yaml", SETTINGS)]);
    let output = ntroc(folder.path(), &["schema", ".", "posting", "--of", "config"]);
    let schema: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(schema["additionalProperties"], false);
    let names: Vec<_> = schema["properties"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["days", "gl", "min", "most"]);
}
