//! Functions of lists.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ntro_ir::{Builtin, ExprId, Money, Value};
use rust_decimal::Decimal;

use super::builtins::Args;
use super::error::{describe, shorten};
use super::order::{self, Key};
use super::{Env, Eval, EvalError, MAX_ITEMS, as_bool, money, numbers, template};

/// How many numbers `range` makes at most.
const MAX_RANGE: i64 = 10_000;

/// Refuses a list that is too long.
pub(super) fn check(length: usize) -> Eval<()> {
    if length > MAX_ITEMS {
        return Err(EvalError::new(
            "out_of_range",
            format!("A list would have {length} items; {MAX_ITEMS} are the most that a run holds."),
        ));
    }
    Ok(())
}

/// The functions of this family.
pub(super) fn call(env: &Env<'_>, builtin: Builtin, args: &Args) -> Eval {
    match builtin {
        Builtin::Count => count(env, args),
        Builtin::Contains => contains(env, args.get(0)?, args.get(1)?).map(Value::Bool),
        Builtin::At => at(args),
        Builtin::Range => range(env, args.int(0)?, args.int(1)?),
        Builtin::Min | Builtin::Max if !matches!(args.get(0)?, Value::List(_)) => {
            of_two(args.get(0)?, args.get(1)?, builtin)
        }
        _ => {
            let items = args.list(0)?;
            env.burn_for(items.len() / 8)?;
            of_list(env, builtin, args, items)
        }
    }
}

fn of_list(env: &Env<'_>, builtin: Builtin, args: &Args, items: &Arc<Vec<Value>>) -> Eval {
    let amount = |number: i64| usize::try_from(number.max(0)).unwrap_or(usize::MAX);
    match builtin {
        Builtin::Map => {
            let function = args.function(1)?;
            items.iter().map(|item| one(env, function, item)).collect::<Eval<Vec<_>>>().map(Value::list)
        }
        Builtin::Filter => {
            let function = args.function(1)?;
            let mut kept = Vec::new();
            for item in items.iter() {
                if test(env, function, item)? {
                    kept.push(item.clone());
                }
            }
            Ok(if kept.len() == items.len() { Value::List(Arc::clone(items)) } else { Value::list(kept) })
        }
        Builtin::FlatMap => flat_map(env, args.function(1)?, items),
        Builtin::Any => {
            let function = args.function(1)?;
            position(env, function, items.iter()).map(|found| Value::Bool(found.is_some()))
        }
        Builtin::All => {
            let function = args.function(1)?;
            for item in items.iter() {
                if !test(env, function, item)? {
                    return Ok(Value::Bool(false));
                }
            }
            Ok(Value::Bool(true))
        }
        Builtin::First => pick(env, args, items.iter()),
        Builtin::Last => pick(env, args, items.iter().rev()),
        Builtin::Only => match items.as_slice() {
            [single] => Ok(single.clone()),
            [] => Err(EvalError::new("not_one", "`only` needs exactly one item, and the list is empty.")),
            more => {
                Err(EvalError::new("not_one", format!("`only` needs exactly one item, and there are {}.", more.len())))
            }
        },
        Builtin::Take => Ok(Value::list(items.iter().take(amount(args.int(1)?)).cloned().collect())),
        Builtin::Drop => Ok(Value::list(items.iter().skip(amount(args.int(1)?)).cloned().collect())),
        Builtin::Present => Ok(Value::list(items.iter().filter(|item| **item != Value::None).cloned().collect())),
        Builtin::Reverse => Ok(Value::list(items.iter().rev().cloned().collect())),
        Builtin::Distinct => distinct(env, args, items),
        Builtin::SortBy => sort_by(env, args.function(1)?, items),
        Builtin::Sum => sum(env, args, items),
        Builtin::Min => extreme(env, args, items, Ordering::Less, "min"),
        Builtin::Max => extreme(env, args, items, Ordering::Greater, "max"),
        Builtin::Average => average(items),
        Builtin::Join => join(env, items, args.text(1)?),
        Builtin::LeftJoin => left_join(env, args, items),
        Builtin::Zip => {
            let right = args.list(1)?;
            Ok(Value::list(items.iter().zip(right.iter()).map(|(a, b)| pair(a.clone(), b.clone())).collect()))
        }
        _ => Err(EvalError::program(format!("`{}` is no function of lists", builtin.name()))),
    }
}

fn one(env: &Env<'_>, function: ExprId, item: &Value) -> Eval {
    env.apply(function, std::slice::from_ref(item))
}

fn test(env: &Env<'_>, function: ExprId, item: &Value) -> Eval<bool> {
    one(env, function, item).and_then(|value| as_bool(&value, "what a condition over a list yields"))
}

