//! Plain text and Markdown. Lines that look like the rows of a table (tabs, `|`, or two blanks between words) become cells.

use super::{Budget, Parsed, decode, one_sheet, trimmed};
use crate::Limits;

pub(super) fn read(bytes: &[u8], format: &'static str, limits: &Limits) -> Result<Parsed, String> {
    let (text, note) = decode::decode(bytes)?;
    if text.trim().is_empty() {
        return Err("it is empty".into());
    }
    let mut budget = Budget::new(limits);
    let rows = cells(&text, &mut budget);
    Ok(Parsed {
        format,
        pages: 1,
        grid: one_sheet("1", rows),
        plain_text: text,
        truncated: budget.exhausted,
        rows_cut: budget.exhausted,
        notes: note.into_iter().collect(),
    })
}

pub(crate) fn cells(text: &str, budget: &mut Budget) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for line in text.lines() {
        let row = split(line);
        if !budget.take(row.len()) {
            break;
        }
        rows.push(trimmed(row));
    }
    rows
}

fn split(line: &str) -> Vec<String> {
    let line = line.trim();
    let own = |part: &str| part.trim().to_owned();
    if let Some(inner) = line.strip_prefix('|') {
        // The line under the header of a Markdown table holds no words.
        if inner.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ')) {
            return Vec::new();
        }
        return inner.strip_suffix('|').unwrap_or(inner).split('|').map(own).collect();
    }
    if line.contains('\t') {
        return line.split('\t').map(own).collect();
    }
    line.split("  ").filter(|part| !part.trim().is_empty()).map(own).collect()
}
