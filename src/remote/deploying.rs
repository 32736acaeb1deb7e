//! Deploying a project: check, compile, hold against what is deployed, write bundles and bindings.
//!
//! Everything that can be refused is refused before anything is written.

use std::collections::BTreeMap;
use std::path::Path;

use ntro_compiler::{Checked, Compiled, Level, report};
use ntro_grammar::english::counted;
use ntro_ir::{Binding, Program};
use ntro_worker::bindings::{self, Written};
use ntro_worker::bundle::{self, Deployed, Deployment, Manifest, Standing};
use serde_json::Value as Json;

use crate::project::{Anonymous, Project, SETTINGS, shown, unreadable};
use crate::remote::binding_flags::{self, BindingFlags};
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

/// A binding that was written, and what that changed.
pub(crate) type Bound = (Binding, Written);

/// What is to be deployed, checked and compiled.
#[derive(Debug)]
pub(crate) struct Ready {
    project: Project,
    /// The runbooks by name, each with its version.
    pub(crate) runbooks: BTreeMap<String, (Compiled, String)>,
    /// The bindings by name, with what the project's settings give them.
    pub(crate) bindings: BTreeMap<String, Binding>,
    files: BTreeMap<String, Vec<u8>>,
}

/// Checks and compiles what a path names. Problems are shown; errors leave nothing to deploy.
pub(crate) fn ready(path: &Path, versions: Versions, flags: &BindingFlags) -> Result<Ready, Stop> {
    let mut project = Project::of(path)?;
    let mut checked = project.check();
    if flags.given() {
        let here = checked.runbooks.iter().filter(|(_, compiled)| project.wanted.contains(&compiled.file));
        let names: Vec<String> = here.map(|(name, _)| name.clone()).collect();
        // A runbook with errors is none here; its errors are what there is to say.
        if !names.is_empty() || !has_errors(&checked, &project) {
            let text = flags.source(&project, &names)?;
            project.sources.insert(binding_flags::FILE.to_owned(), text.into());
            project.wanted.insert(binding_flags::FILE.to_owned());
            checked = project.check();
        }
    }
    refuse_errors(&checked, &project)?;
    let mut files = BTreeMap::new();
    collect(&project.root, &project.root, &mut files)?;
    let mark = match versions {
        Versions::Own => None,
        Versions::Marked => Some(mark(&files)),
    };
    let wanted = |file: &String| project.wanted.contains(file);
    let mut runbooks = BTreeMap::new();
    for (name, compiled) in checked.runbooks.into_iter().filter(|(_, compiled)| wanted(&compiled.file)) {
        let own = if compiled.program.version.is_empty() { "0.0.0" } else { &compiled.program.version };
        let version = mark.as_ref().map_or_else(|| own.to_owned(), |mark| format!("{own}+dev.{mark}"));
        runbooks.insert(name, (compiled, version));
    }
    let mut bindings = BTreeMap::new();
    for (name, compiled) in checked.bindings.into_iter().filter(|(_, compiled)| wanted(&compiled.file)) {
        let mut binding = (*compiled.binding).clone();
        binding.zone = binding.zone.or_else(|| project.settings.zone.as_ref().map(|zone| zone.value.clone()));
        binding.tenant = binding.tenant.or_else(|| project.settings.tenant.clone());
        bindings.insert(name, binding);
    }
    if runbooks.is_empty() && bindings.is_empty() {
        return Err(Stop::new(format!("there is no runbook in {}", path.display())));
    }
    Ok(Ready { project, runbooks, bindings, files })
}

fn has_errors(checked: &Checked, project: &Project) -> bool {
    checked.diagnostics.iter().any(|found| found.level == Level::Error && project.is_wanted(&found.place.file))
}

