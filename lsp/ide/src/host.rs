//! The texts of one project, as the editor has them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ntro_compiler::Sources;

use crate::Analysis;

/// The texts of one project. One owner changes it; whoever answers asks the snapshots that it gives.
#[derive(Debug, Default)]
pub struct Host {
    sources: Arc<Sources>,
    /// Other files of the project: what `sample("…")` may name.
    others: Arc<BTreeSet<String>>,
    /// The token of the snapshots that were given since the last change.
    cancelled: Arc<AtomicBool>,
}

impl Host {
    /// A project without files.
    pub fn new() -> Host {
        Host::default()
    }

    /// Sets the text of a `.ntro` file, new or known. Snapshots from before stop.
    pub fn set_file(&mut self, path: &str, text: Arc<str>) {
        if self.sources.get(path).is_some_and(|old| *old == text) {
            return;
        }
        self.change();
        Arc::make_mut(&mut self.sources).insert(path.to_owned(), text);
    }

    /// Forgets a file. Snapshots from before stop.
    pub fn remove_file(&mut self, path: &str) {
        if !self.sources.contains_key(path) {
            return;
        }
        self.change();
        Arc::make_mut(&mut self.sources).remove(path);
    }

    /// Says which other files the project has (paths relative to its folder): `sample("…")` completes to them, and one that is missing is reported.
    /// Before this was called, nothing is said of samples.
    pub fn set_other_files(&mut self, paths: BTreeSet<String>) {
        if *self.others != paths {
            self.change();
            self.others = Arc::new(paths);
        }
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&Arc<str>> {
        self.sources.get(path)
    }

    /// A snapshot of what is known now.
    pub fn analysis(&self) -> Analysis {
        Analysis::new(self.sources.clone(), self.cancelled.clone())
    }

    fn change(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
        self.cancelled = Arc::new(AtomicBool::new(false));
    }
}
