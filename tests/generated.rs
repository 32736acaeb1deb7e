//! What `ntroc` makes of runbooks: schemas, documents, skills and pictures, held against what the runbooks themselves do.

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
use std::process::Command;

use serde_json::{Value as Json, json};
use tempfile::TempDir;

/// Exit code, standard output, standard error.
fn ntroc(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let said = Command::new(env!("CARGO_BIN_EXE_ntroc")).args(args).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (said.status.code().unwrap(), text(said.stdout), text(said.stderr))
}

#[track_caller]
fn works(folder: &Path, args: &[&str]) -> String {
    let (code, out, err) = ntroc(folder, args);
    assert_eq!(code, 0, "{args:?}: {err}");
    out
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// Every runbook of the examples: its project and its name.
fn runbooks() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for project in fs::read_dir(examples()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for file in fs::read_dir(&project).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|ext| ext == "ntro") {
                let text = fs::read_to_string(&file).unwrap();
                let names = text.lines().filter_map(|line| line.strip_prefix("runbook ")?.split_whitespace().next());
                found.extend(names.map(|name| (project.clone(), name.to_owned())));
            }
        }
    }
    found.sort();
    assert!(found.len() >= 4, "{found:?}");
    found
}

/// Whether a schema takes a value.
fn takes(schema: &Json, value: &Json) -> bool {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("memory:schema", schema.clone()).unwrap();
    let index = compiler.compile("memory:schema", &mut schemas).unwrap_or_else(|error| panic!("{error}: {schema:#}"));
    schemas.validate(value, index).is_ok()
}

const FORMS: &str = r#"
type Line { name: text, amount: money<GBP>, when: date? }
enum Colour { red, green }

/// Takes all that can be given.
runbook forms "Forms" {
  input {
    count:   int
    rate:    decimal = 0.5   /// a share
    due:     date?
    at:      datetime?
    month:   period?
    wait:    duration?
    price:   money<GBP>?     /// what it costs
    any:     money?
    code:    currency?
    colour:  Colour?
    line:    Line?
    lines:   list<Line> = []
    names:   map<text>?
    paper:   file?
    more:    json?
    sure:    bool = true
  }
  config { most: int = 3 }
  output: int
  return count
}
"#;

/// The schema takes exactly what `ntroc run` takes.
#[test]
fn the_schema_of_an_input_takes_what_a_run_takes() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("forms.ntro"), FORMS).unwrap();
    let schema: Json = serde_json::from_str(&works(folder.path(), &["schema", "forms.ntro"])).unwrap();
    assert_eq!(schema["properties"]["rate"]["default"], "0.5");
    assert!(schema["properties"]["price"]["description"].as_str().unwrap().starts_with("what it costs"));
    let (mut taken, mut refused) = (0, 0);
    for value in [
        json!({ "count": 1 }),
        json!({ "count": "12" }),
        json!({ "count": 1.5 }),
        json!({ "count": "1.5" }),
        json!({ "count": true }),
        json!({}),
        json!([]),
        json!({ "count": 1, "cuont": 2 }),
        json!({ "count": 1, "rate": "0.25" }),
        json!({ "count": 1, "rate": 0.25 }),
        json!({ "count": 1, "rate": null }),
        json!({ "count": 1, "rate": "a quarter" }),
        json!({ "count": 1, "due": "2026-03-31" }),
        json!({ "count": 1, "due": "31.03.2026" }),
        json!({ "count": 1, "due": "2026-13-01" }),
        json!({ "count": 1, "at": "2026-03-31T09:00:00Z" }),
        json!({ "count": 1, "at": "2026-03-31T09:00:00" }),
        json!({ "count": 1, "month": "2026-03" }),
        json!({ "count": 1, "month": "2026-3" }),
        json!({ "count": 1, "wait": "1h30m" }),
        json!({ "count": 1, "wait": "PT1H" }),
        json!({ "count": 1, "wait": "an hour" }),
        json!({ "count": 1, "price": { "amount": "500.01", "currency": "GBP" } }),
        json!({ "count": 1, "price": { "amount": 500.01 } }),
        json!({ "count": 1, "price": "500.01 GBP" }),
        json!({ "count": 1, "price": 500.01 }),
        json!({ "count": 1, "price": { "amount": "500.01", "currency": "EUR" } }),
        json!({ "count": 1, "price": "500.01 EUR" }),
        json!({ "count": 1, "any": "500.01 EUR" }),
        json!({ "count": 1, "any": 500.01 }),
        json!({ "count": 1, "code": "GBP" }),
        json!({ "count": 1, "code": "pounds" }),
        json!({ "count": 1, "colour": "red" }),
        json!({ "count": 1, "colour": "blue" }),
        json!({ "count": 1, "line": { "name": "a", "amount": 1 } }),
        json!({ "count": 1, "line": { "name": "a", "amount": 1, "unknown": 1 } }),
        json!({ "count": 1, "line": { "name": "a" } }),
        json!({ "count": 1, "lines": [{ "name": "a", "amount": 1, "when": null }] }),
        json!({ "count": 1, "lines": {} }),
        json!({ "count": 1, "lines": null }),
        json!({ "count": 1, "names": { "a": "b" } }),
        json!({ "count": 1, "names": { "a": 1 } }),
        json!({ "count": 1, "paper": { "document_ref": "d-1", "filename": "a.pdf" } }),
        json!({ "count": 1, "paper": "d-1" }),
        json!({ "count": 1, "paper": { "filename": "a.pdf" } }),
        json!({ "count": 1, "more": { "a": [1, 2] } }),
        json!({ "count": 1, "sure": false }),
        json!({ "count": 1, "sure": "no" }),
    ] {
        let (code, _, err) = ntroc(folder.path(), &["run", "forms.ntro", "--input", &value.to_string()]);
        assert!(code == 0 || code == 2, "{value}: {err}");
        assert_eq!(takes(&schema, &value), code == 0, "{value}: {err}");
        if code == 0 { taken += 1 } else { refused += 1 }
    }
    assert!(taken >= 20 && refused >= 15, "{taken} were taken, {refused} refused");
}

