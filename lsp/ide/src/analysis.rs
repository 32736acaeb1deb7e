//! The snapshot that is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ntro_compiler::hands::Hands;
use ntro_compiler::index::{Engine, Facts, Project, Read};
use ntro_compiler::{Diagnostic, Sources};
use ntro_grammar::ast;

use crate::declared::{self, Declared};
use crate::{Host, LineIndex, Span, lex};

/// The files have changed since, and whoever asked asks the next snapshot; or nobody wants to know any more.
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

/// A file as it was at one moment. What is read off it alone is kept for as long as it does not change.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) text: Arc<str>,
    lines: OnceLock<Arc<LineIndex>>,
    read: OnceLock<Read>,
    /// What was read before the last change, so that only what changed is read again.
    before: Option<Read>,
    declared: OnceLock<Vec<Declared>>,
    comments: OnceLock<Vec<Span>>,
}

impl File {
    pub(crate) fn new(text: Arc<str>) -> File {
        let (lines, read, declared, comments) = Default::default();
        File { text, lines, read, before: None, declared, comments }
    }

    /// The same file with another text.
    pub(crate) fn with(&self, text: Arc<str>) -> File {
        let before = self.read.get().or(self.before.as_ref()).cloned();
        File { before, ..File::new(text) }
    }

    pub(crate) fn lines(&self) -> &Arc<LineIndex> {
        self.lines.get_or_init(|| Arc::new(LineIndex::new(&self.text)))
    }

    pub(crate) fn tree(&self) -> &ast::File {
        self.read().tree()
    }

    pub(crate) fn read(&self) -> &Read {
        self.read.get_or_init(|| Read::again(&self.text, self.before.as_ref()))
    }

    /// Everything that is declared in it, bodies included, in the order of the text.
    pub(crate) fn declared(&self) -> &[Declared] {
        self.declared.get_or_init(|| declared::of(&self.text, self.tree()))
    }

    /// Whether what is written at an offset goes on with a comment.
    pub(crate) fn is_comment(&self, offset: u32) -> bool {
        let comments = self.comments.get_or_init(|| {
            let pieces = lex::pieces(&self.text).into_iter();
            pieces.filter(|(_, piece)| *piece == lex::Piece::Comment).map(|(span, _)| span).collect()
        });
        let next = comments.partition_point(|span| span.end < offset);
        comments.get(next).is_some_and(|span| span.start < offset)
    }

    /// The text of a span.
    pub(crate) fn at(&self, span: crate::Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// An offset inside the text, on a character's boundary.
    pub(crate) fn inside(&self, offset: u32) -> u32 {
        let mut at = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        u32::try_from(at).unwrap_or(u32::MAX)
    }
}

/// All files by their paths.
pub(crate) type Files = BTreeMap<String, Arc<File>>;

/// What was found in all files, worked out once when it is first asked.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) project: Project,
    pub(crate) by_file: BTreeMap<String, Arc<[Diagnostic]>>,
}

#[derive(Debug, Default)]
struct Worked {
    found: OnceLock<Found>,
    facts: Mutex<BTreeMap<String, Arc<Facts>>>,
}

/// What can be said of a project as it was at one moment. Clones share everything.
#[derive(Debug, Clone)]
pub struct Analysis {
    pub(crate) files: Arc<Files>,
    pub(crate) others: Option<Arc<BTreeSet<String>>>,
    cancelled: Arc<AtomicBool>,
    /// Set by whoever asks once nobody wants the answer any more.
    unwanted: Option<Arc<AtomicBool>>,
    /// What is kept from one snapshot to the next. Only one checks at a time; one that is cancelled makes room soon.
    engine: Arc<Mutex<Engine>>,
    pub(crate) hands: Arc<dyn Hands>,
    worked: Arc<Worked>,
}

impl Analysis {
    /// What can be said of what a host has now.
    pub(crate) fn of(host: &Host) -> Analysis {
        Analysis {
            files: host.files.clone(),
            others: host.others.clone(),
            cancelled: host.cancelled.clone(),
            unwanted: None,
            engine: host.engine.clone(),
            hands: host.hands.clone(),
            worked: Arc::default(),
        }
    }

    /// The same snapshot for one question: it stops, too, once `unwanted` is set. What it has worked out until then stays with all.
    pub fn until(&self, unwanted: Arc<AtomicBool>) -> Analysis {
        Analysis { unwanted: Some(unwanted), ..self.clone() }
    }

