//! One run between the server and its machine: finds its program, buffers until then, and minds what a machine does not know of.
//!
//! Pure: activations in, commands out, no clock and no I/O. The same activations give the same commands, on any worker.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::sync::Arc;

use jiff::Timestamp;
use ntro_ir::Program;
use ntro_machine::{
    ActivityCall, ActivityFailure, Event, Input, Json, Machine, Output, SearchAttributes, Seq, Start, naming, over,
};
use serde::Deserialize;
use temporalio_common::protos::coresdk::activity_result::DoBackoff;
use temporalio_common::protos::coresdk::workflow_activation::{InitializeWorkflow, QueryWorkflow};
use temporalio_common::protos::coresdk::workflow_commands::workflow_command::Variant as Command;
use temporalio_common::protos::coresdk::workflow_commands::{
    CancelTimer, CancelWorkflowExecution, CompleteWorkflowExecution, ContinueAsNewWorkflowExecution,
    FailWorkflowExecution, RequestCancelActivity, RequestCancelLocalActivity, ScheduleLocalActivity,
    UpsertWorkflowSearchAttributes, WorkflowCommand,
};
use temporalio_common::protos::temporal::api::common::v1::{self as common, RetryPolicy};

use crate::carried::{Carried, Timer};
use crate::children::Children;
use crate::marker::{Bound, Marker, PROGRAM_ACTIVITY, ProgramRequest};
use crate::translate::{self, ActivityEnd, Happened, Place, START_HEADER};
use crate::{failure, large, metadata, payload, search};

/// The host's own numbers start here; the machine's count up from 1 and never come so far.
const HOST_SEQ: Seq = 1 << 31;
/// The local activity that finds the program.
const PROGRAM_SEQ: Seq = HOST_SEQ;

/// A call of at most this many milliseconds an attempt, on our own workers, is over before anybody looks where the run is.
const BRIEF_MS: i64 = 60_000;

/// What the task fails with: it is tried again until a worker can do it, and the run stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskFailure(pub String);

/// Programs that were recorded, decoded once for all runs that share them.
pub trait Decode {
    /// The program of a marker.
    ///
    /// # Errors
    /// A sentence: it is damaged, or of a version that this worker does not know.
    fn decode(&self, marker: &Marker) -> Result<Arc<Program>, String>;

    /// Whether somebody wants to see the values of steps.
    fn tells_values(&self) -> bool {
        false
    }
}

/// What all runs of a worker share.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The namespace.
    pub namespace: &'a str,
    /// The task queue.
    pub task_queue: &'a str,
    /// Decodes programs.
    pub programs: &'a dyn Decode,
}

/// When an activation is, and what the server says of the history.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The run's time.
    pub now: Timestamp,
    /// Whether the history has become so long that the run should go on in a new one.
    pub long: bool,
    /// Whether the history tells what happens, so that it cannot happen otherwise.
    pub replaying: bool,
}

/// What an activation gave.
#[derive(Debug, Default)]
pub struct Activated {
    /// The commands, in order.
    pub commands: Vec<WorkflowCommand>,
    /// What happened inside, for those who watch.
    pub events: Vec<Event>,
    /// The outputs that became commands, where they are asked for.
    pub outputs: Vec<Output>,
}

/// What a parent or a binding says in [`START_HEADER`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct StartHeader {
    tenant: Option<String>,
    entity: Option<String>,
    zone: Option<String>,
    interface: Option<String>,
    version: Option<String>,
    binding: Option<String>,
    config: Json,
}

/// A run that waits for its program.
#[derive(Debug)]
struct Beginning {
    start: Start,
    waiting: Vec<Input>,
    request: ProgramRequest,
    /// The number of the call that looks for it.
    asked: Seq,
}

/// A run that has its program.
#[derive(Debug)]
pub(crate) struct Going {
    pub(crate) machine: Machine,
    pub(crate) runbook: String,
    pub(crate) version: String,
    pub(crate) bundle: String,
    /// The program's digest, as hex.
    pub(crate) digest: String,
    pub(crate) search: bool,
}

