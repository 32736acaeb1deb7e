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

use ntro_grammar::{Piece, PiecePart, Placed, Span, ast};
use ntro_ir::SignalDef;

use super::body::{List, is_head};
use super::code::Code;
use super::{Exit, Flow, Named, Target, VarInSight};
use crate::cx::Expressions;
use crate::diagnostic::{Diagnostic, Level};
use crate::index::Recorder;
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
    piece: Option<Arc<Piece>>,
    head: Head,
    /// Its parts, each with the place where it begins.
    parts: Vec<(u32, Arc<Part>)>,
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
    /// Where it began when it was looked at. All places are counted as they were then.
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
    /// The names of the runbook's own list that are read here, and what of its head is.
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
        if different.is_nothing() {
            return true;
        }
        let mentions = || different.words.iter().any(|word| self.words.binary_search(word).is_ok());
        let hears = different.signals && !self.gave.signals.is_empty();
        !self.handles && !hears && self.gave.found.is_empty() && !mentions()
    }

    /// What it says, where its text stands now.
    fn found(&self, start: u32, file: &str) -> Vec<Diagnostic> {
        let mut all = self.gave.found.clone();
        if self.start != start {
            all.iter_mut().for_each(|found| found.move_with(file, self.start, start));
        }
        all
    }

    /// What it changes in what can be seen, where its text stands now.
    fn changes(&self, start: u32) -> Vec<Change> {
        let mut all = self.gave.changes.clone();
        for change in all.iter_mut().filter(|_| self.start != start) {
            if let Change::Declare(_, binding) = change {
                binding.move_by(self.start, start);
            }
        }
        all
    }

    /// A name where it stands now.
    fn named(&self, named: &Named, start: u32) -> Named {
        let at = |span: Span| span.moved(self.start, start);
        Named { span: at(named.span), stmt: at(named.stmt), call: named.call.map(at), ..named.clone() }
    }
}

impl Memo {
    /// Whether it may say something else once these words mean something else. What has messages may always: they suggest names.
    pub(crate) fn depends_on(&self, different: &BTreeSet<Word>) -> bool {
        let mentions = |part: &Part| different.iter().any(|word| part.words.binary_search(word).is_ok());
        self.parts.iter().any(|(_, part)| !part.gave.found.is_empty() || mentions(part))
    }

    /// Whether it is about the parts of a piece.
    pub(crate) fn is_of(&self, piece: &Arc<Piece>) -> bool {
        self.piece.as_ref().is_some_and(|own| Arc::ptr_eq(own, piece))
    }