#[test]
fn settings_results_and_signals_have_schemas() {
    let project = examples().join("expense-processor");
    let config: Json =
        serde_json::from_str(&works(&project, &["schema", ".", "expense-processor", "--of", "config"])).unwrap();
    assert_eq!(config["properties"]["min_rows"]["default"], 1);
    assert!(takes(&config, &json!({})) && takes(&config, &json!({ "min_rows": 3, "gl": "uk" })));
    assert!(!takes(&config, &json!({ "min_row": 3 })) && !takes(&config, &json!({ "min_rows": [] })));
    let signals: Json =
        serde_json::from_str(&works(&project, &["schema", ".", "expense-processor", "--of", "signals"])).unwrap();
    let sent = json!({ "kind": "expense", "data": { "receipt": "R", "spent_on": "2026-01-03", "vendor": "Shell", "amount": 1 } });
    assert!(takes(&signals["data_submitted"], &sent), "{:#}", signals["data_submitted"]);
    assert!(!takes(&signals["data_submitted"], &json!({ "kind": "expense", "data": {} })));
}

/// What an example's run yields fits the schema of its result.
#[test]
fn a_result_fits_its_schema() {
    let folder = TempDir::new().unwrap();
    for name in ["expense-processor", "document-ingest"] {
        let project = examples().join(name);
        let schema: Json = serde_json::from_str(&works(&project, &["schema", ".", name, "--of", "output"])).unwrap();
        let db = folder.path().join(format!("{name}.db"));
        let answers = project.join("answers.yaml");
        let (answers, db) = (answers.to_str().unwrap(), db.to_str().unwrap());
        let result = works(&project, &["run", ".", "--answers", answers, "--db", db, "--fast-forward", "--json"]);
        let result: Json = serde_json::from_str(&result).unwrap();
        assert!(takes(&schema, &result), "{result:#}\n{schema:#}");
        assert!(!takes(&schema, &json!({})));
    }
}

