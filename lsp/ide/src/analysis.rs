//! The snapshot that is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ntro_compiler::Sources;

/// The files have changed since: whoever asked asks the next snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

impl std::fmt::Display for Cancelled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the files have changed since")
    }
}

impl std::error::Error for Cancelled {}

/// An answer, unless the files have changed since.
pub type Cancellable<T> = Result<T, Cancelled>;

/// What can be said of a project as it was at one moment. Clones share everything.
#[derive(Debug, Clone)]
pub struct Analysis {
    pub(crate) sources: Arc<Sources>,
    cancelled: Arc<AtomicBool>,
}

impl Analysis {
    pub(crate) fn new(sources: Arc<Sources>, cancelled: Arc<AtomicBool>) -> Analysis {
        Analysis { sources, cancelled }
    }

    /// Stops where the files have changed.
    pub(crate) fn go_on(&self) -> Cancellable<()> {
        if self.cancelled.load(Ordering::Relaxed) { Err(Cancelled) } else { Ok(()) }
    }

    /// Whether the files have changed since: the same as what the methods answer with [`Cancelled`].
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// The paths of the project's `.ntro` files, in order; those of the language itself are not among them.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.sources.keys().map(String::as_str)
    }

    /// The text of a file of the project or of the language (`ntro:…`).
    pub fn text(&self, path: &str) -> Option<Arc<str>> {
        match self.sources.get(path) {
            Some(text) => Some(text.clone()),
            None => ntro_compiler::prelude().find(|(name, _)| *name == path).map(|(_, text)| Arc::from(text)),
        }
    }
}
