//! Settings that change nothing.

use ntro_grammar::{Span, ast};

use crate::diagnostic::{Edit, Level};
use crate::flow::Flow;
use crate::unused::removal;

const CODE: &str = "N0230";

/// Days that are no working days: whoever runs the runbook reads them.
const OF_THE_RUN: &str = "holidays";

impl Flow<'_> {
    pub(super) fn unused_settings(&mut self, fields: &ast::FieldsDecl, is_read: impl Fn(&str) -> bool) {
        let text = self.cx.items.file(self.cx.file).map_or("", |file| &file.text);
        let spans: Vec<Span> = fields.fields.iter().map(|field| field.span).collect();
        let in_lines =
            text.get(fields.span.start as usize..fields.span.end as usize).is_some_and(|of| of.contains('\n'));
        for (index, field) in fields.fields.iter().enumerate() {
            let name = &field.name.text;
            if name.is_empty() || name.starts_with('_') || name == OF_THE_RUN || is_read(name) {
                continue;
            }
            let whole = if in_lines || spans.len() == 1 {
                removal::lines(text, field.span)
            } else {
                removal::of_list(text, &spans, index, field.span)
            };
            let place = self.place(whole);
            let message = format!("Nothing reads the setting `{name}`.");
            let help = format!("Read it as `config.{name}` where it matters, or remove it here and where it is set.");
            let found = self.lesser(Level::Warning, CODE, field.name.span, message, "not used", help);
            // It may be set elsewhere, or have been written for what comes next: a person decides.
            found.certain = false;
            found.fix.push(Edit { place, text: String::new() });
        }
    }
}
