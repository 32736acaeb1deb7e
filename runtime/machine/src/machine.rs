//! The machine's face: inputs in, outputs out, questions answered.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use ntro_ir::{CallId, Digest, Program};

use crate::activation;
use crate::eval::Clock;
use crate::io::{Input, Json, Output, Seq};
use crate::query::{self, StepView};
use crate::snapshot::{RestoreError, Snapshot};
use crate::start;
use crate::state::{Phase, State, Wait};
use crate::view::View;

/// A program and its digest, which is computed once, when somebody first asks. Machines of the same program share it.
#[derive(Debug)]
pub struct Loaded {
    program: Arc<Program>,
    digest: OnceLock<Digest>,
}

impl Loaded {
    /// A program to be shared by machines.
    pub fn new(program: Arc<Program>) -> Arc<Loaded> {
        Arc::new(Loaded { program, digest: OnceLock::new() })
    }

    /// The program.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// The program's digest.
    pub fn digest(&self) -> Digest {
        *self.digest.get_or_init(|| ntro_ir::digest(&self.program))
    }
}

/// One run.
///
/// A host calls [`Machine::handle`] for everything that happened, then [`Machine::poll_output`] until it yields nothing; that is
/// one activation. The same inputs at the same times give the same outputs and the same state, anywhere.
#[derive(Debug, Clone)]
pub struct Machine {
    loaded: Arc<Loaded>,
    state: State,
    /// Made from the state; absent before the start.
    clock: Option<Clock>,
    inputs: Vec<Input>,
    outputs: VecDeque<Output>,
    fault: Option<String>,
    tells_values: bool,
}

impl Machine {
    /// A run that has not started.
    pub fn new(program: Arc<Program>) -> Machine {
        Machine::of(Loaded::new(program))
    }

    /// A run that has not started, of a program that other machines run too.
    pub fn of(loaded: Arc<Loaded>) -> Machine {
        Machine {
            loaded,
            state: State::new(),
            clock: None,
            inputs: Vec::new(),
            outputs: VecDeque::new(),
            fault: None,
            tells_values: false,
        }
    }

    /// From now on the event `step.completed` also holds the step's `value`, for those who look at a run closely. No part of the
    /// state, and nothing else changes.
    pub fn tell_values(&mut self) {
        self.tells_values = true;
    }

    /// Queues what happened. Everything handled between two idle polls is one activation; its time is the latest one given, and
    /// time never goes back.
    pub fn handle(&mut self, now: Timestamp, input: Input) {
        self.state.notes.now = self.state.notes.now.max(now);
        self.inputs.push(input);
    }

    /// Runs the activation at its first call, then hands out what is wanted, in order, until there is no more.
    pub fn poll_output(&mut self) -> Option<Output> {
        if !self.inputs.is_empty() && self.fault.is_none() {
            let inputs = std::mem::take(&mut self.inputs);
            let mut clock = self.clock.take();
            let (state, outputs) = (&mut self.state, &mut self.outputs);
            let result = activation::run(&self.loaded.program, state, &mut clock, outputs, inputs, self.tells_values);
            self.clock = clock;
            if let Err(what) = result {
                // The task fails and is run again by a worker that has the fix: nothing of this activation may leave.
                self.outputs.clear();
                self.fault = Some(what);
            }
        }
        self.outputs.pop_front()
    }

    /// The answer to a query of `wire.md`; nothing for an unknown name. Before the start the answers are null or empty.
    ///
    /// Known: `current_pending_action`, `pending_actions`, `current_steps`, `current_ui_state`, `step_snapshots`,
    /// `children_by_step_id`, and `ignored_inputs` (what came and changed nothing).
    pub fn query(&self, name: &str) -> Option<Json> {
        let idle;
        let clock = match &self.clock {
            Some(clock) => clock,
            None => {
                idle = Clock::new(self.state.notes.now, "");
                &idle
            }
        };
        query::answer(&View { program: &self.loaded.program, state: &self.state, clock }, name)
    }

    /// A bug in this interpreter or an ill-typed program: fails the task, never the run. The machine does nothing any more.
    pub fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// Whether the run is complete, failed or cancelled.
    pub fn is_closed(&self) -> bool {
        self.state.phase == Phase::Closed
    }

    /// Whether the run has failed or was cancelled, and only waits for what it has to take back.
    pub fn is_ending(&self) -> bool {
        matches!(self.state.phase, Phase::Cancelling { .. } | Phase::Ending(_))
    }

    /// A digest of the whole state.
    pub fn state_hash(&self) -> [u8; 32] {
        hash(&self.state)
    }

    /// A digest of what has moved the run: without times, counters, feedback and the record of ignored inputs. Input that is
    /// refused or ignored leaves it as it is.
    pub fn decided_hash(&self) -> [u8; 32] {
        let mut state = self.state.clone();
        state.notes = State::new().notes;
        hash(&state)
    }

    /// The state, to be continued elsewhere. To be taken between activations: inputs and outputs are no part of it.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::new(self.loaded.digest(), self.state.clone())
    }

    /// Continues a run.
    ///
    /// # Errors
    /// The snapshot is of another program or of a version that this machine does not know.
    pub fn restore(program: Arc<Program>, snapshot: Snapshot) -> Result<Machine, RestoreError> {
        Machine::restore_of(Loaded::new(program), snapshot)
    }

    /// Continues a run of a program that other machines run too: the digest is not computed again.
    ///
    /// # Errors
    /// The snapshot is of another program or of a version that this machine does not know.
    pub fn restore_of(loaded: Arc<Loaded>, snapshot: Snapshot) -> Result<Machine, RestoreError> {
        let mut machine = Machine::of(loaded);
        machine.state = snapshot.open(machine.loaded.digest())?;
        machine.clock = start::clock_of(&machine.state);
        Ok(machine)
    }

    /// All blocks in the order of the text, outermost and nested, for a terminal.
    pub fn steps(&self) -> Vec<StepView> {
        let idle = Clock::new(self.state.notes.now, "");
        let clock = self.clock.as_ref().unwrap_or(&idle);
        query::steps::all(&View { program: &self.loaded.program, state: &self.state, clock })
    }

    /// Which call of the program asked for an activity that is under way.
    pub fn call_of(&self, seq: Seq) -> Option<CallId> {
        let fibre = self.state.commands.get(&seq)?.fibre?;
        match &self.state.fibres.get(&fibre)?.wait {
            Wait::Call(wait) if wait.seq == seq => Some(wait.call),
            _ => None,
        }
    }

    /// The program that it runs.
    pub fn program(&self) -> &Arc<Program> {
        &self.loaded.program
    }

    /// The program with its digest, to be shared with other machines.
    pub fn loaded(&self) -> &Arc<Loaded> {
        &self.loaded
    }
}

/// States are made of ordered maps and lists alone, so that equal ones serialise to equal bytes.
fn hash(state: &State) -> [u8; 32] {
    let bytes = serde_json::to_vec(state).unwrap_or_default();
    *blake3::hash(&bytes).as_bytes()
}
