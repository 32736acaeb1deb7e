//! Functions that make or read maps, and those of outcomes.

use std::collections::BTreeMap;
use std::sync::Arc;

use ntro_ir::{Builtin, Value};

use super::builtins::Args;
use super::lists::key_text;
use super::{Env, Eval, EvalError, money};

/// The functions of this family.
pub(super) fn call(env: &Env<'_>, builtin: Builtin, args: &Args) -> Eval {
    match builtin {
        Builtin::GroupBy => group_by(env, args),
        Builtin::ToMap => to_map(env, args),
        Builtin::Totals => totals(env, args),
        Builtin::Keys => match args.get(0)? {
            Value::Map(map) => {
                env.burn_for(map.len() / 8)?;
                Ok(Value::list(map.keys().map(|key| Value::Text(Arc::clone(key))).collect()))
            }
            other => Err(EvalError::ill_typed("a map", other)),
        },
        Builtin::Values => values(env, args),
        Builtin::Failures => failures(env, args),
        _ => Err(EvalError::program(format!("`{}` is no function of maps", builtin.name()))),
    }
}

fn group_by(env: &Env<'_>, args: &Args) -> Eval {
    let function = args.function(1)?;
    let mut groups: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
    for item in args.list(0)?.iter() {
        let key = key_text(&env.apply(function, std::slice::from_ref(item))?)?;
        groups.entry(key).or_default().push(item.clone());
    }
    Ok(Value::Map(Arc::new(groups.into_iter().map(|(key, items)| (key, Value::list(items))).collect())))
}

fn to_map(env: &Env<'_>, args: &Args) -> Eval {
    let function = args.function(1)?;
    let mut map = BTreeMap::new();
    for item in args.list(0)?.iter() {
        map.insert(key_text(&env.apply(function, std::slice::from_ref(item))?)?, item.clone());
    }
    Ok(Value::Map(Arc::new(map)))
}

fn totals(env: &Env<'_>, args: &Args) -> Eval {
    let function = args.optional_function(1)?;
    let mut totals = BTreeMap::new();
    for item in args.list(0)?.iter() {
        env.burn(1)?;
        let term = match function {
            None => item.clone(),
            Some(function) => env.apply(function, std::slice::from_ref(item))?,
        };
        let amount = money::amount(&term)?;
        let sum = match totals.get(amount.currency.code()) {
            Some(Value::Money(so_far)) => money::add(so_far, amount, "+")?,
            _ => *amount,
        };
        totals.insert(Arc::from(amount.currency.code()), Value::Money(sum));
    }
    Ok(Value::Map(Arc::new(totals)))
}

/// The values of a map, or of the outcomes that are `ok`.
fn values(env: &Env<'_>, args: &Args) -> Eval {
    match args.get(0)? {
        Value::Map(map) => {
            env.burn_for(map.len() / 8)?;
            Ok(Value::list(map.values().cloned().collect()))
        }
        Value::List(items) => {
            env.burn_for(items.len() / 8)?;
            let values = items.iter().map(|item| outcome(item).map(|(ok, value)| ok.then(|| value.clone())));
            Ok(Value::list(values.collect::<Eval<Vec<_>>>()?.into_iter().flatten().collect()))
        }
        other => Err(EvalError::ill_typed("a map or a list of outcomes", other)),
    }
}

/// The failures among outcomes. The key is the failure's own field `key` where the machine knows one, else the place in the
/// list, from 1, which is what an iteration without a key is called by.
fn failures(env: &Env<'_>, args: &Args) -> Eval {
    let items = args.list(0)?;
    env.burn_for(items.len() / 8)?;
    let mut failures = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let (ok, error) = outcome(item)?;
        if !ok {
            let key = match error.field("key") {
                Some(Value::Text(key)) if !key.is_empty() => Value::Text(key.clone()),
                _ => Value::text((index + 1).to_string()),
            };
            failures.push(Value::record([("key", key), ("error", error.clone())]));
        }
    }
    Ok(Value::list(failures))
}

fn outcome(value: &Value) -> Eval<(bool, &Value)> {
    match value {
        Value::Variant(variant) if &*variant.0 == "ok" => Ok((true, &variant.1)),
        Value::Variant(variant) if &*variant.0 == "failed" => Ok((false, &variant.1)),
        other => Err(EvalError::ill_typed("an outcome", other)),
    }
}
