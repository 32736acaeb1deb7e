//! A `rework` may go back only to a block that is certain to have been passed on the way.

use ntro_grammar::ast;

use crate::flow::Flow;

const CODE: &str = "N0404";

impl Flow<'_> {
    pub(in crate::flow) fn rework_target_unknown(&mut self, from: &ast::Name) {
        let name = &from.text;
        let known: Vec<String> =
            self.frames.iter().flat_map(|frame| frame.targets.iter().map(|target| target.name.clone())).collect();
        let (message, label) = match name.rsplit_once('.') {
            Some((outer, _)) => {
                (format!("A rework cannot go back into the middle of `{outer}`."), format!("`{outer}` holds this step"))
            }
            None if self.block_names.contains(name) => (
                format!("A rework cannot go back to `{name}` from here."),
                "this comes later, or stands inside another step or a branch".to_owned(),
            ),
            None => (format!("There is no step `{name}` to go back to."), "not the name of a step".to_owned()),
        };
        let near = self.near(name, known.clone());
        let list = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let help = if known.is_empty() {
            "No step comes before this one. Use `fail \"…\"` instead.".to_owned()
        } else {
            format!("{near}From here a rework can go back to {list}.")
        };
        self.error(CODE, from.span, message, label, help);
    }

    pub(in crate::flow) fn rework_out_of_fork(&mut self, from: &ast::Name, what: &str) {
        self.error(
            CODE,
            from.span,
            format!("A rework cannot leave a `{what}`: what runs beside it would be lost."),
            "this step stands outside",
            format!("Go back to a step inside the `{what}`, or decide after it: keep the decision, and write `rework from {}` below.", from.text),
        );
    }
}
