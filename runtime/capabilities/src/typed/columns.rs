//! Which row is the head of a table, and which column is which field.

use super::shape::{Kind, Shape};
use super::{cell, words};

/// The head of a table stands within so many rows.
const SEARCHED_ROWS: usize = 60;
/// So many cells of a column tell what it holds.
const SAMPLED_CELLS: usize = 50;
/// A column fits a field from this score of [`words::fit`] on.
const FITS: u32 = 50;
/// A table is not wider than that; what stands further right is not looked at.
const MAX_COLUMNS: usize = 500;

/// Which column is which field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mapping {
    /// The first row under the head, counted from 0.
    pub(crate) body: usize,
    /// The heads of the columns.
    pub(crate) header: Vec<String>,
    /// The column of each field, in the order of the fields.
    pub(crate) fields: Vec<Option<usize>>,
    /// The column that holds the currency of the row's amounts.
    pub(crate) currency: Option<usize>,
}

impl Mapping {
    /// How many fields have a column.
    pub(crate) fn mapped(&self) -> usize {
        self.fields.iter().flatten().count()
    }

    /// The headings that no field has, in their order.
    pub(crate) fn unmapped(&self) -> Vec<&str> {
        let taken = |column: &usize| self.fields.contains(&Some(*column)) || self.currency == Some(*column);
        self.header
            .iter()
            .enumerate()
            .filter(|(column, name)| !name.trim().is_empty() && !taken(column))
            .map(|(_, name)| name.as_str())
            .collect()
    }

    /// The heading of a column, or its letter as in a spreadsheet.
    pub(crate) fn column_name(&self, column: usize) -> String {
        match self.header.get(column).map(|name| name.trim()).filter(|name| !name.is_empty()) {
            Some(name) => name.to_owned(),
            None => letters(column),
        }
    }
}

/// `A`, `B` … `Z`, `AA` …
fn letters(column: usize) -> String {
    let last = u8::try_from(column % 26).map_or('?', |offset| char::from(b'A' + offset));
    if column < 26 { last.to_string() } else { format!("{}{last}", letters(column / 26 - 1)) }
}

/// Finds the head of a table: the row whose cells fit most fields. At least two must fit, or all where there are fewer.
pub(crate) fn find_header(shape: &Shape, rows: &[Vec<String>]) -> Option<Mapping> {
    let needed = shape.fields.len().min(2);
    let mut best: Option<((usize, u32), Mapping)> = None;
    for (index, row) in rows.iter().enumerate().take(SEARCHED_ROWS) {
        if row.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        let mut candidates = vec![(row.clone(), index + 1)];
        if let Some(second) = rows.get(index + 1).filter(|second| continues_header(second)) {
            candidates.push((joined(row, second), index + 2));
        }
        for (header, body) in candidates {
            let (mapping, score) = map(shape, header, body, rows);
            let value = (mapping.mapped(), score);
            if value.0 >= needed && best.as_ref().is_none_or(|(old, _)| value > *old) {
                best = Some((value, mapping));
            }
        }
    }
    best.map(|(_, mapping)| mapping)
}

/// A head may go on in the next line; a row of the table has digits somewhere.
fn continues_header(row: &[String]) -> bool {
    row.iter().any(|cell| !cell.is_empty()) && !row.iter().any(|cell| cell.contains(|c: char| c.is_ascii_digit()))
}

fn joined(first: &[String], second: &[String]) -> Vec<String> {
    let cell = |row: &[String], column: usize| row.get(column).cloned().unwrap_or_default();
    (0..first.len().max(second.len()))
        .map(|column| format!("{} {}", cell(first, column), cell(second, column)).trim().to_owned())
        .collect()
}

/// Gives each field the column that fits best, best fits first.
fn map(shape: &Shape, header: Vec<String>, body: usize, rows: &[Vec<String>]) -> (Mapping, u32) {
    let mut fits: Vec<(u32, usize, usize)> = Vec::new();
    for (column, heading) in header.iter().enumerate().take(MAX_COLUMNS) {
        if heading.trim().is_empty() || heading.len() > 200 {
            continue;
        }
        for (index, field) in shape.fields.iter().enumerate() {
            let score = words::fit(&without_unit(heading), &field.name, &field.doc);
            if score < FITS {
                continue;
            }
            let holds = holds(&field.kind, column, body, rows);
            // A column that has the field's very name is that field, whatever is in it: its cells are then reported.
            let score = if holds || score >= 96 { score + u32::from(holds) } else { score.saturating_sub(40) };
            if score >= FITS {
                fits.push((score, column, index));
            }
        }
    }
    fits.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut fields: Vec<Option<usize>> = vec![None; shape.fields.len()];
    let mut total = 0;
    for (score, column, index) in fits {
        let taken = fields.contains(&Some(column));
        if let Some(slot) = fields.get_mut(index).filter(|slot| slot.is_none() && !taken) {
            *slot = Some(column);
            total += score;
        }
    }
    let currency = header.iter().position(|heading| words::fit(heading, "currency", "") >= 90);
    (Mapping { body, header, fields, currency }, total)
}

/// `Rent (GBP)` and `Rent £` are headed `Rent`.
fn without_unit(heading: &str) -> String {
    match super::number::currency_in(heading) {
        Some(code) => heading.replace(code, " ").replace(['£', '€', '$'], " "),
        None => heading.to_owned(),
    }
}

/// Whether at least half of a column's first cells read as the type asks.
fn holds(kind: &Kind, column: usize, body: usize, rows: &[Vec<String>]) -> bool {
    // Only whether the cells read as amounts is asked here, so any currency serves for those that name none.
    let habits = cell::Habits { currency: Some("EUR".into()), ..cell::Habits::default() };
    let cells = rows.iter().skip(body).filter_map(|row| row.get(column)).filter(|text| !text.trim().is_empty());
    let (mut all, mut good) = (0, 0);
    for text in cells.take(SAMPLED_CELLS) {
        all += 1;
        good += usize::from(cell::read(kind, text, &habits).is_ok());
    }
    good * 2 >= all
}
