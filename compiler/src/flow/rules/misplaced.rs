//! Calls and `skip` stand inside a block.

use ntro_grammar::{Span, ast};

use crate::flow::Flow;

const CODE: &str = "N0428";

impl Flow<'_> {
    pub(in crate::flow) fn skip_outside(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "`skip` leaves a step, and here is none.",
            "not inside a step",
            "Use `return …` to end the run well, `fail \"…\"` to end it with a failure, or move this into a step.",
        );
    }

    pub(in crate::flow) fn run_outside_step(&mut self, run: &ast::Run) {
        // That a runbook runs in a `child` is told where it is looked up, and says where it goes.
        if self.cx.items.runbook(&run.target.text).is_some() {
            return;
        }
        let name = run.target.text.rsplit('.').next().unwrap_or("work");
        self.error(
            CODE,
            run.span,
            format!("`run {}` stands outside a step.", run.target.text),
            "nobody would see it in the breadcrumb",
            format!(
                "Put it into a step of its own: `step {name} {{ run {}(…) }}`, and read the result by the step's name.",
                run.target.text
            ),
        );
    }
}
