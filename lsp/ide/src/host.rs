//! The texts of one project, as the editor has them.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use ntro_compiler::hands::{Alone, Hands};
use ntro_compiler::index::Engine;

use crate::Analysis;
use crate::analysis::{File, Files};

/// The texts of one project. One owner changes it; whoever answers asks the snapshots that it gives.
#[derive(Debug)]
pub struct Host {
    pub(crate) files: Arc<Files>,
    /// Other files of the project: what `sample("…")` may name.
    pub(crate) others: Option<Arc<BTreeSet<String>>>,
    /// The token of the snapshots that were given since the last change.
    pub(crate) cancelled: Arc<AtomicBool>,
    /// The snapshot of what is known now, once it was asked for.
    now: OnceLock<Analysis>,
    /// What is kept from one snapshot to the next.
    pub(crate) engine: Arc<Mutex<Engine>>,
    /// Who reads and checks.
    pub(crate) hands: Arc<dyn Hands>,
}

impl Default for Host {
    fn default() -> Host {
        Host::with_hands(Arc::new(Alone))
    }
}

impl Host {
    /// A project without files. Whoever asks first for what is wrong does all the work.
    pub fn new() -> Host {
        Host::default()
    }

    /// The same with help: where many files are to be read or checked at once, these hands do it.
    pub fn with_hands(hands: Arc<dyn Hands>) -> Host {
        Host {
            files: Arc::default(),
            others: None,
            cancelled: Arc::default(),
            now: OnceLock::new(),
            engine: Arc::default(),
            hands,
        }
    }

    /// Sets the text of a `.ntro` file, new or known. Snapshots from before stop.
    pub fn set_file(&mut self, path: &str, text: Arc<str>) {
        if self.files.get(path).is_some_and(|old| old.text == text) {
            return;
        }
        self.change();
        let file = match self.files.get(path) {
            Some(old) => old.with(text),
            None => File::new(text),
        };
        Arc::make_mut(&mut self.files).insert(path.to_owned(), Arc::new(file));
    }

    /// Sets many files at once, as when a workspace is opened. Snapshots from before stop.
    pub fn set_files(&mut self, files: impl IntoIterator<Item = (String, Arc<str>)>) {
        for (path, text) in files {
            self.set_file(&path, text);
        }
    }

    /// Forgets a file. Snapshots from before stop.
    pub fn remove_file(&mut self, path: &str) {
        if !self.files.contains_key(path) {
            return;
        }
        self.change();
        Arc::make_mut(&mut self.files).remove(path);
    }

    /// Says which other files the project has (paths relative to its folder): `sample("…")` completes to them, and one that is missing is reported.
    /// Before this was called, nothing is said of samples.
    pub fn set_other_files(&mut self, paths: BTreeSet<String>) {
        if self.others.as_deref() != Some(&paths) {
            self.change();
            self.others = Some(Arc::new(paths));
        }
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&Arc<str>> {
        self.files.get(path).map(|file| &file.text)
    }

    /// A snapshot of what is known now. Until something changes it is the same one, so that what was worked out stays.
    pub fn analysis(&self) -> Analysis {
        self.now.get_or_init(|| Analysis::of(self)).clone()
    }

    fn change(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
        self.cancelled = Arc::new(AtomicBool::new(false));
        self.now = OnceLock::new();
    }
}
