//! The changes between two versions of a runbook, as text for people.

use ntro_compiler::diff::{Change, Weight};

/// How a weight is said.
fn word(weight: Weight) -> &'static str {
    match weight {
        Weight::Weakens => "weaker",
        Weight::Breaks => "breaks",
        Weight::Changes => "changes",
        Weight::Strengthens => "stricter",
        Weight::Shows => "shows",
    }
}

fn colored(weight: Weight, text: &str) -> String {
    let style = console::Style::new();
    let style = match weight {
        Weight::Weakens | Weight::Breaks => style.red().bold(),
        Weight::Strengthens => style.green(),
        Weight::Changes => style.yellow(),
        Weight::Shows => style.dim(),
    };
    style.apply_to(text).to_string()
}

/// A line for each change, the gravest first, with what was there and what is there now beneath it.
pub(crate) fn text(changes: &[Change], indent: &str) -> String {
    let mut sorted: Vec<&Change> = changes.iter().collect();
    sorted.sort_by_key(|change| change.weight);
    let mut out = String::new();
    for change in sorted {
        let place = if change.place.is_empty() { String::new() } else { format!("{}: ", change.place) };
        let word = colored(change.weight, &format!("{:<8}", word(change.weight)));
        out.push_str(&format!("{indent}{word}  {place}{}\n", change.message));
        for (mark, lines) in [("-", &change.was), ("+", &change.now)] {
            for line in lines {
                out.push_str(&format!("{indent}            {mark} {line}\n"));
            }
        }
    }
    out
}
