//! `ai.extract<T>(content: text, cells: Grid?, notes: text?) -> Extraction<T> { rows, summary, confidence, unmapped }`: reads typed
//! rows out of a document, by the project's provider.

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use crate::call::{Call, Capability};
use crate::{CapabilityError, ExtractRequest};

pub(crate) struct AiExtract;

#[async_trait]
impl Capability for AiExtract {
    fn name(&self) -> &'static str {
        "ai.extract"
    }

    async fn call(&self, call: &Call<'_>) -> Result<Json, CapabilityError> {
        let cells = match call.grid_ref("cells")? {
            Some(reference) => Some(call.host.store.get_grid(reference).await?),
            None => None,
        };
        let request = ExtractRequest {
            content: call.optional_text("content")?.unwrap_or_default(),
            cells: cells.as_ref(),
            notes: call.optional_text("notes")?,
            schema: call.schema()?,
        };
        let found = call.host.settings.provider.extract(request).await?;
        let thousandths = found.confidence_thousandths.min(1000);
        // Text, so that no binary fraction comes between.
        let confidence = rust_decimal::Decimal::new(i64::from(thousandths), 3).normalize().to_string();
        Ok(json!({
            "rows": found.rows, "summary": found.summary, "confidence": confidence, "unmapped": found.unmapped,
        }))
    }
}
