//! Which slots are still needed where: a backward analysis over the operations, and a [`Op::Drop`] wherever something is held that nothing reads any more.
//!
//! While an operation waits, its clauses may be evaluated at any time: they count as reads. A handler may run at every
//! operation while it listens: what it reads stays. A failure may leave every operation of a `try`: what is read after it stays.
//! Fibres that run side by side share slots: what one of them reads stays until all have ended.

use std::collections::BTreeSet;

use ntro_ir::{After, Component, Draft, Expr, ExprId, Gate, HandlerId, Limit, Op, Pc, Program, Slot};

use super::OpRange;
use super::beside::BesideBody;
use super::code::{op_targets, table_targets, targets_of};
use super::slots::Slots;

/// Slots that a run always keeps: input, configuration, rework.
const KEPT: u32 = 3;

/// Where handlers and tries are in force.
#[derive(Debug, Default)]
pub(super) struct Regions {
    /// Where each handler listens.
    pub listening: Vec<(HandlerId, OpRange)>,
    /// The bodies of handlers: nothing is dropped there, because what they leave is read elsewhere.
    pub handlers: Vec<OpRange>,
    /// What is tried or has a limit, and where a failure or the limit goes on.
    pub tried: Vec<(OpRange, Pc)>,
    /// What runs beside gates and awaits.
    pub beside: Vec<BesideBody>,
}

/// Whether fibres start or end at an operation.
#[derive(Debug, Clone, Copy)]
enum Joint {
    None,
    /// They start: of several given ones, or of one for each element.
    Fork(Option<Pc>),
    /// One ends: what it has for itself ends with it.
    End,
}

/// Inserts the drops. Gives the new place of each operation.
pub(super) fn drop_unread(program: &mut Program, regions: &Regions) -> Vec<Pc> {
    let analysis = Analysis::new(program, regions);
    let drops = analysis.drops();
    let old = std::mem::take(&mut program.ops);
    // Where jumps to an operation go now (its drop comes first), and where the operation itself is.
    let mut entry = Vec::with_capacity(old.len() + 1);
    let mut moved = Vec::with_capacity(old.len());
    let mut ops = Vec::with_capacity(old.len() + old.len() / 2);
    for (index, op) in old.into_iter().enumerate() {
        entry.push(place(&ops));
        if let Some(slots) = drops.get(index).filter(|slots| !slots.is_empty()) {
            ops.push(Op::Drop(slots.iter().map(Slot).collect()));
        }
        moved.push(place(&ops));
        // A loop whose rounds leave nothing behind has nothing to drop.
        if op != Op::Drop(Vec::new()) {
            ops.push(op);
        }
    }
    entry.push(place(&ops));
    let new = |pc: &mut Pc| *pc = entry.get(*pc as usize).copied().unwrap_or(*pc);
    for op in &mut ops {
        op_targets(op).iter_mut().for_each(new);
    }
    program.ops = ops;
    table_targets(program).into_iter().for_each(new);
    moved
}

fn place(ops: &[Op]) -> Pc {
    Pc::try_from(ops.len()).unwrap_or(Pc::MAX)
}

/// The slots that operations read, in order.
pub(super) fn read_in(program: &Program, ops: OpRange) -> Vec<Slot> {
    let exprs = expr_reads(program);
    let (reads, writes, clears) = Default::default();
    let mut uses = Uses { program, exprs: &exprs, reads, writes, clears };
    ops.filter_map(|pc| program.ops.get(pc as usize)).for_each(|op| uses.op(op));
    uses.reads.iter().map(Slot).collect()
}

/// What each operation reads, writes and goes on to.
struct Analysis {
    reads: Vec<Slots>,
    writes: Vec<Slots>,
    /// What holds nothing any more after the operation.
    clears: Vec<Slots>,
    /// Whether the run ends here: nothing is worth dropping any more.
    last: Vec<bool>,
    /// The slots that iterations have for themselves.
    own: Slots,
    /// What an operation is to the fibres around it.
    joints: Vec<Joint>,
    next: Vec<Vec<Pc>>,
    /// For the end of a fibre: the starts of the fibres beside it, which may still read what it could drop.
    beside: Vec<Vec<Pc>>,
    /// Inside a handler nothing is dropped.
    in_handler: Vec<bool>,
    live: Vec<Slots>,
}