#[derive(Debug, Default)]
enum Phase {
    #[default]
    New,
    Beginning(Box<Beginning>),
    Going(Box<Going>),
}

/// A quick capability under way.
#[derive(Debug)]
struct Quick {
    call: ActivityCall,
    /// The number that the server knows it by: its own first, another one after each pause.
    at: Seq,
    /// What it said when it asked for a pause; its timer runs.
    pause: Option<DoBackoff>,
}

/// One run.
#[derive(Debug, Default)]
pub struct Run {
    runbook: String,
    zone: Option<String>,
    phase: Phase,
    last_seq: Seq,
    quick: BTreeMap<Seq, Quick>,
    searched: SearchAttributes,
    /// What it should be searched by, where that has not been told yet.
    untold: Option<SearchAttributes>,
    /// The input as it came: a continued run begins with the same.
    input: common::Payload,
    /// Timers that run: when each is due and what it is for.
    timers: BTreeMap<Seq, Timer>,
    /// Activities that were asked for and have not ended.
    activities: BTreeSet<Seq>,
    /// Those of them that may take longer than [`BRIEF_MS`], or whose worker may not be there.
    lengthy: BTreeSet<Seq>,
    /// Children that were asked for and have not ended, and those that an earlier history has left open.
    children: Children,
    /// What the host does in this history: see [`crate::marker::HABITS`].
    habits: u32,
    /// How the run ends, once its children have been told.
    ending: Option<Command>,
    /// Whether it ends because it holds too much to go on: its machine is not asked any more.
    given_up: bool,
    /// Whether nothing more is begun, because the run is to go on in a new history.
    draining: bool,
    /// What is not begun meanwhile.
    withheld: Vec<Output>,
    /// What the machine is told in the same activation, because no server will.
    owed: Vec<Input>,
}

impl Run {
    /// A run of which nothing is known yet.
    pub fn new() -> Run {
        Run { last_seq: PROGRAM_SEQ, ..Run::default() }
    }

    /// The machine, once the program is known.
    pub fn machine(&self) -> Option<&Machine> {
        match &self.phase {
            Phase::Going(going) => Some(&going.machine),
            Phase::New | Phase::Beginning(_) => None,
        }
    }

    /// Takes all jobs of an activation, then runs the machine once.
    ///
    /// # Errors
    /// The task is to fail. The run must not be used any more: it is loaded anew from its history.
    pub fn activate(
        &mut self,
        surroundings: &Surroundings<'_>,
        moment: Moment,
        jobs: Vec<Happened>,
    ) -> Result<Activated, TaskFailure> {
        let now = moment.now;
        let mut done = Activated::default();
        // A question comes by itself and changes nothing: whatever it set in motion would be missing from the history.
        if jobs.iter().all(|job| matches!(job, Happened::Query(_))) {
            done.commands.extend(jobs.into_iter().filter_map(|job| match job {
                Happened::Query(query) => Some(self.query(query)),
                _ => None,
            }));
            return Ok(done);
        }
        // With the first habits nothing in a new history would hear of the ends of children: with children the run goes on as it is.
        self.draining |= moment.long && (self.habits > 0 || self.children.is_empty());
        let mut queries = Vec::new();
        for job in jobs {
            match job {
                Happened::Start(start) => self.start(surroundings, now, *start, &mut done)?,
                Happened::Input(input) => self.tell(now, input)?,
                Happened::Timer(seq) => self.timer(now, seq, &mut done, surroundings)?,
                Happened::Activity(seq, end) if self.asked_program(seq) => {
                    self.program(surroundings, moment, end, &mut done)?;
                }
                Happened::Activity(seq, end) if self.children.is_watch(seq) => {
                    for input in self.children.watched(end).map_err(TaskFailure)? {
                        self.tell(now, input)?;
                    }
                }
                Happened::Told(seq) => self.children.told(seq),
                Happened::Activity(seq, end) => self.activity(now, seq, end, &mut done)?,
                Happened::Update { id, name, payload, accepted } => {
                    self.update(now, id, name, payload, accepted, &mut done)?;
                }
                Happened::Query(query) => queries.push(query),
                Happened::Evict(_) | Happened::Nothing => {}
                Happened::Unasked(what) => {
                    return Err(TaskFailure(format!("The history tells of {what}, which no runbook asks for.")));
                }
            }
        }
        self.drive(surroundings, now, &mut done)?;
        self.tell_search(&mut done);
        if !self.continue_as_new(&mut done) {
            self.watch(surroundings, &mut done);
        }
        self.end(surroundings, &mut done);
        for query in queries {
            done.commands.push(self.query(query));
        }
        Ok(done)
    }

