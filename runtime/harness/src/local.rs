//! The runs of this process and what their driver has to do next.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use ntro_ir::Program;
use ntro_machine::{
    ActivityCall, ActivityFailure, ChildCall, Event, Input, Json, Loaded, Machine, RunFailure, SearchAttributes, Seq,
    Start, Tenants, config_for, over, whose,
};
use serde_json::Map;

use crate::recording::{Recorded, activate};
use crate::retry::pause_before;
use crate::shuffle::Shuffle;
use crate::timers::{TimerId, TimerKind, Timers, after};

/// How deep children may start children.
const MOST_LEVELS: u32 = 16;
/// How many runs one host holds.
const MOST_RUNS: u32 = 10_000;

/// Names a run: its workflow id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunKey(pub(crate) Arc<str>);

impl RunKey {
    /// The key of a workflow id.
    pub fn new(workflow_id: &str) -> RunKey {
        RunKey(workflow_id.into())
    }

    /// The workflow id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is tried on every activation beside the run itself. For tests: it costs time.
#[derive(Debug, Clone, Copy, Default)]
pub struct Checks {
    /// A second machine is fed the same inputs and must give the same outputs and the same state.
    pub replay: bool,
    /// The state is written, read back and goes on from there.
    pub snapshots: bool,
}

/// What all runs of a host share.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Run ids are `{seed}-{number}`. A host whose effects outlive it needs another seed each time, because idempotency keys are made from run ids.
    pub seed: String,
    /// The configuration by runbook.
    pub configs: BTreeMap<String, Json>,
    /// What tenants and their entities override in it, by runbook.
    pub tenants: BTreeMap<String, Tenants>,
    /// What goes over both, by runbook: somebody said it for these runs alone.
    pub said: BTreeMap<String, Map<String, Json>>,
    /// The tenant of the runs that are started from outside; from the input where absent.
    pub tenant: Option<String>,
    /// The entity of the runs that are started from outside; from the input where absent.
    pub entity: Option<String>,
    /// The IANA name of the time zone; UTC where absent.
    pub zone: Option<String>,
    /// Holidays besides Saturday and Sunday.
    pub holidays: Vec<jiff::civil::Date>,
    /// Whether an action without an actor satisfies `by`.
    pub anonymous: bool,
    /// What is tried beside each run.
    pub checks: Checks,
    /// Runbooks that are not started as children: the driver is asked by [`Step::Child`].
    pub asked_for: BTreeSet<String>,
    /// Where given, results that wait together are delivered in an order that this seed chooses.
    pub shuffle: Option<u64>,
}

impl Options {
    /// The configuration of a run: what its start and its input say of whose it is decides which overrides count.
    fn config(&self, runbook: &str, input: &Json, tenant: Option<&str>, entity: Option<&str>) -> Json {
        let (tenant, entity) = whose(input, tenant, entity);
        let everybody = self.configs.get(runbook).cloned().unwrap_or_else(|| Json::Object(Map::new()));
        let (no_tenants, nothing) = (Tenants::new(), Map::new());
        let tenants = self.tenants.get(runbook).unwrap_or(&no_tenants);
        let config = config_for(&everybody, tenants, &tenant, &entity);
        over(config, self.said.get(runbook).unwrap_or(&nothing))
    }
}

/// What the host refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HarnessError {
    /// There is no such runbook.
    #[error("there is no runbook `{0}` here")]
    UnknownRunbook(String),
    /// There is no such run.
    #[error("there is no run `{0}` here")]
    UnknownRun(String),
    /// A run of this id exists.
    #[error("a run `{0}` exists already")]
    AlreadyStarted(String),
    /// The run has ended.
    #[error("the run `{0}` has ended")]
    Ended(String),
    /// Too many runs.
    #[error("more than {MOST_RUNS} runs were started; does a runbook start itself?")]
    TooMany,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum RunEnd {
    /// With this result.
    Completed(Json),
    /// With this failure.
    Failed(RunFailure),
    /// Somebody cancelled it.
    Cancelled,
}

