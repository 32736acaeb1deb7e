//! Records and enumerations that nothing has as its type.

use ntro_grammar::ast::Decl;

use super::{Rule, removal};

pub(super) const RULE: Rule = Rule {
    code: "N0221",
    names: |decl, text| match decl {
        Decl::Type(x) => vec![(x.name.text.clone(), x.name.span, removal::lines(text, x.span))],
        Decl::Enum(x) => vec![(x.name.text.clone(), x.name.span, removal::lines(text, x.span))],
        _ => Vec::new(),
    },
    message: |name| format!("Nothing uses the type `{name}`."),
    help: |_| "Remove it, or use it where it was meant.".to_owned(),
};
