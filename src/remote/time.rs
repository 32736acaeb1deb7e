//! Times as people read them: where they are, and how far away.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::run::driver::wall_clock;

/// Date and time where the person is.
pub(crate) fn local(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// The same without seconds.
pub(crate) fn minute(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// `2026-03-31 09:00 (in 2 d 3 h)` or `(3 min ago)`
pub(crate) fn due(at: Timestamp) -> String {
    let away = at.duration_since(wall_clock());
    match away.is_negative() {
        true => format!("{} ({} ago)", minute(at), long(away.abs())),
        false => format!("{} (in {})", minute(at), long(away)),
    }
}

/// A duration with its two largest units.
pub(crate) fn long(duration: SignedDuration) -> String {
    let seconds = duration.as_secs().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let parts: Vec<String> = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds % 60, "s")]
        .into_iter()
        .skip_while(|(count, _)| *count == 0)
        .take(2)
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_two_units_at_most() {
        let long = |seconds| long(SignedDuration::from_secs(seconds));
        assert_eq!(long(0), "0 s");
        assert_eq!(long(59), "59 s");
        assert_eq!(long(61), "1 min 1 s");
        assert_eq!(long(3_600), "1 h");
        assert_eq!(long(2 * 86_400 + 3 * 3_600 + 5), "2 d 3 h");
        assert_eq!(long(86_400 + 5), "1 d");
    }
}