/// What the driver has to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// A run has begun.
    Started {
        /// Which.
        run: RunKey,
    },
    /// Perform an activity, then call [`Local::resolve`].
    Activity {
        /// Whose.
        run: RunKey,
        /// What.
        call: Arc<ActivityCall>,
        /// The attempt, from 1.
        attempt: u32,
    },
    /// A run wants a child of [`Options::asked_for`]. Call [`Local::start_child`], or [`Local::answer_child`] where no run is needed.
    Child {
        /// Whose.
        run: RunKey,
        /// What.
        call: Arc<ChildCall>,
    },
    /// An attempt is no longer wanted. Stop it where that is possible and resolve it where its answer is still awaited
    /// ([`Local::resolve`] says whether it was).
    CancelActivity {
        /// Whose.
        run: RunKey,
        /// Which activity.
        seq: Seq,
        /// Which attempt.
        attempt: u32,
    },
    /// An attempt failed and another one follows.
    Retry {
        /// Whose.
        run: RunKey,
        /// The activity.
        call: Arc<ActivityCall>,
        /// The attempt that follows.
        attempt: u32,
        /// When.
        due: Timestamp,
        /// Why.
        failure: ActivityFailure,
    },
    /// Something happened inside a run.
    Event {
        /// Whose.
        run: RunKey,
        /// What.
        event: Event,
    },
    /// A run has ended.
    Finished {
        /// Which.
        run: RunKey,
        /// How.
        end: RunEnd,
    },
    /// The interpreter could not go on: a defect of it, not of the runbook. The run stays as it is.
    Fault {
        /// Which.
        run: RunKey,
        /// What is wrong.
        message: String,
    },
    /// Nothing can be done before a timer is due, an activity is resolved or somebody acts.
    Idle {
        /// When the next timer is due.
        next_timer: Option<Timestamp>,
    },
}

/// What is known of a run from outside.
#[derive(Debug, Clone)]
pub struct RunInfo {
    /// The runbook.
    pub runbook: String,
    /// Its program.
    pub program: Arc<Program>,
    /// The run id.
    pub run_id: String,
    /// The run that started it.
    pub parent: Option<RunKey>,
    /// How it ended, if it has.
    pub end: Option<RunEnd>,
    /// What it is searched by.
    pub attributes: SearchAttributes,
    /// The interpreter's defect, where it met one.
    pub fault: Option<String>,
}

/// An activity that has not been resolved.
#[derive(Debug)]
pub(crate) struct Activity {
    pub(crate) call: Arc<ActivityCall>,
    /// The attempt that runs or is the next.
    pub(crate) attempt: u32,
    /// Whether the attempt runs; else it waits for its time.
    pub(crate) running: bool,
    /// Whether the machine wants it to stop: it is not repeated.
    pub(crate) cancelling: bool,
}

/// One run.
#[derive(Debug)]
pub(crate) struct Run {
    /// Its place in the order of starting.
    pub(crate) order: u32,
    pub(crate) level: u32,
    pub(crate) machine: Machine,
    pub(crate) shadow: Option<Machine>,
    pub(crate) start: Start,
    pub(crate) info: RunInfo,
    /// The parent's number for this child.
    pub(crate) parent_seq: Seq,
    pub(crate) recording: Vec<Recorded>,
    pub(crate) activities: BTreeMap<Seq, Activity>,
    pub(crate) children: BTreeMap<Seq, RunKey>,
    /// Answers to updates by their ids.
    pub(crate) answers: BTreeMap<String, Result<Json, String>>,
}

impl Run {
    fn open(&self) -> bool {
        self.info.end.is_none() && self.info.fault.is_none()
    }
}

/// The local host.
#[derive(Debug)]
pub struct Local {
    pub(crate) programs: BTreeMap<String, Arc<Program>>,
    /// The programs that were started, with their digests.
    loaded: BTreeMap<String, Arc<Loaded>>,
    pub(crate) options: Options,
    pub(crate) now: Timestamp,
    pub(crate) runs: BTreeMap<RunKey, Run>,
    /// Runs by their place in the order of starting.
    pub(crate) by_order: Vec<RunKey>,
    pub(crate) timers: Timers,
    /// What the driver is told, in order.
    pub(crate) ready: VecDeque<Step>,
    /// What the runs are told, in order.
    pub(crate) inbox: VecDeque<(RunKey, Input)>,
    shuffle: Option<Shuffle>,
    updates: u64,
}

