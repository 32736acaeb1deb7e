//! The paths through the operations.
//!
//! Each fibre (the run, a branch of a fork, a handler) has operations of its own, and at each of them the same number of
//! `try`s is open however it was reached. So a fibre can neither run into another's operations nor end one's `try` too often.

use std::collections::BTreeMap;
use std::fmt;

use super::{Check, Verifier, index, name, refuse};
use crate::program::{After, Op, Pc};

/// How many `try`s may be open in one fibre.
const MAX_TRIES: u32 = 200;

/// Checks every operation and every path.
pub(super) fn check(verifier: &Verifier<'_>) -> Check {
    let ops = &verifier.program.ops;
    for (pc, op) in ops.iter().enumerate() {
        verifier.op(&Place(pc, op), op)?;
    }
    Paths { verifier, seen: vec![None; ops.len()], fibres: BTreeMap::new(), todo: Vec::new() }.walk()
}

/// An operation, for a message.
struct Place<'a>(usize, &'a Op);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "operation {} ({})", self.0, self.1.name())
    }
}

impl Verifier<'_> {
    /// Checks what an operation names.
    fn op(&self, place: &Place<'_>, op: &Op) -> Check {
        let p = self.program;
        let block = |id: u32| index(place, "block", id, p.blocks.len());
        match op {
            Op::Enter(id) => block(*id),
            Op::Complete { block: id, value } | Op::Skip { block: id, why: value } => {
                block(*id)?;
                value.iter().try_for_each(|expr| self.expr(place, *expr))
            }
            Op::Set { slot, value } => {
                self.written(place, *slot)?;
                self.expr(place, *value)
            }
            Op::Drop(slots) => slots.iter().try_for_each(|slot| self.slot(place, *slot)),
            Op::Jump(to) => self.target(place, *to),
            Op::JumpUnless { cond, to } => {
                self.expr(place, *cond)?;
                self.target(place, *to)
            }
            Op::Call { call, slot } => {
                index(place, "call", *call, p.calls.len())?;
                slot.iter().try_for_each(|slot| self.written(place, *slot))
            }
            Op::Gate(id) => index(place, "gate", *id, p.gates.len()),
            Op::Await(id) => index(place, "await", *id, p.awaits.len()),
            Op::Child(id) => index(place, "child", *id, p.children.len()),
            Op::Sleep(expr) | Op::Fail(expr) => self.expr(place, *expr),
            Op::Fork(bodies) => bodies.iter().try_for_each(|body| self.target(place, *body)),
            Op::ForkEach { list, item, scope, at_once, body } => {
                self.expr(place, *list)?;
                self.expr(place, *at_once)?;
                self.written(place, *item)?;
                self.target(place, *body)?;
                index(place, "scope", *scope, p.scopes.len())?;
                let own = p.scopes.get(*scope as usize);
                if own.is_none_or(|own| item.0 < own.first.0 || item.0 - own.first.0 >= own.count) {
                    return refuse(format!(
                        "{place} puts its element into slot {}, which is not in scope {scope}",
                        item.0
                    ));
                }
                Ok(())
            }
            Op::Listen(id) | Op::Unlisten(id) => index(place, "handler", *id, p.handlers.len()),
            Op::Try { to, slot } => {
                self.target(place, *to)?;
                slot.iter().try_for_each(|slot| self.written(place, *slot))
            }
            Op::Feedback { level, value } => {
                self.level(place, level)?;
                self.expr(place, *value)
            }
            Op::Emit { name: event, value } => {
                name("the name of an event", event)?;
                self.expr(place, *value)
            }
            Op::Limit { after, to } => {
                let (After::Duration(expr) | After::Until(expr) | After::WorkingDays(expr)) = after;
                self.expr(place, *expr)?;
                self.target(place, *to)
            }
            Op::Undoable(undo) => index(place, "undo", *undo, p.undos.len()),
            Op::Rework { target, to, redo, unlisten, tries: _, limits: _, comment, by } => {
                block(*target)?;
                redo.iter().try_for_each(|id| block(*id))?;
                unlisten.iter().try_for_each(|id| index(place, "handler", *id, p.handlers.len()))?;
                comment.iter().chain(by).try_for_each(|expr| self.expr(place, *expr))?;
                self.target(place, *to)
            }
            Op::Raise(slot) => self.slot(place, *slot),
            Op::Return(value) => value.iter().try_for_each(|expr| self.expr(place, *expr)),
            Op::End | Op::EndHandler | Op::EndTry | Op::EndLimit | Op::EndUndo => Ok(()),
        }
    }
}

