//! Every problem that a text can have, worded once. The reader is an analyst who may never have programmed, or a model
//! that writes `.ntro`: a message says what is wrong, a label points, a help shows what to write.

mod amounts;
mod dates;
mod flows;
mod foreign;
mod habits;
mod lines;
mod missing;
mod openers;
mod places;
mod reminders;
mod scenarios;
mod texts;
mod turns;
mod words;

use crate::{Edit, Problem, Span};

pub(crate) use dates::paper_date;
pub(crate) use flows::CASES;
pub(crate) use foreign::*;
pub(crate) use habits::*;
pub(crate) use lines::{goes_on, habit};
pub(crate) use missing::*;
pub(crate) use openers::*;
pub(crate) use places::*;
pub(crate) use scenarios::*;
pub(crate) use texts::*;
pub(crate) use words::*;

pub use crate::explain::{PROBLEMS, ProblemDoc};

/// Words that never name a variable, a step or a parameter.
pub const RESERVED: &[&str] = &[
    "true", "false", "none", "and", "or", "not", "in", "if", "then", "else", "let", "var", "return", "match", "try",
    "undo", "parallel", "send", "checks", "actions", "import", "scenario", "fail", "skip", "on", "feedback", "expect",
    "require", "sleep", "role",
];

/// A word that must stand here does not.
pub const MISSING_WORD: &str = "N0101";
/// A bracket is never closed.
pub const UNCLOSED: &str = "N0102";
/// A block or list has no `{`.
pub const MISSING_OPEN: &str = "N0103";
/// A `}` closes nothing.
pub const STRAY_CLOSER: &str = "N0104";
/// A text has no closing quote.
pub const UNCLOSED_STRING: &str = "N0105";
/// Something stands where nothing fits it.
pub const UNEXPECTED: &str = "N0106";
/// A property without its colon.
pub const MISSING_COLON: &str = "N0107";
/// A clause with a colon.
pub const NEEDLESS_COLON: &str = "N0108";
/// A comma is missing between two things on one line.
pub const MISSING_COMMA: &str = "N0109";
/// A name is missing.
pub const MISSING_NAME: &str = "N0110";
/// A value is missing.
pub const MISSING_VALUE: &str = "N0111";
/// A type is missing.
pub const MISSING_TYPE: &str = "N0112";
/// A text in quotes is missing.
pub const MISSING_TEXT: &str = "N0113";
/// `else` is missing.
pub const MISSING_ELSE: &str = "N0114";
/// What follows `else`, `on reject` or `on failure` is missing.
pub const MISSING_OUTCOME: &str = "N0115";
/// `=` or `=>` is missing.
pub const MISSING_SIGN: &str = "N0116";
/// A call without its brackets.
pub const MISSING_ARGS: &str = "N0117";
/// A reserved word is used as a name.
pub const RESERVED_NAME: &str = "N0118";
/// A name with a dash where none may be.
pub const DASHED_NAME: &str = "N0119";
/// A block begins with a word that is none of the language.
pub const UNKNOWN_WORD: &str = "N0120";
/// Something that is right elsewhere stands in the wrong place.
pub const MISPLACED: &str = "N0121";
/// Two comparisons in a row.
pub const CHAINED: &str = "N0122";
/// A minus without blanks.
pub const TIGHT_MINUS: &str = "N0123";
/// A sign of another language.
pub const FOREIGN_OPERATOR: &str = "N0124";
/// A word of another language.
pub const FOREIGN_WORD: &str = "N0125";
/// `=` where `:` belongs.
pub const EQUALS_FOR_COLON: &str = "N0126";
/// Single quotes outside a hole, or double quotes in one.
pub const WRONG_QUOTES: &str = "N0127";
/// A key in quotes.
pub const QUOTED_KEY: &str = "N0128";
/// `#` comments.
pub const HASH_COMMENT: &str = "N0129";
/// `;` at a line's end.
pub const SEMICOLON: &str = "N0130";
/// `a[0]`
pub const INDEX: &str = "N0131";
/// `c ? a : b`
pub const TERNARY: &str = "N0132";
/// A number that cannot be read.
pub const BAD_NUMBER: &str = "N0133";
/// A backslash before something that needs none.
pub const BAD_ESCAPE: &str = "N0134";
/// A `{{` without `}}`.
pub const OPEN_HOLE: &str = "N0135";
/// A tag that does not exist.
pub const UNKNOWN_TAG: &str = "N0136";
/// A tag without its end, or an end without its tag.
pub const UNBALANCED_TAG: &str = "N0137";
/// `{{ x | filter }}`
pub const FILTER: &str = "N0138";
/// `text[]`
pub const ARRAY_TYPE: &str = "N0139";
/// `return` in the middle without a value.
pub const BARE_RETURN: &str = "N0140";
/// `fail` with something that is no text.
pub const MESSAGE_NOT_TEXT: &str = "N0141";
/// The same thing twice.
pub const TWICE: &str = "N0142";
/// Nested too deeply.
pub const TOO_DEEP: &str = "N0143";
/// Too large.
pub const TOO_LARGE: &str = "N0144";

