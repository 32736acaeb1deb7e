//! `ntroc cancel`.

use crate::remote::{self, Server};
use crate::stop::{DONE, Outcome};

/// Cancels a run and its children
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run's id
    run: String,
    /// Why
    #[arg(long, default_value = "cancelled from a terminal")]
    reason: String,
    /// End the whole tree at once, without undoing anything
    #[arg(long)]
    terminate: bool,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &Args) -> Outcome {
    remote::block_on(async {
        let runs = args.server.runs().await?;
        if args.terminate {
            let ended = runs.terminate(&args.run, &args.reason).await.map_err(remote::stop)?;
            eprintln!("Ended {ended} runs.");
        } else {
            runs.cancel(&args.run, &args.reason).await.map_err(remote::stop)?;
            eprintln!("Asked {} to end.", args.run);
        }
        Ok(DONE)
    })
}
