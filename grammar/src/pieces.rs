//! A text read in pieces: one for each declaration, so that an edit has only its own piece read anew.
//!
//! A piece begins where a declaration begins at the left margin, with the comments above it. Where every bracket is closed the pieces give
//! the same tree as the whole text; where one is not, the piece ends all the same at the next declaration, as long as the lines before it are
//! indented. What a piece gives depends on its text alone, so the same text always gives the same, whatever was known before.

use std::sync::Arc;

use crate::ast::File;
use crate::shift::Shift;
use crate::{Parsed, Problem, parse};

/// The most problems that are told of one text.
const MAX_PROBLEMS: usize = 5_000;
/// Larger texts are not read at all; the message about it is the parser's.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// A piece of a text with its tree, places counted from its own beginning.
#[derive(Debug)]
pub struct Piece {
    text: Box<str>,
    parsed: Parsed,
}

/// A piece in its text.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The piece; the same one where the text of a declaration did not change.
    pub piece: Arc<Piece>,
    /// Where it begins.
    pub start: u32,
    /// The index of its first declaration in the tree.
    pub first: usize,
}

impl Placed {
    /// The byte after its last.
    pub fn end(&self) -> u32 {
        self.start.saturating_add(size(self.piece.text.len()))
    }
}

impl Piece {
    /// What it says.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Reads a text in pieces. What was read before is used again where it is still there.
pub fn parse_pieces(text: &str, before: &[Placed]) -> (Parsed, Vec<Placed>) {
    if text.len() > MAX_BYTES {
        return (parse(text), Vec::new());
    }
    let parts = split(text);
    let same = |part: &&str, old: &Placed| **part == *old.piece.text;
    let head = parts.iter().zip(before).take_while(|(part, old)| same(part, old)).count();
    let most = parts.len().min(before.len()) - head;
    let tail = parts.iter().rev().zip(before.iter().rev()).take(most).take_while(|(part, old)| same(part, old)).count();
    let mut all = Vec::with_capacity(parts.len());
    let (mut decls, mut comments, mut problems) = (Vec::new(), Vec::new(), Vec::<Problem>::new());
    let mut start = 0;
    for (index, part) in parts.iter().enumerate() {
        let from_end = parts.len() - index;
        let old = if index < head {
            before.get(index)
        } else if from_end <= tail {
            before.get(before.len() - from_end)
        } else {
            None
        };
        let piece = match old {
            Some(old) => old.piece.clone(),
            None => Arc::new(Piece { text: (*part).into(), parsed: parse(part) }),
        };
        all.push(Placed { piece: piece.clone(), start, first: decls.len() });
        append(&mut decls, &piece.parsed.file.decls, start);
        append(&mut comments, &piece.parsed.file.comments, start);
        append(&mut problems, &piece.parsed.problems, start);
        start = start.saturating_add(size(part.len()));
    }
    problems.truncate(MAX_PROBLEMS);
    (Parsed { file: File { decls, comments }, problems }, all)
}

fn append<T: Shift + Clone>(to: &mut Vec<T>, from: &[T], by: u32) {
    let first = to.len();
    to.extend_from_slice(from);
    to.iter_mut().skip(first).for_each(|item| item.shift(by));
}

fn size(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Words that begin a declaration, and whether one may do so while a bracket before it is open: inside bodies `agent` and `signal` mean
/// something else.
const OPENERS: [(&str, bool); 13] = [
    ("runbook", true),
    ("type", true),
    ("enum", true),
    ("role", true),
    ("capability", true),
    ("capabilities", true),
    ("import", true),
    ("workflow", true),
    ("scenario", true),
    ("fn", true),
    ("extern", true),
    ("signal", false),
    ("agent", false),
];

/// The pieces of a text, in order and without gaps.
fn split(text: &str) -> Vec<&str> {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0, depth: 0, margin: false, code_end: 0, begun: false };
    let mut starts = vec![0];
    while scan.at < scan.bytes.len() {
        if scan.begins_declaration() {
            starts.push(scan.next_line(scan.code_end));
            (scan.depth, scan.margin) = (0, false);
        }
        scan.line();
    }
    starts.dedup();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).filter_map(|(start, end)| text.get(*start..end)).collect()
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    /// How many brackets are open.
    depth: usize,
    /// Whether a line inside brackets began at the left margin.
    margin: bool,
    /// The end of the last piece of code.
    code_end: usize,
    /// Whether there was code before.
    begun: bool,
}

