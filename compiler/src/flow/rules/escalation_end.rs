//! An escalation has a limit of its own.

use ntro_grammar::{Span, ast};

use crate::flow::Flow;

const CODE: &str = "N0504";

impl Flow<'_> {
    pub(in crate::flow) fn escalate_without_limit(&mut self, role: &ast::Name, span: Span) {
        let role = if role.is_missing() { "manager" } else { role.text.as_str() };
        self.error(
            CODE,
            span,
            format!("This does not say how long `{role}` has, and what happens then."),
            "the escalation may wait for ever",
            format!("Write `escalate to {role} within 24h else fail \"…\"`. Where waiting for ever is meant: `escalate to {role} within never`."),
        );
    }
}
