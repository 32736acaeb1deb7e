//! Running a runbook here: the local host drives the machines, the capabilities do the work, a terminal or an answers file plays the people.

mod answers_file;
mod audit;
pub(crate) mod driver;
pub(crate) mod input;
mod lines;
mod people;
mod snippet;
pub(crate) mod table;
pub(crate) mod tree;

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use ntro_capabilities::{Capabilities, Settings};
use ntro_compiler::{Checked, Compiled, Level, report};
use ntro_harness::{Local, Options, RunEnd};
use ntro_ir::{Ordered, Program};
use ntro_store::Store;
use serde_json::{Map, Value as Json};

use crate::project::{Anonymous, Project, SETTINGS, shown};
use crate::stop::{DONE, Outcome, PROBLEMS, Stop};
use crate::{suggest, terminal};
use answers_file::Answers;
use audit::Audit;
use people::Me;

/// What `ntroc run` was asked for; see its help.
#[derive(Debug)]
#[allow(missing_docs, reason = "each field is an option of the command, documented there")]
pub(crate) struct Request {
    pub(crate) path: PathBuf,
    pub(crate) input: Option<String>,
    pub(crate) set: Vec<String>,
    pub(crate) answers: Option<PathBuf>,
    pub(crate) runbook: Option<String>,
    pub(crate) fast_forward: bool,
    pub(crate) compact: bool,
    pub(crate) database: Option<PathBuf>,
    pub(crate) config: Option<String>,
    pub(crate) tenant: Option<String>,
    pub(crate) entity: Option<String>,
    pub(crate) actor: Option<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) trace: Option<PathBuf>,
}

/// Runs it.
pub(crate) fn run(request: Request) -> Outcome {
    let project = Project::of(&request.path)?;
    let checked = project.check();
    let Some(compiled) = choose(&request, &project, &checked)? else { return Ok(PROBLEMS) };
    let answers = request.answers.as_deref().map(answers_file::read).transpose()?;
    let said = said_of(&request, &compiled.program, answers.as_ref())?;
    if settings_are_wrong(&project, &checked) {
        return Ok(PROBLEMS);
    }
    // The input comes last, because what it lacks is asked for: everything else that is wrong has been said by then.
    let input = input_of(&request, &compiled.program, answers.as_ref())?;
    let programs = checked.runbooks.iter().map(|(name, compiled)| (name.clone(), compiled.program.clone())).collect();

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Stop::new(format!("this machine refuses what a run needs: {error}")))?;
    runtime.block_on(session(request, project, programs, compiled.program, input, said, answers))
}

/// The runbook that is meant; `None` where it has errors, which are then shown.
fn choose(request: &Request, project: &Project, checked: &Checked) -> Result<Option<Compiled>, Stop> {
    if project.wanted.is_empty() {
        return Err(Stop::new(format!("there are no .ntro files in {}", request.path.display()))
            .help("`ntroc new NAME` makes a project"));
    }
    let here: Vec<(&String, &Compiled)> =
        checked.runbooks.iter().filter(|(_, compiled)| project.wanted.contains(&compiled.file)).collect();
    let broken = checked.diagnostics.iter().any(|d| d.level == Level::Error && d.place.file != SETTINGS);
    let named = request.runbook.as_ref().or(project
        .settings
        .run
        .as_ref()
        .map(|run| &run.value)
        .filter(|run| here.len() != 1 || here.iter().any(|(name, _)| name == run)));
    let found = match named {
        Some(name) => checked.runbooks.get(name),
        None if here.len() == 1 && !broken => here.first().map(|(_, compiled)| *compiled),
        None => None,
    };
    if let Some(compiled) = found {
        let warnings: Vec<_> = checked
            .diagnostics
            .iter()
            .filter(|d| d.level == Level::Warning && d.place.file == compiled.file)
            .cloned()
            .collect();
        let (warnings, sources) = project.displayed(&warnings);
        err!("{}", report::render(&warnings, &sources, console::colors_enabled_stderr()));
        return Ok(Some(compiled.clone()));
    }
    if broken {
        let (errors, sources) = project.displayed(&checked.diagnostics);
        err!("{}", report::render(&errors, &sources, console::colors_enabled_stderr()));
        errln!("not run: the runbook has errors");
        return Ok(None);
    }
    let all: Vec<&str> = if named.is_some() {
        checked.runbooks.keys().map(String::as_str).collect()
    } else {
        here.iter().map(|(name, _)| name.as_str()).collect()
    };
    let names = all.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Err(match named {
        Some(name) => {
            let stop = Stop::new(format!("there is no runbook `{name}` in {}", request.path.display()));
            match suggest::nearest(name, all.iter().copied()) {
                Some(meant) => stop.help(format!("did you mean `{meant}`? There are {names}.")),
                None => stop.help(format!("there are {names}")),
            }
        }
        None if all.is_empty() => Stop::new(format!("there is no runbook in {}", request.path.display())),
        None => Stop::new(format!("{} has several runbooks", request.path.display()))
            .help(format!("name one with --runbook, or with `run:` in ntro.yaml: {names}")),
    })
}

/// Shows what `ntro.yaml` says that does not fit. The runbook may be sound, but its run would not get what somebody meant.
fn settings_are_wrong(project: &Project, checked: &Checked) -> bool {
    let wrong: Vec<_> = checked.diagnostics.iter().filter(|found| found.place.file == SETTINGS).cloned().collect();
    if wrong.is_empty() {
        return false;
    }
    let (wrong, sources) = project.displayed(&wrong);
    err!("{}", report::render(&wrong, &sources, console::colors_enabled_stderr()));
    errln!("not run: {SETTINGS} has errors");
    true
}

