//! Nothing is silently ignored: a property that is not known is a mistake.

use ntro_grammar::ast;

use crate::flow::Flow;

const CODE: &str = "N0419";

impl Flow<'_> {
    pub(in crate::flow) fn unknown_property(&mut self, name: &ast::Name, of: &str, known: &[&str]) {
        if name.is_missing() {
            return;
        }
        let near = self.near(&name.text, known.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        let list = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let of = if of.contains(' ') { of.to_owned() } else { format!("`{of}`") };
        self.error(
            CODE,
            name.span,
            format!("{} has no property `{}`.", capital(&of), name.text),
            "not known",
            format!("Known are {list}.{near}"),
        );
    }
}

/// With a capital at the beginning of a sentence.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
