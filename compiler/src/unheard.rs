//! What a project declares and nothing uses: signals that nobody awaits, files without a declaration.
//!
//! Both are no mistakes that stop anything; but a signal that nobody takes is lost, and an empty file is rarely meant.

use std::collections::BTreeSet;

use ntro_grammar::{Span, ast};

use crate::diagnostic::{Diagnostic, Level};
use crate::items::{FileId, Items};

/// Reports signals of the project that no runbook of it awaits or hears.
pub(crate) fn signals(items: &Items, diagnostics: &mut Vec<Diagnostic>) {
    let mut heard = BTreeSet::new();
    for decl in items.files.iter().flat_map(|file| &file.tree.decls) {
        if let ast::Decl::Runbook(runbook) = decl {
            crate::flow::heard(&runbook.body.stmts, &mut heard);
        }
    }
    let runs = declarations(items).any(|(_, decl)| matches!(decl, ast::Decl::Runbook(_)));
    for (id, decl) in declarations(items).filter(|_| runs) {
        let ast::Decl::Signal(signal) = decl else { continue };
        if is_prelude(items, id) || signal.name.is_missing() || heard.contains(signal.name.text.as_str()) {
            continue;
        }
        let mut found = Diagnostic::error(
            "N0440",
            items.place(id, signal.name.span),
            format!("Nobody awaits the signal `{}`.", signal.name.text),
            "not awaited anywhere",
            "Await it (`on SIGNAL` in an `await`), hear it (`on SIGNAL { … }`), or remove it.",
        );
        found.level = Level::Warning;
        diagnostics.push(found);
    }
}

/// Reports files that declare nothing.
pub(crate) fn files(items: &Items, diagnostics: &mut Vec<Diagnostic>) {
    for (index, file) in items.files.iter().enumerate() {
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        // What could not be read was told.
        if is_prelude(items, id)
            || !file.tree.decls.is_empty()
            || !file.damage.is_empty()
            || file.text.lines().any(is_code)
        {
            continue;
        }
        let mut found = Diagnostic::error(
            "N0441",
            items.place(id, Span::new(0, 0)),
            "This file declares nothing.",
            "empty",
            "Write a runbook: `runbook my-process \"My process\" { … }`. A file that is not needed can be removed.",
        );
        found.level = Level::Warning;
        diagnostics.push(found);
    }
}

/// What ships with the compiler is there for whoever needs it.
fn is_prelude(items: &Items, id: FileId) -> bool {
    items.path(id).starts_with("ntro:")
}

fn is_code(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with("//")
}

fn declarations(items: &Items) -> impl Iterator<Item = (FileId, &ast::Decl)> {
    let files = items.files.iter().enumerate();
    files.flat_map(|(index, file)| {
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        file.tree.decls.iter().map(move |decl| (id, decl))
    })
}
