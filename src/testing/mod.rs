//! Playing the scenarios of projects: which there are, their outcomes, and what of the runbooks they reached.

mod json;
mod lines;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use ntro_compiler::hands::{Alone, Hands};
use ntro_compiler::{Diagnostic, Level, Sources, hands, report};
use ntro_harness::Options;
use ntro_harness::scenario::{Builtin, Outcome as Played, Programs, Reached, play, play_builtin, universe};
use ntro_ir::Scenario;
use ntro_lsp::ManyHands;

use crate::project::{self, Project};
use crate::stop::{DONE, Outcome, PROBLEMS, Stop};
use crate::{suggest, terminal};

/// How many scenarios are played one after the other: starting threads costs more than a few of them.
const ALONE: usize = 32;

/// What `ntroc test` was asked for; see its help.
#[derive(Debug)]
#[allow(missing_docs, reason = "each field is an option of the command, documented there")]
pub(crate) struct Request {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) filter: Option<String>,
    pub(crate) json: bool,
    pub(crate) builtin: bool,
}

/// One thing to play.
enum Job {
    Written(Arc<Scenario>),
    Builtin(String, Builtin),
}

impl Job {
    fn runbook(&self) -> &str {
        match self {
            Job::Written(scenario) => &scenario.runbook,
            Job::Builtin(runbook, _) => runbook,
        }
    }

    fn title(&self) -> &str {
        match self {
            Job::Written(scenario) => &scenario.title,
            Job::Builtin(_, which) => which.name(),
        }
    }
}

/// What one job gave.
struct Result {
    job: Job,
    /// The file as the person can open it.
    file: String,
    played: Played,
}

/// What of a runbook was reached.
struct Coverage {
    runbook: String,
    /// Whether it has run at all.
    ran: bool,
    reached: usize,
    missing: Vec<String>,
}

/// What a project gave.
struct Tested {
    name: String,
    results: Vec<Result>,
    coverage: Vec<Coverage>,
}

/// Plays what is asked for.
pub(crate) fn run(request: &Request) -> Outcome {
    let began = Instant::now();
    let (mut projects, mut diagnostics, mut sources) = (Vec::new(), Vec::new(), Sources::new());
    let (mut seen, mut titles, mut files) = (BTreeSet::new(), BTreeSet::new(), 0);
    for path in &request.paths {
        for folder in project::projects_in(path)? {
            let project = Project::of(&folder)?;
            files += project.wanted.len();
            // A project that two paths lead to is played once.
            let fresh: BTreeSet<String> =
                project.wanted.iter().filter(|file| seen.insert(project.root.join(file))).cloned().collect();
            if fresh.is_empty() {
                continue;
            }
            let tested = one_project(request, &project, &fresh, &mut diagnostics, &mut sources, &mut titles);
            projects.extend(tested);
        }
    }
    if files == 0 {
        let paths: Vec<String> = request.paths.iter().map(|path| path.display().to_string()).collect();
        return Err(Stop::new(format!("there are no .ntro files in {}", paths.join(", "))));
    }
    let broken = diagnostics.iter().any(|diagnostic: &Diagnostic| diagnostic.level == Level::Error);
    err!("{}", report::render(&diagnostics, &sources, console::colors_enabled_stderr()));
    let played: usize = projects.iter().map(|project| project.results.len()).sum();
    if let (Some(filter), 0, false) = (&request.filter, played, broken) {
        let stop = Stop::new(format!("no scenario has `{filter}` in its runbook or title"));
        return Err(match suggest::nearest(filter, titles.iter().map(String::as_str)) {
            Some(meant) => stop.help(format!("did you mean `{meant}`?")),
            None => stop.help("`ntroc test` without --filter plays all and names them"),
        });
    }
    if broken && projects.is_empty() {
        errln!("not played: there are errors");
        return Ok(PROBLEMS);
    }
    if request.json {
        terminal::out(&format!("{:#}\n", json::all(&projects)));
    } else {
        terminal::out(&lines::all(&projects));
        errln!("{}", lines::summary(&projects, began.elapsed()));
    }
    let failed = projects.iter().flat_map(|project| &project.results).any(|result| !result.played.passed());
    Ok(if broken || failed { PROBLEMS } else { DONE })
}

