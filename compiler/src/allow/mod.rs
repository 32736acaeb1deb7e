//! `// allow(CODE): why`: a warning or a hint that its author has thought about.
//!
//! It stands at the end of the line that the message points at, or on a line of its own before it. It silences that message and nothing
//! else. It says why, so that a reviewer can judge it; and one that silences nothing is told, so that it cannot outlive its reason.

mod idle;
mod no_reason;
mod not_allowed;
mod unknown_code;

use std::collections::{BTreeMap, BTreeSet};

use ntro_grammar::{Span, ast};

use crate::diagnostic::{Diagnostic, Level, Place};
use crate::items::{Items, SourceFile};

/// The codes that are warnings or hints, always or at times. Whatever else there is stops a runbook from compiling.
#[rustfmt::skip]
const LESSER: [&str; 29] = [
    "N0135", "N0213", "N0215", "N0219", "N0221", "N0222", "N0223", "N0224", "N0225", "N0226", "N0227", "N0228",
    "N0229", "N0230", "N0231", "N0232", "N0320", "N0324", "N0329", "N0330", "N0407", "N0430",
    "N0440", "N0441", "N0443", "N0444", "N0445", "N0446", "N0603",
];

/// The most codes that one comment names.
const MOST_CODES: usize = 16;

/// Whether a message with this code may be allowed by a comment.
pub fn can_be_allowed(code: &str) -> bool {
    LESSER.contains(&code)
}

/// A comment that allows something.
struct Allow {
    /// The file.
    file: String,
    /// The codes that it names, each with its place.
    codes: Vec<(String, Span)>,
    /// Why; empty where it does not say.
    reason: String,
    /// The whole comment.
    span: Span,
    /// Where the lines begin to which it speaks: its own, and the next one where it stands alone on its own.
    lines: (u32, u32),
    /// The ends of those lines.
    ends: (u32, u32),
    /// What goes away with it, when it goes: the blanks before it, or its whole line.
    whole: Span,
}

/// Leaves out what is allowed, and reports what is wrong with the comments that allow it.
pub(crate) fn apply(items: &Items, diagnostics: &mut Vec<Diagnostic>) {
    let files = items.files.iter().filter(|file| !file.path.starts_with("ntro:"));
    let allows: Vec<Allow> = files.flat_map(|file| file.tree.comments.iter().filter_map(|c| read(file, c))).collect();
    if allows.is_empty() {
        return;
    }
    // What an error hides cannot be told from what is not there.
    let broken = diagnostics.iter().any(|found| found.level == Level::Error);
    let mut said = Vec::new();
    let mut gone = BTreeSet::new();
    // Each comment looks only at what it may speak of, so that thousands of them are no trouble.
    let mut places: BTreeMap<(&str, &str, u32), Vec<usize>> = BTreeMap::new();
    for (index, found) in diagnostics.iter().enumerate() {
        places.entry((&found.place.file, found.code, found.place.span.start)).or_default().push(index);
    }
    let known: BTreeSet<&str> = crate::explain::codes().into_iter().map(|(code, _)| code).collect();
    for allow in &allows {
        if allow.reason.is_empty() {
            said.push(no_reason::report(allow));
            continue;
        }
        for (code, span) in &allow.codes {
            let on = |(from, to): (u32, u32)| {
                let all = (allow.file.as_str(), code.as_str(), from)..=(allow.file.as_str(), code.as_str(), to);
                places.range(all).flat_map(|(_, indices)| indices.iter().copied())
            };
            let meant: Vec<usize> = allow.ranges().flat_map(on).collect();
            let is_error = |index: &&usize| diagnostics.get(**index).is_some_and(|d| d.level == Level::Error);
            if let Some(error) = meant.iter().find(is_error).and_then(|index| diagnostics.get(*index)) {
                said.push(not_allowed::report(allow, code, *span, Some(error.place.clone())));
                continue;
            }
            let before = gone.len();
            gone.extend(meant);
            if gone.len() > before {
                continue;
            }
            if !known.contains(code.as_str()) {
                said.push(unknown_code::report(allow, code, *span));
            } else if !can_be_allowed(code) {
                said.push(not_allowed::report(allow, code, *span, None));
            } else if !broken {
                said.push(idle::report(allow, code, *span));
            }
        }
    }
    let mut index = 0;
    diagnostics.retain(|_| {
        index += 1;
        !gone.contains(&(index - 1))
    });
    diagnostics.extend(said);
}

impl Allow {
    fn place(&self, span: Span) -> Place {
        Place { file: self.file.clone(), span }
    }

    /// From where to where messages begin to which it speaks: its own line, and the next one where it stands alone.
    fn ranges(&self) -> impl Iterator<Item = (u32, u32)> {
        let of = |from: u32, to: u32| (from, to.max(from));
        [of(self.lines.0, self.ends.0), of(self.lines.1, self.ends.1)].into_iter()
    }
}

/// What a comment allows; `None` for any other comment.
fn read(file: &SourceFile, comment: &ast::Comment) -> Option<Allow> {
    if comment.doc {
        return None;
    }
    let rest = comment.text.strip_prefix("allow")?.trim_start();
    let (inside, reason) = rest.strip_prefix('(')?.split_once(')')?;
    let text: &str = &file.text;
    let start = comment.span.start as usize;
    let from = start + text.get(start..)?.find('(')? + 1;
    let mut codes = Vec::new();
    let mut at = from;
    for part in inside.split(',').take(MOST_CODES) {
        let code = part.trim();
        let begin = at + (part.len() - part.trim_start().len());
        codes.push((code.to_owned(), span(begin, begin + code.len())));
        at += part.len() + 1;
    }
    let own = text.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
    let end = line_end(text, start);
    let alone = text.get(own..start)?.trim().is_empty();
    let next = if alone { next_line(text, end) } else { (own, end) };
    // Alone on its line it goes with the line; behind something with the blanks between.
    let before = text.get(..start)?.trim_end_matches([' ', '\t']).len();
    let whole = if alone { span(own, (end + 1).min(text.len())) } else { span(before, comment.span.end as usize) };
    Some(Allow {
        file: file.path.clone(),
        codes,
        reason: reason.trim_start().strip_prefix(':').unwrap_or("").trim().to_owned(),
        span: comment.span,
        lines: (offset(own), offset(next.0)),
        ends: (offset(end), offset(next.1)),
        whole,
    })
}

/// The first line after a place that is no comment: its beginning and its end.
fn next_line(text: &str, end: usize) -> (usize, usize) {
    let mut from = end + 1;
    while let Some(rest) = text.get(from..).filter(|rest| !rest.is_empty()) {
        let line = rest.split('\n').next().unwrap_or(rest);
        if !line.trim_start().starts_with("//") {
            return (from, from + line.len());
        }
        from += line.len() + 1;
    }
    (end, end)
}

fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| at + length)
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn span(start: usize, end: usize) -> Span {
    Span::new(offset(start), offset(end))
}
