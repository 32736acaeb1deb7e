//! `ntroc pending`: what waits for whom.

use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::Timestamp;
use ntro_worker::client::{ClientError, RunLine, Runs, quoted};
use serde_json::{Value as Json, json};

use super::list::plainly;
use crate::remote::patience::patiently;
use crate::remote::{self, Server, asking, text, time, tree};
use crate::stop::{DONE, Outcome, Stop};
use crate::terminal;

/// How many rows of a table are shown.
const ROWS: usize = 50;
/// How many runs are asked at once.
const AT_ONCE: usize = 8;

/// Lists what people are asked for, the soonest due first
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc pending                         of all runs
  ntroc pending --role accountant       what an accountant may do
  ntroc pending march                   of one run and its children, with the commands that answer

Exit codes: 0 listed, or nothing waits · 2 there is no such run, nobody can answer for it, or the server does not answer")]
pub(super) struct Args {
    /// Only this run and its children
    run: Option<String>,
    /// Only what this role may do
    #[arg(long)]
    role: Option<String>,
    /// How many runs at most
    #[arg(long, value_name = "N", default_value_t = 200)]
    limit: usize,
    /// As JSON, with all that is shown
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

/// Something that waits, of a run.
struct Waits {
    run: String,
    action: Json,
    due: Option<Timestamp>,
}

pub(super) fn run(args: &Args) -> Outcome {
    remote::block_on(async {
        let runs = args.server.runs().await?;
        let (mut waiting, more) = patiently("asking the runs", waiting_runs(&runs, args)).await?;
        waiting.sort_by_key(|run| (text::due_of(run).is_none(), text::due_of(run)));
        let found = patiently("asking the runs", ask(&runs, &waiting, args)).await;
        let mut all = match found {
            Ok(all) => all,
            // Without a worker the server still knows what each run told last, but not the words of it.
            Err(ClientError::NoWorker { .. }) if args.run.is_none() && !args.json => {
                terminal::out(&listed(&waiting));
                let nobody = tree::nobody_works(&runs, &args.server.task_queue).await.map_err(remote::stop)?;
                errln!("warning: {}", nobody.unwrap_or_default());
                return Ok(DONE);
            }
            Err(error) => return Err(remote::stop(error)),
        };
        all.sort_by(|a, b| (a.due.is_none(), a.due, &a.run).cmp(&(b.due.is_none(), b.due, &b.run)));
        tell(args, &all);
        if more > 0 {
            errln!("… and what {} more runs wait for; --limit shows it", tree::thousands(more));
        }
        Ok(DONE)
    })
}

fn tell(args: &Args, all: &[Waits]) {
    if args.json {
        let all = all.iter().map(|waits| json!({ "run": waits.run, "action": waits.action }));
        terminal::out(&format!("{:#}\n", Json::Array(all.collect())));
    } else if all.is_empty() {
        errln!("Nothing waits for anybody.");
    } else if args.run.is_some() {
        let several = all.iter().any(|waits| Some(&waits.run) != args.run.as_ref());
        for waits in all {
            let run = if several { format!("{}\n", waits.run) } else { String::new() };
            terminal::out(&format!("{run}{}", asking::lines(&waits.run, &waits.action)));
            if let Some(rows) = asking::rows(&waits.action, ROWS) {
                terminal::out(&rows);
            }
        }
    } else {
        let mut rows = vec![text::heads(&["DUE", "RUN", "STEP", "WAITS FOR", "OF", "TITLE"])];
        rows.extend(all.iter().map(|waits| {
            let due = waits.due.map(time::due).unwrap_or_else(|| "–".to_owned());
            let step = waits.action.get("step").and_then(Json::as_str).unwrap_or_default().to_owned();
            let what = text::what(&waits.action).to_owned();
            vec![due, waits.run.clone(), step, what, text::who(&waits.action), text::title(&waits.action)]
        }));
        terminal::out(&text::columns(&rows));
        if let Some(first) = all.first() {
            errln!("`ntroc pending {}` shows how to answer.", text::shell(&first.run));
        }
    }
}

/// What waits, as the server knows it.
fn listed(waiting: &[RunLine]) -> String {
    let mut rows = vec![text::heads(&["DUE", "RUN", "STEP", "WAITS FOR", "OF"])];
    rows.extend(waiting.iter().map(|run| {
        let due = text::due_of(run).map(time::due).unwrap_or_else(|| "–".to_owned());
        let waits = text::attribute(run, "NtroPending").split(", ").map(plainly).collect::<Vec<_>>().join(", ");
        vec![due, run.id.clone(), text::attribute(run, "NtroStep"), waits, text::attribute(run, "NtroRoles")]
    }));
    text::columns(&rows)
}

/// Asks each run. One that cannot answer is told; where none can, because nobody works, that is the answer.
async fn ask(runs: &Runs, waiting: &[RunLine], args: &Args) -> Result<Vec<Waits>, ClientError> {
    let mut all = Vec::new();
    let mut asked = stream::iter(waiting.iter().map(|run| async move { (run, asking::pending(runs, &run.id).await) }))
        .buffered(AT_ONCE);
    while let Some((run, answer)) = asked.next().await {
        let actions = match answer {
            Ok(actions) => actions,
            Err(error @ (ClientError::NoWorker { .. } | ClientError::Unreachable(_))) => return Err(error),
            Err(error) if args.run.as_ref() == Some(&run.id) => return Err(error),
            // It ended while the list was gone through.
            Err(ClientError::NoRun(_) | ClientError::Ended(_)) => continue,
            Err(error) => {
                errln!("warning: {error}");
                continue;
            }
        };
        let may = |action: &Json| {
            let roles = text::roles(action);
            args.role.as_ref().is_none_or(|role| roles.is_empty() || roles.contains(role))
        };
        all.extend(actions.into_iter().filter(may).map(|action| Waits {
            run: run.id.clone(),
            due: text::due(&action),
            action,
        }));
    }
    Ok(all)
}

/// The runs that may wait for somebody, and how many more there are.
async fn waiting_runs(runs: &Runs, args: &Args) -> Result<(Vec<RunLine>, usize), Stop> {
    let mut found = match &args.run {
        Some(run) => {
            let described = runs.describe(run).await.map_err(remote::stop)?;
            if described.status != "running" {
                let stop = Stop::new(format!("the run `{run}` has ended: {}", described.status.replace('_', " ")));
                return Err(stop.help(format!("`ntroc show {}` tells more", text::shell(run))));
            }
            let mut found = vec![described];
            found.extend(runs.tree_below(run).await.map_err(remote::stop)?);
            found
        }
        None => {
            let role =
                args.role.as_ref().map(|role| format!(" AND (NtroRoles = '{}' OR NtroRoles IS NULL)", quoted(role)));
            let query = format!("ExecutionStatus = 'Running' AND NtroPending IS NOT NULL{}", role.unwrap_or_default());
            let mut found = match runs.list(&query).await {
                Ok(found) => found,
                // Without the attributes every open run is asked.
                Err(ClientError::Server(why)) if why.contains("Ntro") => {
                    runs.list("ExecutionStatus = 'Running'").await.map_err(remote::stop)?
                }
                Err(error) => return Err(remote::stop(error)),
            };
            found.retain(|run| text::attribute(run, "NtroPending") != "drill_down");
            found
        }
    };
    let more = found.len().saturating_sub(args.limit);
    found.truncate(args.limit);
    Ok((found, more))
}