    fn start(
        &mut self,
        around: &Surroundings<'_>,
        now: Timestamp,
        init: InitializeWorkflow,
        done: &mut Activated,
    ) -> Result<(), TaskFailure> {
        self.input = init.arguments.first().cloned().unwrap_or_else(payload::null);
        self.runbook.clone_from(&init.workflow_type);
        if let Some(carried) = init.arguments.get(1) {
            return self.resume(around, now, carried, done);
        }
        let bad = |what: &str, why: payload::PayloadError| TaskFailure(format!("{what} cannot be read: {why}."));
        let input = payload::first(&init.arguments).map_err(|why| bad("The input", why))?;
        let header = match init.headers.get(START_HEADER) {
            Some(header) => {
                let header = payload::read(header).map_err(|why| bad("The header `ntro-start`", why))?;
                serde_json::from_value(header)
                    .map_err(|why| TaskFailure(format!("The header `ntro-start` cannot be read: {why}.")))?
            }
            None => StartHeader::default(),
        };
        let scheduled_at = init
            .search_attributes
            .as_ref()
            .and_then(|attributes| attributes.indexed_fields.get("TemporalScheduledStartTime"))
            .and_then(|time| payload::read(time).ok()?.as_str()?.parse().ok());
        let binding = header.binding.map(|name| {
            let (at, run) = (scheduled_at.unwrap_or(now), init.first_execution_run_id.clone());
            Bound { name, at, run }
        });
        let request = ProgramRequest {
            runbook: init.workflow_type,
            interface: header.interface,
            version: header.version,
            binding,
            tenant: header.tenant.clone(),
            entity: header.entity.clone(),
            naming: naming(&input),
        };
        self.zone.clone_from(&header.zone);
        let start = Start {
            workflow_id: init.workflow_id,
            first_run_id: init.first_execution_run_id,
            input,
            config: header.config,
            tenant: header.tenant,
            entity: header.entity,
            zone: header.zone,
            scheduled_at,
            holidays: Vec::new(),
            anonymous: false,
        };
        done.commands.push(find_program(&request, PROGRAM_SEQ));
        let beginning = Beginning { start, waiting: Vec::new(), request, asked: PROGRAM_SEQ };
        self.phase = Phase::Beginning(Box::new(beginning));
        Ok(())
    }

    fn asked_program(&self, seq: Seq) -> bool {
        matches!(&self.phase, Phase::Beginning(beginning) if beginning.asked == seq)
    }

