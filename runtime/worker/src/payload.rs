//! JSON in and out of Temporal's payloads. Everything that ntro writes is `json/plain`, so that a worker in any language reads it.

use std::collections::HashMap;

use ntro_machine::Json;
use temporalio_common::protos::temporal::api::common::v1::Payload;

/// Why a payload is no JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// It is in another encoding.
    #[error("it is encoded as `{0}`; ntro reads `json/plain`")]
    Encoding(String),
    /// It says JSON and is none.
    #[error("it is not JSON ({0})")]
    NotJson(String),
}

/// A value as a payload.
pub fn json(value: &Json) -> Payload {
    bytes(value.to_string().into_bytes())
}

/// A text as a payload: a JSON string, as summaries must be.
pub fn text(text: &str) -> Payload {
    json(&Json::from(text))
}

/// JSON that is written already.
pub fn bytes(json: Vec<u8>) -> Payload {
    Payload {
        metadata: HashMap::from([("encoding".to_owned(), b"json/plain".to_vec())]),
        data: json,
        ..Default::default()
    }
}

/// Bytes that are no JSON.
pub(crate) fn binary(data: Vec<u8>) -> Payload {
    Payload { metadata: HashMap::from([("encoding".to_owned(), b"binary/plain".to_vec())]), data, ..Default::default() }
}

/// Nothing.
pub fn null() -> Payload {
    Payload { metadata: HashMap::from([("encoding".to_owned(), b"binary/null".to_vec())]), ..Default::default() }
}

/// The value of a payload.
///
/// # Errors
/// It is not JSON.
pub fn read(payload: &Payload) -> Result<Json, PayloadError> {
    match payload.metadata.get("encoding").map(Vec::as_slice) {
        Some(b"json/plain" | b"json/protobuf") => {
            serde_json::from_slice(&payload.data).map_err(|error| PayloadError::NotJson(error.to_string()))
        }
        Some(b"binary/null") => Ok(Json::Null),
        None if payload.data.is_empty() => Ok(Json::Null),
        other => Err(PayloadError::Encoding(String::from_utf8_lossy(other.unwrap_or_default()).into_owned())),
    }
}

/// The first of several payloads; null where there is none.
///
/// # Errors
/// It is not JSON.
pub fn first(payloads: &[Payload]) -> Result<Json, PayloadError> {
    payloads.first().map_or(Ok(Json::Null), read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_comes_back() {
        let value = json!({ "a": [1, "zwei", null, 1.50] });
        assert_eq!(read(&json_of(&value)), Ok(value));
        assert_eq!(read(&null()), Ok(Json::Null));
        assert_eq!(read(&Payload::default()), Ok(Json::Null));
        assert_eq!(first(&[]), Ok(Json::Null));
    }

    fn json_of(value: &Json) -> Payload {
        super::json(value)
    }

    #[test]
    fn what_is_no_json_is_named() {
        let mut payload = text("x");
        payload.metadata.insert("encoding".to_owned(), b"binary/encrypted".to_vec());
        assert_eq!(read(&payload), Err(PayloadError::Encoding("binary/encrypted".to_owned())));
        assert!(matches!(read(&bytes(b"{".to_vec())), Err(PayloadError::NotJson(_))));
    }
}
