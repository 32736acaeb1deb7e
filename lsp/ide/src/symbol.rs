//! The thing that stands at an offset, whether it is declared or used there.

use ntro_compiler::index::{Meaning, Role, Use};

use crate::analysis::File;
use crate::declared::Declared;
use crate::rename::groups;
use crate::{Analysis, Cancellable, Place, Span};

/// What stands at an offset.
#[derive(Debug, Clone)]
pub(crate) struct Symbol {
    /// The word at the offset.
    pub(crate) origin: Span,
    /// What it means. The short form `{ amount }` means a field and a variable: the variable comes first.
    pub(crate) means: Vec<Meaning>,
}

impl Symbol {
    /// The place of the first meaning that has one.
    pub(crate) fn place(&self) -> Option<&Place> {
        self.means.iter().find_map(|means| match means {
            Meaning::Declared(place) => Some(place),
            Meaning::Function(_) => None,
        })
    }
}

impl Analysis {
    /// What stands at an offset of a file.
    pub(crate) fn symbol_at(&self, path: &str, offset: u32) -> Cancellable<Option<Symbol>> {
        let Some(file) = self.file(path) else { return Ok(None) };
        let offset = file.inside(offset);
        let facts = self.facts(path)?;
        if let Some(declared) = declared_at(file, offset) {
            // An imported role is declared in several files: all mean the first.
            let first = facts.uses.iter().find(|found| found.span == declared.span && is_place(found));
            let own = Meaning::Declared(Place { file: path.to_owned(), span: declared.span });
            let means = vec![first.map_or(own, |found| found.means.clone())];
            return Ok(Some(Symbol { origin: declared.span, means }));
        }
        let touching = facts.uses.iter().filter(|found| touches(found.span, offset));
        let Some(smallest) = touching.clone().map(|found| found.span).min_by_key(|span| span.end - span.start) else {
            return Ok(None);
        };
        let mut uses: Vec<&Use> = touching.filter(|found| found.span == smallest).collect();
        uses.sort_by_key(|found| found.role == Role::Short);
        Ok(Some(Symbol { origin: smallest, means: uses.into_iter().map(|found| found.means.clone()).collect() }))
    }

    /// The declaration whose name stands at a place.
    pub(crate) fn declaration(&self, place: &Place) -> Option<&Declared> {
        let all = self.file(&place.file)?.declared();
        // They stand in the order of the text, but for what is declared where something else is.
        let near = all.get(all.partition_point(|declared| declared.span < place.span));
        let near = near.filter(|declared| declared.span == place.span);
        near.or_else(|| all.iter().find(|declared| declared.span == place.span))
    }

    /// All uses of what is declared at a place, by file and place.
    pub(crate) fn uses_of(&self, place: &Place) -> Cancellable<Vec<(String, Use)>> {
        let Some(file) = self.file(&place.file) else { return Ok(Vec::new()) };
        let word = file.at(place.span).to_owned();
        let local = self.declaration(place).is_some_and(|declared| declared.local);
        let mut all = Vec::new();
        for (path, file) in self.files.iter() {
            // A file that does not hold the word does not use it.
            if (local && *path != place.file) || !file.text.contains(&word) {
                continue;
            }
            self.go_on()?;
            let facts = self.facts(path)?;
            let same = |found: &&Use| matches!(&found.means, Meaning::Declared(other) if other == place);
            all.extend(facts.uses.iter().filter(same).map(|found| (path.clone(), found.clone())));
        }
        // A group of capabilities is named wherever one of them is: `payment.create`.
        let group = groups(file).find(|group| group.prefix.span == place.span);
        for item in group.iter().flat_map(|group| &group.items) {
            let item = Place { file: place.file.clone(), span: item.name.span };
            for (path, mut found) in self.uses_of(&item)? {
                let dotted = self.file(&path).is_some_and(|file| file.at(found.span).starts_with(&format!("{word}.")));
                found.span.end = found.span.start.saturating_add(u32::try_from(word.len()).unwrap_or(0));
                all.extend(dotted.then_some((path, found)));
            }
        }
        Ok(all)
    }
}

fn is_place(found: &Use) -> bool {
    matches!(found.means, Meaning::Declared(_))
}

/// The declaration whose name touches an offset.
pub(crate) fn declared_at(file: &File, offset: u32) -> Option<&Declared> {
    file.declared().iter().find(|declared| touches(declared.span, offset))
}

/// Whether an offset lies in a word or at its end.
pub(crate) fn touches(span: Span, offset: u32) -> bool {
    span.start <= offset && offset <= span.end
}
