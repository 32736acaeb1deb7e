//! The binary as people use it: on copies of the examples, with good and with bad input.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may stop where it stands"
)]

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};
use sqlx::{Connection, Row, SqliteConnection};
use tempfile::TempDir;

/// What a command gave.
#[derive(Debug)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    fn json(&self) -> Json {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("stdout is not one JSON value ({error}): {self:?}"))
    }

    #[track_caller]
    fn is(self, code: i32, errors: &[&str]) -> Said {
        assert_eq!(self.code, code, "{self:?}");
        for part in errors {
            assert!(self.err.contains(part), "`{part}` is not on stderr:\n{}", self.err);
        }
        self
    }
}

fn ntroc(folder: &Path, args: &[&str]) -> Said {
    with_stdin(folder, args, "")
}

fn with_stdin(folder: &Path, args: &[&str], stdin: &str) -> Said {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ntroc"))
        .args(args)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read its input closes it; that is no failure of the test.
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).ok();
    let output = child.wait_with_output().unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A copy of an example, without what earlier runs have left.
fn example(name: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join(name);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name), &to);
    (folder, to)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        if name == ".ntro" {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

/// One column of a query, as text.
fn column(database: &Path, sql: &'static str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut database = SqliteConnection::connect(&format!("sqlite://{}", database.display())).await.unwrap();
        let rows = sqlx::query(sql).fetch_all(&mut database).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(0)).collect()
    })
}

fn starter(runbook: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    ntroc(folder.path(), &["new", runbook]).is(0, &[]);
    let project = folder.path().join(runbook);
    (folder, project)
}

#[test]
fn the_examples_check_clean() {
    for name in ["document-ingest", "expense-processor", "nav-monthly"] {
        let (folder, _project) = example(name);
        let said = ntroc(folder.path(), &["check", name]).is(0, &["files"]);
        assert!(said.out.is_empty() && !said.err.contains("error"), "{said:?}");
    }
}

#[test]
fn document_ingest_runs_and_keeps_exact_money() {
    for answers in ["answers-pdf.yaml", "answers-xlsx.yaml"] {
        let (_folder, project) = example("document-ingest");
        let result = ntroc(&project, &["run", "--answers", answers]).is(0, &["completed", ".ntro/ntro.db"]).json();
        assert_eq!(result["corrections_applied"], 1);
        let amounts = column(
            &project.join(".ntro/ntro.db"),
            "SELECT amount FROM ingest_current_amounts WHERE field = 'monthly_rent' AND row_number = 3",
        );
        assert_eq!(amounts, ["950.00"]);
    }
}

#[test]
fn expense_processor_runs_and_its_rows_add_up() {
    let (_folder, project) = example("expense-processor");
    let result = ntroc(&project, &["run", "--answers", "answers.yaml"]).is(0, &["10 of 12 rows accepted"]).json();
    assert_eq!(result["total"], json!({ "amount": "997.02", "currency": "GBP" }));
    let database = project.join(".ntro/ntro.db");
    let hundredths = column(&database, "SELECT CAST(SUM(hundredths) AS TEXT) FROM ingest_current_amounts");
    assert_eq!(hundredths, ["99702"]);
    assert_eq!(column(&database, "SELECT CAST(COUNT(*) AS TEXT) FROM ingest_submitted_documents"), ["2"]);
    let decided = column(&database, "SELECT actor FROM audit WHERE event = 'gate.decided'");
    assert_eq!(decided, ["ana@acme.example"]);
}

