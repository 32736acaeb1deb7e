//! Checks a project again and again, and looks only at what may have changed.
//!
//! What a runbook, a binding or a scenario gave is kept with the piece of text that it stands in. It is used again as long as that piece
//! is the same and no name in it means something else ([`super::signatures`]); what stood further up or down meanwhile is moved. What has messages
//! is looked at again whenever any declaration changed, because messages suggest names that occur nowhere in the text.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use ntro_grammar::{Piece, Placed, ast};
use ntro_ir::{Binding, Program, TypeId};

use super::Project;
use super::signatures::{Changes, Signatures};
use crate::Sources;
use crate::check::{Body, Bound, Done, How, Lent, Made, Memory, Task, checking_with};
use crate::diagnostic::{Diagnostic, Place};
use crate::flow::Memo;
use crate::hands::Hands;
use crate::items::{FileId, Items};
use crate::project::Read;
use crate::scenario::{Bindings, Lowered, Runbooks};
use crate::source_map;
use crate::ty::{DefId, Ty};
use crate::words::Word;

/// What is kept between checks.
#[derive(Debug, Default)]
pub struct Engine {
    signatures: Signatures,
    kept: BTreeMap<Key, Kept>,
    /// What the parts of runbooks gave that were edited last, by file and name, each with the number of the check that used it.
    memos: BTreeMap<(String, String), (u64, Arc<Memo>)>,
    /// How many checks there were.
    checks: u64,
    /// Whether one of them has come to its end.
    checked: bool,
    /// The records and enumerations, in the order of their numbers.
    defs: Vec<(String, String)>,
    /// Whether they may have other numbers now.
    unnumbered: bool,
}

/// How many runbooks are kept in parts.
const MOST_MEMOS: usize = 8;

/// A declaration: its file, the address of its piece (which is kept alive with it), its index in the piece.
type Key = (String, usize, usize);

#[derive(Debug)]
struct Kept {
    /// Keeps the address in the key from meaning another piece.
    _piece: Arc<Piece>,
    words: Arc<[Word]>,
    /// Where the piece began.
    start: u32,
    found: Vec<Diagnostic>,
    what: What,
    /// Whether the last check asked for it.
    used: bool,
}

#[derive(Debug)]
enum What {
    Runbook(Option<Made>),
    Workflow(Option<Bound>),
    Scenario {
        samples: Vec<(String, Place)>,
        /// What it was checked against: programs and bindings by their addresses, which are kept alive here.
        against: Against,
    },
}

/// The programs that a scenario reaches, and its binding.
#[derive(Debug)]
struct Against {
    programs: Vec<Arc<Program>>,
    binding: Option<Arc<Binding>>,
}

impl Against {
    fn is_same(&self, other: &Against) -> bool {
        let programs = self.programs.len() == other.programs.len()
            && self.programs.iter().zip(&other.programs).all(|(a, b)| Arc::ptr_eq(a, b));
        let binding = match (&self.binding, &other.binding) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        programs && binding
    }
}

impl Engine {
    /// Nothing is known yet.
    pub fn new() -> Engine {
        Engine::default()
    }

    /// Checks all files, which come in the order of their paths. `None` where `go_on` said no; what was found until then is kept. Programs
    /// come without the places of their parts, and scenarios are checked and not given: both are for running, not for editing.
    pub fn check(
        &mut self,
        files: &[(String, Read)],
        hands: &dyn Hands,
        go_on: &(dyn Fn() -> bool + Sync),
    ) -> Option<Project> {
        let changes = self.signatures.update(files, hands);
        self.drop_changed(&changes);
        self.kept.values_mut().for_each(|kept| kept.used = false);
        let sources: Sources = files.iter().map(|(path, read)| (path.clone(), read.text.clone())).collect();
        let pieces = files.iter().map(|(_, read)| read.pieces.clone()).collect();
        self.unnumbered |= !changes.is_empty();
        self.checks += 1;
        let mut again = Again { engine: self, pieces, lent: 0 };
        let checking = checking_with(&sources, files.to_vec(), How { hands, go_on, memory: &mut again })?;
        self.kept.retain(|_, kept| kept.used);
        self.checked = true;
        let memos = self.memos.iter().map(|(key, (_, memo))| (key.clone(), memo.clone())).collect();
        Some(Project { checking, memos: Mutex::new(memos) })
    }

    fn drop_changed(&mut self, changes: &Changes) {
        if changes.is_empty() {
            return;
        }
        self.kept.retain(|(path, ..), kept| kept.found.is_empty() && !changes.concern(path, &kept.words));
        self.memos.retain(|(path, _), (_, memo)| !changes.files.contains(path) && !memo.depends_on(&changes.words));
    }

