//! `ntroc show`: one run with its steps and children.

use crate::remote::patience::patiently;
use crate::remote::tree::{self, Room};
use crate::remote::{self, Server};
use crate::stop::{DONE, Outcome};
use crate::terminal;

/// Shows a run: its steps, its children, and what waits for whom
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc show march
  ntroc show nav-2026-03 --all          every child, however many
  ntroc show march --json | jq '.pending[].step'

It reads the run's history, so it also answers where no worker does. ✓ done, ● under way, ? waits for somebody, ✗ failed, – skipped, · to come.
Exit codes: 0 shown · 2 there is no such run, or the server does not answer")]
pub(super) struct Args {
    /// The run's id
    run: String,
    /// All children, not only the first of each step
    #[arg(long)]
    all: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &Args) -> Outcome {
    remote::block_on(async {
        let runs = args.server.runs().await?;
        let room = if args.all { Room::all() } else { Room::usual() };
        let shown = patiently("reading the histories", tree::gather(&runs, &args.run, room)).await?;
        if args.json {
            terminal::out(&format!("{:#}\n", shown.json()));
        } else {
            terminal::out(&shown.text());
        }
        if shown.waits_for_worker()
            && let Ok(Some(nobody)) = tree::nobody_works(&runs, &args.server.task_queue).await
        {
            errln!("warning: {nobody}");
        }
        Ok(DONE)
    })
}
