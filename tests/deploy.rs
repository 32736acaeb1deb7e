//! `ntroc deploy`, its plan and its bindings as far as they need no server, and `ntroc diff`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "a test may stop where it stands")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;
use tempfile::TempDir;

const CHILD: &str = r#"runbook kid "Kid" {
  version: "1.0.0"
  input { id: text }
  output: text
  step a "A" { return id }
  return a
}
"#;

const PARENT: &str = r#"role accountant, manager
runbook monthly "Monthly" {
  version: "1.0.0"
  input { entity: text, period: period }
  output: text
  child kid "Kid" { run kid(id: entity) }
  approve review "Review" {
    by: accountant
    within 1d else fail "Nobody."
    on reject fail "No."
  }
  return kid
}
"#;

const BOUND: &str = r#"workflow acme-monthly {
  runbook:  monthly
  entity:   "acme"
  schedule: "0 8 5 * *"
  zone:     "Europe/London"
  with:     { period: previous_period(today()) }
}
"#;

/// Nobody listens there.
const NOWHERE: [&str; 2] = ["--address", "127.0.0.1:1"];

struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    /// The command ended so, and said these.
    #[track_caller]
    fn is(self, code: i32, parts: &[&str]) -> Said {
        let all = format!("{}{}", self.out, self.err);
        assert_eq!(self.code, code, "{all}");
        for part in parts {
            assert!(all.contains(part), "`{part}` is not said:\n{all}");
        }
        self
    }
}

fn ntroc(folder: &Path, args: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ntroc"));
    command
        .args(args)
        .current_dir(folder)
        .env_remove("TEMPORAL_ADDRESS")
        .env_remove("NTRO_BUNDLES")
        .env("NO_COLOR", "1");
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    folder
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
}

#[test]
fn a_plan_changes_nothing_and_tells_what_would() {
    let project = project(&[("kid.ntro", CHILD), ("monthly.ntro", PARENT)]);
    let folder = project.path();
    let plan = || ntroc(folder, &["deploy", ".", "--plan", NOWHERE[0], NOWHERE[1]]);
    let first = plan().is(0, &["kid  1.0.0", "monthly  1.0.0", "new", "not known: which runs are in flight"]);
    assert!(!first.out.contains("workflow"), "{}", first.out);
    assert!(!folder.join(".ntro").exists());

    ntroc(folder, &["deploy", "."]).is(0, &["monthly  1.0.0", "deployed"]);
    plan().is(0, &["unchanged"]);

    // The same version with something else in it is refused, by the plan and by the deploy, and nothing is written.
    let weaker = PARENT.replace("by: accountant", "by: [accountant, manager]");
    write(folder, &[("monthly.ntro", &weaker), ("kid.ntro", &CHILD.replace("1.0.0", "1.1.0"))]);
    plan().is(
        1,
        &["refused: this version is deployed already with another content", "weaker    review: manager may decide too"],
    );
    ntroc(folder, &["deploy", "."]).is(2, &["nothing was deployed", "monthly: version 1.0.0", "another `version`"]);
    assert!(!folder.join(".ntro/bundles/kid/1.1.0").exists());

    let next = weaker.replace("1.0.0", "1.1.0").replace("entity: text, period", "entity: text, fund: text, period");
    write(folder, &[("monthly.ntro", &next)]);
    plan().is(
        0,
        &[
            "instead of 1.0.0",
            "  weaker    review: manager may decide too\n              - accountant\n              + accountant or manager\n  breaks    input: `fund` has to be given now (text)\n",
            "kid  1.1.0",
            "it does the same; only its version",
        ],
    );
    assert!(!folder.join(".ntro/bundles/monthly/1.1.0").exists());
}

#[test]
fn a_parent_without_its_child_is_refused() {
    let project = project(&[("kid.ntro", CHILD), ("monthly.ntro", PARENT)]);
    let folder = project.path();
    let alone = ["deploy", "monthly.ntro"];
    ntroc(folder, &alone).is(2, &["monthly: the runbook `kid`, which it starts, is not deployed"]);
    assert!(!folder.join(".ntro/bundles/monthly").exists());
    ntroc(folder, &["deploy", "kid.ntro"]).is(0, &[]);
    ntroc(folder, &alone).is(0, &[]);
    // A child with another input; the parent was compiled against it and is deployed without it.
    let other = CHILD.replace("1.0.0", "2.0.0").replace("id: text", "id: text, more: text");
    let parent = PARENT.replace("1.0.0", "2.0.0").replace("kid(id: entity)", "kid(id: entity, more: entity)");
    write(folder, &[("kid.ntro", &other), ("monthly.ntro", &parent)]);
    ntroc(folder, &alone).is(2, &["no deployed version of `kid` (1.0.0) takes and gives"]);
    ntroc(folder, &["deploy", "."]).is(0, &[]);
}

