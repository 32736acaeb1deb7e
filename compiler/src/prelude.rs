//! What every runbook can name without a declaration: files in the language itself that ship with the compiler.

/// The files of the prelude: path and text.
pub(crate) const FILES: &[(&str, &str)] = &[];

/// The text of a file of the prelude.
pub(crate) fn text(path: &str) -> Option<&'static str> {
    FILES.iter().find(|(name, _)| *name == path).map(|(_, text)| *text)
}