    /// The program has come: the machine starts, and is told what has waited, in its order.
    fn program(
        &mut self,
        around: &Surroundings<'_>,
        moment: Moment,
        end: ActivityEnd,
        done: &mut Activated,
    ) -> Result<(), TaskFailure> {
        let now = moment.now;
        let Phase::Beginning(mut beginning) = mem::take(&mut self.phase) else {
            return Err(TaskFailure("The program came twice.".to_owned()));
        };
        let found = match end {
            ActivityEnd::Resolved(Ok(found)) => found,
            // The core completes a task that takes long, to keep it, and may record with it that there was no program. That the task
            // has failed since is all that came of it: the program is looked for once more.
            ActivityEnd::Resolved(Err(_)) if moment.replaying => {
                beginning.asked = self.next_seq();
                done.commands.push(find_program(&beginning.request, beginning.asked));
                self.phase = Phase::Beginning(beginning);
                return Ok(());
            }
            ActivityEnd::Resolved(Err(failure)) => return Err(TaskFailure(failure.message)),
            ActivityEnd::Backoff(_) => return Err(TaskFailure("The program could not be found.".to_owned())),
        };
        let marker: Marker = serde_json::from_value(found)
            .map_err(|why| TaskFailure(format!("The recorded program of `{}` is damaged: {why}.", self.runbook)))?;
        let program = around
            .programs
            .decode(&marker)
            .map_err(|why| TaskFailure(format!("The program of `{}` cannot be used: {why}", self.runbook)))?;
        let Beginning { mut start, waiting, .. } = *beginning;
        start.config = match start.config {
            Json::Object(said) if marker.habits >= 3 => over(marker.config, &said),
            Json::Null => marker.config,
            said => said,
        };
        start.anonymous = marker.anonymous;
        start.holidays = marker.holidays;
        start.zone = start.zone.or(marker.zone);
        start.tenant = start.tenant.or(marker.tenant);
        start.entity = start.entity.or(marker.entity);
        start.input = over_given(marker.input, start.input);
        self.zone.clone_from(&start.zone);
        let mut machine = Machine::new(program);
        if around.programs.tells_values() {
            machine.tell_values();
        }
        machine.handle(now, Input::Started(Box::new(start)));
        for input in waiting {
            machine.handle(now, input);
        }
        let bundle = format!("{}/{}", marker.runbook, marker.version);
        let Marker { runbook, version, digest, search, habits, .. } = marker;
        self.keep_habits(habits);
        self.phase = Phase::Going(Box::new(Going { machine, runbook, version, bundle, digest, search }));
        Ok(())
    }

    /// The run goes on where its last history ended.
    fn resume(
        &mut self,
        around: &Surroundings<'_>,
        now: Timestamp,
        carried: &common::Payload,
        done: &mut Activated,
    ) -> Result<(), TaskFailure> {
        let mut carried = Carried::read(carried).map_err(|why| self.damaged(&why))?;
        let program = around.programs.decode(&carried.marker).map_err(|why| self.damaged(&why))?;
        let snapshot = carried.snapshot().map_err(|why| self.damaged(&why))?;
        let mut machine = Machine::restore(program, snapshot).map_err(|why| self.damaged(&why.to_string()))?;
        if around.programs.tells_values() {
            machine.tell_values();
        }
        let Marker { runbook, version, digest, search, zone, habits, .. } = carried.marker;
        let bundle = format!("{runbook}/{version}");
        self.keep_habits(habits);
        self.zone = zone;
        self.phase = Phase::Going(Box::new(Going { machine, runbook, version, bundle, digest, search }));
        self.carry_out(Output::UpsertSearchAttributes(carried.searched), around, now, done);
        for (seq, Timer { due, summary }) in carried.timers {
            let after_ms = due.as_millisecond().saturating_sub(now.as_millisecond());
            self.carry_out(Output::StartTimer { seq, after_ms, summary }, around, now, done);
        }
        for output in carried.withheld {
            self.carry_out(output, around, now, done);
        }
        for seq in self.children.take_over(carried.children) {
            self.tell_child(seq, around, done);
        }
        Ok(())
    }

    /// What a history began with, it keeps.
    fn keep_habits(&mut self, habits: u32) {
        self.habits = habits;
        // However short the server wants histories to be: each does at least what it begins with.
        self.draining &= habits == 0;
    }

    fn damaged(&self, why: &str) -> TaskFailure {
        TaskFailure(format!("The run of `{}` cannot go on where its last history ended: {why}", self.runbook))
    }

