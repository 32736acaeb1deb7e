//! What brackets and indentation say about a text, without understanding it: where a closer is likely to be missing, which
//! closer is likely to be too much, and what is nested beyond all reason.
//!
//! One pass over the bytes. It is only asked for advice when a parse has found brackets that do not fit; a text whose
//! brackets fit may be indented as its author likes.

use crate::scan::{is_blank, is_sign, is_word};

/// How many brackets may be open at once.
pub(crate) const MAX_OPEN: usize = 96;

/// How many `{{` without their `}}` are looked at on one line: the parser looks for the end of each anew.
const MAX_OPEN_HOLES: usize = 64;

/// How many hints of a kind are kept.
const MAX_HINTS: usize = 256;

/// A bracket that is open while the lines below it are no longer inside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unclosed {
    /// The opening bracket.
    pub(crate) open: usize,
    /// The closer that it needs.
    pub(crate) closer: u8,
    /// A blank that may become the closer.
    pub(crate) place: usize,
    /// The end of what stands before it.
    pub(crate) after: usize,
}

/// A text in `"` that does not end on its line and has swallowed closers of that line.
#[derive(Debug, Clone)]
pub(crate) struct Swallowed {
    /// The quote that opens it.
    pub(crate) start: usize,
    /// The end of the line.
    pub(crate) end: usize,
    /// The closers that the line still needs, in order.
    pub(crate) closers: Vec<u8>,
}

/// What the brackets say.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// Texts that swallowed closers.
    pub(crate) swallowed: Vec<Swallowed>,
    /// Brackets that want a closer.
    pub(crate) unclosed: Vec<Unclosed>,
    /// Closers that may be too much, the likeliest first.
    pub(crate) surplus: Vec<usize>,
    /// Ranges that are nested too deeply.
    pub(crate) deep: Vec<(usize, usize)>,
    /// How deep the deepest place is.
    #[cfg(test)]
    pub(crate) deepest: usize,
}

#[derive(Clone, Copy)]
struct Open {
    at: usize,
    closer: u8,
    line: usize,
    indent: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Inside `"…"`.
    Line,
    /// Inside `"""…"""`.
    Block,
    /// Inside `{{ … }}` of a text; the number of brackets that are open in it.
    Hole { open: usize, tag: bool },
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    line: usize,
    indent: usize,
    /// The blanks before the line on which the item of this line began.
    base: usize,
    /// Whether nothing but blanks was seen on this line.
    fresh: bool,
    /// The end of the last thing that is neither blank nor comment.
    last: usize,
    modes: Vec<Mode>,
    /// Where the text that is being read begins.
    text: usize,
    open: Vec<Open>,
    /// Brackets that are open beyond the bound.
    over: usize,
    /// The last `}}` and `%}` of a line, and where that line ends.
    ends: (usize, usize, usize),
    /// `{{` of this line that have no `}}`.
    open_holes: usize,
    /// Brackets open in holes.
    inner: usize,
    deep_from: Option<usize>,
    out: Layout,
}

/// Whether anything in a text may be nested beyond the bound; [`scan`] says what. Nearly every text is told from such a one by counting, for a
/// small part of the time.
///
/// A line that is not deeper than the line of an open bracket is no longer inside it, so of all lines with one indentation only one has
/// open brackets at a time. What goes on with a line before it, or closes, may be inside a line as deep as itself: all their brackets count. What is
/// open in the holes of texts is of one line, and each bracket begins at most a hole and a text in it.
pub(crate) fn may_be_deep(text: &str) -> bool {
    bound(text) > MAX_OPEN
}

/// How deeply a text is nested at most.
fn bound(text: &str) -> usize {
    /// What is indented further counts as going on.
    const DEEPEST: usize = 64;
    let (mut at_indents, mut others, mut most) = ([0_usize; DEEPEST], 0, 0);
    for line in text.as_bytes().split(|byte| *byte == b'\n') {
        let opens = line.iter().filter(|byte| matches!(byte, b'{' | b'(' | b'[')).count();
        if opens == 0 {
            continue;
        }
        most = opens.max(most);
        let indent = line.iter().position(|byte| !is_blank(*byte)).unwrap_or(line.len());
        let begin = line.get(indent..).unwrap_or_default();
        let goes_on = matches!(begin.first(), Some(b'}' | b')' | b']' | b'.' | b'?'))
            || [&b"else"[..], b"and", b"or"].iter().any(|word| begin.starts_with(word))
            || line.windows(3).any(|three| three == b"\"\"\"");
        match at_indents.get_mut(indent).filter(|_| !goes_on) {
            Some(held) => *held = opens.max(*held),
            None => others += opens,
        }
    }
    // A line in a text counts as one of code too, which makes the sum only larger.
    at_indents.iter().sum::<usize>() + others + 2 * most + 4
}

