//! What can go wrong, in words for whoever runs the project.

use std::path::PathBuf;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file holds something else than a SQLite database.
    #[error("{} is not a database of ntro (it is some other kind of file); name another file, or move this one away", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file is a SQLite database of some other program.
    #[error("{} is a database of another program; ntro does not touch it. Name another file", path.display())]
    ForeignDatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a newer version.
    #[error(
        "{} was written by a newer version of ntro (its layout is {found}, this version knows up to {known}); update ntro",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its layout's number.
        found: i64,
        /// The newest that this version knows.
        known: i64,
    },
    /// The file cannot be opened or made.
    #[error("the database {} cannot be opened: {reason}", path.display())]
    CannotOpen {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The file or its folder may not be written.
    #[error("the database {} cannot be written: the file or its folder is read-only", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// Another program holds the file for longer than we wait.
    #[error("the database {} is in use by another program; end that program, or try again", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error(
        "the database {} is damaged: {reason}. Restore it from a backup, or move it away to start with an empty one",
        path.display()
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// The disk is full.
    #[error("the disk that holds the database {} is full", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// A document is larger than the limit.
    #[error("file {filename} is {}; the limit is {}", megabytes(*size), megabytes(*limit))]
    TooLarge {
        /// The document's name.
        filename: String,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// There is no such document.
    #[error("there is no document `{0}` in the store")]
    UnknownDocument(String),
    /// There is no such grid.
    #[error("there is no table of cells `{0}` in the store")]
    UnknownGrid(String),
    /// An idempotency key came with another request than the first time.
    #[error("the key `{key}` was already used for another request ({operation}); nothing was written")]
    KeyReused {
        /// The key.
        key: String,
        /// What was done under it the first time.
        operation: String,
    },
    /// Something that was read from the store is not what was written.
    #[error("an entry of the store cannot be read: {0}")]
    Unreadable(String),
    /// Any other failure of the database.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
}

impl StoreError {
    /// Whether the same request may succeed later without anybody doing anything.
    pub fn retryable(&self) -> bool {
        matches!(self, StoreError::Locked { .. } | StoreError::DiskFull { .. } | StoreError::Database(_))
    }

    /// Says in our words what SQLite says in its codes.
    pub(crate) fn from_sqlx(error: sqlx::Error, path: &std::path::Path) -> StoreError {
        let path = path.to_path_buf();
        let sqlx::Error::Database(database) = &error else {
            return match error {
                sqlx::Error::PoolTimedOut => StoreError::Locked { path },
                other => StoreError::Database(other),
            };
        };
        // The low byte is the primary code, the rest refines it (https://www.sqlite.org/rescode.html).
        let code = database.code().and_then(|code| code.parse::<i64>().ok()).unwrap_or(0) & 0xff;
        match code {
            5 | 6 => StoreError::Locked { path },
            8 => StoreError::ReadOnly { path },
            11 => StoreError::Corrupt { path, reason: database.message().to_owned() },
            13 => StoreError::DiskFull { path },
            14 => StoreError::CannotOpen { path, reason: database.message().to_owned() },
            26 => StoreError::NotADatabase { path },
            _ => StoreError::Database(error),
        }
    }
}

/// A size as people read it: `312 MB`, `3.2 MB`, `640 bytes`.
pub(crate) fn megabytes(bytes: u64) -> String {
    const MB: u64 = 1_000_000;
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..MB => format!("{} kB", bytes / 1_000),
        MB..10_000_000 => format!("{}.{} MB", bytes / MB, bytes % MB / 100_000),
        _ => format!("{} MB", bytes / MB),
    }
}
