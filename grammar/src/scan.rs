//! Passes lines of a text and counts its brackets; those in texts and comments are none.

/// A look at the lines of a text.
pub(crate) struct Scan<'t> {
    bytes: &'t [u8],
    /// Where it is.
    pub(crate) at: usize,
    /// How many brackets are open.
    pub(crate) depth: usize,
    /// Whether a line inside brackets began at the left margin.
    pub(crate) margin: bool,
    /// The end of the last piece of code.
    pub(crate) code_end: usize,
    /// Whether there was code before.
    pub(crate) begun: bool,
}

impl<'t> Scan<'t> {
    /// At the beginning of a text.
    pub(crate) fn new(text: &'t str) -> Scan<'t> {
        Scan { bytes: text.as_bytes(), at: 0, depth: 0, margin: false, code_end: 0, begun: false }
    }

    /// Whether there is more.
    pub(crate) fn more(&self) -> bool {
        self.at < self.bytes.len()
    }

    /// The byte at a place; 0 past the end.
    pub(crate) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// The bytes of a place.
    pub(crate) fn words(&self, start: usize, end: usize) -> &'t [u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// Whether it is at some words.
    pub(crate) fn starts(&self, with: &str) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(with.as_bytes()))
    }

    /// The beginning of the line after a place.
    pub(crate) fn next_line(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        rest.iter().position(|byte| *byte == b'\n').map_or(self.bytes.len(), |found| at + found + 1)
    }

    /// Passes a line, and the lines of a long text that begins on it.
    pub(crate) fn line(&mut self) {
        let first = self.byte(self.at);
        let plain = first.is_ascii_whitespace() || matches!(first, b'}' | b')' | b']') || self.starts("//");
        self.margin |= self.depth > 0 && !plain;
        while self.at < self.bytes.len() {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            // Most of a text is words, which need no second look.
            let word = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
            if word > 0 {
                self.at += word;
                self.begun = true;
                self.code_end = self.at;
                continue;
            }
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
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            self.at += rest.iter().take_while(|byte| !matches!(byte, b'\\' | b'\n' | b'"')).count();
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
