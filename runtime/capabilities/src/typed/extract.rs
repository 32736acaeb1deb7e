//! `ai.extract` without a model: reads tables by the names of their columns, and forms by their labels.
//!
//! - A required amount needs a currency: that of the cell, the heading, a column of currencies, the type (`money<GBP>`), the other
//!   cells of the column, the lines above the table, or the notes. Where none is written the row cannot be read.
//! - A row with an unreadable required value is left out and named in `unmapped`; an unreadable optional value is `none`.
//! - The confidence is the share of cells that could be read, times the share of required fields that have a column; where a
//!   line of totals disagrees with the rows, half of that.

use ntro_store::{Grid, Sheet};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};

use super::columns::{self, Mapping};
use super::number;
use super::rows::{ReadRow, Reader};
use super::shape::Shape;
use crate::read::{Budget, json_grid, text_cells};
use crate::{CapabilityError, ExtractRequest, Extraction};

/// So much that did not fit is told; the summary says how much there was.
const TOLD: usize = 50;

pub(crate) fn extract(request: &ExtractRequest<'_>) -> Result<Extraction, CapabilityError> {
    let shape = Shape::of(request.schema).map_err(CapabilityError::argument)?;
    let owned;
    let grid = match request.cells.filter(|grid| grid.row_count() > 0) {
        Some(grid) => grid,
        None => {
            owned = grid_of_text(request.content);
            &owned
        }
    };
    let mut reading = Reading::new(&shape);
    let mut last: Option<Mapping> = None;
    for sheet in &grid.sheets {
        reading.sheet(sheet, grid.sheets.len() > 1, request, &mut last);
    }
    if reading.tables == 0
        && let Some(form) = form(request.content, &shape)
    {
        reading.sheet(&form, false, request, &mut last);
    }
    Ok(reading.finish())
}

fn grid_of_text(content: &str) -> Grid {
    let mut budget = Budget::of(200_000);
    match serde_json::from_str::<Json>(content) {
        Ok(json) => json_grid(&json, &mut budget),
        Err(_) => Grid { sheets: vec![Sheet { name: "1".into(), rows: text_cells(content, &mut budget) }] },
    }
}

/// A letter or a form says `Invoice number: 12`: its labels are the head, what follows them is the row.
fn form(content: &str, shape: &Shape) -> Option<Sheet> {
    let (mut labels, mut values) = (Vec::new(), Vec::new());
    for line in content.lines().take(500) {
        if let Some((label, value)) = line.split_once(':')
            && !label.trim().is_empty()
            && !value.trim().is_empty()
            && label.len() <= 60
        {
            labels.push(label.trim().to_owned());
            values.push(value.trim().to_owned());
        }
    }
    let rows = vec![labels, values];
    columns::find_header(shape, &rows).filter(|mapping| mapping.body == 1)?;
    Some(Sheet { name: "1".into(), rows })
}

/// What has been read so far.
struct Reading<'a> {
    shape: &'a Shape,
    rows: Vec<Map<String, Json>>,
    tables: usize,
    cells: u32,
    unread: u32,
    left_out: usize,
    totals: usize,
    wrong_totals: Vec<String>,
    missing: Vec<String>,
    unmapped: Vec<String>,
    problems: Vec<String>,
    sums: Vec<Option<Decimal>>,
}

