//! An agent is declared before it is used.

use ntro_grammar::Span;

use crate::flow::Flow;
use crate::suggest::or_else;

const CODE: &str = "N0425";

impl Flow<'_> {
    pub(in crate::flow) fn unknown_agent(&mut self, name: &str, span: Span) {
        let near = self.near(name, self.cx.items.agent_names(self.cx.file));
        let help = format!(
            "Declare it: `extern agent {name}` is bound for each tenant, `agent {name} {{ kind: …, ref: \"…\" }}` here."
        );
        let help = or_else(&near, &help);
        self.error(CODE, span, format!("There is no agent `{name}`."), "not known", help);
    }

    pub(in crate::flow) fn not_an_agent(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "`use` takes the name of an agent.",
            "not a name",
            "Write `use: NAME`, the name of an `agent` declaration, without quotes.",
        );
    }
}
