//! The protocol, request by request, as a client sees it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "a test may stop where it stands"
)]

mod diagnostics;
mod fixture;
mod frames;
mod lifecycle;
mod requests;
mod support;
mod wire;
mod workspace;
