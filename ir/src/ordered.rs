//! JSON written in the order in which its type declares its fields, for people who read it.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value as Json;

use crate::types::{Type, TypeDef};

/// JSON with its type. It serialises to the same JSON with the keys of each record in the order of the declaration; keys that the
/// type does not know come last, so nothing is lost.
#[derive(Debug, Clone, Copy)]
pub struct Ordered<'a> {
    /// What is written.
    pub json: &'a Json,
    /// Its type; a type that does not fit changes nothing but the order.
    pub ty: &'a Type,
    /// The types of the program.
    pub types: &'a [TypeDef],
}

impl<'a> Ordered<'a> {
    fn part(&self, json: &'a Json, ty: &'a Type) -> Ordered<'a> {
        Ordered { json, ty, types: self.types }
    }

    fn type_of(&self, id: u32) -> Option<&'a TypeDef> {
        usize::try_from(id).ok().and_then(|index| self.types.get(index))
    }
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.ty, self.json) {
            (Type::Optional(of), json) => self.part(json, of).serialize(serializer),
            (Type::List(of), Json::Array(items)) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(&self.part(item, of))?;
                }
                seq.end()
            }
            (Type::Map(of), Json::Object(entries)) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, &self.part(value, of))?;
                }
                map.end()
            }
            (Type::Named(id), Json::Object(entries)) => match self.type_of(*id) {
                Some(TypeDef::Record(record)) => {
                    let mut map = serializer.serialize_map(Some(entries.len()))?;
                    for field in &record.fields {
                        if let Some(value) = entries.get(&field.name) {
                            map.serialize_entry(&field.name, &self.part(value, &field.ty))?;
                        }
                    }
                    for (key, value) in entries {
                        if !record.fields.iter().any(|field| field.name == *key) {
                            map.serialize_entry(key, value)?;
                        }
                    }
                    map.end()
                }
                _ => self.json.serialize(serializer),
            },
            _ => self.json.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

    use super::*;
    use crate::types::{FieldDef, RecordDef};

    #[test]
    fn keys_follow_the_declaration_and_none_is_lost() {
        let field = |name: &str, ty| FieldDef { name: name.into(), ty, default: None, doc: String::new() };
        let inner = RecordDef {
            name: "In".into(),
            fields: vec![field("z", Type::Int), field("a", Type::Int)],
            doc: String::new(),
        };
        let rows = Type::Optional(Box::new(Type::List(Box::new(Type::Named(0)))));
        let outer = RecordDef {
            name: "Out".into(),
            fields: vec![field("rows", rows), field("id", Type::Text)],
            doc: String::new(),
        };
        let types = [TypeDef::Record(inner), TypeDef::Record(outer)];
        let json: Json = serde_json::from_str(r#"{"id":"x","extra":1,"rows":[{"a":1,"z":2,"m":{"k":0}},7]}"#).unwrap();
        let text = serde_json::to_string(&Ordered { json: &json, ty: &Type::Named(1), types: &types }).unwrap();
        assert_eq!(text, r#"{"rows":[{"z":2,"a":1,"m":{"k":0}},7],"id":"x","extra":1}"#);
        assert_eq!(serde_json::from_str::<Json>(&text).unwrap(), json);
    }
}