impl Analysis {
    fn new(program: &Program, regions: &Regions) -> Analysis {
        let exprs = expr_reads(program);
        let count = program.ops.len();
        let mut analysis = Analysis {
            reads: Vec::with_capacity(count),
            writes: Vec::with_capacity(count),
            clears: Vec::with_capacity(count),
            last: Vec::with_capacity(count),
            own: (0_u32..)
                .zip(&program.scopes)
                // That of undos is no iteration's.
                .filter(|(id, _)| program.undos.iter().all(|undo| undo.scope != *id))
                .map(|(_, scope)| scope)
                .flat_map(|scope| scope.first.0..scope.first.0.saturating_add(scope.count))
                .collect(),
            joints: Vec::with_capacity(count),
            next: Vec::with_capacity(count),
            beside: vec![Vec::new(); count],
            in_handler: vec![false; count],
            live: vec![Slots::default(); count + 1],
        };
        for (pc, op) in (0_u32..).zip(&program.ops) {
            let (reads, writes, clears) = Default::default();
            let mut uses = Uses { program, exprs: &exprs, reads, writes, clears };
            uses.op(op);
            let Uses { reads, writes, clears, .. } = uses;
            analysis.reads.push(reads);
            analysis.writes.push(writes);
            analysis.clears.push(clears);
            analysis.joints.push(match op {
                Op::Fork(_) => Joint::Fork(None),
                Op::ForkEach { body, .. } => Joint::Fork(Some(*body)),
                Op::End => Joint::End,
                _ => Joint::None,
            });
            let tried = regions.tried.iter().any(|(range, _)| range.contains(&pc));
            analysis.last.push(matches!(op, Op::Return(_)) || (matches!(op, Op::Fail(_)) && !tried));
            analysis.next.push(successors(program, op, pc));
        }
        analysis.join_fibres(program);
        analysis.handlers(program, regions, &exprs);
        analysis.beside(regions);
        for (range, to) in &regions.tried {
            for pc in range.clone() {
                if let Some(next) = analysis.next.get_mut(pc as usize) {
                    next.push(*to);
                }
            }
        }
        analysis.solve();
        analysis
    }

    /// The end of a fibre goes on after the join, and counts as going on in each of the fibres beside it.
    fn join_fibres(&mut self, program: &Program) {
        for (pc, op) in (0_u32..).zip(&program.ops) {
            let starts = match op {
                Op::Fork(starts) => starts.clone(),
                Op::ForkEach { body, .. } => vec![*body],
                _ => continue,
            };
            for start in &starts {
                for end in self.fibre_ends(program, *start) {
                    if let Some(next) = self.next.get_mut(end as usize) {
                        next.push(pc + 1);
                    }
                    if let Some(beside) = self.beside.get_mut(end as usize) {
                        beside.extend(&starts);
                    }
                }
            }
        }
    }

    /// The ends of a fibre that starts here; those of fibres inside it are not its own.
    fn fibre_ends(&self, program: &Program, start: Pc) -> Vec<Pc> {
        let mut seen = BTreeSet::new();
        let mut open = vec![start];
        let mut ends = Vec::new();
        while let Some(pc) = open.pop() {
            if !seen.insert(pc) {
                continue;
            }
            match program.ops.get(pc as usize) {
                Some(Op::End) => ends.push(pc),
                Some(Op::Fork(_) | Op::ForkEach { .. }) => open.push(pc + 1),
                Some(_) => open.extend(self.next.get(pc as usize).into_iter().flatten()),
                None => {}
            }
        }
        ends
    }

    /// What a handler reads counts as read wherever it may run.
    fn handlers(&mut self, program: &Program, regions: &Regions, exprs: &[Slots]) {
        for range in &regions.handlers {
            for pc in range.clone() {
                if let Some(inside) = self.in_handler.get_mut(pc as usize) {
                    *inside = true;
                }
            }
        }
        for (id, range) in &regions.listening {
            let Some(handler) = program.handlers.get(*id as usize) else { continue };
            let mut read = Slots::default();
            for id in [handler.filter, handler.from].into_iter().flatten() {
                exprs.get(id.0 as usize).into_iter().for_each(|slots| read.join(slots));
            }
            let body = regions.handlers.iter().find(|body| body.start == handler.body);
            for pc in body.cloned().into_iter().flatten() {
                self.reads.get(pc as usize).into_iter().for_each(|slots| read.join(slots));
            }
            read.remove(handler.slot.0);
            for pc in range.clone() {
                if let Some(reads) = self.reads.get_mut(pc as usize) {
                    reads.join(&read);
                }
            }
        }
    }