/// Looks at the brackets of a text.
pub(crate) fn scan(text: &str) -> Layout {
    let mut scan = Scan {
        bytes: text.as_bytes(),
        at: 0,
        line: 0,
        indent: 0,
        base: 0,
        fresh: true,
        last: 0,
        modes: Vec::new(),
        text: 0,
        open: Vec::new(),
        over: 0,
        ends: (0, 0, 0),
        open_holes: 0,
        inner: 0,
        deep_from: None,
        out: Layout::default(),
    };
    scan.run();
    scan.out
}

impl Scan<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn starts(&self, with: &[u8]) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(with))
    }

    fn run(&mut self) {
        while self.at < self.bytes.len() {
            match self.modes.last().copied() {
                None => {
                    let (open, over) = (self.open.len(), self.over);
                    self.code();
                    if self.open.len() == open && self.over == over && self.modes.is_empty() {
                        continue;
                    }
                }
                Some(Mode::Line) => self.in_line(),
                Some(Mode::Block) => self.in_block(),
                Some(Mode::Hole { open, tag }) => self.in_hole(open, tag),
            }
            self.depth();
        }
        if let Some(from) = self.deep_from.take() {
            self.out.deep.push((from, self.bytes.len()));
        }
        // What was flagged first stays first; closers that match nothing were found later and are surer.
        self.out.surplus.dedup();
    }

    /// Notes where the nesting goes beyond the bound and where it comes back.
    fn depth(&mut self) {
        let depth = self.open.len() + self.over + self.inner + self.modes.len();
        #[cfg(test)]
        {
            self.out.deepest = depth.max(self.out.deepest);
        }
        match self.deep_from {
            None if depth > MAX_OPEN => self.deep_from = Some(self.at),
            Some(from) if depth <= MAX_OPEN => {
                self.out.deep.push((from, self.at.saturating_sub(1).max(from)));
                self.deep_from = None;
            }
            _ => {}
        }
    }

    fn newline(&mut self) {
        self.line += 1;
        self.indent = 0;
        self.fresh = true;
        self.at += 1;
    }

    fn code(&mut self) {
        let byte = self.byte(self.at);
        match byte {
            b'\n' => return self.newline(),
            _ if is_blank(byte) => {
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                let blanks = rest.iter().position(|byte| !is_blank(*byte)).unwrap_or(rest.len());
                if self.fresh {
                    self.indent += blanks;
                }
                self.at += blanks;
                return;
            }
            b'/' if self.starts(b"//") => return self.comment(),
            b'#' => return self.comment(),
            _ => {}
        }
        let first = self.fresh;
        self.fresh = false;
        if first {
            // A line that goes on with `else`, `and` or `.field` is as deep as what it goes on with.
            if !self.goes_on(byte) {
                self.base = self.indent;
            }
            self.line_begins(byte);
        }
        match byte {
            b'"' => return self.text_begins(),
            b'{' => self.push(b'}'),
            b'(' => self.push(b')'),
            b'[' => self.push(b']'),
            b'}' | b')' | b']' => self.close(byte, first),
            // Most of a text is words with blanks between them, of which one letter says as much as the next.
            _ if is_word(byte) => return self.pass_words(),
            _ => {}
        }
        self.at += 1;
        self.last = self.at;
    }

    /// Passes what is like the byte here.
    fn pass(&mut self, like: fn(u8) -> bool) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| like(**byte)).count();
        self.last = self.at;
    }

    /// Passes words, blanks and other signs that open, close and end nothing.
    fn pass_words(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let passed = rest.iter().position(|byte| is_sign(*byte)).unwrap_or(rest.len());
        let blanks = rest.iter().take(passed).rev().take_while(|byte| is_blank(**byte)).count();
        self.last = self.at + passed - blanks;
        self.at += passed;
    }

    fn goes_on(&self, byte: u8) -> bool {
        let word = |with: &[u8]| self.starts(with) && !self.byte(self.at + with.len()).is_ascii_alphanumeric();
        byte == b'.' || byte == b'?' || word(b"else") || word(b"and") || word(b"or")
    }

    fn comment(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    }

    fn text_begins(&mut self) {
        self.text = self.at;
        if self.starts(b"\"\"\"") {
            self.modes.push(Mode::Block);
            self.at += 3;
        } else {
            self.modes.push(Mode::Line);
            self.at += 1;
        }
        self.last = self.at;
    }

    fn push(&mut self, closer: u8) {
        if self.open.len() > MAX_OPEN {
            self.over += 1;
            return;
        }
        self.open.push(Open { at: self.at, closer, line: self.line, indent: self.base });
    }

    /// A line that is not deeper than the line of an open bracket is no longer inside it.
    fn line_begins(&mut self, byte: u8) {
        let closer = matches!(byte, b'}' | b')' | b']');
        while let Some(top) = self.open.last().copied() {
            let out = if closer { self.indent < top.indent } else { self.indent <= top.indent };
            if top.line == self.line || !out {
                return;
            }
            self.open.pop();
            self.flag(top);
        }
    }

    fn close(&mut self, byte: u8, first: bool) {
        if self.over > 0 {
            self.over -= 1;
            return;
        }
        let Some(fits) = self.open.iter().rposition(|o| o.closer == byte) else {
            return self.surplus();
        };
        while self.open.len() > fits + 1 {
            if let Some(top) = self.open.pop() {
                self.flag(top);
            }
        }
        // A closer at the end of a line closes what the line opened; one on its own is as deep as what it closes.
        if let Some(top) = self.open.pop()
            && top.line < self.line
            && (!first || self.indent > top.indent)
        {
            self.surplus();
        }
    }

    fn surplus(&mut self) {
        if self.out.surplus.len() < MAX_HINTS {
            self.out.surplus.push(self.at);
        }
    }

    /// Notes a missing closer, over a blank between what stands before and what comes now.
    fn flag(&mut self, open: Open) {
        if self.out.unclosed.len() >= MAX_HINTS {
            return;
        }
        let start = self.at - self.indent.min(self.at);
        let blank =
            |at: usize| at < self.at && at >= self.last && matches!(self.byte(at), b' ' | b'\t' | b'\n' | b'\r');
        let taken = |at: usize| self.out.unclosed.iter().any(|u| u.place == at);
        // From the beginning of this line, so that comments above it stay comments; else right after the last thing.
        let mut place = (start..self.at).find(|at| blank(*at) && !taken(*at));
        if place.is_none() {
            place = Some(self.last).filter(|at| blank(*at) && !taken(*at));
        }
        if let Some(place) = place {
            self.out.unclosed.push(Unclosed { open: open.at, closer: open.closer, place, after: self.last });
        }
    }

    /// Whether the hole that begins here ends on its line. The ends of a line are found once.
    fn ahead(&mut self, tag: bool) -> bool {
        if self.at >= self.ends.2 {
            let rest = self.bytes.get(self.at..).unwrap_or(&[]);
            let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            let line = rest.get(..line).unwrap_or(rest);
            let last = |sign: &[u8]| line.windows(2).rposition(|pair| pair == sign).map_or(0, |i| self.at + i);
            self.ends = (last(b"}}"), last(b"%}"), self.at + line.len());
            self.open_holes = 0;
        }
        self.at + 2 <= if tag { self.ends.1 } else { self.ends.0 }
    }

    fn hole_begins(&mut self) -> bool {
        let tag = self.starts(b"{%");
        if !(tag || self.starts(b"{{")) {
            return false;
        }
        if !self.ahead(tag) {
            self.open_holes += 1;
            if self.open_holes == MAX_OPEN_HOLES {
                self.out.deep.push((self.at, self.ends.2));
            }
            return false;
        }
        self.modes.push(Mode::Hole { open: 0, tag });
        self.at += 2;
        true
    }

    /// A text does not end on this line: the brackets of the line are closed with it.
    fn swallow(&mut self) {
        let here = self.open.iter().rev().take_while(|open| open.line == self.line);
        let closers: Vec<u8> = here.map(|open| open.closer).collect();
        if !closers.is_empty() {
            self.out.swallowed.push(Swallowed { start: self.text, end: self.at, closers });
        }
    }

    fn in_line(&mut self) {
        match self.byte(self.at) {
            b'\n' => {
                self.swallow();
                self.modes.pop();
                // A text in a hole ends its hole too: neither goes over the line.
                while self.modes.last().is_some_and(|m| *m != Mode::Block) {
                    self.leave();
                }
                if self.modes.is_empty() {
                    return;
                }
                return self.newline();
            }
            b'\\' => {
                self.at += if self.byte(self.at + 1) == b'\n' { 1 } else { 2 };
                return;
            }
            b'"' => {
                self.modes.pop();
                self.at += 1;
                self.last = self.at;
                return;
            }
            // A title whose quote is missing does not eat its block's brace.
            b' ' if self.starts(b" {\n") || self.starts(b" {\r\n") => {
                self.modes.pop();
                return;
            }
            b'{' if self.hole_begins() => return,
            byte if plain(byte) => return self.pass(plain),
            _ => {}
        }
        self.at += 1;
        self.last = self.at;
    }

    fn in_block(&mut self) {
        match self.byte(self.at) {
            b'\n' => return self.newline(),
            b'"' if self.starts(b"\"\"\"") => {
                self.modes.pop();
                self.at += 3;
                self.last = self.at;
                self.fresh = false;
                return;
            }
            b'{' if self.hole_begins() => return,
            b'\\' => self.at += 1,
            byte if plain(byte) => return self.pass(plain),
            _ => {}
        }
        self.at += 1;
        self.last = self.at;
    }

    /// Ends a mode and forgets the brackets of a hole.
    fn leave(&mut self) {
        if let Some(Mode::Hole { open, .. }) = self.modes.pop() {
            self.inner = self.inner.saturating_sub(open);
        }
    }

    fn in_hole(&mut self, open: usize, tag: bool) {
        let byte = self.byte(self.at);
        match byte {
            b'\n' => {
                self.leave();
                return;
            }
            b'"' if self.modes.first() == Some(&Mode::Line) || !self.starts(b"\"\"\"") => {
                self.modes.push(Mode::Line);
                self.at += 1;
                return;
            }
            b'%' if tag && self.starts(b"%}") => {
                self.leave();
                self.at += 2;
                self.last = self.at;
                return;
            }
            b'}' if !tag && open == 0 && self.starts(b"}}") => {
                self.leave();
                self.at += 2;
                self.last = self.at;
                return;
            }
            b'(' | b'[' | b'{' => self.set_open(open + 1, tag, true),
            b')' | b']' | b'}' if open > 0 => self.set_open(open - 1, tag, false),
            _ => {}
        }
        self.at += 1;
    }

    fn set_open(&mut self, open: usize, tag: bool, more: bool) {
        if let Some(mode) = self.modes.last_mut() {
            *mode = Mode::Hole { open, tag };
            self.inner = if more { self.inner + 1 } else { self.inner.saturating_sub(1) };
        }
    }
}

