//! Committed values.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sqlx::{Row, SqliteConnection};

use crate::{Store, StoreError, amounts, digest};

/// A value to be committed for an entity of a tenant, a period and a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Commit {
    /// The tenant. It is not part of what is compared when a key comes again: a key belongs to one run and so to one tenant, and
    /// a call that was under way before commits knew their tenant must count once too.
    #[serde(skip)]
    pub tenant: String,
    /// The entity.
    pub entity: String,
    /// The period as text, if any.
    pub period: Option<String>,
    /// What it is: `rent-roll`, `journals`.
    pub source: String,
    /// The document it was read from, if any.
    pub document_ref: Option<String>,
    /// The name of its type, if known.
    pub schema: Option<String>,
    /// The value: a list is kept row by row, anything else is one row.
    pub value: Json,
    /// What people corrected, a list.
    pub corrections: Vec<Json>,
    /// The run.
    pub task_id: String,
}

/// What a commit gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Committed {
    /// Its id (`com_…`).
    pub id: String,
    /// How many rows.
    pub rows: u64,
    /// How many corrections came with it.
    pub corrections_applied: u64,
    /// When, as RFC 3339 text in UTC.
    pub committed_at: String,
}

/// A value that was committed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Previous {
    /// The commit's id.
    pub id: String,
    /// The value.
    pub value: Json,
    /// What people corrected.
    pub corrections: Json,
    /// The document it was read from, if any.
    pub document_ref: Option<String>,
    /// The run.
    pub task_id: String,
    /// When, as RFC 3339 text in UTC.
    pub committed_at: String,
}

impl Store {
    /// Commits a value. Counts once per key; the same tenant, entity, period and source again supersedes what was there.
    ///
    /// # Errors
    /// The document is unknown, the key was used for another request, or the database fails.
    pub async fn commit(&self, key: &str, commit: Commit) -> Result<Committed, StoreError> {
        if let Some(document) = &commit.document_ref {
            self.document_meta(document).await?;
        }
        let request = serde_json::to_value(&commit).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        let id = format!("com_{}", digest::of(&[key.as_bytes()]));
        let store = self.clone();
        let answer = self
            .once(key, "records.commit", &request, move |connection| {
                Box::pin(async move { write(connection, id, commit).await.map_err(|error| store.error(error)) })
            })
            .await?;
        serde_json::from_value(answer).map_err(|error| StoreError::Unreadable(error.to_string()))
    }

    /// What was committed last for exactly this tenant, entity, period and source, if anything was.
    ///
    /// # Errors
    /// The database fails.
    pub async fn committed(
        &self,
        tenant: &str,
        entity: &str,
        period: Option<&str>,
        source: &str,
    ) -> Result<Option<Previous>, StoreError> {
        let row = sqlx::query(
            "SELECT id, payload, corrections, document_ref, task_id, committed_at FROM ingest_extracted_payloads \
             WHERE tenant_slug = ? AND entity_slug = ? AND coalesce(period, '') = ? AND source = ? AND superseded_by IS NULL",
        )
        .bind(tenant)
        .bind(entity)
        .bind(period.unwrap_or(""))
        .bind(source)
        .fetch_optional(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        let unreadable = |error: serde_json::Error| StoreError::Unreadable(error.to_string());
        row.map(|row| {
            Ok(Previous {
                id: row.get(0),
                value: serde_json::from_str(&row.get::<String, _>(1)).map_err(unreadable)?,
                corrections: serde_json::from_str(&row.get::<String, _>(2)).map_err(unreadable)?,
                document_ref: row.get(3),
                task_id: row.get(4),
                committed_at: row.get(5),
            })
        })
        .transpose()
    }

    /// How many commits there ever were for this tenant, entity, period and source, the superseded ones included.
    ///
    /// # Errors
    /// The database fails.
    pub async fn commit_count(
        &self,
        tenant: &str,
        entity: &str,
        period: Option<&str>,
        source: &str,
    ) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM ingest_extracted_payloads \
             WHERE tenant_slug = ? AND entity_slug = ? AND coalesce(period, '') = ? AND source = ?",
        )
        .bind(tenant)
        .bind(entity)
        .bind(period.unwrap_or(""))
        .bind(source)
        .fetch_one(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

async fn write(connection: &mut SqliteConnection, id: String, commit: Commit) -> Result<Json, sqlx::Error> {
    let rows: Vec<&Json> = match &commit.value {
        Json::Array(rows) => rows.iter().collect(),
        Json::Null => Vec::new(),
        one => vec![one],
    };
    // The mark comes before the new commit, since only one may be current; the reference is checked at the transaction's end.
    sqlx::query(
        "UPDATE ingest_extracted_payloads SET superseded_by = ? \
         WHERE tenant_slug = ? AND entity_slug = ? AND coalesce(period, '') = ? AND source = ? AND superseded_by IS NULL",
    )
    .bind(&id)
    .bind(&commit.tenant)
    .bind(&commit.entity)
    .bind(commit.period.as_deref().unwrap_or(""))
    .bind(&commit.source)
    .execute(&mut *connection)
    .await?;
    let committed_at: String = sqlx::query_scalar(
        "INSERT INTO ingest_extracted_payloads \
         (id, tenant_slug, entity_slug, period, source, document_ref, schema_slug, payload, corrections, row_count, task_id) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING committed_at",
    )
    .bind(&id)
    .bind(&commit.tenant)
    .bind(&commit.entity)
    .bind(&commit.period)
    .bind(&commit.source)
    .bind(&commit.document_ref)
    .bind(&commit.schema)
    .bind(commit.value.to_string())
    .bind(Json::from(commit.corrections.clone()).to_string())
    .bind(i64::try_from(rows.len()).unwrap_or(i64::MAX))
    .bind(&commit.task_id)
    .fetch_one(&mut *connection)
    .await?;
    for (number, row) in (1_i64..).zip(&rows) {
        write_row(connection, &id, &commit, number, row).await?;
    }
    Ok(json!({
        "id": id, "rows": rows.len(), "corrections_applied": commit.corrections.len(), "committed_at": committed_at,
    }))
}

async fn write_row(
    connection: &mut SqliteConnection,
    payload_id: &str,
    commit: &Commit,
    number: i64,
    row: &Json,
) -> Result<(), sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO ingest_committed_rows \
         (payload_id, entity_slug, period, source, row_number, row_key, \"row\", task_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(payload_id)
    .bind(&commit.entity)
    .bind(&commit.period)
    .bind(&commit.source)
    .bind(number)
    .bind(key_of(row).unwrap_or_else(|| number.to_string()))
    .bind(row.to_string())
    .bind(&commit.task_id)
    .execute(&mut *connection)
    .await?;
    for found in amounts::in_row(row) {
        sqlx::query(
            "INSERT INTO ingest_committed_amounts (row_id, field, amount, currency, hundredths) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(done.last_insert_rowid())
        .bind(found.field)
        .bind(found.amount)
        .bind(found.currency)
        .bind(found.hundredths)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// What identifies a row: its field `id` or `key`, where it has one.
fn key_of(row: &Json) -> Option<String> {
    match row.get("id").or_else(|| row.get("key"))? {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
