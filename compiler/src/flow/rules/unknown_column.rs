//! `key`, `columns` and `editable` name fields of the rows.

use ntro_grammar::Span;

use crate::cx::Expressions;
use crate::ty::Ty;

use crate::flow::Flow;

const CODE: &str = "N0421";

impl Flow<'_> {
    pub(in crate::flow) fn unknown_column(&mut self, name: &str, span: Span, fields: &[(String, Ty)]) {
        let names: Vec<String> = fields.iter().map(|(name, _)| name.clone()).collect();
        let near = self.near(name, names.clone());
        let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        self.error(
            CODE,
            span,
            format!("What is shown has no field `{name}`."),
            "not a field",
            format!("{near}Its fields are {list}."),
        );
    }

    pub(in crate::flow) fn key_edited(&mut self, key: &str, span: Span) {
        self.error(
            CODE,
            span,
            format!("`{key}` tells the rows apart, so it cannot be edited."),
            "holds the key",
            format!("Leave `{key}` out of `editable`, or choose another `key`."),
        );
    }

    pub(in crate::flow) fn key_not_text(&mut self, name: &str, span: Span, ty: &Ty) {
        let shown = self.cx.show(ty);
        self.error(
            CODE,
            span,
            format!("`{name}` cannot identify a row: its type is `{shown}`."),
            "a text or a whole number is needed",
            "Choose a field that is a `text` or an `int`, always there and different in every row.",
        );
    }
}
