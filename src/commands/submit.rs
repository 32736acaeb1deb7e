//! `ntroc submit`: a file for a run that asks for one.

use std::path::PathBuf;

use crate::remote::actor::Actor;
use crate::remote::patience::patiently;
use crate::remote::submitting::Handed;
use crate::remote::{self, Places, Server, asking, submitting};
use crate::stop::{DONE, Outcome};
use crate::terminal;

/// Hands a file to a run that asks for one
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc submit march inputs/expenses.csv
  ntroc submit nav-2026-03 rent-roll.pdf --step documents --as ana

The file goes into the store of the worker on this machine, and the run is told where it lies. What the run asks for next is said on
stderr. A file of another kind than the run accepts is refused before the run hears of it.
Exit codes: 0 handed in · 2 the run asks for no file, the file is refused, or nobody answers")]
pub(super) struct Args {
    /// The run's id
    run: String,
    /// The file
    file: PathBuf,
    /// The step that asks for it, where several do
    #[arg(long)]
    step: Option<String>,
    /// Which of the files that a step asks for
    #[arg(long)]
    source: Option<String>,
    #[command(flatten)]
    actor: Actor,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    places: Places,
}

pub(super) fn run(args: &Args) -> Outcome {
    remote::block_on(async {
        let link = args.server.link().await?;
        let runs = args.server.runs_on(&link);
        let before = patiently("asking the run", asking::pending(&runs, &args.run)).await.map_err(remote::stop)?;
        let database = args.places.database_of(&link, &args.server.task_queue)?;
        let handed = Handed {
            run: &args.run,
            file: &args.file,
            step: args.step.as_deref(),
            source: args.source.as_deref(),
            actor: args.actor.json(),
        };
        let document = patiently("handing it in", submitting::submit(&runs, &database, &handed, &before)).await?;
        terminal::out(&format!("{document}\n"));
        asking::tell_next(&runs, &args.run, &before).await;
        Ok(DONE)
    })
}
