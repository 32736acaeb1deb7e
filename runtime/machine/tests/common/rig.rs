//! Runs a program with virtual time. After every activation the state goes through a snapshot, and at the end the whole run is
//! replayed: outputs and state must be the same each time.

use std::fmt::Write as _;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use ntro_ir::Program;
use ntro_machine::{ActivityFailure, Input, Machine, Output, Seq, Snapshot, Start};
use serde_json::{Value as Json, json};

pub struct Rig {
    pub machine: Machine,
    program: Arc<Program>,
    now: Timestamp,
    log: Vec<(Timestamp, Vec<Input>)>,
    outputs: Vec<Vec<Output>>,
    hashes: Vec<[u8; 32]>,
    trace: String,
    updates: u32,
}

impl Rig {
    pub fn new(program: Program) -> Rig {
        let program = Arc::new(program);
        Rig {
            machine: Machine::new(Arc::clone(&program)),
            program,
            now: "2026-01-05T09:00:00Z".parse().unwrap(),
            log: Vec::new(),
            outputs: Vec::new(),
            hashes: Vec::new(),
            trace: String::new(),
            updates: 0,
        }
    }

    /// Starts with an input, where anonymous people may not decide.
    pub fn start(program: Program, input: Json) -> Rig {
        Rig::start_with(program, input, false)
    }

    pub fn start_with(program: Program, input: Json, anonymous: bool) -> Rig {
        let mut rig = Rig::new(program);
        rig.activate(vec![Input::Started(Box::new(Start {
            workflow_id: "wf".into(),
            first_run_id: "run-1".into(),
            input,
            config: Json::Null,
            tenant: None,
            entity: None,
            zone: None,
            scheduled_at: None,
            holidays: Vec::new(),
            anonymous,
        }))]);
        rig
    }

    /// One activation.
    pub fn activate(&mut self, inputs: Vec<Input>) -> Vec<Output> {
        for input in &inputs {
            writeln!(self.trace, "< {}", show_input(input)).unwrap();
        }
        let copy = (!self.log.is_empty()).then(|| restored(&self.machine));
        let outputs = drive(&mut self.machine, self.now, inputs.clone());
        if let Some(fault) = self.machine.fault() {
            writeln!(self.trace, "FAULT {fault}").unwrap();
        } else if let Some(mut copy) = copy {
            let again = drive(&mut copy, self.now, inputs.clone());
            assert_eq!(outputs, again, "a restored machine does the same\n{}", self.trace);
            assert_eq!(self.machine.state_hash(), copy.state_hash(), "and has the same state\n{}", self.trace);
        }
        for output in &outputs {
            writeln!(self.trace, "{}", show_output(output)).unwrap();
        }
        self.log.push((self.now, inputs));
        self.outputs.push(outputs.clone());
        self.hashes.push(self.machine.state_hash());
        outputs
    }

    pub fn after(&mut self, seconds: i64) -> &mut Rig {
        self.now = self.now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
        writeln!(self.trace, "… {seconds} s").unwrap();
        self
    }

    pub fn signal(&mut self, name: &str, payload: Json) -> Vec<Output> {
        self.activate(vec![Input::Signal { name: name.into(), payload }])
    }

    pub fn user(&mut self, payload: Json) -> Vec<Output> {
        self.signal("user_action", payload)
    }

    /// An update; its answer.
    pub fn act(&mut self, payload: Json) -> Result<Json, String> {
        self.updates += 1;
        let id = format!("u{}", self.updates);
        let outputs = self.activate(vec![Input::Update { id, name: "act".into(), payload }]);
        let answer = outputs.into_iter().find_map(|output| match output {
            Output::UpdateAccepted { result, .. } => Some(Ok(result)),
            Output::UpdateRejected { message, .. } => Some(Err(message)),
            _ => None,
        });
        answer.expect("an update is always answered")
    }

    pub fn resolve(&mut self, seq: Seq, result: Json) -> Vec<Output> {
        self.activate(vec![Input::ActivityResolved { seq, result: Ok(result) }])
    }

    pub fn fail(&mut self, seq: Seq, kind: &str, message: &str) -> Vec<Output> {
        let result = Err(failure(kind, message));
        self.activate(vec![Input::ActivityResolved { seq, result }])
    }

    pub fn fire(&mut self, seq: Seq) -> Vec<Output> {
        self.activate(vec![Input::TimerFired { seq }])
    }

    pub fn query(&self, name: &str) -> Json {
        self.machine.query(name).expect("a known query")
    }

