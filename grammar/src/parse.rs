//! Text to tree, in four steps: bounds, parse, repair of brackets, one problem for each mistake.

use std::borrow::Cow;

use crate::ast::File;
use crate::build::{self, Found};
use crate::{Parsed, Problem, Span};
use crate::{layout, problems, repair};

/// The largest text that is read.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The most problems that are told.
const MAX_PROBLEMS: usize = 5_000;

/// The most lines that are told as lines of another language.
const MAX_HABITS: usize = 200;

/// The most lines that belong to one such line.
const MAX_INSIDE: u32 = 50;

/// A tree and all that was found, before one message is chosen for each mistake.
#[derive(Debug, Default)]
pub(crate) struct Raw {
    pub(crate) file: File,
    pub(crate) found: Vec<Found>,
}

impl Raw {
    fn only(problem: Problem) -> Raw {
        Raw { file: File::default(), found: vec![Found { problem, noise: false }] }
    }
}

/// Reads a text. Any text has a tree; what it lacks or has too much of is in the problems.
pub fn parse(text: &str) -> Parsed {
    let Raw { file, found } = raw(text);
    Parsed { file, problems: one_each(text, found) }
}

/// A mark that some editors put at the beginning of a file says nothing; blanks in its place keep every offset.
fn unmarked(text: &str) -> Cow<'_, str> {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => Cow::Owned(format!("   {rest}")),
        None => Cow::Borrowed(text),
    }
}

/// Reads a text, and chooses nothing yet.
pub(crate) fn raw(text: &str) -> Raw {
    if text.len() > MAX_BYTES {
        return Raw::only(problems::too_large(text.len()));
    }
    let text = &*unmarked(text);
    let mut said: Vec<Found> = Vec::new();
    let layout = layout::may_be_deep(text).then(|| layout::scan(text));
    let flat = layout.and_then(|layout| repair::flatten(text, &layout)).map(|(flat, found)| {
        said.push(found);
        flat
    });
    let Some(read) = build::read(flat.as_deref().unwrap_or(text), &[]) else {
        return Raw::only(problems::too_deep(Span::default()));
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
        return Raw::only(problems::too_deep(Span::default()));
    };
    said.extend(built.found);
    Raw { file: built.file, found: said }
}

/// One mistake, one message: what may merely follow from another on its line is dropped.
pub(crate) fn one_each(text: &str, mut found: Vec<Found>) -> Vec<Problem> {
    if found.is_empty() {
        return Vec::new();
    }
    let text = &*unmarked(text);
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
    told_by_line(text, &lines, &mut found);
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

/// A line that reads like another language is told as a whole, and what the parser made of its pieces is not.
fn told_by_line(text: &str, lines: &crate::LineIndex, found: &mut Vec<Found>) {
    let line_of = |line: u32| {
        // Past the end there is no line.
        let Some(start) = lines.start(line) else { return (0, "") };
        (start, text.get(start as usize..).unwrap_or("").split('\n').next().unwrap_or(""))
    };
    let mut told: Vec<(u32, u32)> = Vec::new();
    let mut places: Vec<Span> = Vec::new();
    let mut out: Vec<Found> = Vec::new();
    let mut looked = 0;
    // From where on brackets may seem open that are not.
    let mut miscounted: Option<u32> = None;
    for at in found.iter().map(|f| lines.line(f.problem.span.start)) {
        if at == looked || told.last().is_some_and(|(_, last)| at <= *last) {
            continue;
        }
        let (start, line) = line_of(at);
        let Some(habit) = problems::habit(start, line) else { continue };
        if habit.local {
            places.push(habit.problem.span);
            out.push(Found { problem: habit.problem, noise: false });
            looked = at;
            continue;
        }
        let mut inside = last_inside(text, lines, at);
        if habit.problem.message.starts_with(problems::CASES) {
            // The cases after it are written in the same way, and their braces were counted wrong.
            while problems::habit(line_of(inside + 1).0, line_of(inside + 1).1)
                .is_some_and(|next| next.problem.message == habit.problem.message)
            {
                inside = last_inside(text, lines, inside + 1);
            }
            miscounted.get_or_insert(start);
        }
        told.push((at, if habit.block { inside } else { at }));
        let by_colon = habit.problem.code == problems::MISSING_OPEN;
        // One after the other they say the same.
        if out.last().is_none_or(|last| !habit.block || last.problem.message != habit.problem.message) {
            out.push(Found { problem: habit.problem, noise: false });
        }
        // What goes on with it was read as something else altogether.
        let mut last = inside;
        while by_colon && let Some(problem) = problems::goes_on(line_of(last + 1).0, line_of(last + 1).1) {
            let inside = last_inside(text, lines, last + 1);
            told.push((last + 1, inside));
            out.push(Found { problem, noise: false });
            last = inside;
        }
        if out.len() >= MAX_HABITS {
            break;
        }
    }
    if out.is_empty() {
        return;
    }
    let is_told = |span: Span| {
        // They are in order, and apart.
        let place = places.partition_point(|place| place.end < span.start);
        if places.get(place).is_some_and(|place| place.start <= span.start) {
            return true;
        }
        let line = lines.line(span.start);
        let at = told.partition_point(|(_, last)| *last < line);
        told.get(at).is_some_and(|(first, _)| *first <= line)
    };
    // A bracket that is said to be open on such a line is none.
    found.retain(|f| !is_told(f.problem.span) && !f.problem.related.iter().any(|(span, _)| is_told(*span)));
    let astray = |p: &Problem| p.code == problems::UNCLOSED && miscounted.is_some_and(|from| from <= p.span.start);
    found.retain(|f| !astray(&f.problem));
    found.append(&mut out);
    found.sort_by_key(|f| (f.problem.span.start, f.noise));
}

/// The last line beneath another that is deeper than it.
fn last_inside(text: &str, lines: &crate::LineIndex, line: u32) -> u32 {
    let indent = |line: u32| {
        let start = lines.start(line)? as usize;
        let shown = text.get(start..)?.split('\n').next()?;
        (!shown.trim().is_empty()).then(|| shown.len() - shown.trim_start().len())
    };
    let own = indent(line).unwrap_or(0);
    let mut last = line;
    for next in line + 1..=line.saturating_add(MAX_INSIDE).min(lines.count()) {
        match indent(next) {
            Some(deeper) if deeper > own => last = next,
            Some(_) => break,
            None => {}
        }
    }
    last
}

/// A bracket that does not fit makes its line read as something else; and words of a text that lost its quote look, one
/// after the other, like properties without a colon.
fn drop_followers(lines: &crate::LineIndex, found: &mut Vec<Found>) {
    let brackets = [problems::UNCLOSED, problems::MISSING_OPEN, problems::STRAY_CLOSER];
    let guesses = [problems::MISSING_COLON, problems::MISPLACED, problems::TIGHT_MINUS, problems::UNKNOWN_WORD];
    let line = |f: &Found| lines.line(f.problem.span.start);
    let mended: Vec<u32> = found.iter().filter(|f| !f.noise && brackets.contains(&f.problem.code)).map(line).collect();
    let mut colon = None;
    // A tag that is ended without its name is ended all the same.
    let plain_end =
        found.iter().any(|f| f.problem.code == problems::UNKNOWN_TAG && f.problem.message.contains("by its name"));
    found.retain(|f| {
        if plain_end && f.problem.code == problems::UNBALANCED_TAG {
            return false;
        }
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
