//! Words of the language, and names that every runbook has, are not free.

use ntro_grammar::ast;

use crate::flow::Flow;

const CODE: &str = "N0410";

impl Flow<'_> {
    /// Reports a name that may not be one.
    pub(in crate::flow) fn name_is_reserved(&mut self, name: &ast::Name) -> bool {
        let word = name.text.as_str();
        let why = if RESERVED.contains(&word) {
            "a word of the language"
        } else if matches!(word, "config" | "rework") {
            "a name that every runbook has already"
        } else {
            return false;
        };
        self.error(
            CODE,
            name.span,
            format!("`{word}` is {why}."),
            "cannot be a name here",
            format!("Choose another name, such as `{word}_value` or one that says what it is."),
        );
        true
    }
}

/// The words that no variable, step or input may bear.
const RESERVED: [&str; 31] = [
    "true", "false", "none", "and", "or", "not", "in", "if", "then", "else", "let", "var", "return", "match", "try",
    "undo", "parallel", "send", "checks", "actions", "import", "scenario", "fail", "skip", "on", "feedback", "expect",
    "require", "sleep", "role", "emit",
];