impl Local {
    /// A host that knows these programs by their names and starts at this time.
    pub fn new(programs: BTreeMap<String, Arc<Program>>, start: Timestamp, options: Options) -> Local {
        Local {
            programs,
            loaded: BTreeMap::new(),
            now: start,
            runs: BTreeMap::new(),
            by_order: Vec::new(),
            timers: Timers::default(),
            ready: VecDeque::new(),
            inbox: VecDeque::new(),
            shuffle: options.shuffle.map(Shuffle::new),
            updates: 0,
            options,
        }
    }

    /// The time of this host.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Starts a run. Its input is decoded by the program; one that does not fit ends the run as failed.
    ///
    /// # Errors
    /// An unknown runbook, a workflow id that exists, too many runs.
    pub fn start(&mut self, runbook: &str, workflow_id: &str, input: Json) -> Result<RunKey, HarnessError> {
        let (tenant, entity) = (self.options.tenant.clone(), self.options.entity.clone());
        let key = RunKey::new(workflow_id);
        self.begin(runbook, &key, input, (tenant, entity), None)?;
        Ok(key)
    }

    /// Starts a run, a child where it has a parent, and gives its run id.
    pub(crate) fn begin(
        &mut self,
        runbook: &str,
        key: &RunKey,
        input: Json,
        (tenant, entity): (Option<String>, Option<String>),
        parent: Option<(&RunKey, Seq)>,
    ) -> Result<String, HarnessError> {
        let program =
            self.programs.get(runbook).ok_or_else(|| HarnessError::UnknownRunbook(runbook.to_owned()))?.clone();
        if self.runs.contains_key(key) {
            return Err(HarnessError::AlreadyStarted(key.to_string()));
        }
        let level = parent.and_then(|(parent, _)| self.runs.get(parent)).map_or(0, |run| run.level + 1);
        let order = u32::try_from(self.by_order.len()).unwrap_or(MOST_RUNS);
        if order >= MOST_RUNS || level > MOST_LEVELS {
            return Err(HarnessError::TooMany);
        }
        let run_id = format!("{}-{}", self.options.seed, order + 1);
        let config = self.options.config(runbook, &input, tenant.as_deref(), entity.as_deref());
        let start = Start {
            workflow_id: key.to_string(),
            first_run_id: run_id.clone(),
            input,
            config,
            tenant,
            entity,
            zone: self.options.zone.clone(),
            scheduled_at: None,
            holidays: self.options.holidays.clone(),
            anonymous: self.options.anonymous,
        };
        let info = RunInfo {
            runbook: runbook.to_owned(),
            program: program.clone(),
            run_id: run_id.clone(),
            parent: parent.map(|(parent, _)| parent.clone()),
            end: None,
            attributes: SearchAttributes::default(),
            fault: None,
        };
        let loaded = self.loaded.entry(runbook.to_owned()).or_insert_with(|| Loaded::new(program));
        let run = Run {
            order,
            level,
            machine: Machine::of(loaded.clone()),
            shadow: self.options.checks.replay.then(|| Machine::of(loaded.clone())),
            start: start.clone(),
            info,
            parent_seq: parent.map_or(0, |(_, seq)| seq),
            recording: Vec::new(),
            activities: BTreeMap::new(),
            children: BTreeMap::new(),
            answers: BTreeMap::new(),
        };
        self.runs.insert(key.clone(), run);
        self.by_order.push(key.clone());
        self.ready.push_back(Step::Started { run: key.clone() });
        self.inbox.push_back((key.clone(), Input::Started(Box::new(start))));
        Ok(run_id)
    }

    /// Whether there is a program of this name.
    pub fn knows(&self, runbook: &str) -> bool {
        self.programs.contains_key(runbook)
    }

    /// All runs in the order of starting.
    pub fn runs(&self) -> &[RunKey] {
        &self.by_order
    }

    /// What is known of a run.
    pub fn info(&self, run: &RunKey) -> Option<&RunInfo> {
        self.runs.get(run).map(|run| &run.info)
    }

    /// What the run was started with.
    pub fn start_of(&self, run: &RunKey) -> Option<&Start> {
        self.runs.get(run).map(|run| &run.start)
    }

    /// The machine of a run, to look at.
    pub fn machine(&self, run: &RunKey) -> Option<&Machine> {
        self.runs.get(run).map(|run| &run.machine)
    }

