//! Which module a built-in function lives in, and how it gets its arguments.

use std::sync::Arc;

use ntro_ir::{Builtin, ExprId, Value};

use super::{Env, Eval, EvalError, dates, lists, maps, money, numbers, order, text};

/// The evaluated arguments of a call.
pub(super) struct Args {
    name: Builtin,
    values: Vec<Value>,
}

impl Args {
    /// An argument that the function needs.
    pub(super) fn get(&self, index: usize) -> Eval<&Value> {
        self.values
            .get(index)
            .ok_or_else(|| EvalError::program(format!("`{}` needs an argument {}", self.name.name(), index + 1)))
    }

    /// An argument that may be left out or `none`.
    pub(super) fn optional(&self, index: usize) -> Option<&Value> {
        self.values.get(index).filter(|value| **value != Value::None)
    }

    /// A text.
    pub(super) fn text(&self, index: usize) -> Eval<&str> {
        let value = self.get(index)?;
        value.as_str().ok_or_else(|| EvalError::ill_typed("a text", value))
    }

    /// A whole number.
    pub(super) fn int(&self, index: usize) -> Eval<i64> {
        match self.get(index)? {
            Value::Int(number) => Ok(*number),
            other => Err(EvalError::ill_typed("a whole number", other)),
        }
    }

    /// A list.
    pub(super) fn list(&self, index: usize) -> Eval<&Arc<Vec<Value>>> {
        match self.get(index)? {
            Value::List(items) => Ok(items),
            other => Err(EvalError::ill_typed("a list", other)),
        }
    }

    /// A function that the built-in needs.
    pub(super) fn function(&self, index: usize) -> Eval<ExprId> {
        self.optional_function(index)?.ok_or_else(|| {
            EvalError::program(format!("`{}` needs a function as argument {}", self.name.name(), index + 1))
        })
    }

    /// A function that may be left out or `none`.
    pub(super) fn optional_function(&self, index: usize) -> Eval<Option<ExprId>> {
        match self.optional(index) {
            None => Ok(None),
            Some(Value::Lambda(function)) => Ok(Some(*function)),
            Some(other) => Err(EvalError::ill_typed("a function", other)),
        }
    }
}

/// Calls a built-in function.
pub(super) fn call(env: &Env<'_>, builtin: Builtin, args: &[ExprId]) -> Eval {
    let values = args.iter().map(|arg| env.eval(*arg)).collect::<Eval<Vec<_>>>()?;
    let args = Args { name: builtin, values };
    match builtin {
        Builtin::Count
        | Builtin::Map
        | Builtin::Filter
        | Builtin::FlatMap
        | Builtin::Any
        | Builtin::All
        | Builtin::First
        | Builtin::Last
        | Builtin::Only
        | Builtin::At
        | Builtin::Take
        | Builtin::Drop
        | Builtin::Present
        | Builtin::Reverse
        | Builtin::Distinct
        | Builtin::SortBy
        | Builtin::Sum
        | Builtin::Min
        | Builtin::Max
        | Builtin::Average
        | Builtin::Contains
        | Builtin::Join
        | Builtin::LeftJoin
        | Builtin::Zip
        | Builtin::Range => lists::call(env, builtin, &args),
        Builtin::GroupBy | Builtin::Totals | Builtin::Keys | Builtin::Values | Builtin::Failures | Builtin::ToMap => {
            maps::call(env, builtin, &args)
        }
        Builtin::Abs | Builtin::Round | Builtin::Floor | Builtin::Ceil | Builtin::ToDecimal | Builtin::ToInt => {
            numbers::call(builtin, &args)
        }
        Builtin::Money | Builtin::Amount | Builtin::CurrencyOf | Builtin::InCurrency => money::call(builtin, &args),
        Builtin::ToText
        | Builtin::Upper
        | Builtin::Lower
        | Builtin::Trim
        | Builtin::StartsWith
        | Builtin::EndsWith
        | Builtin::Replace
        | Builtin::Split
        | Builtin::Slice
        | Builtin::ParseInt
        | Builtin::ParseDecimal
        | Builtin::ParseDate => text::call(env, builtin, &args),
        Builtin::Now
        | Builtin::Today
        | Builtin::Uuid
        | Builtin::DateOf
        | Builtin::PeriodOf
        | Builtin::PreviousPeriod
        | Builtin::NextPeriod
        | Builtin::StartOf
        | Builtin::EndOf
        | Builtin::Year
        | Builtin::Month
        | Builtin::Day
        | Builtin::Weekday
        | Builtin::DaysBetween
        | Builtin::AddWorkingDays => dates::call(env, builtin, &args),
        Builtin::IsSome => Ok(Value::Bool(!order::equal(args.get(0)?, &Value::None))),
    }
}