/// What runs operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Run,
    Branch,
    Handler,
    Undo,
}

/// What runs an operation, named by where it starts, and how many `try`s and limits are open there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    kind: Kind,
    start: Pc,
    tries: u32,
    limits: u32,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Run => write!(f, "the run itself"),
            Kind::Branch => write!(f, "the branch that starts at {}", self.start),
            Kind::Handler => write!(f, "the handler that starts at {}", self.start),
            Kind::Undo => write!(f, "the undo that starts at {}", self.start),
        }
    }
}

struct Paths<'a> {
    verifier: &'a Verifier<'a>,
    seen: Vec<Option<State>>,
    fibres: BTreeMap<Pc, Kind>,
    todo: Vec<(Pc, State)>,
}

impl Paths<'_> {
    fn walk(mut self) -> Check {
        self.fibre(0, Kind::Run)?;
        for handler in &self.verifier.program.handlers {
            self.fibre(handler.body, Kind::Handler)?;
        }
        for undo in &self.verifier.program.undos {
            self.fibre(undo.body, Kind::Undo)?;
        }
        while let Some((pc, state)) = self.todo.pop() {
            match self.seen.get_mut(pc as usize) {
                Some(place @ None) => *place = Some(state),
                Some(Some(before)) if *before == state => continue,
                Some(Some(before)) if before.start != state.start || before.kind != state.kind => {
                    return refuse(format!(
                        "operation {pc} is reached by {before} and by {state}; each must have operations of its own"
                    ));
                }
                Some(Some(before)) if before.tries != state.tries => {
                    return refuse(format!(
                        "operation {pc} is reached with {} and with {} open `try`s",
                        before.tries, state.tries
                    ));
                }
                Some(Some(before)) => {
                    return refuse(format!(
                        "operation {pc} is reached with {} and with {} open limits",
                        before.limits, state.limits
                    ));
                }
                None => return refuse(format!("operation {pc} does not exist")),
            }
            self.step(pc, state)?;
        }
        Ok(())
    }

    /// A fibre starts here.
    fn fibre(&mut self, start: Pc, kind: Kind) -> Check {
        match self.fibres.insert(start, kind) {
            None => self.todo.push((start, State { kind, start, tries: 0, limits: 0 })),
            Some(before) if before == kind => {}
            Some(_) => {
                return refuse(format!(
                    "operation {start} starts two things that are not alike, such as a branch and a handler"
                ));
            }
        }
        Ok(())
    }

    /// Follows an operation to those that can come after it.
    fn step(&mut self, pc: Pc, state: State) -> Check {
        let verifier = self.verifier;
        let Some(op) = verifier.program.ops.get(pc as usize) else { return Ok(()) };
        let place = Place(pc as usize, op);
        if state.kind == Kind::Handler && !may_stand_in_handler(op) {
            return refuse(format!("{place} stands in {state}; a handler neither waits nor leaves its own operations"));
        }
        if state.kind == Kind::Undo && !may_stand_in_undo(op) {
            return refuse(format!(
                "{place} stands in {state}; an undo neither asks anybody nor leaves its own operations"
            ));
        }
        let next = State { ..state };
        match op {
            Op::Jump(to) => self.todo.push((*to, next)),
            Op::JumpUnless { to, .. } => {
                self.todo.push((*to, next));
                self.go_on(&place, pc, next)?;
            }
            Op::Await(id) => {
                let Some(wait) = verifier.program.awaits.get(*id as usize) else { return Ok(()) };
                wait.reminders.iter().try_for_each(|reminder| self.fibre(reminder.body, Kind::Branch))?;
                let targets = wait.arms.iter().map(|arm| arm.to).chain(wait.until.map(|(_, to)| to)).chain(wait.late);
                self.todo.extend(targets.map(|to| (to, next)));
            }
            Op::Gate(id) => {
                let Some(gate) = verifier.program.gates.get(*id as usize) else { return Ok(()) };
                let bodies = gate.reminders.iter().map(|reminder| reminder.body);
                bodies
                    .chain(gate.checks.iter().map(|check| check.body))
                    .try_for_each(|body| self.fibre(body, Kind::Branch))?;
                self.go_on(&place, pc, next)?;
            }
            Op::Child(id) => {
                let late = verifier.program.children.get(*id as usize).and_then(|child| child.late);
                self.todo.extend(late.map(|to| (to, next)));
                self.go_on(&place, pc, next)?;
            }
            Op::Fork(bodies) => {
                bodies.iter().try_for_each(|body| self.fibre(*body, Kind::Branch))?;
                self.go_on(&place, pc, next)?;
            }
            Op::ForkEach { body, .. } => {
                self.fibre(*body, Kind::Branch)?;
                self.go_on(&place, pc, next)?;
            }
            Op::Try { to, .. } => {
                if state.tries >= MAX_TRIES {
                    return refuse(format!("{place} opens more than {MAX_TRIES} `try`s"));
                }
                self.todo.push((*to, next));
                self.go_on(&place, pc, State { tries: state.tries + 1, ..next })?;
            }
            Op::EndTry => match state.tries.checked_sub(1) {
                Some(tries) => self.go_on(&place, pc, State { tries, ..next })?,
                None => return refuse(format!("{place} ends a `try` that is not open")),
            },
            Op::Limit { to, .. } => {
                if state.limits >= MAX_TRIES {
                    return refuse(format!("{place} opens more than {MAX_TRIES} limits"));
                }
                self.todo.push((*to, next));
                self.go_on(&place, pc, State { limits: state.limits + 1, ..next })?;
            }
            Op::EndLimit => match state.limits.checked_sub(1) {
                Some(limits) => self.go_on(&place, pc, State { limits, ..next })?,
                None => return refuse(format!("{place} ends a limit that is not open")),
            },
            Op::Rework { to, tries, limits, .. } => {
                match (state.tries.checked_sub(*tries), state.limits.checked_sub(*limits)) {
                    (Some(tries), Some(limits)) => self.todo.push((*to, State { tries, limits, ..next })),
                    (None, _) => return refuse(format!("{place} leaves {tries} `try`s, but {} are open", state.tries)),
                    (_, None) => {
                        return refuse(format!("{place} leaves {limits} limits, but {} are open", state.limits));
                    }
                }
            }
            Op::End | Op::EndHandler | Op::EndUndo => return ends(&place, op, state),
            Op::Fail(_) | Op::Raise(_) | Op::Return(_) => {}
            _ => self.go_on(&place, pc, next)?,
        }
        Ok(())
    }

    /// The operation after this one follows.
    fn go_on(&mut self, place: &Place<'_>, pc: Pc, state: State) -> Check {
        let next = pc.saturating_add(1);
        if next as usize >= self.seen.len() {
            return refuse(format!("{place} is the last one, but the run would go on after it"));
        }
        self.todo.push((next, state));
        Ok(())
    }
}

