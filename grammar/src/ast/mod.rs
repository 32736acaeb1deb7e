//! The tree of an `.ntro` file: what the text says, with the place of every part, and nothing of what it means.
//!
//! Invariants: the tree is total (any text has one); what is missing is a [`Name`] with empty text, an
//! [`ExprKind::Missing`] or a [`TypeKind::Missing`], and each such hole has a [`crate::Problem`]; every span lies
//! within the file and on character boundaries; a node ends at its last real token, never at a trailing blank.
//! The tree does not know pest, types or files.

mod block;
mod body;
mod decl;
mod expr;
mod scenario;
mod types;

pub use block::*;
pub use body::*;
pub use decl::*;
pub use expr::*;
pub use scenario::*;
pub use types::*;

use crate::Span;

/// A word at a place. The text is empty where the word is missing (the span is then empty too and lies after the last token).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name {
    /// The word as written; dotted for capabilities (`files.parse`), kebab for runbooks (`nav-monthly`).
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl Name {
    /// Whether the word is missing in the text.
    pub fn is_missing(&self) -> bool {
        self.text.is_empty()
    }
}

/// A whole file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct File {
    /// The declarations in the order of the text.
    pub decls: Vec<Decl>,
    /// Every comment, in order, documentation comments included.
    pub comments: Vec<Comment>,
}

/// A comment and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The text without its slashes and without the blanks around it.
    pub text: String,
    /// From the first slash to the end of the line, the line break left out.
    pub span: Span,
    /// Whether it is documentation (`///`).
    pub doc: bool,
}

/// The documentation of an item: its `///` lines joined by line breaks; empty where there are none.
pub type Doc = String;
