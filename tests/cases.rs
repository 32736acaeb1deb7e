//! Cases: each file of `tests/cases/` is one small project with what it must give.
//!
//! A case is text. Sections begin with a line `-- NAME --`. Files in: `NAME.ntro`, `input.json`, `config.yaml`, `mocks.yaml` (answers of capabilities by name),
//! `answers.yaml` (what people do), `options.yaml` (`anonymous`, `zone`, `holidays`, `tenant`, `entity`). Out, compared where the section is there:
//! `diagnostics`, `listing`, `trace`, `scenarios` (how each `scenario` ends, then `happy` and `reject_all` of each runbook), and `query NAME`: the
//! first run's answer when nothing more happens. Text before the first section says what the case is about. `UPDATE=1 cargo test --test cases` writes the outcomes into the files; read what they say before committing them.
//!
//! Without `answers.yaml` a trace has somebody who says yes to everything. Time is virtual and starts on Monday 2026-01-05T09:00 UTC.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may stop where it stands"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ntro_compiler::{Sources, report};
use ntro_harness::answers::{Answer, Book};
use ntro_harness::mocks::{Mock, Mocks};
use ntro_harness::player::{Happening, People, Played, play};
use ntro_harness::{Checks, Local, Options, RunEnd, RunKey, scenario};
use ntro_ir::Program;
use serde::Deserialize;
use serde_json::{Value as Json, json};

#[test]
fn cases() {
    let mut files = Vec::new();
    find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"), &mut files);
    files.sort();
    assert!(!files.is_empty(), "there are no cases");
    let update = std::env::var_os("UPDATE").is_some_and(|value| value != "0");
    let only = std::env::var("CASE").unwrap_or_default();
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| file.to_string_lossy().contains(&only)) {
        let text = fs::read_to_string(file).unwrap();
        let case = Case::parse(&text);
        let compared = case.sections.iter().any(|(name, _)| is_outcome(name));
        assert!(compared, "{} has nothing to compare; add a line `-- diagnostics --`", file.display());
        let actual = case.with_outcomes();
        if actual == text {
            continue;
        }
        if update {
            fs::write(file, actual).unwrap();
        } else {
            wrong.push(format!("{}\n{}", file.display(), difference(&text, &actual)));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} cases differ; look, then UPDATE=1 cargo test --test cases\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "txt") {
            files.push(path);
        }
    }
}

/// A case: what it is about, and its sections in order.
struct Case {
    about: String,
    sections: Vec<(String, String)>,
}

const OUTCOMES: [&str; 4] = ["diagnostics", "listing", "trace", "scenarios"];

fn is_outcome(section: &str) -> bool {
    OUTCOMES.contains(&section) || section.starts_with("query ")
}

/// What a case may say about its host.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    anonymous: bool,
    zone: Option<String>,
    holidays: Vec<jiff::civil::Date>,
    tenant: Option<String>,
    entity: Option<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { anonymous: true, zone: None, holidays: Vec::new(), tenant: None, entity: None }
    }
}

impl Case {
    fn parse(text: &str) -> Case {
        let mut case = Case { about: String::new(), sections: Vec::new() };
        for line in text.lines() {
            let name = line.strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --"));
            match (name, case.sections.last_mut()) {
                (Some(name), _) => case.sections.push((name.to_owned(), String::new())),
                (None, Some((_, body))) => writeln!(body, "{line}").unwrap(),
                (None, None) => writeln!(case.about, "{line}").unwrap(),
            }
        }
        case
    }

    fn section(&self, name: &str) -> Option<&str> {
        self.sections.iter().find(|(known, _)| known == name).map(|(_, body)| body.as_str())
    }

