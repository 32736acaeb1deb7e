//! Reading a run: slots as a fibre sees them, expressions, names and titles. Nothing here changes anything.

use jiff::Timestamp;
use ntro_ir::{After, Block, BlockId, ExprId, LocalId, Program, REWORK_SLOT, Slot, Value};

use crate::bounds;
use crate::eval::{Clock, Env, Eval, EvalError, Slots};
use crate::ids;
use crate::state::{BlockState, Fibre, FibreId, ROOT, Run, State};

/// A run to look at.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) program: &'a Program,
    pub(crate) state: &'a State,
    pub(crate) clock: &'a Clock,
}

/// The slots that a fibre sees: its own scope, its parents', then the run's.
pub(crate) struct FibreSlots<'a> {
    program: &'a Program,
    state: &'a State,
    fibre: FibreId,
}

impl<'a> FibreSlots<'a> {
    pub(crate) fn new(program: &'a Program, state: &'a State, fibre: FibreId) -> FibreSlots<'a> {
        FibreSlots { program, state, fibre }
    }

    /// Why the nearest fibre that does something again does so. Side by side each has its own reason.
    fn rework(&self) -> Option<&'a Value> {
        let mut at = Some(self.fibre);
        while let Some(fibre) = at.and_then(|id| self.state.fibres.get(&id)) {
            if let Some((_, reason)) = fibre.reworks.last() {
                return Some(reason);
            }
            at = fibre.parent;
        }
        None
    }
}

impl Slots for FibreSlots<'_> {
    fn get(&self, slot: Slot) -> Option<&Value> {
        if slot == REWORK_SLOT
            && let Some(reason) = self.rework()
        {
            return Some(reason);
        }
        match owner(self.program, self.state, self.fibre, slot) {
            Some(fibre) => self.state.fibres.get(&fibre)?.overlay.as_ref()?.slots.get(&slot.0),
            None => self.state.slots.get(&slot.0),
        }
    }
}

/// The nearest fibre that has a slot for itself; `None` where the run has it.
pub(crate) fn owner(program: &Program, state: &State, fibre: FibreId, slot: Slot) -> Option<FibreId> {
    let mut at = Some(fibre);
    while let Some(id) = at {
        let fibre = state.fibres.get(&id)?;
        if let Some(scope) = fibre.overlay.as_ref().and_then(|own| program.scopes.get(own.scope as usize))
            && slot.0 >= scope.first.0
            && slot.0 - scope.first.0 < scope.count
        {
            return Some(id);
        }
        at = fibre.parent;
    }
    None
}

