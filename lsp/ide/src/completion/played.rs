//! What may go on a line of a scenario, by the words that stand before.

use super::phrases::{Phrase, Phrases, WITHIN, only, since};
use super::scenario_around;
use crate::Span;
use crate::analysis::File;
use crate::lex;

const DONE: &[Phrase] = &[
    ("by", "by \"${1:ana}\"", "who acts"),
    ("as", "as ${1:role}", "in which role"),
    ("comment", "comment \"$1\"", "what they say"),
    ("refused", "refused", "it is not let through"),
    ("row", "row \"${1:key}\" { $2 }", "which row is changed"),
];
const EXPECT: &[Phrase] = &[
    ("completed", "completed with { $0 }", "it ends well"),
    ("failed", "failed at ${1:step} \"$2\"", "it fails"),
    ("open", "open ${1:step}", "something waits"),
    ("never", "never ${1:step}", "something never runs"),
    ("calls", "calls [${1:capability}]", "calls in order"),
    ("call", "call ${1:capability} ${2:1} with { $0 }", "the arguments of a call"),
    ("at most", "at most ${1:1} running ${2:runbook}", "how many run at once"),
    ("input", "input { $0 }", "what the run was given"),
];
const LATER: &[Phrase] = &[
    ("signal", "signal ${1:name} { $0 }", "a signal comes"),
    ("cancel", "cancel", "the run is cancelled"),
    ("at", "at ${1:review} approve by \"${2:ana}\" as ${3:role}", "somebody acts"),
    ("expect", "expect open ${1:step}", "what holds then"),
];
const MOCKED: &[Phrase] = &[
    ("=>", "=> $0", "what is answered"),
    ("fails", "fails \"${1:down}\"", "every call fails"),
    ("for", "for \"${1:key}\" => $0", "the calls of one child"),
];
const FAILS: Phrase = ("fails", "fails \"${1:down}\"", "every call fails");
const WITH: Phrase = ("with", "with { $0 }", "what it holds");
/// Words behind which something must be named first.
const WANT: &[&str] = &["by", "as", "comment", "row", "for", "action", "at", "after"];

/// What goes on the line of a scenario that a word stands in, which may have begun lines above.
pub(super) fn after(file: &File, word: Span) -> Option<Phrases> {
    let words = words_of_line(file, word)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let words = match words.as_slice() {
        ["after", _, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    match words {
        ["after", _] => only(LATER),
        ["mock", rest @ .., "for", "\""] if named(rest) => only(&[("=>", "=> $0", "what is answered"), FAILS]),
        ["mock", rest @ ..] if named(rest) => only(MOCKED),
        ["mock", .., "fails", "\""] => only(&[("times", "${1:2} times", "how many calls fail")]),
        ["mock", .., "fails", "\"", count] if is_number(count) => only(&[("times", "times", "how many calls fail")]),
        ["mock", rest @ ..] if answered(rest) => only(&[("then", "then $0", "what is answered the next time")]),
        ["signal", _] => only(&[("for", "for \"${1:key}\" { $0 }", "the child that it is for")]),
        ["signal", _, "{}", rest @ ..] if !rest.last().is_some_and(|last| WANT.contains(last)) => {
            only(&[("by", "by \"${1:ana}\"", "who sends it"), ("as", "as ${1:role}", "in which role")])
        }
        ["expect"] => only(EXPECT),
        ["expect", "completed"] => only(&[WITH, WITHIN]),
        ["expect", "completed", "with", "{}"] => only(&[WITHIN]),
        ["expect", "failed"] => only(&[("at", "at ${1:step} \"$2\"", "which step"), WITHIN]),
        ["expect", "failed", .., "\""] => only(&[WITHIN]),
        ["expect", "at"] => only(&[("most", "most ${1:1} running ${2:runbook}", "how many run at once")]),
        ["expect", "at", "most", _] => only(&[("running", "running ${1:runbook}", "of which runbook")]),
        ["expect", count] if is_number(count) => only(&[("calls", "calls ${1:capability}", "exactly so many")]),
        ["expect", "call", rest @ ..] if is_called(rest) => only(&[WITH]),
        ["at", rest @ ..] if acted(rest) => only(DONE),
        _ => None,
    }
}

/// The words from the beginning of the line of the scenario, with `{}` for all that stands in brackets.
fn words_of_line(file: &File, word: Span) -> Option<Vec<String>> {
    let scenario = scenario_around(file, word)?;
    let text = file.text.get(..word.start as usize)?;
    let line = u32::try_from(text.rfind('\n').map_or(0, |at| at + 1)).ok()?;
    let before = scenario.lines.iter().rev().find(|line| line.span.start < word.start);
    // A line that begins with the end of a bracket goes on with what stands above, and so does what follows a comma.
    let goes_on = file.at(Span::new(line, word.start)).trim_start().starts_with(['}', ']', ','])
        || file.at(Span::new(0, line)).trim_end().ends_with(',');
    let start = before.filter(|_| goes_on).map_or(line, |before| before.span.start.min(line));
    let mut out: Vec<String> = Vec::new();
    let mut depth = 0_u32;
    for word in since(file, start, word)? {
        match word.as_str() {
            "{" | "[" | "(" => {
                if depth == 0 {
                    out.push("{}".to_owned());
                }
                depth += 1;
            }
            "}" | "]" | ")" => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(word),
            _ => {}
        }
    }
    // Inside of brackets stands a value.
    (depth == 0).then_some(out)
}

fn is_number(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_digit())
}

fn is_name(word: &str) -> bool {
    matches!(word, "." | "-") || word.bytes().all(lex::is_word)
}

/// A name as it is called, with its dots and dashes, and nothing behind it.
fn named(words: &[&str]) -> bool {
    let whole = words.last().is_some_and(|last| !matches!(*last, "." | "-"));
    whole && words.iter().all(|word| is_name(word)) && !words.iter().any(|word| matches!(*word, "for" | "fails"))
}

/// What is mocked with its answer.
fn answered(words: &[&str]) -> bool {
    let last = words.iter().rposition(|word| matches!(*word, ">" | "then"));
    last.is_some_and(|at| at + 1 < words.len())
}

/// A name, and which of its calls.
fn is_called(words: &[&str]) -> bool {
    match words.split_last() {
        Some((last, name)) if is_number(last) => named(name),
        _ => named(words),
    }
}

/// An address and what somebody does there, or the next thing that somebody does.
fn acted(words: &[&str]) -> bool {
    let own = match words.iter().rposition(|word| *word == ",") {
        Some(at) => words.get(at + 1..).unwrap_or_default(),
        None => {
            let joined = |pair: &(&&str, &&str)| matches!(*pair.0, "." | "~") || matches!(*pair.1, "." | "~");
            let address = words.iter().zip(words.iter().skip(1)).take_while(joined).count() + 1;
            let rest = words.get(address..).unwrap_or_default();
            // The child that is meant comes before what is done.
            match rest {
                ["for", _, rest @ ..] => rest,
                rest => rest,
            }
        }
    };
    own.last().is_some_and(|last| !WANT.contains(last)) && !own.contains(&"refused")
}
