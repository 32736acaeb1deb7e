//! What brackets and indentation say about a text, without understanding it: where a closer is likely to be missing, which
//! closer is likely to be too much, and what is nested beyond all reason.
//!
//! One pass over the bytes. It is only asked for advice when a parse has found brackets that do not fit; a text whose
//! brackets fit may be indented as its author likes.

/// How many brackets may be open at once.
pub(crate) const MAX_OPEN: usize = 96;

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

/// What the brackets say.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// Brackets that want a closer.
    pub(crate) unclosed: Vec<Unclosed>,
    /// Closers that may be too much, the likeliest first.
    pub(crate) surplus: Vec<usize>,
    /// Ranges that are nested too deeply.
    pub(crate) deep: Vec<(usize, usize)>,
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
    /// Whether nothing but blanks was seen on this line.
    fresh: bool,
    /// The end of the last thing that is neither blank nor comment.
    last: usize,
    modes: Vec<Mode>,
    open: Vec<Open>,
    /// Brackets open in holes.
    inner: usize,
    deep_from: Option<usize>,
    out: Layout,
}

/// Looks at the brackets of a text.
pub(crate) fn scan(text: &str) -> Layout {
    let mut scan = Scan {
        bytes: text.as_bytes(),
        at: 0,
        line: 0,
        indent: 0,
        fresh: true,
        last: 0,
        modes: Vec::new(),
        open: Vec::new(),
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
                None => self.code(),
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
        let depth = self.open.len() + self.inner + self.modes.len();
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
            b' ' | b'\t' | b'\r' => {
                if self.fresh {
                    self.indent += 1;
                }
                self.at += 1;
                return;
            }
            b'/' if self.starts(b"//") => return self.comment(),
            b'#' => return self.comment(),
            _ => {}
        }
        let first = self.fresh;
        self.fresh = false;
        if first {
            self.line_begins(byte);
        }
        match byte {
            b'"' => return self.text_begins(),
            b'{' => self.push(b'}'),
            b'(' => self.push(b')'),
            b'[' => self.push(b']'),
            b'}' | b')' | b']' => self.close(byte, first),
            _ => {}
        }
        self.at += 1;
        self.last = self.at;
    }

    fn comment(&mut self) {
        while self.at < self.bytes.len() && self.byte(self.at) != b'\n' {
            self.at += 1;
        }
    }

    fn text_begins(&mut self) {
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
        self.open.push(Open { at: self.at, closer, line: self.line, indent: self.indent });
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
        let Some(fits) = self.open.iter().rposition(|o| o.closer == byte) else {
            self.out.surplus.push(self.at);
            return;
        };
        while self.open.len() > fits + 1 {
            if let Some(top) = self.open.pop() {
                self.flag(top);
            }
        }
        if let Some(top) = self.open.pop()
            && first
            && top.line < self.line
            && self.indent > top.indent
        {
            self.out.surplus.push(self.at);
        }
    }

    /// Notes a missing closer, over a blank between what stands before and what comes now.
    fn flag(&mut self, open: Open) {
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

    /// Whether `end` comes before the line does.
    fn ahead(&self, end: &[u8]) -> bool {
        let rest = self.bytes.get(self.at + 2..).unwrap_or(&[]);
        for (i, byte) in rest.iter().enumerate() {
            if *byte == b'\n' {
                return false;
            }
            if rest.get(i..).is_some_and(|r| r.starts_with(end)) {
                return true;
            }
        }
        false
    }

    fn hole_begins(&mut self) -> bool {
        let tag = self.starts(b"{%");
        if !(tag || self.starts(b"{{")) || !self.ahead(if tag { b"%}" } else { b"}}" }) {
            return false;
        }
        self.modes.push(Mode::Hole { open: 0, tag });
        self.at += 2;
        true
    }

    fn in_line(&mut self) {
        match self.byte(self.at) {
            b'\n' => {
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