    /// The case's text with what really came out.
    fn with_outcomes(&self) -> String {
        let sources: Sources = self
            .sections
            .iter()
            .filter(|(name, _)| name.ends_with(".ntro"))
            .map(|(name, body)| (name.clone(), Arc::from(body.as_str())))
            .collect();
        assert!(!sources.is_empty(), "a case without a .ntro section: {}", self.about);
        let checked = ntro_compiler::check(&sources);
        let programs: BTreeMap<String, Arc<Program>> =
            checked.runbooks.iter().map(|(name, compiled)| (name.clone(), compiled.program.clone())).collect();
        let runs = self.sections.iter().any(|(name, _)| name == "trace" || name.starts_with("query "));
        let (trace, local) = if runs { self.trace(&programs) } else { (String::new(), None) };
        let mut text = self.about.clone();
        for (name, body) in &self.sections {
            let body = match name.as_str() {
                "diagnostics" => report::render(&checked.diagnostics, &sources, false),
                "listing" => {
                    programs.values().map(|program| ntro_ir::listing::listing(program)).collect::<Vec<_>>().join("\n")
                }
                "trace" => trace.clone(),
                "scenarios" => scenarios(&checked, &programs),
                other => match (other.strip_prefix("query "), &local) {
                    (Some(query), Some(local)) => answer_of(local, query),
                    _ => body.clone(),
                },
            };
            let outcome = is_outcome(name);
            let lines: Vec<&str> = body.lines().map(|line| if outcome { line.trim_end() } else { line }).collect();
            let body = lines.join("\n");
            let body = if outcome { body.trim_matches('\n') } else { body.as_str() };
            writeln!(text, "-- {name} --").unwrap();
            if !body.is_empty() || !outcome && !lines.is_empty() {
                writeln!(text, "{body}").unwrap();
            }
        }
        text
    }

    fn json(&self, name: &str) -> Json {
        self.section(name).map_or_else(
            || json!({}),
            |text| serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}")),
        )
    }

    fn yaml<T: serde::de::DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.section(name).map(|text| serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}")))
    }

    /// Runs the first runbook of the case, and says line by line what happened. The run is replayed and restored from snapshots on the way.
    fn trace(&self, programs: &BTreeMap<String, Arc<Program>>) -> (String, Option<Local>) {
        let first = self.sections.iter().find_map(|(_, body)| {
            body.lines().find_map(|line| line.strip_prefix("runbook ")?.split_whitespace().next())
        });
        let Some(program) = first.and_then(|name| programs.get(name)) else { return ("no program\n".to_owned(), None) };
        let settings = self.yaml::<Settings>("options.yaml").unwrap_or_default();
        let configs = self.yaml::<BTreeMap<String, Json>>("config.yaml").unwrap_or_default();
        let options = Options {
            seed: "case".into(),
            configs,
            anonymous: settings.anonymous,
            zone: settings.zone,
            holidays: settings.holidays,
            tenant: settings.tenant,
            entity: settings.entity,
            checks: Checks { replay: true, snapshots: true },
            ..Options::default()
        };
        let mut local = Local::new(programs.clone(), "2026-01-05T09:00:00Z".parse().unwrap(), options);
        let root = local.start(&program.name, "run", self.json("input.json")).unwrap();
        let mut mocks = Mocks::new(self.yaml::<BTreeMap<String, Vec<Mock>>>("mocks.yaml").unwrap_or_default());
        let answers = self.yaml::<Vec<Answer>>("answers.yaml");
        let played = match answers {
            Some(answers) => {
                let mut book = Book::new(
                    answers.into_iter().enumerate().map(|(at, answer)| (answer, format!("answer {}", at + 1))),
                );
                let mut played = play(&mut local, &root, &mut mocks, &mut People::Book(&mut book));
                let unused: Vec<String> =
                    book.unused().into_iter().map(|(place, what)| format!("{place} not used: {what}")).collect();
                if !unused.is_empty() {
                    played.fault =
                        Some([played.fault.unwrap_or_default(), unused.join("\n")].join("\n").trim().to_owned());
                }
                played
            }
            None => play(&mut local, &root, &mut mocks, &mut People::Yes),
        };
        (written(&root, &played), Some(local))
    }
}

