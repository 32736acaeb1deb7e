//! From files to declarations: parse, collect names, follow imports, resolve types.
//!
//! Names are collected from all files before any type is looked at, so the order of files and of declarations does not matter.

mod agents;
mod capabilities;
mod circles;
mod cycles;
mod declare;
mod imports;
mod resolve;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use ntro_grammar::{Parsed, Piece, Placed, Problem, Span, ast};

use crate::diagnostic::{Diagnostic, Level, Place};
use crate::items::{FileId, Items, SourceFile};
use crate::lines::Lines;
pub use imports::join;

/// The declarations of a project, and what is wrong with them.
#[derive(Debug, Default)]
pub(crate) struct Project {
    /// The declarations.
    pub items: Items,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// For each file the files that it imports itself.
    pub imports: Vec<circles::Imports>,
}

/// A file as it was read: whatever depends on its text alone.
#[derive(Debug, Clone)]
pub struct Read {
    pub(crate) text: Arc<str>,
    lines: Lines,
    tree: Arc<ast::File>,
    problems: Arc<[Problem]>,
    damage: Arc<[Span]>,
    pub(crate) pieces: Arc<[Placed]>,
}

/// A runbook of which a part says something else than in its file.
#[derive(Debug)]
pub struct OtherPart {
    /// The runbook with the statements of that part alone, each where it stands.
    pub decl: ast::Decl,
    /// Its text in the file.
    pub(crate) placed: Placed,
    /// The other text.
    pub(crate) edited: Piece,
}

impl Project {
    /// The files with an error in them or in a file that they import, over any number of steps.
    pub(crate) fn broken(&self, diagnostics: &[Diagnostic]) -> BTreeSet<u32> {
        let errors = diagnostics.iter().filter(|found| found.level == Level::Error);
        let paths: BTreeSet<&str> = errors.map(|found| found.place.file.as_str()).collect();
        let files = (0..).zip(&self.items.files);
        let mut open: Vec<u32> =
            files.filter(|(_, file)| paths.contains(file.path.as_str())).map(|(id, _)| id).collect();
        let mut importers: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        if !open.is_empty() {
            for (file, imports) in (0..).zip(&self.imports) {
                imports.keys().for_each(|target| importers.entry(*target).or_default().push(file));
            }
        }
        let mut broken = BTreeSet::new();
        while let Some(file) = open.pop() {
            if broken.insert(file) {
                open.extend(importers.get(&file).into_iter().flatten());
            }
        }
        broken
    }
}

impl Read {
    /// Reads a text as a whole.
    pub(crate) fn whole(text: &Arc<str>) -> Read {
        Read::of(text, crate::syntax::parse(text), Vec::new())
    }

    /// Reads a text in pieces; what did not change since it was read before is not read again.
    pub fn again(text: &Arc<str>, before: Option<&Read>) -> Read {
        let before = before.map(|before| (&*before.tree, &*before.pieces));
        let (parsed, pieces) = ntro_grammar::parse_pieces(text, before);
        Read::of(text, parsed, pieces)
    }

    fn of(text: &Arc<str>, parsed: Parsed, pieces: Vec<Placed>) -> Read {
        let lost = parsed.problems.iter().filter(|problem| crate::consequences::is_lost(problem.code));
        let mut damage: Vec<Span> = lost.map(|problem| problem.span).collect();
        damage.sort_unstable();
        Read {
            damage: damage.into(),
            lines: Lines::new(text),
            text: text.clone(),
            tree: Arc::new(parsed.file),
            problems: parsed.problems.into(),
            pieces: pieces.into(),
        }
    }