    /// What runs beside a wait may read at any time while it is open. Nothing is dropped there: it belongs to the wait.
    fn beside(&mut self, regions: &Regions) {
        for body in &regions.beside {
            let mut read = Slots::default();
            for pc in body.ops.clone() {
                self.reads.get(pc as usize).into_iter().for_each(|slots| read.join(slots));
                if let Some(inside) = self.in_handler.get_mut(pc as usize) {
                    *inside = true;
                }
            }
            body.own.clone().for_each(|slot| read.remove(slot));
            if let Some(reads) = self.reads.get_mut(body.at as usize) {
                reads.join(&read);
            }
        }
    }

    /// Goes backwards until nothing changes.
    fn solve(&mut self) {
        let mut changed = true;
        while changed {
            changed = false;
            for pc in (0..self.next.len()).rev() {
                let mut live = self.live_out(pc);
                for set in [&self.writes, &self.clears] {
                    if let Some(set) = set.get(pc) {
                        live.take_out(set);
                    }
                }
                self.reads.get(pc).into_iter().for_each(|slots| live.join(slots));
                if let Some(held) = self.live.get_mut(pc)
                    && *held != live
                {
                    *held = live;
                    changed = true;
                }
            }
        }
    }

    fn live_out(&self, pc: usize) -> Slots {
        let next = self.next.get(pc).into_iter().chain(self.beside.get(pc)).flatten();
        let mut live = Slots::default();
        next.filter_map(|to| self.live.get(*to as usize)).for_each(|slots| live.join(slots));
        live
    }

    /// What is held on the way to an operation, and read neither by it nor after it.
    fn drops(&self) -> Vec<Slots> {
        let mut drops = vec![Slots::default(); self.next.len()];
        let kept: Slots = (0..KEPT).collect();
        for (pc, next) in self.next.iter().enumerate() {
            let mut held = Slots::default();
            [self.live.get(pc), self.writes.get(pc)].into_iter().flatten().for_each(|slots| held.join(slots));
            held.take_out(&kept);
            self.clears.get(pc).into_iter().for_each(|cleared| held.take_out(cleared));
            let joint = self.joints.get(pc).copied().unwrap_or(Joint::None);
            if matches!(joint, Joint::End) {
                held.take_out(&self.own);
            }
            for to in next.iter().filter(|to| self.last.get(**to as usize) != Some(&true)) {
                // What is held where fibres start is needed by one of them, or after them.
                match joint {
                    Joint::Fork(None) => continue,
                    Joint::Fork(Some(body)) if body == *to => continue,
                    _ => {}
                }
                let mut gone = held.clone();
                self.live.get(*to as usize).into_iter().for_each(|needed| gone.take_out(needed));
                if let Some(drops) =
                    drops.get_mut(*to as usize).filter(|_| self.in_handler.get(*to as usize) == Some(&false))
                {
                    drops.join(&gone);
                }
            }
        }
        drops
    }
}

/// Where an operation goes on. The ends of fibres are added by [`Analysis::join_fibres`].
fn successors(program: &Program, op: &Op, pc: Pc) -> Vec<Pc> {
    let mut all: Vec<Pc> = targets_of(op).to_vec();
    match op {
        Op::Await(id) => {
            if let Some(wait) = program.awaits.get(*id as usize) {
                all.extend(wait.arms.iter().map(|arm| arm.to));
                all.extend(wait.until.iter().map(|(_, to)| *to));
                all.extend(wait.late);
            }
        }
        Op::Child(id) => all.extend(program.children.get(*id as usize).and_then(|child| child.late)),
        Op::Try { .. } | Op::Limit { .. } => all.clear(),
        _ => {}
    }
    if !super::finish::ends(op) && !matches!(op, Op::Fork(_)) {
        all.push(pc + 1);
    }
    all
}

