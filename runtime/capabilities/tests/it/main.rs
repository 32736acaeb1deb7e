//! The capabilities through their one door, with real files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test that meets something unexpected should stop there"
)]

mod agents;
mod examples;
mod extract;
mod ingest;
mod mutation;
mod parse;
mod pdf;
mod programs;
mod records;
mod storage;
mod table;
mod template;
mod world;
