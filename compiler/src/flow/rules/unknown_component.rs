//! `show` and `ask` know a few components.

use ntro_grammar::ast;

use crate::flow::components::Definition;

use crate::flow::Flow;

const CODE: &str = "N0418";

impl Flow<'_> {
    /// `elsewhere`: the other of `show` and `ask` knows it.
    pub(in crate::flow) fn unknown_component(
        &mut self,
        name: &ast::Name,
        verb: &str,
        known: &[Definition],
        elsewhere: bool,
    ) {
        let names: Vec<String> = known.iter().map(|definition| definition.name.to_owned()).collect();
        let near = self.near(&name.text, names.clone());
        let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let other = if verb == "show" { "ask" } else { "show" };
        let help = if elsewhere {
            format!("Write `{other} {} {{ … }}`.", name.text)
        } else {
            format!("{near}`{verb}` knows {list}.")
        };
        self.error(CODE, name.span, format!("`{verb}` does not know `{}`.", name.text), "not known", help);
    }
}
