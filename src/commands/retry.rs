//! `ntroc retry`: what waits for its next attempt tries at once.

use std::time::Duration;

use ntro_worker::client::{ClientError, Hurried, Runs};
use serde_json::json;

use crate::remote::patience::patiently;
use crate::remote::{self, Server, text, time, tree};
use crate::run::driver::wall_clock;
use crate::run::table::plain;
use crate::stop::{DONE, Outcome, PROBLEMS, Stop};
use crate::terminal;

/// How long is looked whether a task fails again.
const LOOK: Duration = Duration::from_secs(3);

/// Has what failed and waits for its next attempt try again now
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc retry march                     its calls and its task, and those of the runs below it
  ntroc retry march --step post         only the call of that step
  ntroc retry --all                     every open run

After a failure the server waits ever longer before the next attempt, up to ten minutes and more; once the cause is mended nobody needs
to wait for that. A call begins its next attempt under the same idempotency key. A run whose task fails begins that task anew: its id, its
children and everything that happened stay, calls under way begin another attempt, and Temporal shows a new run id.
Exit codes: 0 tried, or nothing waits for an attempt · 1 a task failed again · 2 there is no such open run or step")]
pub(super) struct Args {
    /// The run's id
    #[arg(required_unless_present = "all")]
    run: Option<String>,
    /// Only the call of this step
    #[arg(long, requires = "run")]
    step: Option<String>,
    /// Every open run
    #[arg(long, conflicts_with = "run")]
    all: bool,
    /// As JSON lines
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &Args) -> Outcome {
    remote::block_on(async {
        let runs = args.server.runs().await?;
        let ids = patiently("looking for what waits", wanted(&runs, args)).await?;
        let mut tasks = Vec::new();
        let mut count = 0_usize;
        for (index, id) in ids.iter().enumerate() {
            let step = args.step.as_deref();
            let hurried = match runs.retry(id, step, wall_clock()).await {
                Ok(hurried) => hurried,
                // A run below may have ended meanwhile.
                Err(ClientError::Ended(_) | ClientError::NoRun(_)) if index > 0 || args.all => continue,
                Err(error) => return Err(remote::stop(error)),
            };
            for hurried in hurried {
                count += 1;
                tell(id, &hurried, args.json);
                if matches!(hurried, Hurried::Task { .. }) {
                    tasks.push(id.clone());
                }
            }
        }
        if count == 0 {
            return nothing(&runs, args).await;
        }
        match patiently("looking whether it works now", again(&runs, &tasks)).await {
            None => Ok(DONE),
            Some((id, why)) => {
                Err(Stop { code: PROBLEMS, ..Stop::new(format!("the task of `{id}` failed again: {}", plain(&why))) })
            }
        }
    })
}

async fn wanted(runs: &Runs, args: &Args) -> Result<Vec<String>, Stop> {
    let Some(run) = &args.run else {
        let open = runs.list("ExecutionStatus = 'Running'").await.map_err(remote::stop)?;
        return Ok(open.into_iter().map(|run| run.id).collect());
    };
    let mut ids = vec![run.clone()];
    if args.step.is_none() {
        ids.extend(runs.tree_below(run).await.map_err(remote::stop)?.into_iter().map(|run| run.id));
    }
    Ok(ids)
}

fn tell(id: &str, hurried: &Hurried, json: bool) {
    let line = match (hurried, json) {
        (Hurried::Call(call), true) => {
            json!({ "run": id, "step": call.step, "capability": call.capability, "failed_with": call.why }).to_string()
        }
        (Hurried::Task { why, run_id }, true) => json!({ "run": id, "run_id": run_id, "failed_with": why }).to_string(),
        (Hurried::Call(call), false) => {
            let was = call.next.map(|next| format!(" instead of at {}", time::local(next))).unwrap_or_default();
            let why = call.why.as_deref().map(|why| format!(" (it failed with: {})", plain(why))).unwrap_or_default();
            format!("{id}  {}: `{}` tries now{was}{why}", call.step, call.capability)
        }
        (Hurried::Task { why, .. }, false) => format!("{id}  its task begins anew (it failed with: {})", plain(why)),
    };
    terminal::out(&format!("{line}\n"));
}

/// Nothing was hurried: says what the run does instead.
async fn nothing(runs: &Runs, args: &Args) -> Outcome {
    let Some(run) = &args.run else {
        errln!("Nothing waits for an attempt.");
        return Ok(DONE);
    };
    let details = runs.details(run).await.map_err(remote::stop)?;
    if let Some(step) = &args.step
        && !details.calls.iter().any(|call| call.step == *step)
    {
        let steps: Vec<&str> = details.calls.iter().map(|call| call.step.as_str()).collect();
        let stop = Stop::new(format!("the step `{step}` of `{run}` has no call under way"));
        return Err(match steps.is_empty() {
            true => stop.help(format!("none has; `ntroc show {}` tells what the run does", text::shell(run))),
            false => stop.help(format!("under way are those of {}", steps.join(", "))),
        });
    }
    if details.task.is_some_and(|task| !task.taken)
        && let Ok(Some(nobody)) = tree::nobody_works(runs, &args.server.task_queue).await
    {
        errln!("Nothing waits for an attempt: {nobody}.");
        return Ok(DONE);
    }
    errln!("Nothing waits for an attempt in this run.");
    Ok(DONE)
}

/// The first task that fails again within a moment.
async fn again(runs: &Runs, tasks: &[String]) -> Option<(String, String)> {
    let until = tokio::time::Instant::now() + LOOK;
    let mut open: Vec<&String> = tasks.iter().collect();
    while !open.is_empty() && tokio::time::Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let mut left = Vec::new();
        for id in open {
            match runs.details(id).await {
                Ok(details) if details.task.as_ref().is_some_and(|task| task.attempt > 1) => {
                    let why = runs.trouble(id).await.ok().flatten().unwrap_or_default();
                    return Some((id.clone(), why));
                }
                Ok(details) if details.task.is_some() => left.push(id),
                Ok(_) | Err(_) => {}
            }
        }
        open = left;
    }
    None
}
