//! `ntroc check`: what is wrong with runbooks.

use std::path::PathBuf;

use ntro_compiler::{Diagnostic, Level, Sources, report};

use crate::project::{self, Project};
use crate::stop::{DONE, Outcome, PROBLEMS};
use crate::terminal;

/// Says what is wrong with runbooks
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc check                     all runbooks of this folder
  ntroc check nav.ntro            one file, with what it imports
  ntroc check --json > found.json for programs

Problems are written to stderr as FILE:LINE:COLUMN; --json goes to stdout.
Exit codes: 0 no errors (warnings are allowed) · 1 errors · 2 a path is missing or cannot be read")]
pub(super) struct Args {
    /// Files or folders
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Write the problems as JSON to stdout
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Outcome {
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    let mut sources = Sources::new();
    let mut files = std::collections::BTreeSet::new();
    for path in &args.paths {
        for folder in project::projects_in(path)? {
            let project = Project::of(&folder)?;
            let checked = project.check();
            let wanted: Vec<Diagnostic> =
                checked.diagnostics.into_iter().filter(|d| project.wanted.contains(&d.place.file)).collect();
            let (found, texts) = project.displayed(&wanted);
            diagnostics.extend(found.into_iter().filter(|d| !files.contains(&d.place.file)));
            sources.extend(texts);
            files.extend(project.wanted.iter().map(|file| project.display(file)));
        }
    }
    if files.is_empty() {
        let paths: Vec<String> = args.paths.iter().map(|path| path.display().to_string()).collect();
        return Err(crate::stop::Stop::new(format!("there are no .ntro files in {}", paths.join(", "))));
    }
    if args.json {
        terminal::out(&format!("{:#}\n", report::json(&diagnostics, &sources)));
    } else {
        err!("{}", report::render(&diagnostics, &sources, console::colors_enabled_stderr()));
        errln!("{}", summary(&diagnostics, files.len()));
    }
    let broken = diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error);
    Ok(if broken { PROBLEMS } else { DONE })
}

/// `2 errors and 1 warning in 3 files`
pub(super) fn summary(diagnostics: &[Diagnostic], files: usize) -> String {
    let count = |level: Level, word: &str| {
        let count = diagnostics.iter().filter(|diagnostic| diagnostic.level == level).count();
        (count > 0).then(|| plural(count, word))
    };
    let parts: Vec<String> =
        [count(Level::Error, "error"), count(Level::Warning, "warning"), count(Level::Hint, "hint")]
            .into_iter()
            .flatten()
            .collect();
    let files = plural(files, "file");
    if parts.is_empty() { format!("{files} checked, no problems") } else { format!("{} in {files}", parts.join(", ")) }
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}
