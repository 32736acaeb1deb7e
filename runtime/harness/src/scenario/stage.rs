//! The runs of a scenario and how time moves for them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ntro_ir::scenario::{Address, Mock};
use ntro_machine::{ActivityCall, Json};
use serde_json::json;

use super::mocks::{Answers, reads};
use super::people::as_submitted;
use super::reached::Reached;
use super::story::{Story, described_end};
use super::{Broken, Outcome, Programs};
use crate::answers::described;
use crate::local::{Local, Options, RunEnd, RunInfo, RunKey, Step, readable_ms};
use crate::sample::completed;
use crate::timers::after;
use crate::waiting::{Waiting, lineage, waiting};

/// How many steps a scenario may take. A runbook that goes on for ever ends here.
const MOST_STEPS: u32 = 200_000;

/// What was expected, and what happened instead.
pub(super) type Told = (String, String);

/// A call of a capability, an agent or a child.
#[derive(Debug)]
pub(super) struct Called {
    /// The name that mocks use.
    pub(super) target: String,
    /// What it was given.
    pub(super) args: Json,
}

/// The runs of a scenario.
pub(super) struct Stage<'a> {
    pub(super) local: Local,
    pub(super) root: RunKey,
    answers: Answers<'a>,
    pub(super) story: Story,
    pub(super) reached: Reached,
    pub(super) calls: Vec<Called>,
    /// The largest number of runs of each runbook that were open at once.
    pub(super) most_running: BTreeMap<String, u32>,
    running: BTreeMap<String, u32>,
    /// The steps that were entered, with the child steps that lead there.
    pub(super) entered: Vec<(RunKey, String)>,
    steps: u32,
    fault: Option<String>,
}

