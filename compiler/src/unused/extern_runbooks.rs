//! Runbooks deployed elsewhere that nothing runs.

use ntro_grammar::ast::Decl;

use super::{Rule, removal};

pub(super) const RULE: Rule = Rule {
    code: "N0227",
    names: |decl, text| match decl {
        Decl::ExternRunbook(x) => vec![(x.name.text.clone(), x.name.span, removal::lines(text, x.span))],
        _ => Vec::new(),
    },
    message: |name| format!("Nothing runs the runbook `{name}`, which is deployed elsewhere."),
    help: |name| format!("Remove it, or run it in a `child` block: `run {name}(…)`."),
};
