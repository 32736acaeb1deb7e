//! A setting has a value before anybody sets it.

use ntro_grammar::{Span, ast};

use crate::flow::Flow;

const CODE: &str = "N0426";

impl Flow<'_> {
    pub(in crate::flow) fn config_without_default(&mut self, field: &ast::Field) {
        let name = &field.name.text;
        self.error(
            CODE,
            field.span,
            format!("The setting `{name}` has no default."),
            "no value where nobody sets it",
            "Add a default, such as `= 1`, or make it optional with `?`.",
        );
    }

    pub(in crate::flow) fn default_not_constant(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "A default is a plain value.",
            "depends on something",
            "Write a number, a text, a list or the like; work the value out in the body.",
        );
    }
}
