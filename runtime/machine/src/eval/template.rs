//! Texts made of parts.

use ntro_ir::{ExprId, Value};

use super::{Env, Eval, EvalError, MAX_TEXT};

/// A text made of the display texts of its parts.
pub(super) fn template(env: &Env<'_>, parts: &[ExprId]) -> Eval {
    let mut text = String::new();
    for part in parts {
        match env.eval(*part)? {
            Value::Text(piece) | Value::Enum(piece) => text.push_str(&piece),
            other => text.push_str(&display(env, &other)?),
        }
        check(text.len())?;
    }
    env.burn_for(text.len() / 64)?;
    Ok(Value::text(text))
}

/// The display text of a value, bounded.
pub(super) fn display(env: &Env<'_>, value: &Value) -> Eval<String> {
    let text = value.display_within(MAX_TEXT + 1);
    check(text.len())?;
    env.burn_for(text.len() / 64)?;
    Ok(text)
}

/// Refuses a text that is too long.
pub(super) fn check(length: usize) -> Eval<()> {
    if length > MAX_TEXT {
        return Err(EvalError::new(
            "out_of_range",
            "A text would be longer than 4 MB. Show fewer rows, or put it into a file.",
        ));
    }
    Ok(())
}