impl Scan<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn starts(&self, with: &str) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(with.as_bytes()))
    }

    /// The beginning of the line after a place.
    fn next_line(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        rest.iter().position(|byte| *byte == b'\n').map_or(self.bytes.len(), |found| at + found + 1)
    }

    /// Whether a declaration begins at this line's beginning, and not the first one.
    fn begins_declaration(&self) -> bool {
        // Nearly every line is indented, which one look at its first letter tells.
        if !self.byte(self.at).is_ascii_lowercase() || !self.begun || (self.depth > 0 && self.margin) {
            return false;
        }
        let begins = |(word, inside): &(&str, bool)| {
            let after = self.at + word.len();
            let next = self.byte(after + 1);
            let named = self.byte(after) == b' ' && (next.is_ascii_alphabetic() || matches!(next, b'_' | b'"' | b'{'));
            self.starts(word) && named && (self.depth == 0 || *inside)
        };
        OPENERS.iter().any(begins)
    }

    /// Passes a line, and the lines of a long text that begins on it.
    fn line(&mut self) {
        let first = self.byte(self.at);
        let plain = first.is_ascii_whitespace() || matches!(first, b'}' | b')' | b']') || self.starts("//");
        self.margin |= self.depth > 0 && !plain;
        while self.at < self.bytes.len() {
            let byte = self.byte(self.at);
            match byte {
                b'\n' => {
                    self.at += 1;
                    return;
                }
                b'/' if self.starts("//") => {
                    self.at = self.next_line(self.at);
                    return;
                }
                b' ' | b'\t' | b'\r' => {
                    self.at += 1;
                    continue;
                }
                b'"' => self.text(),
                b'{' | b'(' | b'[' => self.depth += 1,
                b'}' | b')' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            if byte != b'"' {
                self.at += 1;
            }
            self.begun = true;
            self.code_end = self.at;
        }
    }

    /// Passes a text: a short one ends at the latest with its line.
    fn text(&mut self) {
        let long = self.starts("\"\"\"");
        self.at += if long { 3 } else { 1 };
        while self.at < self.bytes.len() {
            match self.byte(self.at) {
                b'\\' if self.byte(self.at + 1) != b'\n' => self.at += 2,
                b'\n' if !long => return,
                b'"' if !long => {
                    self.at += 1;
                    return;
                }
                b'"' if self.starts("\"\"\"") => {
                    self.at += 3;
                    return;
                }
                _ => self.at += 1,
            }
        }
        self.at = self.at.min(self.bytes.len());
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "a test may stop where it stands")]
mod tests {
    use super::{parse_pieces, split};

    #[test]
    fn declarations_begin_pieces_with_their_comments() {
        let text = "// first\nrole a\n\n/// About it.\ntype B {\n  c: text\n}\nrunbook d \"D\" {\n}\n";
        assert_eq!(
            split(text),
            ["// first\nrole a\n", "\n/// About it.\ntype B {\n  c: text\n}\n", "runbook d \"D\" {\n}\n"]
        );
    }

    #[test]
    fn what_is_open_ends_with_the_next_declaration() {
        let text = "runbook a \"A\" {\n  step s \"S\" {\n\nrunbook b \"B\" {\n}\n";
        assert_eq!(split(text).len(), 2);
        let text = "scenario \"x\" for a {\nsignal b { c: 1 }\n}\n";
        assert_eq!(split(text).len(), 1, "a line of a scenario is no declaration");
        let text = "runbook a \"A\" {\nstep s \"S\" {\nrunbook b \"B\" {\n";
        assert_eq!(split(text).len(), 1, "without indentation nothing is known");
    }

    #[test]
    fn long_texts_hold_no_declarations() {
        assert_eq!(split("fn a() -> text = \"\"\"\ntype B {\n\"\"\"\nrole c\n").len(), 2);
    }

    #[test]
    fn what_did_not_change_is_not_read_again() {
        let (_, before) = parse_pieces("role a\ntype B { c: text }\nrole d\n", &[]);
        let (_, after) = parse_pieces("role a\n\n\ntype B { c: int }\nrole d\n", &before);
        let same = |index: usize| std::sync::Arc::ptr_eq(&before[index].piece, &after[index].piece);
        assert_eq!([same(0), same(1), same(2)], [true, false, true]);
    }
}
