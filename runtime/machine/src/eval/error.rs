//! What can go wrong in an evaluation, in words.

use ntro_ir::Value;

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct EvalError {
    /// `conversion`, `currency`, `overflow`, `division_by_zero`, `out_of_range`, `not_one`, `none_value`, `fuel`, `depth`, or
    /// `program` for an ill-typed program, which is a fault of the compiler and not of the runbook.
    pub(crate) kind: &'static str,
    /// A sentence for people.
    pub(crate) message: String,
}

impl EvalError {
    /// An error of a kind.
    pub(crate) fn new(kind: &'static str, message: impl Into<String>) -> EvalError {
        EvalError { kind, message: message.into() }
    }

    /// The program does what no compiler lets through.
    pub(crate) fn program(what: impl Into<String>) -> EvalError {
        EvalError::new("program", format!("The program is not well-formed: {}.", what.into()))
    }

    /// A value is not what the program must have made sure of. `none` is told apart, because it is the one that real data brings.
    pub(crate) fn ill_typed(needed: &str, found: &Value) -> EvalError {
        match found {
            Value::None => {
                EvalError::new("none_value", format!("There is no value here (`none`) where {needed} is needed."))
            }
            other => EvalError::program(format!("{} stands where {needed} is needed", describe(other))),
        }
    }
}

/// What a value is, for a message: its kind, and itself where it is short.
pub(crate) fn describe(value: &Value) -> String {
    let kind = match value {
        Value::None => return "`none`".to_owned(),
        Value::Bool(_) => "the truth value",
        Value::Int(_) => "the whole number",
        Value::Decimal(_) => "the decimal",
        Value::Text(_) => "the text",
        Value::Enum(_) => "the value",
        Value::Money(_) => "the amount",
        Value::Currency(_) => "the currency",
        Value::Date(_) => "the date",
        Value::DateTime(_) => "the time",
        Value::Period(_) => "the period",
        Value::Duration(_) => "the duration",
        Value::List(items) => return format!("a list of {}", items.len()),
        Value::Map(map) => return format!("a map of {}", map.len()),
        Value::Record(_) => return "a record".to_owned(),
        Value::Variant(variant) => return format!("`{}` of several named values", variant.0),
        Value::File(_) => "the file",
        Value::Grid(_) => return "a table of cells".to_owned(),
        Value::Json(_) => return "JSON".to_owned(),
        Value::Lambda(_) => return "a function".to_owned(),
    };
    format!("{kind} `{}`", shorten(&value.display()))
}

/// A text cut for a message.
pub(crate) fn shorten(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST - 1).chain(['…']).collect() }
}
