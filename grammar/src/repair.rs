//! Repair of brackets: a missing `}` is put over a blank where the indentation says that it belongs, so that every offset
//! stays, and the text is parsed again. A repair is kept only when less is wrong afterwards than before.

use crate::build::{Found, Read, read};
use crate::layout::{self, Layout, Swallowed, Unclosed};
use crate::problems;
use crate::{Edit, Problem, Span};

/// A text whose brackets fit as well as could be, and what was said while making them fit.
pub(crate) struct Repaired {
    /// The text, of the same length as before.
    pub(crate) text: String,
    /// Where a bracket was put over a blank, in order.
    pub(crate) braces: Vec<u32>,
    /// What was repaired.
    pub(crate) found: Vec<Found>,
}

/// One change of a few bytes, and how it is told.
#[derive(Clone)]
struct Change {
    at: usize,
    bytes: Vec<u8>,
    /// Whether what is written over may be more than blanks.
    bold: bool,
    problem: Problem,
}

/// How often a text is parsed anew; large ones are not worth the time.
fn rounds(text: &str) -> usize {
    match text.len() {
        0..200_000 => 12,
        200_000..1_000_000 => 4,
        _ => 1,
    }
}

/// Blanks out what is nested too deeply for any reader; `None` where nothing is.
pub(crate) fn flatten(text: &str, layout: &Layout) -> Option<(String, Found)> {
    let (first, _) = layout.deep.first()?;
    let mut bytes = text.as_bytes().to_vec();
    for (from, to) in &layout.deep {
        for byte in bytes.get_mut(*from..*to).unwrap_or(&mut []) {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    let at = span(first.saturating_sub(1), *first);
    let found = Found { problem: problems::too_deep(at), noise: false };
    // Ranges begin and end at brackets, so no character is cut; if one were, the text would be left empty of meaning.
    Some((String::from_utf8(bytes).unwrap_or_else(|_| " ".repeat(text.len())), found))
}

/// Makes the brackets fit, where that leaves less wrong. `bad` is what the parse of `text` found.
pub(crate) fn repair(text: &str, bad: usize, openers: &[usize]) -> Option<Repaired> {
    let mut now = text.to_owned();
    let mut bad = bad;
    let mut openers = openers.to_vec();
    let mut done: Vec<Change> = Vec::new();
    let mut left = rounds(text);
    while left > 0 && bad > 0 {
        let layout = layout::scan(&now);
        let mut best: Option<(usize, Vec<Change>, String, Vec<usize>)> = None;
        for changes in candidates(&now, &layout, &openers) {
            if left == 0 {
                break;
            }
            left -= 1;
            let Some(next) = apply(&now, &changes) else { continue };
            let Some(Read { bad: after, .. }) = read(&next, &[]) else { continue };
            let limit = best.as_ref().map_or(bad, |(places, ..)| *places);
            // Each change must pay for itself.
            if after.places + changes.len() <= bad.max(1) && after.places < limit {
                let enough = after.places == 0 || after.closers == 0;
                best = Some((after.places, changes, next, after.openers));
                if enough {
                    break;
                }
            }
        }
        let Some((places, changes, next, next_openers)) = best else { break };
        (bad, now, openers) = (places, next, next_openers);
        done.extend(changes);
    }
    if done.is_empty() {
        return None;
    }
    let mut braces: Vec<u32> = done.iter().flat_map(Change::brackets).collect();
    braces.sort_unstable();
    let found = done.into_iter().map(|c| Found { problem: c.problem, noise: false }).collect();
    Some(Repaired { text: now, braces, found })
}

/// What may be tried, the likeliest first.
fn candidates(text: &str, layout: &Layout, openers: &[usize]) -> Vec<Vec<Change>> {
    let mut out: Vec<Vec<Change>> =
        layout.swallowed.iter().take(4).filter_map(end_text).map(|change| vec![change]).collect();
    let closers: Vec<Change> = layout.unclosed.iter().map(|u| closer(text, u)).collect();
    out.extend(closers.iter().take(4).map(|first| vec![first.clone()]));
    if closers.len() > 1 {
        out.push(closers.iter().take(32).cloned().collect());
    }
    // After a brace nothing wants to be opened; there the brace itself is what is odd.
    let odd = |at: usize| text.get(..at).is_some_and(|t| t.ends_with(['{', '}', ';', ',']));
    for at in openers.iter().filter(|at| !odd(**at)).take(3) {
        out.push(vec![opener(text, *at)]);
    }
    for at in layout.surplus.iter().take(2) {
        let here = span(*at, at + 1);
        let sign = text.get(*at..*at + 1).unwrap_or("}");
        let problem = problems::stray_closer(here, sign);
        out.push(vec![Change { at: *at, bytes: vec![b' '], bold: true, problem }]);
    }
    out
}

fn apply(text: &str, changes: &[Change]) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    for change in changes {
        let range = bytes.get_mut(change.at..change.at + change.bytes.len())?;
        if !range.iter().all(|byte| byte.is_ascii_whitespace() || (change.bold && byte.is_ascii())) {
            return None;
        }
        range.copy_from_slice(&change.bytes);
    }
    String::from_utf8(bytes).ok()
}

fn closer(text: &str, unclosed: &Unclosed) -> Change {
    let sign = char::from(unclosed.closer).to_string();
    let open = span(unclosed.open, unclosed.open + 1);
    let before = text.get(..unclosed.open).unwrap_or("");
    let head = before.rsplit('\n').next().unwrap_or("").trim();
    let mut problem = problems::unclosed(span(unclosed.after, unclosed.after), Some(open), &sign);
    if unclosed.closer == b'}' && !head.is_empty() && !head.starts_with(['}', ')', ']']) {
        problem.message = format!("The `{{` of `{}` is never closed.", problems::short(head));
    }
    let line_end = |at: usize| text.get(at..).and_then(|t| t.find('\n')).map_or(text.len(), |i| at + i);
    let same_line = line_end(unclosed.open) == line_end(unclosed.after);
    let insert = if unclosed.closer != b'}' {
        (unclosed.after, sign)
    } else if same_line {
        (unclosed.after, format!(" {sign}"))
    } else {
        let indent: String =
            before.rsplit('\n').next().unwrap_or("").chars().take_while(|c| c.is_whitespace()).collect();
        (line_end(unclosed.after), format!("\n{indent}{sign}"))
    };
    problem.fix = Some(Edit { span: span(insert.0, insert.0), text: insert.1 });
    Change { at: unclosed.place, bytes: vec![unclosed.closer], bold: false, problem }
}

fn opener(text: &str, at: usize) -> Change {
    let head = text.get(..at).unwrap_or("").rsplit('\n').next().unwrap_or("").trim();
    let rest = text.get(at..).unwrap_or("").split('\n').next().unwrap_or("");
    let word = head.split_whitespace().next_back().unwrap_or("");
    let problem = match problems::opened_otherwise(span(at, at), word, rest) {
        Some(problem) => problem,
        None => {
            let mut problem = problems::missing_open(span(at, at), &format!("`{}`", problems::short(head)));
            problem.fix = Some(Edit { span: span(at, at), text: " {".to_owned() });
            problem
        }
    };
    Change { at, bytes: vec![b'{'], bold: false, problem }
}

/// Ends a text at the end of its line, and with it the brackets of the line.
fn end_text(swallowed: &Swallowed) -> Option<Change> {
    let mut bytes = vec![b'"'];
    bytes.extend(&swallowed.closers);
    let at = swallowed.end.checked_sub(bytes.len()).filter(|at| *at > swallowed.start)?;
    let problem = problems::unclosed_string(span(swallowed.start, swallowed.end), span(swallowed.end, swallowed.end));
    Some(Change { at, bytes, bold: true, problem })
}

impl Change {
    /// Where brackets stand that are not in the text.
    fn brackets(&self) -> impl Iterator<Item = u32> {
        let signs = self.bytes.iter().zip(self.at as u32..);
        signs.filter(|(byte, _)| !matches!(**byte, b' ' | b'"')).map(|(_, at)| at)
    }
}

fn span(start: usize, end: usize) -> Span {
    crate::build::span(start, end)
}