    /// How many parts at the beginning and at the end are the same as those of a piece.
    fn same(&self, parts: &[PiecePart<'_>]) -> (usize, usize) {
        let same = |part: &PiecePart<'_>, (_, old): &(u32, Arc<Part>)| part.number == old.number;
        let first = parts.iter().zip(&self.parts).take_while(|(part, old)| same(part, old)).count();
        let most = parts.len().min(self.parts.len()) - first;
        let rest = parts.iter().rev().zip(self.parts.iter().rev()).take(most);
        (first, rest.take_while(|(part, old)| same(part, old)).count())
    }
}

/// Checks a runbook that was read in parts, and uses again what can be. Gives what was found, and what can be used again. `None` where it
/// was read as a whole, or is so large that only a program shows whether it is too large.
pub(crate) fn remembered_runbook(
    items: &Items,
    file: FileId,
    decl: &ast::RunbookDecl,
    placed: &Placed,
    old: &Memo,
) -> Option<(Vec<Diagnostic>, Option<Memo>)> {
    let parts: Vec<PiecePart<'_>> = placed.piece.parts().collect();
    let count: usize = parts.iter().map(|part| part.statements).sum();
    let fits = parts.len() > 2 && count == decl.body.stmts.len() && decl.doc.len() < MOST;
    if !fits || parts.iter().any(|part| part.longest > LONGEST) {
        return None;
    }
    let mut run = Run::new(items, file, placed, old);
    run.flow.head(decl);
    run.flow.before_body(&[&decl.body.stmts]);
    let (head, made) = run.parts(decl, &parts, old);
    let found = run.end(decl, &made);
    let size: usize = made.iter().map(|(_, part)| part.gave.size).sum();
    if !run.sound || size > MOST {
        return None;
    }
    // What is said of another file is said once, by whoever comes first.
    let inside = |found: &Diagnostic| found.places().all(|place| run.is_inside(place, placed.start, placed.end()));
    let next = (run.flow.cx.next_slot().0, run.flow.code.next_label());
    let memo = || Memo { piece: Some(placed.piece.clone()), head, parts: made, next };
    let kept = found.iter().all(inside).then(memo);
    Some((found, kept))
}

/// Looks at the parts of a runbook that `edited` has instead of those that are known, and takes notes. Of the others only what they leave is
/// used. `None` where they do not tell enough.
pub(crate) fn record_parts(
    items: &Items,
    file: FileId,
    decl: &ast::RunbookDecl,
    (edited, placed): (&Piece, &Placed),
    memo: &Memo,
    recorder: Box<Recorder>,
) -> Option<Box<Recorder>> {
    let parts: Vec<PiecePart<'_>> = edited.parts().collect();
    let (first, last) = memo.same(&parts);
    // The head says what is known before all others.
    if first == 0 || !memo.is_of(&placed.piece) {
        return None;
    }
    let known: Vec<PiecePart<'_>> = placed.piece.parts().collect();
    let count = |parts: &[PiecePart<'_>]| parts.iter().map(|part| part.statements).sum::<usize>();
    let before = decl.body.stmts.get(..count(known.get(..first)?))?;
    let after = decl.body.stmts.get(decl.body.stmts.len().checked_sub(count(known.get(known.len() - last..)?))?..)?;
    let new = edited.statements(first..parts.len() - last, placed.start);
    let all: [&[ast::Stmt]; 3] = [before, &new, after];

    let mut run = Run::new(items, file, placed, memo);
    run.flow.head(decl);
    run.flow.before_body(&all);
    let mut list = run.flow.open_list(&all);
    for (start, part) in memo.parts.get(..first)? {
        run.repeat(part, *start, &mut list);
    }
    run.flow.cx.notes.recorder = Some(recorder);
    run.statements(&new, &mut list);
    run.flow.cx.notes.recorder.take()
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
    fn new<'p>(items: &'p Items, file: FileId, placed: &'p Placed, old: &Memo) -> Run<'p> {
        let mut flow = Flow::new(items, file);
        flow.cx.slots_before = old.next.0;
        flow.code = Code::numbered_from(old.next.1);
        Run { flow, placed, depths: Vec::new(), tops: BTreeMap::new(), sound: true }
    }

    /// Goes through all parts.
    fn parts(&mut self, decl: &ast::RunbookDecl, parts: &[PiecePart<'_>], old: &Memo) -> (Head, Vec<(u32, Arc<Part>)>) {
        let mut names: BTreeMap<String, Binding> = BTreeMap::new();
        let seen = |flow: &Flow<'_>, names: &mut BTreeMap<String, Binding>| {
            names.extend(flow.cx.scope.innermost().map(|(name, binding)| (name.clone(), binding.clone())));
        };
        seen(&self.flow, &mut names);
        let mut list = self.flow.open_list(&[&decl.body.stmts]);
        seen(&self.flow, &mut names);
        let head = Head { names, output: Some(self.flow.output.clone()), reworks: self.flow.rework_targets.clone() };
        let mut different = Different { all: old.head.output != head.output, ..Different::default() };
        different.names(&old.head.names, &head.names);
        old.head.reworks.symmetric_difference(&head.reworks).for_each(|name| different.name(name));

        let (first, last) = old.same(parts);
        let begun = old.parts.get(..first).unwrap_or_default();
        let gone = old.parts.get(first..old.parts.len() - last).unwrap_or_default();
        let ended = old.parts.get(old.parts.len() - last..).unwrap_or_default();
        let mut made: Vec<(u32, Arc<Part>)> = Vec::with_capacity(parts.len());
        let mut statements = decl.body.stmts.as_slice();
        for (index, part) in parts.iter().enumerate() {
            let (own, after) = statements.split_at_checked(part.statements).unwrap_or((statements, &[]));
            statements = after;
            let from_end = (index + last).checked_sub(parts.len());
            let known = begun.get(index).or_else(|| ended.get(from_end?)).map(|(_, part)| part);
            made.push(self.part(part, own, &mut list, known, &mut different));
            if index + 1 == parts.len() - last {
                let before: Vec<&Gave> = gone.iter().map(|(_, part)| &part.gave).collect();
                let now = made.get(first..).unwrap_or_default();
                let after: Vec<&Gave> = now.iter().map(|(_, part)| &part.gave).collect();
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
        known: Option<&Arc<Part>>,
        different: &mut Different,
    ) -> (u32, Arc<Part>) {
        let start = self.placed.start.saturating_add(part.start);
        let end = start.saturating_add(u32::try_from(part.text.len()).unwrap_or(u32::MAX));
        let before = self.before(list);
        let damaged = self.flow.is_damaged(Span::new(start, end));
        if let Some(known) = known.filter(|known| !damaged && known.holds(&before, different)) {
            let path = self.flow.cx.items.path(self.flow.cx.file);
            let found = known.found(start, path);
            self.flow.cx.diagnostics.extend(found);
            self.repeat(known, start, list);
            return (start, known.clone());
        }
        let words = known.map_or_else(|| words(part.text), |known| known.words.clone());
        let marks = self.marks();
        self.flow.cx.scope.begin_journal();
        self.statements(stmts, list);
        let gave = self.gave(&marks, list);
        let inside = |found: &Diagnostic| found.places().all(|place| self.is_inside(place, start, end));
        let firm = !damaged && gave.found.iter().all(inside);
        let handles = self.flow.listening.len() > marks.listening;
        if let Some(known) = known {
            different.parts(&[&known.gave], &[&gave]);
        }
        (start, Arc::new(Part { number: part.number, start, words, before, gave, firm, handles }))
    }

    fn statements(&mut self, stmts: &[ast::Stmt], list: &mut List) {
        for stmt in stmts {
            if is_head(stmt) {
                self.flow.head_statement(stmt, true);
            } else {
                self.flow.list_statement(list, stmt, None);
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
        let head = flow.head_read(marks.exprs);
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
            reads: read.iter().filter_map(|slot| self.tops.get(slot).cloned()).chain(head).collect(),
            size,
        }
    }

    /// Leaves behind again what a part left.
    fn repeat(&mut self, part: &Part, start: u32, list: &mut List) {
        let (flow, gave) = (&mut self.flow, &part.gave);
        flow.cx.scope.repeat(part.changes(start));
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
    fn end(&mut self, decl: &ast::RunbookDecl, parts: &[(u32, Arc<Part>)]) -> Vec<Diagnostic> {
        self.flow.after_body(decl);
        let is_error = |found: &Diagnostic| found.level == Level::Error;
        if !self.flow.cx.diagnostics.iter().any(is_error) {
            let read: BTreeSet<&str> =
                parts.iter().flat_map(|(_, part)| &part.gave.reads).map(String::as_str).collect();
            self.flow.unused_head(decl, |name| read.contains(name));
            for (start, part) in parts {
                let own = part.gave.named.iter().filter(|named| !read.contains(named.name.as_str()));
                for named in part.gave.unread.iter().chain(own) {
                    self.flow.unused_name(&part.named(named, *start));
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
