//! Where a project keeps what its runs take in and give out: documents, records, committed values, grids, the outbox and the
//! audit trail. One SQLite file; nothing else on the machine needs to be installed.
//!
//! # Invariants
//! - **Effects count once.** Everything that a run writes is written under its idempotency key, in the same transaction as the
//!   note that it was written. A second attempt with the same key changes nothing and gets the first answer again.
//! - **A document is its content.** A document's reference is made from its bytes, its name and what it was submitted for, so
//!   that submitting it again is no second document.
//! - **Nothing is overwritten.** Committing the same entity, period and source again supersedes the earlier commit, which stays.
//! - **Money is text.** Amounts lie as decimal text with their currency, never as a binary fraction.
//!
//! # Tables
//! SQLite has no schemas, so the tables of the schema `ingest` bear its name as a prefix: `ingest_submitted_documents`,
//! `ingest_submitted_records`, `ingest_extracted_payloads`, `ingest_committed_rows`, `ingest_committed_amounts`, and the views
//! `ingest_current_rows` and `ingest_current_amounts`, which show the newest commit of each entity, period and source.
//! In PostgreSQL the same tables will lie in the schema `ingest`.

mod amounts;
mod audit;
mod commits;
mod digest;
mod documents;
mod effects;
mod error;
mod grids;
mod migrations;
mod open;
mod outbox;
mod records;
mod values;

pub use audit::AuditEntry;
pub use commits::{Commit, Committed, Previous};
pub use documents::{Document, DocumentFilter, NewDocument};
pub use error::StoreError;
pub use grids::{Grid, Sheet};
pub use open::{Limits, Store};
pub use outbox::{NewMessage, OutboxMessage};
pub use records::NewRecord;