#[test]
fn a_binding_waits_for_the_server_and_the_runbooks_do_not() {
    let project = project(&[("kid.ntro", CHILD), ("monthly.ntro", &format!("{PARENT}{BOUND}"))]);
    let folder = project.path();
    ntroc(folder, &["deploy", ".", "--plan", NOWHERE[0], NOWHERE[1]]).is(
        0,
        &["workflow acme-monthly  would be new  monthly for acme, 0 8 5 * * Europe/London, follows the deployed version"],
    );
    ntroc(folder, &["deploy", ".", NOWHERE[0], NOWHERE[1]])
        .is(2, &["monthly  1.0.0", "their schedules are not made", "deploy once more"]);
    assert!(folder.join(".ntro/bundles/monthly/1.0.0/manifest.json").exists());
    let record = fs::read_to_string(folder.join(".ntro/bundles/.bindings/acme-monthly.json")).unwrap();
    assert!(record.contains("previous_period"), "{record}");

    // Another schedule in the same file asks for no other version of the runbook.
    write(folder, &[("monthly.ntro", &format!("{PARENT}{}", BOUND.replace("0 8 5", "0 9 5")))]);
    ntroc(folder, &["deploy", ".", "--plan", NOWHERE[0], NOWHERE[1]])
        .is(0, &["monthly  1.0.0", "unchanged", "workflow acme-monthly  would change"]);

    // A version that the binding does not fit, from a project that does not have the binding.
    let next = PARENT.replace("1.0.0", "2.0.0").replace("period: period", "month: period");
    write(folder, &[("monthly.ntro", &next)]);
    ntroc(folder, &["deploy", "."]).is(
        2,
        &["workflow acme-monthly, which is bound already: its input needs `month`", "ntroc unbind acme-monthly"],
    );
    // A version that is not there cannot be pinned.
    let pinned = BOUND.replace("zone:", "pin:      \"9.0.0\"\n  zone:");
    write(folder, &[("monthly.ntro", &format!("{PARENT}{pinned}"))]);
    ntroc(folder, &["deploy", "."])
        .is(2, &["workflow acme-monthly: version 9.0.0 of `monthly` is not deployed; there are 1.0.0"]);
}

#[test]
fn options_bind_like_a_block_does() {
    let project = project(&[("kid.ntro", CHILD), ("monthly.ntro", PARENT)]);
    let folder = project.path();
    let deploy = |more: &[&str]| {
        let mut args = vec!["deploy", ".", "--plan", NOWHERE[0], NOWHERE[1]];
        args.extend(more);
        ntroc(folder, &args)
    };
    let with = "{ period: previous_period(today()) }";
    deploy(&["--runbook", "monthly", "--entity", "Acme SPV 1", "--schedule", "0 8 5 * *", "--with", with])
        .is(0, &["workflow monthly-acme-spv-1  would be new  monthly for Acme SPV 1, 0 8 5 * * UTC"]);
    deploy(&["--runbook", "monthly", "--bind", "mine", "--entity", "a", "--pin", "1.0.0", "--with", "period: 2026-03"])
        .is(0, &["workflow mine  would be new  monthly for a, started by hand, pinned to 1.0.0"]);
    deploy(&["--runbook", "monthly", "--entity", "acme", "--schedule", "0 25 5 * *", "--with", with]).is(
        1,
        &["error[N0603]", "the command line:4:", "The hour of this schedule cannot be read", "nothing was deployed"],
    );
    deploy(&["--runbook", "monthly", "--entity", "acme"]).is(1, &["error[N0307]", "`monthly` needs `period`"]);
    deploy(&["--entity", "acme"]).is(2, &["which runbook is bound is not said", "kid, monthly"]);
    deploy(&["--runbook", "montly", "--entity", "acme"]).is(2, &["there is no such runbook here"]);
    deploy(&["--runbook", "monthly"]).is(2, &["the binding has no name", "--entity"]);
    deploy(&["--runbook", "monthly", "--entity", "a\"b"]).is(2, &["--entity a\"b: quotation marks"]);
    deploy(&["--runbook", "monthly", "--bind", "A B"]).is(2, &["--bind A B", "small letters"]);
}

#[test]
fn two_versions_are_told_apart() {
    let old = project(&[("kid.ntro", CHILD), ("monthly.ntro", PARENT)]);
    let new =
        project(&[("kid.ntro", CHILD), ("monthly.ntro", &PARENT.replace("    by: accountant\n", "    by: anyone\n"))]);
    let (a, b) = (old.path().to_str().unwrap(), new.path().to_str().unwrap());
    let here = Path::new(".");
    ntroc(here, &["diff", a, a]).is(0, &["kid  the same\n", "monthly  the same\n"]);
    let text = ntroc(here, &["diff", a, b]).is(1, &["kid  the same\nmonthly  differs\n"]);
    assert_eq!(
        text.out,
        "kid  the same\nmonthly  differs\n  weaker    review: anyone may decide, no longer only \"accountant\"\n"
    );
    let json: Json = serde_json::from_str(&ntroc(here, &["diff", a, b, "--json"]).is(1, &[]).out).unwrap();
    assert_eq!(json[1]["runbook"], "monthly");
    assert_eq!(json[1]["changes"][0]["weight"], "weakens");
    assert_eq!(json[1]["changes"][0]["about"], "approval");

    // A deployed version against a file of another name; what only people see is no difference that matters.
    ntroc(old.path(), &["deploy", "."]).is(0, &[]);
    let bundle = old.path().join(".ntro/bundles/kid/1.0.0");
    let titled = project(&[("k.ntro", &CHILD.replace("\"A\"", "\"B\"").replace("runbook kid", "runbook kid-two"))]);
    let (bundle, file) = (bundle.to_str().unwrap(), titled.path().join("k.ntro"));
    ntroc(here, &["diff", bundle, file.to_str().unwrap()])
        .is(0, &["kid-two  differs", "shows     a: its title is another one"]);
    ntroc(here, &["diff", a, file.to_str().unwrap()]).is(1, &["kid  no longer there", "kid-two  new"]);
    write(titled.path(), &[("k.ntro", "runbook x {")]);
    ntroc(here, &["diff", a, file.to_str().unwrap()]).is(2, &["has 1 error"]);
    ntroc(here, &["diff", a, "nowhere"]).is(2, &["there is no file or folder nowhere"]);
}