/// What means nothing but itself in a text.
fn plain(byte: u8) -> bool {
    !matches!(byte, b'\n' | b'\\' | b'"' | b' ' | b'{')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{bound, scan};

    const PIECES: &[&str] = &[
        "{",
        "{",
        "(",
        "[",
        "}",
        ")",
        "]",
        "\"",
        "\"\"\"",
        "{{",
        "}}",
        "{%",
        "%}",
        "\n",
        "\n",
        "\n",
        "\n  ",
        "\n  ",
        "\n    ",
        "\n    ",
        "\n      ",
        "\n\t",
        "\r\n",
        " {\n",
        "else",
        "and ",
        ".map",
        "?",
        "x",
        "x",
        " ",
        "//",
        "#",
        "\\",
        "€",
        "} else {",
        "\"a {{ b(c) }}\"",
    ];

    #[test]
    fn lines_that_go_on_count_each() {
        let shapes = [") {\n", "  .x(\n", "  else {\n", "(", "  ? [\n", "  and (\n"];
        for shape in shapes {
            let text = format!("{{\n{}", shape.repeat(200));
            assert!(scan(&text).deepest > 90, "{shape:?} is no such line");
            assert!(bound(&text) > super::MAX_OPEN, "{shape:?}");
        }
        // Lines beside each other hold nothing of one another.
        assert!(bound(&"step a { show(b[0])\n  }\n".repeat(200)) <= super::MAX_OPEN);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nothing_is_deeper_than_the_bound(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..200)) {
            let text = pieces.concat();
            prop_assert!(scan(&text).deepest <= bound(&text), "{} > {}: {text:?}", scan(&text).deepest, bound(&text));
        }
    }

    /// The closers that a text wants, each with the line that it belongs before.
    fn wants(text: &str) -> Vec<(char, usize)> {
        let line = |at: usize| text.bytes().take(at).filter(|b| *b == b'\n').count() + 1;
        scan(text).unclosed.iter().map(|u| (char::from(u.closer), line(u.place))).collect()
    }

    #[test]
    fn indentation_tells_where_a_closer_belongs() {
        assert_eq!(wants("a {\n  b\n}\nc {\n  d(\n    e\n  )\n}\n"), []);
        assert_eq!(wants("a {\n  b {\n    c\n\n  d {\n  }\n}\n"), [('}', 5)]);
        assert_eq!(wants("a {\n  b(c, [d\n  e\n}\n"), [(']', 3), (')', 3)]);
    }

    #[test]
    fn lines_that_go_on_are_as_deep_as_what_they_go_on_with() {
        assert_eq!(wants("a {\n  repeat until b\n    else c {\n    d\n  }\n}\n"), []);
    }

    #[test]
    fn texts_and_comments_hold_no_brackets() {
        assert_eq!(wants("a { // {\n  \"{ ( {{ x }} [\"\n  \"\"\"\n{ {\n\"\"\"\n}\n"), []);
    }

    #[test]
    fn what_is_beyond_all_reason_is_marked() {
        assert_eq!(scan(&"(".repeat(1000)).deep.len(), 1);
        assert_eq!(scan("((([[[{{{").deep, []);
    }
}