    /// Stops where the files have changed, or nobody wants to know any more. Whatever takes long asks this at least once a file.
    pub(crate) fn go_on(&self) -> Cancellable<()> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }

    /// Whether the files have changed since, or nobody wants to know: the same as what the methods answer with [`Cancelled`].
    pub fn is_cancelled(&self) -> bool {
        let unwanted = self.unwanted.as_ref().is_some_and(|unwanted| unwanted.load(Ordering::Relaxed));
        unwanted || self.cancelled.load(Ordering::Relaxed)
    }

    /// The paths of the project's `.ntro` files, in order; those of the language itself are not among them.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The text of a file of the project or of the language (`ntro:…`).
    pub fn text(&self, path: &str) -> Option<Arc<str>> {
        self.file(path).map(|file| file.text.clone())
    }

    /// Where the lines of a file begin.
    pub fn lines(&self, path: &str) -> Option<Arc<LineIndex>> {
        self.file(path).map(|file| file.lines().clone())
    }

    /// A file of the project or of the language.
    pub(crate) fn file(&self, path: &str) -> Option<&Arc<File>> {
        self.files.get(path).or_else(|| language().get(path))
    }

    /// Gets ready for edits of a file that was checked: what only an edit needs is worked out before there is one. Changes no answer.
    pub fn prepare(&self, path: &str) {
        if let Some(read) = self.files.get(path).and_then(|file| file.read.get()) {
            read.prepare();
        }
    }

    /// The texts by their paths.
    pub(crate) fn sources(&self) -> Sources {
        self.files.iter().map(|(path, file)| (path.clone(), file.text.clone())).collect()
    }

    /// What a check of all files gives.
    pub(crate) fn found(&self) -> Cancellable<&Found> {
        self.go_on()?;
        if self.worked.found.get().is_none() {
            let mut engine = self.engine.lock().unwrap_or_else(|poisoned| {
                // A check that ended in a fault may have left half of something behind.
                let mut engine = poisoned.into_inner();
                *engine = Engine::new();
                self.engine.clear_poison();
                engine
            });
            if self.worked.found.get().is_none() {
                let found = self.check(&mut engine)?;
                // Nobody else has set it while the engine was held.
                let _ = self.worked.found.set(found);
            }
        }
        self.go_on()?;
        self.worked.found.get().ok_or(Cancelled)
    }

    /// The same where it has been worked out already, even when the files have changed since.
    pub(crate) fn found_before(&self) -> Option<&Found> {
        self.worked.found.get()
    }

    fn check(&self, engine: &mut Engine) -> Cancellable<Found> {
        let unread: Vec<&Arc<File>> = self.files.values().filter(|file| file.read.get().is_none()).collect();
        self.hands.each(unread.len(), &|at| {
            if let Some(file) = unread.get(at).filter(|_| !self.is_cancelled()) {
                file.read();
            }
        });
        self.go_on()?;
        let files: Vec<_> = self.files.iter().map(|(path, file)| (path.clone(), file.read().clone())).collect();
        let project = engine.check(&files, &*self.hands, &|| !self.is_cancelled()).ok_or(Cancelled)?;
        let missing = self.missing_samples(&project);
        let mut by_file: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
        for found in project.diagnostics().iter().cloned().chain(missing) {
            by_file.entry(found.place.file.clone()).or_default().push(found);
        }
        let by_file = by_file.into_iter().map(|(path, mut found)| {
            found.sort_by_key(|found| (found.place.span, found.code));
            (path, found.into())
        });
        Ok(Found { by_file: by_file.collect(), project })
    }

    /// Samples that scenarios name and the project does not have, where the project's other files are known.
    fn missing_samples(&self, project: &Project) -> Vec<Diagnostic> {
        let Some(others) = &self.others else { return Vec::new() };
        let mut missing = Vec::new();
        for (path, place) in &project.checked().samples {
            // The same places at which `ntroc check` looks.
            let tried = [path.clone(), format!("inputs/{path}")];
            if !tried.iter().any(|path| others.contains(path)) {
                let there = others.iter().map(|path| path.strip_prefix("inputs/").unwrap_or(path).to_owned());
                missing.push(ntro_compiler::missing_sample(path, place.clone(), &tried, there));
            }
        }
        missing
    }

    /// What is known of the names of a file.
    pub(crate) fn facts(&self, path: &str) -> Cancellable<Arc<Facts>> {
        let found = self.found()?;
        let kept = |facts: &BTreeMap<String, Arc<Facts>>| facts.get(path).cloned();
        if let Some(facts) = kept(&self.worked.facts.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(facts);
        }
        let facts = Arc::new(found.project.facts(path));
        self.go_on()?;
        let mut all = self.worked.facts.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(all.entry(path.to_owned()).or_insert(facts).clone())
    }
}

/// The files of the language.
fn language() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| {
        let file = |(path, text): (&str, &str)| (path.to_owned(), Arc::new(File::new(Arc::from(text))));
        ntro_compiler::prelude().map(file).collect()
    })
}