/// Checks a project and plays its scenarios. Where it has errors they are kept and nothing is played.
fn one_project(
    request: &Request,
    project: &Project,
    files: &BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
    sources: &mut Sources,
    titles: &mut BTreeSet<String>,
) -> Option<Tested> {
    let checked = project.check();
    let (found, texts) = project.displayed(&checked.diagnostics);
    let broken = found.iter().any(|diagnostic| diagnostic.level == Level::Error);
    diagnostics.extend(found);
    sources.extend(texts);
    if broken {
        return None;
    }
    let programs: Programs =
        checked.runbooks.iter().map(|(name, compiled)| (name.clone(), compiled.program.clone())).collect();
    let here: Vec<&String> =
        checked.runbooks.iter().filter(|(_, of)| files.contains(&of.file)).map(|(name, _)| name).collect();
    let written = checked.scenarios.iter().filter(|scenario| files.contains(&scenario.file)).cloned();
    let mut jobs: Vec<Job> = written.map(Job::Written).collect();
    if request.builtin {
        jobs.extend(here.iter().flat_map(|name| Builtin::ALL.map(|which| Job::Builtin((*name).clone(), which))));
    }
    titles.extend(jobs.iter().map(|job| job.title().to_owned()));
    let wanted = |job: &Job| match &request.filter {
        Some(filter) => {
            let filter = filter.to_lowercase();
            [job.title(), job.runbook()].iter().any(|text| text.to_lowercase().contains(&filter))
        }
        None => true,
    };
    jobs.retain(wanted);
    // Beneath a runbook stand its scenarios in the order of the text, then those that it has anyway.
    jobs.sort_by(|a, b| a.runbook().cmp(b.runbook()));
    let options = options_of(project);
    let count = jobs.len();
    let played =
        terminal::while_waiting(&format!("playing {count} scenarios …"), || play_all(&programs, jobs, &options));
    let results: Vec<Result> = played
        .into_iter()
        .map(|(job, played)| {
            let file = match &job {
                Job::Written(scenario) => project.display(&scenario.file),
                Job::Builtin(runbook, _) => {
                    checked.runbooks.get(runbook).map(|of| project.display(&of.file)).unwrap_or_default()
                }
            };
            Result { job, file, played }
        })
        .collect();
    // A part of the scenarios says nothing about what all of them reach.
    let coverage = match request.filter {
        Some(_) => Vec::new(),
        None => coverage(&programs, &here, &results),
    };
    Some(Tested { name: project::shown(&project.root), results, coverage })
}

/// The host of a scenario is the project's: its time zone, holidays, tenant and settings.
fn options_of(project: &Project) -> Options {
    Options {
        configs: project.settings.configs(),
        tenants: project.settings.overrides(),
        tenant: project.settings.tenant.clone(),
        zone: project.settings.zone.as_ref().map(|zone| zone.value.clone()),
        holidays: project.settings.holidays(),
        // Everybody in a scenario has a name and a role, given or made.
        anonymous: false,
        ..Options::default()
    }
}

/// Plays all, side by side where there are many. The outcomes stand in the order of the jobs.
fn play_all(programs: &Programs, jobs: Vec<Job>, options: &Options) -> Vec<(Job, Played)> {
    let one = |job: &Job| match job {
        Job::Written(scenario) => play(programs, scenario, options),
        Job::Builtin(runbook, which) => play_builtin(programs, runbook, *which, options),
    };
    let hands: &dyn Hands = if jobs.len() <= ALONE { &Alone } else { &ManyHands };
    let played = hands::map(hands, jobs.len(), |at| jobs.get(at).map(one));
    jobs.into_iter().zip(played.into_iter().flatten()).collect()
}

/// What the written scenarios reached of each runbook. `happy` and `reject_all` do not count: nobody has said what must come of them.
fn coverage(programs: &Programs, runbooks: &[&String], results: &[Result]) -> Vec<Coverage> {
    let mut reached = Reached::default();
    for result in results.iter().filter(|result| matches!(result.job, Job::Written(_))) {
        reached.merge(&result.played.reached);
    }
    let mut all = Vec::new();
    for name in runbooks {
        let Some(program) = programs.get(*name) else { continue };
        let (has, missing): (Vec<_>, Vec<_>) =
            universe(program).into_iter().partition(|place| reached.has(name, place));
        all.push(Coverage { runbook: (*name).clone(), ran: reached.has_run(name), reached: has.len(), missing });
    }
    all
}
