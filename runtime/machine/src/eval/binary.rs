//! The operators with two operands.

use std::cmp::Ordering;
use std::sync::Arc;

use ntro_ir::{BinaryOp, Value, decimal};

use super::error::describe;
use super::{Env, Eval, EvalError, MAX_ITEMS, dates, lists, money, numbers, order, template};

/// Applies an operator to values.
pub(super) fn binary(env: &Env<'_>, op: BinaryOp, left: &Value, right: &Value) -> Eval {
    match op {
        BinaryOp::Eq => Ok(Value::Bool(equal(env, left, right)?)),
        BinaryOp::NotEq => Ok(Value::Bool(!equal(env, left, right)?)),
        BinaryOp::Less => order::compare("`<`", left, right).map(|o| Value::Bool(o == Ordering::Less)),
        BinaryOp::LessEq => order::compare("`<=`", left, right).map(|o| Value::Bool(o != Ordering::Greater)),
        BinaryOp::Greater => order::compare("`>`", left, right).map(|o| Value::Bool(o == Ordering::Greater)),
        BinaryOp::GreaterEq => order::compare("`>=`", left, right).map(|o| Value::Bool(o != Ordering::Less)),
        BinaryOp::In => lists::contains(env, right, left).map(Value::Bool),
        BinaryOp::Add => add(env, left, right),
        BinaryOp::Sub => subtract(left, right),
        BinaryOp::Mul => multiply(left, right),
        BinaryOp::Div => divide(left, right),
    }
}

fn equal(env: &Env<'_>, left: &Value, right: &Value) -> Eval<bool> {
    if let (Value::List(a), Value::List(b)) = (left, right) {
        env.burn_for(a.len().min(b.len()))?;
    }
    Ok(order::equal(left, right))
}

fn add(env: &Env<'_>, left: &Value, right: &Value) -> Eval {
    match (left, right) {
        (Value::Int(_) | Value::Decimal(_), Value::Int(_) | Value::Decimal(_)) => numbers::add(left, right),
        (Value::Money(a), Value::Money(b)) => money::add(a, b, "+").map(Value::Money),
        (Value::Text(a) | Value::Enum(a), Value::Text(b) | Value::Enum(b)) => {
            template::check(a.len() + b.len())?;
            env.burn_for((a.len() + b.len()) / 64)?;
            Ok(Value::text(format!("{a}{b}")))
        }
        (Value::List(a), Value::List(b)) => {
            lists::check(a.len() + b.len())?;
            env.burn_for((a.len() + b.len()) / 8)?;
            Ok(if b.is_empty() {
                left.clone()
            } else {
                let mut items = Vec::with_capacity((a.len() + b.len()).min(MAX_ITEMS));
                items.extend_from_slice(a);
                items.extend_from_slice(b);
                Value::List(Arc::new(items))
            })
        }
        (Value::Date(_) | Value::DateTime(_) | Value::Period(_) | Value::Duration(_), _) => dates::add(left, right),
        _ => Err(no_operator("+", left, right)),
    }
}

fn subtract(left: &Value, right: &Value) -> Eval {
    match (left, right) {
        (Value::Int(_) | Value::Decimal(_), Value::Int(_) | Value::Decimal(_)) => numbers::subtract(left, right),
        (Value::Money(a), Value::Money(b)) => money::subtract(a, b).map(Value::Money),
        (Value::Date(_) | Value::DateTime(_) | Value::Period(_) | Value::Duration(_), _) => {
            dates::subtract(left, right)
        }
        _ => Err(no_operator("-", left, right)),
    }
}

fn multiply(left: &Value, right: &Value) -> Eval {
    match (left, right) {
        (Value::Int(_) | Value::Decimal(_), Value::Int(_) | Value::Decimal(_)) => numbers::multiply(left, right),
        (Value::Money(amount), Value::Int(_) | Value::Decimal(_)) => money::scale(amount, right),
        (Value::Int(_) | Value::Decimal(_), Value::Money(amount)) => money::scale(amount, left),
        (Value::Duration(ms), Value::Int(_) | Value::Decimal(_)) => dates::scale(*ms, right),
        (Value::Int(_) | Value::Decimal(_), Value::Duration(ms)) => dates::scale(*ms, left),
        _ => Err(no_operator("*", left, right)),
    }
}

fn divide(left: &Value, right: &Value) -> Eval {
    match (left, right) {
        (Value::Int(_) | Value::Decimal(_), Value::Int(_) | Value::Decimal(_)) => numbers::divide(left, right),
        (Value::Money(amount), Value::Int(_) | Value::Decimal(_)) => money::divide(amount, right),
        (Value::Money(a), Value::Money(b)) => money::ratio(a, b),
        _ => Err(no_operator("/", left, right)),
    }
}

/// The operands have no such operator: `none` where data lacks something, else an ill-typed program.
pub(super) fn no_operator(op: &str, left: &Value, right: &Value) -> EvalError {
    let (left_text, right_text) = (describe(left), describe(right));
    if *left == Value::None || *right == Value::None {
        return EvalError::new(
            "none_value",
            format!("`{op}` has {left_text} on its left and {right_text} on its right; both must have a value."),
        );
    }
    EvalError::program(format!("`{op}` has {left_text} on its left and {right_text} on its right"))
}

/// The result does not fit.
pub(super) fn overflow(op: &str, left: &Value, right: &Value) -> EvalError {
    EvalError::new(
        "overflow",
        format!(
            "{} {op} {} has no exact result of up to {} digits. Round one side first.",
            left.display(),
            right.display(),
            decimal::DIGITS
        ),
    )
}
