//! `files.table<T>(path: text) -> list<T>`: the rows of a CSV or Excel file of the project's folder. Strict: the file belongs to the
//! project, so a missing column or a wrong cell is a mistake to be mended, with its file, row and column.

use async_trait::async_trait;
use serde_json::{Map, Value as Json};

use crate::call::{Call, Capability};
use crate::read::Format;
use crate::typed::{ReadRow, Reader, Shape, find_header};
use crate::{CapabilityError, paths, read};

/// So many mistakes are told at once.
const TOLD: usize = 5;

pub(crate) struct FilesTable;

#[async_trait]
impl Capability for FilesTable {
    fn name(&self) -> &'static str {
        "files.table"
    }

    async fn call(&self, call: &Call<'_>) -> Result<Json, CapabilityError> {
        let path = call.text("path")?;
        let shape = Shape::of(call.schema()?).map_err(CapabilityError::argument)?;
        let file = paths::existing(&call.host.settings.bundle, path)?;
        let limits = call.host.settings.limits;
        let failed = |error: std::io::Error| read::unreadable(path, &error.to_string());
        let meta = tokio::fs::metadata(&file).await.map_err(failed)?;
        if !meta.is_file() || meta.len() > limits.parse_bytes {
            let reason = if meta.is_file() { "it is too large" } else { "it is not a file" };
            return Err(read::unreadable(path, reason));
        }
        let bytes = tokio::fs::read(&file).await.map_err(failed)?;
        let format = read::format_of(path, "", &bytes)?;
        if !matches!(format, Format::Csv | Format::Xlsx) {
            let message = format!("{path}: `files.table` reads CSV and Excel (.xlsx) files");
            return Err(CapabilityError::new("unsupported_format", message));
        }
        let parsed = call.host.readers.read(path, format, bytes, limits).await?;
        if parsed.rows_cut {
            return Err(CapabilityError::new("too_large", format!("{path} has more than {} cells", limits.cells)));
        }
        let rows = parsed.grid.sheets.first().map(|sheet| sheet.rows.as_slice()).unwrap_or_default();
        table(path, &shape, rows).map(|rows| Json::Array(rows.into_iter().map(Json::Object).collect()))
    }
}

fn table(path: &str, shape: &Shape, rows: &[Vec<String>]) -> Result<Vec<Map<String, Json>>, CapabilityError> {
    let wrong = |message: String| CapabilityError::new("invalid_table", message);
    let names: Vec<&str> = shape.fields.iter().map(|field| field.name.as_str()).collect();
    let Some(mapping) = find_header(shape, rows) else {
        return Err(wrong(format!("{path}: no row heads the columns {}", names.join(", "))));
    };
    let reader = Reader::new(shape, &mapping, rows, &[]);
    let missing = reader.missing_fields();
    if !missing.is_empty() {
        let found: Vec<&str> = mapping.header.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        let message = format!("{path} has no column for {}; its columns are {}", missing.join(", "), found.join(", "));
        return Err(wrong(message));
    }
    let (mut read_rows, mut mistakes) = (Vec::new(), Vec::new());
    for (index, row) in rows.iter().enumerate().skip(mapping.body) {
        // A file of the project has no totals: what looks like one is a row like any other, or a mistake.
        let ReadRow::Row { mut fields, problems, .. } = reader.read_as_row(row) else { continue };
        for problem in problems {
            mistakes.push(format!("{path}, row {}, column {}: {}", index + 1, problem.column, problem.reason));
        }
        reader.number_row(&mut fields, "", read_rows.len() as u64 + 1);
        read_rows.push(fields);
    }
    if mistakes.is_empty() {
        return Ok(read_rows);
    }
    let more = mistakes.len().saturating_sub(TOLD);
    mistakes.truncate(TOLD);
    if more > 0 {
        mistakes.push(format!("and {more} more"));
    }
    Err(wrong(mistakes.join("\n")))
}
