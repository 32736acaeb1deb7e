//! `storage.read(path: text) -> text`: the text of a file in the project's storage.

use async_trait::async_trait;
use object_store::ObjectStoreExt;
use serde_json::{Value as Json, json};

use super::storage_write;
use crate::CapabilityError;
use crate::call::{Call, Capability};

pub(crate) struct StorageRead;

#[async_trait]
impl Capability for StorageRead {
    fn name(&self) -> &'static str {
        "storage.read"
    }

    async fn call(&self, call: &Call<'_>) -> Result<Json, CapabilityError> {
        let path = call.text("path")?;
        let (storage, location) = storage_write::open(call, path).await?;
        let failed = |error: object_store::Error| match error {
            object_store::Error::NotFound { .. } => {
                CapabilityError::new("not_found", format!("there is no file `{path}` in the storage"))
            }
            other => CapabilityError::new("storage", format!("`{path}`: {other}")).retry(),
        };
        let limit = call.host.settings.limits.storage_bytes;
        let found = storage.get(&location).await.map_err(failed)?;
        if found.meta.size > limit {
            let message = format!("`{path}` has {} bytes; files of up to {limit} are read", found.meta.size);
            return Err(CapabilityError::new("too_large", message));
        }
        let bytes = found.bytes().await.map_err(failed)?;
        let text = String::from_utf8(bytes.to_vec())
            .map_err(|_| CapabilityError::new("unreadable_file", format!("`{path}` is not text in UTF-8")))?;
        Ok(json!(text))
    }
}
