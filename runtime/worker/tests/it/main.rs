//! The worker against a real Temporal server, which is started for each test on a free port of this machine.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "a test that cannot go on should say so at once"
)]

mod continued;
mod crash;
mod document_ingest;
mod effects;
mod family;
mod support;
