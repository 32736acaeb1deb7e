//! A runbook checked part by part, for editors: what did not change, and sees nothing else than before, is not looked at again.
//!
//! The text is read in parts, the head and one for each block with what follows it. What a part gave is kept: its messages, and what it changed
//! for those after it. It is used again where the part says the same, begins in the same state, and mentions no name that may mean something
//! else now. Which names may is worked out on the way: those that come later in the text, those of the head, and whatever a part that was
//! looked at again declares, proves or forgets otherwise than before. What has messages is looked at again whenever any name differs,
//! because messages suggest names that occur nowhere in the text.
//!
//! No program is made, so that nothing depends on where values lie: slots and labels have numbers that no other part has.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ntro_grammar::{Piece, PiecePart, Placed, ast};
use ntro_ir::SignalDef;

use super::body::{List, is_head};
use super::code::Code;
use super::{Exit, Flow, Named, Target, VarInSight};
use crate::cx::Expressions;
use crate::diagnostic::{Diagnostic, Level};
use crate::items::{FileId, Items};
use crate::scope::{Binding, Change};
use crate::ty::Ty;
use crate::words::{Word, hash, split, words};

/// How large a program may become that is not made: well below what the verifier lets pass, so that nothing is kept from being said.
const MOST: usize = 10_000;
/// How many expressions or operations count as one entry of a table.
const OF_ONE: usize = 25;
/// How deep expressions may be nested in it, for the same reason.
const MOST_DEPTH: u16 = 100;
/// How long names may be in it.
const LONGEST: usize = 500;
/// How many names may differ before all is looked at.
const MOST_DIFFERENT: usize = 500;

/// What the parts of a runbook gave.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    /// Keeps the numbers of its parts from meaning other parts.
    _piece: Option<Arc<Piece>>,
    head: Head,
    parts: Vec<Part>,
    /// The numbers that no slot and no label has had.
    next: (u32, u32),
}

/// What is known before the first statement.
#[derive(Debug, Default)]
struct Head {
    /// The names of the input and the configuration, and of the blocks that come later.
    names: BTreeMap<String, Binding>,
    output: Option<Ty>,
    reworks: BTreeSet<String>,
}

/// A part that was looked at.
#[derive(Debug)]
struct Part {
    number: usize,
    /// Where it began.
    start: u32,
    words: Arc<[Word]>,
    before: Before,
    gave: Gave,
    /// Whether it can be used again at all: what could not be read, or points elsewhere, is looked at each time.
    firm: bool,
    /// Whether it has a handler, which looks at all variables.
    handles: bool,
}

/// The state in which a part begins, beside the names.
#[derive(Debug, Clone, PartialEq)]
struct Before {
    live: bool,
    told: bool,
    exits: usize,
    heard: Vec<String>,
}

/// What a part gives to those after it, and to whoever reads messages.
#[derive(Debug, Default)]
struct Gave {
    found: Vec<Diagnostic>,
    changes: Vec<Change>,
    live: bool,
    told: bool,
    /// The handlers that listen from here on.
    listening: Vec<ntro_ir::HandlerId>,
    heard: Vec<String>,
    vars: Vec<VarInSight>,
    targets: Vec<Target>,
    paths: Vec<String>,
    block_names: Vec<String>,
    signals: Vec<(String, Ty)>,
    /// What has a name here that is seen to the end of the runbook.
    named: Vec<Named>,
    /// What has a name inside and is read nowhere.
    unread: Vec<Named>,
    /// The names of the runbook's own list that are read here.
    reads: BTreeSet<String>,
    /// How much it adds to a program.
    size: usize,
}

/// How far everything had grown before a part.
struct Marks {
    found: usize,
    heard: usize,
    vars: usize,
    targets: usize,
    paths: usize,
    block_names: usize,
    signals: usize,
    exits: usize,
    own: usize,
    named: usize,
    exprs: usize,
    added: usize,
    listening: usize,
    size: usize,
}

