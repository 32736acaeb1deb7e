//! `ntroc build`: programs as files.

use std::path::PathBuf;

use ntro_compiler::{Compiled, Level, report};

use super::check::summary;
use crate::project::{Project, shown};
use crate::stop::{DONE, Outcome, PROBLEMS, Stop};
use crate::terminal;

/// Compiles runbooks
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc build nav.ntro --print      the program as a listing
  ntroc build . -o out              out/NAME.json and out/NAME.map.json for each runbook

Without --print, a line with the digest of each program goes to stdout.
Exit codes: 0 built · 1 the runbook has errors · 2 a path is missing or cannot be written")]
pub(super) struct Args {
    /// A file or a folder
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Print the listing instead of writing files
    #[arg(long)]
    print: bool,
    /// Where the files go
    #[arg(short, long = "out", value_name = "DIR", default_value = "build")]
    out: PathBuf,
}

pub(super) fn run(args: &Args) -> Outcome {
    let project = Project::of(&args.path)?;
    let checked = project.check();
    let wanted: Vec<_> = checked.diagnostics.iter().filter(|d| project.is_wanted(&d.place.file)).cloned().collect();
    let (diagnostics, sources) = project.displayed(&wanted);
    err!("{}", report::render(&diagnostics, &sources, console::colors_enabled_stderr()));
    if diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error) {
        errln!("{}", summary(&diagnostics, project.wanted.len()));
        return Ok(PROBLEMS);
    }
    let runbooks: Vec<(&String, &Compiled)> =
        checked.runbooks.iter().filter(|(_, compiled)| project.wanted.contains(&compiled.file)).collect();
    if runbooks.is_empty() {
        return Err(Stop::new(format!("there is no runbook in {}", args.path.display())));
    }
    for (name, compiled) in runbooks {
        if args.print {
            terminal::out(&ntro_ir::listing::listing(&compiled.program));
        } else {
            write(args, name, compiled)?;
        }
    }
    Ok(DONE)
}

fn write(args: &Args, name: &str, compiled: &Compiled) -> Result<(), Stop> {
    let program = args.out.join(format!("{name}.json"));
    let map = args.out.join(format!("{name}.map.json"));
    let json = |value: Result<String, serde_json::Error>| {
        value.map_err(|error| Stop::new(format!("`{name}` cannot be written as JSON: {error}")))
    };
    let failed = |error: std::io::Error| Stop::new(format!("{} cannot be written: {error}", shown(&args.out)));
    std::fs::create_dir_all(&args.out).map_err(failed)?;
    std::fs::write(&program, json(serde_json::to_string_pretty(&*compiled.program))?).map_err(failed)?;
    std::fs::write(&map, json(serde_json::to_string(&**compiled.source_map))?).map_err(failed)?;
    terminal::out(&format!("{name}  {}  {}\n", ntro_ir::digest(&compiled.program), shown(&program)));
    Ok(())
}
