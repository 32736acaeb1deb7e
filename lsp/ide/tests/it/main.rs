//! Editor answers, feature by feature: a text with a cursor goes in, what an editor would show comes out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may stop where it stands"
)]

mod cancelled;
mod code_actions;
mod completion;
mod diagnostics;
mod every_word;
mod fixture;
mod format;
mod hover;
mod incremental;
mod names;
mod offered;
mod outline;
mod renames;
mod robust;
mod signature;
mod tokens;
mod words;
