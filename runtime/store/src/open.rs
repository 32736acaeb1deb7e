//! Opening the store.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, Sqlite, Transaction};

use crate::{StoreError, migrations};

/// What the store refuses to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest document in bytes; 200 MB unless set.
    pub max_document_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { max_document_bytes: 200_000_000 }
    }
}

/// The store of a project. Cheap to clone; all clones share one database.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) pool: SqlitePool,
    path: Arc<PathBuf>,
    limits: Limits,
}

impl Store {
    /// Opens the database at this path, and makes it where there is none. Its folder must exist or be makeable.
    ///
    /// # Errors
    /// The file is something else, damaged, locked, read-only, or was written by a newer version.
    pub async fn open(path: impl AsRef<Path>) -> Result<Store, StoreError> {
        let path = path.as_ref();
        if path.is_dir() {
            return Err(StoreError::CannotOpen { path: path.into(), reason: "it is a folder".into() });
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            tokio::fs::create_dir_all(folder).await.map_err(|error| StoreError::CannotOpen {
                path: path.into(),
                reason: format!("its folder cannot be made ({error})"),
            })?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal);
        Self::connect(options, SqlitePoolOptions::new().max_connections(4), path).await
    }

    /// A store that is gone when the last clone is dropped: for tests and dry runs.
    ///
    /// # Errors
    /// Only where memory does not suffice.
    pub async fn open_in_memory() -> Result<Store, StoreError> {
        let options = SqliteConnectOptions::new().in_memory(true).foreign_keys(true);
        // Each connection to memory is a database of its own, so there is exactly one and it never closes.
        let pool = SqlitePoolOptions::new().max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None);
        Self::connect(options, pool, Path::new("(in memory)")).await
    }

    async fn connect(options: SqliteConnectOptions, pool: SqlitePoolOptions, path: &Path) -> Result<Store, StoreError> {
        // A full disk ends a transaction under the connection's feet: it would refuse every later one, so it is thrown away.
        let pool = pool.before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }));
        let pool = pool.connect_with(options).await.map_err(|error| StoreError::from_sqlx(error, path))?;
        let store = Store { pool, path: Arc::new(path.to_path_buf()), limits: Limits::default() };
        migrations::run(&store).await?;
        Ok(store)
    }

    /// The same store with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Store {
        self.limits = limits;
        self
    }

    /// What the store refuses to take.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Where the database lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Closes the database, so that its file can be moved or copied.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A transaction that may write. It takes the write lock at once: a transaction that reads first and writes later could be
    /// refused halfway without waiting.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(|error| self.error(error))
    }

    pub(crate) fn error(&self, error: sqlx::Error) -> StoreError {
        StoreError::from_sqlx(error, &self.path)
    }
}
