//! Dates and months as people write them. `03/04/2026` is the third of April unless the column shows otherwise.

use jiff::civil::Date;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Whether a column writes the month before the day: some date can be read only so, and none only the other way.
pub(crate) fn month_first<'a>(cells: impl Iterator<Item = &'a str>) -> bool {
    let (mut month, mut day) = (false, false);
    for cell in cells {
        let parts: Vec<u32> = cell.split(['/', '.', '-']).filter_map(|part| part.trim().parse().ok()).collect();
        if let [first, second, _] = parts.as_slice()
            && *first <= 31
        {
            month |= *second > 12 && *first <= 12;
            day |= *first > 12;
        }
    }
    month && !day
}

/// A date: `2026-03-31`, `31/03/2026`, `31.3.26`, `31 Mar 2026`, `March 31st, 2026`. A time after it is left out.
pub(crate) fn date(text: &str, month_first: bool) -> Option<Date> {
    let text = text.trim();
    let text = match text.split_once('T') {
        Some((date, time))
            if time.starts_with(|c: char| c.is_ascii_digit()) && date.ends_with(|c: char| c.is_ascii_digit()) =>
        {
            date
        }
        _ => text,
    };
    let parts: Vec<&str> = text.split(['/', '.', '-', ',', ' ', '\u{a0}']).filter(|part| !part.is_empty()).collect();
    let mut parts: &[&str] = &parts;
    if let [weekday, rest @ ..] = parts
        && is_weekday(weekday)
    {
        parts = rest;
    }
    let [a, b, c, rest @ ..] = parts else { return None };
    if !rest
        .iter()
        .all(|part| part.contains(':') || matches!(part.to_ascii_lowercase().as_str(), "am" | "pm" | "utc" | "z"))
    {
        return None;
    }
    if let Some(month) = month_named(b) {
        return new(year(c)?, month, day(a)?);
    }
    if let Some(month) = month_named(a) {
        return new(year(c)?, month, day(b)?);
    }
    if a.len() == 4 {
        return new(a.parse().ok()?, b.parse().ok()?, c.parse().ok()?);
    }
    let (first, second) = (day(a)?, day(b)?);
    if month_first { new(year(c)?, first, second) } else { new(year(c)?, second, first) }
}

/// A month: `2026-03`, `March 2026`, `Mar-26`, `03/2026`, or that of a date.
pub(crate) fn period(text: &str, month_first: bool) -> Option<String> {
    let parts: Vec<&str> = text.split(['/', '.', '-', ' ', ',']).filter(|part| !part.is_empty()).collect();
    let (year, month) = match parts.as_slice() {
        [a, b] if a.len() == 4 => (year(a)?, month_named(b).or_else(|| b.parse().ok())?),
        [a, b] => (year(b)?, month_named(a).or_else(|| a.parse().ok())?),
        _ => {
            let date = date(text, month_first)?;
            (date.year(), date.month())
        }
    };
    ntro_ir::Period::new(year, month).map(|period| period.to_string())
}

fn new(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok()
}

fn is_weekday(text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    let small = small.trim_end_matches('.');
    small.len() >= 3
        && ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
            .iter()
            .any(|day| day.starts_with(small))
}

fn month_named(text: &str) -> Option<i8> {
    let small = text.to_ascii_lowercase();
    let index = MONTHS.iter().position(|month| small.starts_with(month))?;
    let long = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    long.get(index).filter(|name| name.starts_with(&small) || small == "sept")?;
    i8::try_from(index + 1).ok()
}

fn day(text: &str) -> Option<i8> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let suffix = text.get(digits.len()..).unwrap_or_default().to_ascii_lowercase();
    if !matches!(suffix.as_str(), "" | "st" | "nd" | "rd" | "th") || digits.len() > 2 {
        return None;
    }
    digits.parse().ok()
}

/// `26` is 2026, `85` is 1985.
fn year(text: &str) -> Option<i16> {
    let value: i16 = text.parse().ok()?;
    match text.len() {
        4 => Some(value),
        2 if value < 70 => Some(2000 + value),
        2 => Some(1900 + value),
        _ => None,
    }
}
