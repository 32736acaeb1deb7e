//! A signal is declared before it is heard.

use ntro_grammar::{Span, ast};

use crate::items::Signal;

use crate::flow::Flow;
use crate::suggest::or_else;

const CODE: &str = "N0423";

impl Flow<'_> {
    pub(in crate::flow) fn unknown_signal(&mut self, name: &ast::Name) {
        if matches!(name.text.as_str(), "failure" | "error" | "fail" | "failed" | "exception") {
            let help = "Put the lines that may fail into `try { … }`, and write `on failure (e) { … }` behind its `}`.";
            self.error(
                CODE,
                name.span,
                format!("A failure is no signal, and there is none called `{}`.", name.text),
                "no signal",
                help,
            );
            return;
        }
        let near = self.near(&name.text, self.cx.items.signal_names(self.cx.file));
        let help = format!(
            "Declare it: `signal {} {{ field: text }}`, or import it. Built in are `document_submitted` and `data_submitted<T>`.",
            name.text
        );
        let help = or_else(&near, &help);
        self.error(CODE, name.span, format!("There is no signal `{}`.", name.text), "not known", help);
    }

    pub(in crate::flow) fn signal_type_arguments(&mut self, x: &ast::SignalRef, signal: &Signal) {
        let name = &x.name.text;
        if signal.type_params.is_empty() {
            self.error(
                CODE,
                x.name.span,
                format!("`{name}` takes no type."),
                "no `<…>` here",
                format!("Write `on {name}`."),
            );
        } else {
            let help = format!("Say what it carries: `on {name}<TYPE>`.");
            self.error(
                CODE,
                x.name.span,
                format!("`{name}` needs to know what type of data it carries."),
                "no type",
                help,
            );
        }
    }

    pub(in crate::flow) fn signal_with_two_types(&mut self, name: &str, span: Span) {
        self.error(
            CODE,
            span,
            format!("`{name}` is heard with two different types in this runbook."),
            "another type than before",
            "A signal carries one type in a run: use the same type everywhere, or two signals.",
        );
    }
}
