//! The names that a place in a body can see, and what is known about them there.

use std::collections::BTreeMap;

use ntro_grammar::Span;
use ntro_ir::{LocalId, Slot};

use crate::ty::Ty;

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
}

/// A path such as `config.gl`: the first is a name, the others are fields.
pub(crate) type Path = Vec<String>;

/// What can be seen, innermost last.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    frames: Vec<Frame>,
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
        self.frames.last_mut().and_then(|frame| frame.names.insert(name.to_owned(), binding))
    }

    /// What a name stands for.
    pub(crate) fn get(&self, name: &str) -> Option<&Binding> {
        self.frames.iter().rev().find_map(|frame| frame.names.get(name))
    }

    /// Notes that a path is not `none` from here to the end of the innermost scope.
    pub(crate) fn narrow(&mut self, path: Path) {
        if let Some(frame) = self.frames.last_mut() {
            frame.present.push(path);
        }
    }

    /// Forgets what was known of a name (it was assigned, or a wait let handlers run).
    pub(crate) fn forget(&mut self, name: &str) {
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

    /// Every name that can be seen, for suggestions.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.frames.iter().flat_map(|frame| frame.names.keys().map(String::as_str))
    }
}