#[test]
fn every_example_has_a_document_and_a_picture() {
    for (project, name) in runbooks() {
        let html = works(&project, &["doc", ".", &name, "--format", "html"]);
        let markdown = works(&project, &["doc", ".", &name]);
        let svg = works(&project, &["graph", ".", &name, "--format", "svg"]);
        let graph: Json = serde_json::from_str(&works(&project, &["graph", ".", &name, "--format", "json"])).unwrap();
        for chapter in ["Purpose", "Steps", "Who decides", "Limits", "How it can fail", "Evidence that is kept"] {
            assert!(html.contains(&format!("<h2>{chapter}</h2>")), "{name} lacks {chapter}");
            assert!(markdown.contains(&format!("\n## {chapter}\n")), "{name} lacks {chapter}");
        }
        assert!(html.contains(svg.trim_end()), "the picture of {name} stands in its document");
        for forbidden in ["<script", "src=", "href=", "@import", "url("] {
            assert!(!html.contains(forbidden), "{forbidden} in the document of {name}");
        }
        let mut labels: Vec<&str> =
            html.split("role=\"region\" aria-label=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let tables = labels.len();
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), tables, "who hears the document of {name} can tell its tables apart");
        // Each block has its heading in both, whatever signs its title has.
        for node in graph["nodes"].as_array().unwrap() {
            if ["step", "approve", "await", "child", "agent"].contains(&node["kind"].as_str().unwrap()) {
                let id = node["id"].as_str().unwrap();
                assert!(markdown.contains(&format!("(`{id}`)")), "{id} is not in the document of {name}");
            }
        }
    }
}

#[test]
fn a_document_says_who_decides_and_what_follows() {
    let markdown = works(&examples(), &["doc", "nav-monthly", "nav-monthly"]);
    for part in [
        "| `controller` | 11 Sign off | decides |",
        "must not decide (four eyes)",
        // Lengths of time and lists of names are told in words.
        "within 2 working days; then `manager` may decide too, within 2 days; then it fails",
        "**May be corrected:** `account`, `name`, `debit`, `credit`, `memo`",
        "to a program of this project",
        "`end_of(period) <= today()`",
        "the figures that were committed",
    ] {
        assert!(markdown.contains(part), "`{part}` is not in\n{markdown}");
    }
    assert_eq!(markdown, works(&examples(), &["doc", "nav-monthly", "nav-monthly"]));
}

#[test]
fn what_people_wrote_is_escaped_in_documents() {
    let folder = TempDir::new().unwrap();
    let text = "/// A <b>bold</b> | claim & \"more\" *stars*\nrunbook x \"<script>alert(1)</script>\" {\n  input { a: text }\n  output: text\n  \
                step one \"<img src=x onerror=1> | a\" { require a != \"<i>|</i>\" else fail \"</main> {{ a }}\" }\n  return a\n}\n";
    fs::write(folder.path().join("x.ntro"), text).unwrap();
    let html = works(folder.path(), &["doc", "x.ntro", "--format", "html"]);
    for tag in ["<script", "<img", "<b>", "<i>"] {
        assert!(!html.contains(tag), "{tag}");
    }
    assert!(html.contains("&lt;img src=x onerror=1&gt;"));
    let markdown = works(folder.path(), &["doc", "x.ntro"]);
    assert!(markdown.contains("\\<b\\>bold\\</b\\> \\| claim &amp; \"more\" \\*stars\\*"), "{markdown}");
    assert!(markdown.lines().filter(|line| line.contains("onerror")).all(|line| line.contains("\\<img")));
}

#[test]
fn the_commands_say_what_is_missing() {
    let folder = TempDir::new().unwrap();
    let says = |args: &[&str], code: i32, part: &str| {
        let (found, _, err) = ntroc(folder.path(), args);
        assert_eq!(found, code, "{args:?}: {err}");
        assert!(err.contains(part), "{args:?}: `{part}` is not in {err}");
    };
    fs::write(
        folder.path().join("a.ntro"),
        "runbook one {\n  output: int\n  return 1\n}\nrunbook two {\n  output: int\n  return 1\n}\n",
    )
    .unwrap();
    for command in ["graph", "schema", "doc", "skill"] {
        says(&[command, "nowhere"], 2, "there is no file or folder nowhere");
        says(&[command, "a.ntro"], 2, "name one of `one`, `two` behind the path");
        says(&[command, "a.ntro", "twoo"], 2, "did you mean `two`?");
        says(&[command, "a.ntro", "one", "-o", "no/such/folder"], 2, "cannot be written");
        assert_eq!(ntroc(folder.path(), &[command, "a.ntro", "one", "-o", "out"]).0, 0);
        assert!(fs::metadata(folder.path().join("out")).unwrap().len() > 10);
    }
    // A text with mistakes has a picture, but no schema.
    fs::write(
        folder.path().join("a.ntro"),
        "runbook one {\n  output: int\n  return 1\n}\nrunbook two {\n  step a { run }\n",
    )
    .unwrap();
    assert_eq!(ntroc(folder.path(), &["graph", "a.ntro", "two"]).0, 0);
    says(&["schema", "a.ntro", "two"], 1, "error");
    says(&["doc", "a.ntro", "two"], 1, "error");
}