/// How the scenarios end, one after the other. Every activation is tried twice, and every state is written and read back.
fn scenarios(checked: &ntro_compiler::Checked, programs: &BTreeMap<String, Arc<Program>>) -> String {
    let options = Options { checks: Checks { replay: true, snapshots: true }, ..Options::default() };
    let mut text = String::new();
    let mut tell = |name: String, played: &scenario::Outcome| {
        let took = scenario::elapsed(played.started, played.ended);
        let how = if played.passed() { "holds" } else { "does not hold" };
        writeln!(text, "{name}: {how} ({took}, {} steps)", played.steps).unwrap();
        if let Some(broken) = &played.broken {
            writeln!(text, "  {}:{} {}", broken.place.line, broken.place.column, broken.line).unwrap();
            writeln!(text, "  expected: {}\n  happened: {}", broken.expected, broken.happened).unwrap();
            for moment in &played.story[played.story.len().saturating_sub(12)..] {
                writeln!(text, "  {:>8} {}", moment.elapsed, moment.text).unwrap();
            }
            for (step, waits) in &played.open {
                writeln!(text, "  open: {step} waits for {waits}").unwrap();
            }
        }
    };
    for scenario in &checked.scenarios {
        tell(scenario.title.clone(), &scenario::play(programs, scenario, &options));
    }
    for name in programs.keys() {
        for which in scenario::Builtin::ALL {
            let played = scenario::play_builtin(programs, name, which, &options);
            let end = match &played.end {
                Some(RunEnd::Completed(_)) => "completed".to_owned(),
                Some(RunEnd::Failed(failure)) => format!("failed: {}", failure.message),
                Some(RunEnd::Cancelled) => "cancelled".to_owned(),
                None => format!("no end: {}", played.unfinished.as_deref().unwrap_or_default()),
            };
            tell(format!("{} of {name}, {end}", which.name()), &played);
        }
    }
    text
}

/// The first run's answer to a query, laid out.
fn answer_of(local: &Local, query: &str) -> String {
    let answer = local.runs().first().and_then(|root| local.query(root, query));
    answer.map_or_else(|| "unknown\n".to_owned(), |answer| serde_json::to_string_pretty(&answer).unwrap())
}

fn written(root: &RunKey, played: &Played) -> String {
    let mut text = String::new();
    let start: jiff::Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
    for happening in &played.happenings {
        let (run, at, line) = match happening {
            Happening::Call { run, call, attempt, at } => {
                let again = if *attempt > 1 { format!(" attempt {attempt}") } else { String::new() };
                (run, *at, format!("call {} {}{again} {}", call.context.step, call.capability, call.args))
            }
            Happening::Event { run, event } => {
                let data = if event.data.is_null() || event.data == json!({}) {
                    String::new()
                } else {
                    format!(" {}", event.data)
                };
                (run, event.at, format!("{} {}{data}", event.name, event.step))
            }
            Happening::Refused { run, message, at } => (run, *at, format!("refused {message}")),
            Happening::Finished { run, end, at } => {
                let how = match end {
                    RunEnd::Completed(result) => format!("completed {result}"),
                    RunEnd::Failed(failure) => format!("failed {}: {}", failure.kind, failure.message),
                    RunEnd::Cancelled => "cancelled".to_owned(),
                };
                (run, *at, how)
            }
        };
        let child = run.as_str().strip_prefix(root.as_str()).unwrap_or_default().trim_start_matches(':');
        let child = if child.is_empty() { String::new() } else { format!("[{child}] ") };
        writeln!(text, "{} {child}{line}", elapsed(start, at)).unwrap();
    }
    for wait in &played.stuck {
        writeln!(text, "waits {} {}", wait.address, wait.kind).unwrap();
    }
    if let Some(fault) = &played.fault {
        writeln!(text, "stopped: {fault}").unwrap();
    }
    text
}

fn elapsed(start: jiff::Timestamp, at: jiff::Timestamp) -> String {
    let seconds = at.duration_since(start).as_secs();
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let day = if days > 0 { format!("{days}d ") } else { String::new() };
    format!("{day}{:02}:{:02}:{:02}", rest / 3_600, rest / 60 % 60, rest % 60)
}

/// The lines that differ, with those around the first difference.
fn difference(expected: &str, actual: &str) -> String {
    let (expected, actual): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
    let same = expected.iter().zip(&actual).take_while(|(a, b)| a == b).count();
    let mut text = String::new();
    for line in &expected[same.saturating_sub(3)..same] {
        writeln!(text, "  {line}").unwrap();
    }
    for line in expected.iter().skip(same).take(12) {
        writeln!(text, "- {line}").unwrap();
    }
    for line in actual.iter().skip(same).take(12) {
        writeln!(text, "+ {line}").unwrap();
    }
    text
}
