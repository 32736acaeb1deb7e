//! What went into a run, and the same run once more from it.

use std::sync::Arc;

use jiff::Timestamp;
use ntro_ir::Program;
use ntro_machine::{Input, Machine, Output};
use serde::{Deserialize, Serialize};

/// One activation: an input and the run's time when it came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// The run's time.
    pub at: Timestamp,
    /// What happened.
    pub input: Input,
}

/// What a replay gave.
#[derive(Debug)]
pub struct Replayed {
    /// The outputs, by activation.
    pub outputs: Vec<Vec<Output>>,
    /// The machine at the end.
    pub machine: Machine,
}

/// Runs a program from recorded inputs.
pub fn replay(program: Arc<Program>, recording: &[Recorded]) -> Replayed {
    let mut machine = Machine::new(program);
    let outputs =
        recording.iter().map(|recorded| activate(&mut machine, recorded.at, recorded.input.clone())).collect();
    Replayed { outputs, machine }
}

/// One activation: an input, then all that the machine wants.
pub(crate) fn activate(machine: &mut Machine, at: Timestamp, input: Input) -> Vec<Output> {
    machine.handle(at, input);
    std::iter::from_fn(|| machine.poll_output()).collect()
}
