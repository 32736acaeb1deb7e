//! `ntroc terminate`.

use crate::remote::patience::patiently;
use crate::remote::{self, Server, tree};
use crate::stop::{DONE, Outcome};

/// Ends a run and everything below it at once, without undoing anything
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc terminate nav-2026-03 --reason \"started twice\"

No worker is needed, no `undo` is done, and calls under way are not waited for. `ntroc cancel` ends in order.
Exit codes: 0 all have ended · 2 there is no such open run, or the server does not answer")]
pub(super) struct Args {
    /// The run's id
    run: String,
    /// Why
    #[arg(long, default_value = "ended from a terminal")]
    reason: String,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &Args) -> Outcome {
    remote::block_on(async {
        let runs = args.server.runs().await?;
        let ended =
            patiently("ending the runs", runs.terminate(&args.run, &args.reason)).await.map_err(remote::stop)?;
        match ended {
            1 => errln!("Ended 1 run."),
            more => errln!("Ended {} runs.", tree::thousands(more)),
        }
        Ok(DONE)
    })
}