/// What may mean something else than before.
#[derive(Debug, Default)]
struct Different {
    words: BTreeSet<Word>,
    signals: bool,
    /// Everything.
    all: bool,
}

impl Different {
    fn name(&mut self, name: &str) {
        self.words.extend(split(name).map(hash));
        self.all |= self.words.len() > MOST_DIFFERENT;
    }

    /// Notes the names that do not stand for the same in both.
    fn names(&mut self, before: &BTreeMap<String, Binding>, after: &BTreeMap<String, Binding>) {
        for (name, binding) in before {
            if !after.get(name).is_some_and(|now| now.is_like(binding)) {
                self.name(name);
            }
        }
        after.keys().filter(|name| !before.contains_key(*name)).for_each(|name| self.name(name));
    }

    /// Notes what some parts changed otherwise than those that stood there before.
    fn parts(&mut self, before: &[&Gave], after: &[&Gave]) {
        let all = |parts: &[&Gave]| -> Vec<Change> { parts.iter().flat_map(|gave| gave.changes.clone()).collect() };
        let (old, new) = (all(before), all(after));
        let same = old.iter().zip(&new).take_while(|(one, other)| one.is_like(other)).count();
        let rest = old.len().min(new.len()) - same;
        let end =
            old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(one, other)| one.is_like(other)).count();
        for list in [&old, &new] {
            let changed = list.get(same..list.len() - end).unwrap_or_default();
            changed.iter().for_each(|change| self.name(change.name()));
        }
        for list in
            [|gave: &Gave| gave.paths.clone(), |gave: &Gave| gave.block_names.clone(), |gave: &Gave| gave.heard.clone()]
        {
            let all = |parts: &[&Gave]| -> Vec<String> { parts.iter().flat_map(|gave| list(gave)).collect() };
            let (old, new) = (all(before), all(after));
            if old != new {
                old.iter().chain(&new).for_each(|name| self.name(name));
            }
        }
        let signals = |parts: &[&Gave]| -> Vec<(String, Ty)> {
            parts.iter().flat_map(|gave| gave.signals.iter().cloned()).collect()
        };
        self.signals |= signals(before) != signals(after);
    }

    fn is_nothing(&self) -> bool {
        !self.all && !self.signals && self.words.is_empty()
    }
}

impl Part {
    /// Whether it would give the same now.
    fn holds(&self, now: &Before, different: &Different) -> bool {
        if !self.firm || self.before != *now || different.all {
            return false;
        }
        different.is_nothing()
            || (!self.handles
                && self.gave.found.is_empty()
                && !(different.signals && !self.gave.signals.is_empty())
                && !different.words.iter().any(|word| self.words.binary_search(word).is_ok()))
    }

    /// Moves to where its text stands now.
    fn move_to(&mut self, start: u32, file: &str) {
        let from = std::mem::replace(&mut self.start, start);
        if from == start {
            return;
        }
        self.gave.found.iter_mut().for_each(|found| found.move_with(file, from, start));
        for change in &mut self.gave.changes {
            if let Change::Declare(_, binding) = change {
                binding.move_by(from, start);
            }
        }
        for named in self.gave.named.iter_mut().chain(&mut self.gave.unread) {
            named.span = named.span.moved(from, start);
            named.stmt = named.stmt.moved(from, start);
            named.call = named.call.map(|call| call.moved(from, start));
        }
    }
}

impl Memo {
    /// Whether it may say something else once these words mean something else. What has messages may always: they suggest names.
    pub(crate) fn depends_on(&self, different: &BTreeSet<Word>) -> bool {
        let mentions = |part: &Part| different.iter().any(|word| part.words.binary_search(word).is_ok());
        self.parts.iter().any(|part| !part.gave.found.is_empty() || mentions(part))
    }

