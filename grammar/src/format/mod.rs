//! The formatter: one style for every file.
//!
//! It works on the pieces of the text, not on the tree, so that it cannot lose any: it decides where lines end, how deep
//! they stand and how columns align, and prints each piece as it was written. Author's line breaks stay; lines are only
//! added. As a last guard the result is parsed again: were the tree or the comments different, the text would be returned
//! as it came.

mod layout;
mod lines;
mod pieces;

use crate::{Parsed, Problem, parse};

/// What some editors write at the beginning of a file, to say how it is encoded.
const MARK: &str = "\u{feff}";
/// The widest line, comments at its end left out.
const WIDTH: usize = 110;

/// Formats a text; one with problems is refused, since its author has something better to do first.
///
/// A byte-order mark stays, and lines end as the first one does: what an editor or a repository wants of both is no matter of style.
pub fn format(text: &str) -> Result<String, Vec<Problem>> {
    let before = parse(text);
    if !before.problems.is_empty() {
        return Err(before.problems);
    }
    Ok(match unguarded(text) {
        Some(out) if same(&before, &parse(&out)) => out,
        _ => text.to_owned(),
    })
}

/// The formatter without its guard, for tests: `None` where it lost its way.
#[doc(hidden)]
pub fn unguarded(text: &str) -> Option<String> {
    let (mark, rest) = match text.strip_prefix(MARK) {
        Some(rest) => (MARK, rest),
        None => ("", text),
    };
    let pieces = pieces::pieces(rest)?;
    let out = lines::print(&layout::lay_out(&pieces));
    let windows = rest.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r'));
    let out = if windows { out.replace("\r\n", "\n").replace('\n', "\r\n") } else { out };
    Some(if mark.is_empty() { out } else { format!("{mark}{out}") })
}

/// Whether two texts say the same, places aside.
#[doc(hidden)]
pub fn same(a: &Parsed, b: &Parsed) -> bool {
    let comments = |of: &Parsed| {
        let mut texts: Vec<(String, bool)> = of.file.comments.iter().map(|c| (c.text.clone(), c.doc)).collect();
        texts.sort();
        texts
    };
    a.problems.len() == b.problems.len() && shape(a) == shape(b) && comments(a) == comments(b)
}

/// The tree as text without its places.
fn shape(of: &Parsed) -> String {
    use std::fmt::Write as _;
    let mut out = Placeless(String::new());
    // Writing to a string cannot fail.
    let _ = write!(out, "{:?}", of.file.decls);
    strip(&out.0)
}

struct Placeless(String);

impl std::fmt::Write for Placeless {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.push_str(text);
        Ok(())
    }
}

/// Removes every `Span { start: 1, end: 2 }`.
fn strip(text: &str) -> String {
    let mut out = String::with_capacity(text.len() / 2);
    let mut parts = text.split("Span { start: ");
    out.push_str(parts.next().unwrap_or(""));
    for part in parts {
        let digits = |s: &str| s.len() - s.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let first = digits(part);
        let rest = part.get(first..).unwrap_or("");
        let Some(rest) = rest.strip_prefix(", end: ") else {
            // A text of the file that happens to read so: it stays.
            out.push_str("Span { start: ");
            out.push_str(part);
            continue;
        };
        let second = digits(rest);
        out.push_str(rest.get(second..).and_then(|r| r.strip_prefix(" }")).unwrap_or(rest));
    }
    out
}