const SKILL: &str = r#"---
id: rb-claims
slug: claims
name: Claims & "refunds"
description: >
  Takes a claim in, has it read,
  and pays it.
classification: TREASURY
tags: [Claim, HITL]
jurisdictions: [any]
version: 0.2.0
state: DRAFT

steps:
  - id: await_claim
    label: Await the claim
    component: FILE_UPLOAD
    responsibility: client
    timeout_minutes: 1440
    config:
      accept: ["application/pdf", "text/csv"]
      instructions: Hand in the {{ form }}.
      max_size_mb: 25
    description: Blocks until the claim is here.
  - id: read
    label: Read it
    activity: claims.read_form
    component: LOADING
    timeout_minutes: 5
  - id: review-lines
    label: Review the lines
    component: DATA_TABLE
    responsibility: accountant
    timeout_minutes: 90
    config:
      columns: [{ key: vendor, label: Vendor }, { key: Amount }]
  - id: return
    label: Sign
    component: APPROVAL_FORM
    responsibility: Fund controller
  - id: report
    label: Report
    component: SUMMARY
  - { id: report, label: Report again }

config_schema:
  global:
    source: { type: string, default: "claims", description: Where it comes from }
    max_rows: { type: number, default: 5 }
    share: { type: number, default: 0.25 }
    strict: { type: boolean, default: true }
    kinds: { type: array, items: { type: string }, default: [a, b] }
    anything: { type: object }
  steps:
    read: { deep: { type: boolean } }
---

# Claims

Whatever stands here stays behind.
"#;

/// The front matter of a runbook.md as JSON.
fn front_matter(text: &str) -> Json {
    let inside = text.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap().0;
    serde_saphyr::from_str(inside).unwrap_or_else(|error| panic!("{error}: {inside}"))
}

#[test]
fn a_runbook_md_becomes_a_project_and_the_other_way_round() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("runbook.md"), SKILL).unwrap();
    let told = works(folder.path(), &["import", "runbook.md"]);
    for note in [
        "`classification` has no place in a runbook.",
        "`config.max_size_mb` of the step `await_claim` is not carried over.",
        "The settings of the step `read` are not carried over.",
        "The step `return` is called `return_step` here.",
        "The text behind the front matter is not carried over.",
    ] {
        assert!(told.contains(note), "`{note}` is not in {told}");
    }
    let runbook = fs::read_to_string(folder.path().join("claims/claims.ntro")).unwrap();
    assert!(!runbook.to_uppercase().contains("TODO"), "{runbook}");
    let (code, _, err) = ntroc(folder.path(), &["check", "claims"]);
    assert_eq!(code, 0, "{err}\n{runbook}");
    // What is left to do is told: the settings are there, and the steps that read them are still to be written.
    let told: Vec<&str> = err.lines().filter(|line| line.starts_with("warning")).collect();
    assert_eq!(told.len(), 6, "{err}\n{runbook}");
    assert!(told.iter().all(|line| line.starts_with("warning[N0230]: Nothing reads the setting")), "{err}");
    assert_eq!(ntroc(folder.path(), &["fmt", "--check", "claims"]).0, 0, "{runbook}");

    let (before, after) = (front_matter(SKILL), front_matter(&works(folder.path(), &["skill", "claims"])));
    for key in ["id", "slug", "name", "version", "tags"] {
        assert_eq!(before[key], after[key], "{key}");
    }
    assert_eq!(after["description"], "Takes a claim in, has it read, and pays it.");
    let (old, new) = (before["steps"].as_array().unwrap(), after["steps"].as_array().unwrap());
    assert_eq!(old.len(), new.len());
    for (old, new) in old.iter().zip(new).take(3) {
        for key in ["label", "component", "responsibility", "timeout_minutes", "description"] {
            // How long a step of the system may take is said of its capability.
            if !(key == "timeout_minutes" && old["id"] == "read") {
                assert_eq!(old[key], new[key], "{key} of {}", old["id"]);
            }
        }
    }
    assert_eq!(new[0]["config"]["accept"], json!(["pdf", "csv"]));
    assert_eq!(new[2]["config"]["columns"], json!([{ "key": "id" }, { "key": "vendor" }, { "key": "amount" }]));
    let settings = &after["config_schema"]["global"];
    assert_eq!(settings["source"]["default"], "claims");
    assert_eq!(settings["max_rows"]["default"], 5);
    assert_eq!(settings["share"]["default"], "0.25");
    assert_eq!(settings["kinds"]["default"], json!(["a", "b"]));
}

