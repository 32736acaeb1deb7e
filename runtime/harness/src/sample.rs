//! Values made from types alone, for what nobody has given: `none` for what may be absent, one element in a list.

use ntro_ir::{Program, Type, TypeDef};
use ntro_machine::Json;
use serde_json::{Map, json};

/// How deep samples go. A type that holds itself ends in an empty list there.
const DEEPEST: u32 = 8;

/// A value of a type, as JSON.
pub fn sample(program: &Program, ty: &Type) -> Json {
    at_depth(program, ty, 0)
}

fn at_depth(program: &Program, ty: &Type, depth: u32) -> Json {
    let inner = |ty: &Type| at_depth(program, ty, depth + 1);
    match ty {
        Type::Nothing | Type::Optional(_) => Json::Null,
        Type::Bool => json!(true),
        Type::Int => json!(1),
        Type::Decimal => json!("1"),
        Type::Text => json!("sample"),
        Type::Date => json!("2026-01-05"),
        Type::DateTime => json!("2026-01-05T09:00:00Z"),
        Type::Period => json!("2026-01"),
        Type::Duration => json!("1h"),
        Type::Money => json!({ "amount": "1.00", "currency": "GBP" }),
        Type::MoneyIn(currency) => json!({ "amount": "1.00", "currency": currency.code() }),
        Type::Currency => json!("GBP"),
        Type::File => {
            json!({ "document_ref": "doc_sample", "filename": "sample.pdf", "content_type": "application/pdf" })
        }
        Type::Grid => json!({ "grid_ref": "grid_sample" }),
        Type::Json => json!({}),
        Type::List(_) if depth >= DEEPEST => json!([]),
        Type::List(item) => json!([inner(item)]),
        Type::Map(_) => json!({}),
        Type::Outcome(value) => json!({ "ok": inner(value) }),
        Type::Choice(arms) => arms.first().map_or(Json::Null, |(name, ty)| json!({ name.as_str(): inner(ty) })),
        Type::Named(id) => match usize::try_from(*id).ok().and_then(|id| program.types.get(id)) {
            Some(TypeDef::Record(record)) if depth < DEEPEST => {
                record.fields.iter().map(|field| (field.name.clone(), inner(&field.ty))).collect::<Map<_, _>>().into()
            }
            Some(TypeDef::Record(_)) => json!({}),
            Some(TypeDef::Enum(known)) => known.values.first().map_or(Json::Null, |value| json!(value)),
            None => Json::Null,
        },
    }
}

/// A value of a type with what is given: what its records leave out is made.
pub fn completed(program: &Program, ty: &Type, given: &Json) -> Json {
    filled(program, ty, given, 0)
}

fn filled(program: &Program, ty: &Type, given: &Json, depth: u32) -> Json {
    let inner = |ty: &Type, given: &Json| filled(program, ty, given, depth + 1);
    match (ty, given) {
        _ if depth > DEEPEST => given.clone(),
        (Type::Optional(of), given) if !given.is_null() => inner(of, given),
        (Type::List(of), Json::Array(items)) => items.iter().map(|item| inner(of, item)).collect(),
        (Type::Map(of), Json::Object(fields)) => {
            Json::Object(fields.iter().map(|(key, value)| (key.clone(), inner(of, value))).collect())
        }
        (Type::Named(id), Json::Object(fields)) => {
            match usize::try_from(*id).ok().and_then(|id| program.types.get(id)) {
                Some(TypeDef::Record(record)) => {
                    let mut all = fields.clone();
                    for field in &record.fields {
                        let value = match (fields.get(&field.name), &field.default) {
                            (Some(value), _) => inner(&field.ty, value),
                            (None, Some(default)) => ntro_ir::json::to_json(default),
                            (None, None) => at_depth(program, &field.ty, depth + 1),
                        };
                        all.insert(field.name.clone(), value);
                    }
                    Json::Object(all)
                }
                _ => given.clone(),
            }
        }
        _ => given.clone(),
    }
}
