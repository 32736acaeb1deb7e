//! Where something is declared.

use ntro_compiler::index::{Ask, Meaning, imported_path, visit};
use ntro_grammar::ast;

use crate::{Analysis, Cancellable, Place, Span, Target};

impl Analysis {
    /// Where the name at an offset is declared; on an import's path, the file.
    pub fn definition(&self, path: &str, offset: u32) -> Cancellable<Vec<Target>> {
        if let Some((origin, file)) = self.import_at(path, offset) {
            let place = Place { file, span: Span::default() };
            return Ok(vec![Target { place, whole: Span::default(), origin }]);
        }
        let Some(symbol) = self.symbol_at(path, offset)? else { return Ok(Vec::new()) };
        let places = symbol.means.iter().filter_map(|means| match means {
            Meaning::Declared(place) => Some(self.target(place.clone(), symbol.origin)),
            Meaning::Function(_) => None,
        });
        Ok(places.collect())
    }

    /// Where the type of what stands at an offset is declared.
    pub fn type_definition(&self, path: &str, offset: u32) -> Cancellable<Vec<Target>> {
        let Some(file) = self.file(path) else { return Ok(Vec::new()) };
        let offset = file.inside(offset);
        let found = self.found()?;
        let Some(decl) = file.tree().decls.iter().find(|decl| holds(visit::decl_span(decl), offset)) else {
            return Ok(Vec::new());
        };
        let seen = found.project.seen(path, decl, Ask::TypeAt(offset));
        if let Some(place) = found.project.declared_type(&seen) {
            return Ok(vec![self.target(place, seen.span)]);
        }
        // The name of a declaration is no expression; its type is known by how it is shown.
        let Some(symbol) = self.symbol_at(path, offset)? else { return Ok(Vec::new()) };
        let Some(place) = symbol.place() else { return Ok(Vec::new()) };
        let shown = self.type_of(place)?.unwrap_or_default();
        let words = shown.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
        let places = words.filter_map(|word| found.project.type_named(&place.file, word));
        Ok(places.map(|place| self.target(place, symbol.origin)).collect())
    }

    fn target(&self, place: Place, origin: Span) -> Target {
        let whole = self.declaration(&place).map_or(place.span, |declared| declared.whole);
        Target { place, whole, origin }
    }

    /// The path of an import at an offset, and the file that it leads to.
    fn import_at(&self, path: &str, offset: u32) -> Option<(Span, String)> {
        let file = self.file(path)?;
        file.tree().decls.iter().find_map(|decl| match decl {
            ast::Decl::Import(import) if holds(import.path.span, offset) => {
                let target = imported_path(path, &import.path.text)?;
                self.files.contains_key(&target).then_some((import.path.span, target))
            }
            _ => None,
        })
    }
}

fn holds(span: Span, offset: u32) -> bool {
    span.start <= offset && offset <= span.end
}