impl<'a> Reading<'a> {
    fn new(shape: &'a Shape) -> Reading<'a> {
        let sums = vec![Some(Decimal::ZERO); shape.fields.len()];
        Reading {
            shape,
            rows: Vec::new(),
            tables: 0,
            cells: 0,
            unread: 0,
            left_out: 0,
            totals: 0,
            wrong_totals: Vec::new(),
            missing: Vec::new(),
            unmapped: Vec::new(),
            problems: Vec::new(),
            sums,
        }
    }

    fn sheet(&mut self, sheet: &Sheet, several: bool, request: &ExtractRequest<'_>, last: &mut Option<Mapping>) {
        if sheet.rows.iter().all(Vec::is_empty) {
            return;
        }
        let place = if several { format!("{}, ", sheet.name) } else { String::new() };
        let mapping = match (columns::find_header(self.shape, &sheet.rows), last.as_ref()) {
            (Some(found), _) => found,
            // A table goes on over pages without its head.
            (None, Some(before)) if sheet.rows.iter().any(|row| row.len() == before.header.len()) => {
                Mapping { body: 0, ..before.clone() }
            }
            (None, _) => {
                if several {
                    self.unmapped.push(format!("{}: no table with these columns", sheet.name));
                }
                return;
            }
        };
        let mut hints: Vec<&str> = request.notes.into_iter().collect();
        hints.extend(request.content.lines().take(20));
        let reader = Reader::new(self.shape, &mapping, &sheet.rows, &hints);
        if last.is_none() {
            self.missing = reader.missing_fields().into_iter().map(str::to_owned).collect();
            self.unmapped.extend(mapping.unmapped().into_iter().map(str::to_owned));
        }
        self.tables += 1;
        for (index, row) in sheet.rows.iter().enumerate().skip(mapping.body) {
            self.row(&reader, row, &format!("{place}row {}", index + 1));
        }
        *last = Some(mapping);
    }

    fn row(&mut self, reader: &Reader<'_>, row: &[String], place: &str) {
        match reader.read(row) {
            ReadRow::Blank | ReadRow::Header => {}
            ReadRow::Total(amounts) => self.total(&amounts, place),
            ReadRow::Row { fields, .. } if fields.values().all(Json::is_null) => {
                self.unmapped.push(format!("{place}: {}", super::cell::short(row.join(" ").trim())));
            }
            ReadRow::Row { mut fields, mut problems, cells } => {
                self.note_or_row(&mut fields, &mut problems, cells, reader, row, place);
            }
        }
    }

    fn note_or_row(
        &mut self,
        fields: &mut Map<String, Json>,
        problems: &mut Vec<super::Problem>,
        cells: u32,
        reader: &Reader<'_>,
        row: &[String],
        place: &str,
    ) {
        // A line of prose under or in a table fills one column, and most of what a row needs is missing.
        let filled = row.iter().filter(|cell| !cell.trim().is_empty()).count();
        if filled == 1 && problems.iter().filter(|problem| problem.fatal).count() > 0 {
            let text = row.join(" ");
            self.unmapped.push(format!("{place}: {}", super::cell::short(text.trim())));
            return;
        }
        self.cells += cells;
        self.unread += u32::try_from(problems.len()).unwrap_or(u32::MAX);
        for problem in problems.iter() {
            self.problems.push(format!("{place}, {}: {}", problem.column, problem.reason));
        }
        // An empty text is a text; whoever reviews the row sees it.
        problems.retain(|problem| {
            let text =
                self.shape.fields.iter().any(|field| field.name == problem.field && field.kind == super::Kind::Text);
            if text && !fields.contains_key(&problem.field) {
                fields.insert(problem.field.clone(), json!(""));
            }
            problem.fatal && !text
        });
        let number = self.rows.len() as u64 + 1;
        reader.number_row(fields, "", number);
        if !problems.is_empty() || !self.missing.is_empty() {
            self.left_out += 1;
            return;
        }
        for (index, field) in self.shape.fields.iter().enumerate() {
            let amount = fields.get(&field.name).and_then(|value| number::exact(value.get("amount")?.as_str()?));
            if let (Some(amount), Some(sum)) = (amount, self.sums.get_mut(index)) {
                *sum = sum.and_then(|sum| sum.checked_add(amount));
            }
        }
        self.rows.push(std::mem::take(fields));
    }

    /// Compares a line of totals with what was read above it.
    fn total(&mut self, amounts: &[(usize, Json)], place: &str) {
        self.totals += 1;
        for (index, value) in amounts {
            let stated = value.get("amount").and_then(Json::as_str).and_then(number::exact);
            let sum = self.sums.get(*index).copied().flatten();
            let name = self.shape.field(*index).map(|field| field.name.as_str()).unwrap_or_default();
            // A subtotal sums a part only, so just the first total is compared.
            if let (Some(stated), Some(sum), 1) = (stated, sum, self.totals)
                && stated != sum
            {
                self.wrong_totals
                    .push(format!("{place} gives {stated} as the total of `{name}`, the rows read add up to {sum}"));
            }
        }
    }

    fn confidence(&self) -> u32 {
        let required = self.shape.fields.iter().filter(|field| field.required).count();
        if self.tables == 0 || self.cells == 0 || self.rows.is_empty() {
            return 0;
        }
        let cells = u64::from(self.cells);
        let read = cells.saturating_sub(u64::from(self.unread));
        let required = required.max(1) as u64;
        let mapped = required.saturating_sub(self.missing.len() as u64);
        let share = 1000 * read * mapped / (cells * required);
        let share = if self.wrong_totals.is_empty() { share } else { share / 2 };
        u32::try_from(share).unwrap_or(0)
    }

    fn finish(mut self) -> Extraction {
        let confidence_thousandths = self.confidence();
        let mut says = Vec::new();
        if self.tables == 0 {
            // Then no page has one; to list them would tell nothing more.
            self.unmapped.clear();
            says.push(format!("No table with columns for `{}` was found.", self.shape.title));
        } else {
            says.push(format!("{} read.", counted(self.rows.len(), "row")));
        }
        if !self.missing.is_empty() {
            says.push(format!("No column fits {}, so no row is complete.", listed(&self.missing)));
        }
        if self.left_out > 0 && self.missing.is_empty() {
            says.push(format!(
                "{} left out, because a value that is needed could not be read.",
                counted(self.left_out, "row")
            ));
        }
        if self.totals > 0 {
            says.push(format!("{} of totals not taken as rows.", counted(self.totals, "line")));
        }
        says.extend(self.wrong_totals.iter().map(|text| format!("{text}.")));
        if let Some(first) = self.problems.first() {
            let more = if self.problems.len() > 1 {
                format!(" (and {} more)", self.problems.len() - 1)
            } else {
                String::new()
            };
            says.push(format!("Not readable: {first}{more}."));
        }
        self.unmapped.append(&mut self.problems);
        let more = self.unmapped.len().saturating_sub(TOLD);
        self.unmapped.truncate(TOLD);
        if more > 0 {
            self.unmapped.push(format!("and {more} more"));
        }
        Extraction { rows: self.rows, summary: says.join(" "), confidence_thousandths, unmapped: self.unmapped }
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
