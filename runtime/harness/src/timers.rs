//! Timers in the order in which they fire: by due time, then by the run's place, then by their number. Nothing else decides, so that
//! two runs of the same inputs fire them in the same order.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use ntro_machine::Seq;

/// What a timer is for. Limits come before retries of the same instant: what has run out is not tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TimerKind {
    /// The limit of all attempts of an activity.
    Close,
    /// The limit of one attempt of an activity.
    Attempt,
    /// The next attempt of an activity.
    Retry,
    /// A timer that the machine asked for.
    Machine,
}

/// Names a timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimerId {
    /// The run's place in the order of starting.
    pub(crate) run: u32,
    /// The machine's number for the timer or the activity.
    pub(crate) seq: Seq,
    /// What it is for.
    pub(crate) kind: TimerKind,
}

/// All timers of all runs.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    order: BTreeSet<(Timestamp, TimerId)>,
    due: BTreeMap<TimerId, Timestamp>,
}

impl Timers {
    /// Starts a timer, or moves it where it runs already.
    pub(crate) fn start(&mut self, id: TimerId, due: Timestamp) {
        self.cancel(id);
        self.order.insert((due, id));
        self.due.insert(id, due);
    }

    /// Stops a timer; one that does not run is left alone.
    pub(crate) fn cancel(&mut self, id: TimerId) {
        if let Some(due) = self.due.remove(&id) {
            self.order.remove(&(due, id));
        }
    }

    /// Stops all timers of a run.
    pub(crate) fn cancel_run(&mut self, run: u32) {
        let ids: Vec<TimerId> = self.due.keys().filter(|id| id.run == run).copied().collect();
        for id in ids {
            self.cancel(id);
        }
    }

    /// When the next one is due.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.order.first().map(|(due, _)| *due)
    }

    /// Takes the next one that is due.
    pub(crate) fn pop_due(&mut self, now: Timestamp) -> Option<TimerId> {
        let (due, id) = *self.order.first()?;
        if due > now {
            return None;
        }
        self.cancel(id);
        Some(id)
    }
}

/// The instant that many milliseconds later; the end of time where it lies beyond.
pub(crate) fn after(now: Timestamp, ms: i64) -> Timestamp {
    now.checked_add(jiff::SignedDuration::from_millis(ms.max(0))).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
    use super::*;

    fn id(run: u32, seq: Seq, kind: TimerKind) -> TimerId {
        TimerId { run, seq, kind }
    }

    #[test]
    fn they_fire_by_time_then_run_then_number() {
        let start = Timestamp::UNIX_EPOCH;
        let mut timers = Timers::default();
        timers.start(id(2, 1, TimerKind::Machine), after(start, 5));
        timers.start(id(1, 9, TimerKind::Machine), after(start, 5));
        timers.start(id(1, 3, TimerKind::Machine), after(start, 5));
        timers.start(id(9, 9, TimerKind::Machine), after(start, 1));
        let mut fired = Vec::new();
        while let Some(next) = timers.pop_due(after(start, 5)) {
            fired.push((next.run, next.seq));
        }
        assert_eq!(fired, [(9, 9), (1, 3), (1, 9), (2, 1)]);
    }

    #[test]
    fn a_moved_timer_fires_once_and_a_cancelled_one_never() {
        let start = Timestamp::UNIX_EPOCH;
        let mut timers = Timers::default();
        timers.start(id(1, 1, TimerKind::Retry), after(start, 1));
        timers.start(id(1, 1, TimerKind::Retry), after(start, 7));
        timers.start(id(1, 2, TimerKind::Machine), after(start, 2));
        timers.cancel(id(1, 2, TimerKind::Machine));
        assert_eq!(timers.next_due(), Some(after(start, 7)));
        assert!(timers.pop_due(after(start, 6)).is_none());
        assert_eq!(timers.pop_due(after(start, 7)), Some(id(1, 1, TimerKind::Retry)));
        assert_eq!(timers.next_due(), None);
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        assert_eq!(after(Timestamp::MAX, i64::MAX), Timestamp::MAX);
    }
}
