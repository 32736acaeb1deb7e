//! `documents.store(name: text, content: text, content_type: text?) -> file`: keeps a text as a document of the run.

use async_trait::async_trait;
use ntro_store::NewDocument;
use serde_json::{Value as Json, json};

use crate::call::{Call, Capability};
use crate::{CapabilityError, content_type};

pub(crate) struct DocumentsStore;

#[async_trait]
impl Capability for DocumentsStore {
    fn name(&self) -> &'static str {
        "documents.store"
    }

    async fn call(&self, call: &Call<'_>) -> Result<Json, CapabilityError> {
        let name = call.text("name")?;
        let content = call.text("content")?;
        if name.is_empty() || name.len() > 255 || name.contains(['/', '\\', '\0']) {
            return Err(CapabilityError::argument(format!(
                "`{name}` cannot name a document: a name has 1 to 255 letters and no slashes"
            )));
        }
        let content_type = match call.optional_text("content_type")? {
            Some(given) => given.to_owned(),
            None => content_type::of(name, content.as_bytes()).to_owned(),
        };
        let document = call
            .host
            .store
            .put_document(NewDocument {
                filename: name.to_owned(),
                content_type,
                source: format!("step:{}", call.context.step),
                entity: call.context.entity.clone(),
                period: call.context.period.clone(),
                task_id: call.context.workflow_id.clone(),
                bytes: content.as_bytes().to_vec(),
            })
            .await?;
        Ok(json!({
            "document_ref": document.document_ref, "filename": document.filename, "content_type": document.content_type,
        }))
    }
}
