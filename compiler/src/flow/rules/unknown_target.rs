//! What is called exists.

use ntro_grammar::ast;

use crate::cx::Expressions;
use crate::flow::Flow;
use crate::suggest::name_list;
use crate::ty::Ty;

const CODE: &str = "N0424";
/// How many parameters are proposed.
const MOST_PARAMETERS: usize = 8;

impl Flow<'_> {
    pub(in crate::flow) fn unknown_capability(&mut self, run: &ast::Run) {
        let name = &run.target.text;
        if self.cx.items.runbook(name).is_some() {
            let help = format!("Write a block of its own: `child {} {{ run {name}(…) }}`.", name.replace('-', "_"));
            self.error(
                CODE,
                run.target.span,
                format!("`{name}` is a runbook, and a runbook runs in a `child`."),
                "a runbook",
                help,
            );
            return;
        }
        let known = self.cx.items.capability_names(self.cx.file);
        let near = self.near(name, known.clone());
        // Of a family that is there, what it has says more than a guess.
        let family = name.split_once('.').map(|(family, _)| format!("{family}."));
        let kin: Vec<String> =
            known.into_iter().filter(|known| family.as_ref().is_some_and(|it| known.starts_with(it))).collect();
        let kin =
            if near.is_empty() && !kin.is_empty() { format!(" There is {}.", name_list(&kin)) } else { String::new() };
        let given = self.parameters(run);
        let declare = format!("`capability {name}({given}) -> TYPE`, or import it from the file that does.");
        let help = match near.trim() {
            "" => format!("Declare it, {declare}{kin}"),
            near => format!("{near} If not, declare it, {declare}"),
        };
        self.error(CODE, run.target.span, format!("There is no capability `{name}`."), "not known", help);
    }

    /// The parameters that a capability would have to be called so: `query: text, limit: int`. What its values are wrong in is said once
    /// the capability is known.
    fn parameters(&mut self, run: &ast::Run) -> String {
        let from = self.cx.diagnostics.len();
        let mut all = Vec::new();
        for arg in run.args.iter().take(MOST_PARAMETERS) {
            let name = match (&arg.name, &arg.value.kind) {
                (Some(name), _) => name.text.clone(),
                (None, ast::ExprKind::Name(name)) => name.clone(),
                (None, ast::ExprKind::Member { name, .. }) => name.text.clone(),
                _ => "value".to_owned(),
            };
            let ty = self.cx.expr(&arg.value, None).ty;
            let known = !matches!(ty, Ty::Error) && arg.value.kind != ast::ExprKind::None;
            let ty = if known { self.cx.show(&ty) } else { "TYPE".to_owned() };
            all.push(format!("{name}: {ty}"));
        }
        self.cx.diagnostics.truncate(from);
        if run.args.len() > all.len() {
            all.push("…".to_owned());
        }
        all.join(", ")
    }

    pub(in crate::flow) fn unknown_runbook(&mut self, run: &ast::Run) {
        let name = &run.target.text;
        if self.cx.items.capability(self.cx.file, name).is_some() {
            let help = format!("Call it in a step: `step NAME {{ run {name}(…) }}`.");
            self.error(
                CODE,
                run.target.span,
                format!("`{name}` is a capability, and a `child` runs a runbook."),
                "a capability",
                help,
            );
            return;
        }
        let near = self.near(name, self.cx.items.runbook_names());
        let help = format!(
            "{near}A child runs a runbook of this project, or one that is declared: `extern runbook {name} {{ input {{ … }} output: TYPE }}`."
        );
        self.error(CODE, run.target.span, format!("There is no runbook `{name}`."), "not known", help);
    }
}
