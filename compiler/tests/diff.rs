//! What is said of two versions of a runbook: one base, one edit a line, and what it means.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may stop at once")]
#![allow(missing_docs, reason = "tests document themselves by their names")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use ntro_compiler::diff::{Weight, diff};
use ntro_compiler::{Level, check};
use ntro_ir::Program;

const BASE: &str = r#"role accountant, manager, director
type Row { id: text, amount: money<GBP>, note: text? }
enum Kind { draft, checked }
type Out { id: text, rows: int }
signal go { ok: bool }
capability ledger.rows(entity: text) -> list<Row> { queue: "ledger" }
capability ledger.post(rows: list<Row>) -> Out { queue: "ledger", within 1m }
runbook kid "Kid" { input { id: text } output: int step a "A" { return 1 } return a }
runbook monthly "Monthly" {
  version: "1.0.0"
  input { entity: text, kind: Kind = draft, note: text? }
  config { most: int = 3, fee: decimal = 2% }
  output: Out
  var heard = 0
  on go (e) where e.ok { heard += 1 }
  await start "Start" {
    on document_submitted where it.source == "a"
    by: accountant
    ask file_upload { title: "File", source: "a", accept: [csv] }
    within 1d else fail "late"
  }
  step rows "Rows" { run ledger.rows(entity) }
  child kids "Kids" {
    for row in rows key row.id at most 2 at once
    run kid(id: row.id)
    on failure collect
  }
  step outer "Outer" {
    step inner "Inner" { return rows.count() }
    step other "Other" { return 2 }
    return inner + other
  }
  approve review "Review" {
    by: accountant
    not_by: start.filename
    show data_table { title: "Rows", rows: rows, key: id, editable: [amount] }
    warn "Many." when rows.count() > 10
    require rows.count() > 0 else refuse "None."
    within 1d else escalate to manager within 1d else fail "Nobody."
    on reject rework from rows at most 2 times else fail "No."
  }
  approve second "Second" { by: director within never on reject fail "No." }
  step post "Post" { run ledger.post(rows: review.value) }
  return post
}
"#;

fn program(source: &str) -> Arc<Program> {
    let checked = check(&BTreeMap::from([("m.ntro".to_owned(), source.into())]));
    let wrong: Vec<_> = checked.diagnostics.iter().filter(|found| found.level == Level::Error).collect();
    assert!(wrong.is_empty(), "{wrong:?}\n{source}");
    checked.runbooks["monthly"].program.clone()
}