    /// Goes on in a new history once nothing is under way that only this history could hear of. Whether it does.
    fn continue_as_new(&mut self, done: &mut Activated) -> bool {
        let quiet = self.activities.is_empty() && self.quick.is_empty() && !self.children.unsettled();
        let stays = self.habits == 0 && !self.children.is_empty();
        let Phase::Going(going) = &mut self.phase else { return false };
        if !self.draining || !quiet || stays || self.given_up || going.machine.is_closed() {
            return false;
        }
        let (withheld, children) = (mem::take(&mut self.withheld), self.children.carry());
        let searched = self.untold.as_ref().unwrap_or(&self.searched);
        let carried = Carried::new(going, self.zone.clone(), searched, &self.timers, withheld, children);
        let carried = carried.and_then(|carried| carried.write(&self.input));
        // What the timers and attributes of this activation were, the new run sets anew; answers to people are given here. A watch
        // ends with its run, and the next run watches again.
        done.commands.retain(|command| matches!(command.variant, Some(Command::UpdateResponse(_))));
        match carried {
            Ok(carried) => {
                let next = ContinueAsNewWorkflowExecution {
                    workflow_type: self.runbook.clone(),
                    arguments: vec![self.input.clone(), carried],
                    ..Default::default()
                };
                done.commands.push(translate::command(Command::ContinueAsNewWorkflowExecution(next), ""));
            }
            Err(why) => {
                let failure = failure::application("too_large", &why, true, None);
                let fail = Command::FailWorkflowExecution(FailWorkflowExecution { failure: Some(failure) });
                self.given_up = true;
                self.children.cancel_all();
                self.ends(fail, &mut done.commands);
            }
        }
        true
    }

    /// Watches the children of earlier histories while the run goes on.
    fn watch(&mut self, around: &Surroundings<'_>, done: &mut Activated) {
        let goes_on = matches!(&self.phase, Phase::Going(going) if !going.machine.is_closed()) && !self.given_up;
        if goes_on && self.children.unwatched() {
            let next = self.next_seq();
            done.commands.push(self.children.watch(next, around.task_queue));
        }
    }

    /// Asks the server to tell a child that it is cancelled.
    fn tell_child(&mut self, seq: Seq, around: &Surroundings<'_>, done: &mut Activated) {
        let next = self.next_seq();
        done.commands.extend(self.children.ask(seq, next, around.namespace));
    }

    /// The run is over. The server drops what a closed run still asks for, so its children are told first.
    fn end(&mut self, around: &Surroundings<'_>, done: &mut Activated) {
        if self.ending.is_none() {
            return;
        }
        while let Some(seq) = self.children.untold() {
            // Asking by the child's id stands for the command of the child.
            done.commands.retain(|command| match &command.variant {
                Some(Command::CancelChildWorkflowExecution(cancel)) => cancel.child_workflow_seq != seq,
                _ => true,
            });
            self.tell_child(seq, around, done);
        }
        if !self.children.unsettled() {
            done.commands.extend(self.ending.take().map(|ending| translate::command(ending, "")));
        }
    }

    fn tell(&mut self, now: Timestamp, input: Input) -> Result<(), TaskFailure> {
        self.children.note(&input);
        if self.given_up {
            return Ok(());
        }
        match &mut self.phase {
            Phase::Going(going) => going.machine.handle(now, input),
            Phase::Beginning(beginning) => beginning.waiting.push(input),
            Phase::New => return Err(TaskFailure("Something happened to this run before its start.".to_owned())),
        }
        Ok(())
    }

    fn update(
        &mut self,
        now: Timestamp,
        id: String,
        name: String,
        payload: Json,
        accepted: bool,
        done: &mut Activated,
    ) -> Result<(), TaskFailure> {
        if self.given_up {
            let message = "This run is ending: it holds too much to go on.";
            done.commands.push(translate::update_refused(&id, "Refused", message));
            return Ok(());
        }
        if let Phase::Going(_) = self.phase {
            return self.tell(now, Input::Update { id, name, payload });
        }
        if accepted {
            return Err(TaskFailure("The history tells of an action before the run had its program.".to_owned()));
        }
        let message = "NotReady: the run has only just been started. Send it again in a moment.";
        done.commands.push(translate::update_refused(&id, "NotReady", message));
        Ok(())
    }

    fn timer(
        &mut self,
        now: Timestamp,
        seq: Seq,
        done: &mut Activated,
        around: &Surroundings<'_>,
    ) -> Result<(), TaskFailure> {
        if seq < HOST_SEQ {
            self.timers.remove(&seq);
            return self.tell(now, Input::TimerFired { seq });
        }
        let next = self.next_seq();
        let place = place(&self.phase, self.zone.as_deref(), around);
        let Some(quick) = self.quick.values_mut().find(|quick| quick.at == seq) else { return Ok(()) };
        let pause = quick.pause.take();
        quick.at = next;
        let id = match &self.phase {
            Phase::Going(going) => going.machine.call_of(quick.call.seq),
            Phase::New | Phase::Beginning(_) => None,
        };
        done.commands.push(translate::quick_activity(&quick.call, id, &place, next, pause.as_ref()));
        Ok(())
    }

