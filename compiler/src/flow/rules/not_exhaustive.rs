//! A `match` says what happens in every case.

use ntro_grammar::ast;

use crate::flow::Flow;

const CODE: &str = "N0408";

impl Flow<'_> {
    /// `missing` names the cases that no arm covers, where they can be counted.
    pub(in crate::flow) fn not_exhaustive(&mut self, x: &ast::Match, ty: &str, missing: Option<Vec<String>>) {
        let (label, help) = match missing {
            Some(missing) => {
                let names = missing.iter().map(|case| format!("`{case}`")).collect::<Vec<_>>().join(", ");
                let arms = missing.iter().map(|case| format!("`{} {{ … }}`", arm(case))).collect::<Vec<_>>().join(", ");
                (format!("missing: {names}"), format!("Add {arms}, or `else {{ … }}` for all that is left."))
            }
            None => (format!("`{ty}` may be anything"), "Add `else { … }` for all that is left.".to_owned()),
        };
        self.error(CODE, x.subject.span, "This `match` does not say what happens in every case.", label, help);
    }
}

/// How an arm for a case begins.
fn arm(case: &str) -> String {
    match case {
        "ok" | "some" => format!("{case} (value)"),
        "failed" => "failed (error)".to_owned(),
        other => other.to_owned(),
    }
}
