//! `ntroc deploy`: runbooks as bundles.

use std::path::PathBuf;

use crate::project::Project;
use crate::remote::Places;
use crate::remote::deploying::{self, Versions};
use crate::stop::{DONE, Outcome};
use crate::terminal;

/// Checks and compiles runbooks and writes them where workers find them
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc deploy examples/document-ingest
  ntroc deploy . --bundles /srv/ntro/bundles

A version never changes its content: give a changed runbook another `version`. Runs in flight keep the program that they began with;
workers take a new version without a restart.
Exit codes: 0 deployed · 1 the runbooks have errors · 2 nothing could be written, or the version exists with another content")]
pub(super) struct Args {
    /// A file or the folder of a project
    #[arg(default_value = ".")]
    path: PathBuf,
    #[command(flatten)]
    places: Places,
}

pub(super) fn run(args: &Args) -> Outcome {
    let root = Project::of(&args.path)?.root;
    let deployed = deploying::deploy(&args.path, &args.places.bundles(&root), Versions::Own)?;
    terminal::out(&deploying::told(&deployed));
    Ok(DONE)
}
