//! Another name for something, everywhere: in all files, in texts with `{{ }}`, in scenarios.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ntro_compiler::index::visit::{self, Node};
use ntro_compiler::index::{Engine, Facts, Meaning, Project, Read, Role};
use ntro_grammar::ast;

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
        let edits = match self.rename_edits(&place, name)? {
            Ok(edits) => edits,
            Err(refused) => return Ok(Err(refused)),
        };
        Ok(match self.refused(&edits)? {
            Some(refused) => Err(refused),
            None => Ok(edits),
        })
    }

    /// The runbook, or the setting of a runbook, that stands at an offset: the settings of the project name it too.
    pub fn set_at(&self, path: &str, offset: u32) -> Cancellable<Option<(String, Option<String>)>> {
        let Ok((place, _)) = self.renamed(path, offset)? else { return Ok(None) };
        Ok(self.declaration(&place).and_then(|declared| match declared.kind {
            SymbolKind::Runbook => Some((declared.name.clone(), None)),
            SymbolKind::Config => Some((declared.container.clone(), Some(declared.name.clone()))),
            _ => None,
        }))
    }

    /// The place of what would be renamed, and the word at the offset.
    fn renamed(&self, path: &str, offset: u32) -> Cancellable<Result<(Place, Span), RenameRefused>> {
        let Some(symbol) = self.symbol_at(path, offset)? else { return Ok(Err(nothing())) };
        let Some(place) = symbol.place().cloned() else { return Ok(Err(of_the_language())) };
        if place.file.starts_with("ntro:") {
            return Ok(Err(of_the_language()));
        }
        if let Some(found) = self.group_at(path, offset, &place, symbol.origin) {
            return Ok(Ok(found));
        }
        let Some(declared) = self.declaration(&place) else { return Ok(Err(nothing())) };
        if declared.kind == SymbolKind::Scenario {
            return Ok(Err(RenameRefused("A scenario has a title; change its text.".to_owned())));
        }
        Ok(Ok((place, symbol.origin)))
    }

    /// In `payment.create` the first word is the name of the group.
    fn group_at(&self, path: &str, offset: u32, place: &Place, origin: Span) -> Option<(Place, Span)> {
        let word = self.file(path)?.at(origin).split_once('.')?.0;
        let span = Span::new(origin.start, origin.start + u32::try_from(word.len()).ok()?);
        let group =
            groups(self.file(&place.file)?).find(|group| group.items.iter().any(|it| it.name.span == place.span))?;
        let found = (Place { file: place.file.clone(), span: group.prefix.span }, span);
        (group.prefix.text == word && offset <= span.end).then_some(found)
    }

    fn rename_edits(&self, place: &Place, name: &str) -> Cancellable<Result<Vec<Edit>, RenameRefused>> {
        let Some(file) = self.file(&place.file) else { return Ok(Err(nothing())) };
        let old = file.at(place.span).to_owned();
        let mut edits = BTreeMap::new();
        for place in self.same_as(place)? {
            if place.file.starts_with("ntro:") {
                let text = format!("`{old}` is the name of a field of the language here; it cannot be renamed.");
                return Ok(Err(RenameRefused(text)));
            }
            self.edits_of(&place, &old, name, &mut edits)?;
        }
        let edits = edits.into_iter().map(|(place, text)| Edit { place, text });
        let mut edits: Vec<Edit> = edits.map(|edit| self.shortened(edit, name)).collect();
        edits.sort_by(|a, b| a.place.cmp(&b.place));
        Ok(Ok(edits))
    }

    /// The place itself, and the fields that must bear the same name because records are taken as one another.
    fn same_as(&self, place: &Place) -> Cancellable<BTreeSet<Place>> {
        let mut all = BTreeSet::from([place.clone()]);
        let Some(word) = self.file(&place.file).map(|file| file.at(place.span)) else { return Ok(all) };
        let mut pairs = Vec::new();
        for (path, _) in self.files.iter().filter(|(_, file)| file.text.contains(word)) {
            self.go_on()?;
            pairs.extend(self.facts(path)?.same.iter().cloned());
        }
        let mut known = 0;
        while known < all.len() {
            known = all.len();
            for (one, two) in &pairs {
                if all.contains(one) {
                    all.insert(two.clone());
                } else if all.contains(two) {
                    all.insert(one.clone());
                }
            }
        }
        Ok(all)
    }

    /// The edits of one declaration and its uses.
    fn edits_of(&self, place: &Place, old: &str, name: &str, edits: &mut BTreeMap<Place, String>) -> Cancellable<()> {
        let Some(file) = self.file(&place.file) else { return Ok(()) };
        // A field of a record that is written here alone may stand in its short form.
        let short = is_short(file, place.span);
        edits.insert(place.clone(), if short { format!("{name}: {old}") } else { name.to_owned() });
        for (path, found) in self.uses_of(place)? {
            let Some(file) = self.file(&path) else { continue };
            let span = last_part(Some(file), found.span, old);
            // `it` means the signal's payload, whatever it is called.
            if file.at(span) != old {
                continue;
            }
            let facts = self.facts(&path)?;
            let other = facts.uses.iter().find(|other| other.span == found.span && other.means != found.means);
            let text = match (found.role, other) {
                (Role::Short, Some(_)) => format!("{name}: {old}"),
                (_, Some(other)) if other.role == Role::Short => format!("{old}: {name}"),
                (Role::Read, None) if is_short(file, span) => format!("{old}: {name}"),
                _ => name.to_owned(),
            };
            edits.insert(Place { file: path, span }, text);
        }
        Ok(())
    }

    /// `origin: source` becomes `source` again where both bear the name now.
    fn shortened(&self, edit: Edit, name: &str) -> Edit {
        let Some(file) = self.file(&edit.place.file).filter(|_| edit.text == name) else { return edit };
        let mut whole = None;
        in_declaration(file, edit.place.span, &mut |key: &ast::Name, value: Option<&ast::Expr>| {
            let Some(value) = value else { return };
            let ast::ExprKind::Name(word) = &value.kind else { return };
            let both = key.span == edit.place.span && word == name || value.span == edit.place.span && key.text == name;
            // A comment or a line break between them stays.
            let between = file.at(Span::new(key.span.end, value.span.start));
            if both && file.at(key.span) == key.text && matches!(between.trim(), ":") {
                whole = Some(Span::new(key.span.start, value.span.end));
            }
        });
        match whole {
            Some(span) => Edit { place: Place { span, ..edit.place }, text: edit.text },
            None => edit,
        }
    }

    /// Why edits cannot be made: there would be a mistake, or something else would be meant.
    fn refused(&self, edits: &[Edit]) -> Cancellable<Option<RenameRefused>> {
        let after = self.with_edits(edits)?;
        if let Some(found) = self.first_new(&after)? {
            let line = self.file(&found.place.file).map(|file| file.lines().line(found.place.span.start) + 1);
            let at = line.map_or_else(String::new, |line| format!(" ({}, line {line})", found.place.file));
            return Ok(Some(RenameRefused(format!("With this name there would be a mistake: {}{at}", found.message))));
        }
        // Each declaration is named as often as before: no name was taken from another.
        let count = |facts: &Facts, at: &dyn Fn(&Place) -> Place| {
            let mut all: BTreeMap<Meaning, usize> = BTreeMap::new();
            for found in &facts.uses {
                let means = match &found.means {
                    Meaning::Declared(place) => Meaning::Declared(at(place)),
                    other => other.clone(),
                };
                *all.entry(means).or_default() += 1;
            }
            all
        };
        let files: BTreeSet<&String> = edits.iter().map(|edit| &edit.place.file).collect();
        for path in files {
            self.go_on()?;
            let before = count(&*self.facts(path)?, &|place| moved(place, edits));
            let now = count(&after.facts(path), &|place| begins(place, place.span.start));
            if before != now {
                let text =
                    format!("With this name something else would be meant in {path}: another thing there bears it.");
                return Ok(Some(RenameRefused(text)));
            }
        }
        Ok(None)
    }

    /// The first error that the project has with some edits and did not have before.
    pub(crate) fn broken_by(&self, edits: &[Edit]) -> Cancellable<Option<Diagnostic>> {
        let after = self.with_edits(edits)?;
        self.first_new(&after)
    }

    /// Whether the project has a message with some edits that it did not have before, be it a warning.
    pub(crate) fn worse_by(&self, edits: &[Edit]) -> Cancellable<bool> {
        let before = self.found()?.project.diagnostics();
        let after = self.with_edits(edits)?;
        Ok(new_of(after.diagnostics(), before).next().is_some())
    }

    fn first_new(&self, after: &Project) -> Cancellable<Option<Diagnostic>> {
        let before = self.found()?.project.diagnostics();
        Ok(new_of(after.diagnostics(), before).find(|found| found.level == Level::Error).cloned())
    }

    /// The project with some edits made.
    fn with_edits(&self, edits: &[Edit]) -> Cancellable<Project> {
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
        Engine::new().check(&files, &*self.hands, &|| !self.is_cancelled()).ok_or(Cancelled)
    }
}

