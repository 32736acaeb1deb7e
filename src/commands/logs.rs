//! `ntroc logs`: what happened in a run, a line each.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use ntro_machine::{Event, Output};
use ntro_worker::client::{ClientError, Growing, Runs, end_of};
use ntro_worker::programs::Recorded;
use ntro_worker::replay::{Replay, replay};
use serde_json::json;
use tokio::sync::mpsc;

use crate::remote::past::unreplayable;
use crate::remote::patience::patiently;
use crate::remote::{self, Server, events, text, time};
use crate::run::table::plain;
use crate::stop::{DONE, Outcome, Stop};
use crate::terminal;

/// How many runs are followed at once.
const MOST: usize = 200;
/// How long is waited after an error before the server is asked again.
const PAUSE: Duration = Duration::from_secs(2);

/// Prints what happened in a run, and goes on as it happens
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc logs march
  ntroc logs nav-2026-03 --children --follow
  ntroc logs march --json | jq -r 'select(.event == \"gate.decided\")'

The lines come from the run's history: they are the same whoever asks, whenever, and no worker is needed. --follow ends when the run does.
Exit codes: 0 printed · 2 there is no such run, or the server does not answer")]
pub(super) struct Args {
    /// The run's id
    run: String,
    /// Go on as more happens, until the run ends
    #[arg(long, short)]
    follow: bool,
    /// The runs that it started too, and theirs
    #[arg(long)]
    children: bool,
    /// As JSON lines
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

/// What is known of a run that is read.
#[derive(Debug)]
struct Read {
    run: String,
    lines: Vec<(Timestamp, Event)>,
    children: Vec<String>,
    /// How it ended, in words, and when.
    end: Option<(Timestamp, String)>,
    problem: Option<String>,
}

pub(super) fn run(args: &Args) -> Outcome {
    remote::block_on(async {
        let runs = args.server.runs().await?;
        if args.follow { follow(&runs, args).await } else { once(&runs, args).await }
    })
}

async fn once(runs: &Runs, args: &Args) -> Outcome {
    let mut open = vec![args.run.clone()];
    let mut all = Vec::new();
    let mut problems = Vec::new();
    while let Some(id) = open.pop() {
        let history = patiently("reading the histories", runs.history(&id)).await;
        let history = match history {
            Ok(history) => history,
            // A child that has only been asked for.
            Err(ClientError::NoRun(_)) if id != args.run => continue,
            Err(error) => return Err(remote::stop(error)),
        };
        let read = read(&id, &Growing::known(history)).await?;
        problems.extend(read.problem.map(|why| (id.clone(), why)));
        all.extend(read.lines.into_iter().map(|(at, event)| (at, id.clone(), Some(event), String::new())));
        all.extend(read.end.into_iter().map(|(at, end)| (at, id.clone(), None, end)));
        if args.children {
            open.extend(read.children);
        }
    }
    // Stable: what happened at the same instant stays in its order.
    all.sort_by_key(|(at, ..)| *at);
    for (at, id, event, end) in &all {
        print(args, *at, id, event.as_ref(), end);
    }
    for (id, why) in problems {
        errln!("warning: {id} is told as far as it replays: {why}");
    }
    Ok(DONE)
}

async fn follow(runs: &Runs, args: &Args) -> Outcome {
    let (send, mut got) = mpsc::channel(64);
    let mut known: BTreeMap<String, usize> = BTreeMap::from([(args.run.clone(), 0)]);
    let mut open = 1_usize;
    tokio::spawn(one(runs.clone(), args.run.clone(), send.clone()));
    loop {
        let read = tokio::select! {
            read = got.recv() => read,
            () = remote::interrupted() => return Ok(DONE),
        };
        let Some(read) = read else { return Ok(DONE) };
        let read: Read = match read {
            Ok(read) => read,
            Err((id, _)) if id != args.run => {
                open = open.saturating_sub(1);
                continue;
            }
            Err((_, stop)) => return Err(stop),
        };
        let told = known.entry(read.run.clone()).or_default();
        for (at, event) in read.lines.iter().skip(*told) {
            print(args, *at, &read.run, Some(event), "");
        }
        *told = read.lines.len();
        for child in read.children.into_iter().filter(|_| args.children) {
            if known.len() < MOST && !known.contains_key(&child) {
                known.insert(child.clone(), 0);
                open += 1;
                tokio::spawn(one(runs.clone(), child, send.clone()));
            }
        }
        if let Some((at, end)) = read.end {
            print(args, at, &read.run, None, &end);
            open = open.saturating_sub(1);
            if open == 0 {
                return Ok(DONE);
            }
        }
    }
}

type Told = Result<Read, (String, Stop)>;

/// Follows one run to its end. Each time the history has grown it is replayed anew: the same lines, and more.
async fn one(runs: Runs, id: String, send: mpsc::Sender<Told>) {
    let mut growing = Growing::default();
    let mut before: Vec<(Timestamp, Event)> = Vec::new();
    let mut away = false;
    loop {
        match runs.grow(&id, &mut growing).await {
            Ok(false) => continue,
            Ok(true) => {}
            Err(ClientError::Unreachable(address)) => {
                if !away {
                    errln!("warning: the Temporal server at {address} does not answer; asking again until it does");
                }
                away = true;
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            // A child that is only just being started.
            Err(ClientError::NoRun(_)) if id.contains(':') && growing.history.events.is_empty() => {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            Err(error) => {
                send.send(Err((id, remote::stop(error)))).await.ok();
                return;
            }
        }
        away = false;
        let mut read = match read(&id, &growing).await {
            Ok(read) => read,
            Err(stop) => {
                send.send(Err((id, stop))).await.ok();
                return;
            }
        };
        let here = std::mem::take(&mut read.lines);
        read.lines = before.iter().cloned().chain(here).collect();
        if let Some(Some(next)) = growing.closed() {
            // It goes on in a new history.
            before = std::mem::take(&mut read.lines);
            read.lines = before.clone();
            read.end = None;
            growing = Growing::of(&next);
        }
        let ended = read.end.is_some();
        if send.send(Ok(read)).await.is_err() || ended {
            return;
        }
    }
}

async fn read(id: &str, growing: &Growing) -> Result<Read, Stop> {
    let history = growing.history.clone();
    let at = history.events.last().and_then(|event| event.event_time.as_ref());
    let at = at.and_then(|time| Timestamp::new(time.seconds, time.nanos).ok()).unwrap_or_default();
    let end = end_of(&history).ok().map(|end| (at, text::brief_end(&end).replace('\n', " ")));
    let Replay { activations, problem, .. } =
        replay(history, id, Arc::new(Recorded::default())).await.map_err(unreplayable)?;
    let mut read = Read { run: id.to_owned(), lines: Vec::new(), children: Vec::new(), end, problem };
    for activation in activations {
        read.children.extend(activation.outputs.iter().filter_map(|output| match output {
            Output::StartChild(child) => Some(child.workflow_id.clone()),
            _ => None,
        }));
        read.lines.extend(activation.events.into_iter().map(|event| (activation.at, event)));
    }
    Ok(read)
}

fn print(args: &Args, at: Timestamp, run: &str, event: Option<&Event>, end: &str) {
    if args.json {
        let line = match event {
            Some(event) => events::as_json(run, event),
            None => json!({ "at": at, "run": run, "event": "run.ended", "data": { "how": end } }),
        };
        terminal::out(&format!("{line}\n"));
        return;
    }
    let dim = console::Style::new().dim();
    let run = if args.children { format!("  {}", plain(run)) } else { String::new() };
    let (step, words) = match event {
        Some(event) => (plain(&event.step), events::words(event)),
        None => (String::new(), format!("run {}", plain(end))),
    };
    let step = if step.is_empty() { String::new() } else { format!("{step}  ") };
    terminal::out(&format!("{}{run}  {step}{words}\n", dim.apply_to(time::local(at))));
}
