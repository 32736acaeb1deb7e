//! Amounts, numbers and days as people write them on paper: commas for points, blanks between thousands, currencies in words. Each is about
//! its place on the line only.

use super::lines::Line;
use super::{BAD_NUMBER, fixed, problem};
use crate::Problem;
use crate::english::MONTHS;

/// The first number of a line that is written as on paper.
pub(super) fn on_paper(line: &Line<'_>) -> Option<Problem> {
    let text = line.text;
    let mut quoted = false;
    let mut open = 0_usize;
    let mut before = ' ';
    let mut in_time = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '/' if !quoted && text.get(at..).is_some_and(|rest| rest.starts_with("//")) => return None,
            '(' | '[' if !quoted => open += 1,
            ')' | ']' if !quoted => open = open.saturating_sub(1),
            _ => {}
        }
        let inside = quoted || before.is_ascii_alphanumeric() || matches!(before, '_' | '.' | '-' | '"');
        // The minutes of `10:30` begin no number.
        in_time = c == ':' && before.is_ascii_digit() || in_time && c.is_ascii_digit();
        let begins = !inside && !in_time;
        before = c;
        let rest = text.get(at..)?;
        if begins && c.is_ascii_digit() {
            if let Some(found) = number(line, at, rest, open > 0).or_else(|| day_in_words(line, at, rest)) {
                return Some(found);
            }
        } else if begins
            && c.is_ascii_uppercase()
            && let Some(found) = month_first(line, at, rest)
        {
            return Some(found);
        }
    }
    None
}

/// `1234,50 EUR`, `10 000 GBP`, `10k GBP`, `500 gbp`, `10,000`, `17:00`
fn number(line: &Line<'_>, at: usize, text: &str, in_list: bool) -> Option<Problem> {
    let sign = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’');
    let shape: String = text.chars().take_while(|c| sign(*c)).collect();
    let shape = shape.trim_end_matches(['.', ',', '\'', '’']).to_owned();
    if let Some(problem) = clock(line, at, text, &shape) {
        return Some(problem);
    }
    let (mut digits, mut length) = (plain(&shape), shape.len());
    // Further groups of three digits after a blank.
    while let Some(group) = text.get(length..).and_then(|rest| group_after_blank(rest)) {
        digits.as_mut()?.push_str(group);
        length += 4;
    }
    let (factor, after_factor) = magnitude(text.get(length..)?);
    let rest = text.get(length + after_factor..)?;
    let (code, after_code) = currency(rest);
    let usual = shape.chars().all(|c| c.is_ascii_digit() || c == '.') && length == shape.len();
    let known = code.as_ref().is_some_and(|(_, ours)| !*ours);
    if usual && factor == 0 && !known {
        return None;
    }
    // `f(1,50)` are two numbers.
    if code.is_none() && (factor > 0 || in_list || text.get(length..)?.starts_with(|c: char| c.is_ascii_alphanumeric()))
    {
        return None;
    }
    let number = scaled(&digits?, factor)?;
    let ours = code.as_ref().map_or_else(|| number.clone(), |(code, _)| format!("{number} {code}"));
    let span = line.span(at, at + length + after_factor + if code.is_some() { after_code } else { 0 });
    let message = if usual && factor == 0 {
        "Money is written with the code of its currency behind the amount."
    } else if factor > 0 {
        "A number is written out with all its digits."
    } else {
        "A number has a point before its decimals, and nothing between its thousands."
    };
    Some(fixed(problem(BAD_NUMBER, span, message, "a number as on paper", format!("Write `{ours}`.")), span, ours))
}

/// The number that is meant: `1234.50` of `1.234,50`, of `1,234.50`, of `1234,50`. `None` where that is not clear.
fn plain(shape: &str) -> Option<String> {
    let shape = shape.replace(['\'', '’'], "");
    let groups = |text: &str, sign: char| text.split(sign).skip(1).all(|group| group.len() == 3);
    Some(match (shape.rfind('.'), shape.rfind(',')) {
        (Some(point), Some(comma)) if comma > point => {
            let (whole, cents) = shape.split_at_checked(comma)?;
            groups(whole, '.').then(|| format!("{}.{}", whole.replace('.', ""), cents.trim_start_matches(',')))?
        }
        (Some(point), Some(_)) => {
            let (whole, cents) = shape.split_at_checked(point)?;
            groups(whole, ',').then(|| format!("{}{cents}", whole.replace(',', "")))?
        }
        (None, Some(_)) if groups(&shape, ',') => shape.replace(',', ""),
        (None, Some(_)) if shape.matches(',').count() == 1 => shape.replace(',', "."),
        (None, Some(_)) => return None,
        _ => shape,
    })
}

