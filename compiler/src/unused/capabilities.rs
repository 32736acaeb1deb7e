//! Capabilities that nobody calls.

use ntro_grammar::ast::Decl;

use super::{Rule, removal};

pub(super) const RULE: Rule = Rule {
    code: "N0224",
    names: |decl, text| match decl {
        Decl::Capability(x) => vec![(x.name.text.clone(), x.name.span, removal::lines(text, x.span))],
        Decl::Capabilities(x) => {
            let full = |name: &str| if name.is_empty() { String::new() } else { format!("{}.{name}", x.prefix.text) };
            let items = x.items.iter();
            items.map(|item| (full(&item.name.text), item.name.span, removal::lines(text, item.span))).collect()
        }
        _ => Vec::new(),
    },
    message: |name| format!("Nothing calls the capability `{name}`."),
    help: |name| format!("Remove it, or call it in a step: `run {name}(…)`."),
};
