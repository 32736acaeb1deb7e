//! What must hold.

use ntro_ir::scenario::{Address, Expectation, Pattern};

use super::matching::difference;
use super::stage::{Called, Stage, Told};
use super::story::described_end;
use crate::local::RunEnd;
use crate::timers::after;

impl Stage<'_> {
    /// What must hold where it stands.
    pub(super) fn expect(&mut self, expected: &Expectation) -> Result<(), Told> {
        match expected {
            Expectation::Completed { with, within_ms } => self.completed(with.as_ref(), *within_ms),
            Expectation::Failed { at, message, within_ms } => {
                self.failed(at.as_deref(), message.as_deref(), *within_ms)
            }
            Expectation::Input(pattern) => {
                let input = self.local.start_of(&self.root).map(|start| &start.input);
                match input.and_then(|input| difference(pattern, input)) {
                    None => Ok(()),
                    Some(found) => Err((format!("the input has {}", found.expected), found.happened)),
                }
            }
            Expectation::Open(at) => match self.waits_at(at) {
                Some(_) => Ok(()),
                None => Err((format!("`{at}` is open"), self.now_in_words())),
            },
            Expectation::Calls(names) => self.calls_in_order(names),
            Expectation::Count { count, target } => {
                let found = self.calls.iter().filter(|call| call.target == *target).count();
                if u32::try_from(found).ok() == Some(*count) {
                    return Ok(());
                }
                Err((
                    format!("`{target}` is called {}", times(*count as usize)),
                    format!("it was called {}", times(found)),
                ))
            }
            Expectation::Call { target, nth, with } => self.called(target, *nth, with.as_ref()),
            // These are about the whole scenario.
            Expectation::Never(_) | Expectation::AtMostRunning { .. } => Ok(()),
        }
    }

    /// What must hold for the whole scenario, once all lines were played.
    pub(super) fn expect_of_all(&mut self, expected: &Expectation) -> Result<(), Told> {
        match expected {
            Expectation::Never(at) => self.never(at),
            Expectation::AtMostRunning { count, runbook } => {
                let most = self.most_running.get(runbook).copied().unwrap_or(0);
                if most <= *count {
                    return Ok(());
                }
                Err((format!("at most {count} of `{runbook}` run at once"), format!("{most} ran at once")))
            }
            _ => Ok(()),
        }
    }

    fn run_to_end(&mut self, within_ms: Option<i64>, expected: &str) -> Result<RunEnd, Told> {
        let limit = within_ms.map(|ms| after(self.local.now(), ms));
        let ended = self.until(limit, |stage| stage.end().is_some());
        match self.end().cloned().filter(|_| ended) {
            Some(end) => Ok(end),
            None => {
                let within = within_ms.map(|ms| format!(" within {}", Stage::readable(ms))).unwrap_or_default();
                Err((format!("the run {expected}{within}"), format!("it goes on: {}", self.now_in_words())))
            }
        }
    }

    fn completed(&mut self, with: Option<&Pattern>, within_ms: Option<i64>) -> Result<(), Told> {
        let end = self.run_to_end(within_ms, "completes")?;
        let RunEnd::Completed(result) = &end else {
            return Err(("the run completes".to_owned(), format!("it {}", described_end(&end))));
        };
        match with.and_then(|with| difference(with, result)) {
            None => Ok(()),
            Some(found) => Err(match found.expected.strip_prefix("= ") {
                Some(whole) => (format!("the result is {whole}"), format!("it {}", found.happened)),
                None => (format!("the result has {}", found.expected), found.happened),
            }),
        }
    }

    fn failed(&mut self, at: Option<&str>, message: Option<&str>, within_ms: Option<i64>) -> Result<(), Told> {
        let end = self.run_to_end(within_ms, "fails")?;
        let (step, text) = match &end {
            RunEnd::Completed(_) => return Err(("the run fails".to_owned(), format!("it {}", described_end(&end)))),
            RunEnd::Failed(failure) => (failure.step.as_str(), failure.message.as_str()),
            RunEnd::Cancelled => ("", "cancelled"),
        };
        if let Some(at) = at
            && at != step
            && (at.contains('~') || at != super::stage::without_round(step))
        {
            return Err((format!("the run fails at `{at}`"), format!("it {}", described_end(&end))));
        }
        match message.filter(|message| !text.contains(*message)) {
            None => Ok(()),
            Some(message) => Err((format!("the run fails with {message:?}"), format!("it {}", described_end(&end)))),
        }
    }

    fn never(&self, at: &Address) -> Result<(), Told> {
        match self.entered.iter().find(|(run, step)| self.is_at(run, step, at)) {
            None => Ok(()),
            Some((run, step)) => {
                let place = super::story::place(&self.local, run, step);
                Err((format!("`{at}` is never entered"), format!("`{place}` was")))
            }
        }
    }

    fn calls_in_order(&self, names: &[String]) -> Result<(), Told> {
        let mut wanted = names.iter().peekable();
        for call in &self.calls {
            if wanted.peek().is_some_and(|name| **name == call.target) {
                wanted.next();
            }
        }
        let Some(missing) = wanted.next() else { return Ok(()) };
        let called: Vec<String> = self.calls.iter().map(|call| format!("`{}`", call.target)).collect();
        let called = if called.is_empty() {
            "nothing was called".to_owned()
        } else {
            format!("called were {}", called.join(", "))
        };
        let place = names.len() - wanted.count() - 1;
        let expected = match names.get(..place).and_then(<[String]>::last) {
            Some(before) if before == missing => {
                let so_far = names.iter().take(place + 1).filter(|name| *name == missing).count();
                format!("`{missing}` is called {} in this order", times(so_far))
            }
            Some(before) => format!("`{missing}` is called after `{before}`"),
            None => format!("`{missing}` is called"),
        };
        Err((expected, called))
    }

    fn called(&self, target: &str, nth: Option<u32>, with: Option<&Pattern>) -> Result<(), Told> {
        let calls: Vec<&Called> = self.calls.iter().filter(|call| call.target == target).collect();
        if let Some(nth) = nth {
            let index = usize::try_from(nth).unwrap_or(usize::MAX).saturating_sub(1);
            let Some(call) = calls.get(index) else {
                let expected = format!("`{target}` is called {} or more", times(nth as usize));
                return Err((expected, format!("it was called {}", times(calls.len()))));
            };
            return match with.and_then(|with| difference(with, &call.args)) {
                None => Ok(()),
                Some(found) => Err((format!("call {nth} of `{target}` has {}", found.expected), found.happened)),
            };
        }
        if calls.is_empty() {
            return Err((format!("`{target}` is called"), "it was not called".to_owned()));
        }
        let differences: Option<Vec<_>> =
            calls.iter().map(|call| with.and_then(|with| difference(with, &call.args))).collect();
        match differences.as_deref() {
            // Each call differs; the last one is told.
            Some([.., last]) => Err((
                format!("a call of `{target}` has {}", last.expected),
                if calls.len() == 1 {
                    last.happened.clone()
                } else {
                    format!("in the last of {} calls {}", calls.len(), last.happened)
                },
            )),
            _ => Ok(()),
        }
    }
}

fn times(count: usize) -> String {
    match count {
        0 => "not once".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}
