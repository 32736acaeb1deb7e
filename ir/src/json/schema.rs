//! The JSON Schema of a type, which models, forms and other programs are given.

use serde_json::{Map, Value as Json, json};

use super::to_json;
use crate::types::{EnumDef, FieldDef, RecordDef, Type, TypeDef, TypeId};

const MAX_DEPTH: u32 = 64;

/// The JSON Schema (2020-12) of a type. Records and enumerations with a name stand under `$defs`; documentation becomes
/// descriptions, and units and forms are said where a model or a person would otherwise guess.
pub fn schema(ty: &Type, types: &[TypeDef]) -> Json {
    let mut writer = Writer { types, defs: Map::new(), begun: vec![false; types.len()] };
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
}

impl Writer<'_> {
    fn of(&mut self, ty: &Type, depth: u32) -> Json {
        if depth > MAX_DEPTH {
            return json!({});
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
        if let (Some(default), Some(fields)) = (&field.default, schema.as_object_mut()) {
            fields.insert("default".to_owned(), to_json(default));
        }
        schema
    }
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
