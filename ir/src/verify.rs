//! Refuses programs that are malformed or hostile, so that the machine needs no other defence than to be total.
//!
//! What it makes sure of: every index is in range; expressions refer only to earlier ones and nest at most [`MAX_DEPTH`]
//! deep; tables, texts and constants are of bounded size; no type holds itself, so that values are only as deep as their types;
//! blocks stand after their parents; every path through the operations ends, stays in its fibre and closes each `try` it opens;
//! handlers do not wait; undos neither ask anybody nor leave their operations; limits follow one another sensibly; `uuid()` is only where it is evaluated once.
//!
//! What it does not make sure of: that expressions have the types that the compiler gave them. An ill-typed program fails at the
//! expression, with a failure of kind `program`.

mod exprs;
mod flow;
mod tables;
mod types;

#[cfg(test)]
mod tests;

use std::fmt::Display;

use crate::expr::ExprId;
use crate::program::{CONFIG_SLOT, INPUT_SLOT, Program, REWORK_SLOT, Slot};
use crate::types::Type;

/// How deep expressions may nest.
pub const MAX_DEPTH: u32 = 200;
/// How many entries a table of operations or expressions may have.
pub const MAX_CODE: usize = 500_000;
/// How many entries any other table may have.
pub const MAX_TABLE: usize = 20_000;
/// How long a name may be, in bytes.
pub const MAX_NAME: usize = 1_000;
/// How long documentation may be, in bytes.
pub const MAX_DOC: usize = 256 * 1024;

/// Why a program is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct VerifyError {
    /// What is wrong, with its place.
    pub message: String,
}

/// What a check gives.
type Check<T = ()> = Result<T, VerifyError>;

fn refuse<T>(message: impl Into<String>) -> Check<T> {
    Err(VerifyError { message: message.into() })
}

/// Checks a program.
///
/// # Errors
/// The first thing that is wrong, with its place: `operation 12 (jump) goes to 99, but there are 40 operations`.
pub fn verify(program: &Program) -> Check {
    if program.ir_version != crate::IR_VERSION {
        return refuse(format!(
            "the program is of IR version {}; this machine knows version {}",
            program.ir_version,
            crate::IR_VERSION
        ));
    }
    sizes(program)?;
    types::check(program)?;
    let verifier = Verifier { program, has_uuid: exprs::check(program)? };
    verifier.slots()?;
    verifier.blocks()?;
    verifier.tables()?;
    flow::check(&verifier)
}

/// A program whose types and expressions are well-formed.
struct Verifier<'a> {
    program: &'a Program,
    /// Which expressions hold a call of `uuid()`.
    has_uuid: Vec<bool>,
}

impl Verifier<'_> {
    /// An expression that an operation evaluates once.
    fn expr(&self, place: &dyn Display, id: ExprId) -> Check {
        index(place, "expression", id.0, self.program.exprs.len())
    }

    /// An expression that is evaluated whenever somebody looks.
    fn live(&self, place: &dyn Display, id: ExprId) -> Check {
        self.expr(place, id)?;
        if self.has_uuid.get(id.0 as usize) == Some(&true) {
            return refuse(format!(
                "{place} uses `uuid()`, but it is evaluated again and again; give the identifier a name in a step first"
            ));
        }
        Ok(())
    }

    fn all_live<'a>(&self, place: &dyn Display, ids: impl IntoIterator<Item = &'a ExprId>) -> Check {
        ids.into_iter().try_for_each(|id| self.live(place, *id))
    }

    fn slot(&self, place: &dyn Display, slot: Slot) -> Check {
        index(place, "slot", slot.0, self.program.slots.len())
    }

    /// A slot that something is put into: not one of those that the run itself fills.
    fn written(&self, place: &dyn Display, slot: Slot) -> Check {
        if slot.0 <= REWORK_SLOT.0 {
            return refuse(format!("{place} writes slot {}, which only the run itself fills", slot.0));
        }
        self.slot(place, slot)
    }

    fn target(&self, place: &dyn Display, pc: u32) -> Check {
        let count = self.program.ops.len();
        if pc as usize >= count {
            return refuse(format!("{place} goes to {pc}, but there are {count} operations"));
        }
        Ok(())
    }

    fn slots(&self) -> Check {
        let program = self.program;
        let kind = |slot: Slot| program.slots.get(slot.0 as usize).map(|def| &def.ty);
        if kind(INPUT_SLOT) != Some(&Type::Named(program.input)) {
            return refuse("slot 0 must hold the run's input and have its type");
        }
        if kind(CONFIG_SLOT) != Some(&Type::Named(program.config)) {
            return refuse("slot 1 must hold the run's configuration and have its type");
        }
        if !matches!(kind(REWORK_SLOT), Some(Type::Optional(_))) {
            return refuse("slot 2 must hold `rework` and have an optional type");
        }
        for (number, scope) in program.scopes.iter().enumerate() {
            let end = scope.first.0.checked_add(scope.count).map(|end| end as usize);
            if scope.first.0 <= REWORK_SLOT.0 || end.is_none_or(|end| end > program.slots.len()) {
                return refuse(format!(
                    "scope {number} has {} slots from {}, but there are {} slots and the first three belong to the run",
                    scope.count,
                    scope.first.0,
                    program.slots.len()
                ));
            }
        }
        Ok(())
    }

    fn blocks(&self) -> Check {
        let blocks = &self.program.blocks;
        for (number, block) in blocks.iter().enumerate() {
            let place = format!("block {number} (`{}`)", block.name);
            let path = match block.parent {
                None => block.name.clone(),
                Some(parent) if (parent as usize) < number => {
                    let parent = blocks.get(parent as usize).map_or("", |parent| parent.path.as_str());
                    format!("{parent}.{}", block.name)
                }
                Some(parent) => {
                    return refuse(format!("{place} stands in block {parent}, which does not come before it"));
                }
            };
            if block.path != path {
                return refuse(format!("{place} has the path `{}`; by its parent it must be `{path}`", block.path));
            }
            self.written(&place, block.slot)?;
            self.all_live(&place, block.title.iter().chain(&block.key))?;
            block.restore.iter().try_for_each(|slot| self.written(&place, *slot))?;
        }
        Ok(())
    }
}

