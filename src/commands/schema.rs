//! `ntroc schema`: what goes into a runbook and comes out of it, as JSON Schema.

use std::path::PathBuf;

use clap::ValueEnum;
use ntro_compiler::schema::{self, Part};

use crate::generated;
use crate::project::Project;
use crate::stop::{DONE, Outcome};

/// Describes a runbook's input, settings or result as JSON Schema
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc schema expense-processor                    its input
  ntroc schema expense-processor --of config        its settings, with their defaults
  ntroc schema . nav-monthly --of output -o nav.json
  ntroc schema . nav-monthly --of signals           what each signal carries, by its name

Exit codes: 0 described · 1 the runbook has errors · 2 a path or a runbook is missing, or the file cannot be written")]
pub(super) struct Args {
    /// A file or a folder
    path: PathBuf,
    /// Which runbook, where the path has several
    runbook: Option<String>,
    /// What is described
    #[arg(long, value_enum, default_value = "input", value_name = "PART")]
    of: Of,
    /// The file that is written; standard output where absent
    #[arg(short, long = "out", value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Of {
    /// What a run is started with
    Input,
    /// Its settings
    Config,
    /// What it yields
    Output,
    /// What its signals carry
    Signals,
}

pub(super) fn run(args: &Args) -> Outcome {
    let project = Project::of(&args.path)?;
    let checked = project.check();
    let (_, compiled) = generated::program(&checked, args.runbook.as_deref(), &project, &args.path)?;
    let part = match args.of {
        Of::Input => Part::Input,
        Of::Config => Part::Config,
        Of::Output => Part::Output,
        Of::Signals => Part::Signals,
    };
    generated::deliver(&format!("{:#}\n", schema::schema(&compiled.program, part)), args.out.as_deref())?;
    Ok(DONE)
}
