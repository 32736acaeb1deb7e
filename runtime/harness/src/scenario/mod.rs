//! Plays a scenario: one run with its children in virtual time, mocks for what they call, and a judge of what is expected.
//!
//! A line is played once all that comes before it has happened. The first line that does not hold ends the play, because what follows it
//! would only tell of the same thing again. Nothing here looks into a machine: what is judged are its outputs and its answers to queries,
//! as any host sees them.

mod builtin;
mod expect;
mod matching;
mod mocks;
mod people;
mod reached;
mod stage;
mod story;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use ntro_ir::Program;
use ntro_ir::scenario::{LinePlace, Scenario, ScenarioStep};
use ntro_machine::bound_input;

pub use builtin::{Builtin, play as play_builtin};
pub use reached::{Reached, universe};
pub use story::{Moment, elapsed};

use crate::local::{Options, RunEnd};
use stage::Stage;

/// When a scenario starts that does not say: Monday 2026-01-05T09:00 UTC.
pub const START: &str = "2026-01-05T09:00:00Z";

/// The programs that can run, by name.
pub type Programs = BTreeMap<String, Arc<Program>>;

/// A line that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Where it stands.
    pub place: LinePlace,
    /// The line.
    pub line: String,
    /// What was expected.
    pub expected: String,
    /// What happened.
    pub happened: String,
}

/// What a scenario gave.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The line that does not hold; none where all do.
    pub broken: Option<Broken>,
    /// What happened, in order.
    pub story: Vec<Moment>,
    /// What the runs waited for at the end, with what each waits for in words.
    pub open: Vec<(String, String)>,
    /// How the run ended, where it has.
    pub end: Option<RunEnd>,
    /// Why it has not, in `happy` and `reject_all`.
    pub unfinished: Option<String>,
    /// When it started.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// How many steps were entered, those of children included.
    pub steps: usize,
    /// What was reached, by runbook.
    pub reached: Reached,
}

impl Outcome {
    /// Whether every line holds.
    pub fn passed(&self) -> bool {
        self.broken.is_none()
    }
}

/// Plays a scenario. `options` are those of the project: its time zone, holidays, tenant and settings.
pub fn play(programs: &Programs, scenario: &Scenario, options: &Options) -> Outcome {
    let start = scenario.start.unwrap_or_else(start);
    let mut options = Options { seed: "scenario".to_owned(), ..options.clone() };
    if let Some(changes) = scenario.config.as_object() {
        options.said.insert(scenario.runbook.clone(), changes.clone());
    }
    options.asked_for = asked_for(programs, scenario);
    options.tenant = scenario.tenant.clone().or(options.tenant);
    options.entity = scenario.entity.clone().or(options.entity);
    let given = match &scenario.binding {
        None => Ok(scenario.given.clone()),
        Some(binding) => {
            options.tenant = binding.tenant.clone().or(options.tenant);
            options.entity = binding.entity.clone().or(options.entity);
            options.zone = binding.zone.clone().or(options.zone);
            bound_input(binding, start, &options.seed, options.zone.as_deref(), &options.holidays)
        }
    };
    let mut stage = Stage::new(programs, &scenario.mocks, start, options);
    let broken = match given.and_then(|given| stage.start(&scenario.runbook, given)) {
        Ok(()) => lines(&mut stage, scenario),
        Err(why) => Some(Broken {
            place: scenario.place,
            line: format!("scenario {:?}", scenario.title),
            expected: "the run starts".to_owned(),
            happened: why,
        }),
    };
    stage.outcome(broken, start)
}

/// When a scenario starts that does not say.
pub fn start() -> Timestamp {
    START.parse().unwrap_or_default()
}

/// The runbooks whose children are asked for rather than started: those that are mocked, and those that run elsewhere.
fn asked_for(programs: &Programs, scenario: &Scenario) -> BTreeSet<String> {
    let children = programs.values().flat_map(|program| &program.children).map(|child| &child.runbook);
    let mocked = |name: &&String| scenario.mocks.iter().any(|mock| mock.target == **name);
    children.filter(|name| mocked(name) || !programs.contains_key(*name)).cloned().collect()
}

/// The lines one after the other, then what must hold for the whole scenario.
fn lines(stage: &mut Stage<'_>, scenario: &Scenario) -> Option<Broken> {
    let broken = |line: &ntro_ir::scenario::ScenarioLine, (expected, happened)| Broken {
        place: line.place,
        line: line.text.clone(),
        expected,
        happened,
    };
    for line in &scenario.lines {
        stage.wait(line.after_ms);
        let held = match &line.what {
            ScenarioStep::Signal { name, payload, key, by, role } => {
                stage.signal(name, payload, key.as_deref(), (by.as_deref(), role.as_deref()))
            }
            ScenarioStep::Cancel => stage.cancel(),
            ScenarioStep::At { at, actions } => stage.act(at, actions),
            ScenarioStep::Expect(expected) => stage.expect(expected),
        };
        if let Err(told) = held {
            return Some(broken(line, told));
        }
    }
    for line in &scenario.lines {
        if let ScenarioStep::Expect(expected) = &line.what
            && let Err(told) = stage.expect_of_all(expected)
        {
            return Some(broken(line, told));
        }
    }
    None
}
