//! Messages to people. Where nothing sends them they stay here, so that none is lost.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::Row;

use crate::{Store, StoreError};

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMessage {
    /// Whom: an address, a role or a name.
    pub recipient: String,
    /// What about.
    pub subject: String,
    /// The text.
    pub message: String,
    /// The tenant.
    pub tenant: String,
    /// The entity.
    pub entity: String,
    /// The run that sends it.
    pub task_id: String,
}

/// A message in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxMessage {
    /// Its number.
    pub id: i64,
    /// Whom.
    pub recipient: String,
    /// What about.
    pub subject: String,
    /// The text.
    pub message: String,
    /// The run that sends it.
    pub task_id: String,
    /// When it was written, as RFC 3339 text in UTC.
    pub created_at: String,
    /// When it was sent; absent while it waits.
    pub delivered_at: Option<String>,
}

impl Store {
    /// Puts a message into the outbox and gives its number. Counts once per key.
    ///
    /// # Errors
    /// The key was used for another request, or the database fails.
    pub async fn put_message(&self, key: &str, message: NewMessage) -> Result<i64, StoreError> {
        let request = serde_json::to_value(&message).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        let store = self.clone();
        let answer = self
            .once(key, "notify.send", &request, move |connection| {
                Box::pin(async move {
                    let done = sqlx::query(
                        "INSERT INTO outbox (recipient, subject, message, tenant_slug, entity_slug, task_id) \
                         VALUES (?, ?, ?, ?, ?, ?)",
                    )
                    .bind(message.recipient)
                    .bind(message.subject)
                    .bind(message.message)
                    .bind(message.tenant)
                    .bind(message.entity)
                    .bind(message.task_id)
                    .execute(connection)
                    .await
                    .map_err(|error| store.error(error))?;
                    Ok(json!(done.last_insert_rowid()))
                })
            })
            .await?;
        answer.as_i64().ok_or_else(|| StoreError::Unreadable("the number of a message".into()))
    }

    /// The newest messages first, at most this many.
    ///
    /// # Errors
    /// The database fails.
    pub async fn outbox(&self, at_most: u32) -> Result<Vec<OutboxMessage>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, recipient, subject, message, task_id, created_at, delivered_at FROM outbox ORDER BY id DESC LIMIT ?",
        )
        .bind(i64::from(at_most))
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        Ok(rows
            .iter()
            .map(|row| OutboxMessage {
                id: row.get(0),
                recipient: row.get(1),
                subject: row.get(2),
                message: row.get(3),
                task_id: row.get(4),
                created_at: row.get(5),
                delivered_at: row.get(6),
            })
            .collect())
    }
}
