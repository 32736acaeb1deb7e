//! What does not begin a line of a scenario, told by its first word: words of tests in other languages, and people's actions without `at`.

use super::{UNEXPECTED, UNKNOWN_WORD, fixed, nearest, nearest_short, problem, short};
use crate::{Problem, Span};

/// What a line of a scenario that begins with another word is likely to mean. `rest` is what follows the word on its line.
pub(crate) fn scenario_line(at: Span, word: &str, rest: &str) -> Option<Problem> {
    let instead = |ours: &str, help: &str| {
        let message = format!("In a scenario `{word}` is written `{ours}`.");
        fixed(problem(UNEXPECTED, at, message, format!("write `{ours}`"), help), at, ours)
    };
    let next = rest.trim_start();
    Some(match word {
        "input" | "inputs" | "arguments" | "params" if next.starts_with('{') => {
            instead("given", "Write `given { … }`: what the run begins with.")
        }
        "settings" | "configuration" if next.starts_with('{') => {
            instead("config", "Write `config { … }`: the settings that differ from those of the project.")
        }
        "stub" | "fake" => instead("mock", "Write `mock a.b => { … }`, or `mock a.b fails \"…\"`."),
        "send" | "receive" | "emit" if next.starts_with(|c: char| c.is_ascii_lowercase()) => {
            instead("signal", "Write `signal NAME { … }`: a signal comes.")
        }
        "assert" | "verify" | "ensure" | "should" | "then" => {
            let help = "Write `expect completed with { … }`, `expect failed at STEP \"…\"` or another of the things that can be expected.";
            problem(UNEXPECTED, at, format!("In a scenario `{word}` is written `expect`."), "write `expect`", help)
        }
        "wait" | "sleep" | "advance" => {
            let help =
                "Write `after 2h` before what happens then: `after 2h signal NAME { … }`, `after 2h expect open STEP`.";
            problem(UNEXPECTED, at, "Time goes on by `after` in a scenario.", "not a line of a scenario", help)
        }
        "approve" | "reject" | "submit" | "confirm" | "edit" | "correct" => {
            let step = next.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or("");
            let step = if step.is_empty() || step == "by" { "STEP" } else { step };
            let help = format!("Say where: `at {step} {word}`.");
            problem(UNEXPECTED, at, "What a person does begins with the step that waits.", "at which step?", help)
        }
        _ => return misspelt(at, word, next),
    })
}

/// A word that begins a line of a scenario, with a letter or two wrong.
fn misspelt(at: Span, word: &str, next: &str) -> Option<Problem> {
    let lines = ["given", "config", "mock", "signal", "after", "at", "cancel", "start", "expect", "tenant", "entity"];
    if word.len() < 3 || next.is_empty() || lines.contains(&word) {
        return None;
    }
    let meant = if word.len() == 3 { nearest_short(word, &lines)? } else { nearest(word, &lines)? };
    let message = format!("`{word}` does not begin a line of a scenario.");
    let help = format!("Write `{meant}`.");
    Some(fixed(problem(UNKNOWN_WORD, at, message, format!("is `{meant}` meant?"), help), at, meant))
}

/// `at review { approve }`
pub(crate) fn action_in_braces(at: Span, step: &str, rest: &str) -> Problem {
    let inside = rest.split('{').nth(1).and_then(|rest| rest.split('}').next()).map_or("", str::trim);
    let inside = if inside.is_empty() { "approve".to_owned() } else { short(inside) };
    let help = format!("Write `at {} {inside}`.", short(step));
    problem(UNEXPECTED, at, "What a person does stands behind the step, without braces.", "no braces here", help)
}

/// `at review signal paid { … }`: a signal goes to the run, whatever waits.
pub(crate) fn signal_at_step(at: Span, name: &str) -> Problem {
    let help = format!("Write `signal {name} {{ … }}` on a line of its own; whoever waits for it hears it.");
    problem(UNEXPECTED, at, "A signal comes to the run, at no step of it.", "not here", help)
}

/// `mock a.b -> { … }`
pub(crate) fn arrow_of_mock(at: Span, name: &str) -> Problem {
    let arrow = Span::new(at.start, at.end + 1);
    let help = format!("Write `mock {name} => …`: what it answers.");
    fixed(problem(UNEXPECTED, arrow, "An answer is written with `=>`.", "write `=>`", help), arrow, "=>")
}