impl<'a> View<'a> {
    /// Evaluates something in an environment of its own.
    pub(crate) fn with_env<T>(
        &self,
        fibre: FibreId,
        locals: &[(LocalId, Value)],
        work: impl FnOnce(&Env<'_>) -> Eval<T>,
    ) -> Eval<T> {
        let slots = FibreSlots::new(self.program, self.state, fibre);
        let env = Env::new(self.program, &slots, self.clock);
        for (local, value) in locals {
            env.set_local(*local, value.clone());
        }
        work(&env)
    }

    /// Evaluates an expression as a fibre sees it.
    pub(crate) fn eval(&self, fibre: FibreId, expr: ExprId, locals: &[(LocalId, Value)]) -> Eval {
        self.with_env(fibre, locals, |env| env.eval(expr))
    }

    /// Evaluates a text.
    pub(crate) fn text(&self, fibre: FibreId, expr: ExprId, locals: &[(LocalId, Value)]) -> Eval<String> {
        self.with_env(fibre, locals, |env| env.eval_text(expr)).map(|text| text.as_ref().to_owned())
    }

    /// Evaluates a condition.
    pub(crate) fn bool(&self, fibre: FibreId, expr: ExprId, locals: &[(LocalId, Value)]) -> Eval<bool> {
        self.with_env(fibre, locals, |env| env.eval_bool(expr))
    }

    /// Evaluates a role, or a list of roles: names, without repetition, in order.
    pub(crate) fn names(&self, fibre: FibreId, expr: ExprId, locals: &[(LocalId, Value)]) -> Eval<Vec<String>> {
        let mut out = Vec::new();
        collect_names(&self.eval(fibre, expr, locals)?, &mut out)?;
        Ok(out)
    }

    /// When a limit runs out that starts now.
    pub(crate) fn due(
        &self,
        fibre: FibreId,
        after: &After,
        from: Timestamp,
        locals: &[(LocalId, Value)],
    ) -> Eval<Timestamp> {
        let too_far = || EvalError::new("out_of_range", "A limit lies beyond the calendar. Use a nearer one.");
        match after {
            After::Duration(expr) => {
                let ms = self.with_env(fibre, locals, |env| env.eval_duration(*expr))?;
                Clock::after_ms(from, ms.clamp(0, bounds::TIMER_MS)).ok_or_else(too_far)
            }
            After::Until(expr) => match self.eval(fibre, *expr, locals)? {
                Value::Date(date) => self.clock.end_of_date(date).ok_or_else(too_far),
                Value::DateTime(instant) => Ok(instant),
                other => Err(EvalError::ill_typed("a date or an instant", &other)),
            },
            After::WorkingDays(expr) => {
                let days = self.with_env(fibre, locals, |env| env.eval_int(*expr))?;
                self.clock.working_days_after(from, days.max(0)).ok_or_else(too_far)
            }
        }
    }

    /// The fibre.
    pub(crate) fn fibre(&self, id: FibreId) -> Option<&'a Fibre> {
        self.state.fibres.get(&id)
    }

    /// The block.
    pub(crate) fn block(&self, id: BlockId) -> Option<&'a Block> {
        self.program.blocks.get(id as usize)
    }

    /// What has happened to a block.
    pub(crate) fn block_state(&self, id: BlockId) -> Option<&'a BlockState> {
        self.state.blocks.get(&id)
    }

    /// The block's address in a round.
    pub(crate) fn address(&self, block: BlockId, entry: u32) -> String {
        self.block(block).map(|block| ids::address(&block.path, entry)).unwrap_or_default()
    }

    /// The block's title; its name where it has none or none can be made.
    pub(crate) fn title(&self, block: BlockId) -> String {
        let Some(block) = self.block(block) else { return String::new() };
        block
            .title
            .and_then(|title| self.text(ROOT, title, &[]).ok())
            .filter(|title| !title.trim().is_empty())
            .unwrap_or_else(|| block.name.clone())
    }

    /// The title of the block that an address names; for the run itself nothing.
    pub(crate) fn title_at(&self, address: &str) -> Option<String> {
        let path = ids::path_of(address);
        let block = self.program.blocks.iter().position(|block| block.path == path)?;
        u32::try_from(block).ok().map(|block| self.title(block))
    }

    /// The innermost block that a fibre, or one that it came from, is in.
    pub(crate) fn innermost(&self, fibre: FibreId) -> Option<(BlockId, u32)> {
        let mut at = Some(fibre);
        while let Some(id) = at {
            let fibre = self.fibre(id)?;
            if let Some(active) = fibre.active.last() {
                return Some((active.block, active.entry));
            }
            at = fibre.parent;
        }
        None
    }

    /// The run's start.
    pub(crate) fn run(&self) -> Option<&'a Run> {
        self.state.run.as_ref()
    }
}

/// Texts out of a text, a list of them, or `none`.
pub(crate) fn collect_names(value: &Value, out: &mut Vec<String>) -> Eval<()> {
    match value {
        Value::None => Ok(()),
        Value::Text(name) | Value::Enum(name) => {
            if !out.iter().any(|known| known == &**name) {
                out.push(name.as_ref().to_owned());
            }
            Ok(())
        }
        Value::List(items) => items.iter().try_for_each(|item| collect_names(item, out)),
        other => Err(EvalError::ill_typed("a name or a list of names", other)),
    }
}
