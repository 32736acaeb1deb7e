//! Programs by hand, and a rig that runs them and checks on every step that a run replays and continues.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "each test uses a part of it, and a test that cannot go on should say so at once"
)]

pub mod build;
pub mod programs;
pub mod rig;

pub use rig::Rig;