    /// Whether nothing is known yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

/// Checks a runbook that was read in parts, and uses again what can be. `None` where it was read as a whole, or is so large that only a
/// program shows whether it is too large.
pub(crate) fn remembered_runbook(
    items: &Items,
    file: FileId,
    decl: &ast::RunbookDecl,
    placed: &Placed,
    memo: &mut Memo,
) -> Option<Vec<Diagnostic>> {
    let parts: Vec<PiecePart<'_>> = placed.piece.parts().collect();
    let count: usize = parts.iter().map(|part| part.statements).sum();
    let fits = parts.len() > 2 && count == decl.body.stmts.len() && decl.doc.len() < MOST;
    let old = std::mem::take(memo);
    if !fits || split(placed.piece.text()).any(|word| word.len() > LONGEST) {
        return None;
    }
    let mut flow = Flow::new(items, file);
    flow.cx.slots_before = old.next.0;
    flow.code = Code::numbered_from(old.next.1);
    flow.head(decl);
    flow.before_body(decl);
    let mut run = Run { flow, placed, depths: Vec::new(), tops: BTreeMap::new(), sound: true };
    let made = run.parts(decl, &parts, old);
    let found = run.end(decl, &made.1);
    let whole = |found: &Diagnostic| found.places().all(|place| run.is_inside(place, placed.start, placed.end()));
    let size: usize = made.1.iter().map(|part| part.gave.size).sum();
    if !run.sound || size > MOST {
        return None;
    }
    // What is said of another file is said once, by whoever comes first.
    if found.iter().all(whole) {
        let next = (run.flow.cx.next_slot().0, run.flow.code.next_label());
        *memo = Memo { _piece: Some(placed.piece.clone()), head: made.0, parts: made.1, next };
    }
    Some(found)
}

/// One check.
struct Run<'p> {
    flow: Flow<'p>,
    placed: &'p Placed,
    /// How deep each expression is nested.
    depths: Vec<u16>,
    /// The names of the runbook's own list, by their slots.
    tops: BTreeMap<u32, String>,
    /// Whether all names and expressions are well below what the verifier refuses.
    sound: bool,
}

