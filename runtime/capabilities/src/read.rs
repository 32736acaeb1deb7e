//! Reading documents into cells and text.

mod csv;
mod decode;
mod isolate;
mod json;
mod layout;
mod pdf;
mod text;
mod xlsx;

use ntro_store::{Grid, Sheet};

pub(crate) use isolate::Readers;
pub(crate) use json::grid as json_grid;
pub(crate) use text::cells as text_cells;

use crate::{CapabilityError, Limits};

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Parsed {
    /// `csv`, `xlsx`, `pdf`, `text`, `markdown` or `json`.
    pub(crate) format: &'static str,
    /// Pages of a PDF, sheets of a workbook, else 1.
    pub(crate) pages: usize,
    pub(crate) grid: Grid,
    pub(crate) plain_text: String,
    /// Whether pages, cells or text were cut.
    pub(crate) truncated: bool,
    /// Whether rows were cut, and not the text alone.
    pub(crate) rows_cut: bool,
    /// What a person should know about the reading: a guessed encoding.
    pub(crate) notes: Vec<String>,
}

/// The kinds of file that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    Xlsx,
    Pdf,
    Text,
    Markdown,
    Json,
}

pub(crate) const SUPPORTED: &str = "CSV, Excel (.xlsx), PDF with text, plain text, Markdown and JSON";

/// What a file is: by its content where that is plain, else by its name, else by its MIME type.
pub(crate) fn format_of(filename: &str, content_type: &str, bytes: &[u8]) -> Result<Format, CapabilityError> {
    let ending = filename.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    if head.windows(5).any(|window| window == b"%PDF-") {
        return Ok(Format::Pdf);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return match crate::content_type::of(filename, bytes) {
            crate::content_type::XLSX => Ok(Format::Xlsx),
            _ => Err(unsupported(filename, &ending)),
        };
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        let message = format!(
            "{filename} is an old Excel or Word file (before 2007), or one with a password; save it as .xlsx without a password"
        );
        return Err(CapabilityError::new("unsupported_format", message));
    }
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    match (ending.as_str(), kind) {
        ("csv" | "tsv" | "tab", _) => Ok(Format::Csv),
        ("txt" | "text" | "log", _) => Ok(Format::Text),
        ("md" | "markdown", _) => Ok(Format::Markdown),
        ("json", _) => Ok(Format::Json),
        // The name promises a format that the content is not: the reader says why it cannot be read.
        ("pdf", _) => Ok(Format::Pdf),
        ("xlsx" | "xlsm", _) => Ok(Format::Xlsx),
        (_, "text/csv" | "text/tab-separated-values") => Ok(Format::Csv),
        (_, "text/plain") => Ok(Format::Text),
        (_, "text/markdown") => Ok(Format::Markdown),
        (_, "application/json") => Ok(Format::Json),
        _ => Err(unsupported(filename, &ending)),
    }
}

fn unsupported(filename: &str, ending: &str) -> CapabilityError {
    let what = if ending.is_empty() { String::new() } else { format!(" (.{ending})") };
    let message = format!("{filename}{what} cannot be read; these can: {SUPPORTED}");
    CapabilityError::new("unsupported_format", message)
}

/// Reads a document. Bounded by the limits; runs in a thread of its own, see [`Readers`].
fn read(filename: &str, format: Format, bytes: &[u8], limits: &Limits) -> Result<Parsed, CapabilityError> {
    let mut parsed = match format {
        Format::Csv => csv::read(bytes, limits),
        Format::Xlsx => xlsx::read(bytes, limits),
        Format::Pdf => pdf::read(bytes, limits),
        Format::Text => text::read(bytes, "text", limits),
        Format::Markdown => text::read(bytes, "markdown", limits),
        Format::Json => json::read(bytes, limits),
    }
    .map_err(|reason| unreadable(filename, &reason))?;
    if parsed.plain_text.is_empty() {
        parsed.plain_text = text_of(&parsed.grid);
    }
    parsed.rows_cut = parsed.truncated;
    if cut_text(&mut parsed.plain_text, limits.plain_text_bytes) {
        parsed.truncated = true;
    }
    Ok(parsed)
}

pub(crate) fn unreadable(filename: &str, reason: &str) -> CapabilityError {
    CapabilityError::new("unreadable_file", format!("{filename} cannot be read: {reason}"))
}

/// Cuts a text at a letter's end; whether it did.
fn cut_text(text: &mut String, limit: usize) -> bool {
    if text.len() <= limit {
        return false;
    }
    let end = (0..=limit).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.truncate(end);
    true
}

/// The cells as text: columns separated by tabs, sheets by their names.
fn text_of(grid: &Grid) -> String {
    let mut out = String::new();
    for sheet in &grid.sheets {
        if grid.sheets.len() > 1 {
            out.push_str(&format!("# {}\n", sheet.name));
        }
        for row in &sheet.rows {
            out.push_str(&row.join("\t"));
            out.push('\n');
        }
    }
    out
}

/// Counts cells while they are read, so that no document fills the memory.
pub(crate) struct Budget {
    left: usize,
    pub(crate) exhausted: bool,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Budget {
        Budget::of(limits.cells)
    }

    pub(crate) fn of(cells: usize) -> Budget {
        Budget { left: cells, exhausted: false }
    }

    /// Whether so many more cells may be kept.
    pub(crate) fn take(&mut self, cells: usize) -> bool {
        match self.left.checked_sub(cells.max(1)) {
            Some(left) => {
                self.left = left;
                true
            }
            None => {
                self.exhausted = true;
                false
            }
        }
    }
}

/// A row without the empty cells at its end.
pub(crate) fn trimmed(mut row: Vec<String>) -> Vec<String> {
    while row.last().is_some_and(|cell| cell.trim().is_empty()) {
        row.pop();
    }
    row
}

pub(crate) fn one_sheet(name: &str, rows: Vec<Vec<String>>) -> Grid {
    Grid { sheets: vec![Sheet { name: name.into(), rows }] }
}