    fn activity(
        &mut self,
        now: Timestamp,
        seq: Seq,
        end: ActivityEnd,
        done: &mut Activated,
    ) -> Result<(), TaskFailure> {
        let quick = self.quick.iter().find(|(_, quick)| quick.at == seq).map(|(seq, _)| *seq);
        match end {
            ActivityEnd::Resolved(result) => {
                let seq = quick.unwrap_or(seq);
                self.quick.remove(&seq);
                self.activities.remove(&seq);
                self.lengthy.remove(&seq);
                self.tell(now, Input::ActivityResolved { seq, result })
            }
            ActivityEnd::Backoff(backoff) => {
                let at = self.next_seq();
                let Some(quick) = quick.and_then(|seq| self.quick.get_mut(&seq)) else {
                    return Err(TaskFailure("A pause was asked for by an activity that is not known.".to_owned()));
                };
                let pause = backoff.backoff_duration.unwrap_or_default();
                let ms = pause.seconds.saturating_mul(1_000).saturating_add(i64::from(pause.nanos) / 1_000_000);
                let summary = format!("{}: next attempt", quick.call.summary);
                quick.at = at;
                quick.pause = Some(backoff);
                done.commands.push(translate::timer(at, ms, &summary));
                Ok(())
            }
        }
    }

    /// Runs the machine until it wants nothing more.
    fn drive(&mut self, around: &Surroundings<'_>, now: Timestamp, done: &mut Activated) -> Result<(), TaskFailure> {
        loop {
            while let Some(output) = self.poll() {
                done.outputs.push(output.clone());
                self.carry_out(output, around, now, done);
            }
            let Phase::Going(going) = &mut self.phase else { return Ok(()) };
            if let Some(fault) = going.machine.fault() {
                return Err(TaskFailure(format!("The interpreter met a defect of its own: {fault}")));
            }
            if self.owed.is_empty() {
                return Ok(());
            }
            for input in mem::take(&mut self.owed) {
                going.machine.handle(now, input);
            }
        }
    }

    fn poll(&mut self) -> Option<Output> {
        match &mut self.phase {
            Phase::Going(going) => going.machine.poll_output(),
            Phase::New | Phase::Beginning(_) => None,
        }
    }

