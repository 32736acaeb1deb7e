//! `ntroc cancel`.

use crate::remote::patience::patiently;
use crate::remote::{self, Server, tree};
use crate::stop::{DONE, Outcome};

/// Cancels a run and everything below it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc cancel nav-2026-03 --reason \"wrong period\"

Each run ends in order: what is under way is cancelled, `undo` is done. `ntroc terminate` ends at once.
Exit codes: 0 all were asked to end · 2 there is no such open run, or the server does not answer")]
pub(super) struct Args {
    /// The run's id
    run: String,
    /// Why
    #[arg(long, default_value = "cancelled from a terminal")]
    reason: String,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &Args) -> Outcome {
    remote::block_on(async {
        let runs = args.server.runs().await?;
        let asked = patiently("asking the runs to end", runs.cancel(&args.run, &args.reason)).await;
        let asked = asked.map_err(remote::stop)?;
        match asked {
            1 => errln!("Asked {} to end.", args.run),
            more => errln!("Asked {} and {} runs below it to end.", args.run, tree::thousands(more - 1)),
        }
        if let Ok(Some(nobody)) = tree::nobody_works(&runs, &args.server.task_queue).await {
            errln!("warning: {nobody}");
        }
        Ok(DONE)
    })
}
