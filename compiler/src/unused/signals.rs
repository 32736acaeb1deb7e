//! Signals that nobody awaits: what is sent is lost.

use std::collections::BTreeSet;

use ntro_grammar::ast;

use crate::diagnostic::Diagnostic;
use crate::items::Items;

/// Reports signals of the project that no runbook of it awaits or hears.
pub(super) fn report(items: &Items, diagnostics: &mut Vec<Diagnostic>) {
    let mut heard = BTreeSet::new();
    for (_, decl) in super::declarations(items) {
        if let ast::Decl::Runbook(runbook) = decl {
            crate::flow::heard(&runbook.body.stmts, &mut heard);
        }
    }
    for (id, decl) in super::declarations(items) {
        let ast::Decl::Signal(signal) = decl else { continue };
        if signal.name.is_missing() || heard.contains(signal.name.text.as_str()) {
            continue;
        }
        let found = Diagnostic::error(
            "N0440",
            items.place(id, signal.name.span),
            format!("Nobody awaits the signal `{}`.", signal.name.text),
            "not awaited anywhere",
            "Await it (`on SIGNAL` in an `await`), hear it (`on SIGNAL { … }`), or remove it.",
        );
        diagnostics.push(found.warning());
    }
}
