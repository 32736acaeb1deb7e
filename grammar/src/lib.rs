//! Text to tree and back: the only crate that names pest.

pub mod ast;
mod blocks;
mod build;
pub mod english;
mod explain;
mod format;
mod layout;
mod lines;
mod parse;
mod pieces;
pub mod problems;
mod repair;
mod scan;
mod shift;
mod syntax;

pub use format::format;
#[doc(hidden)]
pub use format::{same, unguarded};
pub use lines::{LineCol, LineIndex};
pub use parse::parse;
pub use pieces::{Before, Piece, PiecePart, Placed, parse_pieces};
pub use problems::{PROBLEMS, ProblemDoc};

/// A range of bytes in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// From `start` to before `end`.
    pub fn new(start: u32, end: u32) -> Span {
        Span { start, end }
    }
    /// The smallest span that holds both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
    /// The same in a text of which a part was moved, with the span in it, from one place to another.
    #[must_use]
    pub fn moved(self, from: u32, to: u32) -> Span {
        let at = |offset: u32| offset.saturating_sub(from).saturating_add(to);
        Span { start: at(self.start), end: at(self.end) }
    }
    /// The empty span just after this one.
    pub fn after(self) -> Span {
        Span { start: self.end, end: self.end }
    }
}

/// Something that the text lacks or has too much of, worded for the person who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The stable code, `N01xx`.
    pub code: &'static str,
    /// Where the cause stands.
    pub span: Span,
    /// One sentence that says what is wrong.
    pub message: String,
    /// A few words at the place.
    pub label: String,
    /// What to write.
    pub help: String,
    /// The edit that mends it, where one is certain.
    pub fix: Option<Edit>,
    /// Other places that matter, each with a few words.
    pub related: Vec<(Span, String)>,
}

/// Text that takes the place of other text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// What a text says, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    /// The tree.
    pub file: ast::File,
    /// At most 5,000 problems, in the order of the text; whoever shows them shows fewer.
    pub problems: Vec<Problem>,
}

/// pest's own parse, for the bench: whether there is one.
#[doc(hidden)]
pub fn raw_parse(text: &str) -> bool {
    build::only_parse(text)
}