    /// Records and enumerations have numbers, which change when one comes or goes: what is kept gets the new ones.
    fn renumber(&mut self, items: &Items) {
        let now: Vec<(String, String)> =
            items.defs.iter().map(|def| (items.path(def.file).to_owned(), def.name.clone())).collect();
        if now == self.defs {
            return;
        }
        let mut numbers: BTreeMap<&(String, String), u32> = BTreeMap::new();
        for (def, number) in now.iter().zip(0_u32..) {
            numbers.entry(def).or_insert(number);
        }
        let moved: Vec<Option<u32>> = self.defs.iter().map(|def| numbers.get(def).copied()).collect();
        self.kept.retain(|_, kept| {
            let What::Runbook(Some(Made::Code(made))) = &mut kept.what else { return true };
            let types: Option<Vec<(Ty, TypeId)>> =
                made.types.iter().map(|(ty, id)| Some((renumbered(ty, &moved)?, *id))).collect();
            match types {
                Some(types) => made.types = types.into(),
                None => return false,
            }
            true
        });
        self.memos.clear();
        self.defs = now;
    }
}

/// A type with the numbers that its records have now.
fn renumbered(ty: &Ty, moved: &[Option<u32>]) -> Option<Ty> {
    let one = |ty: &Ty| renumbered(ty, moved);
    let fields = |fields: &[(String, Ty)]| -> Option<Vec<(String, Ty)>> {
        fields.iter().map(|(name, ty)| Some((name.clone(), one(ty)?))).collect()
    };
    Some(match ty {
        Ty::Named(id, args) => {
            let id = DefId(moved.get(id.0 as usize).copied().flatten()?);
            Ty::Named(id, args.iter().map(one).collect::<Option<Vec<_>>>()?.into())
        }
        Ty::List(of) => Ty::List(Arc::new(one(of)?)),
        Ty::Map(of) => Ty::Map(Arc::new(one(of)?)),
        Ty::Optional(of) => Ty::Optional(Arc::new(one(of)?)),
        Ty::Outcome(of) => Ty::Outcome(Arc::new(one(of)?)),
        Ty::Anonymous(of) => Ty::Anonymous(fields(of)?.into()),
        Ty::Choice(of) => Ty::Choice(fields(of)?.into()),
        other => other.clone(),
    })
}

/// One check.
struct Again<'e> {
    engine: &'e mut Engine,
    /// The pieces of each file, by its id.
    pieces: Vec<Arc<[Placed]>>,
    /// How many runbooks were lent in parts.
    lent: usize,
}

impl Again<'_> {
    /// The piece of a declaration, its index in the file, and the declaration's key. Files of the language have none.
    fn placed(&mut self, items: &Items, id: FileId, at: usize) -> Option<(Key, usize, Placed)> {
        if std::mem::take(&mut self.engine.unnumbered) {
            self.engine.renumber(items);
        }
        let pieces = self.pieces.get(id.0 as usize)?;
        let index = pieces.partition_point(|placed| placed.first <= at).checked_sub(1)?;
        let placed = pieces.get(index)?.clone();
        let key = (items.path(id).to_owned(), Arc::as_ptr(&placed.piece) as usize, at - placed.first);
        Some((key, index, placed))
    }

    /// What is kept, moved to where it stands now.
    fn kept(&mut self, key: &Key, placed: &Placed) -> Option<&mut Kept> {
        let kept = self.engine.kept.get_mut(key)?;
        // Two pieces of the same text are the same piece only where one did not change; both may stand in one file.
        if kept.used && kept.start != placed.start {
            return None;
        }
        kept.used = true;
        let from = std::mem::replace(&mut kept.start, placed.start);
        if from != placed.start {
            let path = &key.0;
            kept.found.iter_mut().for_each(|found| found.move_with(path, from, placed.start));
            if let What::Scenario { samples, .. } = &mut kept.what {
                samples.iter_mut().for_each(|(_, place)| place.move_with(path, from, placed.start));
            }
        }
        Some(kept)
    }

    fn keep(&mut self, key: Key, (index, placed): (usize, &Placed), found: &[Diagnostic], what: What) {
        // What points out of its own piece would not move with it.
        let inside =
            |place: &Place| place.file == key.0 && placed.start <= place.span.start && place.span.end <= placed.end();
        let whole = found.iter().all(|found| found.places().all(inside));
        if !whole {
            self.engine.kept.remove(&key);
            return;
        }
        let kept = Kept {
            _piece: placed.piece.clone(),
            words: self.engine.signatures.words(&key.0, index),
            start: placed.start,
            found: found.to_vec(),
            what,
            used: true,
        };
        self.engine.kept.insert(key, kept);
    }
}

