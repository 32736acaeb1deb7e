//! `ntroc replay`: a run once more, from its history.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ntro_compiler::{Level, report};
use ntro_ir::{Program, SourceMap};
use ntro_worker::history_json;
use ntro_worker::programs::Recorded;
use ntro_worker::replay::{Instead, Replay, replay};
use ntro_worker::run::Decode;
use serde_json::{Value as Json, json};

use crate::project::{Project, read_text};
use crate::remote::past::{self, unreplayable};
use crate::remote::patience::patiently;
use crate::remote::{self, Places, Server, events, text, time};
use crate::run::table::plain;
use crate::stop::{DONE, Outcome, PROBLEMS, Stop};
use crate::terminal;

/// The largest history file, in bytes.
const LARGEST: u64 = 200_000_000;

/// Runs a history again and prints every step with its source line and value
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc replay march
  temporal workflow show -w march --output json > march.json && ntroc replay march.json
  ntroc replay march --program .        would the runbook as it is now have done the same?

The program comes from the history itself; where its bundle is at hand, each step has its line of the source. With --program another one is
tried against the history: a .ntro file, the folder of a project, or a program that `ntroc build` wrote. Runs keep the program that they
began with, so a difference harms nobody; it tells what a change would have changed.
Exit codes: 0 history and program agree · 1 they do not, and where · 2 there is no such run or file")]
pub(super) struct Args {
    /// The run's id, or a history file as Temporal's CLI and UI write it
    run: String,
    /// Another program instead of the recorded one
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
    /// Save the history to a file
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// As JSON lines
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    places: Places,
}

pub(super) fn run(args: &Args) -> Outcome {
    remote::block_on(async {
        let file = Path::new(&args.run);
        let mut link = None;
        let history = if file.is_file() {
            let text = read_text(file, LARGEST)?;
            history_json::read(&text).map_err(|error| Stop::new(format!("{}: {error}", args.run)))?
        } else {
            let linked = args.server.link().await?;
            let runs = args.server.runs_on(&linked);
            link = Some(linked);
            patiently("reading the history", runs.history(&args.run)).await.map_err(remote::stop)?
        };
        if let Some(save) = &args.save {
            let text = history_json::write(&history).map_err(|error| Stop::new(error.to_string()))?;
            std::fs::write(save, text).map_err(|error| Stop::new(format!("{}: {error}", save.display())))?;
        }
        let recorded = patiently(
            "replaying",
            replay(history.clone(), &args.run, Arc::new(Recorded::default()) as Arc<dyn Decode + Send + Sync>),
        );
        let recorded = recorded.await.map_err(unreplayable)?;
        let bundles = args.places.bundles_of(link.as_ref(), &args.server.task_queue);
        let (replayed, source) = match &args.program {
            None => {
                let program = recorded.machine.as_ref().map(|machine| machine.program().clone());
                let source = program.and_then(|program| past::source_map(&bundles, &program)).map(Arc::new);
                (recorded, source)
            }
            Some(path) => {
                let name = recorded.machine.as_ref().map(|machine| machine.program().name.clone()).unwrap_or_default();
                let (program, source) = other_program(path, &name)?;
                let other = Arc::new(Instead(program)) as Arc<dyn Decode + Send + Sync>;
                (replay(history, &args.run, other).await.map_err(unreplayable)?, source)
            }
        };
        tell(args, &replayed, source.as_deref())
    })
}

fn tell(args: &Args, replay: &Replay, source: Option<&SourceMap>) -> Outcome {
    let program = replay.machine.as_ref().map(|machine| machine.program().clone());
    let place = |address: &str| program.as_ref().and_then(|program| past::place(program, source, address));
    let mut rows = Vec::new();
    for activation in &replay.activations {
        for event in &activation.events {
            let at = place(&event.step);
            if args.json {
                let mut line = events::as_json(&args.run, event);
                if let (Some(line), Some(at)) = (line.as_object_mut(), at) {
                    line.insert("source".to_owned(), json!(at));
                }
                terminal::out(&format!("{line}\n"));
            } else {
                let when = time::local(activation.at);
                rows.push(vec![when, at.unwrap_or_default(), plain(&event.step), events::words(event)]);
            }
        }
    }
    terminal::out(&text::columns(&rows));
    let Some(problem) = &replay.problem else {
        if !args.json {
            errln!(
                "{}",
                if args.program.is_some() { "This program replays the history." } else { "History and program agree." }
            );
        }
        return Ok(DONE);
    };
    Err(Stop { code: PROBLEMS, ..disagreement(args, replay, problem, &place) })
}

/// Where, why, and what each of the two has there.
fn disagreement(args: &Args, replay: &Replay, problem: &str, place: &dyn Fn(&str) -> Option<String>) -> Stop {
    let Some(found) = &replay.disagreement else { return Stop::new(plain(problem)) };
    let at = match (found.event, found.at) {
        (Some(event), Some(at)) => format!("event {event} ({})", time::local(at)),
        (Some(event), None) => format!("event {event}"),
        (None, _) => "the end of the history".to_owned(),
    };
    let step = match (found.step.is_empty(), place(&found.step)) {
        (true, _) => String::new(),
        (false, Some(place)) => format!(" at `{}` ({place})", plain(&found.step)),
        (false, None) => format!(" at `{}`", plain(&found.step)),
    };
    if args.json {
        let line: Json = json!({
            "event": "disagreement", "run": args.run, "history_event": found.event, "at": found.at, "history": found.history,
            "program": found.program, "step": found.step, "source": place(&found.step), "problem": problem,
        });
        terminal::out(&format!("{line}\n"));
    }
    let stop = Stop::new(format!("the history and the program disagree at {at}{step}"));
    stop.help(format!("the history has  {}\nthe program wants {}", plain(&found.history), plain(&found.program)))
}

/// A program from a source, or from a file that `ntroc build` wrote.
fn other_program(path: &Path, name: &str) -> Result<(Arc<Program>, Option<Arc<SourceMap>>), Stop> {
    if path.extension().is_some_and(|extension| extension == "json") {
        let text = read_text(path, LARGEST)?;
        let program = Program::from_json(text.as_bytes()).map_err(|error| {
            Stop::new(format!("{} is no program that `ntroc build` wrote: {}", path.display(), error.message))
        })?;
        let beside = path.with_extension("map.json");
        let source = std::fs::read_to_string(beside).ok().and_then(|text| serde_json::from_str(&text).ok());
        return Ok((Arc::new(program), source));
    }
    let project = Project::of(path)?;
    let checked = project.check();
    let (diagnostics, sources) = project.displayed(&checked.diagnostics);
    if diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error) {
        err!("{}", report::render(&diagnostics, &sources, console::colors_enabled_stderr()));
        return Err(Stop { code: PROBLEMS, ..Stop::new("the program has errors, so nothing was replayed") });
    }
    let known: Vec<&str> = checked.runbooks.keys().map(String::as_str).collect();
    match checked.runbooks.get(name) {
        Some(compiled) => Ok((compiled.program.clone(), Some(Arc::new(SourceMap::clone(&compiled.source_map))))),
        None => Err(Stop::new(format!("{} has no runbook `{name}`, which this history is of", path.display()))
            .help(format!("it has {}", known.join(", ")))),
    }
}
