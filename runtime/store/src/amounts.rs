//! Finds the money in a committed row.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde_json::Value as Json;

/// How deep nested records and lists are looked through; deeper money stays in the row's JSON only.
const MAX_DEPTH: usize = 16;

/// An amount of money in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Amount {
    /// Where: `amount`, `address.fees[2]`; empty where the row itself is an amount.
    pub(crate) field: String,
    /// Exact decimal text.
    pub(crate) amount: String,
    /// The currency's code.
    pub(crate) currency: String,
    /// The amount times 100, where that is a whole number of 64 bits.
    pub(crate) hundredths: Option<i64>,
}

/// All amounts of a row in the order of its JSON.
pub(crate) fn in_row(row: &Json) -> Vec<Amount> {
    let mut found = Vec::new();
    look(row, String::new(), 0, &mut found);
    found
}

fn look(json: &Json, field: String, depth: usize, found: &mut Vec<Amount>) {
    if depth > MAX_DEPTH {
        return;
    }
    match json {
        Json::Object(map) => {
            if let Some((amount, currency)) = money(json) {
                found.push(Amount { field, hundredths: hundredths(&amount), amount, currency });
                return;
            }
            for (name, inner) in map {
                let path = if field.is_empty() { name.clone() } else { format!("{field}.{name}") };
                look(inner, path, depth + 1, found);
            }
        }
        Json::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                look(inner, format!("{field}[{index}]"), depth + 1, found);
            }
        }
        _ => {}
    }
}

/// `{"amount": "500.01", "currency": "GBP"}`, nothing more and nothing less.
fn money(json: &Json) -> Option<(String, String)> {
    let map = json.as_object().filter(|map| map.len() == 2)?;
    let currency = map
        .get("currency")?
        .as_str()
        .filter(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()))?;
    let amount = match map.get("amount")? {
        Json::String(text) => text.clone(),
        // The shortest text of a JSON number is what was written, up to 17 digits.
        Json::Number(number) => number.to_string(),
        _ => return None,
    };
    Decimal::from_str(&amount).ok()?;
    Some((amount, currency.to_owned()))
}

fn hundredths(amount: &str) -> Option<i64> {
    let scaled = Decimal::from_str(amount).ok()?.checked_mul(Decimal::ONE_HUNDRED)?;
    if scaled.fract().is_zero() { scaled.trunc().normalize().to_string().parse().ok() } else { None }
}