impl Run<'_> {
    /// Goes through all parts.
    fn parts(&mut self, decl: &ast::RunbookDecl, parts: &[PiecePart<'_>], mut old: Memo) -> (Head, Vec<Part>) {
        let mut names: BTreeMap<String, Binding> = BTreeMap::new();
        let seen = |flow: &Flow<'_>, names: &mut BTreeMap<String, Binding>| {
            names.extend(flow.cx.scope.innermost().map(|(name, binding)| (name.clone(), binding.clone())));
        };
        seen(&self.flow, &mut names);
        let mut list = self.flow.open_list(&decl.body.stmts);
        seen(&self.flow, &mut names);
        let head = Head { names, output: Some(self.flow.output.clone()), reworks: self.flow.rework_targets.clone() };
        let mut different = Different { all: old.head.output != head.output, ..Different::default() };
        different.names(&old.head.names, &head.names);
        old.head.reworks.symmetric_difference(&head.reworks).for_each(|name| different.name(name));

        let same = |part: &PiecePart<'_>, old: &Part| part.number == old.number;
        let first = parts.iter().zip(&old.parts).take_while(|(part, old)| same(part, old)).count();
        let most = parts.len().min(old.parts.len()) - first;
        let rest = parts.iter().rev().zip(old.parts.iter().rev()).take(most);
        let last = rest.take_while(|(part, old)| same(part, old)).count();
        let ended = old.parts.split_off(old.parts.len() - last);
        let gone = old.parts.split_off(first);
        let mut begun = old.parts.into_iter();
        let mut ended = ended.into_iter();

        let mut made: Vec<Part> = Vec::with_capacity(parts.len());
        let mut statements = decl.body.stmts.as_slice();
        for (index, part) in parts.iter().enumerate() {
            let (own, after) = statements.split_at_checked(part.statements).unwrap_or((statements, &[]));
            statements = after;
            let known = if index < first {
                begun.next()
            } else if index >= parts.len() - last {
                ended.next()
            } else {
                None
            };
            let now = self.part(part, own, &mut list, known, &mut different);
            made.push(now);
            if index + 1 == parts.len() - last {
                let before: Vec<&Gave> = gone.iter().map(|part| &part.gave).collect();
                let now = made.get(first..).unwrap_or_default();
                let after: Vec<&Gave> = now.iter().map(|part| &part.gave).collect();
                different.parts(&before, &after);
            }
        }
        self.flow.close_list(&list);
        (head, made)
    }

    /// Uses a part again, or looks at it.
    fn part(
        &mut self,
        part: &PiecePart<'_>,
        stmts: &[ast::Stmt],
        list: &mut List,
        known: Option<Part>,
        different: &mut Different,
    ) -> Part {
        let start = self.placed.start.saturating_add(part.start);
        let end = start.saturating_add(u32::try_from(part.text.len()).unwrap_or(u32::MAX));
        let before = self.before(list);
        let damaged = self.flow.is_damaged(ntro_grammar::Span::new(start, end));
        match known {
            Some(mut known) if !damaged && known.holds(&before, different) => {
                let items = self.flow.cx.items;
                known.move_to(start, items.path(self.flow.cx.file));
                self.repeat(&known.gave, list);
                known
            }
            known => {
                let words = known.as_ref().map_or_else(|| words(part.text), |known| known.words.clone());
                let marks = self.marks();
                self.flow.cx.scope.begin_journal();
                for stmt in stmts {
                    if is_head(stmt) {
                        self.flow.head_statement(stmt, true);
                    } else {
                        self.flow.list_statement(list, stmt, None);
                    }
                }
                let gave = self.gave(&marks, list);
                let inside = |found: &Diagnostic| found.places().all(|place| self.is_inside(place, start, end));
                let firm = !damaged && gave.found.iter().all(inside);
                let handles = self.flow.listening.len() > marks.listening;
                if let Some(known) = &known {
                    different.parts(&[&known.gave], &[&gave]);
                }
                Part { number: part.number, start, words, before, gave, firm, handles }
            }
        }
    }

    fn before(&self, list: &List) -> Before {
        let flow = &self.flow;
        Before { live: flow.code.live, told: list.told, exits: flow.exits.len(), heard: flow.heard.clone() }
    }

    fn marks(&self) -> Marks {
        let flow = &self.flow;
        let frame = flow.frames.last();
        Marks {
            found: flow.cx.diagnostics.len(),
            heard: flow.heard.len(),
            vars: flow.vars.len(),
            targets: frame.map_or(0, |frame| frame.targets.len()),
            paths: flow.new_paths.len(),
            block_names: flow.block_names.len(),
            signals: flow.signals.len(),
            exits: flow.exits.len(),
            own: frame.map_or(0, |frame| frame.named.len()),
            named: flow.named.len(),
            exprs: flow.cx.program.exprs.len(),
            added: flow.added_to.len(),
            listening: flow.listening.len(),
            size: self.size(),
        }
    }

    /// What has come since.
    fn gave(&mut self, marks: &Marks, list: &List) -> Gave {
        self.measure(marks);
        let size = self.size() - marks.size.min(self.size());
        let flow = &mut self.flow;
        let changes = flow.cx.scope.end_journal();
        let read = flow.slots_read(marks.exprs, marks.added);
        let (mut named, mut targets) = (Vec::new(), Vec::new());
        if let Some(frame) = flow.frames.last() {
            named = since(&frame.named, marks.own);
            targets = since(&frame.targets, marks.targets);
        }
        self.tops.extend(named.iter().map(|named| (named.slot.0, named.name.clone())));
        let mut unread = since(&flow.named, marks.named);
        unread.retain(|named| !read.contains(&named.slot.0));
        let listening = flow.exits.iter().skip(marks.exits).filter_map(|exit| match exit {
            Exit::Listen(id) => Some(*id),
            _ => None,
        });
        Gave {
            found: since(&flow.cx.diagnostics, marks.found),
            changes,
            live: flow.code.live,
            told: list.told,
            listening: listening.collect(),
            heard: since(&flow.heard, marks.heard),
            vars: since(&flow.vars, marks.vars),
            targets,
            paths: since(&flow.new_paths, marks.paths),
            block_names: since(&flow.block_names, marks.block_names),
            signals: since(&flow.signals, marks.signals),
            named,
            unread,
            reads: read.iter().filter_map(|slot| self.tops.get(slot).cloned()).collect(),
            size,
        }
    }

    /// Does again what a part did.
    fn repeat(&mut self, gave: &Gave, list: &mut List) {
        let flow = &mut self.flow;
        flow.cx.diagnostics.extend(gave.found.iter().cloned());
        flow.cx.scope.repeat(&gave.changes);
        flow.code.live = gave.live;
        list.told = gave.told;
        flow.exits.extend(gave.listening.iter().map(|id| Exit::Listen(*id)));
        flow.heard.extend(gave.heard.iter().cloned());
        flow.vars.extend(gave.vars.iter().cloned());
        if let Some(frame) = flow.frames.last_mut() {
            frame.targets.extend(gave.targets.iter().cloned());
        }
        flow.paths.extend(gave.paths.iter().cloned());
        flow.block_names.extend(gave.block_names.iter().cloned());
        for (name, payload) in &gave.signals {
            if flow.cx.program.signals.iter().all(|known| known.name != *name) {
                let payload = flow.cx.ir_type(payload);
                flow.cx.program.signals.push(SignalDef { name: name.clone(), payload });
            }
        }
        self.tops.extend(gave.named.iter().map(|named| (named.slot.0, named.name.clone())));
    }

    /// The end of the runbook, and what is said of it as a whole.
    fn end(&mut self, decl: &ast::RunbookDecl, parts: &[Part]) -> Vec<Diagnostic> {
        self.flow.after_body(decl);
        let is_error = |found: &Diagnostic| found.level == Level::Error;
        if !self.flow.cx.diagnostics.iter().any(is_error) {
            let read: BTreeSet<&String> = parts.iter().flat_map(|part| &part.gave.reads).collect();
            for part in parts {
                let own = part.gave.named.iter().filter(|named| !read.contains(&named.name));
                for named in part.gave.unread.iter().chain(own) {
                    self.flow.unused_name(named);
                }
            }
        }
        std::mem::take(&mut self.flow.cx.diagnostics)
    }

    fn is_inside(&self, place: &crate::diagnostic::Place, start: u32, end: u32) -> bool {
        place.file == self.flow.cx.items.path(self.flow.cx.file) && start <= place.span.start && place.span.end <= end
    }

    /// How large the program is.
    fn size(&self) -> usize {
        let program = &self.flow.cx.program;
        let tables = [
            program.types.len(),
            program.slots.len(),
            program.blocks.len(),
            program.gates.len(),
            program.awaits.len(),
            program.children.len(),
            program.calls.len(),
            program.handlers.len(),
            program.scopes.len(),
            program.undos.len(),
        ];
        let code = [program.exprs.len(), self.flow.code.ops.len(), program.locals as usize];
        tables.iter().sum::<usize>() + code.iter().sum::<usize>() / OF_ONE
    }

    /// Looks whether what was added is small enough.
    fn measure(&mut self, marks: &Marks) {
        let Run { flow, depths, .. } = self;
        for expr in flow.cx.program.exprs.iter().skip(depths.len()) {
            let mut deepest = 0;
            super::liveness::parts(expr, &mut |part| {
                deepest = deepest.max(depths.get(part.0 as usize).copied().unwrap_or(MOST_DEPTH));
            });
            depths.push(deepest.saturating_add(1));
        }
        self.sound &= self.depths.iter().skip(marks.exprs).all(|depth| *depth < MOST_DEPTH);
        self.sound &= self.flow.new_paths.iter().skip(marks.paths).all(|path| path.len() < LONGEST);
    }
}

/// What was put behind the first so many.
fn since<T: Clone>(list: &[T], from: usize) -> Vec<T> {
    list.get(from..).unwrap_or_default().to_vec()
}
