//! Whose run it is, and which configuration it is given for that.
//!
//! A host calls this once, when it starts a run, and the run keeps what it was given: an override that changes later is for later runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::io::Json;

/// The fields of an input that name a tenant, the first that is there.
const TENANT: [&str; 2] = ["tenant", "tenant_slug"];
/// The same for an entity.
const ENTITY: [&str; 2] = ["entity", "entity_slug"];

/// What the runs of one tenant are given instead of what all are given, for one runbook.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TenantConfig {
    /// For all its entities.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub config: Map<String, Json>,
    /// By entity.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub entities: BTreeMap<String, Map<String, Json>>,
}

/// What tenants and their entities override in the configuration of one runbook, by tenant.
pub type Tenants = BTreeMap<String, TenantConfig>;

/// The tenant and the entity of a run: what its start says, else what its input names, else `default`.
pub fn whose(input: &Json, tenant: Option<&str>, entity: Option<&str>) -> (String, String) {
    let found = |said: Option<&str>, names: [&str; 2]| {
        let named = || names.iter().find_map(|name| input.get(*name).and_then(Json::as_str));
        said.or_else(|| named().filter(|name| !name.is_empty())).unwrap_or("default").to_owned()
    };
    (found(tenant, TENANT), found(entity, ENTITY))
}

/// The fields of an input that say whose run it is, and nothing else of it.
pub fn naming(input: &Json) -> Json {
    let fields = input.as_object().into_iter().flatten();
    let names = |name: &str| TENANT.contains(&name) || ENTITY.contains(&name);
    let named: Map<String, Json> =
        fields.filter(|(name, _)| names(name)).map(|(name, value)| (name.clone(), value.clone())).collect();
    if named.is_empty() { Json::Null } else { Json::Object(named) }
}

/// The configuration of a run, field by field: that of its entity over that of its tenant over that of everybody.
pub fn config_for(everybody: &Json, tenants: &Tenants, tenant: &str, entity: &str) -> Json {
    let Some(of_tenant) = tenants.get(tenant) else { return everybody.clone() };
    let none = Map::new();
    let of_entity = of_tenant.entities.get(entity).unwrap_or(&none);
    over(over(everybody.clone(), &of_tenant.config), of_entity)
}

/// A configuration with fields of another put over it.
pub fn over(under: Json, fields: &Map<String, Json>) -> Json {
    match under {
        under if fields.is_empty() => under,
        Json::Object(mut whole) => {
            whole.extend(fields.clone());
            Json::Object(whole)
        }
        // What is no record fits no runbook; what was said last counts.
        _ => Json::Object(fields.clone()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

    use serde_json::json;

    use super::*;

    fn tenants() -> Tenants {
        serde_json::from_value(json!({
            "acme": { "config": { "min": 2, "gl": "uk" }, "entities": { "spv1": { "gl": "de" } } },
            "other": { "entities": { "spv1": { "min": 9 } } },
        }))
        .unwrap()
    }

    #[test]
    fn an_entity_goes_over_its_tenant_and_that_over_everybody() {
        let all = json!({ "min": 1, "notes": true });
        let of = |tenant: &str, entity: &str| config_for(&all, &tenants(), tenant, entity);
        assert_eq!(of("acme", "spv1"), json!({ "min": 2, "gl": "de", "notes": true }));
        assert_eq!(of("acme", "spv2"), json!({ "min": 2, "gl": "uk", "notes": true }));
        // An entity of the same name of another tenant is another entity.
        assert_eq!(of("other", "spv1"), json!({ "min": 9, "notes": true }));
        assert_eq!(of("nobody", "spv1"), all);
        assert_eq!(config_for(&Json::Null, &tenants(), "nobody", "spv1"), Json::Null);
        assert_eq!(config_for(&Json::Null, &tenants(), "other", "spv1"), json!({ "min": 9 }));
    }

    #[test]
    fn the_start_goes_before_the_input_and_the_input_before_the_default() {
        let input = json!({ "tenant": "", "tenant_slug": "b", "entity_slug": "e", "period": "2026-03" });
        assert_eq!(whose(&input, None, None), ("default".to_owned(), "e".to_owned()));
        assert_eq!(whose(&input, Some("a"), None), ("a".to_owned(), "e".to_owned()));
        assert_eq!(whose(&Json::Null, None, Some("x")), ("default".to_owned(), "x".to_owned()));
        assert_eq!(naming(&input), json!({ "tenant": "", "tenant_slug": "b", "entity_slug": "e" }));
        assert_eq!(naming(&json!({ "period": "2026-03" })), Json::Null);
    }
}
