//! Reads the rows under a head.

use serde_json::{Map, Value as Json, json};

use super::cell::{self, Habits};
use super::columns::Mapping;
use super::shape::{Kind, Shape};
use super::{date, number, words};

/// Reads rows of one table.
pub(crate) struct Reader<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) mapping: &'a Mapping,
    habits: Vec<Habits>,
}

/// A cell that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The field's name.
    pub(crate) field: String,
    /// The column's heading.
    pub(crate) column: String,
    /// What is wrong: `` `n/a` is not an amount of money ``.
    pub(crate) reason: String,
    /// The same without the cell's own text, to count by: `` `rent` is not an amount of money ``.
    pub(crate) class: String,
    /// Whether the row cannot be without it.
    pub(crate) fatal: bool,
}

/// What a row of cells is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ReadRow {
    /// Nothing stands in it.
    Blank,
    /// The head once more, as on each page of a PDF.
    Header,
    /// A sum of rows above, with its amounts by field.
    Total(Vec<(usize, Json)>),
    /// A row.
    Row {
        /// Its fields; those that could not be read are absent, or `null` where that may be.
        fields: Map<String, Json>,
        /// What could not be read.
        problems: Vec<Problem>,
        /// How many cells were looked at.
        cells: u32,
    },
}

impl<'a> Reader<'a> {
    /// Looks at a whole table: how its columns write numbers and dates, and which currency its amounts are in. `hints` are texts
    /// around the table that may name the currency.
    pub(crate) fn new(shape: &'a Shape, mapping: &'a Mapping, rows: &[Vec<String>], hints: &[&str]) -> Reader<'a> {
        let body = rows.get(mapping.body..).unwrap_or_default();
        let above = rows.get(..mapping.body).unwrap_or_default();
        let around = currency_around(above, hints);
        let habits = mapping
            .fields
            .iter()
            .map(|column| {
                let Some(column) = *column else { return Habits::default() };
                let cells = || body.iter().filter_map(move |row| row.get(column)).map(String::as_str);
                let heading = mapping.header.get(column).map(String::as_str).unwrap_or_default();
                let own = number::currency_in(heading).map(str::to_owned);
                Habits {
                    comma: number::decimal_comma(cells()),
                    month_first: date::month_first(cells()),
                    currency: own.or_else(|| only_currency(cells())).or_else(|| around.clone()),
                }
            })
            .collect();
        Reader { shape, mapping, habits }
    }

    /// Reads one row.
    pub(crate) fn read(&self, row: &[String]) -> ReadRow {
        if row.iter().all(|cell| cell.trim().is_empty()) {
            return ReadRow::Blank;
        }
        if self.is_header(row) {
            return ReadRow::Header;
        }
        if self.is_total(row) {
            return ReadRow::Total(self.amounts(row));
        }
        self.read_as_row(row)
    }

    /// Reads one row that is no head and no total, whatever it looks like.
    pub(crate) fn read_as_row(&self, row: &[String]) -> ReadRow {
        if row.iter().all(|cell| cell.trim().is_empty()) {
            return ReadRow::Blank;
        }
        let (mut fields, mut problems, mut cells) = (Map::new(), Vec::new(), 0);
        for (index, field) in self.shape.fields.iter().enumerate() {
            let Some(column) = self.column(index) else {
                if field.nullable {
                    fields.insert(field.name.clone(), Json::Null);
                }
                continue;
            };
            let text = row.get(column).map(|cell| cell.trim()).unwrap_or_default();
            if text.is_empty() {
                if field.nullable {
                    fields.insert(field.name.clone(), Json::Null);
                } else if field.required {
                    cells += 1;
                    problems.push(self.problem(index, column, "it is empty".to_owned(), "is empty".to_owned()));
                }
                continue;
            }
            cells += 1;
            match cell::read(&field.kind, text, &self.habits_of(index, row)) {
                Ok(value) => {
                    fields.insert(field.name.clone(), value);
                }
                Err(reason) => {
                    let class = match reason.split_once("` ") {
                        Some((_, rest)) => rest.to_owned(),
                        None => format!("has a problem: {reason}"),
                    };
                    problems.push(self.problem(index, column, reason, class));
                    if field.nullable {
                        fields.insert(field.name.clone(), Json::Null);
                    }
                }
            }
        }
        ReadRow::Row { fields, problems, cells }
    }

    fn problem(&self, index: usize, column: usize, reason: String, class: String) -> Problem {
        let field = self.shape.field(index);
        let name = field.map(|field| field.name.clone()).unwrap_or_default();
        Problem {
            class: format!("`{name}` {class}"),
            field: name,
            column: self.mapping.column_name(column),
            reason,
            fatal: field.is_some_and(|field| field.required),
        }
    }

    fn column(&self, index: usize) -> Option<usize> {
        self.mapping.fields.get(index).copied().flatten()
    }

    /// A column of currencies decides for its row.
    fn habits_of(&self, index: usize, row: &[String]) -> Habits {
        let mut habits = self.habits.get(index).cloned().unwrap_or_default();
        let named = self.mapping.currency.and_then(|column| row.get(column));
        if let Some(code) = named.and_then(|text| ntro_ir::Currency::new(&text.trim().to_ascii_uppercase())) {
            habits.currency = Some(code.code().to_owned());
        }
        habits
    }

    fn is_header(&self, row: &[String]) -> bool {
        let cells = || row.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
        let same = |(column, cell): (usize, &String)| {
            self.mapping.header.get(column).is_some_and(|name| words::words(name) == words::words(cell))
        };
        cells().count() >= 2 && cells().all(same)
    }

    /// A sum: its first cell says so, and it names nothing else.
    fn is_total(&self, row: &[String]) -> bool {
        let Some(first) = row.iter().find(|cell| !cell.trim().is_empty()) else { return false };
        let label = first.trim().trim_end_matches(':').to_lowercase();
        let exact = ["total", "totals", "grand total", "subtotal", "sub total", "sub-total", "sum", "overall total"];
        if exact.contains(&label.as_str()) {
            return true;
        }
        let begins =
            ["total ", "totals ", "grand total ", "subtotal ", "sub-total "].iter().any(|word| label.starts_with(word));
        // A vendor may be called Total Energies: a sum leaves the other columns of words and dates empty.
        let named = self.shape.fields.iter().enumerate().filter(|(_, field)| !is_amount(&field.kind));
        let filled = named
            .filter_map(|(index, _)| self.column(index))
            .filter(|column| row.get(*column).is_some_and(|cell| !cell.trim().is_empty()))
            .count();
        let others = self
            .shape
            .fields
            .iter()
            .enumerate()
            .filter(|(index, field)| !is_amount(&field.kind) && self.column(*index).is_some());
        begins && others.count() > 1 && filled <= 1
    }

    fn amounts(&self, row: &[String]) -> Vec<(usize, Json)> {
        let mut amounts = Vec::new();
        for (index, field) in
            self.shape.fields.iter().enumerate().filter(|(_, field)| matches!(field.kind, Kind::Money(_)))
        {
            let text =
                self.column(index).and_then(|column| row.get(column)).map(|cell| cell.trim()).unwrap_or_default();
            if let Ok(value) = cell::read(&field.kind, text, &self.habits_of(index, row)) {
                amounts.push((index, value));
            }
        }
        amounts
    }

    /// The fields that a row must have and that no column fits, `id` aside, which can be numbered.
    pub(crate) fn missing_fields(&self) -> Vec<&str> {
        let fields = self.shape.fields.iter().enumerate();
        fields
            .filter(|(index, field)| field.required && self.column(*index).is_none() && !self.numbers(*index))
            .map(|(_, field)| field.name.as_str())
            .collect()
    }

    /// Whether a field is an `id` without a column: rows are then numbered.
    pub(crate) fn numbers(&self, index: usize) -> bool {
        let id = |field: &super::shape::Field| field.name == "id" && matches!(field.kind, Kind::Text | Kind::Int);
        self.column(index).is_none() && self.shape.field(index).is_some_and(id)
    }

    /// Numbers a row where its `id` has no column.
    pub(crate) fn number_row(&self, fields: &mut Map<String, Json>, prefix: &str, number: u64) {
        for (index, field) in self.shape.fields.iter().enumerate().filter(|(index, _)| self.numbers(*index)) {
            let id = if field.kind == Kind::Int { json!(number) } else { json!(format!("{prefix}{number}")) };
            if self.numbers(index) {
                fields.insert(field.name.clone(), id);
            }
        }
    }
}

fn is_amount(kind: &Kind) -> bool {
    matches!(kind, Kind::Money(_) | Kind::Decimal | Kind::Int)
}

/// The currency that the cells of a column name, where they name only one.
fn only_currency<'a>(cells: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut found: Option<String> = None;
    for cell in cells {
        if let Some((_, Some(currency))) = number::money(cell, false) {
            match &found {
                None => found = Some(currency),
                Some(other) if *other != currency => return None,
                Some(_) => {}
            }
        }
    }
    found
}

/// The currency that the texts above and around a table name, where they name only one.
fn currency_around(above: &[Vec<String>], hints: &[&str]) -> Option<String> {
    let cells = above.iter().flatten().map(String::as_str).chain(hints.iter().copied());
    let mut found: Vec<&str> = cells.filter_map(number::currency_in).collect();
    found.sort_unstable();
    found.dedup();
    match found.as_slice() {
        [one] => Some((*one).to_owned()),
        _ => None,
    }
}
