//! An `undo` and a reminder run by themselves, out of the run's own way: they neither ask anybody nor move the run.

use ntro_grammar::{Span, ast};

use crate::flow::{Flow, scan};

const CODE: &str = "N0435";

impl Flow<'_> {
    /// Whether a statement may stand in an `undo { … }` or a `remind … { … }`; reports it if not.
    pub(in crate::flow) fn may_stand_alone(&mut self, stmt: &ast::Stmt, what: &str) -> bool {
        let does = match stmt {
            ast::Stmt::Block(_) => "hold a block of its own",
            ast::Stmt::Parallel { .. } => "hold blocks side by side",
            ast::Stmt::Handler(_) => "hear signals",
            ast::Stmt::Return { .. } | ast::Stmt::Skip { .. } | ast::Stmt::Rework(_) => "move the run elsewhere",
            ast::Stmt::Undo { .. } => "hold another `undo`",
            _ => return true,
        };
        let (why, help) = match what {
            "undo" => (
                "it runs by itself while the run ends or goes back",
                "Call here what takes the step back: `run payments.cancel(payment)`. What people should do belongs into a step.",
            ),
            _ => (
                "it runs beside a wait that is still open",
                "Call here what reminds: `run notify.send(to: \"…\", subject: \"…\", message: \"…\")`.",
            ),
        };
        let message = format!("`{what}` cannot {does}: {why}.");
        self.error(CODE, scan::span(stmt), message, format!("not in `{what}`"), help);
        false
    }

    pub(in crate::flow) fn assigned_in_undo(&mut self, target: &ast::Name) {
        self.error(
            CODE,
            target.span,
            format!(
                "An `undo` cannot change `{}`: it sees everything as it was when its step was complete.",
                target.text
            ),
            "changed in an `undo`",
            "Leave it out. After a rework a `var` is what it was before anyway.",
        );
    }

    pub(in crate::flow) fn undo_not_last(&mut self, span: Span) {
        self.error(
            "N0436",
            span,
            "`undo` stands at the end of a step, and only there.",
            "not at the end of a step",
            "Put what is done and its undo into one step: `step pay \"Pay\" { run payments.pay(order)  undo { run payments.cancel(pay) } }`.",
        );
    }
}
