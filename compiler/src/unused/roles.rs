//! Roles that decide nothing.

use ntro_grammar::ast::Decl;

use super::{Rule, removal};

pub(super) const RULE: Rule = Rule {
    code: "N0223",
    names: |decl, text| match decl {
        Decl::Role(x) => {
            let spans: Vec<_> = x.names.iter().map(|name| name.span).collect();
            let whole = |index| removal::of_list(text, &spans, index, x.span);
            let names = x.names.iter().enumerate();
            names.map(|(index, name)| (name.text.clone(), name.span, whole(index))).collect()
        }
        _ => Vec::new(),
    },
    message: |name| format!("Nobody is asked as `{name}`: nothing uses this role."),
    help: |name| {
        format!("Remove it, or name it where people decide: `by: {name}`, `escalate to {name}`, `from {name}`.")
    },
};
