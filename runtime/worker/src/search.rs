//! Search attributes: what "what waits for whom" is asked by.

use std::collections::HashMap;

use ntro_machine::{Json, SearchAttributes};
use serde_json::json;
use temporalio_client::tonic::IntoRequest as _;
use temporalio_common::protos::temporal::api::common::v1::Payload;
use temporalio_common::protos::temporal::api::enums::v1::IndexedValueType;
use temporalio_common::protos::temporal::api::operatorservice::v1::ListSearchAttributesRequest;

use crate::connect::{Link, reason};
use crate::payload;

/// The longest text that a visibility store keeps in a keyword, in characters.
const KEYWORD_CHARS: usize = 255;

/// The attributes of ntro with their types. A namespace allows few of each, so these stay few.
pub const ATTRIBUTES: [(&str, IndexedValueType); 7] = [
    ("NtroRunbook", IndexedValueType::Keyword),
    ("NtroTenant", IndexedValueType::Keyword),
    ("NtroEntity", IndexedValueType::Keyword),
    ("NtroStep", IndexedValueType::Keyword),
    ("NtroPending", IndexedValueType::KeywordList),
    ("NtroRoles", IndexedValueType::KeywordList),
    ("NtroDue", IndexedValueType::Datetime),
];

/// The name of a type as the server writes it.
pub fn type_name(kind: IndexedValueType) -> &'static str {
    match kind {
        IndexedValueType::Unspecified => "Unspecified",
        IndexedValueType::Text => "Text",
        IndexedValueType::Keyword => "Keyword",
        IndexedValueType::Int => "Int",
        IndexedValueType::Double => "Double",
        IndexedValueType::Bool => "Bool",
        IndexedValueType::Datetime => "Datetime",
        IndexedValueType::KeywordList => "KeywordList",
    }
}

/// What to run where an operator has to register the attributes.
pub fn registration_commands(namespace: &str) -> Vec<String> {
    let one = |(name, kind): &(&str, IndexedValueType)| {
        format!(
            "temporal operator search-attribute create --namespace {namespace} --name {name} --type {}",
            type_name(*kind)
        )
    };
    ATTRIBUTES.iter().map(one).collect()
}

/// The attributes that the namespace does not know.
///
/// # Errors
/// The server does not answer, or does not say.
pub async fn missing(link: &Link) -> Result<HashMap<String, i32>, String> {
    let request = ListSearchAttributesRequest { namespace: link.namespace.clone() };
    let known = link
        .connection
        .operator_service()
        .list_search_attributes(request.into_request())
        .await
        .map_err(|status| reason(&status))?
        .into_inner()
        .custom_attributes;
    let missing = ATTRIBUTES.iter().filter(|(name, _)| !known.contains_key(*name));
    Ok(missing.map(|(name, kind)| ((*name).to_owned(), *kind as i32)).collect())
}

/// The attributes that have changed, as the server takes them. Nothing is given for what was never set.
pub(crate) fn changed(before: &SearchAttributes, now: &SearchAttributes) -> HashMap<String, Payload> {
    let (before, now) = (values(before), values(now));
    let mut fields = HashMap::new();
    for (((name, kind), before), now) in ATTRIBUTES.iter().zip(before).zip(now) {
        if before == now {
            continue;
        }
        let mut value = if now.is_null() { payload::null() } else { payload::json(&now) };
        value.metadata.insert("type".to_owned(), type_name(*kind).as_bytes().to_vec());
        fields.insert((*name).to_owned(), value);
    }
    fields
}

/// The values in the order of [`ATTRIBUTES`]; null for none.
fn values(attributes: &SearchAttributes) -> [Json; 7] {
    let word = |text: &str| {
        if text.is_empty() { Json::Null } else { Json::from(text.chars().take(KEYWORD_CHARS).collect::<String>()) }
    };
    let words = |list: &[String]| {
        let words: Vec<Json> = list.iter().map(|item| word(item)).filter(|item| !item.is_null()).collect();
        if words.is_empty() { Json::Null } else { Json::Array(words) }
    };
    [
        word(&attributes.runbook),
        word(&attributes.tenant),
        word(&attributes.entity),
        attributes.step.as_deref().map_or(Json::Null, word),
        words(&attributes.pending),
        words(&attributes.roles),
        attributes.due.map_or(Json::Null, |due| json!(due.to_string())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_told() {
        let before = SearchAttributes::default();
        let now = SearchAttributes {
            runbook: "nav".into(),
            pending: vec!["submit_file".into()],
            step: Some("x".repeat(300)),
            ..SearchAttributes::default()
        };
        let fields = changed(&before, &now);
        let mut names: Vec<_> = fields.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["NtroPending", "NtroRunbook", "NtroStep"]);
        assert_eq!(payload::read(fields.get("NtroPending").unwrap_or(&payload::null())), Ok(json!(["submit_file"])));
        let cleared = changed(&now, &SearchAttributes { runbook: "nav".into(), ..SearchAttributes::default() });
        let pending = cleared.get("NtroPending").cloned().unwrap_or_default();
        assert_eq!(pending.metadata.get("encoding").map(Vec::as_slice), Some(&b"binary/null"[..]));
        assert_eq!(pending.metadata.get("type").map(Vec::as_slice), Some(&b"KeywordList"[..]));
        assert!(changed(&now, &now).is_empty());
    }
}
