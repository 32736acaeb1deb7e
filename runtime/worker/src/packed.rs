//! What only ntro reads travels deflated: as Base64 inside of JSON, or as the bytes of a payload.

use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use temporalio_common::protos::temporal::api::common::v1::Payload;

use crate::payload;

/// The name and value of the metadata that says that a payload is deflated JSON.
const FORM: (&str, &[u8]) = ("ntro-form", b"deflate");

fn deflate(bytes: &[u8], level: Compression) -> Result<Vec<u8>, String> {
    let mut encoder = DeflateEncoder::new(Vec::new(), level);
    encoder.write_all(bytes).and_then(|()| encoder.finish()).map_err(|error| error.to_string())
}

fn inflate(packed: &[u8], most: usize) -> Result<Vec<u8>, String> {
    let limit = u64::try_from(most).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    DeflateDecoder::new(packed)
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| format!("is damaged ({error})"))?;
    if bytes.len() > most {
        return Err(format!("is larger than {most} bytes"));
    }
    Ok(bytes)
}

/// Deflates, and writes the bytes in Base64.
///
/// # Errors
/// Memory does not suffice.
pub(crate) fn text(bytes: &[u8]) -> Result<String, String> {
    deflate(bytes, Compression::best()).map(|bytes| STANDARD.encode(bytes))
}

/// The bytes of [`text`] again.
///
/// # Errors
/// What is wrong with them, as the end of a sentence.
pub(crate) fn read_text(packed: &str, most: usize) -> Result<Vec<u8>, String> {
    let packed = STANDARD.decode(packed).map_err(|error| format!("is damaged ({error})"))?;
    inflate(&packed, most)
}

/// A payload of deflated JSON: a third less than the same as Base64.
///
/// # Errors
/// Memory does not suffice.
pub(crate) fn payload(json: &[u8]) -> Result<Payload, String> {
    let (name, value) = FORM;
    let mut payload = payload::binary(deflate(json, Compression::default())?);
    payload.metadata.insert(name.to_owned(), value.to_vec());
    Ok(payload)
}

/// Whether a payload is deflated JSON.
pub(crate) fn is_packed(payload: &Payload) -> bool {
    payload.metadata.get(FORM.0).is_some_and(|form| form == FORM.1)
}

/// The JSON of [`payload`] again.
///
/// # Errors
/// What is wrong with it, as the end of a sentence.
pub(crate) fn read_payload(packed: &Payload, most: usize) -> Result<Vec<u8>, String> {
    inflate(&packed.data, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back_and_nothing_grows_beyond_its_bound() {
        let json = b"[1,2,3]".repeat(1_000);
        let packed = payload(&json).unwrap_or_default();
        assert!(is_packed(&packed) && packed.data.len() < 200);
        assert_eq!(read_payload(&packed, json.len()), Ok(json.clone()));
        assert!(read_payload(&packed, json.len() - 1).is_err_and(|why| why.contains("larger than")));
        assert!(!is_packed(&payload::bytes(json)));
    }
}
