//! The border between JSON and values, and the size of what crosses it.

use ntro_ir::json::{JsonLimits, from_json, to_json};
use ntro_ir::{Program, Type, Value};

use crate::bounds;
use crate::io::Json;

/// JSON as a value of a type; the error says where it went wrong.
pub(crate) fn decode(program: &Program, json: &Json, ty: &Type) -> Result<Value, String> {
    from_json(json, ty, &program.types, JsonLimits::default()).map_err(|error| error.to_string())
}

/// A value as people and systems see it.
pub(crate) fn encode(value: &Value) -> Json {
    to_json(value)
}

/// The JSON Schema of a type.
pub(crate) fn schema(program: &Program, ty: &Type) -> Json {
    ntro_ir::json::schema(ty, &program.types)
}

/// JSON as text with sorted keys, whatever order the map keeps.
pub(crate) fn canonical(json: &Json) -> String {
    let mut out = String::new();
    write_canonical(json, &mut out, 0);
    out
}

fn write_canonical(json: &Json, out: &mut String, depth: usize) {
    if depth > bounds::JSON_DEPTH {
        return;
    }
    match json {
        Json::Object(map) => {
            let mut keys: Vec<_> = map.iter().collect();
            keys.sort_by(|a, b| a.0.cmp(b.0));
            out.push('{');
            for (index, (key, value)) in keys.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Json::String(key.clone()).to_string());
                out.push(':');
                write_canonical(value, out, depth + 1);
            }
            out.push('}');
        }
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_canonical(item, out, depth + 1);
            }
            out.push(']');
        }
        other => out.push_str(&other.to_string()),
    }
}

/// A short digest of JSON, the same for equal JSON.
pub(crate) fn digest(json: &Json) -> String {
    blake3::hash(canonical(json).as_bytes()).to_hex().chars().take(32).collect()
}

/// Refuses JSON that is too large or too deep, before anything else looks at it.
///
/// # Errors
/// A sentence for people.
pub(crate) fn check_size(json: &Json) -> Result<(), String> {
    let mut left = bounds::INPUT_BYTES;
    match measure(json, &mut left, 0) {
        Measure::Fits => Ok(()),
        Measure::TooLarge => {
            Err("This is larger than 2 MB. Put large data into the store and send its reference.".to_owned())
        }
        Measure::TooDeep => Err(format!("This is nested more than {} levels deep.", bounds::JSON_DEPTH)),
    }
}

enum Measure {
    Fits,
    TooLarge,
    TooDeep,
}

fn measure(json: &Json, left: &mut usize, depth: usize) -> Measure {
    if depth > bounds::JSON_DEPTH {
        return Measure::TooDeep;
    }
    let mut take = |bytes: usize| match left.checked_sub(bytes) {
        Some(rest) => {
            *left = rest;
            true
        }
        None => false,
    };
    let fits = match json {
        Json::String(text) => take(text.len().saturating_add(2)),
        Json::Object(map) => take(map.iter().fold(2, |sum, (key, _)| sum.saturating_add(key.len()).saturating_add(4))),
        Json::Array(items) => take(items.len().saturating_add(2)),
        Json::Null | Json::Bool(_) | Json::Number(_) => take(5),
    };
    if !fits {
        return Measure::TooLarge;
    }
    let inner: Box<dyn Iterator<Item = &Json>> = match json {
        Json::Object(map) => Box::new(map.values()),
        Json::Array(items) => Box::new(items.iter()),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => return Measure::Fits,
    };
    for item in inner {
        match measure(item, left, depth + 1) {
            Measure::Fits => {}
            other => return other,
        }
    }
    Measure::Fits
}

/// How many bytes JSON takes, up to a bound.
pub(crate) fn size(json: &Json) -> usize {
    serde_json::to_vec(json).map_or(usize::MAX, |bytes| bytes.len())
}
