//! What editors ask beyond diagnostics: which name means what, which types names have, what may be written at a place.
//!
//! A [`Project`] is what one state of all files gives. Names that stand for themselves are read off the tree ([`names`]); what depends on types is
//! noted by the checker itself while it checks once more, with a [`Recorder`] at hand. A plain check takes no notes and is not slower for it.

mod engine;
mod known;
mod names;
mod recorder;
mod seen;
mod signatures;
pub mod visit;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use ntro_grammar::{Placed, Span, ast};

pub use crate::project::{OtherPart, Read, join as imported_path};
pub use engine::Engine;
pub use known::{Known, KnownKind};
pub(crate) use names::{asked_place, block_place, config_place};
pub(crate) use recorder::Recorder;
pub use recorder::{MARKER, Role};
pub use seen::{Seen, SeenField, SeenMembers, SeenName, SeenType};

use crate::check::Checking;
use crate::diagnostic::{Diagnostic, Place};
use crate::flow::Memo;
use crate::items::{FileId, Items};
use crate::{Checked, Sources, binding, expr, flow, scenario};
use recorder::{Meant, Noted, Probe};

/// What one state of a project's files gives.
#[derive(Debug)]
pub struct Project {
    checking: Checking,
    /// What is known of the parts of runbooks, by file and name.
    memos: Mutex<BTreeMap<(String, String), Arc<Memo>>>,
}

/// What a name means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// What is declared at a place: there stands its name.
    Declared(Place),
    /// A function of the language.
    Function(&'static str),
}

/// A name and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The name.
    pub span: Span,
    /// What it means.
    pub means: Meaning,
    /// How it is used.
    pub role: Role,
}

/// A component that `show` or `ask` may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentDoc {
    /// `show` or `ask`.
    pub verb: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its properties: the name, how it is written, whether it must be there.
    pub props: Vec<(&'static str, &'static str, bool)>,
}

/// All components.
pub fn components() -> Vec<ComponentDoc> {
    flow::described()
}

/// What is known of the names of one file.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Every name that means something, in the order of the text; declarations themselves are not among them.
    pub uses: Vec<Use>,
    /// The types of names that are declared in bodies, by the places of their names.
    pub types: BTreeMap<Span, String>,
    /// Fields that must bear the same name, because a record of one type is taken as one of another.
    pub same: Vec<(Place, Place)>,
}

/// What is asked of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// The smallest expression around an offset.
    TypeAt(u32),
    /// What could stand in the place of [`MARKER`], a name that was put into the text.
    Instead,
}

impl Ask {
    fn probe(self) -> Probe {
        match self {
            Ask::TypeAt(at) => Probe::At(at),
            Ask::Instead => Probe::Marker,
        }
    }
}

impl Project {
    /// Checks all files.
    pub fn new(sources: &Sources) -> Project {
        Project { checking: crate::check::checking(sources, &crate::hands::Alone), memos: Mutex::default() }
    }

    fn items(&self) -> &Items {
        &self.checking.project.items
    }

    /// What a check gives: diagnostics, programs, scenarios.
    pub fn checked(&self) -> &Checked {
        &self.checking.checked
    }

