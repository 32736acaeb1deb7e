//! One cell, read as a field's type asks.

use serde_json::{Value as Json, json};

use super::shape::Kind;
use super::{date, number, words};

/// What is known of a column besides its cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Habits {
    /// Decimals are written with a comma.
    pub(crate) comma: bool,
    /// The month is written before the day.
    pub(crate) month_first: bool,
    /// The currency of amounts that name none.
    pub(crate) currency: Option<String>,
}

/// Reads a cell that is not empty. The error says what is wrong with it, without naming row or column.
pub(crate) fn read(kind: &Kind, text: &str, habits: &Habits) -> Result<Json, String> {
    let text = text.trim();
    let wrong = || format!("`{}` is not {}", short(text), kind.describe());
    match kind {
        Kind::Text => Ok(json!(text)),
        Kind::Bool => truth(text).map(Json::Bool).ok_or_else(wrong),
        Kind::Int => {
            let value = number::number(text, habits.comma).filter(|value| value.fract().is_zero()).ok_or_else(wrong)?;
            let whole: i64 = value.trunc().normalize().to_string().parse().map_err(|_| wrong())?;
            Ok(json!(whole))
        }
        Kind::Decimal => {
            let value = number::number(text, habits.comma);
            let value =
                value.or_else(|| number::money(text, habits.comma).map(|(amount, _)| amount)).ok_or_else(wrong)?;
            Ok(json!(number::decimal_text(value)))
        }
        Kind::Date => date::date(text, habits.month_first).map(|date| json!(date.to_string())).ok_or_else(wrong),
        Kind::DateTime => moment(text, habits.month_first).map(Json::String).ok_or_else(wrong),
        Kind::Period => date::period(text, habits.month_first).map(Json::String).ok_or_else(wrong),
        Kind::Currency => currency(text).map(Json::String).ok_or_else(wrong),
        Kind::Money(fixed) => money(text, fixed.as_deref(), habits),
        Kind::Enum(values) => one_of(text, values).map(|value| json!(value)).ok_or_else(wrong),
        Kind::Texts => Ok(json!(text.split(';').map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>())),
        Kind::Other => Err(wrong()),
    }
}

/// A cell in a message: cut where it is long.
pub(crate) fn short(text: &str) -> String {
    let mut cut: String = text.chars().take(40).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut.replace(['\n', '\r'], " ")
}

fn money(text: &str, fixed: Option<&str>, habits: &Habits) -> Result<Json, String> {
    let Some((amount, named)) = number::money(text, habits.comma) else {
        return Err(format!("`{}` is not an amount of money", short(text)));
    };
    if let (Some(named), Some(fixed)) = (&named, fixed)
        && named != fixed
    {
        return Err(format!("`{}` is in {named}, but {fixed} is expected", short(text)));
    }
    match named.as_deref().or(fixed).or(habits.currency.as_deref()) {
        Some(currency) => Ok(json!({ "amount": number::amount_text(amount, currency), "currency": currency })),
        None => Err("no currency is written anywhere".to_owned()),
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "t" | "1" | "x" | "✓" | "✔" => Some(true),
        "no" | "n" | "false" | "f" | "0" | "-" | "✗" => Some(false),
        _ => None,
    }
}

fn currency(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    match ntro_ir::Currency::new(&upper) {
        Some(currency) => Some(currency.code().to_owned()),
        None => number::currency_in(text).map(str::to_owned),
    }
}

/// The value of an enumeration whose words are those of the cell: `Needs attention` is `needs_attention`.
fn one_of(text: &str, values: &[String]) -> Option<String> {
    let meant = words::words(text).concat();
    values.iter().find(|value| *value == text || words::words(value).concat() == meant).cloned()
}

/// An instant: RFC 3339, else a date with a time, taken as UTC.
fn moment(text: &str, month_first: bool) -> Option<String> {
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(instant.to_string());
    }
    let day = date::date(text, month_first)?;
    let time = text.split([' ', 'T']).find(|part| part.contains(':')).unwrap_or("00:00");
    let time = time.trim_end_matches('Z');
    let padded = if time.matches(':').count() == 1 { format!("{time}:00") } else { time.to_owned() };
    let padded = if padded.find(':') == Some(1) { format!("0{padded}") } else { padded };
    format!("{day}T{padded}Z").parse::<jiff::Timestamp>().ok().map(|instant| instant.to_string())
}
