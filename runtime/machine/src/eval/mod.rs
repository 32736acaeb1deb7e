//! Evaluation of pure expressions: the only place where a program computes.
//!
//! An evaluation sees slots, locals and the run's own [`Clock`] and nothing else. It is bounded three ways: depth (the
//! verifier proves it too), fuel, and the sizes of what it makes. Every failure is a word for programs and a sentence for
//! people; a failure of kind `program` means that the program is ill-typed, which the compiler should have prevented.

mod binary;
mod builtins;
mod clock;
mod dates;
mod error;
mod fit;
mod lists;
mod maps;
mod money;
mod numbers;
mod order;
mod template;
#[cfg(test)]
mod tests;
mod text;

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use ntro_ir::{Expr, ExprId, LocalId, Program, Slot, UnaryOp, Value};

pub use clock::Clock;
pub(crate) use error::EvalError;

/// How deep expressions may nest.
pub(crate) const MAX_DEPTH: u32 = 200;
/// How deep functions may stand in functions (`map` in `map` …). They take far more stack than other expressions.
pub(crate) const MAX_FUNCTIONS: u32 = 40;
/// How many nodes one evaluation may visit. The caller may give less and read what is left.
pub(crate) const DEFAULT_FUEL: u64 = 1_000_000;
/// How long a text may become, in bytes.
pub(crate) const MAX_TEXT: usize = 4 * 1024 * 1024;
/// How many items a list or a map may have.
pub(crate) const MAX_ITEMS: usize = 100_000;

/// What an evaluation yields.
pub(crate) type Eval<T = Value> = Result<T, EvalError>;

/// Where the values of slots come from: the fibre's own scope first, then the run's.
pub(crate) trait Slots {
    /// What the slot holds; `None` where it holds nothing.
    fn get(&self, slot: Slot) -> Option<&Value>;
}

impl Slots for Vec<Value> {
    fn get(&self, slot: Slot) -> Option<&Value> {
        self.as_slice().get(slot.0 as usize)
    }
}

/// What an evaluation can see. One may serve several evaluations, which then share its fuel.
pub(crate) struct Env<'a> {
    /// Whose expressions.
    pub(crate) program: &'a Program,
    /// The values of slots.
    pub(crate) slots: &'a dyn Slots,
    /// The run's clock, calendar and seed.
    pub(crate) clock: &'a Clock,
    /// How many nodes may still be visited.
    pub(crate) fuel: Cell<u64>,
    locals: RefCell<Vec<Option<Value>>>,
    depth: Cell<u32>,
    functions: Cell<u32>,
}

impl<'a> Env<'a> {
    /// An environment with [`DEFAULT_FUEL`] and no locals.
    pub(crate) fn new(program: &'a Program, slots: &'a dyn Slots, clock: &'a Clock) -> Env<'a> {
        Env {
            program,
            slots,
            clock,
            fuel: Cell::new(DEFAULT_FUEL),
            locals: RefCell::new(Vec::new()),
            depth: Cell::new(0),
            functions: Cell::new(0),
        }
    }

    /// The same with that much fuel.
    pub(crate) fn with_fuel(self, fuel: u64) -> Env<'a> {
        self.fuel.set(fuel);
        self
    }

    /// Sets a local for the evaluations that follow.
    pub(crate) fn set_local(&self, local: LocalId, value: Value) {
        self.swap_local(local, Some(value));
    }

