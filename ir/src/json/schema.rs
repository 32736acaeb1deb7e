//! The JSON Schema of a type, which models, forms and other programs are given.

use serde_json::{Map, Value as Json, json};

use super::to_json;
use crate::types::{EnumDef, FieldDef, RecordDef, Type, TypeDef, TypeId};

const MAX_DEPTH: u32 = 64;

/// The JSON Schema (2020-12) of a type. Records and enumerations with a name stand under `$defs`; documentation becomes
/// descriptions, and units and forms are said where a model or a person would otherwise guess.
pub fn schema(ty: &Type, types: &[TypeDef]) -> Json {
    written(ty, types, false)
}

/// The same, but it also takes every other form that reading takes: a bare number for money of a known currency, a text for a whole
/// number, `null` where a default stands in.
pub fn accepted(ty: &Type, types: &[TypeDef]) -> Json {
    written(ty, types, true)
}

fn written(ty: &Type, types: &[TypeDef], lenient: bool) -> Json {
    let mut writer = Writer { types, defs: Map::new(), begun: vec![false; types.len()], lenient };
    let mut schema = writer.of(ty, 0);
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("$schema".to_owned(), Json::from("https://json-schema.org/draft/2020-12/schema"));
        if !writer.defs.is_empty() {
            fields.insert("$defs".to_owned(), Json::Object(writer.defs));
        }
    }
    schema
}

struct Writer<'a> {
    types: &'a [TypeDef],
    defs: Map<String, Json>,
    begun: Vec<bool>,
    /// Whether every form that reading takes is allowed, or only the one that writing gives.
    lenient: bool,
}

