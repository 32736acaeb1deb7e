//! Dates as they stand on paper: with points or strokes, with the day or the month first, without zeros.

use super::{BAD_NUMBER, fixed, problem};
use crate::english::MONTHS;
use crate::{Problem, Span};

/// `31/03/2026`, `31.03.2026`, `3/31/2026`, `2026-3-1`: what is told, and the date that it is read as where that is clear.
pub(crate) fn paper_date(at: Span, text: &str) -> Option<(Problem, Option<String>)> {
    let parts: Vec<&str> = text.split(['.', '/', '-']).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let (first, second, third) = (part(first)?, part(second)?, part(third)?);
    let message = "A date is written with the year first, and dashes.";
    let tell = |label: String, help: String| problem(BAD_NUMBER, at, message, label, help);
    if text.len() > 4 && first > 31 {
        let Some(ours) = date(first, second, third) else {
            return Some((tell("no such day".to_owned(), no_such_day()), None));
        };
        return Some((
            fixed(tell(format!("write `{ours}`"), format!("Write `{ours}`.")), at, ours.clone()),
            Some(ours),
        ));
    }
    if third < 1_000 {
        return None;
    }
    let by_day = date(third, second, first);
    let by_month = date(third, first, second);
    Some(match (by_day, by_month) {
        (Some(day), Some(month)) if day != month => {
            let help =
                format!("Write `{day}` for {}, or `{month}` for {}.", words(first, second), words(second, first));
            (tell("day or month first?".to_owned(), help), Some(day))
        }
        (Some(ours), _) | (None, Some(ours)) => {
            let found = tell(format!("write `{ours}`"), format!("Write `{ours}`."));
            (fixed(found, at, ours.clone()), Some(ours))
        }
        (None, None) => (tell("no such day".to_owned(), no_such_day()), None),
    })
}

fn part(text: &str) -> Option<u32> {
    (text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn date(year: u32, month: u32, day: u32) -> Option<String> {
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

fn words(day: u32, month: u32) -> String {
    let month = month.checked_sub(1).and_then(|at| MONTHS.get(at as usize)).copied().unwrap_or_default();
    format!("{day} {month}")
}

fn no_such_day() -> String {
    "Write year, month and day with dashes: `2026-03-31`.".to_owned()
}

#[cfg(test)]
mod tests {
    use super::paper_date;
    use crate::Span;

    fn meant(text: &str) -> Option<(String, Option<String>)> {
        paper_date(Span::new(0, 0), text).map(|(problem, date)| (problem.help, date))
    }

    #[test]
    fn a_date_is_read_where_it_is_clear() {
        for text in ["31/03/2026", "31.03.2026", "3/31/2026", "31-3-2026", "2026/03/31", "2026-3-31"] {
            assert_eq!(meant(text).and_then(|(_, date)| date).as_deref(), Some("2026-03-31"), "{text}");
        }
        assert!(["1.2", "1.2.3", "32/13/2026x", "1/2"].iter().all(|text| meant(text).is_none()));
    }

    #[test]
    fn where_day_and_month_may_be_turned_round_both_are_named() {
        let (help, _) = meant("04/03/2026").unwrap_or_default();
        assert_eq!(help, "Write `2026-03-04` for 4 March, or `2026-04-03` for 3 April.");
        assert_eq!(meant("40/13/2026").map(|(_, date)| date), Some(None));
    }
}
