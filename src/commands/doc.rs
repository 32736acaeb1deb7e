//! `ntroc doc`: a runbook as a procedure document.

use std::path::PathBuf;

use clap::ValueEnum;
use ntro_compiler::{graph, procedure};

use crate::generated;
use crate::project::Project;
use crate::stop::{DONE, Outcome, Stop};

/// Writes a runbook as a procedure document, for auditors
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc doc nav-monthly                              Markdown
  ntroc doc . nav-monthly --format html -o nav.html  a page to print, with a picture of the flow

Exit codes: 0 written · 1 the runbook has errors · 2 a path or a runbook is missing, or the file cannot be written")]
pub(super) struct Args {
    /// A file or a folder
    path: PathBuf,
    /// Which runbook, where the path has several
    runbook: Option<String>,
    /// As what
    #[arg(long, value_enum, default_value = "md")]
    format: Format,
    /// The file that is written; standard output where absent
    #[arg(short, long = "out", value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Markdown
    Md,
    /// One page without scripts
    Html,
}

pub(super) fn run(args: &Args) -> Outcome {
    let project = Project::of(&args.path)?;
    let checked = project.check();
    let (name, compiled) = generated::program(&checked, args.runbook.as_deref(), &project, &args.path)?;
    let text = generated::source(&project, compiled);
    let procedure = procedure::procedure(&text, &compiled.program)
        .ok_or_else(|| Stop::new(format!("`{name}` does not stand in {}", compiled.file)))?;
    let written = match args.format {
        Format::Md => procedure.markdown(),
        Format::Html => {
            let picture = graph::graphs(&text).into_iter().find(|graph| graph.runbook == name).map(|graph| graph.svg());
            procedure.html(picture.as_deref())
        }
    };
    generated::deliver(&written, args.out.as_deref())?;
    Ok(DONE)
}