    /// The inputs of a run so far. A run that is replayed from them gives the same outputs and ends in the same state.
    pub fn recording(&self, run: &RunKey) -> &[Recorded] {
        self.runs.get(run).map_or(&[], |run| &run.recording)
    }

    /// The answer to a query; `None` for an unknown run or query.
    pub fn query(&self, run: &RunKey, name: &str) -> Option<Json> {
        self.runs.get(run)?.machine.query(name)
    }

    /// Whether attempts of activities run in the driver's hands.
    pub fn busy(&self) -> bool {
        self.runs.values().any(|run| run.activities.values().any(|activity| activity.running))
    }

    /// Sends a signal. A signal cannot be refused by the run; what it does not understand it notes as an event.
    ///
    /// # Errors
    /// An unknown run, or one that has ended.
    pub fn signal(&mut self, run: &RunKey, name: &str, payload: Json) -> Result<(), HarnessError> {
        self.open(run)?;
        self.inbox.push_back((run.clone(), Input::Signal { name: name.to_owned(), payload }));
        Ok(())
    }

    /// Carries out an update and gives its answer. What came before is delivered before.
    ///
    /// # Errors
    /// The machine's refusal, for the person; or that there is no such open run.
    pub fn update(&mut self, run: &RunKey, name: &str, payload: Json) -> Result<Json, String> {
        self.open(run).map_err(|error| error.to_string())?;
        while let Some((key, input)) = self.take_input() {
            self.activate(&key, input);
        }
        self.updates += 1;
        let id = format!("update-{}", self.updates);
        self.activate(run, Input::Update { id: id.clone(), name: name.to_owned(), payload });
        let answer = self.runs.get_mut(run).and_then(|run| run.answers.remove(&id));
        answer.unwrap_or_else(|| Err(format!("the run `{run}` has not answered")))
    }

    /// Asks a run to end.
    ///
    /// # Errors
    /// An unknown run, or one that has ended.
    pub fn cancel(&mut self, run: &RunKey, reason: &str) -> Result<(), HarnessError> {
        self.open(run)?;
        self.inbox.push_back((run.clone(), Input::CancelRequested { reason: reason.to_owned() }));
        Ok(())
    }

    fn open(&self, key: &RunKey) -> Result<(), HarnessError> {
        match self.runs.get(key) {
            None => Err(HarnessError::UnknownRun(key.to_string())),
            Some(run) if !run.open() => Err(HarnessError::Ended(key.to_string())),
            Some(_) => Ok(()),
        }
    }

    /// Says that it is this late now; an earlier time than the host's changes nothing. Timers that are due fire in the following calls of [`Local::next`].
    pub fn advance_to(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
    }

    /// What the driver has to do next. What happened is delivered first, then timers that are due: a signal and a timer of the same instant
    /// come in this order.
    #[allow(clippy::should_implement_trait, reason = "it never ends, and `Idle` is no end")]
    pub fn next(&mut self) -> Step {
        loop {
            if let Some(step) = self.ready.pop_front() {
                return step;
            }
            if let Some((key, input)) = self.take_input() {
                self.activate(&key, input);
                continue;
            }
            match self.timers.pop_due(self.now) {
                Some(id) => self.fire(id),
                None => return Step::Idle { next_timer: self.timers.next_due() },
            }
        }
    }

    /// The next input. With a shuffle, results that wait together come in the order of the seed; signals, starts and cancellations keep theirs.
    fn take_input(&mut self) -> Option<(RunKey, Input)> {
        let Some(shuffle) = &mut self.shuffle else { return self.inbox.pop_front() };
        let is_result = |(_, input): &(RunKey, Input)| {
            matches!(input, Input::ActivityResolved { .. } | Input::ChildResolved { .. })
        };
        if !self.inbox.front().is_some_and(is_result) {
            return self.inbox.pop_front();
        }
        let results = self.inbox.iter().take_while(|entry| is_result(entry)).count();
        self.inbox.remove(shuffle.below(results))
    }

