//! Parts of a runbook that a reader need not know the language for: people, lengths of time, names and values, as prose.

use ntro_grammar::ast::{Expr, ExprKind, Limit};
use ntro_ir::Value;

use super::Line;
use super::facts::at;

/// Units of time as they are written, and in words.
const UNITS: [(&str, &str); 5] = [("ms", "millisecond"), ("d", "day"), ("h", "hour"), ("m", "minute"), ("s", "second")];

/// Who: roles, one or several; where it depends on something, on what.
pub(super) fn people(text: &str, who: &Expr) -> Line {
    match &who.kind {
        ExprKind::Name(name) if name == "anyone" => Line::plain("anyone"),
        ExprKind::Paren(inner) => people(text, inner),
        ExprKind::List(all) => joined(all.iter().map(|one| people(text, one)), " or "),
        ExprKind::If { cond, then, otherwise } => {
            people(text, then).and(" where ").and_code(at(text, cond.span)).and(", else ").then(people(text, otherwise))
        }
        _ => Line::code(at(text, who.span)),
    }
}

/// The names of a list, `editable` of a table for one.
pub(super) fn names(text: &str, list: &Expr) -> Line {
    match &list.kind {
        ExprKind::List(all) => joined(all.iter().map(|one| Line::code(at(text, one.span))), ", "),
        _ => Line::code(at(text, list.span)),
    }
}

/// Names of the runbook, one after the other.
pub(super) fn listed<'n>(names: impl Iterator<Item = &'n str>, between: &str) -> Line {
    joined(names.map(Line::code), between)
}

fn joined(lines: impl Iterator<Item = Line>, between: &str) -> Line {
    lines.reduce(|all, one| all.and(between).then(one)).unwrap_or_default()
}

/// How long a limit is: `5 days`, `10 working days`, or until when.
pub(super) fn limit(text: &str, limit: &Limit) -> Line {
    match limit {
        Limit::Never(_) => Line::plain("never"),
        Limit::Expr(expr) => length(text, expr),
        Limit::WorkingDays(count) => match &count.kind {
            ExprKind::Int(days) => Line::plain(counted(days, "working day")),
            _ => Line::code(at(text, count.span)).and(" working days"),
        },
    }
}

/// A length of time: `1 hour 30 minutes`. What is not written as one stands as it is.
pub(super) fn length(text: &str, expr: &Expr) -> Line {
    let written = || Line::code(at(text, expr.span));
    match &expr.kind {
        ExprKind::Duration(duration) => in_words(duration).map_or_else(written, Line::plain),
        _ => written(),
    }
}

/// `1h30m` as `1 hour 30 minutes`, in the units in which it was written: whoever wrote `24h` did not write `1d`.
pub(crate) fn in_words(duration: &str) -> Option<String> {
    let mut rest = duration;
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (count, after) = rest.split_at(rest.find(|sign: char| !sign.is_ascii_digit())?);
        if count.is_empty() {
            return None;
        }
        let (sign, unit) = UNITS.iter().find(|(sign, _)| after.starts_with(sign))?;
        parts.push(counted(count, unit));
        rest = after.strip_prefix(sign)?;
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn counted(count: &str, unit: &str) -> String {
    if count == "1" { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

/// A value as people write it, for what holds unless something else is given.
pub(super) fn value(value: &Value) -> Line {
    match value {
        Value::None => Line::plain("nothing"),
        Value::Text(text) => Line::plain(format!("“{text}”")),
        other => Line::code(other.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_as_they_were_meant() {
        let words = |text| in_words(text).unwrap_or_default();
        assert_eq!(words("1h30m"), "1 hour 30 minutes");
        assert_eq!(words("24h"), "24 hours");
        assert_eq!(words("1d"), "1 day");
        assert_eq!(words("10ms"), "10 milliseconds");
        for broken in ["", "h", "5", "5x", "5 d"] {
            assert_eq!(in_words(broken), None, "{broken}");
        }
    }
}