/// The slots that each expression reads. An expression refers only to earlier ones, so one pass is enough.
fn expr_reads(program: &Program) -> Vec<Slots> {
    let mut all: Vec<Slots> = Vec::with_capacity(program.exprs.len());
    for expr in &program.exprs {
        let mut reads = Slots::default();
        if let Expr::Slot(slot) = expr {
            reads.insert(slot.0);
        }
        parts(expr, &mut |part| all.get(part.0 as usize).into_iter().for_each(|slots| reads.join(slots)));
        all.push(reads);
    }
    all
}

/// Tells the expressions that an expression is made of.
pub(crate) fn parts(expr: &Expr, tell: &mut dyn FnMut(ExprId)) {
    match expr {
        Expr::Const(_) | Expr::Slot(_) | Expr::Local(_) => {}
        Expr::Field { of, .. }
        | Expr::OptionalField { of, .. }
        | Expr::IsVariant { of, .. }
        | Expr::VariantValue(of)
        | Expr::Unary(_, of) => tell(*of),
        Expr::List(items) | Expr::Template(items) | Expr::Call(_, items) => items.iter().copied().for_each(tell),
        Expr::Record(fields) | Expr::Map(fields) => fields.iter().for_each(|(_, value)| tell(*value)),
        Expr::With { base, fields } => {
            tell(*base);
            fields.iter().for_each(|(_, value)| tell(*value));
        }
        Expr::Binary(_, a, b) | Expr::And(a, b) | Expr::Or(a, b) | Expr::Coalesce(a, b) => {
            [*a, *b].into_iter().for_each(tell)
        }
        Expr::If(a, b, c) => [*a, *b, *c].into_iter().for_each(tell),
        Expr::Lambda { body, .. } => tell(*body),
        Expr::Let { value, body, .. } => [*value, *body].into_iter().for_each(tell),
        Expr::Variant { value, .. } | Expr::Fit { value, .. } => tell(*value),
    }
}

/// Collects what one operation reads and writes.
struct Uses<'a> {
    program: &'a Program,
    exprs: &'a [Slots],
    reads: Slots,
    writes: Slots,
    clears: Slots,
}

