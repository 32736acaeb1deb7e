//! What the worker's libraries warn of, on stderr. The same warning again and again is told once a minute.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// How long a warning that was told is not told again.
const QUIET: Duration = Duration::from_secs(60);
/// How many different warnings are remembered.
const MOST: usize = 1_000;

/// Tells warnings from now on, in the whole process. A second call changes nothing.
pub(crate) fn tell() {
    tracing::subscriber::set_global_default(Warnings::default()).ok();
}

#[derive(Default)]
struct Warnings {
    told: Mutex<BTreeMap<String, (Instant, u64)>>,
}

/// The text of an event; which run it is about is found by `ntroc list`.
#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            // Writing into a text cannot fail.
            write!(self.0, "{value:?}").ok();
        }
    }
}

impl Warnings {
    /// What is to be told now, if anything.
    fn line(&self, text: String, now: Instant) -> Option<String> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() >= MOST {
            told.clear();
        }
        match told.get_mut(&text) {
            Some((at, more)) if now.duration_since(*at) < QUIET => {
                *more = more.saturating_add(1);
                None
            }
            Some((at, more)) => {
                *at = now;
                let times = std::mem::take(more);
                Some(if times > 0 { format!("{text} (and {times} times before)") } else { text })
            }
            None => {
                told.insert(text.clone(), (now, 0));
                Some(text)
            }
        }
    }
}

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN && metadata.target().starts_with("ntro")
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = Text::default();
        event.record(&mut text);
        if let Some(line) = self.line(text.0, Instant::now()) {
            errln!("warning: {line}");
        }
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}
    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}
    fn enter(&self, _span: &Id) {}
    fn exit(&self, _span: &Id) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_that_comes_again_is_told_once_a_minute() {
        let warnings = Warnings::default();
        let now = Instant::now();
        let line = |text: &str, after: u64| warnings.line(text.to_owned(), now + Duration::from_secs(after));
        assert_eq!(line("the bank is away", 0).as_deref(), Some("the bank is away"));
        assert_eq!(line("the disk is full", 1).as_deref(), Some("the disk is full"));
        assert_eq!(line("the bank is away", 1), None);
        assert_eq!(line("the bank is away", 59), None);
        assert_eq!(line("the bank is away", 61).as_deref(), Some("the bank is away (and 2 times before)"));
        assert_eq!(line("the bank is away", 62), None);
    }
}
