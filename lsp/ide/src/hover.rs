//! What something is: its type, its documentation, what a step waits for, what a text reads like.

use crate::{Analysis, Cancellable, Span};

/// What is shown beside a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// The word that it speaks of.
    pub span: Span,
    /// The text, as Markdown.
    pub markdown: String,
}

impl Analysis {
    /// What stands at an offset.
    pub fn hover(&self, path: &str, offset: u32) -> Cancellable<Option<Hover>> {
        self.go_on()?;
        let _ = (path, offset);
        Ok(None)
    }
}
