//! Functions of text.

use jiff::civil::Date;
use ntro_ir::{Builtin, Value, decimal};

use super::builtins::Args;
use super::{Env, Eval, EvalError, MAX_TEXT, lists, template};

/// The functions of this family.
pub(super) fn call(env: &Env<'_>, builtin: Builtin, args: &Args) -> Eval {
    if builtin == Builtin::ToText {
        return template::display(env, args.get(0)?).map(Value::text);
    }
    let text = args.text(0)?;
    env.burn_for(text.len() / 64)?;
    match builtin {
        Builtin::Upper => bounded(text.to_uppercase()),
        Builtin::Lower => bounded(text.to_lowercase()),
        Builtin::Trim => Ok(Value::text(text.trim())),
        Builtin::StartsWith => Ok(Value::Bool(text.starts_with(args.text(1)?))),
        Builtin::EndsWith => Ok(Value::Bool(text.ends_with(args.text(1)?))),
        Builtin::Replace => replace(env, text, args.text(1)?, args.text(2)?),
        Builtin::Split => split(env, text, args.text(1)?),
        Builtin::Slice => {
            let place = |number: i64| usize::try_from(number).unwrap_or(0);
            let (from, to) = (place(args.int(1)?), place(args.int(2)?));
            Ok(Value::text(text.chars().skip(from).take(to.saturating_sub(from)).collect::<String>()))
        }
        Builtin::ParseInt => Ok(parse_int(text.trim()).map_or(Value::None, Value::Int)),
        Builtin::ParseDecimal => Ok(decimal::parse(text.trim()).map_or(Value::None, Value::Decimal)),
        Builtin::ParseDate => Ok(parse_date(text.trim()).map_or(Value::None, Value::Date)),
        _ => Err(EvalError::program(format!("`{}` is no function of text", builtin.name()))),
    }
}

fn bounded(text: String) -> Eval {
    template::check(text.len())?;
    Ok(Value::text(text))
}

/// Replaces each occurrence; nothing is replaced where what is looked for is empty.
fn replace(env: &Env<'_>, text: &str, from: &str, to: &str) -> Eval {
    if from.is_empty() {
        return Ok(Value::text(text));
    }
    // Counted first, so that a long replacement of a short text cannot take all memory.
    let found = text.matches(from).count();
    let length = text.len().saturating_add(found.saturating_mul(to.len())).min(MAX_TEXT.saturating_mul(2));
    template::check(length.saturating_sub(found.saturating_mul(from.len())))?;
    env.burn_for(length / 64)?;
    Ok(Value::text(text.replace(from, to)))
}

/// The parts between separators; its characters where the separator is empty.
fn split(env: &Env<'_>, text: &str, by: &str) -> Eval {
    let parts: Vec<Value> = if by.is_empty() {
        lists::check(text.chars().count())?;
        text.chars().map(|c| Value::text(c.to_string())).collect()
    } else {
        lists::check(text.matches(by).count() + 1)?;
        text.split(by).map(Value::text).collect()
    };
    env.burn_for(parts.len())?;
    Ok(Value::list(parts))
}

fn parse_int(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// `2026-03-31` and nothing else: the library would also take a date with a time, and drop the time.
fn parse_date(text: &str) -> Option<Date> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    shape.then(|| text.parse().ok()).flatten()
}
