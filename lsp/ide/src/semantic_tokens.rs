//! What each word means, for its colour.

use crate::{Analysis, Cancellable, Span};

/// What a word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum TokenKind {
    Keyword,
    Comment,
    Text,
    Number,
    Operator,
    Type,
    Enum,
    EnumValue,
    Field,
    Property,
    Parameter,
    Variable,
    /// The name of a block: what is declared, and where its value is read.
    Step,
    Function,
    Capability,
    Runbook,
    Signal,
    Role,
    Agent,
    Icon,
}

impl TokenKind {
    /// All kinds, in the order of their numbers (`kind as usize`).
    pub const ALL: &'static [TokenKind] = &[
        TokenKind::Keyword,
        TokenKind::Comment,
        TokenKind::Text,
        TokenKind::Number,
        TokenKind::Operator,
        TokenKind::Type,
        TokenKind::Enum,
        TokenKind::EnumValue,
        TokenKind::Field,
        TokenKind::Property,
        TokenKind::Parameter,
        TokenKind::Variable,
        TokenKind::Step,
        TokenKind::Function,
        TokenKind::Capability,
        TokenKind::Runbook,
        TokenKind::Signal,
        TokenKind::Role,
        TokenKind::Agent,
        TokenKind::Icon,
    ];
}

/// What else is to be said of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modifiers {
    /// It is declared here.
    pub declaration: bool,
    /// It changes: a `var`.
    pub mutable: bool,
    /// It is part of the language: built-in functions, capabilities, types, signals.
    pub builtin: bool,
    /// It is a documentation comment.
    pub documentation: bool,
}

/// A word with its meaning. It never goes over a line's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SemanticToken {
    /// Where it stands.
    pub span: Span,
    /// What it means.
    pub kind: TokenKind,
    /// What else is to be said.
    pub modifiers: Modifiers,
}

impl Analysis {
    /// The words of a file, or of those parts of it that touch a range, in order and without overlap.
    pub fn semantic_tokens(&self, path: &str, range: Option<Span>) -> Cancellable<Vec<SemanticToken>> {
        self.go_on()?;
        let _ = (path, range);
        Ok(Vec::new())
    }
}