impl Writer<'_> {
    fn of(&mut self, ty: &Type, depth: u32) -> Json {
        if depth > MAX_DEPTH {
            return json!({});
        }
        if let Some(schema) = self.lenient.then(|| lenient(ty)).flatten() {
            return schema;
        }
        match ty {
            Type::Nothing => json!({ "type": "null" }),
            Type::Bool => json!({ "type": "boolean" }),
            Type::Int => json!({ "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX }),
            Type::Decimal => decimal(),
            Type::Text => json!({ "type": "string" }),
            Type::Date => json!({ "type": "string", "format": "date" }),
            Type::DateTime => json!({ "type": "string", "format": "date-time" }),
            Type::Period => {
                json!({ "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$", "description": "A calendar month, such as 2026-03." })
            }
            Type::Duration => json!({ "type": "string", "description": "A length of time, such as 1h30m or PT1H30M." }),
            Type::Money => money(json!({ "type": "string", "pattern": "^[A-Z]{3}$" })),
            Type::MoneyIn(currency) => money(json!({ "const": currency.code() })),
            Type::Currency => {
                json!({ "type": "string", "pattern": "^[A-Z]{3}$", "description": "A currency code, such as GBP." })
            }
            Type::File => json!({
                "type": "object",
                "description": "A document, by its reference in the store.",
                "properties": {
                    "document_ref": { "type": "string" },
                    "filename": { "type": "string" },
                    "content_type": { "type": "string" },
                },
                "required": ["document_ref"],
            }),
            Type::Grid => json!({
                "type": "object",
                "description": "A table of cells, by its reference in the store.",
                "properties": { "grid_ref": { "type": "string" } },
                "required": ["grid_ref"],
            }),
            Type::Json => json!({}),
            Type::List(item) => {
                let mut schema = json!({ "type": "array" });
                put(&mut schema, "items", self.of(item, depth + 1));
                schema
            }
            Type::Map(item) => json!({ "type": "object", "additionalProperties": self.of(item, depth + 1) }),
            Type::Optional(item) => json!({ "anyOf": [self.of(item, depth + 1), { "type": "null" }] }),
            Type::Named(id) => self.named(*id, depth),
            Type::Outcome(item) => json!({ "oneOf": [
                { "type": "object", "properties": { "ok": self.of(item, depth + 1) }, "required": ["ok"] },
                { "type": "object", "properties": { "failed": { "type": "object" } }, "required": ["failed"] },
            ] }),
            Type::Choice(choices) => {
                let choices: Vec<Json> = choices
                    .iter()
                    .map(|(tag, ty)| {
                        json!({
                            "type": "object",
                            "properties": { "tag": { "const": tag }, "value": self.of(ty, depth + 1) },
                            "required": ["tag"],
                        })
                    })
                    .collect();
                json!({ "oneOf": choices })
            }
        }
    }

    fn named(&mut self, id: TypeId, depth: u32) -> Json {
        let types = self.types;
        match types.get(id as usize) {
            None => json!({}),
            // What has no name is written where it is used; the depth ends one that holds itself.
            Some(TypeDef::Record(def)) if def.name.is_empty() => self.record(def, depth),
            Some(def) => {
                let name = self.name_of(id, def);
                if self.begun.get(id as usize) == Some(&false) {
                    if let Some(begun) = self.begun.get_mut(id as usize) {
                        *begun = true;
                    }
                    let schema = match def {
                        TypeDef::Record(def) => self.record(def, depth),
                        TypeDef::Enum(def) => enumeration(def),
                    };
                    self.defs.insert(name.clone(), schema);
                }
                json!({ "$ref": format!("#/$defs/{}", name.replace('~', "~0").replace('/', "~1").replace('%', "%25")) })
            }
        }
    }

    /// The name of a type, made different where an earlier one has the same.
    fn name_of(&self, id: TypeId, def: &TypeDef) -> String {
        let name = def.name();
        let earlier = self.types.iter().take(id as usize).filter(|other| other.name() == name).count();
        let name = name.replace(['<', ',', ' '], "_").replace('>', "");
        if earlier == 0 { name } else { format!("{name}_{}", earlier + 1) }
    }

    fn record(&mut self, def: &RecordDef, depth: u32) -> Json {
        let mut properties = Map::new();
        for field in &def.fields {
            properties.insert(field.name.clone(), self.field(field, depth));
        }
        let required: Vec<&str> = def
            .fields
            .iter()
            .filter(|field| field.default.is_none() && !matches!(field.ty, Type::Optional(_)))
            .map(|field| field.name.as_str())
            .collect();
        let mut schema = json!({ "type": "object", "required": required });
        put(&mut schema, "properties", Json::Object(properties));
        describe(&mut schema, &def.doc);
        schema
    }

    fn field(&mut self, field: &FieldDef, depth: u32) -> Json {
        let mut schema = self.of(&field.ty, depth + 1);
        describe(&mut schema, &field.doc);
        if field.default.is_some() && self.lenient && !matches!(field.ty, Type::Optional(_)) {
            schema = json!({ "anyOf": [self.of(&field.ty, depth + 1), { "type": "null" }] });
            describe(&mut schema, &field.doc);
        }
        if let (Some(default), Some(fields)) = (&field.default, schema.as_object_mut()) {
            fields.insert("default".to_owned(), to_json(default));
        }
        schema
    }
}

/// The types of which reading takes more forms than writing gives, and those whose form can be said more exactly than a model needs.
fn lenient(ty: &Type) -> Option<Json> {
    let reference = |object: Json, what: &str| {
        let text =
            json!({ "type": "string", "minLength": 1, "description": format!("The reference of {what} alone.") });
        json!({ "anyOf": [object, text] })
    };
    Some(match ty {
        Type::Int => json!({
            "type": ["integer", "string"],
            "minimum": i64::MIN,
            "maximum": i64::MAX,
            "pattern": "^-?[0-9]+$",
        }),
        Type::Date => json!({
            "type": "string",
            "format": "date",
            "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        }),
        Type::DateTime => json!({
            "type": "string",
            "format": "date-time",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}.*([Zz]|[+-][0-9]{2}.*)$",
            "description": "An instant with its zone, such as 2026-03-31T09:00:00Z.",
        }),
        Type::Duration => json!({
            "type": "string",
            "pattern": "^-?([0-9]+(ms|s|m|h|d))+$|^-?P",
            "description": "A length of time, such as 1h30m or PT1H30M.",
        }),
        Type::Money => money_forms(money(json!({ "type": "string", "pattern": "^[A-Z]{3}$" })), "[A-Z]{3}", false),
        Type::MoneyIn(currency) => {
            let mut object = money(json!({ "const": currency.code() }));
            put(&mut object, "required", json!(["amount"]));
            money_forms(object, currency.code(), true)
        }
        Type::File => reference(
            json!({
                "type": "object",
                "description": "A document, by its reference in the store.",
                "properties": {
                    "document_ref": { "type": "string", "minLength": 1 },
                    "filename": { "type": ["string", "null"] },
                    "content_type": { "type": ["string", "null"] },
                },
                "required": ["document_ref"],
            }),
            "the document",
        ),
        Type::Grid => reference(
            json!({
                "type": "object",
                "description": "A table of cells, by its reference in the store.",
                "properties": { "grid_ref": { "type": "string", "minLength": 1 } },
                "required": ["grid_ref"],
            }),
            "the table",
        ),
        _ => return None,
    })
}

/// Money as an object, as a text with its currency, and where the currency is known as a bare amount.
fn money_forms(object: Json, currency: &str, known: bool) -> Json {
    let text = json!({ "type": "string", "pattern": format!("^ *[-+]?[0-9]+([.][0-9]+)? +{currency} *$") });
    let mut forms = vec![object, text];
    if known {
        forms.push(decimal());
    }
    json!({ "anyOf": forms, "description": format!("An amount of money, such as \"500.01 {}\".", if known { currency } else { "GBP" }) })
}

fn decimal() -> Json {
    json!({
        "type": ["string", "number"],
        "pattern": "^[-+]?[0-9]+([.][0-9]+)?$",
        "description": "An exact decimal; as a text such as \"0.10\" all digits are kept.",
    })
}

fn money(currency: Json) -> Json {
    let mut amount = decimal();
    describe(&mut amount, "The amount, as a text such as \"500.01\".");
    let properties = Map::from_iter([("amount".to_owned(), amount), ("currency".to_owned(), currency)]);
    let mut schema = json!({ "type": "object", "required": ["amount", "currency"] });
    put(&mut schema, "properties", Json::Object(properties));
    schema
}

/// Puts something into an object as it is; the macro would copy it.
fn put(schema: &mut Json, name: &str, value: Json) {
    if let Some(fields) = schema.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

fn enumeration(def: &EnumDef) -> Json {
    let mut schema = json!({ "type": "string", "enum": def.values });
    describe(&mut schema, &def.doc);
    schema
}

/// Puts documentation before what the type itself says.
fn describe(schema: &mut Json, doc: &str) {
    if let (false, Some(fields)) = (doc.is_empty(), schema.as_object_mut()) {
        let text = match fields.get("description").and_then(Json::as_str) {
            Some(own) => format!("{doc} ({own})"),
            None => doc.to_owned(),
        };
        fields.insert("description".to_owned(), Json::from(text));
    }
}
