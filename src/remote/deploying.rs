//! Deploying a project: check, compile, write bundles.

use std::collections::BTreeMap;
use std::path::Path;

use ntro_compiler::{Level, report};
use ntro_worker::bundle::{self, Deployed, Deployment};
use serde_json::Value as Json;

use crate::project::{Anonymous, Project, SETTINGS, shown, unreadable};
use crate::run::driver::wall_clock;
use crate::stop::{PROBLEMS, Stop};

/// The largest file that goes into a bundle, in bytes.
const LARGEST: u64 = 50_000_000;
/// How many files go into a bundle.
const MOST_FILES: usize = 10_000;

/// Whether versions are the runbooks' own, or made anew for every content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Versions {
    /// As the runbook says; a version never changes its content.
    Own,
    /// With a mark of the content, for development.
    Marked,
}

/// Deploys all runbooks that a path names. Problems are shown; errors deploy nothing at all.
pub(crate) fn deploy(path: &Path, bundles: &Path, versions: Versions) -> Result<Vec<(String, Deployed)>, Stop> {
    let project = Project::of(path)?;
    let checked = project.check();
    let wanted: Vec<_> =
        checked.diagnostics.iter().filter(|d| project.wanted.contains(&d.place.file)).cloned().collect();
    let (diagnostics, sources) = project.displayed(&wanted);
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Error).count();
    if errors > 0 {
        eprint!("{}", report::render(&diagnostics, &sources, console::colors_enabled_stderr()));
        let stop = Stop::new(format!("nothing was deployed: {errors} errors"));
        return Err(Stop { code: PROBLEMS, ..stop });
    }
    let mut files = BTreeMap::new();
    collect(&project.root, &project.root, &mut files)?;
    let mark = match versions {
        Versions::Own => None,
        Versions::Marked => Some(mark(&files)),
    };
    let configs = project.settings.configs();
    let mut deployed = Vec::new();
    for (name, compiled) in checked.runbooks.iter().filter(|(_, compiled)| project.wanted.contains(&compiled.file)) {
        let own = if compiled.program.version.is_empty() { "0.0.0" } else { &compiled.program.version };
        let deployment = Deployment {
            program: &compiled.program,
            source_map: &compiled.source_map,
            version: mark.as_ref().map(|mark| format!("{own}+dev.{mark}")),
            config: configs.get(name).cloned().unwrap_or(Json::Null),
            // Where the project does not say, the worker decides.
            anonymous: project.settings.anonymous.map(|anonymous| anonymous == Anonymous::Allow),
            holidays: project.settings.holidays(),
            zone: project.settings.zone.as_ref().map(|zone| zone.value.clone()),
            tenant: project.settings.tenant.clone(),
            files: files.clone(),
            at: wall_clock(),
        };
        let done = bundle::deploy(bundles, &deployment).map_err(|error| Stop::new(error.to_string()))?;
        deployed.push((name.clone(), done));
    }
    if deployed.is_empty() {
        return Err(Stop::new(format!("there is no runbook in {}", path.display())));
    }
    Ok(deployed)
}

/// A short mark of all files together.
pub(crate) fn mark(files: &BTreeMap<String, Vec<u8>>) -> String {
    let text: String =
        files.iter().map(|(path, bytes)| format!("{path} {}\n", ntro_ir::Digest::of("ntro file", bytes))).collect();
    ntro_ir::Digest::of("ntro files", text.as_bytes()).to_string().chars().take(8).collect()
}

/// All files of a project and below. A folder with its own `ntro.yaml` is a project of its own; what is hidden stays.
pub(crate) fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), Stop> {
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(kind) = entry.file_type() else { continue };
        if name.starts_with('.') || name == "target" || name == "node_modules" || name == "build" {
            continue;
        }
        if kind.is_dir() && !path.join(SETTINGS).is_file() {
            collect(root, &path, files)?;
        } else if kind.is_file() {
            let size = entry.metadata().map_or(0, |meta| meta.len());
            if size > LARGEST || files.len() >= MOST_FILES {
                return Err(Stop::new(format!(
                    "{} has too many files, or one of more than {LARGEST} bytes",
                    shown(root)
                ))
                .help("deploy a folder that holds the runbooks and what they need, and nothing else"));
            }
            let bytes = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
            let below = path.strip_prefix(root).unwrap_or(&path);
            files.insert(below.to_string_lossy().replace('\\', "/"), bytes);
        }
    }
    Ok(())
}

/// A line for each runbook.
pub(crate) fn told(deployed: &[(String, Deployed)]) -> String {
    deployed
        .iter()
        .map(|(name, done)| {
            let how = match (&done.before, done.new) {
                (_, false) => "unchanged".to_owned(),
                (Some(before), true) => format!("deployed; runs of {before} go on as they are"),
                (None, true) => "deployed".to_owned(),
            };
            format!("{name}  {}  {}  {how}\n", done.version, done.digest.short())
        })
        .collect()
}
