//! A variable that begins empty says what it will hold.

use ntro_grammar::ast;

use crate::flow::Flow;

const CODE: &str = "N0434";

impl Flow<'_> {
    pub(in crate::flow) fn var_without_type(&mut self, x: &ast::Let) {
        self.error(
            CODE,
            x.name.span,
            format!("`{}` begins empty, so its type must be written.", x.name.text),
            "of what?",
            format!("Write `var {0}: list<TYPE> = []`, or `var {0}: TYPE? = none`.", x.name.text),
        );
    }
}
