//! Inputs that a runbook asks for and does not use.

use ntro_grammar::ast;

use crate::diagnostic::Level;
use crate::flow::Flow;

const CODE: &str = "N0229";

/// What a run is about: whoever runs it reads these, whether the runbook does or not.
const OF_THE_RUN: [&str; 5] = ["tenant", "tenant_slug", "entity", "entity_slug", "period"];

impl Flow<'_> {
    pub(super) fn unused_inputs(&mut self, fields: &ast::FieldsDecl, is_read: impl Fn(&str) -> bool) {
        for field in &fields.fields {
            let name = &field.name.text;
            if name.is_empty() || name.starts_with('_') || OF_THE_RUN.contains(&name.as_str()) || is_read(name) {
                continue;
            }
            let message = format!("This runbook asks for `{name}` and does not use it.");
            let help = "Use it, or remove it here and where the runbook is run.";
            self.lesser(Level::Warning, CODE, field.name.span, message, "not used", help);
        }
    }
}
