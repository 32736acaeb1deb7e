//! What a check must yield, and other clauses of people that say something impossible.

use ntro_grammar::{Span, ast};

use crate::cx::Expressions;
use crate::flow::Flow;
use crate::ty::Ty;

const CHECK: &str = "N0437";
const ASKED: &str = "N0438";

impl Flow<'_> {
    pub(in crate::flow) fn not_a_check(&mut self, run: &ast::Run, ty: &Ty) {
        let shown = self.cx.show(ty);
        self.error(
            CHECK,
            run.span,
            format!("`{}` yields {shown}, which says nothing about whether the check has passed.", run.target.text),
            "no result of a check",
            "A check yields `bool` (`true` has passed) or `CheckResult`, which has a `status` (`pass`, `warn`, `fail`, `skipped`) and a `detail`.",
        );
    }

    pub(in crate::flow) fn check_without_run(&mut self, check: &ast::Check) {
        self.error(
            CHECK,
            check.span,
            format!("The check `{}` does nothing.", check.name.text),
            "what is run?",
            format!("Write what it runs: `{} \"…\" run quality.coverage(rows)`.", check.name.text),
        );
    }

    pub(in crate::flow) fn ask_without_parts(&mut self, what: &str, span: Span) {
        let help = match what {
            "files" => "Name each document and its source: `ask files { contract: \"contract\", annex: \"annex\" }`.",
            _ => "Write each question with its type: `ask form { reason: text \"Why did it move?\" }`.",
        };
        self.error(ASKED, span, format!("`ask {what}` asks for nothing."), "nothing in it", help);
    }

    pub(in crate::flow) fn question_with_default(&mut self, name: &ast::Name, span: Span) {
        self.error(
            ASKED,
            span,
            format!("The question `{}` cannot have a default: the person answers it.", name.text),
            "no default here",
            format!("Where it may stay open, write `{}: text?`, and `?? …` where it is read.", name.text),
        );
    }

    pub(in crate::flow) fn quorum_of_nobody(&mut self, span: Span) {
        self.error(
            ASKED,
            span,
            "At least one person must approve.",
            "nobody",
            "Write how many different people must approve: `quorum: 2`.",
        );
    }
}
