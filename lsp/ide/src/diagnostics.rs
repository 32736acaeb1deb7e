//! What is wrong, by file, and which files a change concerns.

use std::collections::BTreeSet;
use std::sync::Arc;

use ntro_compiler::settings::{self, Section};

use crate::{Analysis, Cancellable, Diagnostic};

impl Analysis {
    /// What is wrong in one file, in the order of the text. `related` and `fix` may lead to other files.
    pub fn diagnostics(&self, path: &str) -> Cancellable<Arc<[Diagnostic]>> {
        Ok(self.found()?.by_file.get(path).cloned().unwrap_or_else(|| Arc::from([])))
    }

    /// What is wrong with what the project's settings say of its runbooks.
    pub fn settings(&self, sections: &[Section]) -> Cancellable<Vec<Diagnostic>> {
        Ok(settings::check(self.found()?.project.checked(), sections))
    }

    /// The files whose diagnostics differ from those of an earlier snapshot, files that are gone included (they have none now). With `None`,
    /// or with a snapshot that was never asked, every file that has diagnostics. The earlier snapshot may be cancelled.
    pub fn affected(&self, before: Option<&Analysis>) -> Cancellable<Vec<String>> {
        let now = &self.found()?.by_file;
        let Some(before) = before.and_then(Analysis::found_before) else {
            return Ok(now.keys().cloned().collect());
        };
        let paths: BTreeSet<&String> = now.keys().chain(before.by_file.keys()).collect();
        let differs = |path: &&&String| now.get(**path) != before.by_file.get(**path);
        Ok(paths.iter().filter(differs).map(|path| (*path).clone()).collect())
    }
}
