//! Rules and loops that do not look at the element for which they stand.

use ntro_grammar::ast;

use super::marks_unused;
use crate::cx::{Cx, Expressions};
use crate::diagnostic::{Edit, Level};

const CODE: &str = "N0232";

/// What stands for each element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Each {
    /// `r => …`
    Rule,
    /// `for x in xs { … }`, `{% for x in xs %} … {% endfor %}`
    Loop,
}

impl Cx<'_> {
    /// Reports it.
    pub(crate) fn unused_element(&mut self, name: &ast::Name, of: Each) {
        if marks_unused(name) {
            return;
        }
        let word = &name.text;
        let (message, help) = match of {
            Each::Rule => (
                format!("This rule does not use `{word}`."),
                format!("Use it, or write `_{word}` where the rule is meant to say the same of everything."),
            ),
            Each::Loop => (
                format!("Nothing in this loop uses `{word}`."),
                format!("Use it, or write `_{word}` where only the number of rounds matters."),
            ),
        };
        let edit = Edit { place: self.items.place(self.file, name.span), text: format!("_{word}") };
        let found = self.report(CODE, name.span, message, "not used".into(), help);
        found.level = Level::Hint;
        // It may have been forgotten rather than be needless: a person decides.
        found.certain = false;
        found.fix.push(edit);
    }
}
