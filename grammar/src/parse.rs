//! Text to tree, in four steps: bounds, parse, repair of brackets, one problem for each mistake.

use crate::build::{self, Found};
use crate::{Parsed, Problem, Span};
use crate::{layout, problems, repair};

/// The largest text that is read.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The most problems that are told.
const MAX_PROBLEMS: usize = 5_000;

/// Reads a text. Any text has a tree; what it lacks or has too much of is in the problems.
pub fn parse(text: &str) -> Parsed {
    if text.len() > MAX_BYTES {
        return Parsed { problems: vec![problems::too_large(text.len())], ..Parsed::default() };
    }
    // A mark that some editors put at the beginning of a file says nothing; blanks in its place keep every offset.
    let unmarked = text.strip_prefix('\u{feff}').map(|rest| format!("   {rest}"));
    let text = unmarked.as_deref().unwrap_or(text);
    let mut said: Vec<Found> = Vec::new();
    let layout = layout::scan(text);
    let flat = repair::flatten(text, &layout).map(|(flat, found)| {
        said.push(found);
        flat
    });
    let Some(read) = build::read(flat.as_deref().unwrap_or(text), &[]) else {
        return Parsed { problems: vec![problems::too_deep(Span::default())], ..Parsed::default() };
    };
    // Brackets that do not fit drag much with them, so they are mended first.
    let mended = if read.bad.closers > 0 {
        repair::repair(flat.as_deref().unwrap_or(text), read.bad.places, &read.bad.openers)
    } else {
        None
    };
    let built = match mended {
        Some(mended) => {
            said.extend(mended.found);
            build::read(&mended.text, &mended.braces).map(build::build)
        }
        None => Some(build::build(read)),
    };
    let Some(built) = built else {
        return Parsed { problems: vec![problems::too_deep(Span::default())], ..Parsed::default() };
    };
    said.extend(built.found);
    Parsed { file: built.file, problems: one_each(text, said) }
}

/// One mistake, one message: what may merely follow from another on its line is dropped.
fn one_each(text: &str, mut found: Vec<Found>) -> Vec<Problem> {
    if found.is_empty() {
        return Vec::new();
    }
    found.sort_by_key(|f| (f.problem.span.start, f.noise));
    let lines = crate::LineIndex::new(text);
    // A text that does not end takes the rest of its line with it.
    let cut: Vec<u32> = found
        .iter()
        .filter(|f| matches!(f.problem.code, problems::UNCLOSED_STRING | problems::TERNARY))
        .map(|f| lines.line(f.problem.span.start))
        .collect();
    let swallowed = |f: &Found| {
        let line = lines.line(f.problem.span.start);
        !matches!(f.problem.code, problems::UNCLOSED_STRING | problems::TERNARY)
            && (cut.binary_search(&line).is_ok() || (f.noise && cut.binary_search(&(line.saturating_sub(1))).is_ok()))
    };
    found.retain(|f| !swallowed(f));
    drop_followers(&lines, &mut found);
    let mut sure_lines: Vec<u32> =
        found.iter().filter(|f| !f.noise).map(|f| lines.line(f.problem.span.start)).collect();
    sure_lines.dedup();
    let mut out: Vec<Problem> = Vec::new();
    let mut told: Option<u32> = None;
    for Found { problem, noise } in found {
        let line = lines.line(problem.span.start);
        if noise {
            if told == Some(line) || sure_lines.binary_search(&line).is_ok() {
                continue;
            }
            told = Some(line);
        } else if out.last().is_some_and(|last| last.span == problem.span && last.code == problem.code) {
            continue;
        }
        out.push(problem);
        if out.len() == MAX_PROBLEMS {
            break;
        }
    }
    out
}

/// A bracket that does not fit makes its line read as something else; and words of a text that lost its quote look, one
/// after the other, like properties without a colon.
fn drop_followers(lines: &crate::LineIndex, found: &mut Vec<Found>) {
    let brackets = [problems::UNCLOSED, problems::MISSING_OPEN, problems::STRAY_CLOSER];
    let guesses = [problems::MISSING_COLON, problems::MISPLACED, problems::TIGHT_MINUS, problems::UNKNOWN_WORD];
    let line = |f: &Found| lines.line(f.problem.span.start);
    let mended: Vec<u32> = found.iter().filter(|f| !f.noise && brackets.contains(&f.problem.code)).map(line).collect();
    let mut colon = None;
    found.retain(|f| {
        let here = line(f);
        if mended.binary_search(&here).is_ok() && guesses.contains(&f.problem.code) {
            return false;
        }
        if f.problem.code == problems::MISSING_COLON {
            return colon.replace(here) != Some(here);
        }
        true
    });
}
