//! The layout of the database, and how older layouts become the newest. Layouts are numbered in `user_version`; each is reached
//! in one transaction, so a migration that fails leaves what was there.

use sqlx::Executor;

use crate::{Store, StoreError};

/// Says that a database is ours: the bytes of `ntro`.
const APPLICATION_ID: i64 = 0x6e74_726f;

/// Each makes the layout with the number of its place, counted from 1. Never edit one that was released: add the next.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_ingest.sql"),
    include_str!("../migrations/0002_values.sql"),
    include_str!("../migrations/0003_tenants.sql"),
];

pub(crate) async fn run(store: &Store) -> Result<(), StoreError> {
    let mut transaction = store.begin().await?;
    let read = |sql: &'static str| sqlx::query_scalar::<_, i64>(sql);
    let error = |error| store.error(error);
    let application = read("PRAGMA application_id").fetch_one(&mut *transaction).await.map_err(error)?;
    let found = read("PRAGMA user_version").fetch_one(&mut *transaction).await.map_err(error)?;
    let tables = read("SELECT count(*) FROM sqlite_schema").fetch_one(&mut *transaction).await.map_err(error)?;
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if application != APPLICATION_ID && (application != 0 || found != 0 || tables != 0) {
        return Err(StoreError::ForeignDatabase { path: store.path().into() });
    }
    if found > known {
        return Err(StoreError::Newer { path: store.path().into(), found, known });
    }
    if found == known {
        return Ok(());
    }
    let done = usize::try_from(found).unwrap_or(0);
    for sql in MIGRATIONS.iter().skip(done) {
        transaction.execute(*sql).await.map_err(error)?;
    }
    let stamp = format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {known};");
    transaction.execute(sqlx::AssertSqlSafe(stamp)).await.map_err(error)?;
    transaction.commit().await.map_err(error)
}
