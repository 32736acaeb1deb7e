//! Which runbooks start which.

use ntro_compiler::index::{Meaning, Use};

use crate::declared::Declared;
use crate::{Analysis, Cancellable, Place, Span, SymbolKind};

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
        let Some(file) = self.file(path) else { return Ok(None) };
        let offset = file.inside(offset);
        if let Some(symbol) = self.symbol_at(path, offset)?
            && let Some(item) = symbol.place().and_then(|place| self.call_item(place))
        {
            return Ok(Some(item));
        }
        Ok(self.around(path, offset))
    }

    /// What calls an item.
    pub fn incoming_calls(&self, item: &CallItem) -> Cancellable<Vec<Call>> {
        let mut calls: Vec<Call> = Vec::new();
        for (file, found) in self.uses_of(&item.place)? {
            let Some(caller) = self.around(&file, found.span.start) else { continue };
            match calls.iter_mut().find(|call| call.item.place == caller.place) {
                Some(call) => call.places.push(found.span),
                None => calls.push(Call { item: caller, places: vec![found.span] }),
            }
        }
        Ok(calls)
    }

    /// What an item calls.
    pub fn outgoing_calls(&self, item: &CallItem) -> Cancellable<Vec<Call>> {
        let facts = self.facts(&item.place.file)?;
        let mut calls: Vec<Call> = Vec::new();
        let inside = |found: &&Use| item.whole.start <= found.span.start && found.span.end <= item.whole.end;
        for found in facts.uses.iter().filter(inside) {
            let Meaning::Declared(place) = &found.means else { continue };
            if *place == item.place {
                continue;
            }
            let Some(called) = self.call_item(place) else { continue };
            match calls.iter_mut().find(|call| call.item.place == called.place) {
                Some(call) => call.places.push(found.span),
                None => calls.push(Call { item: called, places: vec![found.span] }),
            }
        }
        Ok(calls)
    }

    /// A declaration as an item, where it is something that is called.
    fn call_item(&self, place: &Place) -> Option<CallItem> {
        let declared = self.declaration(place)?;
        let calls = matches!(declared.kind, SymbolKind::Runbook | SymbolKind::Capability | SymbolKind::Function);
        calls.then(|| self.item(place.file.clone(), declared))
    }

    /// The runbook, function, workflow or scenario around an offset.
    fn around(&self, path: &str, offset: u32) -> Option<CallItem> {
        let calls = [SymbolKind::Runbook, SymbolKind::Function, SymbolKind::Workflow, SymbolKind::Scenario];
        let holds = |declared: &&Declared| {
            calls.contains(&declared.kind) && declared.whole.start <= offset && offset <= declared.whole.end
        };
        let declared = self.file(path)?.declared().iter().find(holds)?;
        Some(self.item(path.to_owned(), declared))
    }

    fn item(&self, file: String, declared: &Declared) -> CallItem {
        let title = declared.head.split_once('"').and_then(|(_, rest)| rest.split_once('"'));
        CallItem {
            name: declared.name.clone(),
            detail: title.map_or_else(String::new, |(title, _)| title.to_owned()),
            kind: declared.kind,
            place: Place { file, span: declared.span },
            whole: declared.whole,
        }
    }
}
