//! Which runbooks start which.

use crate::{Analysis, Cancellable, Place, Span};

/// A runbook, a capability or a function in the hierarchy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallItem {
    /// Its name.
    pub name: String,
    /// Its title.
    pub detail: String,
    /// What it is.
    pub kind: crate::SymbolKind,
    /// Its name in the text.
    pub place: Place,
    /// The whole declaration.
    pub whole: Span,
}

/// One item that calls, or is called, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The other one.
    pub item: CallItem,
    /// Where the call stands: in the caller's file.
    pub places: Vec<Span>,
}

impl Analysis {
    /// The item at an offset: the one that is named there, else the runbook around it.
    pub fn prepare_call_hierarchy(&self, path: &str, offset: u32) -> Cancellable<Option<CallItem>> {
        self.go_on()?;
        let _ = (path, offset);
        Ok(None)
    }

    /// What calls an item.
    pub fn incoming_calls(&self, item: &CallItem) -> Cancellable<Vec<Call>> {
        self.go_on()?;
        let _ = item;
        Ok(Vec::new())
    }

    /// What an item calls.
    pub fn outgoing_calls(&self, item: &CallItem) -> Cancellable<Vec<Call>> {
        self.go_on()?;
        let _ = item;
        Ok(Vec::new())
    }
}
