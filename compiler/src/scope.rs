//! The names that a place in a body can see, and what is known about them there.

use std::collections::BTreeMap;

use ntro_grammar::Span;
use ntro_ir::{LocalId, Slot};

use crate::ty::Ty;

/// How many names are looked at for a suggestion: thousands of mistakes among thousands of names must not take for ever.
const MOST_SUGGESTED: usize = 1_000;

/// Where the value behind a name comes from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Source {
    /// A slot of the run.
    Slot(Slot),
    /// A field of a slot (`period` is field `period` of the input).
    Field(Slot, String),
    /// A local of an expression.
    Local(LocalId),
    /// A name that exists but cannot be read here; the text says why and what to do (`"review" comes later: …`).
    NotHere(String),
}

/// A name that can be seen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Binding {
    /// Where its value comes from.
    pub source: Source,
    /// Its type, before narrowing.
    pub ty: Ty,
    /// Where it was declared.
    pub span: Span,
    /// For a block: the blocks inside it, read as `outer.inner`.
    pub inner: BTreeMap<String, Binding>,
    /// Whether it is a `var` (may be assigned).
    pub var: bool,
}

impl Binding {
    /// A plain binding.
    pub(crate) fn new(source: Source, ty: Ty, span: Span) -> Binding {
        Binding { source, ty, span, inner: BTreeMap::new(), var: false }
    }

    /// Whether a reader sees no difference: where the value lies and where the name stands is not looked at.
    pub(crate) fn is_like(&self, other: &Binding) -> bool {
        let source = match (&self.source, &other.source) {
            (Source::Slot(_), Source::Slot(_)) | (Source::Local(_), Source::Local(_)) => true,
            (Source::Field(_, one), Source::Field(_, other)) => one == other,
            (Source::NotHere(one), Source::NotHere(other)) => one == other,
            _ => false,
        };
        let inner = || {
            let mut pairs = self.inner.iter().zip(&other.inner);
            self.inner.len() == other.inner.len()
                && pairs.all(|((name, one), (of, other))| name == of && one.is_like(other))
        };
        source && self.var == other.var && self.ty == other.ty && inner()
    }

    /// Moves the places of names, because the text that declares them has moved.
    pub(crate) fn move_by(&mut self, from: u32, to: u32) {
        self.span = self.span.moved(from, to);
        self.inner.values_mut().for_each(|inner| inner.move_by(from, to));
    }
}

/// A path such as `config.gl`: the first is a name, the others are fields.
pub(crate) type Path = Vec<String>;

/// What can be seen, innermost last.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    frames: Vec<Frame>,
    /// What changes in the frame at hand, where somebody wants to know.
    journal: Option<Journal>,
}

/// The changes of one frame, while further ones come and go inside it.
#[derive(Debug, Clone, Default)]
struct Journal {
    /// How many frames there are when it is the innermost.
    depth: usize,
    changes: Vec<Change>,
}

/// A change of what can be seen that lasts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Change {
    /// A name was declared.
    Declare(String, Binding),
    /// A path is known not to be `none`.
    Narrow(Path),
    /// What was known of a name is not known any more.
    Forget(String),
}

impl Change {
    /// The name that it is about.
    pub(crate) fn name(&self) -> &str {
        match self {
            Change::Declare(name, _) | Change::Forget(name) => name,
            Change::Narrow(path) => path.first().map_or("", String::as_str),
        }
    }

    /// Whether what follows may mean the same, wherever values lie and names stand.
    pub(crate) fn is_like(&self, other: &Change) -> bool {
        match (self, other) {
            (Change::Declare(name, of), Change::Declare(other, as_of)) => name == other && of.is_like(as_of),
            (one, other) => one == other,
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Frame {
    names: BTreeMap<String, Binding>,
    /// Paths that are known not to be `none` here.
    present: Vec<Path>,
}

impl Scope {
    /// Opens an inner scope.
    pub(crate) fn push(&mut self) {
        self.frames.push(Frame::default());
    }

    /// Leaves the innermost scope.
    pub(crate) fn pop(&mut self) {
        self.frames.pop();
    }

    /// Declares a name in the innermost scope; the binding it replaces in that same scope, if any.
    pub(crate) fn declare(&mut self, name: &str, binding: Binding) -> Option<Binding> {
        if self.frames.is_empty() {
            self.push();
        }
        if let Some(journal) = self.journal_here() {
            journal.changes.push(Change::Declare(name.to_owned(), binding.clone()));
        }
        self.frames.last_mut().and_then(|frame| frame.names.insert(name.to_owned(), binding))
    }

    /// What a name stands for.
    pub(crate) fn get(&self, name: &str) -> Option<&Binding> {
        self.frames.iter().rev().find_map(|frame| frame.names.get(name))
    }

    /// Notes that a path is not `none` from here to the end of the innermost scope.
    pub(crate) fn narrow(&mut self, path: Path) {
        if let Some(journal) = self.journal_here() {
            journal.changes.push(Change::Narrow(path.clone()));
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.present.push(path);
        }
    }

    /// Forgets what was known of a name (it was assigned, or a wait let handlers run).
    pub(crate) fn forget(&mut self, name: &str) {
        // It reaches through all frames, from wherever.
        if let Some(journal) = &mut self.journal {
            journal.changes.push(Change::Forget(name.to_owned()));
        }
        for frame in &mut self.frames {
            frame.present.retain(|path| path.first().is_none_or(|first| first != name));
        }
    }

    /// Whether a path is known not to be `none`. A declaration in an inner scope hides what is known of the outer name.
    pub(crate) fn is_present(&self, path: &[String]) -> bool {
        for frame in self.frames.iter().rev() {
            if frame.present.iter().any(|known| known == path) {
                return true;
            }
            if path.first().is_some_and(|first| frame.names.contains_key(first)) {
                return false;
            }
        }
        false
    }

    /// Writes down from now on what changes in the innermost scope.
    pub(crate) fn begin_journal(&mut self) {
        self.journal = Some(Journal { depth: self.frames.len(), changes: Vec::new() });
    }

    /// Ends that, and tells what has changed.
    pub(crate) fn end_journal(&mut self) -> Vec<Change> {
        self.journal.take().map(|journal| journal.changes).unwrap_or_default()
    }

    /// The journal, where it is about the innermost scope.
    fn journal_here(&mut self) -> Option<&mut Journal> {
        let depth = self.frames.len();
        self.journal.as_mut().filter(|journal| journal.depth == depth)
    }

    /// Changes the innermost scope as it was changed before.
    pub(crate) fn repeat(&mut self, changes: Vec<Change>) {
        for change in changes {
            match change {
                Change::Declare(name, binding) => drop(self.declare(&name, binding)),
                Change::Narrow(path) => self.narrow(path),
                Change::Forget(name) => self.forget(&name),
            }
        }
    }

    /// The names of the innermost scope, each with what it stands for.
    pub(crate) fn innermost(&self) -> impl Iterator<Item = (&String, &Binding)> {
        self.frames.last().into_iter().flat_map(|frame| &frame.names)
    }

    /// Every name that can be seen.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.frames.iter().flat_map(|frame| frame.names.keys().map(String::as_str))
    }

    /// The names that can be seen, for suggestions: of very many those that stand nearest.
    pub(crate) fn near_names(&self) -> impl Iterator<Item = &str> {
        self.frames.iter().rev().flat_map(|frame| frame.names.keys().map(String::as_str)).take(MOST_SUGGESTED)
    }
}
