-- Values that are too large for a run's history. `ref` is `blake3:` and the digest of `value`; nothing is ever changed.
CREATE TABLE large_values (
  ref     TEXT PRIMARY KEY,
  bytes   INTEGER NOT NULL,
  value   TEXT NOT NULL CHECK (json_valid(value)),
  kept_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;