    /// What is wrong, by file and place.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.checking.checked.diagnostics
    }

    /// The paths of all files, those of the language last.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.items().files.iter().map(|file| file.path.as_str())
    }

    /// The tree of a file of the project or of the language.
    pub fn tree(&self, path: &str) -> Option<Arc<ast::File>> {
        self.items().file(self.items().file_named(path)?).map(|file| file.tree.clone())
    }

    /// The text of a file of the project or of the language.
    pub fn text(&self, path: &str) -> Option<Arc<str>> {
        self.items().file(self.items().file_named(path)?).map(|file| file.text.clone())
    }

    /// What is known of the names of a file.
    pub fn facts(&self, path: &str) -> Facts {
        let Some(file) = self.items().file_named(path) else { return Facts::default() };
        let mut noted = names::plain_names(self.items(), file);
        let mut types = BTreeMap::new();
        let Some(source) = self.items().file(file) else { return Facts::default() };
        let declarations = expr::declarations::record(self.items(), file, Recorder::new(Probe::None));
        let decls = source.tree.decls.iter().filter_map(|decl| self.record(file, decl, Recorder::new(Probe::None)));
        let mut same = Vec::new();
        for recorder in declarations.into_iter().chain(decls) {
            noted.extend(recorder.noted);
            let place = |(file, span)| self.items().place(file, span);
            same.extend(recorder.same.into_iter().map(|(from, to)| (place(from), place(to))));
            for (span, ty) in recorder.types {
                // What a name has where it is declared counts, not what is known of it later.
                types.entry(span).or_insert_with(|| self.items().show(&ty));
            }
        }
        noted.sort();
        noted.dedup();
        Facts { uses: noted.into_iter().map(|noted| self.usage(noted)).collect(), types, same }
    }

    fn usage(&self, noted: Noted) -> Use {
        let means = match noted.meant {
            Meant::At(file, span) => Meaning::Declared(self.items().place(file, span)),
            Meant::Function(name) => Meaning::Function(name),
        };
        Use { span: noted.span, means, role: noted.role }
    }

    /// Checks one declaration of a file once more, to see what is known at a place of it. The declaration may be one of another text, with
    /// [`MARKER`] in it.
    pub fn seen(&self, path: &str, decl: &ast::Decl, ask: Ask) -> Seen {
        let Some(file) = self.items().file_named(path) else { return Seen::default() };
        self.record(file, decl, Recorder::new(ask.probe())).map(|recorder| recorder.seen).unwrap_or_default()
    }

    /// What is known at a place of a part of a runbook that says something else than in the file. Of the other parts only what they leave to it
    /// is looked at. `None` where the whole declaration has to be.
    pub fn seen_in(&self, path: &str, part: &OtherPart, ask: Ask) -> Option<Seen> {
        let items = self.items();
        let file = items.file_named(path)?;
        let ast::Decl::Runbook(decl) = items.file(file)?.tree.decls.get(part.placed.first)? else { return None };
        let memo = self.memo(path, file, decl, &part.placed)?;
        let recorder = Recorder::new(ask.probe());
        let pieces = (&part.edited, &part.placed);
        flow::record_parts(items, file, decl, pieces, &memo, recorder).map(|recorder| recorder.seen)
    }

    /// What is known of the parts of a runbook: from the check, or found out now.
    fn memo(&self, path: &str, file: FileId, decl: &ast::RunbookDecl, placed: &Placed) -> Option<Arc<Memo>> {
        let key = (path.to_owned(), decl.name.text.clone());
        let known = || self.memos.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |memo: &Arc<Memo>| memo.is_of(&placed.piece);
        if let Some(memo) = known().get(&key).cloned().filter(fits) {
            return Some(memo);
        }
        let memo = Arc::new(flow::remembered_runbook(self.items(), file, decl, placed, &Memo::default())?.1?);
        known().insert(key, memo.clone());
        Some(memo)
    }

    /// Where the type that was seen is declared.
    pub fn declared_type(&self, seen: &Seen) -> Option<Place> {
        seen.declared.map(|(file, span)| self.items().place(file, span))
    }

    /// The place of a type by its name, as a file can say it.
    pub fn type_named(&self, path: &str, name: &str) -> Option<Place> {
        let items = self.items();
        let def = items.def(items.type_named(items.file_named(path)?, name)?)?;
        Some(items.place(def.file, def.span))
    }

    fn record(&self, file: FileId, decl: &ast::Decl, recorder: Box<Recorder>) -> Option<Box<Recorder>> {
        let items = self.items();
        match decl {
            ast::Decl::Runbook(decl) | ast::Decl::ExternRunbook(decl) => {
                flow::record_runbook(items, file, decl, recorder)
            }
            ast::Decl::Workflow(decl) => binding::record_workflow(items, file, decl, recorder),
            ast::Decl::Scenario(decl) => {
                let known = (&self.checking.runbooks, &self.checking.bindings);
                scenario::record_scenario(items, file, decl, known, recorder)
            }
            ast::Decl::Fn(decl) if recorder.probe != Probe::None => {
                expr::declarations::record_fn(items, file, decl, recorder)
            }
            ast::Decl::Type(decl) if recorder.probe != Probe::None => {
                expr::declarations::record_fields(items, file, &decl.fields, recorder)
            }
            ast::Decl::Capability(decl) if recorder.probe != Probe::None => {
                expr::declarations::record_fields(items, file, &decl.params, recorder)
            }
            _ => None,
        }
    }

    /// What a file can name beside what is declared in bodies: that of some kinds.
    pub fn known(&self, path: &str, kinds: &[KnownKind]) -> Vec<Known> {
        match self.items().file_named(path) {
            Some(file) => known::known(self.items(), file, kinds),
            None => Vec::new(),
        }
    }

    /// Records and enumerations of other files, which this one would have to import: name, place and documentation of at most so many.
    pub fn types_elsewhere(&self, path: &str, most: usize) -> Vec<(String, Place, String)> {
        match self.items().file_named(path) {
            Some(file) => known::types_elsewhere(self.items(), file, most),
            None => Vec::new(),
        }
    }
}