    fn carry_out(&mut self, output: Output, around: &Surroundings<'_>, now: Timestamp, done: &mut Activated) {
        let out = &mut done.commands;
        let silent = |command| translate::command(command, "");
        match output {
            Output::ScheduleActivity(_) | Output::StartChild(_) if self.draining => self.withheld.push(output),
            Output::ScheduleActivity(call) => {
                let place = place(&self.phase, self.zone.as_deref(), around);
                let id = self.machine().and_then(|machine| machine.call_of(call.seq));
                if call.options.quick && call.options.queue.is_none() {
                    out.push(translate::quick_activity(&call, id, &place, call.seq, None));
                    self.quick.insert(call.seq, Quick { at: call.seq, call: *call, pause: None });
                } else {
                    let schedule = translate::activity(&call, id, &place);
                    if let Some(why) = excess(&schedule, &format!("what `{}` is given", call.capability)) {
                        self.owed.push(Input::ActivityResolved { seq: call.seq, result: Err(why) });
                        return;
                    }
                    out.push(schedule);
                    self.activities.insert(call.seq);
                    if call.options.queue.is_some() || !(1..=BRIEF_MS).contains(&call.options.within_ms) {
                        self.lengthy.insert(call.seq);
                    }
                }
            }
            Output::CancelActivity { seq } => self.cancel_activity(seq, out),
            Output::StartTimer { seq, after_ms, summary } => {
                out.push(translate::timer(seq, after_ms, &summary));
                let after = jiff::SignedDuration::from_millis(after_ms.max(0));
                self.timers.insert(seq, Timer { due: now.checked_add(after).unwrap_or(Timestamp::MAX), summary });
            }
            Output::CancelTimer { seq } => {
                out.push(silent(Command::CancelTimer(CancelTimer { seq })));
                self.timers.remove(&seq);
            }
            Output::StartChild(call) => {
                let start = translate::child(&call, &place(&self.phase, self.zone.as_deref(), around));
                if let Some(why) = excess(&start, "the child's input") {
                    self.owed.push(Input::ChildStarted { seq: call.seq, result: Err(why) });
                    return;
                }
                out.push(start);
                self.children.starts(&call);
            }
            Output::CancelChild { seq } if self.unbegun(seq) => {
                let result = Err(cancelled("It was cancelled before it began."));
                self.owed.push(Input::ChildStarted { seq, result });
            }
            Output::CancelChild { seq } => {
                out.extend(self.children.cancel(seq));
                if self.children.is_unasked(seq) {
                    self.tell_child(seq, around, done);
                }
            }
            Output::UpsertSearchAttributes(attributes) => {
                self.untold = Some(attributes);
                // With the first habits it is told at once.
                if self.habits < 2 {
                    self.upsert_search(out);
                }
            }
            Output::UpdateAccepted { id, result } => out.extend(translate::update_done(&id, &result)),
            Output::UpdateRejected { id, message } => out.push(translate::update_refused(&id, "Refused", &message)),
            Output::Event(event) => done.events.push(event),
            Output::Complete { result } => {
                let complete = CompleteWorkflowExecution { result: Some(payload::json(&result)) };
                let complete = Command::CompleteWorkflowExecution(complete);
                self.ends(
                    match large::excess(&complete, "the result") {
                        None => complete,
                        Some(why) => {
                            let failure = failure::application(&why.kind, &why.message, true, None);
                            Command::FailWorkflowExecution(FailWorkflowExecution { failure: Some(failure) })
                        }
                    },
                    out,
                );
            }
            Output::Fail(failure) => {
                let fail = FailWorkflowExecution { failure: Some(failure::of_run(&failure)) };
                self.ends(Command::FailWorkflowExecution(fail), out);
            }
            Output::Cancelled => {
                self.ends(Command::CancelWorkflowExecution(CancelWorkflowExecution::default()), out);
            }
        }
    }

    /// Tells what the run is searched by. Each time costs an event and a write to the visibility store, so steps of which nobody would
    /// see anything are passed over: those that only wait for calls that are brief.
    fn tell_search(&mut self, done: &mut Activated) {
        let Some(untold) = &self.untold else { return };
        let calls = !self.activities.is_empty() || !self.quick.is_empty();
        let only_step = SearchAttributes { step: self.searched.step.clone(), ..untold.clone() } == self.searched;
        let over = self.ending.is_some() || self.given_up;
        if over || (only_step && calls && self.lengthy.is_empty()) {
            return;
        }
        self.upsert_search(&mut done.commands);
    }

    fn upsert_search(&mut self, out: &mut Vec<WorkflowCommand>) {
        let Some(attributes) = self.untold.take() else { return };
        let fields = search::changed(&self.searched, &attributes);
        self.searched = attributes;
        if matches!(&self.phase, Phase::Going(going) if going.search) && !fields.is_empty() {
            let upsert = UpsertWorkflowSearchAttributes {
                search_attributes: Some(common::SearchAttributes { indexed_fields: fields }),
            };
            out.push(translate::command(Command::UpsertWorkflowSearchAttributes(upsert), ""));
        }
    }

    /// The machine has come to its end.
    fn ends(&mut self, how: Command, out: &mut Vec<WorkflowCommand>) {
        if self.habits == 0 {
            out.push(translate::command(how, ""));
        } else {
            self.ending = Some(how);
        }
    }

    /// Takes back what was withheld.
    fn unbegun(&mut self, seq: Seq) -> bool {
        let before = self.withheld.len();
        self.withheld.retain(|output| match output {
            Output::ScheduleActivity(call) => call.seq != seq,
            Output::StartChild(call) => call.seq != seq,
            _ => true,
        });
        self.withheld.len() < before
    }

