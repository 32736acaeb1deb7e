-- What is committed belongs to a tenant too: entities of two tenants may bear the same name. What was committed before there was
-- this column says nothing of it, and is given to `default`, the tenant of runs that name none: so nothing that one tenant
-- committed is ever shown to another. Whoever knows better may set the column by hand.
ALTER TABLE ingest_extracted_payloads ADD COLUMN tenant_slug TEXT NOT NULL DEFAULT 'default';
DROP INDEX ingest_extracted_payloads_current;
CREATE UNIQUE INDEX ingest_extracted_payloads_current
  ON ingest_extracted_payloads (tenant_slug, entity_slug, coalesce(period, ''), source) WHERE superseded_by IS NULL;

DROP VIEW ingest_current_amounts;
DROP VIEW ingest_current_rows;
CREATE VIEW ingest_current_rows AS
  SELECT r.id, r.payload_id, r.entity_slug, r.period, r.source, r.row_number, r.row_key, r."row", r.task_id, p.committed_at,
         p.tenant_slug
  FROM ingest_committed_rows r JOIN ingest_extracted_payloads p ON p.id = r.payload_id
  WHERE p.superseded_by IS NULL;
CREATE VIEW ingest_current_amounts AS
  SELECT r.entity_slug, r.period, r.source, r.row_number, r.row_key, a.field, a.amount, a.currency, a.hundredths, r.tenant_slug
  FROM ingest_current_rows r JOIN ingest_committed_amounts a ON a.row_id = r.id;
