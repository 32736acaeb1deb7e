//! Not every outcome can follow everywhere.

use ntro_grammar::{Span, ast};

use crate::flow::Flow;

const CODE: &str = "N0427";

impl Flow<'_> {
    pub(in crate::flow) fn outcome_not_here(&mut self, word: &str, span: Span, known: &str) {
        self.error(CODE, span, format!("`{word}` cannot follow here."), "not here", format!("Here may stand {known}."));
    }

    pub(in crate::flow) fn never_with_else(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "`within never` never runs out, so nothing can follow.",
            "never happens",
            "Remove the `else …`, or write how long: `within 24h else …`.",
        );
    }

    pub(in crate::flow) fn action_not_offered(&mut self, name: &ast::Name, offered: &[String]) {
        let near = self.near(&name.text, offered.to_vec());
        let help = if offered.is_empty() {
            "Nothing is offered here; remove this clause.".to_owned()
        } else {
            let list = offered.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            format!("{near}Offered are {list}; add it to `actions {{ … }}`.")
        };
        self.error(
            CODE,
            name.span,
            format!("Nobody can choose `{}` here: it is not offered.", name.text),
            "not among the actions",
            help,
        );
    }
}
