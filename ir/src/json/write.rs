//! Values to JSON.

use serde_json::{Map, Value as Json, json};

use crate::display::{amount_text, duration_text};
use crate::value::Value;

/// The JSON that people and systems see of a value.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::None | Value::Lambda(_) => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(value) => Json::from(*value),
        Value::Decimal(value) => Json::from(value.to_string()),
        Value::Text(text) | Value::Enum(text) => Json::from(&**text),
        Value::Money(money) => {
            json!({ "amount": amount_text(money.amount), "currency": money.currency.code() })
        }
        Value::Currency(currency) => Json::from(currency.code()),
        Value::Date(date) => Json::from(date.to_string()),
        Value::DateTime(instant) => Json::from(instant.to_string()),
        Value::Period(period) => Json::from(period.to_string()),
        Value::Duration(ms) => Json::from(duration_text(*ms)),
        Value::List(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Map(map) => object(map.iter().map(|(key, value)| (&**key, value))),
        Value::Record(record) => object(record.0.iter().map(|(key, value)| (&**key, value))),
        Value::Variant(variant) => match &*variant.0 {
            tag @ ("ok" | "failed") => object(std::iter::once((tag, &variant.1))),
            tag => json!({ "tag": tag, "value": to_json(&variant.1) }),
        },
        Value::File(file) => json!({
            "document_ref": file.document_ref,
            "filename": file.filename,
            "content_type": file.content_type,
        }),
        Value::Grid(reference) => json!({ "grid_ref": &**reference }),
        // The text came from JSON; should it not read back, it is given as it is rather than lost.
        Value::Json(text) => serde_json::from_str(text).unwrap_or_else(|_| Json::from(&**text)),
    }
}

fn object<'a>(fields: impl Iterator<Item = (&'a str, &'a Value)>) -> Json {
    Json::Object(fields.map(|(key, value)| (key.to_owned(), to_json(value))).collect::<Map<_, _>>())
}
