//! Writing once per idempotency key.

use std::future::Future;
use std::pin::Pin;

use serde_json::Value as Json;
use sqlx::{Row, SqliteConnection};

use crate::{Store, StoreError, digest};

/// What a write does inside the transaction.
pub(crate) type Work<'c> = Pin<Box<dyn Future<Output = Result<Json, StoreError>> + Send + 'c>>;

impl Store {
    /// Runs `work` and keeps its answer under the key, both in one transaction; or gives the answer that is kept there already.
    /// `request` is what was asked for: the same key with another request is a mistake of the caller that is not hidden.
    pub(crate) async fn once<F>(&self, key: &str, operation: &str, request: &Json, work: F) -> Result<Json, StoreError>
    where
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c> + Send,
    {
        let request_digest = digest::of(&[operation.as_bytes(), request.to_string().as_bytes()]);
        let mut transaction = self.begin().await?;
        let kept = sqlx::query("SELECT operation, request_digest, result FROM effects WHERE idempotency_key = ?")
            .bind(key)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(|error| self.error(error))?;
        if let Some(row) = kept {
            if row.get::<String, _>(1) != request_digest {
                return Err(StoreError::KeyReused { key: key.into(), operation: row.get(0) });
            }
            return serde_json::from_str(&row.get::<String, _>(2)).map_err(|e| StoreError::Unreadable(e.to_string()));
        }
        let result = work(&mut transaction).await?;
        sqlx::query("INSERT INTO effects (idempotency_key, operation, request_digest, result) VALUES (?, ?, ?, ?)")
            .bind(key)
            .bind(operation)
            .bind(request_digest)
            .bind(result.to_string())
            .execute(&mut *transaction)
            .await
            .map_err(|error| self.error(error))?;
        transaction.commit().await.map_err(|error| self.error(error))?;
        Ok(result)
    }

    /// The answer that is kept under an idempotency key, if any: for effects outside the database.
    ///
    /// # Errors
    /// The database fails.
    pub async fn effect(&self, key: &str) -> Result<Option<Json>, StoreError> {
        let kept: Option<String> = sqlx::query_scalar("SELECT result FROM effects WHERE idempotency_key = ?")
            .bind(key)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        kept.map(|text| serde_json::from_str(&text).map_err(|e| StoreError::Unreadable(e.to_string()))).transpose()
    }

    /// Keeps the answer of an effect outside the database, and gives the answer that holds: the first that was kept.
    ///
    /// # Errors
    /// The key was used for another request, or the database fails.
    pub async fn keep_effect(
        &self,
        key: &str,
        operation: &str,
        request: &Json,
        result: Json,
    ) -> Result<Json, StoreError> {
        self.once(key, operation, request, move |_| Box::pin(async move { Ok(result) })).await
    }
}