impl<'a> Stage<'a> {
    pub(super) fn new(programs: &Programs, mocks: &'a [Mock], start: Timestamp, options: Options) -> Stage<'a> {
        Stage {
            local: Local::new(programs.clone(), start, options),
            root: RunKey::new("scenario"),
            answers: Answers::new(mocks),
            story: Story::new(start),
            reached: Reached::default(),
            calls: Vec::new(),
            most_running: BTreeMap::new(),
            running: BTreeMap::new(),
            entered: Vec::new(),
            steps: 0,
            fault: None,
        }
    }

    /// Starts the run and lets it go as far as it can without anybody.
    pub(super) fn start(&mut self, runbook: &str, given: Json) -> Result<(), String> {
        self.root = self.local.start(runbook, "scenario", given).map_err(|error| error.to_string())?;
        self.settle();
        Ok(())
    }

    /// Lets happen what can happen now. Gives when the next timer is due.
    pub(super) fn settle(&mut self) -> Option<Timestamp> {
        loop {
            if self.fault.is_some() {
                return None;
            }
            self.steps += 1;
            if self.steps > MOST_STEPS {
                self.fault = Some(format!("there is no end after {MOST_STEPS} steps"));
                return None;
            }
            match self.local.next() {
                Step::Idle { next_timer } => return next_timer,
                step => self.one(step),
            }
        }
    }

    fn one(&mut self, step: Step) {
        let now = self.local.now();
        match step {
            Step::Started { run } => self.started(&run),
            Step::Activity { run, call, attempt } => self.call(&run, &call, attempt),
            Step::Child { run, call } => {
                let made = self.answers.child(&self.local, &run, &call);
                match made {
                    None => self.local.start_child(&run, &call),
                    Some(result) => {
                        self.calls.push(Called { target: call.runbook.clone(), args: call.input.clone() });
                        self.story.child(&self.local, &run, &call, &result, now);
                        self.local.answer_child(&run, &call, result);
                    }
                }
            }
            Step::Event { run, event } => {
                let runbook = self.local.info(&run).map(|info| info.runbook.clone()).unwrap_or_default();
                self.reached.note(&runbook, &event);
                if event.name == "step.entered" {
                    self.entered.push((run.clone(), event.step.clone()));
                }
                self.story.event(&self.local, &run, &event);
            }
            Step::Finished { run, end } => {
                self.count(&run, false);
                self.story.finished(&self.local, &run, &end, now);
            }
            Step::Fault { run, message } => {
                self.fault = Some(format!("the interpreter has a defect: {run}: {message}"))
            }
            Step::Retry { .. } | Step::CancelActivity { .. } | Step::Idle { .. } => {}
        }
    }

    /// A run has begun. One that another started is a call of it, as one that a mock answers for is.
    fn started(&mut self, run: &RunKey) {
        self.count(run, true);
        let Some(info) = self.local.info(run) else { return };
        self.reached.begin(&info.runbook);
        if info.parent.is_some() {
            let args = self.local.start_of(run).map(|start| start.input.clone()).unwrap_or_default();
            self.calls.push(Called { target: info.runbook.clone(), args });
        }
    }

    fn count(&mut self, run: &RunKey, begins: bool) {
        let Some(info) = self.local.info(run) else { return };
        let name = info.runbook.clone();
        let running = self.running.entry(name.clone()).or_insert(0);
        *running = if begins { running.saturating_add(1) } else { running.saturating_sub(1) };
        let most = self.most_running.entry(name).or_insert(0);
        *most = (*most).max(*running);
    }

    fn call(&mut self, run: &RunKey, call: &ActivityCall, attempt: u32) {
        let result = self.answers.call(&self.local, run, call);
        if attempt == 1 {
            let agent = call.context.agent.as_ref();
            let target = agent.map_or(&call.capability, |agent| &agent.name).clone();
            let args = match agent {
                Some(_) => call.args.get("input").cloned().unwrap_or(Json::Null),
                None => call.args.clone(),
            };
            self.calls.push(Called { target, args });
        }
        self.story.call(&self.local, run, call, attempt, &result, self.local.now());
        self.local.resolve(run, call.seq, attempt, result);
    }

    // ---- time

    /// Moves on by that long, letting happen what is due before. What is due at that very moment comes after what the line says.
    pub(super) fn wait(&mut self, ms: i64) {
        if ms <= 0 {
            return;
        }
        let due = after(self.local.now(), ms);
        while let Some(next) = self.settle().filter(|next| *next < due) {
            self.local.advance_to(next);
        }
        if self.fault.is_none() {
            self.local.advance_to(due);
        }
    }

    /// Moves on until something holds. `false` where it never will, or not before the limit.
    pub(super) fn until(&mut self, limit: Option<Timestamp>, holds: impl Fn(&Stage<'_>) -> bool) -> bool {
        loop {
            // What a line says comes before what is due at the same moment.
            if holds(self) {
                return true;
            }
            let next = self.settle();
            if holds(self) {
                return true;
            }
            match next.filter(|next| limit.is_none_or(|limit| *next <= limit)) {
                Some(next) => self.local.advance_to(next),
                None => return false,
            }
        }
    }

    // ---- what there is to see

    /// How the scenario's own run ended.
    pub(super) fn end(&self) -> Option<&RunEnd> {
        self.local.info(&self.root).and_then(|info| info.end.as_ref())
    }

    /// What waits at an address, the first where several do.
    pub(super) fn waits_at(&self, at: &Address) -> Option<Waiting> {
        waiting(&self.local).into_iter().find(|wait| self.is_at(&wait.run, &wait.step, at))
    }

    /// Whether a step of a run is the one that an address means.
    pub(super) fn is_at(&self, run: &RunKey, step: &str, at: &Address) -> bool {
        let right = if at.step.contains('~') { at.step == step } else { at.step == without_round(step) };
        if !right {
            return false;
        }
        let lineage = lineage(&self.local, run);
        let same = lineage.len() == at.children.len()
            && lineage.iter().zip(&at.children).all(|((step, _), wanted)| without_round(step) == wanted);
        same && at.key.as_deref().is_none_or(|key| has_key(&lineage, key))
    }

    /// What the run does now, for messages.
    pub(super) fn now_in_words(&self) -> String {
        if let Some(fault) = &self.fault {
            return fault.clone();
        }
        if let Some(end) = self.end() {
            return format!("the run {}", described_end(end));
        }
        match self.open().as_slice() {
            [] => "nothing is open".to_owned(),
            open => open.iter().map(|(at, what)| format!("`{at}` waits for {what}")).collect::<Vec<_>>().join(", "),
        }
    }

    fn open(&self) -> Vec<(String, String)> {
        waiting(&self.local).iter().map(|wait| (wait.address.clone(), described(wait))).collect()
    }

    pub(super) fn outcome(mut self, broken: Option<Broken>, started: Timestamp) -> Outcome {
        let ended = self.local.now();
        if broken.is_some() {
            self.answers.unused().into_iter().for_each(|unused| self.story.note(unused, ended));
        }
        let fault = self.fault.take().filter(|_| broken.is_none());
        let broken = broken.or_else(|| {
            fault.map(|fault| Broken {
                place: ntro_ir::scenario::LinePlace::default(),
                line: String::new(),
                expected: "the scenario comes to an end".to_owned(),
                happened: fault,
            })
        });
        Outcome {
            broken,
            open: self.open(),
            end: self.end().cloned(),
            unfinished: None,
            story: self.story.moments,
            started,
            ended,
            steps: self.entered.len(),
            reached: self.reached,
        }
    }

    // ---- what comes from outside

    pub(super) fn signal(
        &mut self,
        name: &str,
        payload: &Json,
        key: Option<&str>,
        sender: (Option<&str>, Option<&str>),
    ) -> Result<(), Told> {
        let expected = || match key {
            Some(key) => format!("the child {key:?} runs and gets the signal `{name}`"),
            None => format!("the run goes on and gets the signal `{name}`"),
        };
        let run = match key {
            None => self.root.clone(),
            Some(key) => match self.child(key, name) {
                Some(run) => run,
                None => return Err((expected(), format!("no child {key:?} runs; {}", self.now_in_words()))),
            },
        };
        let mut payload = self.whole(&run, name, payload);
        if self.collects(&run, name) {
            payload = as_submitted(payload);
        }
        let actor = self.sender(&run, sender);
        if let Some(payload) = payload.as_object_mut() {
            payload.entry("actor").or_insert(actor);
        }
        let now = self.local.now();
        if self.local.signal(&run, name, payload).is_err() {
            return Err((expected(), self.now_in_words()));
        }
        self.story.signal(&self.local, &run, name, now);
        self.settle();
        Ok(())
    }

    /// Who sends a signal. Nobody in particular is somebody who may: with all roles that the run knows.
    fn sender(&self, run: &RunKey, (by, role): (Option<&str>, Option<&str>)) -> Json {
        let roles = match role {
            Some(role) => vec![role.to_owned()],
            None => self.local.info(run).map(|info| info.program.roles.clone()).unwrap_or_default(),
        };
        json!({ "id": by.unwrap_or("somebody"), "roles": roles })
    }

    /// Whether a run fills named slots with what a signal brings.
    fn collects(&self, run: &RunKey, signal: &str) -> bool {
        self.local.info(run).is_some_and(|info| {
            let files = info.program.awaits.iter().filter(|wait| wait.asks_files());
            files.filter_map(|wait| wait.arms.first()).any(|arm| arm.signal == signal)
        })
    }

    /// The payload with what its records leave out, by the type of whoever hears it in the run.
    fn whole(&self, run: &RunKey, name: &str, payload: &Json) -> Json {
        let Some(program) = self.local.info(run).map(|info| &info.program) else { return payload.clone() };
        let mut types = program.heard().filter(|(signal, _)| *signal == name).map(|(_, ty)| ty);
        let fits = types.find(|ty| reads(program, ty, payload));
        fits.map_or_else(|| payload.clone(), |ty| completed(program, ty, payload))
    }

    /// The open run of a child by its key that hears a signal.
    fn child(&self, key: &str, signal: &str) -> Option<RunKey> {
        let open = |run: &&RunKey| {
            let hears = |info: &RunInfo| info.program.heard().any(|(heard, _)| heard == signal);
            self.local.info(run).is_some_and(|info| info.end.is_none() && hears(info))
        };
        // A child of a later round has the same key; the newest is meant.
        self.local.runs().iter().filter(open).rfind(|run| has_key(&lineage(&self.local, run), key)).cloned()
    }

    pub(super) fn cancel(&mut self) -> Result<(), Told> {
        if self.local.cancel(&self.root.clone(), "the scenario cancels it").is_err() {
            return Err(("the run goes on and is cancelled".to_owned(), self.now_in_words()));
        }
        self.story.cancelled(self.local.now());
        self.settle();
        Ok(())
    }

    /// How long something took, for messages.
    pub(super) fn readable(ms: i64) -> String {
        readable_ms(ms)
    }
}

/// Whether a key names a run: one of the children that lead there was started under it, or without a key by a step of that name.
pub(super) fn has_key(lineage: &[(String, Option<String>)], key: &str) -> bool {
    lineage.iter().any(|(step, of)| match of {
        Some(of) => of == key,
        None => without_round(step) == key,
    })
}

pub(super) fn without_round(address: &str) -> &str {
    crate::answers::without_round(address)
}
