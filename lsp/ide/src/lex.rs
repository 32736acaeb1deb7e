//! Words, brackets and texts by their letters, for what does not need a tree.

use crate::Span;

/// Whether a byte may stand in a name.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The name around an offset; empty where there is none.
pub(crate) fn word_at(text: &str, offset: u32) -> Span {
    let bytes = text.as_bytes();
    let at = (offset as usize).min(bytes.len());
    let before = bytes.get(..at).unwrap_or_default().iter().rev().take_while(|byte| is_word(**byte)).count();
    let after = bytes.get(at..).unwrap_or_default().iter().take_while(|byte| is_word(**byte)).count();
    span(at - before, at + after)
}

/// A span from offsets.
pub(crate) fn span(start: usize, end: usize) -> Span {
    Span::new(u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX))
}

/// What a piece of the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    Comment,
    Text,
    Number,
    Word,
    Sign,
}

/// The pieces of a text in order, blanks left out. A text with holes comes as its parts, and what stands in the holes as code.
pub(crate) fn pieces(text: &str) -> Vec<(Span, Piece)> {
    let mut lexer = Lexer { bytes: text.as_bytes(), at: 0, out: Vec::new() };
    while lexer.at < lexer.bytes.len() {
        lexer.code(None);
    }
    lexer.out
}

/// The signs of a text that are code, with their places.
pub(crate) fn code_bytes(text: &str) -> impl Iterator<Item = (u32, u8)> {
    let bytes = text.as_bytes();
    pieces(text)
        .into_iter()
        .filter(|(_, piece)| *piece == Piece::Sign)
        .filter_map(|(span, _)| bytes.get(span.start as usize).map(|byte| (span.start, *byte)))
}

struct Lexer<'t> {
    bytes: &'t [u8],
    at: usize,
    out: Vec<(Span, Piece)>,
}

impl Lexer<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn starts(&self, with: &[u8]) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(with))
    }

    fn push(&mut self, start: usize, piece: Piece) {
        if start < self.at {
            self.out.push((span(start, self.at), piece));
        }
    }

    fn skip(&mut self, while_: impl Fn(u8) -> bool) {
        while self.at < self.bytes.len() && while_(self.byte(self.at)) {
            self.at += 1;
        }
    }

    /// One piece of code. In a hole of a text, `end` is what ends it.
    fn code(&mut self, end: Option<&[u8]>) {
        let start = self.at;
        match self.byte(self.at) {
            byte if byte.is_ascii_whitespace() => self.at += 1,
            b'/' if self.starts(b"//") => {
                self.skip(|byte| byte != b'\n');
                self.push(start, Piece::Comment);
            }
            b'"' => self.text(),
            b'\'' if end.is_some() => {
                self.at += 1;
                self.skip(|byte| byte != b'\'' && byte != b'\n');
                self.at = (self.at + 1).min(self.bytes.len());
                self.push(start, Piece::Text);
            }
            byte if byte.is_ascii_digit() => {
                self.skip(|byte| is_word(byte) || byte == b'.');
                self.push(start, Piece::Number);
            }
            byte if is_word(byte) => {
                self.skip(is_word);
                self.push(start, Piece::Word);
            }
            byte if byte < 0x80 => {
                self.at += 1;
                self.push(start, Piece::Sign);
            }
            _ => self.at += 1,
        }
    }

    fn text(&mut self) {
        let block = self.starts(b"\"\"\"");
        let mut start = self.at;
        self.at += if block { 3 } else { 1 };
        while self.at < self.bytes.len() {
            if self.starts(if block { b"\"\"\"" } else { b"\"" }) {
                self.at += if block { 3 } else { 1 };
                break;
            }
            match self.byte(self.at) {
                b'\n' => {
                    self.push(start, Piece::Text);
                    if !block {
                        return;
                    }
                    self.at += 1;
                    start = self.at;
                }
                b'\\' => self.at = (self.at + 2).min(self.bytes.len()),
                b'{' if self.starts(b"{{") || self.starts(b"{%") => {
                    self.push(start, Piece::Text);
                    self.hole();
                    start = self.at;
                }
                _ => self.at += 1,
            }
        }
        self.push(start, Piece::Text);
    }

    fn hole(&mut self) {
        let end: &[u8] = if self.starts(b"{{") { b"}}" } else { b"%}" };
        let start = self.at;
        self.at += 2;
        self.push(start, Piece::Sign);
        while self.at < self.bytes.len() && self.byte(self.at) != b'\n' && self.byte(self.at) != b'"' {
            if self.starts(end) {
                let start = self.at;
                self.at += 2;
                self.push(start, Piece::Sign);
                return;
            }
            self.code(Some(end));
        }
    }
}
