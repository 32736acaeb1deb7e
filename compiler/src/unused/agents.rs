//! Agents that get no work.

use ntro_grammar::ast::Decl;

use super::{Rule, removal};

pub(super) const RULE: Rule = Rule {
    code: "N0225",
    names: |decl, text| match decl {
        Decl::Agent(x) => vec![(x.name.text.clone(), x.name.span, removal::lines(text, x.span))],
        _ => Vec::new(),
    },
    message: |name| format!("Nothing hands work to the agent `{name}`."),
    help: |name| format!("Remove it, or hand it work in an `agent` block: `use: {name}`."),
};
