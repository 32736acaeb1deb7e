//! What yields nothing has no value to keep.

use ntro_grammar::ast;

use crate::flow::Flow;

const CODE: &str = "N0411";

impl Flow<'_> {
    pub(in crate::flow) fn yields_nothing(&mut self, run: &ast::Run) {
        self.error(
            CODE,
            run.span,
            format!("`{}` yields nothing, so there is no value to keep.", run.target.text),
            "no result",
            format!("Write `run {}(…)` on its own line.", run.target.text),
        );
    }
}
