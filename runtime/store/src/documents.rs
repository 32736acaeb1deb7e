//! Documents.

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{Store, StoreError, digest};

/// A document to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDocument {
    /// The name it was submitted under.
    pub filename: String,
    /// Its MIME type.
    pub content_type: String,
    /// What the submitter names it; `agent_output:<agent id>` for what an agent made.
    pub source: String,
    /// The entity.
    pub entity: String,
    /// The period as text, if any.
    pub period: Option<String>,
    /// The run it was submitted to.
    pub task_id: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A document without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its reference.
    pub document_ref: String,
    /// The name it was submitted under.
    pub filename: String,
    /// Its MIME type.
    pub content_type: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// What the submitter names it.
    pub source: String,
    /// The entity.
    pub entity_slug: String,
    /// The period as text, if any.
    pub period: Option<String>,
    /// The run it was submitted to.
    pub task_id: String,
    /// When, as RFC 3339 text in UTC.
    pub uploaded_at: String,
}

/// Which documents are wanted; what is absent does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentFilter {
    /// Those of this run.
    pub task_id: Option<String>,
    /// Those of this entity.
    pub entity: Option<String>,
    /// Those of this source.
    pub source: Option<String>,
}

const COLUMNS: &str = "id, filename, content_type, size_bytes, source, entity_slug, period, task_id, uploaded_at";

impl Store {
    /// Keeps a document. The same content under the same name for the same entity, source and run is the same document.
    ///
    /// # Errors
    /// It is larger than the limit, or the database fails.
    pub async fn put_document(&self, new: NewDocument) -> Result<Document, StoreError> {
        let size = new.bytes.len() as u64;
        self.check_document_size(&new.filename, size)?;
        let parts = [new.filename.as_str(), &new.source, &new.entity, &new.task_id];
        let mut content: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        content.push(&new.bytes);
        let id = format!("doc_{}", digest::of(&content));
        sqlx::query(
            "INSERT INTO ingest_submitted_documents \
             (id, entity_slug, period, source, filename, content_type, size_bytes, data_bytes, task_id) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        )
        .bind(&id)
        .bind(new.entity)
        .bind(new.period)
        .bind(new.source)
        .bind(new.filename)
        .bind(new.content_type)
        .bind(i64::try_from(size).unwrap_or(i64::MAX))
        .bind(new.bytes)
        .bind(new.task_id)
        .execute(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        self.document_meta(&id).await
    }

    /// Whether a document of this size would be taken: to ask before its bytes are read.
    ///
    /// # Errors
    /// It is larger than the limit.
    pub fn check_document_size(&self, filename: &str, size: u64) -> Result<(), StoreError> {
        let limit = self.limits().max_document_bytes;
        if size > limit { Err(StoreError::TooLarge { filename: filename.into(), size, limit }) } else { Ok(()) }
    }

    /// What is known of a document.
    ///
    /// # Errors
    /// There is none with this reference, or the database fails.
    pub async fn document_meta(&self, document_ref: &str) -> Result<Document, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM ingest_submitted_documents WHERE id = ?");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(document_ref)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        row.as_ref().map(document).ok_or_else(|| StoreError::UnknownDocument(document_ref.into()))
    }

    /// A document's content.
    ///
    /// # Errors
    /// There is none with this reference, or the database fails.
    pub async fn document_bytes(&self, document_ref: &str) -> Result<Vec<u8>, StoreError> {
        let bytes = sqlx::query_scalar("SELECT data_bytes FROM ingest_submitted_documents WHERE id = ?")
            .bind(document_ref)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        bytes.ok_or_else(|| StoreError::UnknownDocument(document_ref.into()))
    }

    /// The documents that fit, oldest first, at most 10,000.
    ///
    /// # Errors
    /// The database fails.
    pub async fn list_documents(&self, filter: &DocumentFilter) -> Result<Vec<Document>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM ingest_submitted_documents \
             WHERE (?1 IS NULL OR task_id = ?1) AND (?2 IS NULL OR entity_slug = ?2) AND (?3 IS NULL OR source = ?3) \
             ORDER BY uploaded_at, rowid LIMIT 10000"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(&filter.task_id)
            .bind(&filter.entity)
            .bind(&filter.source)
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        Ok(rows.iter().map(document).collect())
    }
}

fn document(row: &SqliteRow) -> Document {
    Document {
        document_ref: row.get(0),
        filename: row.get(1),
        content_type: row.get(2),
        size_bytes: u64::try_from(row.get::<i64, _>(3)).unwrap_or(0),
        source: row.get(4),
        entity_slug: row.get(5),
        period: row.get(6),
        task_id: row.get(7),
        uploaded_at: row.get(8),
    }
}
