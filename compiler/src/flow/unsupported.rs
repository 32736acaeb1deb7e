//! What the language has and this compiler does not do yet: one clear message each, with what to write instead.

use ntro_grammar::Span;

use super::Flow;
use crate::cx::{Cx, Expressions};

/// The code of everything that is not supported yet.
pub(crate) const CODE: &str = "N0901";

/// Reports a form that is not supported yet. `instead` is a sentence that says what to write.
pub(crate) fn unsupported(cx: &mut Cx<'_>, what: &str, span: Span, instead: &str) {
    cx.report(CODE, span, format!("{what} is not supported yet."), "not supported yet".to_owned(), instead.to_owned());
}

impl Flow<'_> {
    pub(super) fn unsupported_quorum(&mut self, span: Span) {
        unsupported(
            &mut self.cx,
            "`quorum`",
            span,
            "Use two `approve` blocks one after the other, the second with `not_by: first.by`.",
        );
    }

    pub(super) fn unsupported_remind(&mut self, span: Span) {
        unsupported(
            &mut self.cx,
            "`remind`",
            span,
            "Remove it, or let somebody else decide after a while: `within 1d else escalate to ROLE within 1d else fail \"…\"`.",
        );
    }

    pub(super) fn unsupported_checks(&mut self, span: Span) {
        unsupported(
            &mut self.cx,
            "`checks`",
            span,
            "Run them in a step before the gate, and show what they found with `warn \"…\" when …`.",
        );
    }

    pub(super) fn unsupported_undo(&mut self, span: Span) {
        unsupported(
            &mut self.cx,
            "`undo`",
            span,
            "Put what may fail into `try { … } on failure (e) { … }`, undo there what is done, and end with `fail e.message`.",
        );
    }

    pub(super) fn unsupported_head_limit(&mut self, span: Span) {
        unsupported(
            &mut self.cx,
            "A limit in the head of a block",
            span,
            "Give each wait inside a limit of its own: `within … else …` in an `await` or `approve`.",
        );
    }

    pub(super) fn unsupported_ask(&mut self, what: &str, span: Span) {
        let instead = match what {
            "files" => "Ask file by file: one `await` with `ask file_upload { … }` for each, in a `parallel`.",
            "form" => "Declare a signal with these fields and wait for it: `on SIGNAL`.",
            _ => "Use an `approve` with `actions { approve \"Acknowledge\" }`.",
        };
        unsupported(&mut self.cx, &format!("`ask {what}`"), span, instead);
    }

    pub(super) fn unsupported_for_key(&mut self, span: Span) {
        unsupported(&mut self.cx, "`key` in a `for`", span, "Leave it out: the rounds are told apart by their number.");
    }
}
