//! The worker against a real Temporal server, which is started on a free port of this machine. It is found, or made, by the code
//! that `ntroc dev` uses; where there is none the tests fail.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "a test that cannot go on should say so at once"
)]

mod actions;
mod at_once;
mod bindings;
mod broken;
mod continued;
mod crash;
mod document_ingest;
mod effects;
mod every_step;
mod family;
mod large;
mod long_lives;
mod lost_server;
mod many;
mod plays;
mod process;
mod python;
mod shapes;
mod shared;
mod steps;
mod support;
mod trouble;
mod undone;