impl Uses<'_> {
    fn read(&mut self, id: ExprId) {
        self.exprs.get(id.0 as usize).into_iter().for_each(|slots| self.reads.join(slots));
    }

    fn read_all(&mut self, ids: impl IntoIterator<Item = ExprId>) {
        ids.into_iter().for_each(|id| self.read(id));
    }

    fn block_slot(&self, block: ntro_ir::BlockId) -> Option<u32> {
        self.program.blocks.get(block as usize).map(|block| block.slot.0)
    }

    fn op(&mut self, op: &Op) {
        match op {
            Op::Enter(block) => {
                let restore = self.program.blocks.get(*block as usize).map(|block| block.restore.clone());
                self.reads.extend(restore.iter().flatten().map(|slot| slot.0));
            }
            Op::Complete { block, value } => {
                self.read_all(*value);
                let slot = self.block_slot(*block);
                // What a wait has put there is what the step is shown to have yielded.
                let holds = |slot: &u32| {
                    self.program.slots.get(*slot as usize).is_some_and(|def| def.ty != ntro_ir::Type::Nothing)
                };
                if value.is_some() { self.writes.extend(slot) } else { self.reads.extend(slot.filter(holds)) }
            }
            Op::Skip { block, why } => {
                // It leaves `none` there, which is not worth a drop.
                self.read_all(*why);
                self.clears.extend(self.block_slot(*block));
            }
            Op::Set { slot, value } => {
                self.read(*value);
                self.writes.insert(slot.0);
            }
            Op::Drop(slots) => self.clears.extend(slots.iter().map(|slot| slot.0)),
            Op::JumpUnless { cond, .. } => self.read(*cond),
            Op::Call { call, slot } => {
                if let Some(call) = self.program.calls.get(*call as usize) {
                    self.read(call.args);
                    self.read_all(call.within);
                }
                self.writes.extend(slot.map(|slot| slot.0));
            }
            Op::Gate(id) => self.gate_op(*id),
            Op::Await(id) => self.await_op(*id),
            Op::Child(id) => self.child_op(*id),
            Op::Sleep(value) | Op::Fail(value) | Op::Feedback { value, .. } | Op::Emit { value, .. } => {
                self.read(*value)
            }
            Op::ForkEach { list, item, at_once, .. } => {
                self.read_all([*list, *at_once]);
                // Each iteration has its own.
                self.clears.insert(item.0);
            }
            Op::Try { slot, .. } => self.writes.extend(slot.map(|slot| slot.0)),
            Op::Rework { comment, by, target, redo, .. } => {
                let redone = redo.iter().filter_map(|block| self.block_slot(*block));
                self.clears.extend(redone.collect::<Vec<_>>());
                self.read_all(comment.iter().chain(by).copied());
                let restore = self.program.blocks.get(*target as usize).map(|block| block.restore.clone());
                self.writes.extend(restore.iter().flatten().map(|slot| slot.0));
            }
            Op::Raise(slot) => {
                self.reads.insert(slot.0);
            }
            Op::Return(value) => self.read_all(*value),
            Op::Limit { after, .. } => match after {
                After::Duration(id) | After::Until(id) | After::WorkingDays(id) => self.read(*id),
            },
            Op::Undoable(undo) => {
                let undo = self.program.undos.get(*undo as usize);
                self.reads.extend(undo.iter().flat_map(|undo| &undo.captures).map(|slot| slot.0));
            }
            Op::Jump(_)
            | Op::Fork(_)
            | Op::End
            | Op::Listen(_)
            | Op::Unlisten(_)
            | Op::EndHandler
            | Op::EndTry
            | Op::EndLimit
            | Op::EndUndo => {}
        }
    }

    fn component(&mut self, shown: Option<&Component>) {
        self.read_all(shown.iter().flat_map(|shown| shown.props.iter().map(|(_, value)| *value)));
    }

    fn limits(&mut self, limits: &[Limit]) {
        for limit in limits {
            match limit.after {
                After::Duration(id) | After::Until(id) | After::WorkingDays(id) => self.read(id),
            }
        }
    }

    fn gate_op(&mut self, id: ntro_ir::GateId) {
        let Some(gate) = self.program.gates.get(id as usize) else { return };
        let Gate {
            by,
            not_by,
            quorum,
            show,
            draft,
            actions,
            requires,
            warnings,
            until,
            limits,
            on_edit,
            on_reject_row,
            reminders,
            checks,
            block,
            this: _,
        } = gate;
        self.read_all(self.program.blocks.get(*block as usize).and_then(|block| block.key));
        self.read_all(reminders.iter().map(|reminder| reminder.every));
        self.read_all(checks.iter().filter_map(|check| check.title));
        self.read_all(by.iter().chain(not_by).chain(quorum).chain(until).copied());
        self.component(show.as_ref());
        match draft {
            Draft::None => {}
            Draft::Rows { rows: value, .. } | Draft::Form { value, .. } | Draft::Text { value, .. } => {
                self.read(*value)
            }
        }
        self.read_all(actions.iter().filter_map(|action| action.label));
        self.read_all(requires.iter().flat_map(|require| [require.cond, require.refuse]));
        self.read_all(warnings.iter().flat_map(|warning| warning.when.into_iter().chain([warning.message])));
        self.limits(limits);
        self.read_all(on_edit.iter().chain(on_reject_row).map(|(_, value)| *value));
        self.writes.extend(self.block_slot(*block));
    }

    fn await_op(&mut self, id: ntro_ir::AwaitId) {
        let Some(wait) = self.program.awaits.get(id as usize) else { return };
        self.read_all(wait.arms.iter().flat_map(|arm| arm.filter.into_iter().chain(arm.from)));
        self.read_all(wait.until.iter().map(|(until, _)| *until).chain(wait.by));
        self.component(wait.show.as_ref());
        self.component(wait.ask.as_ref());
        self.read_all(self.program.blocks.get(wait.block as usize).and_then(|block| block.key));
        self.read_all(wait.feedback.iter().map(|(_, value)| *value));
        self.read_all(wait.reminders.iter().map(|reminder| reminder.every));
        self.limits(&wait.limits);
        self.writes.extend(self.block_slot(wait.block));
    }

    fn child_op(&mut self, id: ntro_ir::ChildId) {
        let Some(child) = self.program.children.get(id as usize) else { return };
        self.read(child.input);
        if let Some(fan) = &child.fan {
            self.read_all([fan.list, fan.at_once].into_iter().chain(fan.key));
        }
        self.limits(&child.limits);
        self.writes.extend(self.block_slot(child.block));
    }
}
