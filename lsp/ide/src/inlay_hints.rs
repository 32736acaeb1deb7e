//! What is not written but known: inferred types, and when something is due.

use crate::{Analysis, Cancellable, Span};

/// What a hint says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum HintKind {
    Type,
    Due,
}

/// Words shown between the letters of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlayHint {
    /// Before which byte.
    pub offset: u32,
    /// What is shown: `: list<Row>`, `due after 3d`. Blanks around it are the editor's.
    pub label: String,
    /// What it says.
    pub kind: HintKind,
    /// More about it, as Markdown; mostly empty.
    pub tooltip: String,
}

impl Analysis {
    /// The hints inside a range.
    pub fn inlay_hints(&self, path: &str, range: Span) -> Cancellable<Vec<InlayHint>> {
        self.go_on()?;
        let _ = (path, range);
        Ok(Vec::new())
    }
}
