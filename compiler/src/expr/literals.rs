//! Literals: whether the number fits, the date exists and the currency is one.

use ntro_grammar::{Span, ast};
use ntro_ir::value::Money;
use ntro_ir::{Expr, Period, Value};
use rust_decimal::Decimal;

use crate::currency;
use crate::cx::{Cx, Typed};
use crate::ty::Ty;

impl Cx<'_> {
    /// A literal. A whole number becomes a decimal where one is expected.
    pub(super) fn literal(&mut self, expr: &ast::Expr, hint: Option<&Ty>) -> Typed {
        let span = expr.span;
        let decimal_expected = hint.is_some_and(|ty| ty.present() == Ty::Decimal);
        match &expr.kind {
            ast::ExprKind::None => self.constant(Value::None, Ty::NoneLit, span),
            ast::ExprKind::Bool(value) => self.constant(Value::Bool(*value), Ty::Bool, span),
            ast::ExprKind::Int(text) if decimal_expected => self.decimal(text, span),
            ast::ExprKind::Int(text) => match text.parse() {
                Ok(value) => self.constant(Value::Int(value), Ty::Int, span),
                Err(_) => {
                    let help = "Whole numbers reach up to 9223372036854775807; write `.0` after it for a decimal.";
                    self.wrong("N0315", span, format!("The number {text} is too large."), "too large", help)
                }
            },
            ast::ExprKind::Decimal(text) => self.decimal(text, span),
            ast::ExprKind::Percent(text) => self.percent(text, span),
            ast::ExprKind::Money { amount, currency } => self.money(amount, currency, span),
            ast::ExprKind::Date(text) => match text.parse::<jiff::civil::Date>() {
                Ok(date) => self.constant(Value::Date(date), Ty::Date, span),
                Err(_) => self.no_such_day(text, span),
            },
            ast::ExprKind::DateTime(text) => self.date_time(text, span),
            ast::ExprKind::Period(text) => match Period::parse(text) {
                Some(period) => self.constant(Value::Period(period), Ty::Period, span),
                None => {
                    let help = "A period is a year and a month from 01 to 12: `2026-03`.";
                    self.wrong("N0315", span, format!("There is no month {text}."), "no such month", help)
                }
            },
            ast::ExprKind::Duration(text) => match ntro_ir::display::parse_duration(text) {
                Some(ms) => self.constant(Value::Duration(ms), Ty::Duration, span),
                None => {
                    let help =
                        "Write days, hours, minutes and seconds from large to small, each once: `1d12h`, `90m`, `30s`.";
                    self.wrong("N0315", span, format!("`{text}` is not a duration."), "not a duration", help)
                }
            },
            ast::ExprKind::Size(text) => self.size(text, span),
            _ => self.error(span),
        }
    }

    pub(super) fn constant(&mut self, value: Value, ty: Ty, span: Span) -> Typed {
        Typed { id: self.push(Expr::Const(value), span), ty }
    }

    fn decimal(&mut self, text: &str, span: Span) -> Typed {
        match exact(text) {
            Some(value) => self.constant(Value::Decimal(value), Ty::Decimal, span),
            None => self.too_many_digits(text, span),
        }
    }

    fn percent(&mut self, text: &str, span: Span) -> Typed {
        let value = exact(text).and_then(|value| value.checked_mul(Decimal::new(1, 2)));
        match value {
            Some(value) => self.constant(Value::Decimal(value), Ty::Decimal, span),
            None => self.too_many_digits(text, span),
        }
    }

    fn money(&mut self, amount: &str, code: &str, span: Span) -> Typed {
        let Some(currency) = currency::known(code) else {
            let place = self.items.place(self.file, span);
            self.diagnostics.push(currency::unknown(code, place));
            return self.error(span);
        };
        match exact(amount) {
            Some(exact) => {
                self.warn_of_thousands(amount, code, span);
                let value = Value::Money(Money { amount: exact, currency });
                self.constant(value, Ty::Money(Some(currency)), span)
            }
            None => self.too_many_digits(amount, span),
        }
    }

    fn too_many_digits(&mut self, text: &str, span: Span) -> Typed {
        let help = "Decimals are exact and have up to 28 digits.";
        self.wrong("N0315", span, format!("The number {text} has too many digits."), "too many digits", help)
    }

    fn no_such_day(&mut self, text: &str, span: Span) -> Typed {
        let help = match last_day(text) {
            Some(last) => format!("The last day of that month is {last}."),
            None => "A date is a year, a month and a day: `2026-03-31`.".to_owned(),
        };
        self.wrong("N0315", span, format!("There is no day {text}."), "no such day", help)
    }

    /// A moment without a zone is one of UTC.
    fn date_time(&mut self, text: &str, span: Span) -> Typed {
        let zoned = text.parse::<jiff::Timestamp>().ok();
        let value = zoned.or_else(|| {
            let civil = text.parse::<jiff::civil::DateTime>().ok()?;
            civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
        });
        match value {
            Some(value) => self.constant(Value::DateTime(value), Ty::DateTime, span),
            None => {
                let help = "A moment is a day and a time of day: `2026-03-31T09:00`.";
                self.wrong("N0315", span, format!("There is no moment {text}."), "no such moment", help)
            }
        }
    }

    /// A size is a number of bytes; a kilobyte has 1,000.
    fn size(&mut self, text: &str, span: Span) -> Typed {
        match bytes(text) {
            Some(value) => self.constant(Value::Int(value), Ty::Int, span),
            None => {
                let help = "Write a number with `B`, `KB`, `MB` or `GB`: `25MB`.";
                self.wrong("N0315", span, format!("`{text}` is not a size."), "not a size", help)
            }
        }
    }
}

/// A decimal that has exactly the digits that were written.
fn exact(text: &str) -> Option<Decimal> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits > 64 {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}

fn bytes(text: &str) -> Option<i64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let factor = match unit.to_ascii_uppercase().as_str() {
        "B" => 1,
        "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(factor)
}

/// The last day of the month of a day that does not exist, where the month does.
fn last_day(text: &str) -> Option<jiff::civil::Date> {
    let month = Period::parse(text.get(..7)?)?;
    Some(jiff::civil::Date::new(month.year, month.month, 1).ok()?.last_of_month())
}

#[cfg(test)]
mod tests {
    use super::{bytes, exact, last_day};

    #[test]
    fn sizes_are_bytes() {
        assert_eq!(bytes("25MB"), Some(25_000_000));
        assert_eq!(bytes("1KB"), Some(1_000));
        assert_eq!(bytes("7B"), Some(7));
        assert_eq!(bytes("7XB"), None);
        assert_eq!(bytes("99999999999999999999GB"), None);
    }

    #[test]
    fn decimals_keep_their_digits_or_are_refused() {
        assert_eq!(exact("12.50").map(|d| d.to_string()).as_deref(), Some("12.50"));
        assert_eq!(exact("0.12345678901234567890123456789012345"), None);
    }

    #[test]
    fn the_last_day_is_named() {
        assert_eq!(last_day("2026-02-30").map(|d| d.to_string()).as_deref(), Some("2026-02-28"));
        assert_eq!(last_day("2026-13-01"), None);
    }
}
