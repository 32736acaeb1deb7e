//! `records.commit<T>(source: text, value: T, document: file?, corrections: list<Correction>?) -> Committed`: keeps a value for
//! the run's tenant, entity and period. Committing the same source again supersedes what was there; the history stays.

use async_trait::async_trait;
use ntro_store::Commit;
use serde_json::{Value as Json, json};

use crate::CapabilityError;
use crate::call::{Call, Capability};

pub(crate) struct RecordsCommit;

#[async_trait]
impl Capability for RecordsCommit {
    fn name(&self) -> &'static str {
        "records.commit"
    }

    async fn call(&self, call: &Call<'_>) -> Result<Json, CapabilityError> {
        let source = call.text("source")?;
        let document = call.get("document").map(|_| call.file("document")).transpose()?;
        let corrections = match call.get("corrections") {
            None => Vec::new(),
            Some(Json::Array(list)) => list.clone(),
            Some(_) => return Err(call.wrong("corrections", "a list")),
        };
        let schema = call.context.schema.as_ref().and_then(|schema| schema.get("title")?.as_str());
        let committed = call
            .host
            .store
            .commit(
                &call.context.idempotency_key,
                Commit {
                    tenant: call.context.tenant.clone(),
                    entity: call.context.entity.clone(),
                    period: call.context.period.clone(),
                    source: source.to_owned(),
                    document_ref: document.map(|file| file.document_ref),
                    schema: schema.map(str::to_owned),
                    value: call.args.get("value").cloned().unwrap_or(Json::Null),
                    corrections,
                    task_id: call.context.workflow_id.clone(),
                },
            )
            .await?;
        Ok(json!(committed))
    }
}