#[test]
fn a_signal_fills_the_inbox_too_and_a_program_posts() {
    let (_folder, project) = example("expense-processor");
    // The posting program of the example is replaced by a shell script, so that the test needs no interpreter on this machine.
    let program = project.join("programs/post");
    fs::write(&program, "#!/bin/sh\ncat >/dev/null\necho '{\"reference\": \"GL-1\", \"entries\": 10}'\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let file = project.join("expense-processor.ntro");
    let text = fs::read_to_string(&file).unwrap().replace("programs/gl_post.py", "programs/post");
    fs::write(&file, text).unwrap();
    let result = ntroc(&project, &["run", "--answers", "answers-gl.yaml"]).is(0, &["completed"]).json();
    assert_eq!(result["posting"], "GL-1");
    assert_eq!(result["rejected"], 1);
}

#[test]
fn nav_monthly_runs_with_children_and_a_rework() {
    let (folder, project) = example("nav-monthly");
    let result =
        ntroc(folder.path(), &["run", "nav-monthly", "--answers", "nav-monthly/answers.yaml", "--fast-forward"])
            .is(0, &["completed"])
            .json();
    assert_eq!(result["nav"]["closing"], json!({ "amount": "2638944.02", "currency": "GBP" }));
    assert_eq!(result["signed_by"], "cleo@harbour.example");
    let runs = fs::read_dir(project.join(".ntro/runs")).unwrap().count();
    assert_eq!(runs, 1, "one file holds the run with its children");
}

#[test]
fn virtual_time_lets_limits_run_out() {
    let (_folder, project) = example("document-ingest");
    let said = ntroc(
        &project,
        &["run", "--fast-forward", "--input", r#"{"entity":"acme","period":"2026-03","source":"rent-roll"}"#],
    );
    let said = said.is(1, &["submitted", "waits for a file (rent-roll)", "the run failed"]);
    assert_eq!(said.out, "");
}

#[test]
fn a_wait_that_nobody_can_answer_ends_with_the_lines_that_would() {
    let (_folder, project) = example("document-ingest");
    let said = ntroc(&project, &["run", "--input", r#"{"entity":"acme","period":"2026-03","source":"rent-roll"}"#]);
    let said =
        said.is(2, &["`submitted` waits for a file (rent-roll)", "- step: submitted", "file: path/to/rent-roll"]);
    assert_eq!(said.out, "");
    fs::write(project.join("half.yaml"), "input: { entity: acme, period: 2026-03, source: rent-roll }\nanswers:\n  - { step: submitted, file: inputs/rent-roll.xlsx }\n").unwrap();
    ntroc(&project, &["run", "--answers", "half.yaml"])
        .is(2, &["`review` waits for a decision of accountant", "decide: approve", "roles: [accountant]"]);
}

#[test]
fn a_refused_approval_names_its_place_and_reason() {
    let (_folder, project) = example("document-ingest");
    let text = fs::read_to_string(project.join("answers.yaml")).unwrap();
    let text: String = text.lines().filter(|line| !line.contains("correct:")).map(|line| format!("{line}\n")).collect();
    fs::write(project.join("answers.yaml"), text).unwrap();
    ntroc(&project, &["run", "--answers", "answers.yaml"])
        .is(2, &["answers.yaml:9:5: refused:", "U-03", "waits for a decision"]);
}

#[test]
fn somebody_in_the_wrong_role_is_refused() {
    let (_folder, project) = example("document-ingest");
    let text = fs::read_to_string(project.join("answers.yaml")).unwrap().replace("[accountant]", "[gardener]");
    fs::write(project.join("answers.yaml"), text).unwrap();
    ntroc(&project, &["run", "--answers", "answers.yaml"]).is(2, &["refused:", "accountant"]);
}

#[test]
fn unused_answers_are_told() {
    let (_folder, project) = example("document-ingest");
    let mut text = fs::read_to_string(project.join("answers.yaml")).unwrap();
    text.push_str("  - step: rewiev\n    decide: approve\n");
    fs::write(project.join("answers.yaml"), text).unwrap();
    ntroc(&project, &["run", "--answers", "answers.yaml"])
        .is(0, &["warning: answers.yaml:15:5: this answer was not used (step `rewiev`)"]);
}

#[test]
fn bad_input_is_said_with_its_place() {
    let (_folder, project) = example("document-ingest");
    let run = |args: &[&str]| ntroc(&project, &[&["run"], args].concat());
    run(&["--input", "{\"entity\": \"a\",}"]).is(2, &["--input:1:16", "no JSON"]);
    run(&["--input", "[1]"]).is(2, &["takes an object", "a list"]);
    run(&["--input", "{\"entitty\": \"a\"}"]).is(2, &["has no field `entitty`", "did you mean `entity`?"]);
    run(&["--input", "{\"entity\": \"a\", \"period\": \"March\", \"source\": \"s\"}"])
        .is(2, &["does not fit", "period", "March"]);
    run(&["--set", "entity=a"]).is(2, &["lacks `period`, `source`", "--set period=", "--input '"]);
    run(&["--set", "entity"]).is(2, &["KEY=VALUE"]);
    run(&["--input", "@missing.json"]).is(2, &["there is no file or folder missing.json"]);
    run(&["--input", "@inputs"]).is(2, &["inputs is a folder"]);
    run(&["--config", "{\"min\": 1}"]).is(2, &["the configuration of `document-ingest` has no field `min`"]);
    run(&["--runbook", "document-ingst"]).is(2, &["did you mean `document-ingest`?"]);
    let good = r#"{"entity":"a","period":"2026-03","source":"s"}"#;
    run(&["--db", "inputs", "--input", good]).is(2, &["it is a folder"]);
    let said = with_stdin(&project, &["run", "--input", "-"], "{\"entity\": 7");
    said.is(2, &["stdin:1:12"]);
    fs::write(project.join("latin.json"), b"{\"entity\": \"caf\xe9\"}").unwrap();
    run(&["--input", "@latin.json"]).is(2, &["latin.json:1:16", "UTF-8"]);
    ntroc(&project, &["run", "document-ingst.ntro"])
        .is(2, &["there is no file or folder", "did you mean document-ingest.ntro?"]);
    ntroc(&project, &["run", "answers.yaml"]).is(2, &["does not end in .ntro"]);
    ntroc(&project, &["run", "--nonsense"]).is(2, &["--nonsense"]);
}

#[test]
fn bad_answers_files_are_said_with_their_place() {
    let (_folder, project) = example("document-ingest");
    let with = |text: &str| {
        fs::write(project.join("bad.yaml"), text).unwrap();
        ntroc(&project, &["run", "--answers", "bad.yaml"])
    };
    with("answers:\n  - stepp: a\n    decide: approve\n")
        .is(2, &["bad.yaml:2:", "there is no key `stepp`", "did you mean `step`?"]);
    with("anwsers: []\n").is(2, &["bad.yaml:1:1", "did you mean `answers`?"]);
    with("answers:\n  - step: review\n").is(2, &["bad.yaml:2:5", "does nothing"]);
    with("answers: [\n").is(2, &["bad.yaml:"]);
    with("answers:\n  - step: a\n    signal: b\n").is(2, &["two entries"]);
    let start = "input: { entity: a, period: 2026-03, source: rent-roll }\nanswers:\n";
    with(&format!("{start}  - {{ step: submitted, file: inputs/missing.pdf }}\n"))
        .is(2, &["bad.yaml:3:5", "missing.pdf: there is no such file"]);
    with(&format!("{start}  - {{ step: submitted, file: inputs }}\n")).is(2, &["bad.yaml:3:5", "it is not a file"]);
    with(&format!("{start}  - {{ step: submitted, decide: approve }}\n"))
        .is(2, &["bad.yaml:3:5", "`submitted` waits for a file"]);
    ntroc(&project, &["run", "--answers", "inputs"]).is(2, &["inputs is a folder"]);
}

#[test]
fn a_document_that_cannot_be_read_fails_the_run_and_is_kept() {
    let (_folder, project) = example("document-ingest");
    fs::write(project.join("inputs/garbage.pdf"), b"%PDF-1.7 and then nothing of use").unwrap();
    let text = fs::read_to_string(project.join("answers.yaml")).unwrap().replace("rent-roll.pdf", "garbage.pdf");
    fs::write(project.join("answers.yaml"), text).unwrap();
    let said = ntroc(&project, &["run", "--answers", "answers.yaml", "--fast-forward"])
        .is(1, &["the run failed", "garbage.pdf"]);
    assert_eq!(said.out, "");
    let kept = column(&project.join(".ntro/ntro.db"), "SELECT filename FROM ingest_submitted_documents");
    assert_eq!(kept, ["garbage.pdf"]);
    let ended = column(&project.join(".ntro/ntro.db"), "SELECT event FROM audit WHERE event = 'step.failed'");
    assert!(!ended.is_empty());
}

#[test]
fn a_file_that_is_too_large_is_refused_before_it_is_read() {
    let (_folder, project) = example("document-ingest");
    // A sparse file: large to look at, nothing on the disk.
    fs::File::create(project.join("inputs/large.pdf")).unwrap().set_len(300_000_000).unwrap();
    let text = fs::read_to_string(project.join("answers.yaml")).unwrap().replace("rent-roll.pdf", "large.pdf");
    fs::write(project.join("answers.yaml"), text).unwrap();
    ntroc(&project, &["run", "--answers", "answers.yaml"]).is(2, &["large.pdf", "answers.yaml:5:5"]);
}

#[test]
fn settings_are_read_and_their_errors_have_a_place() {
    let (_folder, project) = starter("close-books");
    let with = |text: &str| {
        fs::write(project.join("ntro.yaml"), text).unwrap();
        ntroc(&project, &["check"])
    };
    with("databse: x\n").is(2, &["ntro.yaml:1:1", "did you mean `database`?"]);
    with("zone: Europe/Lodnon\n").is(2, &["ntro.yaml:1:7", "no time zone"]);
    with("holidays: [2026-12-25, soon]\n").is(2, &["ntro.yaml:1:24", "`soon` is no date"]);
    with("anonymous: maybe\n").is(2, &["ntro.yaml:1:"]);
    with("# nothing\n").is(0, &[]);
    fs::write(project.join("ntro.yaml"), "database: data/books.db\nanonymous: deny\n").unwrap();
    ntroc(&project, &["run", "--answers", "answers.yaml"]).is(0, &["data/books.db"]);
    assert!(project.join("data/books.db").is_file());
}

#[test]
fn nobody_in_particular_may_act_only_where_the_settings_allow_it() {
    let (_folder, project) = starter("close-books");
    let text = fs::read_to_string(project.join("answers.yaml")).unwrap();
    let text: String = text
        .lines()
        .filter(|line| !line.contains("by:") && !line.contains("roles:"))
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(project.join("answers.yaml"), text).unwrap();
    ntroc(&project, &["run", "--answers", "answers.yaml"]).is(0, &["completed"]);
    fs::write(project.join("ntro.yaml"), "anonymous: deny\n").unwrap();
    ntroc(&project, &["run", "--answers", "answers.yaml"]).is(2, &["refused:"]);
}

#[test]
fn a_new_project_checks_formats_and_runs() {
    let (folder, project) = starter("close-books");
    let said = ntroc(&project, &["check"]).is(0, &["3 files checked, no problems"]);
    assert_eq!(said.out, "");
    ntroc(&project, &["fmt", "--check"]).is(0, &[]);
    let played = ntroc(&project, &["test"]).is(0, &["3 scenarios", "all hold"]);
    // Nobody says how the reading goes: every row is accepted.
    assert!(played.out.lines().any(|line| line.contains("happy") && line.ends_with("completed")), "{}", played.out);
    let result = ntroc(&project, &["run", "--answers", "answers.yaml"]).is(0, &["completed"]).json();
    assert_eq!(result["total"], json!({ "amount": "1214.60", "currency": "GBP" }));
    assert_eq!(result["count"], 3);
    ntroc(folder.path(), &["new", "close-books"]).is(2, &["exists already"]);
    ntroc(folder.path(), &["new", "Close Books!"]).is(2, &["such as `close-books`"]);
}

#[test]
fn problems_have_places_that_editors_can_follow() {
    let (_folder, project) = starter("close-books");
    let file = project.join("close-books.ntro");
    let text = fs::read_to_string(&file).unwrap().replace("read\n      key:", "raed\n      key:");
    fs::write(&file, text).unwrap();
    let said = ntroc(&project, &["check"]).is(1, &["close-books.ntro:", "1 error in 3 files"]);
    assert_eq!(said.out, "");
    let found = ntroc(&project, &["check", "--json"]).is(1, &[]).json();
    let text = found.to_string();
    assert!(text.contains("close-books.ntro") && text.contains("N0"), "{text}");
    ntroc(&project, &["run", "--answers", "answers.yaml"]).is(1, &["not run"]);
    ntroc(&project, &["build"]).is(1, &["1 error"]);
    // A file that is not concerned is clean.
    ntroc(&project, &["check", "types.ntro"]).is(0, &["1 file checked"]);
}

#[test]
fn what_cannot_be_checked_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let check = |args: &[&str]| ntroc(folder.path(), &[&["check"], args].concat());
    check(&["nowhere.ntro"]).is(2, &["there is no file or folder nowhere.ntro"]);
    check(&[]).is(2, &["there are no .ntro files"]);
    fs::write(folder.path().join("latin.ntro"), b"// one\n// caf\xe9\n").unwrap();
    check(&[]).is(2, &["latin.ntro:2:7", "UTF-8"]);
    fs::write(folder.path().join("latin.ntro"), "").unwrap();
    check(&[]).is(0, &["N0441", "1 warning in 1 file"]);
    fs::write(folder.path().join("latin.ntro"), "role accountant\n").unwrap();
    check(&[]).is(0, &["1 file checked"]);
}

#[test]
fn programs_are_built_as_listing_and_as_files() {
    let (_folder, project) = starter("close-books");
    let said = ntroc(&project, &["build", "--print"]).is(0, &[]);
    assert!(said.out.contains("close-books") && said.out.lines().count() > 20, "{}", said.out);
    let said = ntroc(&project, &["build", "-o", "out"]).is(0, &[]);
    let program: Json =
        serde_json::from_str(&fs::read_to_string(project.join("out/close-books.json")).unwrap()).unwrap();
    assert_eq!(program["name"], "close-books");
    assert!(project.join("out/close-books.map.json").is_file());
    let again = ntroc(&project, &["build", "-o", "out"]).is(0, &[]);
    assert_eq!(said.out, again.out, "the digest is the same");
}

#[test]
fn formatting_is_told_and_done() {
    let (_folder, project) = starter("close-books");
    let file = project.join("types.ntro");
    let good = fs::read_to_string(&file).unwrap();
    fs::write(&file, good.replace("  number:", "     number:")).unwrap();
    ntroc(&project, &["fmt", "--check"]).is(1, &["not formatted: types.ntro"]);
    ntroc(&project, &["fmt"]).is(0, &["formatted types.ntro"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), good);
    for stdin in ["--stdin", "-"] {
        let said = with_stdin(&project, &["fmt", stdin], "type  A {\n x: int }\n").is(0, &[]);
        assert!(said.out.starts_with("type A {"), "{}", said.out);
    }
    // What is too long is refused rather than cut off.
    let long = format!("type A {{ x: int }}\n{}", " ".repeat(4_000_000));
    let said = with_stdin(&project, &["fmt", "-"], &long).is(2, &["more than 4000000 bytes"]);
    assert_eq!(said.out, "");
    fs::write(&file, "type {\n").unwrap();
    ntroc(&project, &["fmt"]).is(1, &["types.ntro:1:", "left as it is"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "type {\n");
}

#[test]
fn codes_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let list = ntroc(folder.path(), &["explain"]).is(0, &[]);
    let code = list.out.split_whitespace().next().unwrap().to_owned();
    let page = ntroc(folder.path(), &["explain", &code.to_lowercase()]).is(0, &[]);
    assert!(page.out.contains(&code), "{}", page.out);
    ntroc(folder.path(), &["explain", "N9999"]).is(2, &["there is no code `N9999`"]);
}

#[test]
fn help_and_completions_go_to_stdout() {
    let folder = tempfile::tempdir().unwrap();
    for args in [
        &["--help"][..],
        &["run", "--help"],
        &["check", "--help"],
        &["version"],
        &["completions", "bash"],
        &["--version"],
    ] {
        let said = ntroc(folder.path(), args).is(0, &[]);
        assert!(said.out.contains("ntroc") && said.err.is_empty(), "{args:?}: {said:?}");
    }
    assert!(ntroc(folder.path(), &["run", "--help"]).out.contains("Exit codes:"));
    ntroc(folder.path(), &[]).is(2, &["Usage"]);
}

#[test]
fn colours_are_used_only_where_they_are_wanted() {
    let folder = tempfile::tempdir().unwrap();
    assert!(!ntroc(folder.path(), &["check", "x.ntro"]).is(2, &[]).err.contains('\u{1b}'));
    assert!(ntroc(folder.path(), &["--color", "always", "check", "x.ntro"]).is(2, &[]).err.contains('\u{1b}'));
}

#[test]
fn a_trace_holds_calls_and_answers() {
    let (_folder, project) = starter("close-books");
    ntroc(&project, &["run", "--answers", "answers.yaml", "--trace", "trace.jsonl", "--json"]).is(0, &[]);
    let lines: Vec<Json> = fs::read_to_string(project.join("trace.jsonl"))
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(lines.iter().any(|line| line["call"] == "records.commit"));
    assert!(lines.iter().any(|line| line["answer"]["ok"]["rows"].is_array()));
    assert_eq!(lines.last().unwrap()["event"], "run.ended");
}

#[test]
fn runs_that_share_a_database_do_not_mix() {
    let (_folder, project) = starter("close-books");
    for _ in 0..2 {
        ntroc(&project, &["run", "--answers", "answers.yaml"]).is(0, &[]);
    }
    let commits =
        column(&project.join(".ntro/ntro.db"), "SELECT CAST(COUNT(*) AS TEXT) FROM ingest_extracted_payloads");
    assert_eq!(commits, ["2"]);
}

/// Runs a command whose stdout or stderr nobody reads beyond the first byte.
fn read_briefly(folder: &Path, args: &[&str], stderr: bool) -> i32 {
    use std::io::Read;
    let mut command = Command::new(env!("CARGO_BIN_EXE_ntroc"));
    command.args(args).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut first = [0_u8; 1];
    // The pipe that is read a little is closed then; the other one is drained so that it does not fill up.
    if stderr {
        child.stderr.take().unwrap().read_exact(&mut first).unwrap();
        child.stdout.take().unwrap().read_to_string(&mut String::new()).unwrap();
    } else {
        drop(child.stdout.take());
        let mut text = String::new();
        child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        assert!(!text.contains("panicked"), "{text}");
    }
    child.wait().unwrap().code().unwrap_or(-1)
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let (_folder, project) = starter("close-books");
    let run = ["run", "--answers", "answers.yaml"];
    assert_eq!(read_briefly(&project, &run, false), 0);
    assert_eq!(read_briefly(&project, &run, true), 0);
    assert_eq!(read_briefly(&project, &["explain"], false), 0);
    assert_eq!(read_briefly(&project, &["build", "--print"], false), 0);
}

#[test]
fn a_file_of_another_kind_or_size_is_refused_with_what_is_accepted() {
    let (_folder, project) = example("document-ingest");
    let with = |file: &str| {
        let text = fs::read_to_string(project.join("answers.yaml")).unwrap();
        fs::write(project.join("other.yaml"), text.replace("inputs/rent-roll.pdf", file)).unwrap();
        ntroc(&project, &["run", "--answers", "other.yaml"])
    };
    let accepted = "accepted: PDF or Excel (.xlsx) up to 50 MB";
    let said =
        with("README.md").is(2, &["other.yaml:5:5: README.md is Markdown;", accepted, "what it has done is kept"]);
    assert!(
        !said.err.contains("was not used"),
        "the run was stopped, so nothing is wrong with the other answers:\n{}",
        said.err
    );
    fs::File::create(project.join("inputs/large.pdf")).unwrap().set_len(60_000_000).unwrap();
    with("inputs/large.pdf").is(2, &["other.yaml:5:5: large.pdf has 58 MB;", accepted]);
    fs::write(project.join("inputs/renamed.xlsx"), "unit,rent\nU-01,5\n").unwrap();
    with("inputs/renamed.xlsx").is(2, &["renamed.xlsx is not Excel (.xlsx), whatever its name says", accepted]);
    fs::write(project.join("inputs/empty.pdf"), "").unwrap();
    with("inputs/empty.pdf").is(2, &["other.yaml:5:5: empty.pdf is empty"]);
    let database = project.join(".ntro/ntro.db");
    assert!(
        column(&database, "SELECT filename FROM ingest_submitted_documents").is_empty(),
        "refused files are not kept"
    );
    assert!(!column(&database, "SELECT event FROM audit").is_empty(), "what happened before is");
}

/// Runs the expense processor with a first file of its own making, which is followed by a sound one.
fn with_expenses(name: &str, content: &[u8]) -> (Said, TempDir, PathBuf) {
    let (folder, project) = example("expense-processor");
    fs::write(project.join("inputs").join(name), content).unwrap();
    let answers = format!(
        "input: {{ entity: acme-spv1, period: 2026-03 }}\nconfig: {{ min_rows: 14 }}\nanswers:\n  - {{ step: collect.upload, file: inputs/{name} }}\n"
    );
    fs::write(project.join("bad.yaml"), answers).unwrap();
    (ntroc(&project, &["run", "--answers", "bad.yaml"]), folder, project)
}

#[test]
fn a_table_that_cannot_be_read_is_asked_for_again_and_kept() {
    let sound = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/expense-processor/inputs/expenses.csv"),
    )
    .unwrap();
    let head = sound.lines().next().unwrap();
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("nul.csv", vec![0; 3_000], "nul.csv cannot be read: it is not text"),
        (
            "quote.csv",
            sound.replacen("R-1001,", "\"R-1001,", 1).into_bytes(),
            "the quotation mark in line 2 is not closed",
        ),
        (
            "comma.csv",
            format!("{head}\nR-1,2026-03-02,Trainline,Return,1,200.00\n").into_bytes(),
            "row 2, it has more cells than the table has columns",
        ),
        ("short.csv", format!("{head}\nR-1,2026-03-02\n").into_bytes(), "row 2, Amount: it is empty"),
        ("words.csv", b"Colour,Size\nred,1\n".to_vec(), "words.csv has no table with the columns"),
        ("head.csv", head.as_bytes().to_vec(), "head.csv: 0 of 0 rows accepted"),
        ("zip.xlsx", b"PK\x03\x04 and no workbook".to_vec(), "zip.xlsx cannot be read: it is not a sound workbook"),
        ("bomb.xlsx", bomb(), "bomb.xlsx cannot be read: it would unpack to more than"),
    ];
    for (name, content, reason) in cases {
        let (said, _folder, project) = with_expenses(name, &content);
        let said = said.is(2, &[reason, "`collect.upload~2` waits for a file"]);
        assert_eq!(said.out, "", "{name}");
        let kept = column(&project.join(".ntro/ntro.db"), "SELECT filename FROM ingest_submitted_documents");
        assert_eq!(kept, [name]);
    }
}

/// A ZIP whose one entry says that it unpacks to 4 GB.
fn bomb() -> Vec<u8> {
    let name = b"xl/worksheets/sheet1.xml";
    let mut zip = Vec::new();
    let common = |zip: &mut Vec<u8>| {
        zip.extend_from_slice(&[20, 0, 0, 0, 8, 0, 0, 0, 0, 0]);
        zip.extend_from_slice(&[0; 4]);
        zip.extend_from_slice(&2_u32.to_le_bytes());
        zip.extend_from_slice(&4_000_000_000_u32.to_le_bytes());
        zip.extend_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
        zip.extend_from_slice(&[0, 0]);
    };
    zip.extend_from_slice(b"PK\x03\x04");
    common(&mut zip);
    zip.extend_from_slice(name);
    zip.extend_from_slice(&[3, 0]);
    let directory = zip.len();
    zip.extend_from_slice(b"PK\x01\x02\x14\x00");
    common(&mut zip);
    zip.extend_from_slice(&[0; 14]);
    zip.extend_from_slice(name);
    let size = zip.len() - directory;
    zip.extend_from_slice(b"PK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00");
    zip.extend_from_slice(&u32::try_from(size).unwrap().to_le_bytes());
    zip.extend_from_slice(&u32::try_from(directory).unwrap().to_le_bytes());
    zip.extend_from_slice(&[0, 0]);
    zip
}

#[test]
fn tables_in_other_encodings_are_read() {
    let sound = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/expense-processor/inputs/expenses.csv"),
    )
    .unwrap();
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(sound.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let windows: Vec<u8> = sound
        .replace("Trainline", "Caf\u{e9}")
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?'))
        .collect();
    let dos = [b"\xef\xbb\xbf".to_vec(), sound.replace('\n', "\r\n").into_bytes()].concat();
    for (name, content, note) in
        [("utf16.csv", utf16, ""), ("windows.csv", windows, "Windows-1252"), ("dos.csv", dos, "")]
    {
        let (said, _folder, _project) = with_expenses(name, &content);
        said.is(2, &[&format!("{name}: 10 of 12 rows accepted"), note]);
    }
}

#[test]
fn documents_that_are_broken_fail_the_step_and_are_kept() {
    let (_folder, project) = example("document-ingest");
    let text = fs::read_to_string(project.join("answers.yaml")).unwrap();
    // Cut in the middle, as a download that broke off.
    let whole = fs::read(project.join("inputs/rent-roll.xlsx")).unwrap();
    fs::write(project.join("inputs/cut.xlsx"), &whole[..whole.len() / 2]).unwrap();
    let pdf = fs::read(project.join("inputs/rent-roll.pdf")).unwrap();
    fs::write(project.join("inputs/cut.pdf"), &pdf[..pdf.len() / 3]).unwrap();
    for (index, name) in ["cut.xlsx", "cut.pdf"].into_iter().enumerate() {
        fs::write(project.join("bad.yaml"), text.replace("rent-roll.pdf", name)).unwrap();
        ntroc(&project, &["run", "--answers", "bad.yaml"])
            .is(1, &["the run failed at `parsed`", &format!("{name} cannot be read: ")]);
        let kept = column(
            &project.join(".ntro/ntro.db"),
            "SELECT filename FROM ingest_submitted_documents ORDER BY uploaded_at",
        );
        assert_eq!(kept.len(), index + 1);
    }
}

#[test]
fn values_that_do_not_fit_are_said_with_their_file_and_place() {
    let (_folder, project) = example("document-ingest");
    let with = |text: &str| {
        fs::write(project.join("bad.yaml"), text).unwrap();
        ntroc(&project, &["run", "--answers", "bad.yaml"])
    };
    with("input:\n  entity: a\n  period: March\n  source: s\n").is(2, &["bad.yaml:3:11: the input of", "period"]);
    with("input:\n  entity: a\n  perod: 2026-03\n").is(2, &["bad.yaml:3:10: the input of", "did you mean `period`?"]);
    with("input: [1]\n").is(2, &["bad.yaml:1:"]);
    with("input: { entity: a, entity: b }\n").is(2, &["bad.yaml:1:", "entity"]);
    let (_folder, project) = example("expense-processor");
    let settings = fs::read_to_string(project.join("ntro.yaml")).unwrap();
    let settings: String =
        settings.lines().take_while(|line| !line.starts_with("config:")).map(|line| format!("{line}\n")).collect();
    let line = settings.lines().count() + 3;
    fs::write(project.join("ntro.yaml"), format!("{settings}config:\n  expense-processor:\n    min_rows: many\n"))
        .unwrap();
    let given = r#"{"entity":"a","period":"2026-03"}"#;
    ntroc(&project, &["run", "--input", given]).is(
        1,
        &[&format!("ntro.yaml:{line}:15\n"), "The configuration of `expense-processor` does not fit", "min_rows"],
    );
    let said = ntroc(&project, &["run", "--input", given, "--config", r#"{"min_rows":"few"}"#]);
    let said = said.is(2, &["the configuration of `expense-processor` does not fit", "min_rows"]);
    assert!(!said.err.contains("ntro.yaml:"), "the command line is meant, not the file:\n{}", said.err);
}

#[test]
fn paths_are_those_from_where_the_person_is() {
    let (folder, project) = starter("close-books");
    let other = folder.path().join("elsewhere");
    fs::create_dir_all(other.join("inside")).unwrap();
    // A folder beside the one with settings is no part of its project, whatever way leads there.
    fs::write(other.join("bad.ntro"), "type {\n").unwrap();
    ntroc(&project, &["check", "../elsewhere"]).is(1, &["../elsewhere/bad.ntro:1:"]);
    ntroc(&other.join("inside"), &["check", ".."]).is(1, &["../bad.ntro:1:"]);
    let run = ["run", "../close-books/close-books.ntro", "--answers", "../close-books/answers.yaml", "--json"];
    let said = ntroc(&other, &run).is(0, &["../close-books/.ntro/ntro.db"]);
    assert_eq!(said.json()["count"], 3);
}

#[test]
fn a_run_is_headed_once() {
    let (_folder, project) = example("expense-processor");
    let said = ntroc(&project, &["run", "--answers", "answers.yaml"]).is(0, &[]);
    assert_eq!(said.err.lines().next().unwrap().matches("Expense processor").count(), 1, "{}", said.err);
}

#[test]
fn other_texts_than_utf8_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let text: Vec<u8> = std::iter::once(0xfeff).chain("type A {}".encode_utf16()).flat_map(u16::to_le_bytes).collect();
    fs::write(folder.path().join("a.ntro"), text).unwrap();
    ntroc(folder.path(), &["check"]).is(2, &["a.ntro:1:1: this is UTF-16 text", "encoding UTF-8"]);
    fs::write(folder.path().join("a.ntro"), "\u{feff}type A {\r\n  x: int\r\n}\r\n").unwrap();
    ntroc(folder.path(), &["check"]).is(0, &["1 file checked, no problems"]);
    std::os::unix::fs::symlink(".", folder.path().join("ring")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path().join("gone.ntro")).unwrap();
    ntroc(folder.path(), &["check"]).is(0, &["1 file checked"]);
    let said = ntroc(folder.path(), &["check", "gone.ntro"]).is(2, &["there is no file or folder gone.ntro"]);
    assert!(!said.err.contains("did you mean"), "{}", said.err);
}

#[test]
fn databases_that_cannot_be_used_are_left_alone() {
    let (_folder, project) = starter("close-books");
    let run = |database: &str| ntroc(&project, &["run", "--answers", "answers.yaml", "--db", database]);
    fs::write(project.join("noise.db"), b"this is no database, whatever its name says").unwrap();
    run("noise.db").is(2, &["noise.db is not a database"]);
    assert_eq!(fs::read(project.join("noise.db")).unwrap(), b"this is no database, whatever its name says");
    run("kept.db").is(0, &[]);
    let bytes = fs::read(project.join("kept.db")).unwrap();
    fs::write(project.join("cut.db"), &bytes[..bytes.len() / 2]).unwrap();
    run("cut.db").is(2, &["cut.db is damaged", "backup"]);
}

/// What `records.previous` answered in a run, by its trace.
fn previous(trace: &Path) -> Json {
    let text = fs::read_to_string(trace).unwrap();
    let lines: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let call = lines.iter().find(|line| line["call"] == "records.previous").unwrap();
    let answer = lines
        .iter()
        .find(|line| line["seq"] == call["seq"] && line["run"] == call["run"] && line["answer"].is_object());
    answer.unwrap()["answer"]["ok"].clone()
}

#[test]
fn the_second_month_finds_what_the_first_has_filed() {
    let (_folder, project) = example("nav-monthly");
    let run = |answers: &str, trace: &str| {
        ntroc(&project, &["run", "--answers", answers, "--fast-forward", "--trace", trace]).is(0, &["completed"]).json()
    };
    let first = run("answers.yaml", "first.jsonl");
    assert_eq!(first["period"], "2025-12");
    assert_eq!(previous(&project.join("first.jsonl")), Json::Null);
    let text = fs::read_to_string(project.join("answers.yaml")).unwrap();
    fs::write(project.join("january.yaml"), text.replace("2025-12", "2026-01")).unwrap();
    assert_eq!(run("january.yaml", "second.jsonl")["period"], "2026-01");
    let found = previous(&project.join("second.jsonl")).to_string();
    assert!(found.contains("Fee on the rent of December"), "the corrected journals of December: {found}");
    // The same month once more finds the month before it, and not itself.
    run("answers.yaml", "third.jsonl");
    assert_eq!(previous(&project.join("third.jsonl")), Json::Null);
    let runs =
        column(&project.join(".ntro/ntro.db"), "SELECT DISTINCT task_id FROM audit WHERE task_id NOT LIKE '%:%'");
    assert_eq!(runs.len(), 3, "{runs:?}");
}

/// Starts a run whose posting program never ends, waits until it is there, and sends so many signals.
fn interrupted(signal: &str, times: usize) -> (Said, TempDir, PathBuf) {
    let (folder, project) = example("expense-processor");
    let program = project.join("programs/post");
    fs::write(&program, "#!/bin/sh\necho there > \"$0.started\"\nsleep 60\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let file = project.join("expense-processor.ntro");
    let text = fs::read_to_string(&file).unwrap().replace("programs/gl_post.py", "programs/post");
    fs::write(&file, text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ntroc"));
    command.args(["run", "--answers", "answers-gl.yaml"]).current_dir(&project);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !project.join("programs/post.started").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it has ended before the program has begun");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let mut err = child.stderr.take().unwrap();
    let mut text = String::new();
    for time in 0..times {
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        // The first one is answered before the second one is sent, because two of a kind at once are one.
        while time + 1 < times && !text.contains("cancelling the run") {
            let mut some = [0_u8; 256];
            let read = std::io::Read::read(&mut err, &mut some).unwrap();
            assert!(read > 0, "{text}");
            text.push_str(&String::from_utf8_lossy(&some[..read]));
        }
    }
    std::io::Read::read_to_string(&mut err, &mut text).unwrap();
    let code = child.wait().unwrap().code().unwrap_or(-1);
    (Said { code, out: String::new(), err: text }, folder, project)
}

#[test]
fn an_interrupt_cancels_and_a_second_one_quits() {
    for (signal, times, code, message) in
        [("-INT", 2, 130, "quit before the run had ended"), ("-TERM", 1, 1, "the run was cancelled")]
    {
        let (said, _folder, project) = interrupted(signal, times);
        said.is(code, &["cancelling the run", message]);
        // What was done before is kept.
        let kept =
            column(&project.join(".ntro/ntro.db"), "SELECT CAST(COUNT(*) AS TEXT) FROM ingest_extracted_payloads");
        assert_eq!(kept, ["1"]);
    }
}

#[test]
fn check_fix_mends_what_is_certain_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("a.ntro");
    let link = folder.path().join("link.ntro");
    let wrong = "runbook a \"A\" {\r\n  input { vendors: text }\r\n  output: text\r\n  verson: '1'\r\n  return vendor;\r\n}\r\n";
    fs::write(&file, wrong).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    // What is only a guess stays, and with it the exit code.
    let said = ntroc(folder.path(), &["check", "--fix"]);
    let said = said.is(1, &["fixed a.ntro:4:3", "a.ntro:5:16", "3 problems fixed in 1 file; 1 error in 1 file"]);
    assert!(!said.err.contains("vendor` is written"), "{said:?}");
    let mended = wrong.replace("verson: '1'", "version: \"1\"").replace(';', "");
    assert_eq!(fs::read_to_string(&file).unwrap(), mended);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    // Nothing is left to do.
    ntroc(folder.path(), &["check", "--fix"]).is(1, &["nothing to fix; 1 error in 1 file"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), mended);
    // For programs, and through a link that stays one.
    fs::write(&file, wrong.replace("vendors", "vendor")).unwrap();
    let said = ntroc(folder.path(), &["check", "--fix", "--json"]).is(0, &[]);
    let json = said.json();
    assert_eq!(json["problems"], json!([]));
    let codes: Vec<&str> = json["fixed"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["N0419", "N0127", "N0130"]);
    fs::rename(&file, folder.path().join("real.txt")).unwrap();
    std::os::unix::fs::symlink("real.txt", &link).unwrap();
    fs::write(folder.path().join("real.txt"), wrong.replace("vendors", "vendor")).unwrap();
    ntroc(folder.path(), &["check", "--fix"]).is(0, &["3 problems fixed in 1 file"]);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    // A folder in which nothing can be written.
    fs::write(folder.path().join("real.txt"), wrong).unwrap();
    fs::create_dir(folder.path().join("real.ntro.new")).unwrap();
    ntroc(folder.path(), &["check", "--fix"]).is(2, &["link.ntro cannot be written"]);
    assert_eq!(fs::read_to_string(folder.path().join("real.txt")).unwrap(), wrong);
}
