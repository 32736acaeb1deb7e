//! Where a byte stands, for people: lines and columns, counted once for each text.

/// The starts of a text's lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

/// A line and a column, both from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineCol {
    /// The line.
    pub line: u32,
    /// The column.
    pub col: u32,
}

impl LineIndex {
    /// Finds the lines of a text.
    pub fn new(text: &str) -> LineIndex {
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)));
        LineIndex { starts }
    }

    /// The line of a byte, from 1.
    pub fn line(&self, offset: u32) -> u32 {
        u32::try_from(self.starts.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    /// Where the line with this number begins; the end of the last for numbers beyond.
    pub fn start(&self, line: u32) -> Option<u32> {
        self.starts.get((line as usize).checked_sub(1)?).copied()
    }

    /// How many lines there are; a text that ends in a line break has an empty last one.
    pub fn count(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// The line and the column of a byte. `text` must be the text that the index was made from.
    pub fn line_col(&self, text: &str, offset: u32) -> LineCol {
        let line = self.line(offset);
        let start = self.start(line).unwrap_or(0) as usize;
        let mut end = (offset as usize).min(text.len());
        while end > start && !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = text.get(start..end).map_or(0, |t| t.chars().count());
        LineCol { line, col: u32::try_from(before + 1).unwrap_or(u32::MAX) }
    }
}
