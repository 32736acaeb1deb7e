//! Only a `var` changes.

use ntro_grammar::{Span, ast};

use crate::cx::Expressions;
use crate::scope::Binding;
use crate::suggest::or_else;
use crate::ty::Ty;

use crate::flow::Flow;

const CODE: &str = "N0412";

/// Names that are properties of a runbook or of a step.
const PROPERTIES: [&str; 5] = ["icon", "version", "tags", "title", "output"];

impl Flow<'_> {
    pub(in crate::flow) fn cannot_assign(&mut self, target: &ast::Name, name: &str, binding: &Binding, fields: bool) {
        let place = self.place(binding.span);
        if binding.var && fields {
            let field = target.text.rsplit('.').next().unwrap_or_default();
            let help = format!("Set the whole variable: `{name} = {{ ...{name}, {field}: … }}`.");
            self.error(CODE, target.span, "A single field cannot be set.", "a field of a variable", help);
            return;
        }
        let help = format!(
            "Declare a variable before it, `var total: TYPE = …`, and change that. What a step, an input or a `let` holds stays as it is, so that `{name}` means the same everywhere."
        );
        let found = self.error(
            CODE,
            target.span,
            format!("`{name}` cannot be changed: it is not a `var`."),
            "not a variable",
            help,
        );
        found.related.push((place, "declared here".to_owned()));
    }

    pub(in crate::flow) fn assigned_name_unknown(&mut self, target: &ast::Name) {
        if PROPERTIES.contains(&target.text.as_str()) {
            self.property_by_equals(target);
            return;
        }
        let near = self.near(&target.text, self.vars.iter().map(|var| var.name.clone()).collect::<Vec<_>>());
        let help = format!(
            "Write `let {0} = …` for a new value, or declare it before, `var {0} = …`, where it changes.",
            target.text
        );
        let help = or_else(&near, &help);
        self.error(CODE, target.span, format!("There is no variable `{}` here.", target.text), "not known", help);
    }

    /// `icon = Inbox`
    fn property_by_equals(&mut self, target: &ast::Name) {
        let name = &target.text;
        let help = format!("Write `{name}: …`: a property has a colon before its value.");
        let file = self.cx.items.file(self.cx.file);
        let after = file.and_then(|file| file.text.get(target.span.end as usize..)).unwrap_or("");
        let blanks = u32::try_from(after.len() - after.trim_start_matches([' ', '\t']).len()).unwrap_or(0);
        let sign = Span::new(target.span.end, target.span.end + blanks + 1);
        let place = self.place(sign);
        let plain = after.trim_start_matches([' ', '\t']).starts_with('=');
        let found = self.error("N0126", target.span, "An `=` stands where a colon belongs.", "a property", help);
        if plain {
            found.fix.push(crate::diagnostic::Edit { place, text: ":".to_owned() });
        }
    }

    pub(in crate::flow) fn cannot_add(&mut self, target: &ast::Name, ty: &Ty, op: ast::AssignOp, span: Span) {
        let (sign, what) =
            if op == ast::AssignOp::Add { ("+=", "numbers, money and lists") } else { ("-=", "numbers and money") };
        let shown = self.cx.show(ty);
        self.error(
            CODE,
            span,
            format!("`{sign}` works on {what}; `{}` is `{shown}`.", target.text),
            format!("this is `{shown}`"),
            format!("Set it: `{} = …`.", target.text),
        );
    }
}
