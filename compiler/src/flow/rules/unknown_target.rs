//! What is called exists.

use ntro_grammar::ast;

use crate::flow::Flow;

const CODE: &str = "N0424";

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
        let near = self.near(name, self.cx.items.capability_names(self.cx.file));
        let help = format!("Declare it, `capability {name}(…) -> TYPE`, or import it from the file that does.{near}");
        self.error(CODE, run.target.span, format!("There is no capability `{name}`."), "not known", help);
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
            "A child runs a runbook of this project, or one that is declared: `extern runbook {name} {{ input {{ … }} output: TYPE }}`.{near}"
        );
        self.error(CODE, run.target.span, format!("There is no runbook `{name}`."), "not known", help);
    }
}
