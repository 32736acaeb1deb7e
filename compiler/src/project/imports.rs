//! `import { A, B } from "./types.ntro"`: which file is meant, whether it declares the names, and whether they are used.

use std::collections::BTreeMap;

use ntro_grammar::{Span, ast};

use super::circles::Imports;
use super::declare::Declared;
use super::{file_id, twice};
use crate::diagnostic::{Diagnostic, Place};
use crate::items::{Items, Names, SourceFile};
use crate::suggest::{did_you_mean, nearest};

/// Fills in what each file can name. The files that each file imports are returned, with the place that says so.
pub(super) fn imports(items: &mut Items, declared: &Declared, own: usize, out: &mut Vec<Diagnostic>) -> Vec<Imports> {
    let paths: BTreeMap<&str, usize> =
        items.files.iter().take(own).enumerate().map(|(index, file)| (file.path.as_str(), index)).collect();
    // A file of the prelude sees what every file sees, its own names among it.
    let mut visible: Vec<Names> = declared.names.iter().take(own).cloned().collect();
    visible.resize(items.files.len(), Names::default());
    let mut direct = vec![Imports::new(); items.files.len()];
    for (index, file) in items.files.iter().enumerate().take(own) {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        let Some(names) = visible.get_mut(index) else { continue };
        for decl in &file.tree.decls {
            let ast::Decl::Import(import) = decl else { continue };
            let Some(target) = find_file(import, file, &paths, out) else {
                names.broken.extend(import.names.iter().map(|name| name.text.clone()));
                continue;
            };
            if let Some(files) = direct.get_mut(index) {
                files.entry(file_id(target).0).or_insert(import.path.span);
            }
            let importing = Importing { items, declared, file, index, target };
            for name in import.names.iter().filter(|name| !name.is_missing()) {
                match seen.get(name.text.as_str()) {
                    Some(first) => {
                        let place = |span| Place { file: file.path.clone(), span };
                        out.push(twice("import", &name.text, place(*first), place(name.span)));
                    }
                    None => {
                        seen.insert(&name.text, name.span);
                        importing.bring(name, names, out);
                    }
                }
            }
        }
        crate::unused::imports(file, &names.broken, out);
    }
    items.visible = visible;
    direct
}

fn find_file(
    import: &ast::Import,
    file: &SourceFile,
    paths: &BTreeMap<&str, usize>,
    out: &mut Vec<Diagnostic>,
) -> Option<usize> {
    if import.path.is_missing() {
        return None;
    }
    let written = import.path.text.as_str();
    let path = join(&file.path, written);
    let found = path.as_deref().and_then(|path| paths.get(path).copied());
    if found.is_none() {
        let all = paths.keys().map(|to| crate::types::relative(&file.path, to));
        let near = did_you_mean(written, all);
        let help = if near.is_empty() {
            "Write the path from this file, with the ending: `\"./types.ntro\"`.".to_owned()
        } else {
            near.trim().to_owned()
        };
        let place = Place { file: file.path.clone(), span: import.path.span };
        let message = format!("There is no file `{written}` in this project.");
        out.push(Diagnostic::error("N0211", place, message, "no such file", help));
    }
    found
}

/// The path from the root of the project that a relative path means; `None` outside the project.
pub fn join(from: &str, written: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in written.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

struct Importing<'a> {
    items: &'a Items,
    declared: &'a Declared,
    file: &'a SourceFile,
    index: usize,
    target: usize,
}

