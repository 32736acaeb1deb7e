//! `ntroc check`: what is wrong with runbooks, and what can be mended unasked.

use std::collections::BTreeSet;
use std::path::PathBuf;

use ntro_compiler::fix::{self, Made};
use ntro_compiler::{Checked, Diagnostic, Level, Sources, report};
use ntro_grammar::english::counted;
use ntro_lsp::ManyHands;
use serde_json::{Value as Json, json};

use crate::project::{self, Project};
use crate::stop::{DONE, Outcome, PROBLEMS, Stop};
use crate::{terminal, write};

/// Says what is wrong with runbooks
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc check                     all runbooks of this folder
  ntroc check nav.ntro            one file, with what it imports
  ntroc check --fix               mend what can be mended in one way only
  ntroc check --json > found.json for programs

Problems are written to stderr as FILE:LINE:COLUMN; --json goes to stdout.
Exit codes: 0 no errors (warnings are allowed) · 1 errors · 2 a path is missing, or cannot be read or written")]
pub(super) struct Args {
    /// Files or folders
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Mend what can be mended in one way only, and say what was changed
    #[arg(long)]
    fix: bool,
    /// Write the problems as JSON to stdout
    #[arg(long)]
    json: bool,
    /// Check a large project anew, though these very files were checked before
    #[arg(long)]
    no_cache: bool,
}

/// What was found in all projects.
#[derive(Default)]
struct Found {
    diagnostics: Vec<Diagnostic>,
    sources: Sources,
    files: BTreeSet<String>,
    /// What was mended, each with the file as the person can open it.
    made: Vec<(String, Made)>,
}

pub(super) fn run(args: &Args) -> Outcome {
    let mut found = Found::default();
    for path in &args.paths {
        for folder in project::projects_in(path)? {
            let mut project = Project::of(&folder)?;
            let checked = if args.fix { mend(&mut project, &mut found)? } else { project.messages(!args.no_cache) };
            let wanted: Vec<Diagnostic> =
                checked.diagnostics.into_iter().filter(|d| project.is_wanted(&d.place.file)).collect();
            let (shown, texts) = project.displayed(&wanted);
            let files = &found.files;
            found.diagnostics.extend(shown.into_iter().filter(|d| !files.contains(&d.place.file)));
            found.sources.extend(texts);
            found.files.extend(project.wanted.iter().map(|file| project.display(file)));
        }
    }
    if found.files.is_empty() {
        let paths: Vec<String> = args.paths.iter().map(|path| path.display().to_string()).collect();
        return Err(Stop::new(format!("there are no .ntro files in {}", paths.join(", "))));
    }
    tell(args, &found);
    let broken = found.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error);
    Ok(if broken { PROBLEMS } else { DONE })
}

/// Mends the files of a project that were named, and writes those that changed.
fn mend(project: &mut Project, found: &mut Found) -> Result<Checked, Stop> {
    let fixed = fix::fix_with(&project.sources, &ManyHands, |file| project.wanted.contains(file));
    for (file, text) in &fixed.sources {
        if let Some(before) = project.sources.get(file).filter(|before| *before != text) {
            write::replace_unchanged(&project.root.join(file), before, text)?;
        }
    }
    project.sources = fixed.sources;
    found.made.extend(fixed.made.into_iter().map(|made| (project.display(&made.diagnostic.place.file), made)));
    let mut checked = fixed.checked;
    project.look_around(&mut checked);
    Ok(checked)
}

fn tell(args: &Args, found: &Found) {
    if args.json {
        let problems = report::json(&found.diagnostics, &found.sources);
        let told = if args.fix { json!({ "fixed": made(&found.made), "problems": problems }) } else { problems };
        terminal::out(&format!("{told:#}\n"));
        return;
    }
    let green = console::Style::new().for_stderr().green().bold();
    for (file, Made { diagnostic, line, column }) in &found.made {
        errln!("{} {file}:{line}:{column}: {} [{}]", green.apply_to("fixed"), diagnostic.message, diagnostic.code);
    }
    if !found.made.is_empty() {
        errln!();
    }
    err!("{}", report::render(&found.diagnostics, &found.sources, console::colors_enabled_stderr()));
    let changed = found.made.iter().map(|(file, _)| file).collect::<BTreeSet<_>>().len();
    if args.fix {
        let many = counted(found.made.len(), "problem");
        let told = if changed == 0 {
            "nothing to fix".to_owned()
        } else {
            format!("{many} fixed in {}", counted(changed, "file"))
        };
        errln!("{told}; {}", summary(&found.diagnostics, found.files.len()));
    } else {
        errln!("{}", summary(&found.diagnostics, found.files.len()));
    }
}

fn made(made: &[(String, Made)]) -> Json {
    let object = |(file, Made { diagnostic, line, column }): &(String, Made)| json!({ "file": file, "line": line, "column": column, "code": diagnostic.code, "level": diagnostic.level, "message": diagnostic.message });
    made.iter().map(object).collect()
}

/// `2 errors and 1 warning in 3 files`
pub(super) fn summary(diagnostics: &[Diagnostic], files: usize) -> String {
    let count = |level: Level, word: &str| {
        let count = diagnostics.iter().filter(|diagnostic| diagnostic.level == level).count();
        (count > 0).then(|| counted(count, word))
    };
    let parts: Vec<String> =
        [count(Level::Error, "error"), count(Level::Warning, "warning"), count(Level::Hint, "hint")]
            .into_iter()
            .flatten()
            .collect();
    let files = counted(files, "file");
    if parts.is_empty() { format!("{files} checked, no problems") } else { format!("{} in {files}", parts.join(", ")) }
}
