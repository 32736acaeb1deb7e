//! Histories as JSON, as `temporal workflow show --output json` and the UI's download write them.

use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, SerializeOptions};
use temporalio_common::protos::temporal::api::history::v1::History;

/// The protocol's descriptors.
static DESCRIPTORS: &[u8] = include_bytes!(env!("NTRO_TEMPORAL_DESCRIPTORS"));

/// Why a history cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no history as `temporal workflow show --output json` writes it: {0}")]
pub struct HistoryError(String);

fn error(error: impl std::fmt::Display) -> HistoryError {
    HistoryError(error.to_string())
}

fn descriptor() -> Result<MessageDescriptor, HistoryError> {
    let pool = DescriptorPool::decode(DESCRIPTORS).map_err(error)?;
    let found = pool.get_message_by_name("temporal.api.history.v1.History");
    found.ok_or_else(|| HistoryError("the protocol's descriptors lack `History`".to_owned()))
}

/// Reads a history.
///
/// # Errors
/// It is not one, with the place.
pub fn read(json: &str) -> Result<History, HistoryError> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let message = DynamicMessage::deserialize(descriptor()?, &mut reader).map_err(error)?;
    reader.end().map_err(error)?;
    History::decode(&*message.encode_to_vec()).map_err(error)
}

/// Writes a history.
///
/// # Errors
/// Only where the descriptors do not fit the messages.
pub fn write(history: &History) -> Result<String, HistoryError> {
    let message = DynamicMessage::decode(descriptor()?, &*history.encode_to_vec()).map_err(error)?;
    let mut out = Vec::new();
    let options = SerializeOptions::new().stringify_64_bit_integers(true);
    message.serialize_with_options(&mut serde_json::Serializer::pretty(&mut out), &options).map_err(error)?;
    String::from_utf8(out).map_err(error)
}