#[cold]
fn problem(
    code: &'static str,
    span: Span,
    message: impl Into<String>,
    label: impl Into<String>,
    help: impl Into<String>,
) -> Problem {
    Problem {
        code,
        span,
        message: message.into(),
        label: label.into(),
        help: help.into(),
        fix: None,
        related: Vec::new(),
    }
}

#[cold]
fn fixed(mut of: Problem, span: Span, text: impl Into<String>) -> Problem {
    of.fix = Some(Edit { span, text: text.into() });
    of
}

/// The start of a text, short enough for a sentence.
#[cold]
pub(crate) fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or("").trim();
    let mut out: String = line.chars().take(24).collect();
    if line.chars().count() > 24 || text.lines().count() > 1 {
        out.push('…');
    }
    out
}

/// A word in a sentence: `after `let``, or nothing at the start of a file.
fn after(word: &str) -> String {
    match short(word) {
        w if w.is_empty() => String::new(),
        w => format!(" after `{w}`"),
    }
}

/// The word of `known` that was probably meant: at most two letters wrong.
pub(crate) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let close = known.iter().map(|k| (distance(word, k), *k)).min_by_key(|(d, _)| *d)?;
    (close.0 <= 2 && close.0 < word.chars().count()).then_some(close.1)
}

/// The word of `known` that was probably meant by one of three letters: a letter is missing, is one too many, or stands in its neighbour's place.
pub(crate) fn nearest_short<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let without = |word: &str, left_out: usize| -> String {
        word.chars().enumerate().filter(|(at, _)| *at != left_out).map(|(_, letter)| letter).collect()
    };
    let swapped = |at: usize| -> String {
        let mut letters: Vec<char> = word.chars().collect();
        if at + 1 < letters.len() {
            letters.swap(at, at + 1);
        }
        letters.into_iter().collect()
    };
    // An ordinary word is none of ours.
    if word.len() != 3 || ["end", "one", "son"].contains(&word) {
        return None;
    }
    let near = |known: &str| {
        (0..3).any(|at| swapped(at) == known || without(word, at) == known)
            || (known.len() == 4 && (0..4).any(|at| without(known, at) == word))
    };
    known.iter().find(|known| near(known)).copied()
}

/// How many letters differ; words longer than 24 are never near.
fn distance(a: &str, b: &str) -> usize {
    if a.len() > 24 || b.len() > 24 {
        return usize::MAX;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (cb, above) in b.iter().zip(row.iter().skip(1)) {
            let here = (diagonal + usize::from(ca != *cb)).min(left + 1).min(above + 1);
            diagonal = *above;
            left = here;
            next.push(here);
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}
