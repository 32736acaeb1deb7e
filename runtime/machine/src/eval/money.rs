//! Arithmetic and functions of money.

use ntro_ir::{Builtin, Currency, Money, Value, decimal};

use super::binary::overflow;
use super::builtins::Args;
use super::numbers::{as_decimal, by_zero};
use super::{Eval, EvalError};

/// Two amounts that meet must be of one currency.
fn one_currency(op: &str, a: &Money, b: &Money) -> Eval<()> {
    if a.currency == b.currency {
        return Ok(());
    }
    Err(EvalError::new(
        "currency",
        format!(
            "{a} {op} {b}: the left side is in {} and the right side in {}; amounts in different currencies cannot be put together.",
            a.currency, b.currency
        ),
    ))
}

/// `a + b`
pub(super) fn add(a: &Money, b: &Money, op: &str) -> Eval<Money> {
    one_currency(op, a, b)?;
    let amount = decimal::add(a.amount, b.amount).ok_or_else(|| overflow(op, &Value::Money(*a), &Value::Money(*b)))?;
    Ok(Money { amount, currency: a.currency })
}

/// `a - b`
pub(super) fn subtract(a: &Money, b: &Money) -> Eval<Money> {
    one_currency("-", a, b)?;
    let amount = decimal::sub(a.amount, b.amount).ok_or_else(|| overflow("-", &Value::Money(*a), &Value::Money(*b)))?;
    Ok(Money { amount, currency: a.currency })
}

/// An amount times a number.
pub(super) fn scale(money: &Money, by: &Value) -> Eval {
    let factor = as_decimal(by).ok_or_else(|| EvalError::ill_typed("a number", by))?;
    let amount = decimal::mul(money.amount, factor).ok_or_else(|| overflow("*", &Value::Money(*money), by))?;
    Ok(Value::Money(Money { amount, ..*money }))
}

/// An amount divided by a number.
pub(super) fn divide(money: &Money, by: &Value) -> Eval {
    let divisor = as_decimal(by).ok_or_else(|| EvalError::ill_typed("a number", by))?;
    if divisor.is_zero() {
        return Err(by_zero(&Value::Money(*money)));
    }
    let amount = decimal::div(money.amount, divisor).ok_or_else(|| overflow("/", &Value::Money(*money), by))?;
    Ok(Value::Money(Money { amount, ..*money }))
}

/// How many times one amount goes into another.
pub(super) fn ratio(a: &Money, b: &Money) -> Eval {
    one_currency("/", a, b)?;
    if b.amount.is_zero() {
        return Err(by_zero(&Value::Money(*a)));
    }
    decimal::div(a.amount, b.amount)
        .map(Value::Decimal)
        .ok_or_else(|| overflow("/", &Value::Money(*a), &Value::Money(*b)))
}

/// The functions of this family.
pub(super) fn call(builtin: Builtin, args: &Args) -> Eval {
    let first = args.get(0)?;
    match builtin {
        Builtin::Money => {
            let amount = as_decimal(first).ok_or_else(|| EvalError::ill_typed("a number", first))?;
            Ok(Value::Money(Money { amount, currency: currency(args.get(1)?)? }))
        }
        Builtin::Amount => amount(first).map(|money| Value::Decimal(money.amount)),
        Builtin::CurrencyOf => amount(first).map(|money| Value::Currency(money.currency)),
        Builtin::InCurrency => {
            let (money, wanted) = (amount(first)?, currency(args.get(1)?)?);
            if money.currency == wanted {
                return Ok(first.clone());
            }
            Err(EvalError::new(
                "currency",
                format!("`in({wanted})`: {money} is in {}, and {wanted} is needed here.", money.currency),
            ))
        }
        _ => Err(EvalError::program(format!("`{}` is no function of money", builtin.name()))),
    }
}

/// The amount that a value is.
pub(super) fn amount(value: &Value) -> Eval<&Money> {
    match value {
        Value::Money(money) => Ok(money),
        other => Err(EvalError::ill_typed("an amount of money", other)),
    }
}

/// The currency that a value is; a text that is a code serves too.
pub(super) fn currency(value: &Value) -> Eval<Currency> {
    match value {
        Value::Currency(currency) => Ok(*currency),
        Value::Text(code) | Value::Enum(code) => Currency::new(code)
            .ok_or_else(|| EvalError::new("conversion", format!("`{code}` is not a currency code such as GBP."))),
        other => Err(EvalError::ill_typed("a currency", other)),
    }
}
