//! What is wrong, by file, and which files a change concerns.

use std::sync::Arc;

use crate::{Analysis, Cancellable, Diagnostic};

impl Analysis {
    /// What is wrong in one file, in the order of the text. `related` and `fix` may lead to other files.
    pub fn diagnostics(&self, path: &str) -> Cancellable<Arc<[Diagnostic]>> {
        self.go_on()?;
        let _ = path;
        Ok(Arc::from([]))
    }

    /// The files whose diagnostics differ from those of an earlier snapshot, files that are gone included (they have none now). With `None`,
    /// every file that has diagnostics. The earlier snapshot may be cancelled, as long as its diagnostics were asked for before.
    pub fn affected(&self, before: Option<&Analysis>) -> Cancellable<Vec<String>> {
        self.go_on()?;
        let _ = before;
        Ok(Vec::new())
    }
}