fn refuse_errors(checked: &Checked, project: &Project) -> Result<(), Stop> {
    let wanted: Vec<_> = checked.diagnostics.iter().filter(|d| project.is_wanted(&d.place.file)).cloned().collect();
    let (mut diagnostics, mut sources) = project.displayed(&wanted);
    // What the options stand for has no file that anybody could open.
    let made = project.display(binding_flags::FILE);
    if let Some(text) = sources.remove(&made) {
        sources.insert(binding_flags::SHOWN.to_owned(), text);
        for found in diagnostics.iter_mut().filter(|found| found.place.file == made) {
            found.place.file = binding_flags::SHOWN.to_owned();
        }
    }
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Error).count();
    if errors == 0 {
        return Ok(());
    }
    eprint!("{}", report::render(&diagnostics, &sources, console::colors_enabled_stderr()));
    let stop = Stop::new(format!("nothing was deployed: {}", counted(errors, "error")));
    Err(Stop { code: PROBLEMS, ..stop })
}

impl Ready {
    /// How a runbook of these stands against what is deployed.
    pub(crate) fn standing(&self, bundles: &Path, name: &str) -> Result<Standing, Stop> {
        let Some((compiled, version)) = self.runbooks.get(name) else { return Ok(Standing::New) };
        bundle::compare(bundles, &self.deployment(name, compiled, version)).map_err(refused)
    }

    fn deployment<'a>(&'a self, name: &str, compiled: &'a Compiled, version: &str) -> Deployment<'a> {
        let settings = &self.project.settings;
        Deployment {
            program: &compiled.program,
            source_map: &compiled.source_map,
            version: Some(version.to_owned()),
            config: settings.configs().remove(name).unwrap_or(Json::Null),
            tenants: settings.overrides_of(name),
            // Where the project does not say, the worker decides.
            anonymous: settings.anonymous.map(|anonymous| anonymous == Anonymous::Allow),
            holidays: settings.holidays(),
            zone: settings.zone.as_ref().map(|zone| zone.value.clone()),
            tenant: settings.tenant.clone(),
            files: self.files.clone(),
            at: wall_clock(),
        }
    }

    /// Why this cannot be deployed beside what is there: a version with another content, a parent without a child that fits, a
    /// binding without a runbook that fits. A line each.
    pub(crate) fn hindrances(&self, bundles: &Path) -> Result<Vec<String>, Stop> {
        let mut lines = Vec::new();
        for (name, (compiled, version)) in &self.runbooks {
            if self.standing(bundles, name)? == Standing::OtherContent {
                lines.push(format!(
                    "{name}: version {version} is deployed already with another content; give this one another `version`"
                ));
            }
            for child in &compiled.program.children {
                if let Some(why) = self.orphaned(bundles, child)? {
                    lines.push(format!("{name}: {why}"));
                }
            }
        }
        for binding in self.bindings.values() {
            lines.extend(self.unbound(bundles, binding)?.map(|why| format!("workflow {}: {why}", binding.name)));
        }
        // What was bound elsewhere follows too, unless it is pinned.
        for name in bindings::names(bundles).map_err(refused)? {
            let known = self.bindings.contains_key(&name);
            let Ok(Some(record)) = bindings::read(bundles, &name) else { continue };
            let follows = record.binding.pin.is_none() && self.runbooks.contains_key(&record.binding.runbook);
            if follows
                && !known
                && let Some(why) = self.unbound(bundles, &record.binding)?
            {
                lines.push(format!(
                    "workflow {name}, which is bound already: {why}; pin it, bind it anew, or remove it with `ntroc unbind {name}`"
                ));
            }
        }
        Ok(lines)
    }

    /// Why a parent would find no child: none that is deployed, or is about to be, takes and gives what it was checked against.
    fn orphaned(&self, bundles: &Path, child: &ntro_ir::Child) -> Result<Option<String>, Stop> {
        if let Some((compiled, _)) = self.runbooks.get(&child.runbook)
            && compiled.program.interface().to_string() == child.interface
        {
            return Ok(None);
        }
        let versions = bundle::versions(bundles, &child.runbook).map_err(refused)?;
        let mut there = Vec::new();
        for version in versions {
            match bundle::read_manifest(&bundles.join(&child.runbook).join(&version)) {
                Ok(manifest) if manifest.interface == child.interface => return Ok(None),
                Ok(_) => there.push(version),
                // A broken one is of no use to the parent either.
                Err(_) => {}
            }
        }
        Ok(Some(match there.as_slice() {
            [] => format!(
                "the runbook `{}`, which it starts, is not deployed; deploy that first, or the whole folder",
                child.runbook
            ),
            versions => format!(
                "no deployed version of `{}` ({}) takes and gives what it was checked against; deploy one that does",
                child.runbook,
                versions.join(", ")
            ),
        }))
    }

