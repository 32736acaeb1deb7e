//! What the grammar finds wrong, in the compiler's form.

use ntro_grammar::{Parsed, Problem};

use crate::diagnostic::{Diagnostic, Edit, Level, Place};

/// The tree of a text.
pub(crate) fn parse(text: &str) -> Parsed {
    ntro_grammar::parse(text)
}

/// A problem of the text as a diagnostic of a file.
pub(crate) fn diagnostic(problem: Problem, file: &str) -> Diagnostic {
    let place = |span| Place { file: file.to_owned(), span };
    Diagnostic {
        code: problem.code,
        level: Level::Error,
        place: place(problem.span),
        message: problem.message,
        label: problem.label,
        help: problem.help,
        fix: problem.fix.into_iter().map(|edit| Edit { place: place(edit.span), text: edit.text }).collect(),
        related: problem.related.into_iter().map(|(span, label)| (place(span), label)).collect(),
    }
}
