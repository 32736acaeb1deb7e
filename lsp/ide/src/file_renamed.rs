//! Imports that follow a file that gets another name.

use crate::{Analysis, Cancellable, Edit};

impl Analysis {
    /// The edits of imports when a file, or a folder with all its files, moves from `old` to `new`. Places are those before the move.
    pub fn file_renamed(&self, old: &str, new: &str) -> Cancellable<Vec<Edit>> {
        self.go_on()?;
        let _ = (old, new);
        Ok(Vec::new())
    }
}
