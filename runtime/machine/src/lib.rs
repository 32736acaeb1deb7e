//! The interpreter: pure, synchronous, its state plain data. See `docs/ARCHITECTURE.md`.
//!
//! [`Machine`] is its face. An activation ([`activation`]) takes inputs and runs fibres ([`exec`]) until each waits: for a call
//! ([`call`], [`agent`]), a timer, a person ([`gate`], [`act`], [`gate_act`]), a signal ([`await_`], [`signals`]), children
//! ([`child`]) or other fibres ([`fork`]), with what runs [`beside`] it, until its [`limit`] or that of a block ([`time_limit`]). Failures go
//! to the `try` that catches them ([`raise`]); [`rework`] goes back, and what was done is taken back by [`undo`]. Questions
//! are answered by [`query`] from a [`view`] of the state ([`state`]), which is all that there is: nothing here knows a clock,
//! randomness, an environment, I/O or an order that is not written down.

mod act;
mod action;
mod activation;
mod actor;
mod agent;
mod await_;
mod beside;
mod bound;
mod bounds;
mod call;
mod child;
mod codec;
mod cx;
mod draft;
mod eval;
mod exec;
mod failure;
mod fork;
mod gate;
mod gate_act;
mod ids;
pub mod io;
mod limit;
mod machine;
mod query;
mod raise;
mod rework;
mod search;
mod settle;
mod signals;
mod snapshot;
mod start;
mod state;
mod time_limit;
mod undo;
mod view;
mod whose;

pub use bound::bound_input;
pub use eval::Clock;
pub use io::*;
pub use machine::{Loaded, Machine};
pub use query::{StepStatus, StepView};
pub use snapshot::{RestoreError, SNAPSHOT_VERSION, Snapshot};
pub use whose::{TenantConfig, Tenants, config_for, naming, over, whose};