impl Memory for Again<'_> {
    fn recall(&mut self, items: &Items, task: &Task<'_>) -> Option<Done> {
        let (key, _, placed) = self.placed(items, task.id, task.at)?;
        // Somebody may ask for a program now that nobody asked for before.
        let wanted =
            || matches!(task.body, Body::Runbook(decl) if self.engine.signatures.plays(&decl.name.text, &placed.piece));
        let unmade = |kept: &Kept| matches!(kept.what, What::Runbook(Some(Made::Sound)));
        if self.engine.kept.get(&key).is_some_and(unmade) && wanted() {
            return None;
        }
        let kept = self.kept(&key, &placed)?;
        let found = || kept.found.clone();
        match (&kept.what, task.body) {
            (What::Runbook(made), Body::Runbook(_)) => Some(Done::Runbook(made.clone(), found())),
            (What::Workflow(bound), Body::Workflow(_)) => Some(Done::Workflow(bound.clone(), found())),
            (What::Scenario { samples, against: before }, Body::Scenario(decl, known))
                if before.is_same(&against(decl, known)) =>
            {
                Some(Done::Scenario(Lowered { scenario: None, diagnostics: found(), samples: samples.clone() }))
            }
            _ => None,
        }
    }

    fn lend(&mut self, items: &Items, task: &Task<'_>) -> Option<Lent> {
        let Body::Runbook(decl) = task.body else { return None };
        // What is checked for the first time is mostly checked once.
        if !self.engine.checked || self.lent >= MOST_MEMOS {
            return None;
        }
        let (key, _, placed) = self.placed(items, task.id, task.at)?;
        self.lent += 1;
        let wanted = self.engine.signatures.plays(&decl.name.text, &placed.piece);
        let key = (key.0, decl.name.text.clone());
        let memo = self.engine.memos.remove(&key).map(|(_, memo)| memo);
        Some(Lent { key, placed, memo, wanted })
    }

    fn give_back(&mut self, lent: Lent) {
        let Some(memo) = lent.memo else { return };
        let memos = &mut self.engine.memos;
        while memos.len() >= MOST_MEMOS {
            let oldest = memos.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| key.clone());
            memos.retain(|key, _| Some(key) != oldest.as_ref());
        }
        memos.insert(lent.key, (self.engine.checks, memo));
    }

    fn note(&mut self, items: &Items, task: &Task<'_>, done: Done) -> Done {
        let Some((key, index, placed)) = self.placed(items, task.id, task.at) else { return done };
        let at = (index, &placed);
        match (done, task.body) {
            (Done::Runbook(mut made, found), _) => {
                if let Some(Made::Code(made)) = &mut made {
                    made.map = source_map::empty();
                }
                self.keep(key, at, &found, What::Runbook(made.clone()));
                Done::Runbook(made, found)
            }
            (Done::Workflow(bound, found), _) => {
                let bound = bound.map(|(binding, _)| (binding, source_map::empty()));
                self.keep(key, at, &found, What::Workflow(bound.clone()));
                Done::Workflow(bound, found)
            }
            (Done::Scenario(lowered), Body::Scenario(decl, known)) => {
                let what = What::Scenario { samples: lowered.samples.clone(), against: against(decl, known) };
                self.keep(key, at, &lowered.diagnostics, what);
                Done::Scenario(Lowered { scenario: None, ..lowered })
            }
            (done, _) => done,
        }
    }
}

/// What a scenario is checked against.
fn against(decl: &ast::ScenarioDecl, (runbooks, bindings): (&Runbooks, &Bindings)) -> Against {
    let binding = bindings.get(&decl.target.text).filter(|_| decl.for_workflow).cloned();
    let name = binding.as_ref().map_or(&decl.target.text, |binding| &binding.runbook);
    let mut programs: Vec<Arc<Program>> = runbooks.get(name).map(|known| known.program.clone()).into_iter().collect();
    let mut next = 0;
    while let Some(program) = programs.get(next).cloned() {
        for child in &program.children {
            let Some(known) = runbooks.get(&child.runbook) else { continue };
            if !programs.iter().any(|other| Arc::ptr_eq(other, &known.program)) {
                programs.push(known.program.clone());
            }
        }
        next += 1;
    }
    Against { programs, binding }
}
