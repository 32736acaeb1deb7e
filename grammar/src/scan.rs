//! Passes lines of a text and counts its brackets; those in texts and comments are none.

/// What the bytes of a text are to those who count brackets. Most bytes are looked at, some several times, and one look at a table is quicker
/// than six comparisons.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0usize;
    while byte < 256 {
        #[expect(clippy::indexing_slicing, reason = "known when this is compiled")]
        {
            kinds[byte] = match byte as u8 {
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' => WORD,
                b'\n' | b'/' | b'#' | b'"' | b'{' | b'}' | b'(' | b')' | b'[' | b']' => SIGN,
                _ => 0,
            };
        }
        byte += 1;
    }
    kinds
};

/// Words are made of it.
const WORD: u8 = 1;
/// It may open, close or end something.
const SIGN: u8 = 2;

fn kind(byte: u8) -> u8 {
    KINDS.get(usize::from(byte)).copied().unwrap_or(0)
}

/// Whether words are made of such bytes: ASCII letters, digits and `_`.
pub(crate) fn is_word(byte: u8) -> bool {
    kind(byte) == WORD
}

/// Whether a byte may open, close or end something.
pub(crate) fn is_sign(byte: u8) -> bool {
    kind(byte) == SIGN
}

/// Whether a byte is nothing to see, and ends no line.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

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
            // Most of a text is words and blanks, which open and close nothing.
            let plain = rest.iter().position(|byte| kind(*byte) == SIGN).unwrap_or(rest.len());
            let last = rest.get(..plain).and_then(|passed| passed.iter().rposition(|byte| !is_blank(*byte)));
            if let Some(last) = last {
                self.begun = true;
                self.code_end = self.at + last + 1;
            }
            self.at += plain;
            match rest.get(plain) {
                None => return,
                Some(b'\n') => {
                    self.at += 1;
                    return;
                }
                Some(b'/') if self.starts("//") => {
                    self.at = self.next_line(self.at);
                    return;
                }
                Some(b'"') => self.text(),
                Some(sign) => {
                    match sign {
                        b'{' | b'(' | b'[' => self.depth += 1,
                        b'}' | b')' | b']' => self.depth = self.depth.saturating_sub(1),
                        _ => {}
                    }
                    self.at += 1;
                }
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
            self.at += rest.iter().position(|byte| matches!(byte, b'\\' | b'\n' | b'"')).unwrap_or(rest.len());
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
