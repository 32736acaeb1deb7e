//! `ntroc diff`: what another version of a runbook means.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ntro_compiler::{Level, diff, report};
use ntro_grammar::english::counted;
use ntro_ir::Program;
use ntro_worker::bundle;
use serde_json::{Value as Json, json};

use crate::project::Project;
use crate::remote::{changes, deploying};
use crate::stop::{DONE, Outcome, PROBLEMS, Stop};
use crate::terminal;

/// Says what differs between two versions of runbooks
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc diff ../release-1 .                                  two folders
  ntroc diff .ntro/bundles/nav-monthly/0.1.0 .               what is deployed, and what is here
  ntroc diff old.ntro new.ntro --json

It is about meaning: comments, the order of declarations and the names of variables are no differences. Weaker approvals come first, then
what those who start a run or read its result have to follow.
Exit codes: 0 there is nothing, or only what people see · 1 something else differs · 2 one of them cannot be read")]
pub(super) struct Args {
    /// A file, a folder, or the folder of a deployed version
    old: PathBuf,
    /// The same
    new: PathBuf,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

type Programs = BTreeMap<String, Arc<Program>>;

pub(super) fn run(args: &Args) -> Outcome {
    let (old, new) = (programs(&args.old)?, programs(&args.new)?);
    // Two single runbooks are meant for each other, whatever they are called.
    let single = (old.len() == 1 && new.len() == 1).then(|| (old.keys().next().cloned(), new.keys().next().cloned()));
    let names: BTreeSet<&String> = match &single {
        Some(_) => new.keys().collect(),
        None => old.keys().chain(new.keys()).collect(),
    };
    let (mut text, mut all, mut grave) = (String::new(), Vec::new(), false);
    for name in names {
        let before = match &single {
            Some((Some(other), _)) => old.get(other),
            _ => old.get(name),
        };
        let (state, found) = match (before, new.get(name)) {
            (Some(a), Some(b)) => {
                let found = diff::diff(a, b);
                (if found.is_empty() { "the same" } else { "differs" }, found)
            }
            (None, Some(_)) => ("new", Vec::new()),
            _ => ("no longer there", Vec::new()),
        };
        let only_shown = found.iter().all(|change| change.weight == diff::Weight::Shows);
        grave |= !matches!((state, only_shown), ("the same", _) | ("differs", true));
        text.push_str(&format!("{name}  {state}\n{}", changes::text(&found, "  ")));
        all.push(json!({ "runbook": name, "state": state.replace(' ', "_"), "changes": found }));
    }
    if args.json {
        terminal::out(&format!("{:#}\n", Json::Array(all)));
    } else {
        terminal::out(&text);
    }
    Ok(if grave { PROBLEMS } else { DONE })
}

/// The programs of a path.
fn programs(path: &Path) -> Result<Programs, Stop> {
    if path.join("manifest.json").is_file() && path.join("program.json").is_file() {
        let manifest = bundle::read_manifest(path).map_err(deploying::refused)?;
        let (program, _) = bundle::read_program(path, &manifest).map_err(deploying::refused)?;
        return Ok(BTreeMap::from([(manifest.runbook, Arc::new(program))]));
    }
    let project = Project::of(path)?;
    let checked = project.check();
    let wrong: Vec<_> =
        checked.diagnostics.iter().filter(|found| project.wanted.contains(&found.place.file)).cloned().collect();
    let errors = wrong.iter().filter(|found| found.level == Level::Error).count();
    if errors > 0 {
        let (diagnostics, sources) = project.displayed(&wrong);
        eprint!("{}", report::render(&diagnostics, &sources, console::colors_enabled_stderr()));
        return Err(Stop::new(format!("{} has {}", path.display(), counted(errors, "error"))));
    }
    let here = checked.runbooks.into_iter().filter(|(_, compiled)| project.wanted.contains(&compiled.file));
    let programs: Programs = here.map(|(name, compiled)| (name, compiled.program)).collect();
    if programs.is_empty() {
        return Err(Stop::new(format!("there is no runbook in {}", path.display())));
    }
    Ok(programs)
}
