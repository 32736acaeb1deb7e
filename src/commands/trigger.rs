//! `ntroc trigger`: a run of a schedule now, or those that were due.

use jiff::Timestamp;
use ntro_worker::schedules::Schedules;

use crate::remote::{self, Server};
use crate::stop::{DONE, Outcome, Stop};
use crate::terminal;

/// Starts a scheduled runbook now, or the runs that were due in a time
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc trigger acme-spv1-nav
  ntroc trigger acme-spv1-nav --from 2026-01-01T00:00Z --to 2026-04-01T00:00Z

Each run gets the input of the time that it stands for: a month that is caught up gets that month.
Exit codes: 0 asked for · 2 there is no such schedule, or the server was not reached")]
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
        let schedules = Schedules::new(args.server.link().await?, &args.server.task_queue);
        match span {
            None => schedules.trigger(&args.name).await.map_err(remote::schedule_stop)?,
            Some((from, to)) => schedules.backfill(&args.name, from, to).await.map_err(remote::schedule_stop)?,
        }
        terminal::out(&format!("workflow {}  asked for; `ntroc list` shows its runs\n", args.name));
        Ok(DONE)
    })
}

fn time(option: &str, text: &str) -> Result<Timestamp, Stop> {
    text.parse().map_err(|_| {
        Stop::new(format!("{option} {text}: this is no time with its zone")).help("write it such as 2026-01-01T00:00Z")
    })
}
