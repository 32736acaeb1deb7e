//! Arithmetic and functions of dates, times, periods and durations.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use ntro_ir::{Builtin, Period, Value, decimal};
use rust_decimal::Decimal;

use super::binary::no_operator;
use super::builtins::Args;
use super::clock::MAX_WORKING_DAYS;
use super::numbers::as_decimal;
use super::{Clock, Env, Eval, EvalError};

const DAY_MS: i64 = 86_400_000;

fn beyond(what: String) -> EvalError {
    EvalError::new("out_of_range", format!("{what} is outside the calendar, which has the years 1 to 9999."))
}

/// A date that many milliseconds later; they must be whole days.
fn move_date(date: Date, ms: i64, text: &str) -> Eval {
    if ms % DAY_MS != 0 {
        return Err(EvalError::new(
            "out_of_range",
            format!("{text}: a date has no time of day, so only whole days such as `3d` can be added or taken away."),
        ));
    }
    let moved = date.checked_add(SignedDuration::from_hours(ms / DAY_MS * 24)).ok().filter(|date| date.year() >= 1);
    moved.map(Value::Date).ok_or_else(|| beyond(text.to_owned()))
}

fn move_instant(instant: Timestamp, ms: i64, text: &str) -> Eval {
    let moved = Clock::after_ms(instant, ms);
    moved.map(Value::DateTime).ok_or_else(|| beyond(text.to_owned()))
}

/// `+` where the left side is a date, an instant, a period or a duration.
pub(super) fn add(left: &Value, right: &Value) -> Eval {
    let text = || format!("{} + {}", left.display(), right.display());
    match (left, right) {
        (Value::Date(date), Value::Duration(ms)) | (Value::Duration(ms), Value::Date(date)) => {
            move_date(*date, *ms, &text())
        }
        (Value::DateTime(instant), Value::Duration(ms)) | (Value::Duration(ms), Value::DateTime(instant)) => {
            move_instant(*instant, *ms, &text())
        }
        (Value::Period(period), Value::Int(months)) => {
            period.add_months(*months).map(Value::Period).ok_or_else(|| beyond(text()))
        }
        (Value::Duration(a), Value::Duration(b)) => {
            a.checked_add(*b).map(Value::Duration).ok_or_else(|| too_long(text()))
        }
        _ => Err(no_operator("+", left, right)),
    }
}

/// `-` where the left side is a date, an instant, a period or a duration.
pub(super) fn subtract(left: &Value, right: &Value) -> Eval {
    let text = || format!("{} - {}", left.display(), right.display());
    let back = |ms: &i64| ms.checked_neg().ok_or_else(|| too_long(text()));
    match (left, right) {
        (Value::Date(date), Value::Duration(ms)) => move_date(*date, back(ms)?, &text()),
        (Value::DateTime(instant), Value::Duration(ms)) => move_instant(*instant, back(ms)?, &text()),
        (Value::Date(a), Value::Date(b)) => Ok(Value::Duration(days_between(*b, *a).saturating_mul(DAY_MS))),
        (Value::DateTime(a), Value::DateTime(b)) => {
            i64::try_from(a.duration_since(*b).as_millis()).map(Value::Duration).map_err(|_| too_long(text()))
        }
        (Value::Period(period), Value::Int(months)) => months
            .checked_neg()
            .and_then(|months| period.add_months(months))
            .map(Value::Period)
            .ok_or_else(|| beyond(text())),
        (Value::Period(a), Value::Period(b)) => Ok(Value::Int(month_index(*a) - month_index(*b))),
        (Value::Duration(a), Value::Duration(b)) => {
            a.checked_sub(*b).map(Value::Duration).ok_or_else(|| too_long(text()))
        }
        _ => Err(no_operator("-", left, right)),
    }
}

fn too_long(what: String) -> EvalError {
    EvalError::new("overflow", format!("{what} is longer than a duration can be."))
}

