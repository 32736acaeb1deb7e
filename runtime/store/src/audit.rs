//! The audit trail: what happened, in order, never changed.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sqlx::Row;

use crate::{Store, StoreError};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When, as RFC 3339 text in UTC; given by the store where empty.
    pub at: String,
    /// The run.
    pub task_id: String,
    /// The step's address; empty for the run itself.
    pub step: String,
    /// Who, where it was a person.
    pub actor: Option<String>,
    /// What: `gate.decided`, `document.submitted` …
    pub event: String,
    /// Details.
    pub detail: Json,
}

impl Store {
    /// Adds an entry.
    ///
    /// # Errors
    /// The database fails.
    pub async fn audit(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO audit (at, task_id, step, actor, event, detail) \
             VALUES (coalesce(nullif(?, ''), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), ?, ?, ?, ?, ?)",
        )
        .bind(&entry.at)
        .bind(&entry.task_id)
        .bind(&entry.step)
        .bind(&entry.actor)
        .bind(&entry.event)
        .bind(entry.detail.to_string())
        .execute(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        Ok(())
    }

    /// The entries of a run in their order, at most 100,000.
    ///
    /// # Errors
    /// The database fails.
    pub async fn audit_entries(&self, task_id: &str) -> Result<Vec<AuditEntry>, StoreError> {
        let rows = sqlx::query(
            "SELECT at, task_id, step, actor, event, detail FROM audit WHERE task_id = ? ORDER BY id LIMIT 100000",
        )
        .bind(task_id)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        rows.iter()
            .map(|row| {
                Ok(AuditEntry {
                    at: row.get(0),
                    task_id: row.get(1),
                    step: row.get(2),
                    actor: row.get(3),
                    event: row.get(4),
                    detail: serde_json::from_str(&row.get::<String, _>(5))
                        .map_err(|error| StoreError::Unreadable(error.to_string()))?,
                })
            })
            .collect()
    }
}
