//! A project as the loop keeps it: its texts, what of it is open, and how far its checking has come.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ntro_ide::{Analysis, Host};

use crate::disk::SETTINGS;
use crate::many_hands::ManyHands;
use crate::requests::semantic_tokens::Answered;
use crate::snapshot::{LinesOf, Open};

/// The key of the one project that holds the files of the language itself.
pub(crate) const LANGUAGE: &str = "ntro:";

/// What kind of project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A folder with all its files.
    Folder,
    /// One document that belongs to no folder.
    Alone,
    /// The language's own files, to be read only.
    Language,
}

/// Where a document belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Home {
    /// The key of its project: the folder, or the document's own path.
    pub project: PathBuf,
    pub kind: Kind,
    /// Its path in the project.
    pub file: String,
}

/// A project.
pub(crate) struct Project {
    /// No other project has or had this number: what was begun for one that is gone is not mistaken for work on this one.
    pub serial: u64,
    pub kind: Kind,
    /// Its folder, where it has one.
    pub root: Option<Arc<Path>>,
    pub host: Host,
    /// What of it is open, by path in it.
    pub open: Arc<BTreeMap<String, Open>>,
    /// What its settings file says, where that is open.
    pub settings_text: Option<Arc<str>>,
    pub lines: LinesOf,
    pub tokens: Answered,
    pub load: Load,
    pub check: Check,
}

/// How far reading its files has come.
#[derive(Debug, Default)]
pub(crate) struct Load {
    /// Its files have been read once. Before, nothing is said of it.
    pub done: bool,
    /// They are being read.
    pub running: bool,
    /// They have changed since that began.
    pub again: bool,
}

/// How far checking has come.
#[derive(Debug, Default)]
pub(crate) struct Check {
    /// What the client has been told about.
    pub told: Option<Analysis>,
    /// A check is under way.
    pub running: bool,
    /// The files have changed since it began.
    pub again: bool,
    /// The files that the client is told about in any case: it has just opened or changed them.
    pub wanted: BTreeSet<String>,
    /// The client is being shown that work is under way.
    pub progress: bool,
}

impl Project {
    pub(crate) fn new(serial: u64, kind: Kind, key: &Path) -> Project {
        Project {
            serial,
            kind,
            root: (kind == Kind::Folder).then(|| Arc::from(key)),
            host: Host::with_hands(Arc::new(ManyHands)),
            open: Arc::default(),
            settings_text: None,
            lines: LinesOf::default(),
            tokens: Answered::default(),
            load: Load { done: kind != Kind::Folder, ..Load::default() },
            check: Check::default(),
        }
    }

    /// Notes what is open.
    pub(crate) fn set_open(&mut self, file: &str, open: Option<Open>) {
        let all = Arc::make_mut(&mut self.open);
        match open {
            Some(open) => {
                all.insert(file.to_owned(), open);
            }
            None => {
                all.remove(file);
                self.tokens.keep(all);
            }
        }
    }

    /// Sets what a file says, or that there is none. The language's own files say what they say.
    pub(crate) fn set_text(&mut self, file: &str, text: Option<Arc<str>>) {
        if file == SETTINGS {
            self.settings_text = text;
            return;
        }
        if self.kind == Kind::Language {
            return;
        }
        match text {
            Some(text) => self.host.set_file(file, text),
            None => {
                self.host.remove_file(file);
                self.lines.forget(file);
            }
        }
    }
}
