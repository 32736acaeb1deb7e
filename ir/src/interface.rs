//! The structure of a type without its names, as a digest.

use serde_json::{Value as Json, json};

use crate::canonical::{self, Digest};
use crate::types::{Type, TypeDef, TypeId};

/// How many types are looked at. The verifier allows no cycles, so only a hostile program comes here.
const MAX_STEPS: u32 = 100_000;
const MAX_DEPTH: usize = 128;

/// The digest of a type's structure.
pub(crate) fn type_digest(ty: &Type, types: &[TypeDef]) -> Digest {
    let mut walk = Walk { types, known: vec![None; types.len()], open: Vec::new(), steps: 0 };
    let shape = walk.shape(ty);
    Digest::of("ntro type", canonical::text(&shape).as_bytes())
}

struct Walk<'a> {
    types: &'a [TypeDef],
    known: Vec<Option<Digest>>,
    open: Vec<TypeId>,
    steps: u32,
}

impl Walk<'_> {
    fn shape(&mut self, ty: &Type) -> Json {
        self.steps = self.steps.saturating_add(1);
        if self.steps > MAX_STEPS || self.open.len() > MAX_DEPTH {
            return json!("too large");
        }
        match ty {
            Type::List(item) => json!({ "list": self.shape(item) }),
            Type::Map(item) => json!({ "map": self.shape(item) }),
            Type::Optional(item) => json!({ "optional": self.shape(item) }),
            Type::Outcome(item) => json!({ "outcome": self.shape(item) }),
            Type::Choice(choices) => {
                let choices: Vec<Json> = choices.iter().map(|(tag, ty)| json!([tag, self.shape(ty)])).collect();
                json!({ "choice": choices })
            }
            Type::MoneyIn(currency) => json!({ "money": currency.code() }),
            Type::Named(id) => self.named(*id),
            scalar => serde_json::to_value(scalar).unwrap_or(Json::Null),
        }
    }

    /// A named type stands as the digest of its structure, so that a type which is used often is walked once.
    fn named(&mut self, id: TypeId) -> Json {
        if let Some(Some(digest)) = self.known.get(id as usize) {
            return json!({ "type": digest.to_string() });
        }
        if let Some(place) = self.open.iter().rposition(|open| *open == id) {
            return json!({ "outer": self.open.len() - place });
        }
        let types = self.types;
        let shape = match types.get(id as usize) {
            None => json!("unknown"),
            Some(TypeDef::Enum(def)) => {
                let mut values: Vec<&String> = def.values.iter().collect();
                values.sort();
                json!({ "enum": values })
            }
            Some(TypeDef::Record(def)) => {
                self.open.push(id);
                let mut fields: Vec<(&str, Json)> = def
                    .fields
                    .iter()
                    .map(|field| (field.name.as_str(), json!([self.shape(&field.ty), field.default.is_some()])))
                    .collect();
                self.open.pop();
                fields.sort_by_key(|(key, _)| *key);
                json!({ "record": fields })
            }
        };
        let digest = Digest::of("ntro type", canonical::text(&shape).as_bytes());
        if let Some(known) = self.known.get_mut(id as usize) {
            *known = Some(digest);
        }
        json!({ "type": digest.to_string() })
    }
}
