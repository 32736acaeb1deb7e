//! Where something is declared.

use crate::{Analysis, Cancellable, Target};

impl Analysis {
    /// Where the name at an offset is declared; on an import's path, the file.
    pub fn definition(&self, path: &str, offset: u32) -> Cancellable<Vec<Target>> {
        self.go_on()?;
        let _ = (path, offset);
        Ok(Vec::new())
    }

    /// Where the type of what stands at an offset is declared.
    pub fn type_definition(&self, path: &str, offset: u32) -> Cancellable<Vec<Target>> {
        self.go_on()?;
        let _ = (path, offset);
        Ok(Vec::new())
    }
}
