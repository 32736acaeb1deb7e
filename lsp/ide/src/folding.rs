//! What may be folded away.

use crate::{Analysis, Cancellable, Span};

/// What is folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum FoldKind {
    Block,
    Comment,
    Imports,
}

/// A part that may be folded; it goes over at least one line's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folding {
    /// From the end of what stays visible to the end of what is hidden.
    pub span: Span,
    /// What it is.
    pub kind: FoldKind,
}

impl Analysis {
    /// What may be folded in a file, in the order of the text.
    pub fn folding_ranges(&self, path: &str) -> Cancellable<Vec<Folding>> {
        self.go_on()?;
        let _ = path;
        Ok(Vec::new())
    }
}
