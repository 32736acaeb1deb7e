//! From bytes to lines and columns.

use std::sync::Arc;

/// Where the lines of a text begin.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lines {
    starts: Arc<[u32]>,
}

impl Lines {
    /// Finds the lines of a text.
    pub(crate) fn new(text: &str) -> Lines {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1));
        Lines { starts: starts.map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect() }
    }

    /// Line and column of a byte, both from 1, the column in characters.
    pub(crate) fn place(&self, text: &str, byte: u32) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= byte).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0) as usize;
        let end = floor_boundary(text, byte as usize);
        let column = text.get(start..end).map_or(0, |before| before.chars().count()) + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }
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
}
