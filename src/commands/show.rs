//! `ntroc show`: one run with its steps and children.

use ntro_worker::client::end_of;

use crate::remote::{self, Server, text};
use crate::stop::{DONE, Outcome};
use crate::terminal;

/// Shows a run: its steps, its children, and what waits for whom
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run's id
    run: String,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &Args) -> Outcome {
    remote::block_on(async {
        let runs = args.server.runs().await?;
        if let Some(why) = runs.trouble(&args.run).await.map_err(remote::stop)? {
            eprintln!("warning: its task fails and is tried again: {why}");
        }
        terminal::out(&text::tree(&runs, &args.run).await.map_err(remote::stop)?);
        let run = runs.describe(&args.run).await.map_err(remote::stop)?;
        if run.status != "running" {
            let end = end_of(&runs.history(&args.run).await.map_err(remote::stop)?).map_err(remote::stop)?;
            terminal::out(&format!("{}\n", text::end(&end)));
        }
        Ok(DONE)
    })
}
