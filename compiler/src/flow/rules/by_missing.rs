//! A gate says who may decide.

use ntro_grammar::ast;

use crate::flow::Flow;

const CODE: &str = "N0502";

impl Flow<'_> {
    pub(in crate::flow) fn by_missing(&mut self, block: &ast::Block) {
        let roles = self.cx.items.roles(self.cx.file);
        let role = roles.first().cloned().unwrap_or_else(|| "accountant".to_owned());
        self.error(
            CODE,
            block.name.span,
            format!("`{}` does not say who may decide.", block.name.text),
            "no `by`",
            format!("Add `by: {role}`, or a list of roles. Where everybody may decide, write `by: anyone`."),
        );
    }
}
