//! Equality and order of values.
//!
//! Equality never fails; it is a total order over all values, so that `distinct` and joins need no comparison of each with
//! each. What `<` and sorting mean to people is [`compare`], which refuses what has no order: amounts in two currencies.

use std::cmp::Ordering;

use ntro_ir::Value;
use ntro_ir::value::Record;
use rust_decimal::Decimal;

use super::error::describe;
use super::{Eval, EvalError};

/// Whether two values are equal. Whole numbers and decimals compare by number; a value of an enumeration equals a text of its name.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    total(left, right) == Ordering::Equal
}

/// A value that can be a key of an ordered map.
#[derive(Debug, Clone)]
pub(super) struct Key(pub(super) Value);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        total(&self.0, &other.0)
    }
}

/// The order of what `<` compares and `sort_by` sorts by.
///
/// # Errors
/// `currency` for amounts in two currencies, `none_value` and `program` for what has no order.
pub(super) fn compare(what: &str, left: &Value, right: &Value) -> Eval<Ordering> {
    match (left, right) {
        (Value::Money(a), Value::Money(b)) if a.currency != b.currency => Err(EvalError::new(
            "currency",
            format!("{what} compares {a} with {b}; amounts in {} and {} have no order.", a.currency, b.currency),
        )),
        (Value::Int(_) | Value::Decimal(_), Value::Int(_) | Value::Decimal(_))
        | (Value::Money(_), Value::Money(_))
        | (Value::Text(_), Value::Text(_))
        | (Value::Date(_), Value::Date(_))
        | (Value::DateTime(_), Value::DateTime(_))
        | (Value::Period(_), Value::Period(_))
        | (Value::Duration(_), Value::Duration(_))
        | (Value::Bool(_), Value::Bool(_)) => Ok(total(left, right)),
        (Value::None, _) | (_, Value::None) => Err(EvalError::new(
            "none_value",
            format!(
                "{what} compares {} with {}; nothing is less or more than `none`.",
                describe(left),
                describe(right)
            ),
        )),
        _ => Err(EvalError::program(format!("{what} compares {} with {}", describe(left), describe(right)))),
    }
}

/// An order over all values: by kind, then by value.
fn total(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Decimal(a), Value::Decimal(b)) => a.cmp(b),
        (Value::Int(a), Value::Decimal(b)) => Decimal::from(*a).cmp(b),
        (Value::Decimal(a), Value::Int(b)) => a.cmp(&Decimal::from(*b)),
        (Value::Text(a) | Value::Enum(a), Value::Text(b) | Value::Enum(b)) => a.cmp(b),
        (Value::Money(a), Value::Money(b)) => a.currency.cmp(&b.currency).then_with(|| a.amount.cmp(&b.amount)),
        (Value::Currency(a), Value::Currency(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::DateTime(a), Value::DateTime(b)) => a.cmp(b),
        (Value::Period(a), Value::Period(b)) => a.cmp(b),
        (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => each(a.iter().zip(b.iter())).then_with(|| a.len().cmp(&b.len())),
        (Value::Map(a), Value::Map(b)) => a.keys().cmp(b.keys()).then_with(|| each(a.values().zip(b.values()))),
        (Value::Record(a), Value::Record(b)) => records(a, b),
        (Value::Variant(a), Value::Variant(b)) => a.0.cmp(&b.0).then_with(|| total(&a.1, &b.1)),
        (Value::File(a), Value::File(b)) => a.document_ref.cmp(&b.document_ref),
        (Value::Grid(a), Value::Grid(b)) | (Value::Json(a), Value::Json(b)) => a.cmp(b),
        (Value::Lambda(a), Value::Lambda(b)) => a.cmp(b),
        _ => rank(left).cmp(&rank(right)),
    }
}

fn each<'a>(mut pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Ordering {
    pairs.find_map(|(a, b)| Some(total(a, b)).filter(|order| order.is_ne())).unwrap_or(Ordering::Equal)
}

/// Records compare by the names of their fields, then by their values, whatever the order they lie in.
fn records(left: &Record, right: &Record) -> Ordering {
    if left.0.len() == right.0.len()
        && left.0.iter().zip(&right.0).all(|((a, _), (b, _))| a == b)
        && names_sorted_once(left)
    {
        return each(left.0.iter().zip(&right.0).map(|((_, a), (_, b))| (a, b)));
    }
    let sorted = |record: &Record| {
        let mut fields: Vec<_> = record.0.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        fields.sort_by(|(a, _), (b, _)| a.cmp(b));
        fields
    };
    let (left, right) = (sorted(left), sorted(right));
    let names = left.iter().map(|(name, _)| name).cmp(right.iter().map(|(name, _)| name));
    names.then_with(|| each(left.iter().zip(&right).map(|((_, a), (_, b))| (a, b))))
}

/// The short way is only taken where it gives the same order as the long one.
fn names_sorted_once(record: &Record) -> bool {
    record.0.windows(2).all(|pair| matches!(pair, [(a, _), (b, _)] if a < b))
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::None => 0,
        Value::Bool(_) => 1,
        Value::Int(_) | Value::Decimal(_) => 2,
        Value::Text(_) | Value::Enum(_) => 3,
        Value::Money(_) => 4,
        Value::Currency(_) => 5,
        Value::Date(_) => 6,
        Value::DateTime(_) => 7,
        Value::Period(_) => 8,
        Value::Duration(_) => 9,
        Value::List(_) => 10,
        Value::Map(_) => 11,
        Value::Record(_) => 12,
        Value::Variant(_) => 13,
        Value::File(_) => 14,
        Value::Grid(_) => 15,
        Value::Json(_) => 16,
        Value::Lambda(_) => 17,
    }
}
