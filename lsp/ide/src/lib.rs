//! Editor answers as plain data: texts and byte offsets go in, values come out. No protocol, no I/O, no threads of its own.
//!
//! A [`Host`] holds the texts of one project and is changed by whoever owns it. [`Host::analysis`] gives an [`Analysis`]: an immutable
//! snapshot that is cheap to clone and may be asked from any thread. It works out what it is asked for when it is asked; as soon as the host
//! changes, it stops with [`Cancelled`].
//!
//! - Paths are relative to the project's folder, with `/`. Those of the language's own files begin with `ntro:`; [`Analysis::text`] gives them too.
//! - Offsets and spans count bytes of UTF-8. An offset past the end, or inside a character, means the nearest place before it.
//! - Texts meant for people (`Hover::markdown`, documentation) are Markdown.

mod analysis;
mod declared;
mod host;
mod lex;
mod schedule;
mod symbol;
mod words;

pub mod call_hierarchy;
pub mod code_actions;
pub mod code_lenses;
pub mod completion;
pub mod definition;
pub mod diagnostics;
pub mod document_links;
pub mod document_symbols;
pub mod file_renamed;
pub mod folding;
pub mod format;
pub mod highlights;
pub mod hover;
mod hover_words;
pub mod inlay_hints;
pub mod linked_editing;
pub mod references;
pub mod rename;
pub mod selection_ranges;
pub mod semantic_tokens;
pub mod signature_help;
pub mod workspace_symbols;

pub use analysis::{Analysis, Cancellable, Cancelled};
pub use host::Host;
pub use ntro_compiler::hands::Hands;
pub use ntro_compiler::settings;
pub use ntro_compiler::{Diagnostic, Edit, Level, Place, explain, graph};
pub use ntro_grammar::{LineCol, LineIndex, Span};

pub use call_hierarchy::{Call, CallItem};
pub use code_actions::{ActionKind, CodeAction};
pub use code_lenses::{CodeLens, LensCommand};
pub use completion::{Completion, CompletionKind};
pub use document_links::DocumentLink;
pub use document_symbols::{DocumentSymbol, SymbolKind};
pub use folding::{FoldKind, Folding};
pub use highlights::{Highlight, HighlightKind};
pub use hover::Hover;
pub use inlay_hints::{HintKind, InlayHint};
pub use rename::{RenameRefused, RenameTarget};
pub use semantic_tokens::{Modifiers, SemanticToken, TokenKind};
pub use signature_help::{Parameter, Signature, SignatureHelp};
pub use workspace_symbols::WorkspaceSymbol;

/// A text that takes the place of a span of the file at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEdit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// Where something is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The name, where the cursor should go.
    pub place: Place,
    /// The whole declaration, for a preview.
    pub whole: Span,
    /// In the file that was asked: the word from which this leads here.
    pub origin: Span,
}