fn month_index(period: Period) -> i64 {
    i64::from(period.year) * 12 + i64::from(period.month)
}

/// A duration times a number; the result must be whole milliseconds.
pub(super) fn scale(ms: i64, by: &Value) -> Eval {
    let factor = as_decimal(by).ok_or_else(|| EvalError::ill_typed("a number", by))?;
    decimal::mul(Decimal::from(ms), factor).and_then(decimal::to_int).map(Value::Duration).ok_or_else(|| {
        EvalError::new(
            "overflow",
            format!(
                "{} * {} is no whole number of milliseconds that fits.",
                Value::Duration(ms).display(),
                by.display()
            ),
        )
    })
}

fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

/// The functions of this family.
pub(super) fn call(env: &Env<'_>, builtin: Builtin, args: &Args) -> Eval {
    match builtin {
        Builtin::Now => Ok(Value::DateTime(env.clock.now)),
        Builtin::Today => Ok(Value::Date(env.clock.today())),
        Builtin::Uuid => Ok(Value::text(env.clock.uuid())),
        Builtin::DateOf => match args.get(0)? {
            Value::DateTime(instant) => Ok(Value::Date(env.clock.date_of(*instant))),
            other => Err(EvalError::ill_typed("a time", other)),
        },
        Builtin::PeriodOf => period(args.get(0)?).map(Value::Period),
        Builtin::PreviousPeriod => shift(args.get(0)?, -1),
        Builtin::NextPeriod => shift(args.get(0)?, 1),
        Builtin::StartOf => bound(args.get(0)?, |first| first),
        Builtin::EndOf => bound(args.get(0)?, |first| first.last_of_month()),
        Builtin::Year => period(args.get(0)?).map(|period| Value::Int(period.year.into())),
        Builtin::Month => period(args.get(0)?).map(|period| Value::Int(period.month.into())),
        Builtin::Day => date(args.get(0)?).map(|date| Value::Int(date.day().into())),
        Builtin::Weekday => date(args.get(0)?).map(|date| Value::Int(date.weekday().to_monday_one_offset().into())),
        Builtin::DaysBetween => Ok(Value::Int(days_between(date(args.get(0)?)?, date(args.get(1)?)?))),
        Builtin::AddWorkingDays => add_working_days(env, date(args.get(0)?)?, args.int(1)?),
        _ => Err(EvalError::program(format!("`{}` is no function of dates", builtin.name()))),
    }
}

fn date(value: &Value) -> Eval<Date> {
    match value {
        Value::Date(date) => Ok(*date),
        other => Err(EvalError::ill_typed("a date", other)),
    }
}

/// The period that a date or a period is of.
fn period(value: &Value) -> Eval<Period> {
    match value {
        Value::Period(period) => Ok(*period),
        Value::Date(date) => Period::new(date.year(), date.month()).ok_or_else(|| beyond(date.to_string())),
        other => Err(EvalError::ill_typed("a date or a period", other)),
    }
}

fn shift(value: &Value, months: i64) -> Eval {
    let from = period(value)?;
    from.add_months(months)
        .map(Value::Period)
        .ok_or_else(|| beyond(format!("The period {} {from}", if months < 0 { "before" } else { "after" })))
}

fn bound(value: &Value, of: fn(Date) -> Date) -> Eval {
    let period = period(value)?;
    Date::new(period.year, period.month, 1).map(|first| Value::Date(of(first))).map_err(|_| beyond(period.to_string()))
}

fn add_working_days(env: &Env<'_>, date: Date, days: i64) -> Eval {
    env.burn(days.unsigned_abs().min(MAX_WORKING_DAYS.unsigned_abs()) / 8)?;
    env.clock.add_working_days(date, days).map(Value::Date).ok_or_else(|| {
        EvalError::new(
            "out_of_range",
            format!("`add_working_days({date}, {days})`: it takes up to {MAX_WORKING_DAYS} days and stays within the years 1 to 9999."),
        )
    })
}
