//! `ntroc trigger`: a run of a binding now, or those that were due.

use std::path::Path;

use jiff::Timestamp;
use ntro_worker::bindings;
use ntro_worker::client::{Runs, StartOptions};
use ntro_worker::schedules::{ScheduleError, Schedules};
use serde_json::json;

use crate::project::Project;
use crate::remote::deploying::refused;
use crate::remote::{self, Places, Server};
use crate::run::driver::wall_clock;
use crate::stop::{DONE, Outcome, Stop};
use crate::terminal;

/// Starts a bound runbook now, or the runs that were due in a time
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc trigger acme-spv1-nav
  ntroc trigger acme-spv1-nav --from 2026-01-01T00:00Z --to 2026-04-01T00:00Z

Each run gets the input of the time that it stands for: a month that is caught up gets that month. A binding without a schedule is started
as one with a schedule is; its run's id goes to stdout.
Exit codes: 0 asked for, or started · 2 there is no such binding, or the server was not reached")]
pub(super) struct Args {
    /// The binding
    name: String,
    /// Catch up from this time, such as 2026-01-01T00:00Z
    #[arg(long, value_name = "TIME", requires = "to")]
    from: Option<String>,
    /// Catch up to this time
    #[arg(long, value_name = "TIME", requires = "from")]
    to: Option<String>,
    #[command(flatten)]
    places: Places,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &Args) -> Outcome {
    let span = match (&args.from, &args.to) {
        (Some(from), Some(to)) => Some((time("--from", from)?, time("--to", to)?)),
        _ => None,
    };
    if span.is_some_and(|(from, to)| from >= to) {
        return Err(Stop::new("--from is not before --to"));
    }
    remote::block_on(async {
        let link = args.server.link().await?;
        let schedules = Schedules::new(link.clone(), &args.server.task_queue);
        match span {
            None => match schedules.trigger(&args.name).await {
                Ok(()) => {}
                Err(ScheduleError::None(name)) => return by_hand(args, &args.server.runs_on(&link), name).await,
                Err(error) => return Err(remote::schedule_stop(error)),
            },
            Some((from, to)) => schedules.backfill(&args.name, from, to).await.map_err(remote::schedule_stop)?,
        }
        terminal::out(&format!("workflow {}  asked for; `ntroc list` shows its runs\n", args.name));
        Ok(DONE)
    })
}

/// A run of a binding that nothing schedules: it is known by its record alone.
async fn by_hand(args: &Args, runs: &Runs, name: String) -> Outcome {
    let bundles = args.places.bundles(&Project::of(Path::new("."))?.root);
    let Some(record) = bindings::read(&bundles, &name).map_err(refused)? else {
        return Err(remote::schedule_stop(ScheduleError::None(name)));
    };
    if record.binding.schedule.is_some() {
        return Err(Stop::new(format!("`{name}` is not scheduled on this server")).help("deploy it"));
    }
    let id = format!("{name}-{}", wall_clock().strftime("%Y-%m-%dT%H:%M:%SZ"));
    let options = StartOptions { binding: Some(name), ..StartOptions::default() };
    runs.start(&record.binding.runbook, &id, &json!({}), &options).await.map_err(remote::stop)?;
    terminal::out(&format!("{id}\n"));
    Ok(DONE)
}

fn time(option: &str, text: &str) -> Result<Timestamp, Stop> {
    text.parse().map_err(|_| {
        Stop::new(format!("{option} {text}: this is no time with its zone")).help("write it such as 2026-01-01T00:00Z")
    })
}