fn ends(place: &Place<'_>, op: &Op, state: State) -> Check {
    let right = matches!(
        (op, state.kind),
        (Op::End, Kind::Branch) | (Op::EndHandler, Kind::Handler) | (Op::EndUndo, Kind::Undo)
    );
    if !right {
        return refuse(format!("{place} stands in {state}, which it cannot end"));
    }
    if state.tries > 0 {
        return refuse(format!("{place} ends {state} while {} `try`s are open", state.tries));
    }
    if state.limits > 0 {
        return refuse(format!("{place} ends {state} while {} limits are open", state.limits));
    }
    Ok(())
}

/// A handler sets slots and tells things; it may fail. What waits, starts fibres or moves the run has no place in it.
fn may_stand_in_handler(op: &Op) -> bool {
    matches!(
        op,
        Op::Set { .. }
            | Op::Drop(_)
            | Op::Jump(_)
            | Op::JumpUnless { .. }
            | Op::Try { .. }
            | Op::EndTry
            | Op::Feedback { .. }
            | Op::Emit { .. }
            | Op::Fail(_)
            | Op::Raise(_)
            | Op::EndHandler
    )
}

/// An undo does what takes back, by itself: nobody is asked, and nothing but the undo itself is moved.
fn may_stand_in_undo(op: &Op) -> bool {
    !matches!(
        op,
        Op::Enter(_)
            | Op::Complete { .. }
            | Op::Skip { .. }
            | Op::Gate(_)
            | Op::Await(_)
            | Op::Child(_)
            | Op::Listen(_)
            | Op::Unlisten(_)
            | Op::Undoable(_)
            | Op::Rework { .. }
            | Op::Return(_)
    )
}