    fn cancel_activity(&mut self, seq: Seq, out: &mut Vec<WorkflowCommand>) {
        let silent = |command| translate::command(command, "");
        if self.unbegun(seq) {
            let result = Err(cancelled("It was cancelled before it began."));
            self.owed.push(Input::ActivityResolved { seq, result });
            return;
        }
        match self.quick.get(&seq) {
            None => out.push(silent(Command::RequestCancelActivity(RequestCancelActivity { seq }))),
            Some(quick) if quick.pause.is_none() => {
                let cancel = RequestCancelLocalActivity { seq: quick.at };
                out.push(silent(Command::RequestCancelLocalActivity(cancel)));
            }
            Some(quick) => {
                out.push(silent(Command::CancelTimer(CancelTimer { seq: quick.at })));
                self.quick.remove(&seq);
                let result = Err(cancelled("It was cancelled before its next attempt."));
                self.owed.push(Input::ActivityResolved { seq, result });
            }
        }
    }

    /// Answers as `wire.md` says; before the program is known with null or empty.
    fn query(&self, query: QueryWorkflow) -> WorkflowCommand {
        let name = query.query_type;
        let answer = match (&*name, self.machine()) {
            (metadata::QUERY, machine) => Ok(metadata::answer(&self.runbook, machine)),
            ("__stack_trace", machine) => Ok(payload::text(&metadata::active(machine))),
            (name, Some(machine)) => machine.query(name).map(|answer| payload::json(&answer)).ok_or_else(|| {
                format!(
                    "There is no query `{name}` here; there are {}.",
                    metadata::QUERIES.map(|(name, _)| name).join(", ")
                )
            }),
            (name, None) => metadata::unready(name)
                .map(|answer| payload::json(&answer))
                .ok_or_else(|| format!("There is no query `{name}` here.")),
        };
        translate::query_answer(query.query_id, answer)
    }

    fn next_seq(&mut self) -> Seq {
        self.last_seq = self.last_seq.saturating_add(1);
        self.last_seq
    }
}

/// The input of a run: what a binding gives, and over it, field by field, what the start itself says.
pub(crate) fn over_given(given: Json, said: Json) -> Json {
    match (given, said) {
        (Json::Null, said) => said,
        (given, Json::Null) => given,
        (Json::Object(mut fields), Json::Object(said)) => {
            fields.extend(said);
            Json::Object(fields)
        }
        // It fits no runbook, and the run says so.
        (_, said) => said,
    }
}

fn excess(command: &WorkflowCommand, what: &str) -> Option<ActivityFailure> {
    command.variant.as_ref().and_then(|command| large::excess(command, what))
}

fn cancelled(message: &str) -> ActivityFailure {
    ActivityFailure { kind: "cancelled".to_owned(), message: message.to_owned() }
}

fn place<'a>(phase: &'a Phase, zone: Option<&'a str>, around: &Surroundings<'a>) -> Place<'a> {
    let (bundle, digest) = match phase {
        Phase::Going(going) => (&*going.bundle, &*going.digest),
        Phase::New | Phase::Beginning(_) => ("", ""),
    };
    Place { namespace: around.namespace, task_queue: around.task_queue, bundle, digest, zone }
}

/// Asks for the program. One attempt: where it fails the task fails, visibly, and is tried again by the server.
fn find_program(request: &ProgramRequest, seq: Seq) -> WorkflowCommand {
    let again = if seq == PROGRAM_SEQ { String::new() } else { format!("-{seq}") };
    let find = ScheduleLocalActivity {
        seq,
        activity_id: format!("{PROGRAM_ACTIVITY}{again}"),
        activity_type: PROGRAM_ACTIVITY.to_owned(),
        attempt: 1,
        arguments: vec![payload::json(&serde_json::to_value(request).unwrap_or(Json::Null))],
        start_to_close_timeout: Some(translate::duration(10_000)),
        retry_policy: Some(RetryPolicy { maximum_attempts: 1, ..Default::default() }),
        ..Default::default()
    };
    translate::command(Command::ScheduleLocalActivity(find), "Program")
}
