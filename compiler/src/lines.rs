//! From bytes to lines and columns.

use std::sync::Arc;

/// How far apart the places are up to which characters are counted beforehand.
const STEP: usize = 1_024;

/// Where the lines of a text begin.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lines {
    starts: Arc<[u32]>,
    /// How many characters begin before each `STEP`th byte, so that no column of a long line is counted from its beginning. Empty where each byte is
    /// a character.
    chars: Arc<[u32]>,
}

impl Lines {
    /// Finds the lines of a text.
    pub(crate) fn new(text: &str) -> Lines {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        let starts = starts.map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect();
        let chars = if text.is_ascii() {
            Arc::default()
        } else {
            let sums = text.as_bytes().chunks(STEP).scan(0, |sum, chunk| {
                let before = *sum;
                *sum += u32::try_from(characters(chunk)).unwrap_or(u32::MAX);
                Some(before)
            });
            sums.collect()
        };
        Lines { starts, chars }
    }

    /// Line and column of a byte, both from 1, the column in characters.
    pub(crate) fn place(&self, text: &str, byte: u32) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= byte).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0) as usize;
        let end = floor_boundary(text, byte as usize);
        let column = self.chars_before(text, end).saturating_sub(self.chars_before(text, start)) + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }

    /// How many characters begin before a byte.
    fn chars_before(&self, text: &str, byte: usize) -> usize {
        // A text may end where a step does: then the last step but one is counted on from.
        let step = (byte / STEP).min(self.chars.len().saturating_sub(1));
        match self.chars.get(step) {
            Some(sum) => *sum as usize + text.as_bytes().get(step * STEP..byte).map_or(0, characters),
            None => byte,
        }
    }
}

/// How many characters begin among some bytes.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

/// The place itself, or the nearest before it that does not cut a character.
pub(crate) fn floor_boundary(text: &str, byte: usize) -> usize {
    let mut at = byte.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn places_are_counted_from_one_and_in_characters() {
        let text = "ab\n€x\n";
        let lines = Lines::new(text);
        assert_eq!(lines.place(text, 0), (1, 1));
        assert_eq!(lines.place(text, 2), (1, 3));
        assert_eq!(lines.place(text, 3), (2, 1));
        assert_eq!(lines.place(text, 6), (2, 2), "a character of three bytes is one column");
        assert_eq!(lines.place(text, 4), (2, 1), "inside a character is where it begins");
        assert_eq!(lines.place(text, 8), (3, 1));
        assert_eq!(lines.place(text, 99), (3, 1), "past the end is the end");
    }

    #[test]
    fn columns_of_long_lines_are_those_that_one_counts() {
        for unit in ["a", "é", "€b", "𝄞x€"] {
            let text = format!("first\n{}", unit.repeat(3_000));
            let lines = Lines::new(&text);
            for (byte, _) in text.char_indices().skip(6).step_by(97).chain([(text.len(), ' ')]) {
                let column = text.get(6..byte).map_or(0, |before| before.chars().count()) + 1;
                assert_eq!(
                    lines.place(&text, u32::try_from(byte).unwrap_or(0)),
                    (2, u32::try_from(column).unwrap_or(0))
                );
            }
        }
    }
}
