//! Parameters of functions that the function does not look at.

use std::collections::BTreeSet;

use ntro_grammar::{Span, ast};

use super::words;
use crate::diagnostic::{Diagnostic, Level};
use crate::items::Items;

const CODE: &str = "N0226";

pub(super) fn report(items: &Items, diagnostics: &mut Vec<Diagnostic>) {
    for (id, decl) in super::declarations(items) {
        let ast::Decl::Fn(function) = decl else { continue };
        let Some(file) = items.file(id) else { continue };
        let names: BTreeSet<&str> = function.params.iter().map(|param| param.name.text.as_str()).collect();
        let body = function.body.span;
        let (Some(text), false) = (file.text.get(..body.end as usize), names.is_empty()) else { continue };
        let mut used = BTreeSet::new();
        let inside = file.tree.comments.iter().map(|comment| comment.span).filter(|span| body.start <= span.start);
        let left_out = inside.take_while(|span| span.end <= body.end).chain([Span::new(0, body.start)]);
        words::mentioned(text, left_out.collect(), &names, &mut used);
        for param in &function.params {
            let name = &param.name.text;
            if name.is_empty() || name.starts_with('_') || used.contains(name.as_str()) {
                continue;
            }
            let mut found = Diagnostic::error(
                CODE,
                items.place(id, param.name.span),
                format!("The function `{}` does not use `{name}`.", function.name.text),
                "not used",
                format!(
                    "Use it, or remove it here and in the calls. Write `_{name}` where a call gives it and it is not needed."
                ),
            );
            found.level = Level::Hint;
            // It may have been forgotten rather than be needless: a person decides.
            found.certain = false;
            diagnostics.push(found.edit(items.place(id, param.name.span), format!("_{name}")));
        }
    }
}