fn input_of(request: &Request, program: &Program, answers: Option<&Answers>) -> Result<Map<String, Json>, Stop> {
    let (mut given, mut places) = answers.map(|answers| answers.input.clone()).unwrap_or_default();
    if let Some(argument) = &request.input {
        let argument = input::object_argument("--input", argument)?;
        places.retain(|name, _| !argument.contains_key(name));
        given.extend(argument);
    }
    let record = input::Record { what: "the input", program, ty: program.input };
    record.check_known(&given, &places)?;
    input::apply_sets(&record, &mut given, &mut places, &request.set)?;
    // A tenant or an entity that is given for the whole run fills inputs of those names, as a binding's does.
    for (name, value) in [("tenant", &request.tenant), ("entity", &request.entity)] {
        let wanted = input::fields(program, program.input).iter().any(|field| field.name == name);
        if let Some(value) = value.as_ref().filter(|_| wanted && !given.contains_key(name)) {
            given.insert(name.to_owned(), Json::String(value.clone()));
        }
    }
    input::complete(program, &mut given)?;
    record.check_fits(&given, &places)?;
    Ok(given)
}

/// What is said of the configuration for this run alone. It goes over what the project says.
fn said_of(request: &Request, program: &Program, answers: Option<&Answers>) -> Result<Map<String, Json>, Stop> {
    let (mut config, mut places) = answers.map(|answers| answers.config.clone()).unwrap_or_default();
    if let Some(argument) = &request.config {
        let argument = input::object_argument("--config", argument)?;
        places.retain(|name, _| !argument.contains_key(name));
        config.extend(argument);
    }
    let record = input::Record { what: "the configuration", program, ty: program.config };
    record.check_known(&config, &places)?;
    record.check_fits(&config, &places)?;
    Ok(config)
}

/// Opens what a run needs, drives it and tells how it ended.
async fn session(
    request: Request,
    project: Project,
    programs: BTreeMap<String, Arc<Program>>,
    program: Arc<Program>,
    input: Map<String, Json>,
    said: Map<String, Json>,
    answers: Option<Answers>,
) -> Outcome {
    let database = request.database.clone().unwrap_or_else(|| project.database());
    let store = Store::open(&database).await.map_err(|error| Stop::new(error.to_string()))?;
    let settings = Settings::new(&project.root, project.storage());
    let capabilities = Capabilities::new(store.clone(), settings).map_err(|error| Stop::new(error.to_string()))?;
    let now = driver::wall_clock();
    // Ids are made from the time and the process, so that runs that share a database never share an idempotency key.
    let seed = format!("{}-{}", now.strftime("%Y%m%d-%H%M%S-%6f"), std::process::id());
    let workflow_id = format!("{}-{seed}", program.name);
    let audit = Audit::open(store.clone(), &project.root.join(".ntro/runs"), &workflow_id, request.trace.as_deref())?;
    let options = Options {
        seed,
        configs: project.settings.configs(),
        tenants: project.settings.overrides(),
        said: BTreeMap::from([(program.name.clone(), said)]),
        tenant: request.tenant.clone().or_else(|| project.settings.tenant.clone()),
        entity: request.entity.clone(),
        zone: project.settings.zone.as_ref().map(|zone| zone.value.clone()),
        holidays: project.settings.holidays(),
        anonymous: project.settings.anonymous != Some(Anonymous::Deny),
        ..Options::default()
    };
    let mut local = Local::new(programs, now, options);
    let root =
        local.start(&program.name, &workflow_id, Json::Object(input)).map_err(|error| Stop::new(error.to_string()))?;
    // A project of one runbook often has its title.
    let name = project.settings.name.as_ref().filter(|name| **name != program.title);
    let name = name.map(|name| format!("{} · ", table::plain(name))).unwrap_or_default();
    errln!("{name}{} · {workflow_id}", program.title);
    let me = Me { name: request.actor.clone(), roles: request.roles.clone() };
    let mut driver =
        driver::Driver::new(local, root, capabilities, audit, answers, me, request.fast_forward, project.root.clone());
    let end = driver.drive().await;
    // After a failure the rest of the answers could not be used; where nobody came, one of them may be meant for the step that waits.
    let unused =
        if matches!(end, Ok(RunEnd::Completed(_))) || driver.nobody_came() { driver.unused() } else { Vec::new() };
    let audit_path = driver.audit_path();
    drop(driver);
    store.close().await;
    for (place, what) in unused {
        errln!("warning: {place}: this answer was not used ({what})");
    }
    tell(&request, &program, &end?, &database, &audit_path)
}

fn tell(
    request: &Request,
    program: &Program,
    end: &RunEnd,
    database: &std::path::Path,
    audit: &std::path::Path,
) -> Outcome {
    let green = console::Style::new().for_stderr().green();
    let code = match end {
        RunEnd::Completed(result) => {
            let pretty = !request.compact && std::io::stdout().is_terminal();
            // People read the result, so its fields stand in the order in which the runbook declares them.
            let ordered = Ordered { json: result, ty: &program.output, types: &program.types };
            let text = if pretty { serde_json::to_string_pretty(&ordered) } else { serde_json::to_string(&ordered) };
            terminal::out(&format!("{}\n", text.unwrap_or_else(|_| result.to_string())));
            errln!("{}", green.apply_to("completed"));
            DONE
        }
        RunEnd::Failed(failure) => {
            Stop::new(format!("the run failed at `{}`: {}", failure.step, failure.message)).report();
            PROBLEMS
        }
        RunEnd::Cancelled => {
            errln!("the run was cancelled");
            PROBLEMS
        }
    };
    errln!("rows and documents: {} (tables ingest_*)", shown(database));
    errln!("what happened:      {}", shown(audit));
    Ok(code)
}
