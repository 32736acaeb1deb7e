//! Arithmetic and functions of whole numbers and decimals.

use ntro_ir::{Builtin, Money, Value, decimal};
use rust_decimal::Decimal;

use super::binary::{no_operator, overflow};
use super::builtins::Args;
use super::error::describe;
use super::{Eval, EvalError};

/// A number as a decimal.
pub(super) fn as_decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(number) => Some(Decimal::from(*number)),
        Value::Decimal(number) => Some(*number),
        _ => None,
    }
}

fn both(op: &str, left: &Value, right: &Value) -> Eval<(Decimal, Decimal)> {
    as_decimal(left).zip(as_decimal(right)).ok_or_else(|| no_operator(op, left, right))
}

/// Two numbers, by the one operation for whole numbers and the other for decimals.
fn exact(
    op: &str,
    left: &Value,
    right: &Value,
    ints: fn(i64, i64) -> Option<i64>,
    decimals: fn(Decimal, Decimal) -> Option<Decimal>,
) -> Eval {
    if let (Value::Int(a), Value::Int(b)) = (left, right) {
        return ints(*a, *b).map(Value::Int).ok_or_else(|| {
            EvalError::new("overflow", format!("{a} {op} {b} is beyond the largest whole number, {}.", i64::MAX))
        });
    }
    let (a, b) = both(op, left, right)?;
    decimals(a, b).map(Value::Decimal).ok_or_else(|| overflow(op, left, right))
}

/// `+`
pub(super) fn add(left: &Value, right: &Value) -> Eval {
    exact("+", left, right, i64::checked_add, decimal::add)
}

/// `-`
pub(super) fn subtract(left: &Value, right: &Value) -> Eval {
    exact("-", left, right, i64::checked_sub, decimal::sub)
}

/// `*`
pub(super) fn multiply(left: &Value, right: &Value) -> Eval {
    exact("*", left, right, i64::checked_mul, decimal::mul)
}

/// `/`, a decimal always.
pub(super) fn divide(left: &Value, right: &Value) -> Eval {
    let (a, b) = both("/", left, right)?;
    if b.is_zero() {
        return Err(by_zero(left));
    }
    decimal::div(a, b).map(Value::Decimal).ok_or_else(|| overflow("/", left, right))
}

/// A division has no result.
pub(super) fn by_zero(left: &Value) -> EvalError {
    EvalError::new("division_by_zero", format!("{} is divided by zero.", left.display()))
}

/// Unary minus.
pub(super) fn negate(value: &Value) -> Eval {
    let too_large = || EvalError::new("overflow", format!("-({}) does not fit.", value.display()));
    match value {
        Value::Int(number) => number.checked_neg().map(Value::Int).ok_or_else(too_large),
        Value::Decimal(number) => Ok(Value::Decimal(decimal::negate(*number))),
        Value::Money(money) => Ok(Value::Money(Money { amount: decimal::negate(money.amount), ..*money })),
        Value::Duration(ms) => ms.checked_neg().map(Value::Duration).ok_or_else(too_large),
        other => Err(EvalError::ill_typed("a number or an amount", other)),
    }
}

/// The functions of this family.
pub(super) fn call(builtin: Builtin, args: &Args) -> Eval {
    match builtin {
        Builtin::Abs => absolute(args.get(0)?),
        Builtin::Round => round(args.get(0)?, args.optional(1)),
        Builtin::Floor => whole(args.get(0)?, "floor", |number| number.floor()),
        Builtin::Ceil => whole(args.get(0)?, "ceil", |number| number.ceil()),
        Builtin::ToDecimal => match args.get(0)? {
            number @ Value::Decimal(_) => Ok(number.clone()),
            Value::Int(number) => Ok(Value::Decimal(Decimal::from(*number))),
            other => Err(EvalError::ill_typed("a number", other)),
        },
        Builtin::ToInt => match args.get(0)? {
            number @ Value::Int(_) => Ok(number.clone()),
            Value::Decimal(number) => decimal::to_int(*number).map(Value::Int).ok_or_else(|| {
                EvalError::new(
                    "conversion",
                    format!("{number} is not a whole number that fits. Use `round`, `floor` or `ceil` first."),
                )
            }),
            other => Err(EvalError::ill_typed("a decimal", other)),
        },
        _ => Err(EvalError::program(format!("`{}` is no function of numbers", builtin.name()))),
    }
}

fn absolute(value: &Value) -> Eval {
    match value {
        Value::Int(number) if *number < 0 => negate(value),
        Value::Decimal(number) => Ok(Value::Decimal(number.abs())),
        Value::Money(money) => Ok(Value::Money(Money { amount: money.amount.abs(), ..*money })),
        Value::Duration(ms) if *ms < 0 => negate(value),
        Value::Int(_) | Value::Duration(_) => Ok(value.clone()),
        other => Err(EvalError::ill_typed("a number or an amount", other)),
    }
}

fn round(value: &Value, digits: Option<&Value>) -> Eval {
    let (number, default) = match value {
        Value::Int(number) => (Decimal::from(*number), 0),
        Value::Decimal(number) => (*number, 0),
        Value::Money(money) => (money.amount, 2),
        other => return Err(EvalError::ill_typed("a decimal or an amount", other)),
    };
    let digits = match digits {
        None => default,
        Some(Value::Int(digits)) => *digits,
        Some(other) => return Err(EvalError::ill_typed("a number of digits", other)),
    };
    let rounded = u32::try_from(digits)
        .ok()
        .filter(|digits| *digits <= decimal::DIGITS)
        .and_then(|digits| decimal::round(number, digits));
    let rounded = rounded.ok_or_else(|| {
        EvalError::new(
            "out_of_range",
            format!(
                "`round` of {} to {digits} digits: it takes from 0 to {} digits.",
                describe(value),
                decimal::DIGITS
            ),
        )
    })?;
    Ok(match value {
        Value::Money(money) => Value::Money(Money { amount: rounded, ..*money }),
        _ => Value::Decimal(rounded),
    })
}

fn whole(value: &Value, name: &str, round: fn(&Decimal) -> Decimal) -> Eval {
    let number = as_decimal(value).ok_or_else(|| EvalError::ill_typed("a number", value))?;
    decimal::to_int(round(&number))
        .map(Value::Int)
        .ok_or_else(|| EvalError::new("overflow", format!("`{name}` of {number} is beyond the largest whole number.")))
}
