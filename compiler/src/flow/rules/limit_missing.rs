//! Every wait says how long it lasts, and what then.

use ntro_grammar::{Span, ast};

use crate::flow::Flow;

const CODE: &str = "N0501";

impl Flow<'_> {
    pub(in crate::flow) fn limit_missing(&mut self, block: &ast::Block) {
        let name = &block.name.text;
        let help = match block.kind {
            ast::BlockKind::Approve => {
                "Add `within 24h else fail \"…\"`, or `within 24h else escalate to ROLE within 24h else fail \"…\"`. Where waiting for ever is meant, write `within never`."
            }
            _ => "Add `within 24h else fail \"…\"`. Where waiting for ever is meant, write `within never`.",
        };
        self.error(CODE, block.name.span, format!("`{name}` may wait for ever."), "no `within`", help);
    }

    pub(in crate::flow) fn limit_without_else(&mut self, span: Span, gate: bool) {
        let more = if gate { ", `else escalate to ROLE within 24h else fail \"…\"`" } else { "" };
        self.error(
            CODE,
            span,
            "This limit does not say what happens when it runs out.",
            "and then?",
            format!("Add `else fail \"…\"`{more}, or `else {{ … }}`."),
        );
    }
}
