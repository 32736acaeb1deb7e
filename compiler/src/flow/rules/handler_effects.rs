//! A handler only notes what came: it neither waits nor does anything outside the run.

use ntro_grammar::ast;

use crate::flow::scan;

use crate::flow::Flow;

const CODE: &str = "N0413";

impl Flow<'_> {
    /// Whether a statement may stand in an `on SIGNAL { … }`; reports it if not.
    pub(in crate::flow) fn may_stand_in_handler(&mut self, stmt: &ast::Stmt) -> bool {
        let what = match stmt {
            ast::Stmt::Let(ast::Let { value: ast::Rhs::Expr(_), .. })
            | ast::Stmt::Assign { value: ast::Rhs::Expr(_), .. }
            | ast::Stmt::If(_)
            | ast::Stmt::Match(_)
            | ast::Stmt::Feedback(_)
            | ast::Stmt::Emit { .. }
            | ast::Stmt::Fail { .. }
            | ast::Stmt::Require(_)
            | ast::Stmt::Prop(_)
            | ast::Stmt::Input(_)
            | ast::Stmt::Config(_)
            | ast::Stmt::Output { .. } => return true,
            ast::Stmt::Let(_) | ast::Stmt::Assign { .. } | ast::Stmt::Run(_) => "call anything",
            ast::Stmt::Block(_) => "hold a block",
            ast::Stmt::Sleep { .. } => "sleep",
            ast::Stmt::Return { .. } | ast::Stmt::Skip { .. } | ast::Stmt::Rework(_) => {
                "leave the place where the run waits"
            }
            ast::Stmt::Var(_) => "declare a `var`, which would be gone at once",
            _ => "do this",
        };
        self.error(
            CODE,
            scan::span(stmt),
            format!("A handler cannot {what}: it runs while the run waits for something else."),
            "not in an `on` handler",
            "Note in a variable what came (`pending += [e]`), and act on it in a step: `await … { until pending.count() > 0 … }`.",
        );
        false
    }
}