fn position<'a>(env: &Env<'_>, function: ExprId, items: impl Iterator<Item = &'a Value>) -> Eval<Option<&'a Value>> {
    for item in items {
        if test(env, function, item)? {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn pick<'a>(env: &Env<'_>, args: &Args, mut items: impl Iterator<Item = &'a Value>) -> Eval {
    let found = match args.optional_function(1)? {
        None => items.next(),
        Some(function) => position(env, function, items)?,
    };
    Ok(found.cloned().unwrap_or(Value::None))
}

fn count(env: &Env<'_>, args: &Args) -> Eval {
    let length = match (args.get(0)?, args.optional_function(1)?) {
        (Value::List(items), None) => items.len(),
        (Value::List(items), Some(function)) => {
            let mut fitting = 0;
            for item in items.iter() {
                fitting += usize::from(test(env, function, item)?);
            }
            fitting
        }
        (Value::Map(map), None) => map.len(),
        (Value::Text(text) | Value::Enum(text), None) => text.chars().count(),
        (other, _) => return Err(EvalError::ill_typed("a list, a map or a text", other)),
    };
    i64::try_from(length).map(Value::Int).map_err(|_| EvalError::program("a list of impossible length"))
}

/// Whether a list has an item, a map a key, a text a part.
pub(super) fn contains(env: &Env<'_>, whole: &Value, part: &Value) -> Eval<bool> {
    match whole {
        Value::List(items) => {
            env.burn_for(items.len() / 8)?;
            Ok(items.iter().any(|item| order::equal(item, part)))
        }
        Value::Map(map) => {
            Ok(part.as_str().ok_or_else(|| EvalError::ill_typed("a text", part)).map(|key| map.contains_key(key))?)
        }
        Value::Text(text) | Value::Enum(text) => {
            let part = part.as_str().ok_or_else(|| EvalError::ill_typed("a text", part))?;
            env.burn_for(text.len() / 64)?;
            Ok(text.contains(part))
        }
        other => Err(EvalError::ill_typed("a list, a map or a text", other)),
    }
}

fn at(args: &Args) -> Eval {
    let found = match args.get(0)? {
        Value::List(items) => usize::try_from(args.int(1)?).ok().and_then(|index| items.get(index)),
        Value::Map(map) => map.get(args.text(1)?),
        other => return Err(EvalError::ill_typed("a list or a map", other)),
    };
    Ok(found.cloned().unwrap_or(Value::None))
}

fn range(env: &Env<'_>, from: i64, to: i64) -> Eval {
    let length = to.saturating_sub(from).max(0);
    if length > MAX_RANGE {
        return Err(EvalError::new(
            "out_of_range",
            format!("`range({from}, {to})` has {length} numbers; {MAX_RANGE} are the most."),
        ));
    }
    env.burn(length.unsigned_abs() / 8)?;
    Ok(Value::list((from..to).map(Value::Int).collect()))
}

fn flat_map(env: &Env<'_>, function: ExprId, items: &[Value]) -> Eval {
    let mut all = Vec::new();
    for item in items {
        match one(env, function, item)? {
            Value::List(more) => {
                check(all.len() + more.len())?;
                env.burn_for(more.len() / 8)?;
                all.extend_from_slice(&more);
            }
            other => return Err(EvalError::ill_typed("a list", &other)),
        }
    }
    Ok(Value::list(all))
}

/// What each item is compared by: what the function yields, or the item itself.
fn keys(env: &Env<'_>, function: Option<ExprId>, items: &[Value]) -> Eval<Vec<Value>> {
    match function {
        None => Ok(items.to_vec()),
        Some(function) => items.iter().map(|item| one(env, function, item)).collect(),
    }
}

fn distinct(env: &Env<'_>, args: &Args, items: &[Value]) -> Eval {
    let keys = keys(env, args.optional_function(1)?, items)?;
    env.burn_for(keys.len())?;
    let mut seen = BTreeSet::new();
    let firsts = items.iter().zip(keys).filter_map(|(item, key)| seen.insert(Key(key)).then(|| item.clone()));
    Ok(Value::list(firsts.collect()))
}

/// Sorts by keys that have an order with one another; `none` stands before everything.
fn sort_by(env: &Env<'_>, function: ExprId, items: &[Value]) -> Eval {
    let keys = keys(env, Some(function), items)?;
    env.burn_for(keys.len().saturating_mul(2))?;
    // Every key is compared with one before the sort, because a sort cannot stop at a comparison that fails.
    if let Some(first) = keys.iter().find(|key| **key != Value::None) {
        for key in keys.iter().filter(|key| **key != Value::None) {
            order::compare("`sort_by`", first, key)?;
        }
    }
    let mut pairs: Vec<_> = keys.into_iter().map(Key).zip(items).collect();
    pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(Value::list(pairs.into_iter().map(|(_, item)| item.clone()).collect()))
}

/// The first item with the smallest or largest key. Items whose key is `none` do not take part.
/// The lesser or the greater of two values, the first where they are equal.
fn of_two(left: &Value, right: &Value, which: Builtin) -> Eval {
    let (wanted, what) = match which {
        Builtin::Min => (Ordering::Less, "`min`"),
        _ => (Ordering::Greater, "`max`"),
    };
    Ok(if order::compare(what, right, left)? == wanted { right.clone() } else { left.clone() })
}

fn extreme(env: &Env<'_>, args: &Args, items: &[Value], wanted: Ordering, name: &str) -> Eval {
    let keys = keys(env, args.optional_function(1)?, items)?;
    let what = format!("`{name}`");
    let mut best: Option<(&Value, &Value)> = None;
    for (key, item) in keys.iter().zip(items).filter(|(key, _)| **key != Value::None) {
        match best {
            Some((best_key, _)) if order::compare(&what, key, best_key)? != wanted => {}
            _ => best = Some((key, item)),
        }
    }
    Ok(best.map_or(Value::None, |(_, item)| item.clone()))
}

fn sum(env: &Env<'_>, args: &Args, items: &[Value]) -> Eval {
    let currency = args.optional(2).map(money::currency).transpose()?;
    let terms = keys(env, args.optional_function(1)?, items)?;
    let mut total: Option<Value> = currency.map(|currency| Value::Money(Money { amount: Decimal::ZERO, currency }));
    for term in terms {
        total = Some(match (total, &term) {
            (None, Value::Int(_) | Value::Decimal(_) | Value::Money(_) | Value::Duration(_)) => term,
            (Some(Value::Money(so_far)), Value::Money(amount)) => {
                if so_far.currency != amount.currency {
                    return Err(EvalError::new("currency", mixed_currencies(&so_far, amount, currency.is_some())));
                }
                Value::Money(money::add(&so_far, amount, "+")?)
            }
            (Some(so_far @ (Value::Int(_) | Value::Decimal(_))), Value::Int(_) | Value::Decimal(_)) => {
                numbers::add(&so_far, &term)?
            }
            (Some(so_far @ Value::Duration(_)), Value::Duration(_)) => super::dates::add(&so_far, &term)?,
            (_, Value::None) => {
                return Err(EvalError::new(
                    "none_value",
                    "`sum` meets an item without a value (`none`). Leave those out with `filter`, or say what they count as with `?? 0`.",
                ));
            }
            (so_far, _) => {
                let so_far = so_far.as_ref().map_or_else(|| "nothing".to_owned(), describe);
                return Err(EvalError::program(format!("`sum` adds {} to {so_far}", describe(&term))));
            }
        });
    }
    match (total, args.optional(3)) {
        (Some(total), _) => Ok(total),
        (None, Some(zero)) => Ok(zero.clone()),
        (None, None) => Err(EvalError::new(
            "currency",
            "`sum` of an empty list of amounts has no currency. Name it: `sum(…, in: GBP)`.",
        )),
    }
}

fn mixed_currencies(so_far: &Money, amount: &Money, named: bool) -> String {
    if named {
        return format!(
            "`sum(in: {})` meets {amount}, which is in {}. Use `totals` for a sum in each currency.",
            so_far.currency, amount.currency
        );
    }
    format!(
        "`sum` adds amounts of one currency, and here are {} and {} ({amount}). Use `totals` for a sum in each currency.",
        so_far.currency, amount.currency
    )
}

fn average(items: &[Value]) -> Eval {
    let Some(first) = items.first() else { return Ok(Value::None) };
    let mut total = first.clone();
    for item in items.iter().skip(1) {
        total = numbers::add(&total, item)?;
    }
    let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
    numbers::divide(&total, &Value::Int(count))
}

fn join(env: &Env<'_>, items: &[Value], between: &str) -> Eval {
    let mut text = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push_str(between);
        }
        match item.as_str() {
            Some(part) => text.push_str(part),
            None => text.push_str(&template::display(env, item)?),
        }
        template::check(text.len())?;
    }
    env.burn_for(text.len() / 64)?;
    Ok(Value::text(text))
}

fn pair(left: Value, right: Value) -> Value {
    Value::record([("left", left), ("right", right)])
}

fn left_join(env: &Env<'_>, args: &Args, left: &[Value]) -> Eval {
    let right = args.list(1)?;
    let left_keys = keys(env, Some(args.function(2)?), left)?;
    let right_keys = keys(env, Some(args.function(3)?), right)?;
    env.burn_for(left.len().saturating_add(right.len()))?;
    let mut first_of = BTreeMap::new();
    for (key, item) in right_keys.into_iter().zip(right.iter()) {
        first_of.entry(Key(key)).or_insert(item);
    }
    let rows = left.iter().zip(left_keys).map(|(item, key)| {
        let found = first_of.get(&Key(key)).map_or(Value::None, |found| (*found).clone());
        pair(item.clone(), found)
    });
    Ok(Value::list(rows.collect()))
}

/// The text that a key of a map is.
pub(super) fn key_text(value: &Value) -> Eval<Arc<str>> {
    match value {
        Value::Text(text) | Value::Enum(text) => Ok(Arc::clone(text)),
        Value::Currency(currency) => Ok(currency.code().into()),
        other => Err(EvalError::ill_typed(&format!("a key (a text, not {})", shorten(&other.display())), other)),
    }
}