    /// Evaluates an expression.
    ///
    /// # Errors
    /// A failure that ends the step, or one of kind `program`, `fuel` or `depth`.
    pub(crate) fn eval(&self, id: ExprId) -> Eval {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            return Err(EvalError::new("depth", format!("An expression is nested more than {MAX_DEPTH} levels deep.")));
        }
        self.burn(1)?;
        let expr = self
            .program
            .exprs
            .get(id.0 as usize)
            .ok_or_else(|| EvalError::program(format!("expression {id} does not exist")))?;
        self.depth.set(depth + 1);
        let result = self.eval_expr(id, expr);
        self.depth.set(depth);
        result
    }

    /// Evaluates a condition.
    pub(crate) fn eval_bool(&self, id: ExprId) -> Eval<bool> {
        self.eval(id).and_then(|value| as_bool(&value, "a condition"))
    }

    /// Evaluates a text; other values give their display text, `none` the empty one.
    pub(crate) fn eval_text(&self, id: ExprId) -> Eval<Arc<str>> {
        match self.eval(id)? {
            Value::Text(text) | Value::Enum(text) => Ok(text),
            other => template::display(self, &other).map(Into::into),
        }
    }

    /// Evaluates a list.
    pub(crate) fn eval_list(&self, id: ExprId) -> Eval<Arc<Vec<Value>>> {
        match self.eval(id)? {
            Value::List(items) => Ok(items),
            other => Err(EvalError::ill_typed("a list", &other)),
        }
    }

    /// Evaluates a whole number.
    pub(crate) fn eval_int(&self, id: ExprId) -> Eval<i64> {
        match self.eval(id)? {
            Value::Int(number) => Ok(number),
            other => Err(EvalError::ill_typed("a whole number", &other)),
        }
    }

    /// Evaluates a duration, in milliseconds.
    pub(crate) fn eval_duration(&self, id: ExprId) -> Eval<i64> {
        match self.eval(id)? {
            Value::Duration(ms) => Ok(ms),
            other => Err(EvalError::ill_typed("a duration", &other)),
        }
    }

    /// Takes fuel.
    fn burn(&self, units: u64) -> Eval<()> {
        match self.fuel.get().checked_sub(units) {
            Some(left) => {
                self.fuel.set(left);
                Ok(())
            }
            None => {
                self.fuel.set(0);
                Err(EvalError::new(
                    "fuel",
                    "This needs too many steps to compute. Work on fewer rows at a time, or let a capability do it.",
                ))
            }
        }
    }

    /// Takes fuel for work that grows with a size.
    fn burn_for(&self, size: usize) -> Eval<()> {
        self.burn(u64::try_from(size).unwrap_or(u64::MAX))
    }

    fn swap_local(&self, local: LocalId, value: Option<Value>) -> Option<Value> {
        let index = local.0 as usize;
        let mut locals = self.locals.borrow_mut();
        if index >= locals.len() {
            // The verifier bounds the number of locals; a program that was not verified must not make this allocate at will.
            if local.0 >= self.program.locals {
                return None;
            }
            locals.resize(index + 1, None);
        }
        locals.get_mut(index).and_then(|place| std::mem::replace(place, value))
    }

    /// Evaluates `body` while a local is set.
    fn eval_with(&self, local: LocalId, value: Value, body: ExprId) -> Eval {
        let before = self.swap_local(local, Some(value));
        let result = self.eval(body);
        self.swap_local(local, before);
        result
    }

    /// Applies a function value to arguments.
    fn apply(&self, function: ExprId, args: &[Value]) -> Eval {
        let Some(Expr::Lambda { params, body }) = self.program.exprs.get(function.0 as usize) else {
            return Err(EvalError::program(format!("expression {function} is no function")));
        };
        if params.len() != args.len() {
            return Err(EvalError::program(format!(
                "a function takes {} arguments and was given {}",
                params.len(),
                args.len()
            )));
        }
        let functions = self.functions.get();
        if functions >= MAX_FUNCTIONS {
            return Err(EvalError::new(
                "depth",
                format!(
                    "Functions stand in functions more than {MAX_FUNCTIONS} levels deep. Compute a part in a step before."
                ),
            ));
        }
        let before: Vec<_> =
            params.iter().zip(args).map(|(param, arg)| self.swap_local(*param, Some(arg.clone()))).collect();
        self.functions.set(functions + 1);
        let result = self.eval(*body);
        self.functions.set(functions);
        for (param, value) in params.iter().zip(before) {
            self.swap_local(*param, value);
        }
        result
    }

    fn eval_expr(&self, id: ExprId, expr: &Expr) -> Eval {
        match expr {
            Expr::Const(value) => Ok(value.clone()),
            Expr::Slot(slot) => Ok(self.slots.get(*slot).cloned().unwrap_or(Value::None)),
            Expr::Local(local) => self.local(*local),
            Expr::Lambda { .. } => Ok(Value::Lambda(id)),
            Expr::Field { of, name } => field(&self.eval(*of)?, name),
            Expr::OptionalField { of, name } => match self.eval(*of)? {
                Value::None => Ok(Value::None),
                value => field(&value, name),
            },
            Expr::Unary(UnaryOp::Not, of) => Ok(Value::Bool(!self.eval_bool(*of)?)),
            Expr::Unary(UnaryOp::Neg, of) => numbers::negate(&self.eval(*of)?),
            Expr::Binary(op, left, right) => {
                let left = self.eval(*left)?;
                let right = self.eval(*right)?;
                binary::binary(self, *op, &left, &right)
            }
            Expr::And(left, right) => Ok(Value::Bool(self.eval_bool(*left)? && self.eval_bool(*right)?)),
            Expr::Or(left, right) => Ok(Value::Bool(self.eval_bool(*left)? || self.eval_bool(*right)?)),
            Expr::Coalesce(left, right) => match self.eval(*left)? {
                Value::None => self.eval(*right),
                value => Ok(value),
            },
            Expr::If(cond, then, or) => {
                if self.eval_bool(*cond)? {
                    self.eval(*then)
                } else {
                    self.eval(*or)
                }
            }
            Expr::Call(builtin, args) => builtins::call(self, *builtin, args),
            Expr::Let { local, value, body } => {
                let value = self.eval(*value)?;
                self.eval_with(*local, value, *body)
            }
            other => self.eval_maker(other),
        }
    }

    /// The expressions that make a value of parts; apart from [`Env::eval_expr`] so that its frame stays small.
    #[inline(never)]
    fn eval_maker(&self, expr: &Expr) -> Eval {
        match expr {
            Expr::List(items) => items.iter().map(|item| self.eval(*item)).collect::<Eval<Vec<_>>>().map(Value::list),
            Expr::Record(fields) => fields
                .iter()
                .map(|(name, value)| Ok((Arc::from(name.as_str()), self.eval(*value)?)))
                .collect::<Eval<ntro_ir::value::Record>>()
                .map(|record| Value::Record(Arc::new(record))),
            Expr::Map(fields) => fields
                .iter()
                .map(|(name, value)| Ok((Arc::from(name.as_str()), self.eval(*value)?)))
                .collect::<Eval<std::collections::BTreeMap<_, _>>>()
                .map(|map| Value::Map(Arc::new(map))),
            Expr::With { base, fields } => {
                let Value::Record(mut record) = self.eval(*base)? else {
                    return Err(EvalError::new(
                        "none_value",
                        "`...` takes over the fields of a record, and here it is `none`.",
                    ));
                };
                for (name, value) in fields {
                    let value = self.eval(*value)?;
                    Arc::make_mut(&mut record).set(name, value);
                }
                Ok(Value::Record(record))
            }
            Expr::Template(parts) => template::template(self, parts),
            Expr::Variant { tag, value } => Ok(Value::variant(tag, self.eval(*value)?)),
            Expr::IsVariant { of, tag } => match self.eval(*of)? {
                Value::Variant(variant) => Ok(Value::Bool(*variant.0 == **tag)),
                Value::None => Ok(Value::Bool(false)),
                other => Err(EvalError::ill_typed("one of several named values", &other)),
            },
            Expr::VariantValue(of) => match self.eval(*of)? {
                Value::Variant(variant) => Ok(variant.1.clone()),
                other => Err(EvalError::ill_typed("one of several named values", &other)),
            },
            Expr::Fit { value, ty } => fit::fit(self, self.eval(*value)?, ty),
            _ => Err(EvalError::program("an expression of an unknown kind")),
        }
    }

    fn local(&self, local: LocalId) -> Eval {
        self.locals
            .borrow()
            .get(local.0 as usize)
            .cloned()
            .flatten()
            .ok_or_else(|| EvalError::program(format!("local {} is read before it is set", local.0)))
    }
}

/// The field of a record, of money (`amount`, `currency`) or of a file.
fn field(of: &Value, name: &str) -> Eval {
    let found = match (of, name) {
        (Value::Record(record), _) => record.get(name).cloned(),
        (Value::Money(money), "amount") => Some(Value::Decimal(money.amount)),
        (Value::Money(money), "currency") => Some(Value::Currency(money.currency)),
        (Value::File(file), "document_ref") => Some(Value::text(file.document_ref.as_str())),
        (Value::File(file), "filename") => Some(Value::text(file.filename.as_str())),
        (Value::File(file), "content_type") => Some(Value::text(file.content_type.as_str())),
        (Value::None, _) => {
            return Err(EvalError::new(
                "none_value",
                format!(
                    "`.{name}` is read, but there is no value here (`none`). Use `?.{name}` or check `!= none` first."
                ),
            ));
        }
        _ => None,
    };
    found.ok_or_else(|| EvalError::program(format!("{} has no field `{name}`", error::describe(of))))
}

fn as_bool(value: &Value, what: &str) -> Eval<bool> {
    match value {
        Value::Bool(value) => Ok(*value),
        other => Err(EvalError::program(format!("{what} is {}", error::describe(other)))),
    }
}
