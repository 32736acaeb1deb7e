//! What an agent is sent has the fields that agents are given: a text, and documents.

use ntro_grammar::{Span, ast};

use crate::cx::Expressions;
use crate::flow::Flow;
use crate::ty::Ty;

const CODE: &str = "N0442";

impl Flow<'_> {
    /// Looks at the fields of what is sent.
    pub(in crate::flow) fn sent_fields(&mut self, value: &ast::Expr, fields: &[(String, Ty)]) {
        for (name, ty) in fields {
            let at = place_of(value, name);
            match name.as_str() {
                "text" if !self.cx.fits(ty, &Ty::Text) => {
                    let shown = self.cx.show(ty);
                    self.wrong_sent(
                        at,
                        format!("The `text` of `send` is `{shown}`."),
                        "Write a text in quotes; `{{ name }}` in it shows a value.",
                    );
                }
                "files" if !self.cx.fits(ty, &Ty::list(Ty::File)) => {
                    let shown = self.cx.show(ty);
                    self.wrong_sent(
                        at,
                        format!("The `files` of `send` are `{shown}`."),
                        "Write a list of documents: `files: [pack]`.",
                    );
                }
                "text" | "files" => {}
                _ => {
                    let help = match name.as_str() {
                        "prompt" | "message" | "task" | "input" | "instructions" | "content" => {
                            format!("Write `text: …` in place of `{name}`.")
                        }
                        "documents" | "attachments" | "file" => format!("Write `files: […]` in place of `{name}`."),
                        _ => "An agent is given `text` and `files`: put the value into the text, `{{ name }}`."
                            .to_owned(),
                    };
                    self.wrong_sent(at, format!("`send` has no field `{name}`."), &help);
                }
            }
        }
        if !fields.is_empty() && fields.iter().all(|(name, _)| name == "files") {
            self.wrong_sent(
                value.span,
                "The agent is not told what to do.".to_owned(),
                "Add what it shall do: `send { text: \"…\", files: […] }`.",
            );
        }
    }

    fn wrong_sent(&mut self, span: Span, message: String, help: &str) {
        self.error(CODE, span, message, "not what an agent is given", help);
    }
}

/// Where a field stands in a record, else the whole.
fn place_of(value: &ast::Expr, name: &str) -> Span {
    let ast::ExprKind::Record(items) = &value.kind else { return value.span };
    let found = items.iter().find_map(|item| match item {
        ast::RecordItem::Field { name: field, .. } if field.text == name => Some(field.span),
        _ => None,
    });
    found.unwrap_or(value.span)
}
