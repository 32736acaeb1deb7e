//! What can be done at a place: certain repairs, and refactorings.

use crate::{Analysis, Cancellable, Diagnostic, Edit, Span};

/// What an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ActionKind {
    QuickFix,
    Extract,
    Rewrite,
}

/// Something that can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeAction {
    /// What it does, as the menu shows it.
    pub title: String,
    /// What it is.
    pub kind: ActionKind,
    /// The diagnostic that it mends.
    pub diagnostic: Option<Diagnostic>,
    /// The edits, by file and place, without overlap.
    pub edits: Vec<Edit>,
    /// Whether it is what one nearly always wants.
    pub preferred: bool,
    /// What the editor should rename at once, in the text with the edits made: a made-up name.
    pub rename_at: Option<u32>,
}

impl Analysis {
    /// What can be done in a range.
    pub fn code_actions(&self, path: &str, range: Span) -> Cancellable<Vec<CodeAction>> {
        self.go_on()?;
        let _ = (path, range);
        Ok(Vec::new())
    }
}