/// Checks that an index is within its table.
fn index(place: &dyn Display, what: &str, index: u32, count: usize) -> Check {
    if index as usize >= count {
        return refuse(format!("{place} names {what} {index}, but there are {count} of them"));
    }
    Ok(())
}

/// Checks the sizes of tables and of the texts that people read.
fn sizes(program: &Program) -> Check {
    let p = program;
    for (what, count, most) in [
        ("types", p.types.len(), MAX_TABLE),
        ("expressions", p.exprs.len(), MAX_CODE),
        ("locals", p.locals as usize, MAX_CODE),
        ("operations", p.ops.len(), MAX_CODE),
        ("slots", p.slots.len(), MAX_TABLE),
        ("blocks", p.blocks.len(), MAX_TABLE),
        ("gates", p.gates.len(), MAX_TABLE),
        ("awaits", p.awaits.len(), MAX_TABLE),
        ("children", p.children.len(), MAX_TABLE),
        ("calls", p.calls.len(), MAX_TABLE),
        ("handlers", p.handlers.len(), MAX_TABLE),
        ("signals", p.signals.len(), MAX_TABLE),
        ("roles", p.roles.len(), MAX_TABLE),
        ("scopes", p.scopes.len(), MAX_TABLE),
        ("tags", p.tags.len(), MAX_TABLE),
        ("undos", p.undos.len(), MAX_TABLE),
    ] {
        if count > most {
            return refuse(format!("the program has {count} {what}; {most} are the most"));
        }
    }
    if p.ops.is_empty() {
        return refuse("the program has no operations");
    }
    name("the program's name", &p.name)?;
    text("the program's title", &p.title, MAX_NAME * 10)?;
    text("the program's version", &p.version, MAX_NAME)?;
    text("the program's documentation", &p.doc, MAX_DOC)?;
    let names = p.slots.iter().map(|slot| ("the name of a slot", &slot.name));
    let names = names.chain(p.blocks.iter().map(|block| ("the name of a block", &block.name)));
    let names = names.chain(p.signals.iter().map(|signal| ("the name of a signal", &signal.name)));
    let mut names = names.chain(p.roles.iter().map(|role| ("the name of a role", role)));
    names.try_for_each(|(what, text)| name(what, text))?;
    p.tags.iter().try_for_each(|tag| text("a tag", tag, MAX_NAME))
}

fn name(what: &str, name: &str) -> Check {
    if name.is_empty() {
        return refuse(format!("{what} is empty"));
    }
    text(what, name, MAX_NAME)
}

fn text(what: &str, text: &str, most: usize) -> Check {
    if text.len() > most {
        return refuse(format!("{what} is {} bytes long; {most} are the most", text.len()));
    }
    Ok(())
}
