//! Records that were submitted as data.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{Store, StoreError, digest};

/// A record to be kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewRecord {
    /// What kind of record.
    pub kind: String,
    /// The entity.
    pub entity: String,
    /// The run it was submitted to.
    pub task_id: String,
    /// Where it comes from, as the submitter tells it.
    pub source_ref: Option<Json>,
    /// The record.
    pub data: Json,
}

impl Store {
    /// Keeps a record and gives its id (`rec_…`). Counts once per key.
    ///
    /// # Errors
    /// The key was used for another request, or the database fails.
    pub async fn submit_record(&self, key: &str, record: NewRecord) -> Result<String, StoreError> {
        let request = serde_json::to_value(&record).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        let id = format!("rec_{}", digest::of(&[key.as_bytes()]));
        let answer = self
            .once(key, "records.submit", &request, {
                let store = self.clone();
                let id = id.clone();
                move |connection| {
                    Box::pin(async move {
                        sqlx::query(
                            "INSERT INTO ingest_submitted_records (id, entity_slug, task_id, kind, source_ref, data) \
                             VALUES (?, ?, ?, ?, ?, ?)",
                        )
                        .bind(&id)
                        .bind(record.entity)
                        .bind(record.task_id)
                        .bind(record.kind)
                        .bind(record.source_ref.map(|json| json.to_string()))
                        .bind(record.data.to_string())
                        .execute(connection)
                        .await
                        .map_err(|error| store.error(error))?;
                        Ok(json!(id))
                    })
                }
            })
            .await?;
        Ok(answer.as_str().unwrap_or(&id).to_owned())
    }
}
