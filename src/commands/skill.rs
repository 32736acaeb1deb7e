//! `ntroc skill`: `runbook.md`, by which catalogues and agents know a runbook.

use std::path::PathBuf;

use ntro_compiler::{procedure, skill};

use crate::generated;
use crate::project::Project;
use crate::stop::{DONE, Outcome, Stop};

/// Writes runbook.md: front matter for catalogues and agents, and the procedure beneath
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc skill document-ingest -o runbook.md
  ntroc skill . nav-monthly

`ntroc import runbook.md` makes a project of such a file.
Exit codes: 0 written · 1 the runbook has errors · 2 a path or a runbook is missing, or the file cannot be written")]
pub(super) struct Args {
    /// A file or a folder
    path: PathBuf,
    /// Which runbook, where the path has several
    runbook: Option<String>,
    /// The file that is written; standard output where absent
    #[arg(short, long = "out", value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Outcome {
    let project = Project::of(&args.path)?;
    let checked = project.check();
    let (name, compiled) = generated::program(&checked, args.runbook.as_deref(), &project, &args.path)?;
    let text = generated::source(&project, compiled);
    let missing = || Stop::new(format!("`{name}` does not stand in {}", compiled.file));
    let skill = skill::skill(&text, &compiled.program).ok_or_else(missing)?;
    let procedure = procedure::procedure(&text, &compiled.program).ok_or_else(missing)?;
    let written = format!("{}\n{}", skill.front_matter(), procedure.markdown());
    generated::deliver(&written, args.out.as_deref())?;
    Ok(DONE)
}
