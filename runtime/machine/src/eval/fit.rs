//! A value as one of a type.

use std::collections::BTreeMap;
use std::sync::Arc;

use ntro_ir::value::Record;
use ntro_ir::{RecordDef, Type, TypeDef, Value, decimal};
use rust_decimal::Decimal;

use super::error::describe;
use super::{Env, Eval, EvalError};

/// How deep values may nest.
const MAX_NESTING: u32 = 64;

/// The value as one of the type: records get the fields of their type in its order, money is checked for its currency.
pub(super) fn fit(env: &Env<'_>, value: Value, ty: &Type) -> Eval {
    at(env, value, ty, MAX_NESTING)
}

fn at(env: &Env<'_>, value: Value, ty: &Type, left: u32) -> Eval {
    env.burn(1)?;
    let Some(left) = left.checked_sub(1) else {
        return Err(EvalError::new("depth", format!("A value is nested more than {MAX_NESTING} levels deep.")));
    };
    match (ty, value) {
        (Type::Optional(_) | Type::Nothing, Value::None) => Ok(Value::None),
        (Type::Nothing, _) => Ok(Value::None),
        (Type::Optional(inner), value) => at(env, value, inner, left),
        (Type::Named(id), value) => named(env, value, *id, left),
        (Type::List(item), Value::List(items)) => {
            let items = items.iter().map(|value| at(env, value.clone(), item, left)).collect::<Eval<Vec<_>>>()?;
            Ok(Value::list(items))
        }
        (Type::Map(item), Value::Map(map)) => {
            let map = map
                .iter()
                .map(|(key, value)| Ok((Arc::clone(key), at(env, value.clone(), item, left)?)))
                .collect::<Eval<BTreeMap<_, _>>>()?;
            Ok(Value::Map(Arc::new(map)))
        }
        (Type::Outcome(inner), Value::Variant(variant)) if &*variant.0 == "ok" => {
            Ok(Value::variant("ok", at(env, variant.1.clone(), inner, left)?))
        }
        (Type::Outcome(_), value @ Value::Variant(_)) => Ok(value),
        (Type::Choice(choices), Value::Variant(variant)) => match choices.iter().find(|(tag, _)| **tag == *variant.0) {
            Some((tag, inner)) => Ok(Value::variant(tag, at(env, variant.1.clone(), inner, left)?)),
            None => Err(misfit(&Value::Variant(variant), "one of the named values that are possible here")),
        },
        (Type::MoneyIn(wanted), Value::Money(money)) if money.currency != *wanted => Err(EvalError::new(
            "conversion",
            format!("{money} is in {}, and an amount in {wanted} is needed here.", money.currency),
        )),
        (Type::Json, value) => json(value),
        (ty, value) => scalar(value, ty),
    }
}

fn scalar(value: Value, ty: &Type) -> Eval {
    match (ty, value) {
        (Type::Decimal, Value::Int(number)) => Ok(Value::Decimal(Decimal::from(number))),
        (Type::Decimal, Value::Decimal(number)) if !decimal::in_range(number) => {
            Err(misfit(&Value::Decimal(number), "a decimal of at most 28 digits"))
        }
        (Type::Text, Value::Enum(text)) => Ok(Value::Text(text)),
        (Type::Bool, value @ Value::Bool(_))
        | (Type::Int, value @ Value::Int(_))
        | (Type::Decimal, value @ Value::Decimal(_))
        | (Type::Text, value @ Value::Text(_))
        | (Type::Date, value @ Value::Date(_))
        | (Type::DateTime, value @ Value::DateTime(_))
        | (Type::Period, value @ Value::Period(_))
        | (Type::Duration, value @ Value::Duration(_))
        | (Type::Money | Type::MoneyIn(_), value @ Value::Money(_))
        | (Type::Currency, value @ Value::Currency(_))
        | (Type::File, value @ Value::File(_))
        | (Type::Grid, value @ Value::Grid(_)) => Ok(value),
        (ty, value) => Err(misfit(&value, name(ty))),
    }
}

fn json(value: Value) -> Eval {
    Ok(match value {
        value @ (Value::Json(_) | Value::None) => value,
        other => Value::Json(ntro_ir::canonical::text(&ntro_ir::json::to_json(&other)).into()),
    })
}

fn named(env: &Env<'_>, value: Value, id: u32, left: u32) -> Eval {
    match (env.program.types.get(id as usize), value) {
        (Some(TypeDef::Record(def)), Value::Record(record)) => fields(env, def, &record, left),
        (Some(TypeDef::Enum(def)), Value::Text(text) | Value::Enum(text)) => {
            if def.values.iter().any(|name| **name == *text) {
                return Ok(Value::Enum(text));
            }
            Err(EvalError::new(
                "conversion",
                format!("`{text}` is no value of {}; it has {}.", def.name, def.values.join(", ")),
            ))
        }
        (Some(TypeDef::Record(def)), value) => Err(misfit(&value, &format!("a record {}", def.name))),
        (Some(TypeDef::Enum(def)), value) => Err(misfit(&value, &format!("a value of {}", def.name))),
        (None, _) => Err(EvalError::program(format!("type {id} does not exist"))),
    }
}

fn fields(env: &Env<'_>, def: &RecordDef, record: &Record, left: u32) -> Eval {
    let mut fitted = Vec::with_capacity(def.fields.len());
    for field in &def.fields {
        let value = match (record.get(&field.name), &field.default, &field.ty) {
            (Some(value), _, _) => at(env, value.clone(), &field.ty, left).map_err(|error| EvalError {
                message: if error.kind == "conversion" {
                    format!("`{}`: {}", field.name, error.message)
                } else {
                    error.message
                },
                ..error
            })?,
            (None, Some(default), _) => default.clone(),
            (None, None, Type::Optional(_)) => Value::None,
            (None, None, _) => {
                return Err(EvalError::new(
                    "conversion",
                    format!("`{}` is missing in a record {}.", field.name, def.name),
                ));
            }
        };
        fitted.push((Arc::from(field.name.as_str()), value));
    }
    Ok(Value::Record(Arc::new(Record(fitted))))
}

fn misfit(value: &Value, needed: &str) -> EvalError {
    EvalError::new("conversion", format!("{} stands where {needed} is needed.", describe(value)))
}

/// A type in words.
fn name(ty: &Type) -> &'static str {
    match ty {
        Type::Nothing => "nothing",
        Type::Bool => "true or false",
        Type::Int => "a whole number",
        Type::Decimal => "a decimal",
        Type::Text => "a text",
        Type::Date => "a date",
        Type::DateTime => "a time",
        Type::Period => "a period",
        Type::Duration => "a duration",
        Type::Money | Type::MoneyIn(_) => "an amount of money",
        Type::Currency => "a currency",
        Type::File => "a file",
        Type::Grid => "a table of cells",
        Type::Json => "JSON",
        Type::List(_) => "a list",
        Type::Map(_) => "a map",
        Type::Optional(_) => "a value or `none`",
        Type::Named(_) => "a record",
        Type::Outcome(_) => "an outcome",
        Type::Choice(_) => "one of several named values",
    }
}
