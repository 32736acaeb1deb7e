//! A number, a date or a length of time that stands in quotes, where it is meant without them.

use ntro_grammar::ast;

use crate::ty::Ty;

/// What stands in the quotes, where it is a value of a type as it is written without them.
pub(crate) fn quoted(expr: &ast::Expr, wanted: &Ty) -> Option<String> {
    let ast::ExprKind::Text(template) = &expr.kind else { return None };
    let text = template.plain()?;
    if wanted.present() == Ty::Duration
        && let Some(meant) = iso_duration(&text)
    {
        return Some(meant);
    }
    let fits = match wanted.present() {
        Ty::Int => digits(&text),
        Ty::Decimal => text.split_once('.').map_or_else(|| digits(&text), |(a, b)| digits(a) && digits(b)),
        Ty::Date => dashed(&text, &[4, 2, 2]),
        Ty::Period => dashed(&text, &[4, 2]),
        Ty::Duration => duration(&text),
        Ty::Bool => matches!(text.as_str(), "true" | "false"),
        _ => false,
    };
    fits.then_some(text)
}

/// `5m` for `PT5M`, `3d` for `P3D`: durations as ISO 8601 writes them.
pub(crate) fn iso_duration(text: &str) -> Option<String> {
    let rest = text.strip_prefix('P')?;
    let (days, time) = rest.split_once('T').unwrap_or((rest, ""));
    let meant = format!("{days}{time}").to_ascii_lowercase();
    let known = days.bytes().all(|b| b.is_ascii_digit() || b == b'D') && !time.contains('D');
    (known && duration(&meant)).then_some(meant)
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.len() < 19 && text.bytes().all(|b| b.is_ascii_digit())
}

fn dashed(text: &str, lengths: &[usize]) -> bool {
    text.split('-').map(str::len).eq(lengths.iter().copied()) && text.split('-').all(digits)
}

/// `24h`, `1h30m`
fn duration(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let number = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let unit = number.trim_start_matches(|c: char| c.is_ascii_lowercase());
        let is_unit = number.strip_suffix(unit).is_some_and(|unit| matches!(unit, "ms" | "s" | "m" | "h" | "d"));
        if number.len() == rest.len() || !is_unit {
            return false;
        }
        rest = unit;
    }
    !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{dashed, duration, iso_duration};

    #[test]
    fn what_is_written_without_quotes() {
        assert!(["24h", "1h30m", "10ms"].iter().all(|text| duration(text)));
        assert!(["", "24", "h", "24 h", "1h30", "3w"].iter().all(|text| !duration(text)));
        assert_eq!(iso_duration("PT1H30M").as_deref(), Some("1h30m"));
        assert_eq!(iso_duration("P3D").as_deref(), Some("3d"));
        assert!(["P", "PT", "Paid", "P1Y", "PT5"].iter().all(|text| iso_duration(text).is_none()));
        assert!(dashed("2026-03-31", &[4, 2, 2]) && dashed("2026-03", &[4, 2]));
        assert!(!dashed("2026-3-31", &[4, 2, 2]) && !dashed("2026-03-x1", &[4, 2, 2]));
    }
}