/// ` 000` before something that is no digit.
fn group_after_blank(text: &str) -> Option<&str> {
    let group = text.strip_prefix(' ')?.get(..3)?;
    let ends = !text.get(4..)?.starts_with(|c: char| c.is_ascii_alphanumeric());
    (ends && group.bytes().all(|b| b.is_ascii_digit())).then_some(group)
}

/// How many zeros a word adds, and how long it is with the blank before it.
fn magnitude(text: &str) -> (usize, usize) {
    let blank = usize::from(text.starts_with(' '));
    let word: String = text.chars().skip(blank).take_while(char::is_ascii_alphanumeric).collect();
    let zeros = match word.to_ascii_lowercase().as_str() {
        "k" | "thousand" => 3,
        "m" | "mn" | "mio" | "million" => 6,
        "bn" | "billion" => 9,
        _ => return (0, 0),
    };
    (zeros, blank + word.len())
}

/// The code of a currency after a number, whether it is written as here, and how long it is with the blanks before it.
fn currency(text: &str) -> (Option<(String, bool)>, usize) {
    let blanks = text.len() - text.trim_start_matches(' ').len();
    let word: String = text.chars().skip(blanks).take_while(char::is_ascii_alphanumeric).collect();
    let code = match word.to_ascii_lowercase().as_str() {
        "gbp" | "pound" | "pounds" | "quid" => "GBP",
        "eur" | "euro" | "euros" => "EUR",
        "usd" => "USD",
        "chf" | "jpy" | "sek" | "nok" | "dkk" | "pln" | "cad" | "aud" | "nzd" | "czk" | "huf" | "inr" | "sgd" => {
            return (
                Some((word.to_ascii_uppercase(), word.bytes().all(|b| b.is_ascii_uppercase()))),
                blanks + word.len(),
            );
        }
        _ if word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase()) => {
            let length = blanks + word.len();
            return (Some((word, true)), length);
        }
        _ => return (None, 0),
    };
    (Some((code.to_owned(), word == code)), blanks + word.len())
}

fn scaled(number: &str, zeros: usize) -> Option<String> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if zeros == 0 {
        return Some(number.to_owned());
    }
    (part.len() <= zeros && whole.len() + zeros <= 24).then(|| format!("{whole}{part:0<zeros$}"))
}

/// `within 17:00`
fn clock(line: &Line<'_>, at: usize, text: &str, hours: &str) -> Option<Problem> {
    let minutes = text.get(hours.len()..)?.strip_prefix(':')?.get(..2)?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    (hours.len() <= 2 && digits(hours) && digits(minutes)).then(|| {
        problem(
            BAD_NUMBER,
            line.span(at, at + hours.len() + 3),
            "A time of the day is no limit: it says neither how long nor on which day.",
            "which day?",
            format!("Write how long, as in `8h`, or the day with its time, as in `2026-03-31T{hours:0>2}:{minutes}`."),
        )
    })
}

/// `31 March 2026`, `31st of March`
fn day_in_words(line: &Line<'_>, at: usize, text: &str) -> Option<Problem> {
    let day: String = text.chars().take_while(char::is_ascii_digit).collect();
    let rest = text.get(day.len()..)?;
    let rest = ["st", "nd", "rd", "th"].iter().find_map(|ending| rest.strip_prefix(ending)).unwrap_or(rest);
    let rest = rest.strip_prefix([' ', '.'])?.trim_start();
    let rest = rest.strip_prefix("of ").unwrap_or(rest);
    let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
    let month = month(&word)?;
    let rest = rest.get(word.len()..)?;
    let year: String = rest.trim_start_matches([' ', ',']).chars().take_while(char::is_ascii_digit).collect();
    let end = if year.len() == 4 { rest.find(year.as_str())? + 4 } else { 0 };
    let length = text.len() - rest.len() + end;
    Some(worded(line, (at, length), &day, month, &year))
}

