//! Files without a declaration: rarely meant.

use ntro_grammar::Span;

use crate::diagnostic::Diagnostic;
use crate::items::{FileId, Items};

/// Reports files that declare nothing.
pub(super) fn report(items: &Items, diagnostics: &mut Vec<Diagnostic>) {
    for (index, file) in items.files.iter().enumerate() {
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        // What could not be read was told.
        if file.path.starts_with("ntro:")
            || !file.tree.decls.is_empty()
            || !file.damage.is_empty()
            || file.text.lines().any(is_code)
        {
            continue;
        }
        let found = Diagnostic::error(
            "N0441",
            items.place(id, Span::new(0, 0)),
            "This file declares nothing.",
            "empty",
            "Write a runbook: `runbook my-process \"My process\" { … }`. A file that is not needed can be removed.",
        );
        diagnostics.push(found.warning());
    }
}

fn is_code(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with("//")
}
