-- What was submitted as a file.
CREATE TABLE ingest_submitted_documents (
  id           TEXT PRIMARY KEY,
  entity_slug  TEXT NOT NULL,
  period       TEXT,
  source       TEXT NOT NULL,
  filename     TEXT NOT NULL,
  content_type TEXT NOT NULL,
  size_bytes   INTEGER NOT NULL,
  data_bytes   BLOB NOT NULL,
  uploaded_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  task_id      TEXT NOT NULL
) STRICT;
CREATE INDEX ingest_submitted_documents_task ON ingest_submitted_documents (task_id);
CREATE INDEX ingest_submitted_documents_entity ON ingest_submitted_documents (entity_slug, period, source);

-- What was submitted as data.
CREATE TABLE ingest_submitted_records (
  id          TEXT PRIMARY KEY,
  entity_slug TEXT NOT NULL,
  task_id     TEXT NOT NULL,
  kind        TEXT NOT NULL,
  source_ref  TEXT CHECK (source_ref IS NULL OR json_valid(source_ref)),
  data        TEXT NOT NULL CHECK (json_valid(data)),
  received_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;
CREATE INDEX ingest_submitted_records_task ON ingest_submitted_records (task_id);

-- What was committed. The newest of an entity, period and source has no `superseded_by`.
CREATE TABLE ingest_extracted_payloads (
  seq           INTEGER PRIMARY KEY AUTOINCREMENT,
  id            TEXT NOT NULL UNIQUE,
  entity_slug   TEXT NOT NULL,
  period        TEXT,
  source        TEXT NOT NULL,
  document_ref  TEXT REFERENCES ingest_submitted_documents (id),
  schema_slug   TEXT,
  payload       TEXT NOT NULL CHECK (json_valid(payload)),
  corrections   TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(corrections)),
  row_count     INTEGER NOT NULL,
  task_id       TEXT NOT NULL,
  committed_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  superseded_by TEXT REFERENCES ingest_extracted_payloads (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
-- `period` may be absent, and NULLs differ in a unique index; the empty text stands for it.
CREATE UNIQUE INDEX ingest_extracted_payloads_current
  ON ingest_extracted_payloads (entity_slug, coalesce(period, ''), source) WHERE superseded_by IS NULL;

-- The same, row by row.
CREATE TABLE ingest_committed_rows (
  id          INTEGER PRIMARY KEY,
  payload_id  TEXT NOT NULL REFERENCES ingest_extracted_payloads (id),
  entity_slug TEXT NOT NULL,
  period      TEXT,
  source      TEXT NOT NULL,
  row_number  INTEGER NOT NULL,
  row_key     TEXT NOT NULL,
  "row"       TEXT NOT NULL CHECK (json_valid("row")),
  task_id     TEXT NOT NULL,
  UNIQUE (payload_id, row_number)
) STRICT;

-- The money of a row, amount by amount: exact decimal text, its currency, and hundredths as a whole number where the amount has
-- no finer part, so that SQL can add it up exactly.
CREATE TABLE ingest_committed_amounts (
  row_id     INTEGER NOT NULL REFERENCES ingest_committed_rows (id),
  field      TEXT NOT NULL,
  amount     TEXT NOT NULL,
  currency   TEXT NOT NULL,
  hundredths INTEGER,
  PRIMARY KEY (row_id, field)
) STRICT, WITHOUT ROWID;

CREATE VIEW ingest_current_rows AS
  SELECT r.id, r.payload_id, r.entity_slug, r.period, r.source, r.row_number, r.row_key, r."row", r.task_id, p.committed_at
  FROM ingest_committed_rows r JOIN ingest_extracted_payloads p ON p.id = r.payload_id
  WHERE p.superseded_by IS NULL;

CREATE VIEW ingest_current_amounts AS
  SELECT r.entity_slug, r.period, r.source, r.row_number, r.row_key, a.field, a.amount, a.currency, a.hundredths
  FROM ingest_current_rows r JOIN ingest_committed_amounts a ON a.row_id = r.id;

-- Tables of cells, as read from documents.
CREATE TABLE grids (
  id           TEXT PRIMARY KEY,
  document_ref TEXT REFERENCES ingest_submitted_documents (id),
  sheets       TEXT NOT NULL CHECK (json_valid(sheets)),
  created_at   TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;

-- What was written under which idempotency key, and what was answered.
CREATE TABLE effects (
  idempotency_key TEXT PRIMARY KEY,
  operation       TEXT NOT NULL,
  request_digest  TEXT NOT NULL,
  result          TEXT NOT NULL CHECK (json_valid(result)),
  created_at      TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;

-- Messages to people that nobody has sent yet.
CREATE TABLE outbox (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  recipient    TEXT NOT NULL,
  subject      TEXT NOT NULL,
  message      TEXT NOT NULL,
  tenant_slug  TEXT NOT NULL,
  entity_slug  TEXT NOT NULL,
  task_id      TEXT NOT NULL,
  created_at   TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  delivered_at TEXT
) STRICT;

-- What happened, in order.
CREATE TABLE audit (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  at      TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  task_id TEXT NOT NULL,
  step    TEXT NOT NULL,
  actor   TEXT,
  event   TEXT NOT NULL,
  detail  TEXT NOT NULL CHECK (json_valid(detail))
) STRICT;
CREATE INDEX audit_task ON audit (task_id, id);
