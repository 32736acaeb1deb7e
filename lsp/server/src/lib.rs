//! The language server: the protocol around `ntro-ide`, which knows the answers.
//!
//! - [`connect`] makes messages of two streams of bytes. It outlives what cannot be read.
//! - [`serve`] is one loop that owns all state, so that edits never overtake each other. It answers from snapshots by a few threads.
//! - [`Disk`] is the only door to files, and whoever starts the server holds it.
//!
//! Positions are those of the protocol here and bytes everywhere else; what it speaks beyond the protocol is in the folder's README.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        reason = "a test may stop where it stands"
    )
)]

mod answer;
mod capabilities;
mod client;
mod diagnostics;
mod dispatch;
mod documents;
mod many_hands;
mod notifications;
mod paths;
mod pool;
mod positions;
mod project;
mod requests;
mod routes;
mod server;
mod settings;
mod snapshot;
mod transport;
mod workspace;

pub mod disk;

pub use disk::{Disk, Files, SettingsFile};
pub use lsp_server::Connection;
pub use many_hands::ManyHands;
pub use server::{End, serve};
pub use transport::{Threads, connect};
