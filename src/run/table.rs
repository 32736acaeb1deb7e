//! Rows as a table that fits the terminal.

use console::{measure_text_width, pad_str, truncate_str};
use serde_json::Value as Json;

/// The narrowest a column gets before columns are left out.
const NARROWEST: usize = 6;

/// Rows as text, at most `width` characters beside one another. Columns that do not fit are named below.
pub(crate) fn table(columns: &[String], rows: &[Json], width: usize) -> String {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| columns.iter().map(|column| cell(row.get(column).unwrap_or(&Json::Null))).collect())
        .collect();
    let mut widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let cells = cells.iter().filter_map(|row| row.get(at)).map(|cell| measure_text_width(cell));
            cells.chain([measure_text_width(column)]).max().unwrap_or(0).min(40)
        })
        .collect();
    let figures: Vec<bool> = (0..columns.len())
        .map(|at| cells.iter().filter_map(|row| row.get(at)).all(|cell| cell.is_empty() || is_number(cell)))
        .collect();
    let shown = fit(&mut widths, &figures, width);
    let line = |cells: &mut dyn Iterator<Item = &String>, numbers: bool| {
        let parts: Vec<String> = cells
            .zip(&widths)
            .map(|(cell, width)| {
                let side =
                    if numbers && is_number(cell) { console::Alignment::Right } else { console::Alignment::Left };
                pad_str(&truncate_str(cell, *width, "…"), *width, side, None).into_owned()
            })
            .collect();
        format!("  {}\n", parts.join("  ").trim_end())
    };
    let bold = console::Style::new().for_stderr().bold();
    let mut text = bold.apply_to(line(&mut columns.iter().take(shown), false).trim_end()).to_string();
    text.push('\n');
    for row in &cells {
        text.push_str(&line(&mut row.iter().take(shown), true));
    }
    if shown < columns.len() {
        let left: Vec<&str> = columns.iter().skip(shown).map(String::as_str).collect();
        text.push_str(&format!("  (no room for {}; `show ROW` has them)\n", left.join(", ")));
    }
    text
}

/// Narrows columns until they fit; gives how many do. A figure that is cut would be read wrongly, so only columns of words are narrowed.
fn fit(widths: &mut [usize], figures: &[bool], width: usize) -> usize {
    let total = |widths: &[usize]| widths.iter().sum::<usize>() + 2 * widths.len();
    let mut shown = widths.len();
    loop {
        let Some(used) = widths.get_mut(..shown) else { return 0 };
        if total(used) <= width || shown <= 1 {
            return shown;
        }
        let words = used.iter_mut().zip(figures).filter(|(width, figures)| !**figures && **width > NARROWEST);
        match words.map(|(width, _)| width).max() {
            Some(widest) => *widest -= 1,
            None => shown -= 1,
        }
    }
}

fn is_number(cell: &str) -> bool {
    cell.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        && cell.chars().all(|c| c.is_ascii_digit() || " -.,".contains(c) || c.is_ascii_uppercase())
}

/// A value as people read it.
pub(crate) fn cell(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => plain(text),
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        Json::Number(number) => number.to_string(),
        Json::Object(object) => match (object.get("amount"), object.get("currency").and_then(Json::as_str)) {
            (Some(amount), Some(currency)) => format!("{} {currency}", cell(amount)),
            _ => match object.get("filename").and_then(Json::as_str) {
                Some(filename) => filename.to_owned(),
                None => {
                    let fields: Vec<String> = object.iter().map(|(key, it)| format!("{key}: {}", cell(it))).collect();
                    fields.join(", ")
                }
            },
        },
        Json::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
    }
}

/// A text without line ends and without control characters: what comes from documents must not steer the terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_table_fits_and_says_what_it_leaves_out() {
        let columns: Vec<String> = ["id", "description", "amount", "category"].map(str::to_owned).into();
        let rows = [
            json!({ "id": "1", "description": "Flat 1, first floor, north side", "amount": { "amount": "950.00", "currency": "GBP" } }),
        ];
        for width in [20, 30, 60, 120] {
            let text = table(&columns, &rows, width);
            for line in text.lines().filter(|line| !line.contains("no room")) {
                assert!(measure_text_width(line) <= width, "{width}: {line}");
            }
        }
        assert!(table(&columns, &rows, 120).contains("950.00 GBP"));
        assert!(table(&columns, &rows, 20).contains("no room for"));
        let narrow = table(&columns, &rows, 34);
        assert!(narrow.contains("950.00 GBP") && narrow.contains('…'), "words are cut, figures are not: {narrow}");
    }
}
