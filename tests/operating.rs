//! The commands that operate runs, as far as they go without a server: what they say where there is none, and replays of files.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on should say so at once"
)]

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

/// Exit code, stdout and stderr. `home` is empty, so that nothing of this machine is seen.
fn ntroc(home: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ntroc"))
        .args(args)
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .env("PATH", "")
        .env("TZ", "UTC")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

fn recorded(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime/worker/tests/replay").join(name);
    file.to_string_lossy().into_owned()
}

#[test]
fn without_a_server_every_command_says_so_and_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let commands: [&[&str]; 12] = [
        &["list"],
        &["pending"],
        &["show", "march"],
        &["logs", "march"],
        &["replay", "march"],
        &["retry", "march"],
        &["cancel", "march"],
        &["terminate", "march"],
        &["signal", "march", "go"],
        &["act", "march", "--approve"],
        &["submit", "march", "a.csv"],
        &["worker"],
    ];
    for command in commands {
        let mut args = command.to_vec();
        args.extend(["--address", closed.as_str()]);
        let (code, out, err) = ntroc(home.path(), &args);
        assert_eq!((code, out.as_str()), (2, ""), "{command:?}: {err}");
        assert!(err.contains(&closed) && err.contains("nothing listens there"), "{command:?}: {err}");
        assert!(err.contains("help: start one with `ntroc dev`"), "{command:?}: {err}");
        assert_eq!(err.lines().count(), 2, "one line of what is wrong and one of what to do: {err}");
    }
}

#[test]
fn without_a_server_to_start_each_way_that_was_tried_is_told() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("a.ntro"), "runbook a \"A\" {\n  output: int\n  return 1\n}\n").unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_ntroc"))
        .arg("dev")
        .current_dir(home.path())
        .env_clear()
        .env("HOME", home.path())
        .env("PATH", "")
        .env("NTRO_TEMPORAL_DOWNLOAD", format!("http://{closed}"))
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{err}");
    for way in [
        "NTRO_TEMPORAL_CLI is not set",
        "not on PATH",
        "none in the cache",
        "nothing listens there",
        "Go, which could build it",
    ] {
        assert!(err.contains(way), "{way}: {err}");
    }
}

#[test]
fn a_recorded_history_is_replayed_with_its_values() {
    let home = tempfile::tempdir().unwrap();
    let (code, out, err) = ntroc(home.path(), &["replay", &recorded("document-ingest.json")]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("review") && out.contains("approved by ana") && out.contains("done → "), "{out}");
    assert!(err.contains("History and program agree."), "{err}");
    let (code, out, _) = ntroc(home.path(), &["replay", "--json", &recorded("document-ingest.json")]);
    assert_eq!(code, 0);
    let lines: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["event"] == "gate.decided" && line["step"] == "review"), "{out}");
    assert!(lines.iter().any(|line| line["event"] == "step.completed" && !line["data"]["value"].is_null()), "{out}");
}

#[test]
fn a_history_and_another_program_disagree_at_a_place() {
    let home = tempfile::tempdir().unwrap();
    let other = "capability other.call(n: int) -> int {\n  queue: \"q\"\n}\n\nrunbook document-ingest \"Other\" {\n  \
        input {\n    entity: text\n    period: period\n    source: text\n  }\n  output: int\n\n  \
        step first \"First\" { run other.call(n: 1) }\n\n  return first\n}\n";
    std::fs::write(home.path().join("other.ntro"), other).unwrap();
    let (code, _, err) = ntroc(home.path(), &["replay", &recorded("document-ingest.json"), "--program", "other.ntro"]);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("disagree at event") && err.contains("at `first` (other.ntro:13)"), "{err}");
    assert!(err.contains("the program wants a call of `other.call` at `first`"), "{err}");
    std::fs::write(home.path().join("other.ntro"), other.replace("document-ingest", "something-else")).unwrap();
    let (code, _, err) = ntroc(home.path(), &["replay", &recorded("document-ingest.json"), "--program", "other.ntro"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("has no runbook `document-ingest`") && err.contains("it has something-else"), "{err}");
}

#[test]
fn what_is_no_history_is_refused_with_its_place() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("h.json"), "{ \"events\": [ { \"eventId\": ").unwrap();
    let (code, out, err) = ntroc(home.path(), &["replay", "h.json"]);
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    assert!(err.contains("h.json") && err.contains("no history"), "{err}");
}

#[test]
fn an_action_that_says_nothing_is_asked_what_it_means() {
    let home = tempfile::tempdir().unwrap();
    let (code, _, err) = ntroc(home.path(), &["act", "march"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("what is to be done?") && err.contains("--approve") && err.contains("ntroc pending march"),
        "{err}"
    );
    let (code, _, err) = ntroc(home.path(), &["act", "march", "--correct", "R-1"]);
    assert_eq!(code, 2);
    assert!(err.contains("write --correct ROW.FIELD=VALUE"), "{err}");
    let (code, _, err) = ntroc(home.path(), &["act", "march", "--approve", "--reject"]);
    assert_eq!(code, 2);
    assert!(err.contains("--reject"), "{err}");
}

#[test]
fn completions_know_the_commands() {
    let home = tempfile::tempdir().unwrap();
    let (code, out, _) = ntroc(home.path(), &["completions", "bash"]);
    assert_eq!(code, 0);
    for command in ["submit", "retry", "logs", "terminate", "pending", "replay"] {
        assert!(
            out.contains(&format!("ntroc__subcmd__{command}")) || out.contains(&format!("ntroc__{command}")),
            "{command}"
        );
    }
}
