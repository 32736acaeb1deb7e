//! The one form of a file, as `ntroc fmt` gives it.

use crate::{Analysis, Cancellable, Span, TextEdit, lex};

impl Analysis {
    /// The edits that bring a file into its form; none where something in it cannot be read.
    pub fn format(&self, path: &str) -> Cancellable<Vec<TextEdit>> {
        self.go_on()?;
        let Some(file) = self.file(path) else { return Ok(Vec::new()) };
        let Ok(formatted) = ntro_grammar::format(&file.text) else { return Ok(Vec::new()) };
        Ok(line_edits(&file.text, &formatted))
    }

    /// The same for the lines that a range touches.
    pub fn format_range(&self, path: &str, range: Span) -> Cancellable<Vec<TextEdit>> {
        let Some(file) = self.file(path) else { return Ok(Vec::new()) };
        let lines = file.lines();
        let start = lines.start(lines.line(range.start)).unwrap_or(0);
        let end = lines.start(lines.line(range.end) + 1).unwrap_or(u32::MAX);
        let inside = |edit: &TextEdit| edit.span.start >= start && edit.span.end <= end;
        Ok(self.format(path)?.into_iter().filter(inside).collect())
    }

    /// The edits after `typed` (`}` or a line break) was written just before an offset: the indentation of its line, and after a `}` the form of
    /// what it closes. Nothing is done to a line that can only be understood when more is written.
    pub fn format_on_type(&self, path: &str, offset: u32, typed: char) -> Cancellable<Vec<TextEdit>> {
        self.go_on()?;
        let Some(file) = self.file(path) else { return Ok(Vec::new()) };
        let offset = file.inside(offset);
        if typed == '}'
            && let Some(open) = opener(&file.text, offset)
        {
            let edits = self.format_range(path, Span::new(open, offset))?;
            if !edits.is_empty() || ntro_grammar::format(&file.text).is_ok() {
                return Ok(edits);
            }
        }
        let lines = file.lines();
        let start = lines.start(lines.line(offset)).unwrap_or(0);
        let Some(depth) = depth(&file.text, start) else { return Ok(Vec::new()) };
        let line = file.text.get(start as usize..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        let closes = line.trim_start().starts_with(['}', ')', ']']);
        let wanted = "  ".repeat(depth.saturating_sub(usize::from(closes)));
        if line.get(..blanks) == Some(wanted.as_str()) {
            return Ok(Vec::new());
        }
        let span = Span::new(start, start.saturating_add(u32::try_from(blanks).unwrap_or(u32::MAX)));
        Ok(vec![TextEdit { span, text: wanted }])
    }
}

/// The bracket that the one before an offset closes.
fn opener(text: &str, offset: u32) -> Option<u32> {
    let mut open = Vec::new();
    for (at, byte) in lex::code_bytes(text) {
        match byte {
            b'{' | b'[' | b'(' => open.push(at),
            b'}' | b']' | b')' => {
                let start = open.pop();
                if at + 1 == offset {
                    return start;
                }
            }
            _ => {}
        }
    }
    None
}

/// How many brackets are open at the beginning of a line, those of one line counted once; `None` inside a text.
fn depth(text: &str, line_start: u32) -> Option<usize> {
    let inside = |(span, piece): &(Span, lex::Piece)| {
        *piece == lex::Piece::Text && span.start < line_start && line_start < span.end
    };
    if lex::pieces(text).iter().any(inside) {
        return None;
    }
    let mut open: Vec<usize> = Vec::new();
    let mut line = 0;
    let mut before = 0;
    for (at, byte) in lex::code_bytes(text).take_while(|(at, _)| *at < line_start) {
        line += text.get(before..at as usize).unwrap_or_default().matches('\n').count();
        before = at as usize;
        match byte {
            b'{' | b'[' | b'(' => open.push(line),
            b'}' | b']' | b')' => {
                open.pop();
            }
            _ => {}
        }
    }
    open.dedup();
    Some(open.len())
}

/// What differs between two texts, by whole lines.
pub(crate) fn line_edits(old: &str, new: &str) -> Vec<TextEdit> {
    let (a, b): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let mut edits = Vec::new();
    let (mut i, mut j, mut at) = (0, 0, 0);
    while i < a.len() || j < b.len() {
        if i < a.len() && a.get(i) == b.get(j) {
            at += a.get(i).map_or(0, |line| line.len());
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let (skip_a, skip_b) = next_same(a.get(i..).unwrap_or_default(), b.get(j..).unwrap_or_default());
        let removed: usize = a.iter().skip(i).take(skip_a).map(|line| line.len()).sum();
        let text: String = b.iter().skip(j).take(skip_b).copied().collect();
        edits.push(TextEdit { span: lex::span(at, at + removed), text });
        at += removed;
        (i, j) = (i + skip_a, j + skip_b);
    }
    edits
}

/// How far ahead lines are compared: the formatter moves lines only a little.
const AHEAD: usize = 64;

/// How many lines of each are passed until the same line comes in both.
fn next_same(a: &[&str], b: &[&str]) -> (usize, usize) {
    for far in 1..AHEAD.min(a.len() + b.len()) {
        for x in 0..=far {
            let y = far - x;
            let same = a.get(x).is_some_and(|line| b.get(y) == Some(line) && !line.trim().is_empty());
            if same {
                return (x, y);
            }
        }
    }
    (a.len(), b.len())
}
