//! `ntroc deploy --plan`: what a deploy would change, without changing anything.

use std::collections::BTreeMap;
use std::path::Path;

use ntro_compiler::diff::diff;
use ntro_worker::bindings::{self, Written};
use ntro_worker::bundle::{self, Standing};
use ntro_worker::client::Runs;
use ntro_worker::connect::Link;
use ntro_worker::in_flight;
use ntro_worker::schedules::{self, Schedules};

use crate::remote::changes;
use crate::remote::deploying::{Ready, deployed_program};
use crate::stop::Stop;

/// How many runs are named; of more the number is told.
const NAMED: usize = 5;

/// The server, where it is reached; else why not.
pub(crate) type Reached<'a> = Result<(&'a Link, &'a Runs, &'a Schedules), String>;

/// What would change, as text.
pub(crate) async fn plan(ready: &Ready, bundles: &Path, server: Reached<'_>) -> Result<String, Stop> {
    let mut out = String::new();
    for (name, (compiled, version)) in &ready.runbooks {
        let digest = ntro_ir::digest(&compiled.program).short();
        let before = bundle::current(bundles, name).and_then(|current| deployed_program(bundles, name, &current));
        let standing = ready.standing(bundles, name)?;
        let state = match (&before, standing) {
            (_, Standing::OtherContent) => "refused: this version is deployed already with another content".to_owned(),
            (None, _) => "new".to_owned(),
            (Some((manifest, _)), Standing::Same) if manifest.version == *version => "unchanged".to_owned(),
            (Some((manifest, _)), Standing::Same) => {
                format!("deployed before; new runs would take it instead of {}", manifest.version)
            }
            (Some((manifest, _)), Standing::New) => {
                format!("instead of {} {}", manifest.version, manifest.digest.chars().take(12).collect::<String>())
            }
        };
        out.push_str(&format!("{name}  {version}  {digest}  {state}\n"));
        if let Some((_, program)) = &before {
            let found = diff(program, &compiled.program);
            if found.is_empty() && standing == Standing::New {
                out.push_str("  it does the same; only its version, its settings or its files differ\n");
            }
            out.push_str(&changes::text(&found, "  "));
        }
        if let Ok((link, runs, _)) = server {
            out.push_str(&flying(link, runs, name).await?);
        }
    }
    for binding in ready.bindings.values() {
        let written = bindings::compare(bundles, binding);
        let standing = match server {
            Ok((_, _, schedules)) => {
                Some(schedules.compare(binding).await.map_err(|error| Stop::new(error.to_string()))?)
            }
            Err(_) => None,
        };
        out.push_str(&format!("workflow {}  {}  {}\n", binding.name, bound(written, standing), told(binding)));
    }
    if let Err(why) = server {
        out.push_str(&format!(
            "not known: which runs are in flight{}: {why}\n",
            if ready.bindings.is_empty() { "" } else { ", and which schedules there are" }
        ));
    }
    let hindrances = ready.hindrances(bundles).map_err(|stop| Stop::new(stop.message))?;
    for line in &hindrances {
        out.push_str(&format!("refused: {line}\n"));
    }
    Ok(out)
}

/// What would happen to a binding.
fn bound(written: Written, standing: Option<schedules::Standing>) -> &'static str {
    use schedules::Standing as S;
    match (written, standing) {
        (Written::New, _) => "would be new",
        (Written::Changed, _) | (_, Some(S::Differs | S::Superfluous)) => "would change",
        (Written::Same, Some(S::Missing)) => "would be scheduled",
        (Written::Same, _) => "unchanged",
    }
}

/// What a binding says, in a line.
pub(crate) fn told(binding: &ntro_ir::Binding) -> String {
    let mut text = binding.runbook.clone();
    if let Some(entity) = &binding.entity {
        text.push_str(&format!(" for {entity}"));
    }
    match &binding.schedule {
        Some(schedule) => text.push_str(&format!(", {schedule} {}", binding.zone.as_deref().unwrap_or("UTC"))),
        None => text.push_str(", started by hand"),
    }
    match &binding.pin {
        Some(pin) => text.push_str(&format!(", pinned to {pin}")),
        None => text.push_str(", follows the deployed version"),
    }
    text
}

/// The runs in flight by the program that they began with.
async fn flying(link: &Link, runs: &Runs, runbook: &str) -> Result<String, Stop> {
    let (found, count) = in_flight::of(link, runs, runbook).await.map_err(crate::remote::stop)?;
    let mut by_program: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for run in &found {
        let program = match &run.program {
            Some((version, digest)) => format!("{version} {}", digest.chars().take(12).collect::<String>()),
            None => "no program yet: they take the newest".to_owned(),
        };
        by_program.entry(program).or_default().push(&run.run.id);
    }
    let mut out = String::new();
    for (program, ids) in by_program {
        let named = ids.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let more = ids.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let plural = if ids.len() == 1 { "run goes" } else { "runs go" };
        out.push_str(&format!("  {} {plural} on with {program}: {named}{more}\n", ids.len()));
    }
    if count > found.len() {
        out.push_str(&format!("  {} more runs are in flight\n", count - found.len()));
    }
    Ok(out)
}
