//! Reminders that count what they cannot count. What is written instead means something else, so nothing is mended unasked.

use super::lines::Line;
use super::{UNEXPECTED, problem, short};
use crate::Problem;

/// `remind every 1 working day`, `remind every 1d at most 3 times`
pub(super) fn reminder(line: &Line<'_>) -> Option<Problem> {
    let rest = line.text.strip_prefix("remind")?.trim_start().strip_prefix("every")?;
    let pause = rest.trim_start();
    let from = line.text.len() - pause.len();
    working_days(line, from, pause).or_else(|| at_most(line, from, pause))
}

fn working_days(line: &Line<'_>, from: usize, pause: &str) -> Option<Problem> {
    let digits = pause.len() - pause.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = pause.get(..digits).filter(|digits| (1..=3).contains(&digits.len()))?;
    let words = pause.get(digits..)?.trim_start();
    let day = ["working", "business", "work", "week", "bank"].into_iter().find_map(|kind| {
        let rest = words.strip_prefix(kind)?.trim_start();
        Some(rest.strip_prefix("days").or_else(|| rest.strip_prefix("day"))?.len())
    })?;
    let at = line.span(from, line.text.len() - day);
    let ours = format!("{number}d");
    let message = "A reminder comes after a length of time, which counts every day.";
    let help = format!("Write `remind every {ours}`. Working days are for limits: `within 5 working days else …`.");
    Some(problem(UNEXPECTED, at, message, format!("write `{ours}`"), help))
}

fn at_most(line: &Line<'_>, from: usize, pause: &str) -> Option<Problem> {
    let most = pause.find(" at most ").or_else(|| pause.find(" max "))?;
    let end = pause.find('{').unwrap_or(pause.len());
    let bound = pause.get(most..end)?.trim_end();
    let at = line.span(from + most + 1, from + most + bound.len());
    let message = "A reminder comes for as long as somebody is waited for, and is not counted.";
    let help = format!("Leave out `{}`: the limit ends it, as in `within 3d else …`.", short(bound));
    Some(problem(UNEXPECTED, at, message, "leave this out", help))
}
