//! The outline of a file.

use crate::{Analysis, Cancellable, Span};

/// What kind of thing is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum SymbolKind {
    Runbook,
    Step,
    Approve,
    Await,
    Child,
    Agent,
    Type,
    Field,
    Enum,
    EnumValue,
    Signal,
    Capability,
    Role,
    Function,
    Workflow,
    Scenario,
    Variable,
    Input,
    Config,
}

/// A declaration with what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSymbol {
    /// Its name.
    pub name: String,
    /// Its title or its type.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// The whole declaration, its documentation left out.
    pub span: Span,
    /// Its name.
    pub name_span: Span,
    /// What it holds.
    pub children: Vec<DocumentSymbol>,
}

impl Analysis {
    /// The outline of a file.
    pub fn document_symbols(&self, path: &str) -> Cancellable<Vec<DocumentSymbol>> {
        self.go_on()?;
        let _ = path;
        Ok(Vec::new())
    }
}