    /// The part of a runbook around a place, read with another text in that place. `None` where the place is in no part but the first, and where
    /// the text is not read in parts.
    pub fn part_with(&self, place: Span, instead: &str) -> Option<OtherPart> {
        let placed = self.pieces.iter().find(|placed| placed.start <= place.start && place.end < placed.end())?.clone();
        let ast::Decl::Runbook(decl) = self.tree.decls.get(placed.first)? else { return None };
        let (from, to) = (place.start.checked_sub(placed.start)?, place.end.checked_sub(placed.start)?);
        let text = placed.piece.text();
        let text = format!("{}{instead}{}", text.get(..from as usize)?, text.get(to as usize..)?);
        let edited = placed.piece.with_text(&text);
        let own: Vec<usize> = placed.piece.parts().map(|part| part.number).collect();
        let other: Vec<usize> = edited.parts().map(|part| part.number).collect();
        let same = |(one, other): &(&usize, &usize)| one == other;
        let first = own.iter().zip(&other).take_while(same).count();
        let most = own.len().min(other.len()) - first;
        let last = own.iter().rev().zip(other.iter().rev()).take(most).take_while(same).count();
        if first == 0 || other.len() < 3 {
            return None;
        }
        let stmts = edited.statements(first..other.len() - last, placed.start);
        let end = placed.start.saturating_add(u32::try_from(text.len()).ok()?);
        let body = ast::Body { stmts, span: Span::new(decl.body.span.start, end) };
        let (name, title, doc) = (decl.name.clone(), decl.title.clone(), decl.doc.clone());
        let decl = ast::RunbookDecl { name, title, body, doc, span: Span::new(decl.span.start, end) };
        Some(OtherPart { decl: ast::Decl::Runbook(decl), placed, edited })
    }

    /// Works out what only an edit needs.
    pub fn prepare(&self) {
        self.pieces.iter().for_each(|placed| placed.piece.divide());
    }

    /// The tree.
    pub fn tree(&self) -> &Arc<ast::File> {
        &self.tree
    }
}

/// Puts all files together, which come in the order of their paths.
pub(crate) fn load(files: Vec<(String, Read)>) -> Project {
    let mut items = Items::default();
    let mut diagnostics = Vec::new();
    for (path, read) in files {
        diagnostics.extend(read.problems.iter().map(|problem| crate::syntax::diagnostic(problem.clone(), &path)));
        let Read { text, lines, tree, damage, .. } = read;
        items.files.push(SourceFile { path, lines, text, tree, damage });
    }
    let own = items.files.len();
    items.files.extend(prelude().iter().cloned());
    items.paths = items.files.iter().map(|file| file.path.clone()).collect();

    let declared = declare::declare(&mut items, own, &mut diagnostics);
    let imports = imports::imports(&mut items, &declared, own, &mut diagnostics);
    circles::check(&items.files, &imports, &mut diagnostics);
    resolve::resolve(&mut items, &declared, &mut diagnostics);
    cycles::check(&items, &mut diagnostics);
    Project { items, diagnostics, imports }
}

/// The files of the prelude, read once: an editor checks at every keystroke. A test proves that they are without problems.
pub(crate) fn prelude() -> &'static [SourceFile] {
    static FILES: OnceLock<Vec<SourceFile>> = OnceLock::new();
    FILES.get_or_init(|| {
        let read = |(path, text): &(&str, &str)| SourceFile {
            path: (*path).to_owned(),
            lines: Lines::new(text),
            text: Arc::from(*text),
            tree: Arc::new(crate::syntax::parse(text).file),
            damage: Arc::from([]),
        };
        crate::prelude::FILES.iter().map(read).collect()
    })
}

/// The id of the file at an index.
fn file_id(index: usize) -> FileId {
    FileId(u32::try_from(index).unwrap_or(u32::MAX))
}

/// Two declarations of one name.
fn twice(what: &str, name: &str, first: Place, second: Place) -> Diagnostic {
    Diagnostic::error(
        "N0202",
        second,
        format!("The {what} `{name}` is declared twice."),
        "declared again here",
        "Give one of them another name, or remove it.",
    )
    .related(first, "first declared here")
}