    /// One activation of one run.
    fn activate(&mut self, key: &RunKey, input: Input) {
        let now = self.now;
        let checks = self.options.checks;
        let Some(run) = self.runs.get_mut(key) else { return };
        if !run.open() {
            return;
        }
        run.recording.push(Recorded { at: now, input: input.clone() });
        let second = run.shadow.is_some().then(|| input.clone());
        let outputs = activate(&mut run.machine, now, input);
        let mut fault = run.machine.fault().map(ToString::to_string);
        if let (Some(shadow), Some(input)) = (&mut run.shadow, second) {
            let again = activate(shadow, now, input);
            if again != outputs || shadow.state_hash() != run.machine.state_hash() {
                fault = fault.or_else(|| Some(format!("a replay of input {} went another way", run.recording.len())));
            }
        }
        if checks.snapshots && fault.is_none() {
            fault = run.restore_from_snapshot();
        }
        if let Some(message) = fault {
            run.info.fault = Some(message.clone());
            self.timers.cancel_run(run.order);
            self.ready.push_back(Step::Fault { run: key.clone(), message });
            return;
        }
        for output in outputs {
            self.apply(key, output);
        }
    }

    fn fire(&mut self, id: TimerId) {
        let Some(key) = usize::try_from(id.run).ok().and_then(|at| self.by_order.get(at)).cloned() else { return };
        match id.kind {
            TimerKind::Machine => self.activate(&key, Input::TimerFired { seq: id.seq }),
            TimerKind::Retry => self.hand_out(&key, id.seq),
            TimerKind::Attempt => {
                let attempt = self.stop_attempt(&key, id.seq);
                let within = self.activity(&key, id.seq).map_or(0, |activity| activity.call.options.within_ms);
                if let Some(attempt) = attempt {
                    let failure = timeout(format!("no answer within {}", readable_ms(within)));
                    self.resolve(&key, id.seq, attempt, Err((failure, true)));
                }
            }
            TimerKind::Close => {
                let limit =
                    self.activity(&key, id.seq).and_then(|activity| activity.call.schedule_to_close_ms).unwrap_or(0);
                self.stop_attempt(&key, id.seq);
                self.settle(&key, id.seq, Err(timeout(format!("not done within {}", readable_ms(limit)))));
            }
        }
    }

    fn activity(&self, key: &RunKey, seq: Seq) -> Option<&Activity> {
        self.runs.get(key)?.activities.get(&seq)
    }

    /// Tells the driver that an attempt is no longer wanted, and which one that is.
    fn stop_attempt(&mut self, key: &RunKey, seq: Seq) -> Option<u32> {
        let activity = self.activity(key, seq)?;
        let attempt = activity.attempt;
        if activity.running {
            self.ready.push_back(Step::CancelActivity { run: key.clone(), seq, attempt });
        }
        Some(attempt)
    }

    /// Takes an activity that the machine wants.
    pub(crate) fn schedule(&mut self, key: &RunKey, call: ActivityCall) {
        let now = self.now;
        let Some(run) = self.runs.get_mut(key) else { return };
        let seq = call.seq;
        if let Some(limit) = call.schedule_to_close_ms {
            self.timers.start(TimerId { run: run.order, seq, kind: TimerKind::Close }, after(now, limit));
        }
        run.activities.insert(seq, Activity { call: Arc::new(call), attempt: 1, running: false, cancelling: false });
        self.hand_out(key, seq);
    }

    /// Gives an attempt to the driver and starts its limit.
    fn hand_out(&mut self, key: &RunKey, seq: Seq) {
        let now = self.now;
        let Some(run) = self.runs.get_mut(key) else { return };
        let Some(activity) = run.activities.get_mut(&seq) else { return };
        activity.running = true;
        if activity.call.options.within_ms > 0 {
            let id = TimerId { run: run.order, seq, kind: TimerKind::Attempt };
            self.timers.start(id, after(now, activity.call.options.within_ms));
        }
        let step = Step::Activity { run: key.clone(), call: activity.call.clone(), attempt: activity.attempt };
        self.ready.push_back(step);
    }

