//! Numbers and money as people write them. Exact: from text to text, never through a binary fraction.

use std::str::FromStr;

use rust_decimal::Decimal;

/// Signs and what they stand for; longer ones first, since `$` is in `A$`.
const SIGNS: &[(&str, &str)] = &[
    ("US$", "USD"),
    ("CA$", "CAD"),
    ("AU$", "AUD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("C$", "CAD"),
    ("A$", "AUD"),
    ("£", "GBP"),
    ("€", "EUR"),
    ("$", "USD"),
    ("¥", "JPY"),
    ("₹", "INR"),
];

/// Codes that are recognised in headings and texts, where three capital letters could also be something else.
const CODES: &[&str] = &[
    "GBP", "EUR", "USD", "CHF", "JPY", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "INR", "CNY",
    "HKD", "SGD", "ZAR", "AED", "RON", "BGN", "TRY", "BRL", "MXN",
];

/// The currency that a text names, if it names exactly one: `Amount (GBP)`, `Rent £ pcm`, `all figures in EUR`.
pub(crate) fn currency_in(text: &str) -> Option<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    let mut rest = text.to_owned();
    for (sign, code) in SIGNS {
        if rest.contains(sign) {
            found.push(code);
            rest = rest.replace(sign, " ");
        }
    }
    for word in rest.split(|letter: char| !letter.is_alphanumeric()) {
        found.extend(CODES.iter().find(|code| **code == word));
    }
    found.sort_unstable();
    found.dedup();
    match found.as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

/// Whether a column writes its decimals with a comma: some cell can be read only so, and none only the other way.
pub(crate) fn decimal_comma<'a>(cells: impl Iterator<Item = &'a str>) -> bool {
    let (mut comma, mut point) = (false, false);
    for cell in cells {
        let digits: String = cell.chars().filter(|c| c.is_ascii_digit() || matches!(c, ',' | '.')).collect();
        let tail = |sign: char| digits.rfind(sign).map(|at| digits.len() - at - 1);
        match (tail(','), tail('.')) {
            (Some(after), None) => comma |= after != 3 && digits.matches(',').count() == 1,
            (None, Some(after)) => point |= after != 3 && digits.matches('.').count() == 1,
            (Some(after_comma), Some(after_point)) if after_comma < after_point => comma = true,
            (Some(_), Some(_)) => point = true,
            (None, None) => {}
        }
    }
    comma && !point
}

/// A number: `1,234.56`, `1 234,56`, `(12.00)`, `12-`, `15%`. Keeps the digits after the point as they are written.
pub(crate) fn number(text: &str, comma: bool) -> Option<Decimal> {
    let mut text = text.trim().replace(['\u{2212}', '\u{2013}'], "-");
    let mut negative = false;
    if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        negative = true;
        text = inner.trim().to_owned();
    }
    let mut percent = false;
    if let Some(inner) = text.strip_suffix('%') {
        percent = true;
        text = inner.trim_end().to_owned();
    }
    let bare = text.strip_prefix('-').or_else(|| text.strip_suffix('-'));
    if let Some(inner) = bare {
        if negative {
            return None;
        }
        negative = true;
        text = inner.trim().to_owned();
    } else if let Some(inner) = text.strip_prefix('+') {
        text = inner.trim_start().to_owned();
    }
    let plain = plain(&text, comma)?;
    let mut value = Decimal::from_str_exact(&plain).ok()?;
    if percent {
        value = value.checked_mul(Decimal::new(1, 2))?;
    }
    if negative {
        value.set_sign_negative(!value.is_zero());
    }
    Some(value)
}

/// Takes the signs out that group thousands. `1,234` is one thousand and more unless the column writes decimals with a comma.
fn plain(text: &str, comma: bool) -> Option<String> {
    let blank = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}');
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if text.chars().any(|c| !(c.is_ascii_digit() || matches!(c, ',' | '.') || blank(c))) {
        return None;
    }
    let (point, commas, points) = match (text.rfind(','), text.rfind('.')) {
        (Some(c), Some(p)) => (if c > p { ',' } else { '.' }, text.matches(',').count(), text.matches('.').count()),
        (Some(at), None) => {
            let three = text.len() - at - 1 == 3;
            let several = text.matches(',').count() > 1;
            (if !several && (comma || !three) { ',' } else { '.' }, text.matches(',').count(), 0)
        }
        (None, Some(at)) => {
            let grouped = text.matches('.').count() > 1 || (comma && text.len() - at - 1 == 3);
            (if grouped { ',' } else { '.' }, 0, text.matches('.').count())
        }
        (None, None) => ('.', 0, 0),
    };
    if (point == ',' && commas > 1) || (point == '.' && points > 1) {
        return None;
    }
    let (whole, fraction) = text.split_once(point).unwrap_or((text, ""));
    let groups: Vec<&str> = whole.split(|c: char| blank(c) || matches!(c, ',' | '.')).collect();
    let sound =
        groups.first().is_some_and(|first| first.len() <= 3) && groups.iter().skip(1).all(|group| group.len() == 3);
    if (groups.len() > 1 && !sound) || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole = groups.concat();
    let whole = if whole.is_empty() { "0" } else { &whole };
    Some(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

/// An amount and the currency that the cell itself names, if any: `£1,200.00`, `EUR 12`, `(500.01) GBP`, `-$5`.
pub(crate) fn money(text: &str, comma: bool) -> Option<(Decimal, Option<String>)> {
    let mut rest = text.trim().to_owned();
    let mut currency: Option<String> = None;
    for (sign, code) in SIGNS {
        if rest.contains(sign) {
            currency = Some((*code).to_owned());
            rest = rest.replacen(sign, "", 1);
            break;
        }
    }
    if currency.is_none() {
        let letters: String = rest.chars().filter(|c| c.is_alphabetic()).collect();
        let code = letters.to_ascii_uppercase();
        if letters.len() == 3 && letters.bytes().all(|byte| byte.is_ascii_alphabetic()) && rest.contains(&letters) {
            rest = rest.replacen(&letters, "", 1);
            currency = Some(code);
        }
    }
    // `- £5` and `( 5.00 )` leave blanks where the sign was.
    let rest = rest.trim().replace("( ", "(").replace(" )", ")");
    let amount = number(&rest, comma)?;
    Some((amount, currency))
}

/// Currencies without a smaller unit.
const WHOLE: &[&str] = &["JPY", "KRW", "VND", "CLP", "ISK", "XOF", "XAF", "PYG", "UGX", "RWF"];

/// The text of an amount. Spreadsheets drop zeros at the end, so 1062.5 becomes 1062.50; no digit is ever taken away.
pub(crate) fn amount_text(mut amount: Decimal, currency: &str) -> String {
    if amount.scale() < 2 && !WHOLE.contains(&currency) {
        amount.rescale(2);
    }
    amount.to_string()
}

/// The text of a decimal that was written as one; for amounts that came as JSON numbers too.
pub(crate) fn decimal_text(decimal: Decimal) -> String {
    decimal.to_string()
}

/// Reads a decimal that this program has written.
pub(crate) fn exact(text: &str) -> Option<Decimal> {
    Decimal::from_str(text).ok()
}