fn edited(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(BASE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

fn said(old: &Program, new: &Program) -> String {
    let mut text = String::new();
    for change in diff(old, new) {
        let weight = format!("{:?}", change.weight).to_lowercase();
        writeln!(text, "{weight} {}: {}", change.place, change.message).unwrap();
        change.was.iter().for_each(|line| writeln!(text, "  - {line}").unwrap());
        change.now.iter().for_each(|line| writeln!(text, "  + {line}").unwrap());
    }
    text
}

/// The edit means this, and undoing it is told too.
#[track_caller]
fn means(from: &str, to: &str, expected: &str) {
    let (old, new) = (program(BASE), program(&edited(&[(from, to)])));
    let found = said(&old, &new);
    assert_eq!(found.trim_end(), expected, "\n{from} -> {to}\n{found}");
    assert!(!diff(&new, &old).is_empty(), "{to} -> {from}");
}

#[test]
fn what_means_the_same_is_no_change() {
    let base = program(BASE);
    assert_eq!(said(&base, &base), "");
    for (from, to) in [
        ("  step post", "  // A word.\n  step post"),
        ("version: \"1.0.0\"", "version: \"1.1.0\"\n  tags: [\"x\"]"),
        ("runbook monthly", "/// What it does.\nrunbook monthly"),
        // Another numbering of all that follows.
        ("runbook kid", "fn twice(n: int) -> int = n * 2\nrunbook kid"),
    ] {
        assert_eq!(said(&base, &program(&edited(&[(from, to)]))), "", "{to}");
    }
}

#[test]
fn limits_reminders_and_checks_are_told_before_and_after() {
    means(
        "within 1d else escalate to manager within 1d else fail",
        "within 1d else escalate to director within 1d else fail",
        "weakens review: director is asked too when a limit has run out\nstrengthens review: manager is no longer asked when a limit has run out\nchanges review: its limit is another one\n  - after 1 day manager is asked too\n  + after 1 day director is asked too",
    );
    means(
        "within 1d else fail \"late\"",
        "within 2d else fail \"late\"",
        "changes start: its limit is 2 days, no longer 1 day",
    );
    means(
        "    warn \"Many.\"",
        "    remind every 1d\n    warn \"Many.\"",
        "changes review: people are reminded every 1 day\nchanges review: what follows the decision is another thing\n  + run notify.send { to: reminder.to, subject: reminder.subject, message: reminder.message }\nchanges : it calls `notify.send`",
    );
    let with = |clause: &str| program(&edited(&[("    warn \"Many.\"", &format!("    {clause}\n    warn \"Many.\""))]));
    let (old, new) = (with("remind every 1d"), with("remind every 12h"));
    assert_eq!(said(&old, &new), "changes review: people are reminded every 12 hours, no longer every 1 day\n");
    assert!(said(&old, &program(BASE)).starts_with("changes review: nobody is reminded any more\n"));
}

#[test]
fn weaker_and_stronger_approvals_are_told() {
    means(
        "by: accountant\n    not_by",
        "by: [accountant, manager]\n    not_by",
        "weakens review: manager may decide too\n  - accountant\n  + accountant or manager",
    );
    means(
        "by: accountant\n    not_by",
        "by: manager\n    not_by",
        "weakens review: manager may decide too\n  - accountant\n  + manager\nstrengthens review: accountant may no longer decide",
    );
    means(
        "by: accountant\n    not_by",
        "by: anyone\n    not_by",
        "weakens review: anyone may decide, no longer only \"accountant\"",
    );
    means("    not_by: start.filename\n", "", "weakens review: start.filename may decide here too: `not_by` is gone");
    means(
        "    require rows.count() > 0 else refuse \"None.\"\n",
        "",
        "weakens review: it can be approved without what was required\n  - count(rows) > 0",
    );
    means(
        "else refuse \"None.\"",
        "else refuse \"No rows.\"",
        "shows review: what a refused person is told is another one\n  - \"None.\"\n  + \"No rows.\"",
    );
    means(
        "    warn \"Many.\" when rows.count() > 10\n",
        "",
        "weakens review: it warns of other things\n  - \"Many.\" when count(rows) > 10",
    );
    means(
        "within 1d else escalate to manager within 1d else fail \"Nobody.\"\n    on",
        "within 1d else approve\n    on",
        "strengthens review: manager is no longer asked when a limit has run out\nweakens review: it is approved by nobody when the time is over\n  - after 1 day manager is asked too\n  - after 1 day it is too late\n  + after 1 day it counts as approved\nchanges review: what follows the decision is another thing\n  - if review.decision == late\n  - fail \"Nobody.\"",
    );
    means(
        "approve second \"Second\" {",
        "approve second \"Second\" when rows.count() > 5 {",
        "weakens second: it is left out unless a condition holds\n  + count(rows) > 5",
    );
}

#[test]
fn inputs_configuration_and_output_are_told() {
    means(
        "entity: text, kind",
        "entity: text, period: period, kind",
        "breaks input: `period` has to be given now (period)",
    );
    means(
        "note: text? }\n  config",
        "note: text?, more: int? }\n  config",
        "changes input: `more` may be given (int?)",
    );
    means("note: text? }\n  config", "note: int? }\n  config", "breaks input: `note` is int, no longer text");
    means("note: text? }\n  config", "}\n  config", "breaks input: `note` is no longer read");
    means("kind: Kind = draft", "kind: Kind", "breaks input: `kind` has to be given now");
    means(
        "kind: Kind = draft",
        "kind: Kind = checked",
        "changes input: `kind` is checked where nothing is said, no longer draft",
    );
    means(
        "enum Kind { draft, checked }",
        "enum Kind { draft, checked, filed }",
        "changes input: `kind` can be `filed` too",
    );
    means("most: int = 3", "most: int = 4", "changes config: `most` is 4 where nothing is said, no longer 3");
    means(
        "type Out { id: text, rows: int }",
        "type Out { id: text, rows: int, total: int }",
        "changes output: `total` is there too (int)",
    );
}

#[test]
fn steps_that_come_go_move_and_change_their_names_are_told() {
    means(
        "  step post \"Post\"",
        "  step extra \"Extra\" { return 1 }\n  step post \"Post\"",
        "changes extra: a step that is new, after `second`",
    );
    means(
        "    step other \"Other\" { return 2 }\n    return inner + other",
        "    return inner",
        "changes outer.other: a step that is no longer there\nchanges outer: it does something else\n  - return inner + other\n  + return inner",
    );
    means(
        "    step inner \"Inner\" { return rows.count() }\n    step other \"Other\" { return 2 }\n",
        "    step other \"Other\" { return 2 }\n    step inner \"Inner\" { return rows.count() }\n",
        "changes outer.inner: it stands after `other` now",
    );
    means("\"Post\"", "\"Post it\"", "shows post: its title is another one\n  - \"Post\"\n  + \"Post it\"");
    means("return 2", "return 3", "changes outer.other: it does something else\n  - return 2\n  + return 3");
    means(
        "at most 2 times",
        "at most 3 times",
        "changes review: what follows the decision is another thing\n  - goes back at most 2 times\n  + goes back at most 3 times",
    );
}

#[test]
fn calls_children_waits_and_signals_are_told() {
    means(
        "-> Out { queue: \"ledger\", within 1m }",
        "-> Out { queue: \"books\", within 2m }",
        "changes : `ledger.post`: the queue is books, no longer ledger\nchanges : `ledger.post`: the limit of an attempt is 2m, no longer 1m",
    );
    means(
        "run kid(id: row.id)",
        "run kid(id: row.note ?? row.id)",
        "changes kids: what the child is given is another one\n  - { id: x1.id }\n  + { id: x1.note ?? x1.id }",
    );
    means(
        "runbook kid \"Kid\" { input { id: text }",
        "runbook kid \"Kid\" { input { id: text, n: int = 1 }",
        "breaks kids: it needs a `kid` that takes and gives something else\nchanges kids: what the child is given is another one\n  - { id: x1.id }\n  + { id: x1.id, n: 1 }",
    );
    means(
        "at most 2 at once",
        "at most 9 at once",
        "changes kids: for what it is started is another one\n  - for each of rows key x1.id at most 2 at once\n  + for each of rows key x1.id at most 9 at once",
    );
    means(
        "where it.source == \"a\"",
        "where it.source == \"b\"",
        "changes start: it waits for something else\n  - on document_submitted where x1.source == \"a\"\n  + on document_submitted where x1.source == \"b\"",
    );
    means("by: accountant\n    ask", "ask", "weakens start: anyone may answer, no longer only \"accountant\"");
    means(
        "title: \"File\"",
        "title: \"A file\"",
        "shows start: what is asked for is another thing\n  - title: \"File\"\n  + title: \"A file\"",
    );
    means(
        "on go (e) where e.ok {",
        "on go (e) {",
        "changes : it hears other signals while it runs\n  - on go where x1.ok\n  + on go",
    );
    means(
        "signal go { ok: bool }",
        "signal go { ok: bool, why: text? }",
        "breaks : the signal `go` carries something else (go)",
    );
}

#[test]
fn an_approval_that_is_gone_is_the_weakest_of_all() {
    let second = "  approve second \"Second\" { by: director within never on reject fail \"No.\" }\n";
    means(second, "", "weakens second: an approval that is no longer there");
    means(second, "  step second \"Second\" { return 1 }\n", "weakens second: it is a step, no longer an approval");
}

#[test]
fn a_renamed_step_is_known_by_what_it_does() {
    let new = edited(&[("step rows \"Rows\"", "step lines \"Rows\"")]).replace("rows.count()", "lines.count()");
    let new = new.replace("for row in rows", "for row in lines").replace("rows: rows, key", "rows: lines, key");
    let new = new.replace("rework from rows", "rework from lines");
    let found = said(&program(BASE), &program(&new));
    assert_eq!(found.trim_end(), "breaks lines: it was called `rows`; who waits for it by that name does not find it");
}

#[test]
fn the_gravest_comes_first_in_the_order_of_weights() {
    let mut weights = [Weight::Shows, Weight::Changes, Weight::Breaks, Weight::Strengthens, Weight::Weakens];
    weights.sort_unstable();
    assert_eq!(weights[..2], [Weight::Weakens, Weight::Breaks]);
    assert_eq!(weights[4], Weight::Shows);
}
