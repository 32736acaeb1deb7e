//! Where something is used, in all files.

use crate::{Analysis, Cancellable, Place};

impl Analysis {
    /// All uses of what stands at an offset, by file and place; with `declaration`, its own name too.
    pub fn references(&self, path: &str, offset: u32, declaration: bool) -> Cancellable<Vec<Place>> {
        let Some(symbol) = self.symbol_at(path, offset)? else { return Ok(Vec::new()) };
        let Some(place) = symbol.place() else { return Ok(Vec::new()) };
        let uses = self.uses_of(place)?;
        let mut all: Vec<Place> = uses.into_iter().map(|(file, found)| Place { file, span: found.span }).collect();
        if declaration {
            all.push(place.clone());
        }
        all.sort();
        all.dedup();
        Ok(all)
    }
}
