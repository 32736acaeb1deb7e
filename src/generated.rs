//! What the commands share that make something of a runbook: which runbook is meant, and where the result goes.

use std::path::Path;
use std::sync::Arc;

use ntro_compiler::{Checked, Compiled, Level, report};

use crate::project::{Project, shown};
use crate::stop::{PROBLEMS, Stop};
use crate::{suggest, terminal};

/// The name that is meant among those of a path: the one that was said, `run:` of `ntro.yaml`, or the only one.
pub(crate) fn choose<'n>(
    names: &[&'n str],
    said: Option<&str>,
    project: &Project,
    path: &Path,
) -> Result<&'n str, Stop> {
    if let Some(said) = said {
        return names.iter().find(|name| **name == said).copied().ok_or_else(|| {
            let stop = Stop::new(format!("there is no runbook `{said}` in {}", path.display()));
            match suggest::nearest(said, names.iter().copied()) {
                Some(meant) => stop.help(format!("did you mean `{meant}`?")),
                None => stop.help(format!("there is {}", listed(names))),
            }
        });
    }
    let preferred = project.settings.run.as_ref().map(|run| run.value.as_str());
    match names {
        [] => Err(Stop::new(format!("there is no runbook in {}", path.display()))),
        [only] => Ok(only),
        _ => names.iter().find(|name| Some(**name) == preferred).copied().ok_or_else(|| {
            Stop::new(format!("{} has several runbooks", path.display()))
                .help(format!("name one of {} behind the path", listed(names)))
        }),
    }
}

fn listed(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// The program that is meant, of a project that was checked. Where its files have errors they are told, and the exit code is 1.
pub(crate) fn program<'c>(
    checked: &'c Checked,
    said: Option<&str>,
    project: &Project,
    path: &Path,
) -> Result<(&'c str, &'c Compiled), Stop> {
    let names: Vec<&str> = checked
        .runbooks
        .iter()
        .filter(|(_, compiled)| project.wanted.contains(&compiled.file))
        .map(|(name, _)| name.as_str())
        .collect();
    let errors: Vec<_> = checked.diagnostics.iter().filter(|found| found.level == Level::Error).cloned().collect();
    // What is meant compiles, whatever is wrong elsewhere in the project.
    let clear = said.is_some_and(|said| names.contains(&said)) || errors.is_empty();
    if !clear {
        let (diagnostics, sources) = project.displayed(&errors);
        err!("{}", report::render(&diagnostics, &sources, console::colors_enabled_stderr()));
        let count = errors.len();
        let word = if count == 1 { "error" } else { "errors" };
        return Err(Stop { code: PROBLEMS, message: format!("{} has {count} {word}", path.display()), help: None });
    }
    let name = choose(&names, said, project, path)?;
    let missing = || Stop::new(format!("there is no runbook `{name}`"));
    checked.runbooks.get_key_value(name).map(|(name, compiled)| (name.as_str(), compiled)).ok_or_else(missing)
}

/// The text of the file in which a runbook stands.
pub(crate) fn source(project: &Project, compiled: &Compiled) -> Arc<str> {
    project.sources.get(&compiled.file).cloned().unwrap_or_default()
}

/// Writes what was made to a file, or to standard output.
pub(crate) fn deliver(text: &str, out: Option<&Path>) -> Result<(), Stop> {
    let Some(file) = out else {
        terminal::out(text);
        return Ok(());
    };
    std::fs::write(file, text).map_err(|error| Stop::new(format!("{} cannot be written: {error}", shown(file))))?;
    errln!("{} was written", shown(file));
    Ok(())
}
