//! Whether a value is what was expected. Numbers are compared as numbers, however many digits they were written with.

use ntro_ir::scenario::Pattern;
use ntro_ir::{Value, json::to_json};
use ntro_machine::Json;

/// The longest piece of JSON in a message, in characters.
const LONGEST: usize = 200;

/// The first thing that differs.
#[derive(Debug)]
pub(super) struct Difference {
    /// What was expected, with its place.
    pub(super) expected: String,
    /// What is there.
    pub(super) happened: String,
}

/// What differs, if anything.
pub(super) fn difference(pattern: &Pattern, json: &Json) -> Option<Difference> {
    at(pattern, json, "")
}

fn at(pattern: &Pattern, json: &Json, path: &str) -> Option<Difference> {
    match pattern {
        Pattern::Is(value) => (!same(value, json)).then(|| told(path, &shown(&to_json(value)), json)),
        Pattern::Has(text) => {
            let has = match json {
                Json::String(whole) => whole.contains(text.as_str()),
                Json::Array(items) => items.iter().any(|item| item.as_str() == Some(text)),
                _ => false,
            };
            (!has).then(|| told(path, &format!("something with {text:?}"), json))
        }
        Pattern::Fields(fields) => {
            if !json.is_object() {
                return Some(told(path, &shown(&pattern.to_json()), json));
            }
            fields.iter().find_map(|(name, part)| {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                at(part, json.get(name).unwrap_or(&Json::Null), &path)
            })
        }
        Pattern::Items(items) => match json {
            Json::Array(found) if found.len() == items.len() => (1_usize..)
                .zip(items.iter().zip(found))
                .find_map(|(nth, (item, found))| at(item, found, &format!("{path}[{nth}]"))),
            Json::Array(found) => Some(Difference {
                expected: if path.is_empty() {
                    elements(items.len())
                } else {
                    format!("{} in `{path}`", elements(items.len()))
                },
                happened: format!("there are {}: {}", found.len(), shown(json)),
            }),
            _ => Some(told(path, &shown(&pattern.to_json()), json)),
        },
    }
}

fn elements(count: usize) -> String {
    if count == 1 { "1 element".to_owned() } else { format!("{count} elements") }
}

fn told(path: &str, expected: &str, json: &Json) -> Difference {
    let place = if path.is_empty() { String::new() } else { format!("`{path}` ") };
    Difference { expected: format!("{place}= {expected}"), happened: format!("{place}is {}", shown(json)) }
}

/// JSON as a message shows it.
pub(super) fn shown(json: &Json) -> String {
    // Money reads as money.
    if let (Some(amount), Some(currency), 2) = (
        json.get("amount").and_then(Json::as_str),
        json.get("currency").and_then(Json::as_str),
        json.as_object().map_or(0, serde_json::Map::len),
    ) {
        return format!("{amount} {currency}");
    }
    let text = if json.is_null() { "none".to_owned() } else { json.to_string() };
    if text.chars().count() <= LONGEST {
        return text;
    }
    format!("{}…", text.chars().take(LONGEST).collect::<String>())
}

fn same(value: &Value, json: &Json) -> bool {
    match (value, json) {
        (Value::None, json) => json.is_null(),
        (Value::Decimal(number), Json::String(_) | Json::Number(_)) => {
            ntro_ir::decimal::parse(&digits(json)) == Some(*number)
        }
        (Value::Int(number), Json::String(_) | Json::Number(_)) => {
            ntro_ir::decimal::parse(&digits(json)) == Some((*number).into())
        }
        (Value::Money(money), Json::Object(fields)) => {
            let amount = fields.get("amount").and_then(Json::as_str).and_then(ntro_ir::decimal::parse);
            amount == Some(money.amount) && fields.get("currency").and_then(Json::as_str) == Some(money.currency.code())
        }
        (Value::List(items), Json::Array(found)) => {
            items.len() == found.len() && items.iter().zip(found).all(|(item, found)| same(item, found))
        }
        (Value::Record(record), Json::Object(found)) => {
            record.0.iter().all(|(name, value)| same(value, found.get(&**name).unwrap_or(&Json::Null)))
        }
        (Value::Map(map), Json::Object(found)) => {
            map.len() == found.len()
                && map.iter().all(|(key, value)| found.get(&**key).is_some_and(|json| same(value, json)))
        }
        (value, json) => to_json(value) == *json,
    }
}

fn digits(json: &Json) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_equal_whatever_their_digits() {
        let value = Value::Decimal(ntro_ir::decimal::parse("1.50").unwrap());
        assert!(same(&value, &json!("1.5")));
        assert!(!same(&value, &json!("1.51")));
        let pattern = Pattern::Fields(vec![("n".to_owned(), Pattern::Is(Value::Int(2)))]);
        assert!(difference(&pattern, &json!({ "n": 2, "other": true })).is_none());
        let found = difference(&pattern, &json!({ "n": 3 })).unwrap();
        assert_eq!((found.expected.as_str(), found.happened.as_str()), ("`n` = 2", "`n` is 3"));
    }

    #[test]
    fn a_list_has_exactly_its_elements_and_a_text_a_part() {
        let pattern = Pattern::Items(vec![Pattern::Has("slow".to_owned())]);
        assert!(difference(&pattern, &json!(["too slow"])).is_none());
        assert!(difference(&pattern, &json!(["too slow", "b"])).unwrap().happened.contains("there are 2"));
        assert!(difference(&pattern, &json!(["fast"])).unwrap().expected.contains("[1]"));
    }
}
