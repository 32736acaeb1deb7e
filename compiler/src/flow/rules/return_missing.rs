//! Every way through a runbook with an `output` ends with a `return`.

use ntro_grammar::{Span, ast};

use crate::cx::Expressions;

use crate::flow::Flow;

const CODE: &str = "N0406";

impl Flow<'_> {
    pub(in crate::flow) fn return_missing(&mut self, decl: &ast::RunbookDecl) {
        let output = self.output.clone();
        let output = self.cx.show(&output);
        self.error(
            CODE,
            decl.name.span,
            format!("`{}` promises an output, but can end without a `return`.", decl.name.text),
            format!("its output is `{output}`"),
            format!("End the runbook with `return …` and a value of type `{output}`; where it must not end well, with `fail \"…\"`."),
        );
    }

    pub(in crate::flow) fn return_without_value(&mut self, span: Span) {
        let output = self.output.clone();
        let output = self.cx.show(&output);
        self.error(
            CODE,
            span,
            "This `return` gives no value, but the runbook has an output.",
            format!("`{output}` is expected"),
            "Write the value after `return`.",
        );
    }

    pub(in crate::flow) fn return_without_output(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "This `return` gives a value, but the runbook has no output.",
            "nobody would see it",
            "Say what the runbook yields, beside its input: `output: TYPE`. Or leave out the value.",
        );
    }
}
