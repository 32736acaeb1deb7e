//! JSON that is too large for a run's history: kept once under the digest of its bytes.

use serde_json::Value as Json;

use crate::{Store, StoreError};

impl Store {
    /// Keeps JSON and gives its reference, `blake3:` and the digest of its bytes. The same bytes have the same reference.
    ///
    /// # Errors
    /// It is no JSON, or the database fails.
    pub async fn put_value(&self, json: String) -> Result<String, StoreError> {
        let reference = format!("blake3:{}", blake3::hash(json.as_bytes()).to_hex());
        sqlx::query("INSERT INTO large_values (ref, bytes, value) VALUES (?, ?, ?) ON CONFLICT (ref) DO NOTHING")
            .bind(&reference)
            .bind(i64::try_from(json.len()).unwrap_or(i64::MAX))
            .bind(json)
            .execute(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        Ok(reference)
    }

    /// What is kept under a reference; nothing where nothing is.
    ///
    /// # Errors
    /// The database fails, or what it holds is no JSON.
    pub async fn get_value(&self, reference: &str) -> Result<Option<Json>, StoreError> {
        let value: Option<String> = sqlx::query_scalar("SELECT value FROM large_values WHERE ref = ?")
            .bind(reference)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        let read = |value: String| serde_json::from_str(&value);
        value.map(read).transpose().map_err(|error| StoreError::Unreadable(error.to_string()))
    }
}
