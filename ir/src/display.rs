//! The text that people see of a value, and the language's form of durations.

use std::fmt::{self, Write};

use rust_decimal::Decimal;

use crate::value::{Money, Value};

const UNITS: [(&str, i64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

impl Value {
    /// The text that people see: in templates, in messages, in `to_text`.
    ///
    /// Money is `1000.01 GBP` with its own digits after the point and at least two, without thousands separators. A decimal
    /// keeps the digits that it was written with. `none` is nothing. Dates, times and periods are in ISO form, durations in the
    /// language's (`1h30m`). Lists are joined by `, `; records and maps are `{ a: 1, b: x }`; a file is its name.
    pub fn display(&self) -> String {
        self.display_within(usize::MAX)
    }

    /// The same, left off soon after `most` bytes: a result longer than that is not whole. It never cuts a character.
    pub fn display_within(&self, most: usize) -> String {
        let mut out = Bounded { text: String::new(), most };
        // The only error is that the text is full, and then what there is of it is the answer.
        let _ = write_value(&mut out, self, 0);
        out.text
    }
}

struct Bounded {
    text: String,
    most: usize,
}

impl Write for Bounded {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        if self.text.len() >= self.most {
            return Err(fmt::Error);
        }
        self.text.push_str(part);
        Ok(())
    }
}

fn write_value(out: &mut Bounded, value: &Value, depth: u32) -> fmt::Result {
    if depth > 64 {
        return out.write_str("…");
    }
    match value {
        Value::None => Ok(()),
        Value::Bool(value) => write!(out, "{value}"),
        Value::Int(value) => write!(out, "{value}"),
        Value::Decimal(value) => write!(out, "{value}"),
        Value::Text(text) | Value::Enum(text) | Value::Json(text) | Value::Grid(text) => out.write_str(text),
        Value::Money(value) => write!(out, "{value}"),
        Value::Currency(value) => write!(out, "{value}"),
        Value::Date(value) => write!(out, "{value}"),
        Value::DateTime(value) => write!(out, "{value}"),
        Value::Period(value) => write!(out, "{value}"),
        Value::Duration(ms) => out.write_str(&duration_text(*ms)),
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.write_str(", ")?;
                }
                write_value(out, item, depth + 1)?;
            }
            Ok(())
        }
        Value::Record(record) => write_fields(out, record.0.iter().map(|(name, value)| (&**name, value)), depth),
        Value::Map(map) => write_fields(out, map.iter().map(|(name, value)| (&**name, value)), depth),
        Value::Variant(variant) => {
            out.write_str(&variant.0)?;
            if variant.1 != Value::None {
                out.write_str(" ")?;
                write_value(out, &variant.1, depth + 1)?;
            }
            Ok(())
        }
        Value::File(file) if file.filename.is_empty() => out.write_str(&file.document_ref),
        Value::File(file) => out.write_str(&file.filename),
        Value::Lambda(_) => out.write_str("a function"),
    }
}

fn write_fields<'a>(out: &mut Bounded, fields: impl Iterator<Item = (&'a str, &'a Value)>, depth: u32) -> fmt::Result {
    let mut any = false;
    for (name, value) in fields {
        out.write_str(if any { ", " } else { "{ " })?;
        any = true;
        write!(out, "{name}: ")?;
        if *value == Value::None {
            out.write_str("none")?;
        } else {
            write_value(out, value, depth + 1)?;
        }
    }
    out.write_str(if any { " }" } else { "{}" })
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", amount_text(self.amount), self.currency)
    }
}

/// An amount as text: its own digits after the point, and at least two. Zero is never negative.
pub fn amount_text(amount: Decimal) -> String {
    let amount = if amount.is_zero() { amount.abs() } else { amount };
    let text = amount.to_string();
    match text.split_once('.') {
        Some((_, digits)) if digits.len() >= 2 => text,
        Some(_) => format!("{text}0"),
        None => format!("{text}.00"),
    }
}

/// A duration of milliseconds in the language's form: `1h30m`, `3d`, `90s` as `1m30s`, `0s`.
pub fn duration_text(ms: i64) -> String {
    if ms == 0 {
        return "0s".to_owned();
    }
    let mut text = if ms < 0 { "-".to_owned() } else { String::new() };
    let mut left = ms.unsigned_abs();
    for (unit, size) in UNITS {
        let size = size.unsigned_abs();
        if left >= size {
            text.push_str(&format!("{}{unit}", left / size));
            left %= size;
        }
    }
    text
}

/// Reads a duration in the language's form (`1h30m`, units `d h m s ms`) or in that of ISO 8601 with weeks, days and times
/// (`PT1H30M`, `P1DT12H`); years and months have no fixed length and are not taken.
pub fn parse_duration(text: &str) -> Option<i64> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let ms = if text.starts_with(['P', 'p']) { parse_iso(text)? } else { parse_units(text)? };
    if negative { ms.checked_neg() } else { Some(ms) }
}

fn parse_units(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut total: i64 = 0;
    let mut units = UNITS.iter();
    while !rest.is_empty() {
        let (number, after) = take_digits(rest)?;
        let end = after.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(after.len());
        let unit = after.get(..end)?;
        // Going on in the iterator enforces that units come from large to small, each once.
        let (_, size) = units.find(|(name, _)| *name == unit)?;
        total = total.checked_add(number.checked_mul(*size)?)?;
        rest = after.get(end..)?;
    }
    (!text.is_empty()).then_some(total)
}

fn parse_iso(text: &str) -> Option<i64> {
    let upper = text.to_ascii_uppercase();
    let (date, time) = match upper.strip_prefix('P')?.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date.to_owned(), time.to_owned()),
        None => (upper.strip_prefix('P')?.to_owned(), String::new()),
    };
    if date.is_empty() && time.is_empty() {
        return None;
    }
    let date = iso_part(&date, &[('W', 604_800_000), ('D', 86_400_000)])?;
    let time = iso_part(&time, &[('H', 3_600_000), ('M', 60_000), ('S', 1_000)])?;
    date.checked_add(time)
}

fn iso_part(text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut rest = text;
    let mut total: i64 = 0;
    let mut units = units.iter();
    while !rest.is_empty() {
        let (number, mut after) = take_digits(rest)?;
        let mut thousandths = 0;
        if let Some(fraction) = after.strip_prefix(['.', ',']) {
            let digits = fraction.len() - fraction.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            if !(1..=3).contains(&digits) {
                return None;
            }
            thousandths = format!("{:0<3}", fraction.get(..digits)?).parse::<i64>().ok()?;
            after = fraction.get(digits..)?;
            if !after.starts_with('S') {
                return None;
            }
        }
        let unit = after.chars().next()?;
        let (_, size) = units.find(|(name, _)| *name == unit)?;
        total = total.checked_add(number.checked_mul(*size)?)?.checked_add(thousandths)?;
        rest = after.get(1..)?;
    }
    Some(total)
}

fn take_digits(text: &str) -> Option<(i64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text.get(..end)?.parse().ok()?, text.get(end..)?))
}

impl crate::Builtin {
    /// The name that people write: `flat_map`, `sum`, `in`.
    pub fn name(self) -> String {
        match self {
            crate::Builtin::InCurrency => "in".to_owned(),
            crate::Builtin::CurrencyOf => "currency".to_owned(),
            crate::Builtin::DaysBetween => "days".to_owned(),
            other => match serde_json::to_value(other) {
                Ok(serde_json::Value::String(name)) => name,
                _ => String::new(),
            },
        }
    }
}
