//! Functions that nobody calls.

use ntro_grammar::ast::Decl;

use super::{Rule, removal};

pub(super) const RULE: Rule = Rule {
    code: "N0222",
    names: |decl, text| match decl {
        Decl::Fn(x) => vec![(x.name.text.clone(), x.name.span, removal::lines(text, x.span))],
        _ => Vec::new(),
    },
    message: |name| format!("Nothing uses the function `{name}`."),
    help: |name| format!("Remove it, or call it where it was meant: `{name}(…)`."),
};
