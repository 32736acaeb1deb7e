//! `import { A, B } from "./types.ntro"`: which file is meant, whether it declares the names, and whether they are used.

use std::collections::{BTreeMap, BTreeSet};

use ntro_grammar::{Span, ast};

use super::declare::Declared;
use super::{file_id, twice};
use crate::diagnostic::{Diagnostic, Place};
use crate::items::{Items, Names, SourceFile};
use crate::suggest::{did_you_mean, nearest};

/// Fills in what each file can name. The files that each file reaches by imports are returned, itself included.
pub(super) fn imports(
    items: &mut Items,
    declared: &Declared,
    own: usize,
    out: &mut Vec<Diagnostic>,
) -> Vec<BTreeSet<u32>> {
    let paths: BTreeMap<&str, usize> =
        items.files.iter().take(own).enumerate().map(|(index, file)| (file.path.as_str(), index)).collect();
    // A file of the prelude sees what every file sees, its own names among it.
    let mut visible: Vec<Names> = declared.names.iter().take(own).cloned().collect();
    visible.resize(items.files.len(), Names::default());
    let mut direct: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); items.files.len()];
    for (index, file) in items.files.iter().enumerate().take(own) {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        let Some(names) = visible.get_mut(index) else { continue };
        for decl in &file.tree.decls {
            let ast::Decl::Import(import) = decl else { continue };
            let Some(target) = find_file(import, file, &paths, out) else {
                names.broken.extend(import.names.iter().map(|name| name.text.clone()));
                continue;
            };
            if target != index
                && let Some(files) = direct.get_mut(index)
            {
                files.insert(target);
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
        unused(file, &names.broken, out);
    }
    items.visible = visible;
    (0..items.files.len()).map(|index| reach(index, &direct)).collect()
}

fn reach(from: usize, direct: &[BTreeSet<usize>]) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        if found.insert(file_id(file).0) {
            open.extend(direct.get(file).into_iter().flatten());
        }
    }
    found
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
            near.trim_start().to_owned()
        };
        let place = Place { file: file.path.clone(), span: import.path.span };
        let message = format!("There is no file `{written}` in this project.");
        out.push(Diagnostic::error("N0211", place, message, "no such file", help));
    }
    found
}

/// The path from the root of the project that a relative path means; `None` outside the project.
fn join(from: &str, written: &str) -> Option<String> {
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

/// Reports imports that nothing in the file mentions. The text is searched rather than the tree: a word in a comment does not count, a word in
/// a quoted text does, so that nothing that is used is ever called unused.
fn unused(file: &SourceFile, broken: &BTreeSet<String>, out: &mut Vec<Diagnostic>) {
    let mut left_out: Vec<Span> = file.tree.comments.iter().map(|comment| comment.span).collect();
    let imports =
        || file.tree.decls.iter().filter_map(|decl| if let ast::Decl::Import(x) = decl { Some(x) } else { None });
    if imports().next().is_none() {
        return;
    }
    left_out.extend(imports().map(|import| import.span));
    left_out.sort_unstable();
    let names: BTreeSet<&str> = imports().flat_map(|import| &import.names).map(|name| name.text.as_str()).collect();
    let words = words_outside(&file.text, &left_out, &names);
    for name in imports().flat_map(|import| &import.names).filter(|name| !name.is_missing()) {
        if !broken.contains(&name.text) && !words.contains(name.text.as_str()) && !used_as_runbook(file, &name.text) {
            let place = Place { file: file.path.clone(), span: name.span };
            let message = format!("`{}` is imported and never used.", name.text);
            out.push(Diagnostic::error("N0213", place, message, "not used", "Leave it out.").warning());
        }
    }
}

/// Kebab-case names are no words of letters and digits; looking for the text is enough.
fn used_as_runbook(file: &SourceFile, name: &str) -> bool {
    name.contains('-') && file.text.matches(name).count() > 1
}

/// Which of some names the text holds outside some places.
fn words_outside<'a>(text: &'a str, left_out: &[Span], names: &BTreeSet<&str>) -> BTreeSet<&'a str> {
    // Nearly every word is told from the names by its first letter and its length, without a search.
    let mut lengths = [0_u64; 256];
    for name in names {
        if let Some(held) = name.bytes().next().and_then(|first| lengths.get_mut(usize::from(first))) {
            *held |= 1 << name.len().min(63);
        }
    }
    let likely = |word: &&str| {
        let held = word.bytes().next().and_then(|first| lengths.get(usize::from(first)));
        held.is_some_and(|held| held & (1 << word.len().min(63)) != 0) && names.contains(word)
    };
    let mut words = BTreeSet::new();
    let mut at = 0usize;
    let end = Span::new(u32::try_from(text.len()).unwrap_or(u32::MAX), u32::MAX);
    for span in left_out.iter().chain(std::iter::once(&end)) {
        let piece = text.get(at..(span.start as usize).max(at)).unwrap_or_default();
        words.extend(piece.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(likely));
        at = at.max(span.end as usize);
    }
    words
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
