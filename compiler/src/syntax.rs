//! What the grammar finds wrong, in the compiler's form.

use ntro_grammar::{Parsed, Problem};

use crate::diagnostic::{Diagnostic, Edit, Level, Place};

/// The tree of a text.
pub(crate) fn parse(text: &str) -> Parsed {
    ntro_grammar::parse(text)
}

/// Problems of brackets: where the missing one belongs, or which one is too much, is a guess from the indentation.
const GUESSED: [&str; 3] = ["N0102", "N0103", "N0104"];

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
        certain: !GUESSED.contains(&problem.code),
        related: problem.related.into_iter().map(|(span, label)| (place(span), label)).collect(),
    }
}