impl Importing<'_> {
    /// Makes a name of the target file visible; a word before a dot stands for all capabilities that begin with it.
    fn bring(&self, name: &ast::Name, into: &mut Names, out: &mut Vec<Diagnostic>) {
        let Some(from) = self.declared.names.get(self.target) else { return };
        let word = name.text.as_str();
        if self.target == self.index {
            return;
        }
        let mut found = self.declared.others.get(self.target).is_some_and(|others| others.contains_key(word));
        let mut clash: Option<Place> = None;
        if let Some(id) = from.types.get(word) {
            found = true;
            if let Some(old) = into.types.insert(word.to_owned(), *id).filter(|old| old != id) {
                clash = self.items.def(old).map(|def| self.items.place(def.file, def.span));
            }
        }
        let items = self.items;
        let signal = |at: usize| items.signals.get(at).map(|item| items.place(item.file, item.span));
        let agent = |at: usize| items.agents.get(at).map(|item| items.place(item.file, item.span));
        let function = |at: usize| items.fns.get(at).map(|item| items.place(item.file, item.span));
        let kinds: [(_, _, &dyn Fn(usize) -> Option<Place>); 3] = [
            (&mut into.signals, &from.signals, &signal),
            (&mut into.agents, &from.agents, &agent),
            (&mut into.fns, &from.fns, &function),
        ];
        for (mine, theirs, place) in kinds {
            if let Some(at) = theirs.get(word) {
                found = true;
                if let Some(old) = mine.insert(word.to_owned(), *at).filter(|old| old != at) {
                    clash = place(old);
                }
            }
        }
        let group = format!("{word}.");
        for (name, at) in from.capabilities.iter().filter(|(name, _)| name.starts_with(&group)) {
            found = true;
            into.capabilities.insert(name.clone(), *at);
        }
        let place = Place { file: self.file.path.clone(), span: name.span };
        if let Some(other) = clash {
            let message = format!("`{word}` is imported and also declared in this file.");
            let help = "Give one of them another name, or leave out the import.";
            let new = Diagnostic::error("N0202", place, message, "imported here", help);
            out.push(new.related(other, "and declared here"));
        } else if !found {
            let (new, near) = self.missing(word, place, from);
            // Below it is probably written right, or wrong in the same way.
            into.broken.extend(near);
            into.broken.insert(word.to_owned());
            out.push(new);
        }
    }

    fn target_path(&self) -> &str {
        self.items.files.get(self.target).map_or("", |file| &file.path)
    }

    fn missing(&self, word: &str, place: Place, from: &Names) -> (Diagnostic, Option<String>) {
        let elsewhere =
            self.declared.names.iter().take(self.declared.names.len()).enumerate().find(|(index, names)| {
                *index != self.target
                    && (names.types.contains_key(word)
                        || names.signals.contains_key(word)
                        || names.fns.contains_key(word))
            });
        let declares: Vec<String> = from
            .types
            .keys()
            .chain(from.signals.keys())
            .chain(from.agents.keys())
            .chain(from.fns.keys())
            .cloned()
            .chain(from.capabilities.keys().filter_map(|name| name.split('.').next()).map(str::to_owned))
            .chain(self.declared.others.get(self.target).into_iter().flat_map(|others| others.keys().cloned()))
            .collect();
        let near = nearest(word, declares);
        let help = match (&near, elsewhere.and_then(|(index, _)| self.items.files.get(index))) {
            (Some(near), _) => format!("Did you mean `{near}`?"),
            (None, Some(other)) if crate::prelude::text(&other.path).is_some() => {
                format!("`{word}` is part of the language: leave it out here.")
            }
            (None, Some(other)) => {
                format!("It is declared in `{}`.", crate::types::relative(&self.file.path, &other.path))
            }
            (None, None) => format!("Declare it in `{}`, or leave it out here.", self.target_path()),
        };
        let message = format!("`{}` does not declare `{word}`.", self.target_path());
        (Diagnostic::error("N0212", place, message, "not declared there", help), near)
    }
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn a_relative_path_stays_inside_the_project() {
        assert_eq!(join("a/main.ntro", "./types.ntro").as_deref(), Some("a/types.ntro"));
        assert_eq!(join("a/main.ntro", "../b/types.ntro").as_deref(), Some("b/types.ntro"));
        assert_eq!(join("main.ntro", "types.ntro").as_deref(), Some("types.ntro"));
        assert_eq!(join("main.ntro", "../types.ntro"), None);
    }
}