/// What is written of any runbook can be made into a project again, and that one has the same front matter.
#[test]
fn every_example_goes_there_and_back() {
    for (project, name) in runbooks() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("runbook.md");
        works(&project, &["skill", ".", &name, "-o", file.to_str().unwrap()]);
        works(folder.path(), &["import", "runbook.md", "-o", "back"]);
        let (before, after) = (
            front_matter(&fs::read_to_string(&file).unwrap()),
            front_matter(&works(folder.path(), &["skill", "back"])),
        );
        for key in ["id", "slug", "name", "description", "version", "tags"] {
            assert_eq!(before[key], after[key], "{key} of {name}");
        }
        let ids = |of: &Json| -> Vec<String> {
            of["steps"].as_array().unwrap().iter().map(|step| step["id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(ids(&before), ids(&after), "{name}");
        // Nothing is overwritten.
        let (code, _, err) = ntroc(folder.path(), &["import", "runbook.md", "-o", "back"]);
        assert!(code == 2 && err.contains("is there already"), "{err}");
    }
}

/// Many a runbook.md has only a name in front, and its steps in the text.
#[test]
fn steps_are_found_in_the_text() {
    let folder = TempDir::new().unwrap();
    let text = "---\nname: Month end close\nversion: 1.2.0\n---\n# Close\n\n## 1. Collect trial balance\nWait for \"it\" {{ now }}.\n\n\
                ## 2. Review\n## Contacts\nAnn\n";
    fs::write(folder.path().join("runbook.md"), text).unwrap();
    let told = works(folder.path(), &["import", "runbook.md"]);
    assert!(told.contains("The steps are those of the text"), "{told}");
    let runbook = fs::read_to_string(folder.path().join("month-end-close/month-end-close.ntro")).unwrap();
    for part in [
        "runbook month-end-close \"Month end close\"",
        "/// Wait for \"it\"",
        "step collect_trial_balance \"Collect trial balance\"",
    ] {
        assert!(runbook.contains(part), "`{part}` is not in {runbook}");
    }
    assert!(!runbook.contains("Contacts"), "{runbook}");
    let (code, _, err) = ntroc(folder.path(), &["check", "month-end-close"]);
    assert_eq!(code, 0, "{err}\n{runbook}");
    // Without a name the first heading is one, and then the file.
    fs::write(folder.path().join("closing.md"), "---\nversion: 1.0.0\n---\n# Close the books\n").unwrap();
    works(folder.path(), &["import", "closing.md"]);
    assert!(folder.path().join("close-the-books").exists());
    fs::write(folder.path().join("closing.md"), "---\nversion: 1.0.0\n---\n").unwrap();
    works(folder.path(), &["import", "closing.md"]);
    assert!(folder.path().join("closing").exists());
}

#[test]
fn broken_front_matter_is_told_with_its_place() {
    let folder = TempDir::new().unwrap();
    for (text, part) in [
        ("# Only text\n", "runbook.md:1:1: there is no front matter"),
        ("---\nslug: a\n", "the front matter does not end"),
        ("---\n---\n", "runbook.md:2:1: the front matter is empty"),
        ("---\nslug: ''\n---\n", "runbook.md:2:7: `slug` is empty"),
        ("---\nslug: a\nsteps:\n  - label: One\n---\n", "runbook.md:4"),
        ("---\nslug: a\ntags: [a, b\n---\n", "runbook.md:"),
        ("---\nslug: a\nsteps: 5\n---\n", "runbook.md:3:8"),
    ] {
        fs::write(folder.path().join("runbook.md"), text).unwrap();
        let (code, _, err) = ntroc(folder.path(), &["import", "runbook.md"]);
        assert_eq!(code, 2, "{text}: {err}");
        assert!(err.contains(part), "{text}: `{part}` is not in {err}");
        assert!(!folder.path().join("a").exists());
    }
}
