//! Columns of tables and fields of forms, from the types of the program.

use ntro_ir::{FieldDef, Program, Type, TypeDef, TypeId};
use serde_json::json;

use crate::io::Json;

/// The fields of a record type.
pub(crate) fn of(program: &Program, record: TypeId) -> &[FieldDef] {
    match program.types.get(record as usize) {
        Some(TypeDef::Record(def)) => &def.fields,
        Some(TypeDef::Enum(_)) | None => &[],
    }
}

/// A column or a field as existing clients read it: `key, label, type, editable`.
pub(crate) fn column(program: &Program, field: &FieldDef, editable: bool) -> Json {
    let (kind, options, optional) = kind(program, &field.ty);
    let mut json = json!({ "key": field.name, "label": humanise(&field.name), "type": kind, "editable": editable });
    if let Some(fields) = json.as_object_mut() {
        if let Some(options) = options {
            fields.insert("options".to_owned(), json!(options));
        }
        if optional {
            fields.insert("optional".to_owned(), Json::Bool(true));
        }
        if !field.doc.is_empty() {
            fields.insert("description".to_owned(), json!(field.doc));
        }
    }
    json
}

fn kind<'p>(program: &'p Program, ty: &Type) -> (&'static str, Option<&'p [String]>, bool) {
    match ty {
        Type::Optional(inner) => {
            let (kind, options, _) = kind(program, inner);
            (kind, options, true)
        }
        Type::Bool => ("boolean", None, false),
        Type::Int | Type::Decimal => ("number", None, false),
        Type::Money | Type::MoneyIn(_) => ("currency", None, false),
        Type::Date | Type::DateTime => ("date", None, false),
        Type::File => ("file", None, false),
        Type::Named(id) => match program.types.get(*id as usize) {
            Some(TypeDef::Enum(def)) => ("enum", Some(&def.values), false),
            Some(TypeDef::Record(_)) | None => ("object", None, false),
        },
        Type::List(_) | Type::Map(_) | Type::Grid | Type::Json | Type::Outcome(_) | Type::Choice(_) => {
            ("object", None, false)
        }
        Type::Nothing | Type::Text | Type::Period | Type::Duration | Type::Currency => ("text", None, false),
    }
}

/// `due_date` as `Due date`.
pub(crate) fn humanise(name: &str) -> String {
    let spaced = name.replace(['_', '-'], " ");
    let mut chars = spaced.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => spaced,
    }
}
