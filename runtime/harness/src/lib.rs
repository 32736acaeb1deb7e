//! The local host: it drives machines in this process, children included, in real or in virtual time.
//!
//! It is itself sans-I/O and synchronous: [`Local::next`] says what has to be done, the driver does it and reports by
//! [`Local::resolve`], [`Local::signal`] and [`Local::advance_to`]. Retries, limits of attempts and the order of timers live here, so that a
//! terminal, a test and an exploration all see the same behaviour.
//!
//! Absent here: files, threads, the host clock, randomness that no seed chose.

pub mod answers;
mod local;
pub mod mocks;
mod outputs;
pub mod player;
mod recording;
mod retry;
pub mod sample;
pub mod scenario;
mod shuffle;
mod timers;
mod waiting;

pub use local::{Checks, HarnessError, Local, Options, RunEnd, RunInfo, RunKey, Step};
pub use ntro_machine::{
    ActivityCall, ActivityFailure, ChildCall, Event, Json, RunFailure, SearchAttributes, Seq, StepStatus, StepView,
};
pub use recording::{Recorded, Replayed, replay};
pub use waiting::{Waiting, waiting};
