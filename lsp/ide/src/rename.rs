//! Another name for something, everywhere: in all files, in texts with `{{ }}`, in scenarios.

use std::sync::Arc;

use ntro_compiler::index::{Engine, Read, Role};

use crate::analysis::File;
use crate::{Analysis, Cancellable, Cancelled, Diagnostic, Edit, Level, Place, Span, SymbolKind, words};

/// What would be renamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenameTarget {
    /// The word at the place.
    pub span: Span,
    /// What it is called now.
    pub name: String,
}

/// Why something cannot be renamed, as a sentence for the person who asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenameRefused(pub String);

impl Analysis {
    /// What stands at an offset, where it can be renamed.
    pub fn prepare_rename(&self, path: &str, offset: u32) -> Cancellable<Result<RenameTarget, RenameRefused>> {
        Ok(self.renamed(path, offset)?.map(|(place, origin)| {
            let name = self.file(&place.file).map(|file| file.at(place.span).to_owned()).unwrap_or_default();
            RenameTarget { span: last_part(self.file(path), origin, &name), name }
        }))
    }

    /// The edits that give what stands at an offset another name, by file and place.
    pub fn rename(&self, path: &str, offset: u32, name: &str) -> Cancellable<Result<Vec<Edit>, RenameRefused>> {
        let (place, _) = match self.renamed(path, offset)? {
            Ok(found) => found,
            Err(refused) => return Ok(Err(refused)),
        };
        let (Some(file), Some(declared)) = (self.file(&place.file), self.declaration(&place)) else {
            return Ok(Err(nothing()));
        };
        if let Err(refused) = fits(name, declared.kind, file.at(place.span)) {
            return Ok(Err(refused));
        }
        let edits = self.rename_edits(&place, name)?;
        Ok(match self.broken_by(&edits)? {
            Some(found) => {
                Err(RenameRefused(format!("With this name something else would be meant: {}", found.message)))
            }
            None => Ok(edits),
        })
    }

    /// The place of what would be renamed, and the word at the offset.
    fn renamed(&self, path: &str, offset: u32) -> Cancellable<Result<(Place, Span), RenameRefused>> {
        let Some(symbol) = self.symbol_at(path, offset)? else { return Ok(Err(nothing())) };
        let Some(place) = symbol.place().cloned() else {
            return Ok(Err(RenameRefused("This is part of the language; it cannot be renamed.".to_owned())));
        };
        if place.file.starts_with("ntro:") {
            return Ok(Err(RenameRefused("This is part of the language; it cannot be renamed.".to_owned())));
        }
        let Some(declared) = self.declaration(&place) else { return Ok(Err(nothing())) };
        if declared.kind == SymbolKind::Scenario {
            return Ok(Err(RenameRefused("A scenario has a title; change its text.".to_owned())));
        }
        Ok(Ok((place, symbol.origin)))
    }

    fn rename_edits(&self, place: &Place, name: &str) -> Cancellable<Vec<Edit>> {
        let Some(file) = self.file(&place.file) else { return Ok(Vec::new()) };
        let old = file.at(place.span).to_owned();
        let mut edits = vec![Edit { place: place.clone(), text: name.to_owned() }];
        for (path, found) in self.uses_of(place)? {
            let Some(file) = self.file(&path) else { continue };
            let span = last_part(Some(file), found.span, &old);
            // `it` means the signal's payload, whatever it is called.
            if file.at(span) != old {
                continue;
            }
            let facts = self.facts(&path)?;
            let other = facts.uses.iter().find(|other| other.span == found.span && other.means != found.means);
            let text = match (found.role, other) {
                (Role::Short, Some(_)) => format!("{name}: {old}"),
                (_, Some(other)) if other.role == Role::Short => format!("{old}: {name}"),
                _ => name.to_owned(),
            };
            edits.push(Edit { place: Place { file: path, span }, text });
        }
        edits.sort_by(|a, b| a.place.cmp(&b.place));
        edits.dedup();
        Ok(edits)
    }

    /// The first error that the project has with some edits and did not have before.
    pub(crate) fn broken_by(&self, edits: &[Edit]) -> Cancellable<Option<Diagnostic>> {
        let found = self.found()?;
        let mut files = Vec::with_capacity(self.files.len());
        for (path, file) in self.files.iter() {
            let own: Vec<&Edit> = edits.iter().filter(|edit| edit.place.file == *path).collect();
            let read = match own.is_empty() {
                true => file.read().clone(),
                false => Read::again(&Arc::from(applied(&file.text, &own)), Some(file.read())),
            };
            self.go_on()?;
            files.push((path.clone(), read));
        }
        let count = |all: &[Diagnostic], of: &Diagnostic| {
            all.iter().filter(|found| found.code == of.code && found.place.file == of.place.file).count()
        };
        let before = found.project.diagnostics();
        let after = Engine::new().check(&files, &*self.hands, &|| !self.is_cancelled()).ok_or(Cancelled)?;
        let after = after.diagnostics();
        let new = after.iter().find(|found| found.level == Level::Error && count(after, found) > count(before, found));
        Ok(new.cloned())
    }
}

/// A text with edits made, which do not overlap.
pub(crate) fn applied(text: &str, edits: &[&Edit]) -> String {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| edit.place.span);
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for edit in edits {
        out.push_str(text.get(at..edit.place.span.start as usize).unwrap_or_default());
        out.push_str(&edit.text);
        at = at.max(edit.place.span.end as usize);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

fn nothing() -> RenameRefused {
    RenameRefused("There is no name here that could be renamed.".to_owned())
}

/// Of `payment.create` the part that a declaration in a group bears.
fn last_part(file: Option<&std::sync::Arc<File>>, span: Span, name: &str) -> Span {
    let text = file.map(|file| file.at(span)).unwrap_or_default();
    let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
    if text != name && text.ends_with(&format!(".{name}")) { Span::new(span.end - length, span.end) } else { span }
}

/// Whether a word may be the name of such a thing.
fn fits(name: &str, kind: SymbolKind, old: &str) -> Result<(), RenameRefused> {
    let kebab = matches!(kind, SymbolKind::Runbook | SymbolKind::Workflow);
    let dotted = kind == SymbolKind::Capability && old.contains('.');
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_' || (kebab && c == '-') || (dotted && c == '.');
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if name == old {
        return Ok(());
    }
    if !starts || !name.chars().all(letter) || name.ends_with(['-', '.']) {
        let what = if kebab { "small letters, digits and dashes" } else { "letters, digits and `_`" };
        return Err(RenameRefused(format!("`{name}` cannot be a name: write {what}, and begin with a letter.")));
    }
    if words::RESERVED.contains(&name) && !matches!(kind, SymbolKind::Field | SymbolKind::EnumValue) {
        return Err(RenameRefused(format!("`{name}` is a word of the language.")));
    }
    Ok(())
}
