//! `records.submit(kind: text, data: json, source_ref: json?)`: keeps a record of the run.

use async_trait::async_trait;
use ntro_store::NewRecord;
use serde_json::Value as Json;

use crate::CapabilityError;
use crate::call::{Call, Capability};

pub(crate) struct RecordsSubmit;

#[async_trait]
impl Capability for RecordsSubmit {
    fn name(&self) -> &'static str {
        "records.submit"
    }

    async fn call(&self, call: &Call<'_>) -> Result<Json, CapabilityError> {
        let record = NewRecord {
            kind: call.text("kind")?.to_owned(),
            entity: call.context.entity.clone(),
            task_id: call.context.workflow_id.clone(),
            source_ref: call.get("source_ref").cloned(),
            data: call.required("data")?.clone(),
        };
        call.host.store.submit_record(&call.context.idempotency_key, record).await?;
        Ok(Json::Null)
    }
}