/// The messages of which a file has more than it had. Places are not compared, since edits move them.
fn new_of<'a>(after: &'a [Diagnostic], before: &'a [Diagnostic]) -> impl Iterator<Item = &'a Diagnostic> {
    let count = |all: &[Diagnostic], of: &Diagnostic| {
        all.iter().filter(|found| found.code == of.code && found.place.file == of.place.file).count()
    };
    after.iter().filter(move |found| count(after, found) > count(before, found))
}

/// The groups of capabilities of a file.
pub(crate) fn groups(file: &File) -> impl Iterator<Item = &ast::CapabilitiesDecl> {
    file.tree().decls.iter().filter_map(|decl| match decl {
        ast::Decl::Capabilities(group) => Some(group),
        _ => None,
    })
}

/// Looks at the names with their values in the declaration around a place: fields of records, arguments of calls.
fn in_declaration(file: &File, at: Span, see: &mut dyn FnMut(&ast::Name, Option<&ast::Expr>)) {
    let around = |span: Span| span.start <= at.start && at.end <= span.end;
    for decl in file.tree().decls.iter().filter(|decl| around(visit::decl_span(decl))) {
        visit::walk(Node::Decl(decl), &mut |node: Node<'_>| {
            match node {
                Node::RecordItem(ast::RecordItem::Field { name, value, .. }) => see(name, value.as_ref()),
                Node::Arg(ast::Arg { name: Some(name), value, .. }) => see(name, Some(value)),
                _ => {}
            }
            // The span of a tag in a text is not that of what it holds.
            matches!(node, Node::TemplatePart(_)) || node.span().is_none_or(around)
        });
    }
}

/// Whether a field stands there in its short form: `{ amount }`.
pub(crate) fn is_short(file: &File, span: Span) -> bool {
    let mut short = false;
    in_declaration(file, span, &mut |key, value| short |= key.span == span && value.is_none());
    short
}

/// Where a place begins once edits are made.
fn moved(place: &Place, edits: &[Edit]) -> Place {
    let own = edits.iter().filter(|edit| edit.place.file == place.file && edit.place.span.end <= place.span.start);
    let start = own.fold(i64::from(place.span.start), |at, edit| {
        at + i64::try_from(edit.text.len()).unwrap_or(0) - i64::from(edit.place.span.end - edit.place.span.start)
    });
    begins(place, u32::try_from(start).unwrap_or(0))
}

fn begins(place: &Place, start: u32) -> Place {
    Place { file: place.file.clone(), span: Span::new(start, start) }
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

fn of_the_language() -> RenameRefused {
    RenameRefused("This is part of the language; it cannot be renamed.".to_owned())
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
