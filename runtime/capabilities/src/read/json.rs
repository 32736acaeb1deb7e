//! JSON: a list of objects (alone, or as the only list of an object) becomes a table whose columns are the keys.

use ntro_store::Grid;
use serde_json::Value as Json;

use super::{Budget, Parsed, decode, one_sheet};
use crate::Limits;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Parsed, String> {
    let (text, note) = decode::decode(bytes)?;
    let json: Json = serde_json::from_str(&text)
        .map_err(|error| format!("it is not valid JSON (line {}, column {}: {error})", error.line(), error.column()))?;
    let mut budget = Budget::new(limits);
    let grid = grid(&json, &mut budget);
    Ok(Parsed {
        format: "json",
        pages: 1,
        grid,
        plain_text: text,
        truncated: budget.exhausted,
        rows_cut: budget.exhausted,
        notes: note.into_iter().collect(),
    })
}

pub(crate) fn grid(json: &Json, budget: &mut Budget) -> Grid {
    let Some(objects) = objects(json) else { return Grid::default() };
    let mut keys: Vec<&str> = Vec::new();
    for key in objects.iter().flat_map(|object| object.keys()) {
        if !keys.contains(&key.as_str()) && keys.len() < 1_000 {
            keys.push(key);
        }
    }
    let mut rows = vec![keys.iter().map(|key| (*key).to_owned()).collect()];
    for object in objects {
        if !budget.take(keys.len()) {
            break;
        }
        rows.push(keys.iter().map(|key| object.get(*key).map(cell).unwrap_or_default()).collect());
    }
    one_sheet("1", rows)
}

fn objects(json: &Json) -> Option<Vec<&serde_json::Map<String, Json>>> {
    match json {
        Json::Array(items) if !items.is_empty() => items.iter().map(Json::as_object).collect(),
        Json::Object(map) => {
            let mut lists = map.values().filter_map(|value| value.as_array().and_then(|_| objects(value)));
            match (lists.next(), lists.next()) {
                (Some(only), None) => Some(only),
                (None, _) => Some(vec![map]),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A value as a cell: money as `500.01 GBP`, texts bare, the rest as JSON.
fn cell(json: &Json) -> String {
    match json {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Object(map) => match (map.get("amount"), map.get("currency").and_then(Json::as_str), map.len()) {
            (Some(amount), Some(currency), 2) => format!("{} {currency}", cell(amount)),
            _ => json.to_string(),
        },
        other => other.to_string(),
    }
}