/// `March 31, 2026`
fn month_first(line: &Line<'_>, at: usize, text: &str) -> Option<Problem> {
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    let month = month(&word)?;
    let rest = text.get(word.len()..)?.strip_prefix(' ')?;
    let day: String = rest.chars().take_while(char::is_ascii_digit).collect();
    if !(1..=2).contains(&day.len()) {
        return None;
    }
    let rest = rest.get(day.len()..)?;
    let year: String = rest.trim_start_matches([' ', ',']).chars().take_while(char::is_ascii_digit).collect();
    let end = if year.len() == 4 { rest.find(year.as_str())? + 4 } else { 0 };
    let length = text.len() - rest.len() + end;
    Some(worded(line, (at, length), &day, month, &year))
}

/// The number of a month that is written with a capital, in full or by its first three letters.
fn month(word: &str) -> Option<usize> {
    let same =
        |month: &str| [Some(month), month.get(..3)].into_iter().flatten().any(|name| name.eq_ignore_ascii_case(word));
    let at = MONTHS.iter().position(|month| same(month))?;
    word.starts_with(|c: char| c.is_ascii_uppercase()).then_some(at + 1)
}

fn worded(line: &Line<'_>, (at, length): (usize, usize), day: &str, month: usize, year: &str) -> Problem {
    let span = line.span(at, at + length);
    let message = "A date is written with the year first, and dashes.";
    if year.len() != 4 || day.len() > 2 {
        let help = format!("Write the year too: `2026-{month:02}-{day:0>2}`.");
        return problem(BAD_NUMBER, span, message, "of which year?", help);
    }
    let ours = format!("{year}-{month:02}-{day:0>2}");
    fixed(problem(BAD_NUMBER, span, message, format!("write `{ours}`"), format!("Write `{ours}`.")), span, ours)
}

#[cfg(test)]
mod tests {
    use super::super::lines::Line;
    use super::on_paper;

    fn meant(text: &str) -> Option<String> {
        let found = on_paper(&Line { start: 0, text })?;
        let fix = found.fix.as_ref()?;
        Some(format!("{}{}{}", text.get(..fix.span.start as usize)?, fix.text, text.get(fix.span.end as usize..)?))
    }

    #[test]
    fn numbers_of_paper_are_read() {
        for (text, ours) in [
            ("a < 1234,50 EUR", "a < 1234.50 EUR"),
            ("a < 1.234,50 EUR", "a < 1234.50 EUR"),
            ("a < 10 000 GBP else", "a < 10000 GBP else"),
            ("a < 1'000 GBP", "a < 1000 GBP"),
            ("n < 10,000 else", "n < 10000 else"),
            ("a < 10k GBP", "a < 10000 GBP"),
            ("a < 1.5m GBP", "a < 1500000 GBP"),
            ("a < 2 million euros", "a < 2000000 EUR"),
            ("a < 500 gbp", "a < 500 GBP"),
            ("due > 31 March 2026 else", "due > 2026-03-31 else"),
            ("due > March 3, 2026 else", "due > 2026-03-03 else"),
        ] {
            assert_eq!(meant(text).as_deref(), Some(ours), "{text}");
        }
    }

    #[test]
    fn what_is_right_is_left_alone() {
        for text in [
            "a < 10 GBP",
            "f(1,50)",
            "[1,5]",
            "\"1,5 GBP\"",
            "within 24h",
            "2026-03-31",
            "x1,5",
            "// 1,5 GBP",
            "take 1.25",
        ] {
            assert_eq!(on_paper(&Line { start: 0, text }).map(|found| found.help), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_clear_is_asked() {
        assert!(on_paper(&Line { start: 0, text: "within 17:00 else" }).is_some_and(|found| found.fix.is_none()));
        assert!(on_paper(&Line { start: 0, text: "until March 31" }).is_some_and(|found| found.fix.is_none()));
    }
}
