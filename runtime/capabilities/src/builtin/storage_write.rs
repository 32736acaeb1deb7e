//! `storage.write(path: text, content: text) -> text`: writes a file into the project's storage, whole or not at all, and gives
//! its path.

use async_trait::async_trait;
use object_store::ObjectStoreExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Location;
use serde_json::{Value as Json, json};

use crate::call::{Call, Capability};
use crate::{CapabilityError, paths};

pub(crate) struct StorageWrite;

#[async_trait]
impl Capability for StorageWrite {
    fn name(&self) -> &'static str {
        "storage.write"
    }

    async fn call(&self, call: &Call<'_>) -> Result<Json, CapabilityError> {
        let path = call.text("path")?;
        let content = call.text("content")?;
        let limit = call.host.settings.limits.storage_bytes;
        if content.len() as u64 > limit {
            let message = format!("`{path}` would have {} bytes; files of up to {limit} are written", content.len());
            return Err(CapabilityError::new("too_large", message));
        }
        let key = &call.context.idempotency_key;
        if let Some(done) = call.host.store.effect(key).await? {
            return Ok(done);
        }
        let (storage, location) = open(call, path).await?;
        let failed = |error: object_store::Error| CapabilityError::new("storage", format!("`{path}`: {error}")).retry();
        storage.put(&location, content.as_bytes().to_vec().into()).await.map_err(failed)?;
        let request = json!({ "path": path, "content": content });
        Ok(call.host.store.keep_effect(key, "storage.write", &request, json!(location.as_ref())).await?)
    }
}

/// The project's storage, and the place of a path in it.
pub(super) async fn open(call: &Call<'_>, path: &str) -> Result<(LocalFileSystem, Location), CapabilityError> {
    let folder = &call.host.settings.storage;
    let failed = |error: String| CapabilityError::new("storage", format!("the storage {}: {error}", folder.display()));
    tokio::fs::create_dir_all(folder).await.map_err(|error| failed(error.to_string()))?;
    paths::place(folder, path)?;
    let location = Location::parse(path.trim_start_matches("./")).map_err(|error| {
        CapabilityError::new("path_not_allowed", format!("`{path}` is no path in the storage: {error}"))
    })?;
    let storage = LocalFileSystem::new_with_prefix(folder).map_err(|error| failed(error.to_string()))?;
    Ok((storage, location))
}
