//! CSV: the separator is found out, quotes and line breaks in cells are kept, and blank lines keep their place so that a row's
//! number is the one that a spreadsheet shows.

use csv::{ReaderBuilder, StringRecord};

use super::{Budget, Parsed, decode, one_sheet, trimmed};
use crate::Limits;

const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Parsed, String> {
    let (text, note) = decode::decode(bytes)?;
    let (separator, body) = match hint(&text) {
        Some(found) => found,
        None => (sniff(&text), text.as_str()),
    };
    let mut budget = Budget::new(limits);
    if let Some(line) = unclosed(body, separator) {
        let line = line + usize::from(body.len() < text.len());
        return Err(format!(
            "the quotation mark in line {line} is not closed where its cell ends, so that lines after it would be taken for one cell; add the second one, or take it away"
        ));
    }
    let rows = rows(body, separator, &mut budget)?;
    if rows.iter().all(Vec::is_empty) {
        return Err("it is empty".into());
    }
    Ok(Parsed {
        format: "csv",
        pages: 1,
        grid: one_sheet("1", rows),
        truncated: budget.exhausted,
        notes: note.into_iter().collect(),
        ..Parsed::default()
    })
}

/// Excel writes `sep=;` as a first line that is not part of the table.
fn hint(text: &str) -> Option<(u8, &str)> {
    let (first, rest) = text.split_once('\n')?;
    let separator = first.trim_end().strip_prefix("sep=")?;
    match separator.as_bytes() {
        [byte] => Some((*byte, rest)),
        _ => None,
    }
}

/// The separator by which most of the first lines have the same number of cells, and more than one.
fn sniff(text: &str) -> u8 {
    let mut best = (0, b',');
    for separator in SEPARATORS {
        let reader = reader(text, separator);
        let widths: Vec<usize> = reader.into_records().take(50).flatten().map(|record| record.len()).collect();
        let agree = |width: usize| widths.iter().filter(|other| **other == width).count();
        let width = widths.iter().copied().max_by_key(|width| (agree(*width), *width)).unwrap_or(0);
        let score = if width > 1 { agree(width) * 100 + width } else { 0 };
        if score > best.0 {
            best = (score, separator);
        }
    }
    best.1
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes())
}

fn rows(text: &str, separator: u8, budget: &mut Budget) -> Result<Vec<Vec<String>>, String> {
    let mut rows = Vec::new();
    for record in reader(text, separator).into_records() {
        let record: StringRecord = record.map_err(|error| error.to_string())?;
        // A record's position is that of the blank lines before it, which the reader skips; after `\r\n` it is between the two.
        let start = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0);
        let before = text.get(..start).unwrap_or_default();
        let rest = text.get(start..).unwrap_or_default();
        let rest = if before.ends_with('\r') { rest.strip_prefix('\n').unwrap_or(rest) } else { rest };
        for _ in 0..blank_lines(rest) {
            if budget.take(1) {
                rows.push(Vec::new());
            }
        }
        if !budget.take(record.len()) {
            break;
        }
        rows.push(trimmed(record.iter().map(|cell| cell.trim().to_owned()).collect()));
    }
    Ok(rows)
}

/// The line in which a quotation mark opens a cell that nothing closes, or that the mark of another cell closes lines further down.
fn unclosed(text: &str, separator: u8) -> Option<usize> {
    enum At {
        Start,
        Plain,
        Quoted(usize),
        /// After a mark in a quoted cell: the cell's end, or the first of two that stand for one.
        Mark(usize),
    }
    let (mut line, mut at) = (1_usize, At::Start);
    for byte in text.bytes() {
        let ends = matches!(byte, b'\n' | b'\r') || byte == separator;
        at = match at {
            At::Quoted(opened) if byte == b'"' => At::Mark(opened),
            At::Quoted(opened) => At::Quoted(opened),
            At::Mark(opened) if byte == b'"' => At::Quoted(opened),
            At::Mark(opened) if !ends && byte != b' ' && opened < line => return Some(opened),
            At::Start if byte == b'"' => At::Quoted(line),
            _ if ends => At::Start,
            _ => At::Plain,
        };
        line += usize::from(byte == b'\n');
    }
    match at {
        At::Quoted(opened) => Some(opened),
        _ => None,
    }
}

/// How many lines without any letter stand at the beginning.
fn blank_lines(text: &str) -> usize {
    let rest = text.trim_start_matches(['\r', '\n']);
    text.get(..text.len() - rest.len()).unwrap_or_default().matches('\n').count()
}
