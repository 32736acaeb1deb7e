//! The run's own time: the only clock and the only source of identifiers that expressions know.

use std::cell::Cell;
use std::collections::BTreeSet;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};

/// How many working days can be gone at once. More is a mistake, and would take long.
pub(crate) const MAX_WORKING_DAYS: i64 = 10_000;

/// Clock and calendar of a run.
#[derive(Debug, Clone)]
pub struct Clock {
    /// What `now()` says: the time of the activation.
    pub now: Timestamp,
    zone: TimeZone,
    holidays: BTreeSet<Date>,
    seed: [u8; 32],
    uuids: Cell<u64>,
}

impl Clock {
    /// A clock in UTC without holidays, whose `uuid()` follows from `seed` (the first run's id).
    pub fn new(now: Timestamp, seed: &str) -> Clock {
        let seed = *blake3::hash(seed.as_bytes()).as_bytes();
        Clock { now, zone: TimeZone::UTC, holidays: BTreeSet::new(), seed, uuids: Cell::new(0) }
    }

    /// The same in a time zone of the bundled database, by its IANA name.
    ///
    /// # Errors
    /// A sentence for people where the database does not know the name.
    pub fn with_zone(mut self, name: &str) -> Result<Clock, String> {
        self.zone = TimeZoneDatabase::bundled()
            .get(name)
            .map_err(|_| format!("`{name}` is not a time zone. Use a name such as `Europe/London`."))?;
        Ok(self)
    }

    /// The same with days that are no working days, besides Saturday and Sunday.
    pub fn with_holidays(mut self, holidays: impl IntoIterator<Item = Date>) -> Clock {
        self.holidays = holidays.into_iter().collect();
        self
    }

    /// The same after that many calls of `uuid()`, as a snapshot remembers it.
    pub fn with_uuids_used(self, used: u64) -> Clock {
        self.uuids.set(used);
        self
    }

    /// How often `uuid()` was called.
    pub fn uuids_used(&self) -> u64 {
        self.uuids.get()
    }

    /// The next identifier: blake3 of seed and counter in the form of a random (version 4) UUID.
    pub fn uuid(&self) -> String {
        let count = self.uuids.get();
        self.uuids.set(count.wrapping_add(1));
        let mut hasher = blake3::Hasher::new_keyed(&self.seed);
        hasher.update(b"ntro uuid");
        hasher.update(&count.to_le_bytes());
        let mut bytes = [0_u8; 16];
        hasher.finalize_xof().fill(&mut bytes);
        let number = u128::from_be_bytes(bytes);
        let number = (number & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
        let hex = format!("{number:032x}");
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
    }

    /// The date in the run's zone.
    pub fn today(&self) -> Date {
        self.date_of(self.now)
    }

    /// The date of an instant in the run's zone.
    pub fn date_of(&self, instant: Timestamp) -> Date {
        self.zone.to_datetime(instant).date()
    }

    /// The first instant after a date in the run's zone: where "until this date" ends. `None` at the end of the calendar.
    pub fn end_of_date(&self, date: Date) -> Option<Timestamp> {
        self.zone.to_timestamp(date.tomorrow().ok()?.to_datetime(Time::midnight())).ok()
    }

    /// Whether a day is neither weekend nor holiday.
    pub fn is_working_day(&self, date: Date) -> bool {
        !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) && !self.holidays.contains(&date)
    }

    /// The `days`th working day after (or, negative, before) a date; the date itself for 0. `None` outside the calendar and for
    /// more than 10,000 days.
    pub fn add_working_days(&self, date: Date, days: i64) -> Option<Date> {
        if days.unsigned_abs() > MAX_WORKING_DAYS.unsigned_abs() {
            return None;
        }
        let mut date = date;
        let mut left = days.unsigned_abs();
        while left > 0 {
            date = if days > 0 { date.tomorrow().ok()? } else { date.yesterday().ok()? };
            if self.is_working_day(date) {
                left -= 1;
            }
        }
        Some(date)
    }

    /// The same time of day that many working days later, in the run's zone. A time that a change of clocks leaves out moves as
    /// the zone's rules say.
    pub fn working_days_after(&self, instant: Timestamp, days: i64) -> Option<Timestamp> {
        let local = self.zone.to_datetime(instant);
        let date = self.add_working_days(local.date(), days)?;
        self.zone.to_timestamp(date.to_datetime(local.time())).ok()
    }

    /// An instant that many milliseconds later; `None` outside the calendar.
    pub fn after_ms(instant: Timestamp, ms: i64) -> Option<Timestamp> {
        instant.checked_add(SignedDuration::from_millis(ms)).ok()
    }
}
