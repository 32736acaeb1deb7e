//! The types that hold no others.

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Number, Value as Json};

use super::{Read, Reader};
use crate::decimal;
use crate::display::parse_duration;
use crate::types::Type;
use crate::value::{Currency, Money, Period, Value};

const MONEY: &str = "an amount of money such as {\"amount\": \"500.01\", \"currency\": \"GBP\"}";
/// How many digits every double keeps.
const SAFE_DIGITS: usize = 15;

/// Why a number is not taken.
enum NoDecimal {
    /// It is no decimal.
    Form,
    /// It has more digits than a double surely keeps.
    Unsure,
}

impl Reader<'_> {
    pub(super) fn scalar(&mut self, json: &Json, ty: &Type) -> Read {
        match (ty, json) {
            (Type::Bool, Json::Bool(value)) => Some(Value::Bool(*value)),
            (Type::Bool, _) => self.wrong(json, "true or false"),
            (Type::Int, _) => match whole(json) {
                Some(number) => Some(Value::Int(number)),
                None => self.wrong(json, "a whole number such as 12"),
            },
            (Type::Decimal, _) => self.decimal(json, "a decimal such as \"0.10\"").map(Value::Decimal),
            (Type::Text, Json::String(text)) => {
                self.check_text(text)?;
                Some(Value::text(text.as_str()))
            }
            (Type::Text, _) => self.wrong(json, "a text"),
            (Type::Money, _) => self.money(json, None),
            (Type::MoneyIn(currency), _) => self.money(json, Some(*currency)),
            (Type::Grid, _) => self.grid(json),
            _ => self.written(json, ty),
        }
    }

    /// What JSON has no form of its own for, and which is therefore a text.
    fn written(&mut self, json: &Json, ty: &Type) -> Read {
        let text = json.as_str().filter(|text| text.len() <= 100);
        let (value, needed) = match ty {
            Type::Date => (text.and_then(date).map(Value::Date), "a date such as \"2026-03-31\""),
            Type::DateTime => (
                text.and_then(|text| text.parse::<Timestamp>().ok()).map(Value::DateTime),
                "a time with its zone such as \"2026-03-31T09:00:00Z\"",
            ),
            Type::Period => (text.and_then(Period::parse).map(Value::Period), "a month such as \"2026-03\""),
            Type::Duration => {
                (text.and_then(parse_duration).map(Value::Duration), "a length of time such as \"1h30m\"")
            }
            Type::Currency => (text.and_then(Currency::new).map(Value::Currency), "a currency code such as \"GBP\""),
            _ => (None, "something else"),
        };
        match value {
            Some(value) => Some(value),
            None => self.wrong(json, needed),
        }
    }

    fn decimal(&mut self, json: &Json, needed: &str) -> Read<Decimal> {
        let number = match json {
            Json::String(text) => decimal::parse(text.trim()).ok_or(NoDecimal::Form),
            Json::Number(number) => from_number(number),
            _ => Err(NoDecimal::Form),
        };
        match number {
            Ok(number) => Some(number),
            Err(NoDecimal::Form) => self.wrong(json, format!("{needed} with at most {} digits", decimal::DIGITS)),
            Err(NoDecimal::Unsure) => self.problem(format!(
                "is a number with more than {SAFE_DIGITS} digits, which programs that read JSON round; write it as a text, such as \"{json}\""
            )),
        }
    }

    fn money(&mut self, json: &Json, known: Option<Currency>) -> Read {
        let needed = match known {
            None => MONEY.to_owned(),
            Some(currency) => format!(
                "an amount of money such as {{\"amount\": \"500.01\", \"currency\": \"{currency}\"}} or \"500.01\""
            ),
        };
        match (json, known) {
            (Json::Object(object), _) => self.money_object(json, object, known, &needed),
            (Json::String(text), _) if text.trim().contains(' ') => {
                let (amount, code) = text.trim().split_once(' ').unwrap_or_default();
                match (decimal::parse(amount), Currency::new(code.trim())) {
                    (Some(amount), Some(currency)) => self.in_currency(Money { amount, currency }, known),
                    _ => self.wrong(json, needed),
                }
            }
            (Json::String(_) | Json::Number(_), Some(currency)) => {
                Some(Value::Money(Money { amount: self.decimal(json, &needed)?, currency }))
            }
            _ => self.wrong(json, needed),
        }
    }

    fn money_object(&mut self, json: &Json, object: &Map<String, Json>, known: Option<Currency>, needed: &str) -> Read {
        let Some(amount) = object.get("amount") else { return self.wrong(json, needed) };
        self.path.push(super::Step::Field("amount".to_owned()));
        let amount = self.decimal(amount, "an amount such as \"500.01\"");
        self.path.pop();
        let amount = amount?;
        let currency = match (object.get("currency"), known) {
            (None | Some(Json::Null), Some(known)) => Some(known),
            (Some(Json::String(code)), _) => Currency::new(code),
            _ => None,
        };
        match currency {
            Some(currency) => self.in_currency(Money { amount, currency }, known),
            None => self.problem(format!("has no currency code such as \"GBP\" in `currency`; it must be {needed}")),
        }
    }

    fn in_currency(&mut self, money: Money, known: Option<Currency>) -> Read {
        match known {
            Some(known) if known != money.currency => {
                self.problem(format!("is {money}, which is in {}; it must be in {known}", money.currency))
            }
            _ => Some(Value::Money(money)),
        }
    }

    fn grid(&mut self, json: &Json) -> Read {
        let reference = match json {
            Json::String(reference) => Some(reference.as_str()),
            Json::Object(object) => object.get("grid_ref").and_then(Json::as_str),
            _ => None,
        };
        let Some(reference) = reference.filter(|text| !text.is_empty()) else {
            return self.wrong(json, "a table of cells such as { \"grid_ref\": \"…\" }");
        };
        self.check_text(reference)?;
        Some(Value::Grid(reference.into()))
    }
}

fn whole(json: &Json) -> Option<i64> {
    match json {
        Json::Number(number) => number.as_i64().or_else(|| {
            // A program may write 12 as 12.0; up to 2^53 a double holds every whole number.
            let number =
                number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0)?;
            decimal::to_int(decimal::parse(&format!("{number}"))?)
        }),
        Json::String(text) => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| text.parse().ok())
                .flatten()
        }
        _ => None,
    }
}

fn from_number(number: &Number) -> Result<Decimal, NoDecimal> {
    if let Some(whole) = number.as_i64() {
        return Ok(Decimal::from(whole));
    }
    if let Some(whole) = number.as_u64() {
        return Ok(Decimal::from(whole));
    }
    // Rust writes a double as the shortest decimal that reads back to it, and never with an exponent.
    let text =
        number.as_f64().filter(|number| number.is_finite()).map(|number| format!("{number}")).ok_or(NoDecimal::Form)?;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    let digits = if text.contains('.') { digits } else { digits.trim_end_matches('0') };
    if digits.len() > SAFE_DIGITS {
        return Err(NoDecimal::Unsure);
    }
    decimal::parse(&text).ok_or(NoDecimal::Form)
}

/// `2026-03-31` and nothing else: the library would also take a date with a time, and drop the time.
fn date(text: &str) -> Option<Date> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    shape.then(|| text.parse().ok()).flatten()
}
