//! What is wrong, where, and what to write instead: plain data. Only the report module turns it into text for a terminal.

use ntro_grammar::Span;
use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The runbook does not compile.
    Error,
    /// It does, but does probably not mean this.
    Warning,
    /// It could be said better.
    Hint,
}

/// A place in a file of the project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file's path as in [`crate::Sources`].
    pub file: String,
    /// Where in it.
    pub span: Span,
}

/// An edit that mends something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub place: Place,
    /// By what.
    pub text: String,
}

/// One mistake, one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code: `N01xx` text, `N02xx` names, `N03xx` types, `N04xx` blocks and flow, `N05xx` people and limits, `N06xx` projects, `N07xx` scenarios.
    pub code: &'static str,
    /// How bad.
    pub level: Level,
    /// Where the cause stands.
    pub place: Place,
    /// One sentence: what is wrong.
    pub message: String,
    /// A few words at the place.
    pub label: String,
    /// What to write.
    pub help: String,
    /// The edits that mend it, all of them together; empty where none is known.
    pub fix: Vec<Edit>,
    /// Whether nothing else than `fix` can have been meant, so that it may be made unasked. A name that is spelled nearly the
    /// same, or a bracket that the indentation suggests, is a guess: a person should look.
    pub certain: bool,
    /// Other places that matter, each with a few words.
    pub related: Vec<(Place, String)>,
}

impl Place {
    /// Moves with a part of a file's text that begins at one place and now begins at another.
    pub(crate) fn move_with(&mut self, file: &str, from: u32, to: u32) {
        if self.file == file {
            self.span = self.span.moved(from, to);
        }
    }
}

impl Diagnostic {
    /// All places that it names.
    pub(crate) fn places(&self) -> impl Iterator<Item = &Place> {
        let others = self.fix.iter().map(|edit| &edit.place).chain(self.related.iter().map(|(place, _)| place));
        std::iter::once(&self.place).chain(others)
    }

    /// Moves with a part of a file's text that begins at one place and now begins at another.
    pub(crate) fn move_with(&mut self, file: &str, from: u32, to: u32) {
        self.place.move_with(file, from, to);
        self.fix.iter_mut().for_each(|edit| edit.place.move_with(file, from, to));
        self.related.iter_mut().for_each(|(place, _)| place.move_with(file, from, to));
    }

    /// An error without edits and without other places.
    #[cold]
    pub(crate) fn error(
        code: &'static str,
        place: Place,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic {
            code,
            level: Level::Error,
            place,
            message: message.into(),
            label: label.into(),
            help: help.into(),
            fix: Vec::new(),
            certain: true,
            related: Vec::new(),
        }
    }

    /// The same as a warning.
    pub(crate) fn warning(mut self) -> Diagnostic {
        self.level = Level::Warning;
        self
    }

    /// The same with another place that matters.
    pub(crate) fn related(mut self, place: Place, label: impl Into<String>) -> Diagnostic {
        self.related.push((place, label.into()));
        self
    }

    /// The same with an edit that mends it.
    pub(crate) fn edit(mut self, place: Place, text: impl Into<String>) -> Diagnostic {
        self.fix.push(Edit { place, text: text.into() });
        self
    }
}
