//! Excel workbooks. Cells are read one by one: a workbook may claim a cell in its last corner, and the table in between would
//! not fit into memory.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, Xlsx};
use ntro_store::{Grid, Sheet};

use super::{Budget, Parsed, trimmed};
use crate::Limits;

/// How much a workbook may unpack to.
const UNPACKED_BYTES: u64 = 500_000_000;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Parsed, String> {
    if unpacked_bytes(bytes) > UNPACKED_BYTES {
        return Err("it would unpack to more than 500 MB".into());
    }
    let mut workbook: Xlsx<_> =
        Xlsx::new(Cursor::new(bytes)).map_err(|error| format!("it is not a sound workbook ({error})"))?;
    let mut budget = Budget::new(limits);
    let mut sheets = Vec::new();
    // A sheet of charts has no cells.
    let tables = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = tables.map(|sheet| sheet.name.clone()).collect();
    for name in names {
        let rows =
            sheet(&mut workbook, &name, &mut budget).map_err(|error| format!("sheet `{name}` is broken ({error})"))?;
        sheets.push(Sheet { name, rows });
        if budget.exhausted {
            break;
        }
    }
    if sheets.iter().all(|sheet| sheet.rows.is_empty()) {
        return Err("it has no cells".into());
    }
    let pages = sheets.len();
    Ok(Parsed { format: "xlsx", pages, grid: Grid { sheets }, truncated: budget.exhausted, ..Parsed::default() })
}

fn sheet(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    budget: &mut Budget,
) -> Result<Vec<Vec<String>>, calamine::XlsxError> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut reader = workbook.worksheet_cells_reader(name)?;
    while let Some(found) = reader.next_cell()? {
        let text = cell(found.get_value());
        if text.is_empty() {
            continue;
        }
        let (row, column) = found.get_position();
        let (row, column) = (row as usize, column as usize);
        // Blank rows and cells before this one take room too.
        let missing_rows = (row + 1).saturating_sub(rows.len());
        let missing_cells = (column + 1).saturating_sub(rows.get(row).map_or(0, Vec::len));
        if !budget.take(missing_rows.saturating_sub(1) + missing_cells) {
            break;
        }
        if rows.len() <= row {
            rows.resize(row + 1, Vec::new());
        }
        if let Some(cells) = rows.get_mut(row) {
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            if let Some(cell) = cells.get_mut(column) {
                *cell = text;
            }
        }
    }
    Ok(rows.into_iter().map(trimmed).collect())
}

fn cell(data: &DataRef<'_>) -> String {
    match data {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(moment) => date_text(moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        _ => String::new(),
    }
}

/// Excel computes in binary but shows at most 15 digits, so `1234.5600000000001` is 1234.56 to everybody who looks at it.
pub(crate) fn number_text(number: f64) -> String {
    let scientific = format!("{number:.14e}");
    match rust_decimal::Decimal::from_scientific(&scientific) {
        Ok(decimal) => decimal.normalize().to_string(),
        Err(_) => number.to_string(),
    }
}

fn date_text(moment: &ExcelDateTime) -> String {
    if moment.is_duration() {
        return number_text(moment.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    match (moment.as_f64() < 1.0, hour, minute, second) {
        (true, ..) => format!("{hour:02}:{minute:02}:{second:02}"),
        (false, 0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
    }
}

/// The size that a ZIP archive says its parts unpack to.
fn unpacked_bytes(bytes: &[u8]) -> u64 {
    let mut total = 0_u64;
    let mut rest = bytes;
    while let Some(at) = rest.windows(4).position(|window| window == b"PK\x01\x02") {
        if let Some(&[a, b, c, d]) = rest.get(at + 24..at + 28) {
            total = total.saturating_add(u64::from(u32::from_le_bytes([a, b, c, d])));
        }
        rest = rest.get(at + 4..).unwrap_or_default();
    }
    total
}