    /// Why a binding's runs would not begin.
    fn unbound(&self, bundles: &Path, binding: &Binding) -> Result<Option<String>, Stop> {
        let here = self.runbooks.get(&binding.runbook);
        let program = match (&binding.pin, here) {
            (None, Some((compiled, _))) => return Ok(binding.misfit(&compiled.program)),
            (Some(pin), Some((compiled, version))) if pin == version => return Ok(binding.misfit(&compiled.program)),
            (Some(pin), _) => deployed_program(bundles, &binding.runbook, pin),
            (None, None) => match bundle::current(bundles, &binding.runbook) {
                Some(version) => deployed_program(bundles, &binding.runbook, &version),
                None => None,
            },
        };
        let versions = bundle::versions(bundles, &binding.runbook).map_err(refused)?;
        Ok(match (program, &binding.pin) {
            (Some((_, program)), _) => binding.misfit(&program),
            (None, Some(pin)) if versions.is_empty() => {
                Some(format!("`{}` is not deployed, so version {pin} cannot be pinned", binding.runbook))
            }
            (None, Some(pin)) => {
                let there = versions.join(", ");
                Some(format!("version {pin} of `{}` is not deployed; there are {there}", binding.runbook))
            }
            (None, None) => Some(format!("the runbook `{}` is not deployed", binding.runbook)),
        })
    }

    /// Writes the bundles.
    pub(crate) fn write(&self, bundles: &Path) -> Result<Vec<(String, Deployed)>, Stop> {
        let mut deployed = Vec::new();
        for (name, (compiled, version)) in &self.runbooks {
            let done = bundle::deploy(bundles, &self.deployment(name, compiled, version)).map_err(refused)?;
            deployed.push((name.clone(), done));
        }
        Ok(deployed)
    }

    /// Writes the bindings.
    pub(crate) fn bind(&self, bundles: &Path) -> Result<Vec<Bound>, Stop> {
        self.bindings.values().map(|binding| bind_one(bundles, binding)).collect()
    }

    /// Writes the bindings whose runs could begin, and says why the others could not, a line each. For development, where a pinned
    /// version need not be deployed.
    pub(crate) fn bind_fitting(&self, bundles: &Path) -> Result<(Vec<Bound>, Vec<String>), Stop> {
        let (mut bound, mut unfit) = (Vec::new(), Vec::new());
        for binding in self.bindings.values() {
            match self.unbound(bundles, binding)? {
                None => bound.push(bind_one(bundles, binding)?),
                Some(why) => unfit.push(format!("workflow {} is not bound: {why}", binding.name)),
            }
        }
        Ok((bound, unfit))
    }
}

fn bind_one(bundles: &Path, binding: &Binding) -> Result<Bound, Stop> {
    let written = bindings::write(bundles, binding, wall_clock()).map_err(refused)?;
    Ok((binding.clone(), written))
}

/// The program of a deployed version, where it is sound.
pub(crate) fn deployed_program(bundles: &Path, runbook: &str, version: &str) -> Option<(Manifest, Program)> {
    let folder = bundles.join(runbook).join(version);
    let manifest = bundle::read_manifest(&folder).ok()?;
    let (program, _) = bundle::read_program(&folder, &manifest).ok()?;
    Some((manifest, program))
}

pub(crate) fn refused(error: bundle::BundleError) -> Stop {
    Stop::new(error.to_string())
}

/// Refuses what must not be deployed, each reason on a line.
pub(crate) fn refuse(hindrances: &[String]) -> Result<(), Stop> {
    match hindrances {
        [] => Ok(()),
        [one] => Err(Stop::new(format!("nothing was deployed. {one}"))),
        more => Err(Stop::new(format!("nothing was deployed:\n  {}", more.join("\n  ")))),
    }
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
