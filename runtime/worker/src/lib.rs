//! The Temporal host: a runbook's machine as an ordinary, durable workflow. The only crate that names Temporal.
//!
//! [`translate`] turns activation jobs into what happened and outputs into commands; [`run`] is one run between the server and its
//! machine; [`workflow_loop`] and [`activity_loop`] poll; [`programs`] finds what to run in [`bundle`]s and decodes what histories
//! hold; [`worker`] puts it all together.
//!
//! # Invariants
//! - **The history alone replays.** Whatever a worker contributes to a run is in its first marker ([`marker`]).
//! - **A run stays what it was.** Its program, its configuration and who may act do not change under it.
//! - **A defect fails the task, never the run.** It is tried again until a worker has the fix.
//! - **Calls count once.** An activity's id is its idempotency key, which a worker in any language can read.

pub mod activity_loop;
pub mod bindings;
pub mod bundle;
pub mod call;
mod carried;
mod children;
pub mod client;
pub mod connect;
pub mod disagree;
pub mod download;
pub mod failure;
pub mod health;
pub mod history_json;
pub mod in_flight;
mod large;
pub mod marker;
mod metadata;
mod packed;
pub mod payload;
pub mod programs;
pub mod replay;
pub mod run;
pub mod schedules;
pub mod search;
pub mod serve;
pub mod server;
pub mod translate;
pub mod watch;
pub mod worker;
pub mod workflow_loop;

pub use temporalio_sdk_core::CoreRuntime;
