//! `rows.filter(is_large)`: a function by its name, where a rule is wanted. It stands for `row => is_large(row)`.

use ntro_grammar::{Span, ast};

use super::functions;
use crate::cx::Cx;

impl Cx<'_> {
    /// The rule that a name stands for; `None` where it names no function, or one that takes another number of values.
    pub(super) fn named_rule(&self, name: &str, span: Span, takes: usize) -> Option<ast::Expr> {
        if self.scope.get(name).is_some() {
            return None;
        }
        let fits = match self.items.function(self.file, name) {
            Some((_, item)) => item.params.len() == takes,
            // How many values a built-in function takes may vary; its call says what is wrong.
            None => functions::find(name).is_some(),
        };
        if !fits {
            return None;
        }
        // No name of the text begins so.
        let params: Vec<ast::Name> = (0..takes)
            .map(|index| ast::Name { text: format!("%{index}"), span: Span::new(span.start, span.end) })
            .collect();
        let value = |kind| ast::Expr { kind, span };
        let args = params.iter().map(|param| ast::Arg {
            name: None,
            value: value(ast::ExprKind::Name(param.text.clone())),
            span,
        });
        let callee = Box::new(value(ast::ExprKind::Name(name.to_owned())));
        let body = Box::new(value(ast::ExprKind::Call { callee, args: args.collect() }));
        Some(value(ast::ExprKind::Lambda { params, body }))
    }
}
