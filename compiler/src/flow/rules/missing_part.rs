//! A block or a clause lacks what it cannot do without.

use ntro_grammar::{Span, ast};

use crate::flow::Flow;

const CODE: &str = "N0420";

impl Flow<'_> {
    pub(in crate::flow) fn property_missing(&mut self, x: &ast::Component, component: &str, property: &str) {
        let help = match property {
            "rows" => "Add `rows: …`, a list of records such as the value of a step.",
            "key" => "Add `key: id`, the field that identifies a row, so that corrections find it again.",
            "document" => "Add `document: …`, the file to look at.",
            _ => "Add `value: …`, what is under review.",
        };
        self.error(
            CODE,
            x.name.span,
            format!("`{component}` needs `{property}`."),
            format!("`{property}` is missing"),
            help,
        );
    }

    /// What is shown was written directly into the component, not as a record.
    pub(in crate::flow) fn fields_outside(&mut self, component: &str, holder: &str, fields: &[&ast::Name]) {
        let Some(first) = fields.first() else { return };
        let some: Vec<String> = fields.iter().take(3).map(|field| format!("{}: …", field.text)).collect();
        let more = if fields.len() > some.len() { ", …" } else { "" };
        self.error(
            CODE,
            first.span,
            format!("What `{component}` shows stands in its `{holder}`."),
            format!("`{holder}: {{ … }}` is missing around this"),
            format!("Write `{component} {{ {holder}: {{ {}{more} }} }}`.", some.join(", ")),
        );
    }

    pub(in crate::flow) fn agent_without_send(&mut self, block: &ast::Block) {
        let message = format!("The agent `{}` is given nothing to do.", block.name.text);
        self.error(
            CODE,
            block.name.span,
            message,
            "`send` is missing",
            "Add `send { text: \"…\" }`, with `files: […]` where it needs documents.",
        );
    }

    pub(in crate::flow) fn agent_without_use(&mut self, block: &ast::Block) {
        let message = format!("`{}` does not say which agent does the work.", block.name.text);
        self.error(
            CODE,
            block.name.span,
            message,
            "`use` is missing",
            "Add `use: NAME` with the name of an `agent` declaration.",
        );
    }

    pub(in crate::flow) fn child_without_run(&mut self, block: &ast::Block) {
        let message = format!("The child `{}` does not say which runbook it runs.", block.name.text);
        self.error(
            CODE,
            block.name.span,
            message,
            "`run` is missing",
            "Add `run NAME(…)` with the name of a runbook and its input.",
        );
    }

    pub(in crate::flow) fn nothing_awaited(&mut self, block: &ast::Block, asks: bool) {
        let help = if asks {
            "Say what brings the document: `on document_submitted where it.source == \"…\"`."
        } else {
            "Add `on SIGNAL`, such as `on document_submitted`, or a condition: `until rows.count() >= 1`."
        };
        self.error(
            CODE,
            block.name.span,
            format!("`{}` does not say what it waits for.", block.name.text),
            "nothing would end this wait",
            help,
        );
    }

    pub(in crate::flow) fn text_missing(&mut self, word: &str, span: Span) {
        self.error(
            CODE,
            span,
            format!("`{word}` needs a text."),
            "no text",
            format!("Write what people shall read: `{word} \"…\"`."),
        );
    }

    pub(in crate::flow) fn require_without_else(&mut self, x: &ast::Require) {
        self.error(
            CODE,
            x.span,
            "This `require` does not say what happens otherwise.",
            "and if not?",
            "Add `else fail \"…\"`, or `else skip \"…\"` to leave the step without a value.",
        );
    }

    pub(in crate::flow) fn require_without_refuse(&mut self, x: &ast::Require) {
        self.error(
            CODE,
            x.span,
            "In an `approve` a `require` says what the person is told who approves too early.",
            "no `else refuse`",
            "Add `else refuse \"…\"`: the gate stays open, and the person reads the text.",
        );
    }

    pub(in crate::flow) fn try_without_failure(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "This `try` does not say what happens after a failure.",
            "no `on failure`",
            "Add `on failure (e) { … }` after the brace; `e.message` says what went wrong.",
        );
    }

    pub(in crate::flow) fn row_name_missing(&mut self, name: &str, span: Span) {
        self.error(
            CODE,
            span,
            format!("`on {name}` needs a name for the row."),
            "no name",
            format!("Write `on {name} (row) => {{ ...row, … }}`."),
        );
    }
}
