//! The next times of a schedule, as people of its zone read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The times in a zone, one after the other.
pub(crate) fn told(times: &[Timestamp], zone: &str) -> String {
    let tz = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let one = |at: &Timestamp| at.to_zoned(tz.clone()).strftime("%a %Y-%m-%d %H:%M").to_string();
    format!("{} ({zone})", times.iter().map(one).collect::<Vec<_>>().join(", "))
}
