//! Places that are written together.

use ntro_compiler::index::{Meaning, Role};

use crate::{Analysis, Cancellable, Span};

impl Analysis {
    /// The places that change with the word at an offset while it is being typed: a name that is declared and used in one runbook only. Empty
    /// where there is nothing but the word itself.
    pub fn linked_editing(&self, path: &str, offset: u32) -> Cancellable<Vec<Span>> {
        let Some(symbol) = self.symbol_at(path, offset)? else { return Ok(Vec::new()) };
        let ([Meaning::Declared(place)], Some(file)) = (symbol.means.as_slice(), self.file(path)) else {
            return Ok(Vec::new());
        };
        let local = self.declaration(place).is_some_and(|declared| declared.local);
        let word = file.at(place.span);
        let uses = self.uses_of(place)?;
        // Where the short form stands, another name would have to be written beside it; that is a rename's work.
        let short = |span: Span| uses.iter().any(|(_, found)| found.span == span && found.role == Role::Short);
        let facts = self.facts(path)?;
        let shared = |span: Span| facts.uses.iter().filter(|found| found.span == span).count() > 1;
        let same =
            uses.iter().all(|(_, found)| file.at(found.span) == word && !short(found.span) && !shared(found.span));
        if !local || place.file != path || !same || uses.is_empty() {
            return Ok(Vec::new());
        }
        let mut all: Vec<Span> = uses.iter().map(|(_, found)| found.span).chain([place.span]).collect();
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }
}
