//! Each kind of block has clauses of its own.

use ntro_grammar::{Span, ast};

use crate::flow::Flow;

const CODE: &str = "N0416";

impl Flow<'_> {
    pub(in crate::flow) fn wrong_clause(&mut self, kind: ast::BlockKind, words: &str, span: Span) {
        let kind = kind.word();
        let known = match kind {
            "approve" => {
                "`icon:`, `by:`, `not_by:`, `show`, `actions`, `warn`, `require … else refuse`, `until`, `within … else …`, `on reject`, `on edit` and `on reject_row`"
            }
            "await" => "`icon:`, `by:`, `on SIGNAL`, `until`, `show`, `ask`, `feedback` and `within … else …`",
            "child" => "`icon:`, `for … at most N at once`, `run`, `within … else …` and `on failure`",
            _ => "`icon:`, `use:`, `send`, `expect`, `within` and `on failure`",
        };
        let article = if kind == "child" { "a" } else { "an" };
        self.error(
            CODE,
            span,
            format!("`{words}` does not belong in {article} `{kind}`."),
            "not known here",
            format!("In {article} `{kind}` stand {known}."),
        );
    }

    pub(in crate::flow) fn editable_in_await(&mut self, name: &str, span: Span) {
        self.error(
            CODE,
            span,
            format!("What an `await` shows cannot be changed, so `{name}` has no place here."),
            "nobody decides here",
            "Use an `approve` where somebody corrects what is shown.",
        );
    }

    pub(in crate::flow) fn property_not_here(&mut self, prop: &ast::Prop) {
        self.error(
            CODE,
            prop.span,
            format!("`{}:` does not belong here.", prop.name.text),
            "not in this body",
            "Properties such as `icon: Inbox` stand directly in a block; to set a variable write `name = …`.",
        );
    }

    pub(in crate::flow) fn head_not_here(&mut self, what: &str, span: Span) {
        self.error(
            CODE,
            span,
            format!("`{what}` belongs to the runbook itself."),
            "not in this body",
            format!("Move `{what}` to the beginning of the runbook, before its first step."),
        );
    }

    pub(in crate::flow) fn collect_without_fan(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "`on failure collect` is for several runs; here is only one.",
            "one run",
            "Write `on failure skip` to go on without it, or start one for each element: `for x in xs at most 10 at once`.",
        );
    }

    pub(in crate::flow) fn child_takes_no_type(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "A runbook takes no type.",
            "remove this",
            "Write only the name and the arguments: `run name(…)`.",
        );
    }

    pub(in crate::flow) fn limit_on_child_run(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "The limit of a child stands on a line of its own.",
            "belongs to the block",
            "Move `within … else fail \"…\"` to the next line.",
        );
    }

    pub(in crate::flow) fn call_limit_with_else(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "A call that takes too long fails; it has no `else`.",
            "not here",
            "Leave the `else` out. To go on after a failure write `try { … } on failure (e) { … }`, or in an agent `on failure …`.",
        );
    }

    pub(in crate::flow) fn no_rows_to_edit(&mut self, name: &str, span: Span) {
        self.error(
            CODE,
            span,
            format!("`on {name}` is about the rows of a table, and no table is shown."),
            "no rows here",
            "Show one: `show data_table { rows: …, key: … }`.",
        );
    }
}
