//! What every runbook can name without a declaration: files in the language itself that ship with the compiler.
//!
//! Hover and the docs show them as they are, so they are documented like any runbook. A project may declare the same names; its own win.

/// The files of the prelude: path and text. No path of a project contains a colon.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("ntro:capabilities.ntro", include_str!("prelude/capabilities.ntro")),
    ("ntro:signals.ntro", include_str!("prelude/signals.ntro")),
    ("ntro:types.ntro", include_str!("prelude/types.ntro")),
];

/// The text of a file of the prelude.
pub(crate) fn text(path: &str) -> Option<&'static str> {
    FILES.iter().find(|(name, _)| *name == path).map(|(_, text)| *text)
}