    /// The status words of the breadcrumb.
    pub fn steps(&self) -> String {
        let steps = self.query("current_steps");
        let one = |step: &Json| format!("{}={}", step["id"].as_str().unwrap(), step["status"].as_str().unwrap());
        steps.as_array().unwrap().iter().map(one).collect::<Vec<_>>().join(" ")
    }

    /// Replays the whole run on a fresh machine and gives the trace.
    pub fn finish(self) -> String {
        let mut fresh = Machine::of(Arc::clone(self.machine.loaded()));
        for (index, (now, inputs)) in self.log.iter().enumerate() {
            let outputs = drive(&mut fresh, *now, inputs.clone());
            assert_eq!(outputs, self.outputs[index], "activation {index} replays\n{}", self.trace);
            assert_eq!(fresh.state_hash(), self.hashes[index], "activation {index} has the same state\n{}", self.trace);
        }
        self.trace
    }
}

pub fn failure(kind: &str, message: &str) -> ActivityFailure {
    ActivityFailure { kind: kind.into(), message: message.into() }
}

fn drive(machine: &mut Machine, now: Timestamp, inputs: Vec<Input>) -> Vec<Output> {
    for input in inputs {
        machine.handle(now, input);
    }
    std::iter::from_fn(|| machine.poll_output()).collect()
}

fn restored(machine: &Machine) -> Machine {
    let json = serde_json::to_string(&machine.snapshot()).unwrap();
    let snapshot: Snapshot = serde_json::from_str(&json).unwrap();
    let copy = Machine::restore_of(Arc::clone(machine.loaded()), snapshot).unwrap();
    assert_eq!(copy.state_hash(), machine.state_hash(), "a snapshot reads back as it was written");
    copy
}

fn show_input(input: &Input) -> String {
    match input {
        Input::Started(start) => format!("start {}", start.input),
        Input::ActivityResolved { seq, result } => format!("activity #{seq} {}", show_result(result)),
        Input::TimerFired { seq } => format!("timer #{seq}"),
        Input::ChildStarted { seq, result: Ok(run) } => format!("child #{seq} started {run}"),
        Input::ChildStarted { seq, result: Err(error) } => format!("child #{seq} not started: {}", error.message),
        Input::ChildResolved { seq, result } => format!("child #{seq} {}", show_result(result)),
        Input::Signal { name, payload } => format!("signal {name} {payload}"),
        Input::Update { id, name, payload } => format!("update {id} {name} {payload}"),
        Input::CancelRequested { reason } => format!("cancel {reason}"),
    }
}

fn show_result(result: &Result<Json, ActivityFailure>) -> String {
    match result {
        Ok(json) => json.to_string(),
        Err(error) => format!("failed {}: {}", error.kind, error.message),
    }
}

fn show_output(output: &Output) -> String {
    match output {
        Output::ScheduleActivity(call) => {
            format!("> call #{} {} {} [{}]", call.seq, call.capability, call.args, call.context.idempotency_key)
        }
        Output::CancelActivity { seq } => format!("> cancel call #{seq}"),
        Output::StartTimer { seq, after_ms, summary } => format!("> timer #{seq} {} s ({summary})", after_ms / 1000),
        Output::CancelTimer { seq } => format!("> cancel timer #{seq}"),
        Output::StartChild(child) => {
            format!("> child #{} {} {} ({})", child.seq, child.workflow_id, child.input, child.summary)
        }
        Output::CancelChild { seq } => format!("> cancel child #{seq}"),
        Output::UpsertSearchAttributes(search) => {
            let due = search.due.map(|due| format!(" due {due}")).unwrap_or_default();
            format!("> search {:?} {:?} {:?}{due}", search.step.as_deref().unwrap_or("-"), search.pending, search.roles)
        }
        Output::UpdateAccepted { id, result } => format!("> accepted {id} {result}"),
        Output::UpdateRejected { id, message } => format!("> refused {id}: {message}"),
        Output::Event(event) => format!("    {} {} {}", event.name, event.step, show_data(&event.data)),
        Output::Complete { result } => format!("> complete {result}"),
        Output::Fail(failure) => format!(
            "> fail {} {:?} at {} {}",
            failure.kind,
            failure.message,
            failure.step,
            failure.capability.as_deref().unwrap_or("")
        ),
        Output::Cancelled => "> cancelled".to_owned(),
    }
}

fn show_data(data: &Json) -> String {
    if *data == json!({}) { String::new() } else { data.to_string() }
}
