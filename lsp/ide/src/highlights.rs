//! The other places of the same thing in the file at hand.

use ntro_compiler::index::{Meaning, Role};

use crate::{Analysis, Cancellable, Span};

/// How a place uses a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum HighlightKind {
    Read,
    Write,
}

/// One place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    /// Where.
    pub span: Span,
    /// How.
    pub kind: HighlightKind,
}

impl Analysis {
    /// All places of this file that mean what stands at an offset.
    pub fn document_highlights(&self, path: &str, offset: u32) -> Cancellable<Vec<Highlight>> {
        let Some(symbol) = self.symbol_at(path, offset)? else { return Ok(Vec::new()) };
        let facts = self.facts(path)?;
        let same = facts.uses.iter().filter(|found| symbol.means.contains(&found.means));
        let kind = |role| if role == Role::Write { HighlightKind::Write } else { HighlightKind::Read };
        let mut all: Vec<Highlight> =
            same.map(|found| Highlight { span: found.span, kind: kind(found.role) }).collect();
        for means in &symbol.means {
            if let Meaning::Declared(place) = means
                && place.file == path
            {
                all.push(Highlight { span: place.span, kind: HighlightKind::Write });
            }
        }
        all.sort_by_key(|highlight| (highlight.span, highlight.kind == HighlightKind::Read));
        all.dedup_by_key(|highlight| highlight.span);
        Ok(all)
    }
}
