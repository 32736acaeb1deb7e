//! `documents.text(document: file) -> text`: the text of a document that is text. A PDF or a workbook is read by `files.parse`.

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use crate::CapabilityError;
use crate::call::{Call, Capability};

pub(crate) struct DocumentsText;

#[async_trait]
impl Capability for DocumentsText {
    fn name(&self) -> &'static str {
        "documents.text"
    }

    async fn call(&self, call: &Call<'_>) -> Result<Json, CapabilityError> {
        let file = call.file("document")?;
        let meta = call.host.store.document_meta(&file.document_ref).await?;
        let limit = call.host.settings.limits.storage_bytes;
        if meta.size_bytes > limit {
            let message = format!("{} has {} bytes; at most {limit} are read as text", meta.filename, meta.size_bytes);
            return Err(CapabilityError::new("too_large", message));
        }
        let bytes = call.host.store.document_bytes(&file.document_ref).await?;
        let text = String::from_utf8(bytes).map_err(|_| {
            let message = format!("{} is not text in UTF-8; use `files.parse` to read it", meta.filename);
            CapabilityError::new("unreadable_file", message)
        })?;
        Ok(json!(text))
    }
}
