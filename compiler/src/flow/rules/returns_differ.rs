//! A step yields one kind of value, on every way through it.

use ntro_grammar::{Span, ast};

use crate::flow::Flow;

const CODE: &str = "N0432";

impl Flow<'_> {
    pub(in crate::flow) fn returns_differ(&mut self, name: &ast::Name, span: Span) {
        self.error(
            CODE,
            span,
            format!("The step `{}` yields values of different kinds.", name.text),
            "another kind than before",
            "Let every `return` of a step give the same type; where there is no value, `skip \"…\"` leaves the step without one.",
        );
    }

    pub(in crate::flow) fn step_yields_sometimes(&mut self, name: &ast::Name, first: Span) {
        let place = self.place(first);
        let found = self.error(
            CODE,
            name.span,
            format!("The step `{}` yields a value on one way through it, and nothing on another.", name.text),
            "can end without a value",
            "End it with a `return` too, or with `skip \"…\"` to leave the step without a value.",
        );
        found.related.push((place, "this yields a value".to_owned()));
    }
}
