//! `ingest.rows<T>(document: file) -> IngestRows<T> { rows: list<T>, outcome: IngestOutcome }`: reads the rows of a document. A row
//! that does not fit the type is rejected and counted with its reason; a document without a fitting table is an outcome too, not
//! a failure, so that the person who sent it is told.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ntro_store::Document;
use serde_json::{Map, Value as Json, json};

use super::files_parse;
use crate::CapabilityError;
use crate::call::{Call, Capability};
use crate::read::Parsed;
use crate::typed::{Mapping, ReadRow, Reader, Shape, find_header};

/// So many rejected rows are told one by one; all are counted.
const TOLD: usize = 3;

pub(crate) struct IngestRows;

#[async_trait]
impl Capability for IngestRows {
    fn name(&self) -> &'static str {
        "ingest.rows"
    }

    async fn call(&self, call: &Call<'_>) -> Result<Json, CapabilityError> {
        let shape = Shape::of(call.schema()?).map_err(CapabilityError::argument)?;
        let (document, parsed) = match files_parse::parse(call).await {
            Ok(found) => found,
            Err(error) if matches!(error.kind.as_str(), "unreadable_file" | "unsupported_format" | "too_large") => {
                let file = call.file("document")?;
                let document = call.host.store.document_meta(&file.document_ref).await?;
                return Ok(Ingest::default().failed(&document.filename, error.message));
            }
            Err(error) => return Err(error),
        };
        let mut ingest = Ingest::default();
        Ok(match ingest.read(&shape, &document, &parsed) {
            Ok(()) => ingest.outcome(&document, &parsed),
            Err(message) => ingest.failed(&document.filename, message),
        })
    }
}

const TOO_WIDE: &str =
    "it has more cells than the table has columns; a cell with the separator in it needs quotation marks";

#[derive(Default)]
struct Ingest {
    rows: Vec<Map<String, Json>>,
    rejected: u64,
    totals: u64,
    reasons: BTreeMap<String, u64>,
    told: Vec<String>,
}

impl Ingest {
    fn read(&mut self, shape: &Shape, document: &Document, parsed: &Parsed) -> Result<(), String> {
        let name = &document.filename;
        let mut last: Option<Mapping> = None;
        // Rows of several uploads come together in one list: their numbers must differ.
        let short = document.document_ref.trim_start_matches("doc_").get(..8).unwrap_or_default().to_owned();
        for sheet in &parsed.grid.sheets {
            let mapping = match (find_header(shape, &sheet.rows), &last) {
                (Some(found), _) => found,
                (None, Some(before)) if parsed.format == "pdf" => Mapping { body: 0, ..before.clone() },
                (None, _) => continue,
            };
            let reader = Reader::new(shape, &mapping, &sheet.rows, &[]);
            let missing = reader.missing_fields();
            if !missing.is_empty() && last.is_none() {
                let found: Vec<&str> =
                    mapping.header.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
                let message =
                    format!("{name} has no column for {}; its columns are {}.", missing.join(", "), found.join(", "));
                return Err(message);
            }
            for (index, row) in sheet.rows.iter().enumerate().skip(mapping.body) {
                // In a CSV file a cell beside the table is the rest of one before it: `1,200.00` without quotation marks.
                if parsed.format == "csv" && row.len() > mapping.header.len() {
                    self.reject(index + 1, TOO_WIDE, TOO_WIDE);
                    continue;
                }
                self.row(&reader, row, index + 1, &short);
            }
            last = Some(mapping);
        }
        if last.is_none() {
            let names: Vec<&str> = shape.fields.iter().map(|field| field.name.as_str()).collect();
            return Err(format!("{name} has no table with the columns {}.", names.join(", ")));
        }
        Ok(())
    }

    fn row(&mut self, reader: &Reader<'_>, row: &[String], number: usize, prefix: &str) {
        match reader.read(row) {
            ReadRow::Blank | ReadRow::Header => {}
            ReadRow::Total(_) => self.totals += 1,
            ReadRow::Row { mut fields, problems, .. } => {
                let Some(first) = problems.first() else {
                    let count = self.rows.len() as u64 + 1;
                    reader.number_row(&mut fields, &format!("{prefix}-"), count);
                    self.rows.push(fields);
                    return;
                };
                self.reject(number, &first.class, &format!("{}: {}", first.column, first.reason));
            }
        }
    }

    fn reject(&mut self, number: usize, class: &str, reason: &str) {
        self.rejected += 1;
        *self.reasons.entry(class.to_owned()).or_default() += 1;
        if self.told.len() < TOLD {
            self.told.push(format!("row {number}, {reason}"));
        }
    }

    fn outcome(self, document: &Document, parsed: &Parsed) -> Json {
        let accepted = self.rows.len() as u64;
        let status = match (accepted, self.rejected) {
            (0, 0) => "empty",
            (0, _) => "failed",
            (_, 0) if !parsed.rows_cut => "success",
            _ => "partial",
        };
        let mut message = format!("{}: {accepted} of {} rows accepted.", document.filename, accepted + self.rejected);
        if !self.told.is_empty() {
            message.push_str(&format!(" Rejected: {}", self.told.join("; ")));
            let more = self.rejected.saturating_sub(self.told.len() as u64);
            message.push_str(&if more > 0 { format!("; and {more} more.") } else { ".".to_owned() });
        }
        if self.totals > 0 {
            message.push_str(&format!(" Lines of totals left out: {}.", self.totals));
        }
        if parsed.rows_cut {
            message.push_str(" The document is too long and was read in part only.");
        }
        for note in &parsed.notes {
            message.push_str(&format!(" Note: {note}."));
        }
        self.json(&document.filename, status, message)
    }

    fn failed(self, source_ref: &str, message: String) -> Json {
        self.json(source_ref, "failed", message)
    }

    fn json(self, source_ref: &str, status: &str, message: String) -> Json {
        let reasons: Vec<Json> =
            self.reasons.iter().map(|(reason, count)| json!({ "reason": reason, "count": count })).collect();
        let accepted = self.rows.len() as u64;
        json!({
            "rows": self.rows,
            "outcome": {
                "source_ref": source_ref,
                "parsed_rows": accepted + self.rejected,
                "accepted_rows": accepted,
                "rejected_rows": self.rejected,
                "status": status,
                "message": message,
                "reasons": reasons,
            },
        })
    }
}
