//! Bytes ⇄ the positions of the protocol: a line and a column in the unit that client and server agreed on.
//!
//! A position that no text has is brought to the nearest that it has, because a client that is one edit behind sends such positions
//! all the time: past the end of a line is the end of the line, past the last line is the end of the text, inside a character is where it
//! begins.

use ls_types::{Position, PositionEncodingKind, Range};

/// The unit in which a client counts columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16: what every client understands, and what holds where nothing was agreed on.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The best of those that a client offers: bytes cost nothing, and UTF-16 is what is left.
    pub(crate) fn of(offered: &[PositionEncodingKind]) -> Encoding {
        if offered.contains(&PositionEncodingKind::UTF8) {
            Encoding::Utf8
        } else if offered.contains(&PositionEncodingKind::UTF32) && !offered.contains(&PositionEncodingKind::UTF16) {
            Encoding::Utf32
        } else {
            Encoding::Utf16
        }
    }

    /// Its name in the protocol.
    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// How many units a text has.
    pub(crate) fn length(self, text: &str) -> usize {
        match self {
            Encoding::Utf8 => text.len(),
            Encoding::Utf16 => text.encode_utf16().count(),
            Encoding::Utf32 => text.chars().count(),
        }
    }

    fn of_char(self, char: char) -> usize {
        match self {
            Encoding::Utf8 => char.len_utf8(),
            Encoding::Utf16 => char.len_utf16(),
            Encoding::Utf32 => 1,
        }
    }
}

/// Where the lines of a text begin. Lines end with `\n`, `\r\n` or `\r`, as the protocol says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    starts: Vec<u32>,
}

impl Lines {
    /// Finds the lines of a text.
    pub(crate) fn new(text: &str) -> Lines {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        if memchr::memchr(b'\r', bytes).is_none() {
            starts.extend(memchr::memchr_iter(b'\n', bytes).map(|at| whole(at + 1)));
            return Lines { starts };
        }
        for (at, byte) in bytes.iter().enumerate() {
            let ends = match byte {
                b'\n' => true,
                b'\r' => bytes.get(at + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends {
                starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
            }
        }
        Lines { starts }
    }

    /// The byte that a position means.
    pub(crate) fn offset(&self, text: &str, position: Position, encoding: Encoding) -> u32 {
        let line = self.line(text, position.line as usize);
        let Some((start, line)) = line else { return whole(text.len()) };
        let wanted = position.character as usize;
        if encoding == Encoding::Utf8 || line.is_ascii() {
            return whole(start + line.floor_char_boundary(wanted));
        }
        let mut units = 0;
        for (at, char) in line.char_indices() {
            units += encoding.of_char(char);
            if units > wanted {
                return whole(start + at);
            }
        }
        whole(start + line.len())
    }

    /// The position of a byte.
    pub(crate) fn position(&self, text: &str, offset: u32, encoding: Encoding) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset).max(1) - 1;
        let Some((start, content)) = self.line(text, line) else { return Position::default() };
        let before =
            content.get(..content.floor_char_boundary((offset as usize).saturating_sub(start))).unwrap_or_default();
        Position::new(whole(line), whole(encoding.length(before)))
    }

    /// The range of two bytes.
    pub(crate) fn range(&self, text: &str, start: u32, end: u32, encoding: Encoding) -> Range {
        Range::new(self.position(text, start, encoding), self.position(text, end, encoding))
    }

    /// Where a line begins and what it holds, without what ends it.
    fn line<'t>(&self, text: &'t str, line: usize) -> Option<(usize, &'t str)> {
        let start = *self.starts.get(line)? as usize;
        let end = self.starts.get(line + 1).map_or(text.len(), |next| *next as usize);
        let content = text.get(start..end)?;
        let content = content.strip_suffix('\n').unwrap_or(content);
        Some((start, content.strip_suffix('\r').unwrap_or(content)))
    }
}

/// Files are smaller than 4 GB, so nothing is lost.
fn whole(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "ab\r\n€𝄞x\n\rlast";

    fn check(encoding: Encoding, expected: &[(u32, (u32, u32))]) {
        let lines = Lines::new(TEXT);
        for (offset, (line, character)) in expected {
            let position = Position::new(*line, *character);
            assert_eq!(lines.position(TEXT, *offset, encoding), position, "the position of {offset}");
            assert_eq!(lines.offset(TEXT, position, encoding), *offset, "the offset of {position:?}");
        }
    }

    #[test]
    fn columns_are_counted_in_the_unit_agreed_on() {
        // `€` has 3 bytes and 1 unit, `𝄞` 4 bytes and 2 units.
        check(
            Encoding::Utf8,
            &[(0, (0, 0)), (4, (1, 0)), (7, (1, 3)), (11, (1, 7)), (13, (2, 0)), (14, (3, 0)), (18, (3, 4))],
        );
        check(Encoding::Utf16, &[(2, (0, 2)), (7, (1, 1)), (11, (1, 3)), (12, (1, 4)), (18, (3, 4))]);
        check(Encoding::Utf32, &[(2, (0, 2)), (7, (1, 1)), (11, (1, 2)), (12, (1, 3)), (18, (3, 4))]);
    }

    #[test]
    fn positions_that_no_text_has_are_the_nearest_that_it_has() {
        let lines = Lines::new(TEXT);
        let offset = |line, character| lines.offset(TEXT, Position::new(line, character), Encoding::Utf16);
        assert_eq!(offset(0, 99), 2, "past the end of a line, and not between its \\r and its \\n");
        assert_eq!(offset(1, 2), 7, "in the middle of a pair");
        assert_eq!(offset(99, 0), 18, "past the last line");
        assert_eq!(lines.position(TEXT, 9, Encoding::Utf16), Position::new(1, 1), "inside a character");
        assert_eq!(lines.position(TEXT, 3, Encoding::Utf16), Position::new(0, 2), "between \\r and \\n");
        assert_eq!(lines.position(TEXT, 999, Encoding::Utf16), Position::new(3, 4));
        assert_eq!(Lines::new("").offset("", Position::new(3, 3), Encoding::Utf8), 0);
    }

    #[test]
    fn the_unit_is_the_best_that_a_client_offers() {
        use PositionEncodingKind as Kind;
        assert_eq!(Encoding::of(&[]), Encoding::Utf16);
        assert_eq!(Encoding::of(&[Kind::UTF16, Kind::UTF8]), Encoding::Utf8);
        assert_eq!(Encoding::of(&[Kind::UTF32]), Encoding::Utf32);
        assert_eq!(Encoding::of(&[Kind::UTF32, Kind::UTF16]), Encoding::Utf16);
        assert_eq!(Encoding::of(&[Kind::new("utf-7")]), Encoding::Utf16);
    }
}