    /// Reports how an attempt of an activity ended; a failure comes with whether another attempt makes sense.
    /// Returns whether anybody still waited for this attempt: the answer of an attempt that has run out is ignored.
    pub fn resolve(
        &mut self,
        run: &RunKey,
        seq: Seq,
        attempt: u32,
        result: Result<Json, (ActivityFailure, bool)>,
    ) -> bool {
        let now = self.now;
        let Some(known) = self.runs.get_mut(run) else { return false };
        let order = known.order;
        let Some(activity) = known.activities.get_mut(&seq) else { return false };
        if !activity.running || activity.attempt != attempt {
            return false;
        }
        activity.running = false;
        self.timers.cancel(TimerId { run: order, seq, kind: TimerKind::Attempt });
        let (failure, retryable) = match result {
            Ok(value) => {
                self.settle(run, seq, Ok(value));
                return true;
            }
            Err(failed) => failed,
        };
        let pause = pause_before(&activity.call.options.retry, attempt.saturating_add(1));
        match pause.filter(|_| retryable && !activity.cancelling) {
            Some(pause) => {
                activity.attempt += 1;
                let due = after(now, pause);
                let step = Step::Retry {
                    run: run.clone(),
                    call: activity.call.clone(),
                    attempt: activity.attempt,
                    due,
                    failure,
                };
                self.timers.start(TimerId { run: order, seq, kind: TimerKind::Retry }, due);
                self.ready.push_back(step);
            }
            None => self.settle(run, seq, Err(failure)),
        }
        true
    }

    /// The activity is over: its timers stop and the machine is told.
    fn settle(&mut self, key: &RunKey, seq: Seq, result: Result<Json, ActivityFailure>) {
        let Some(run) = self.runs.get_mut(key) else { return };
        if run.activities.remove(&seq).is_none() {
            return;
        }
        for kind in [TimerKind::Close, TimerKind::Attempt, TimerKind::Retry] {
            self.timers.cancel(TimerId { run: run.order, seq, kind });
        }
        self.inbox.push_back((key.clone(), Input::ActivityResolved { seq, result }));
    }

    /// The machine wants an activity to stop. One that waits for its next attempt is over; one that runs is given to the driver, whose answer decides,
    /// because an effect may already have happened.
    pub(crate) fn cancel_activity(&mut self, key: &RunKey, seq: Seq) {
        let Some(run) = self.runs.get_mut(key) else { return };
        let Some(activity) = run.activities.get_mut(&seq) else { return };
        activity.cancelling = true;
        let (running, attempt) = (activity.running, activity.attempt);
        if running {
            self.ready.push_back(Step::CancelActivity { run: key.clone(), seq, attempt });
        } else {
            let failure = ActivityFailure {
                kind: "cancelled".to_owned(),
                message: "cancelled before its next attempt".to_owned(),
            };
            self.settle(key, seq, Err(failure));
        }
    }

    /// The run has ended: nothing of it goes on, and its parent is told.
    pub(crate) fn finish(&mut self, key: &RunKey, end: RunEnd) {
        let Some(run) = self.runs.get_mut(key) else { return };
        run.info.end = Some(end.clone());
        self.timers.cancel_run(run.order);
        let running: Vec<(Seq, u32)> =
            run.activities.iter().filter(|(_, a)| a.running).map(|(seq, a)| (*seq, a.attempt)).collect();
        run.activities.clear();
        let parent = run.info.parent.clone().map(|parent| (parent, run.parent_seq));
        let children: Vec<RunKey> = run.children.values().cloned().collect();
        for (seq, attempt) in running {
            self.ready.push_back(Step::CancelActivity { run: key.clone(), seq, attempt });
        }
        for child in children {
            // A child that has ended already is no concern any more.
            self.cancel(&child, "the run that started it has ended").ok();
        }
        if let Some((parent, seq)) = parent {
            let result = match &end {
                RunEnd::Completed(result) => Ok(result.clone()),
                RunEnd::Failed(failure) => {
                    Err(ActivityFailure { kind: failure.kind.clone(), message: failure.message.clone() })
                }
                RunEnd::Cancelled => {
                    Err(ActivityFailure { kind: "cancelled".to_owned(), message: "it was cancelled".to_owned() })
                }
            };
            self.inbox.push_back((parent, Input::ChildResolved { seq, result }));
        }
        self.ready.push_back(Step::Finished { run: key.clone(), end });
    }
}

fn timeout(message: String) -> ActivityFailure {
    ActivityFailure { kind: "timeout".to_owned(), message }
}

/// A length of time as people say it.
pub(crate) fn readable_ms(ms: i64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")];
    let mut rest = ms.max(0);
    let mut text = String::new();
    for (size, unit) in units {
        if rest >= size {
            text.push_str(&format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    if rest > 0 || text.is_empty() {
        text.push_str(&format!("{rest}ms"));
    }
    text
}
