//! A runbook that starts itself as its child starts another one each time, without end.

use ntro_grammar::ast;

use crate::flow::Flow;

const CODE: &str = "N0439";

impl Flow<'_> {
    /// Reports a child that runs the runbook in which it stands, unless a condition may end that.
    pub(in crate::flow) fn child_runs_itself(&mut self, block: &ast::Block, run: &ast::Run) {
        // In a branch, in a step that may be skipped, or after something that may end the run it may end.
        let always = block.when.is_none() && self.frames.len() <= 2;
        let may_end = self.code.ops.iter().any(|op| matches!(op, ntro_ir::Op::Return(_) | ntro_ir::Op::Fail(_)));
        if run.target.text != self.cx.program.name || !always || may_end {
            return;
        }
        self.error(
            CODE,
            run.target.span,
            format!("`{}` would run itself, and that one itself again, without end.", run.target.text),
            "this is the runbook itself",
            "Run another runbook, or say when it goes on: `child next \"Next\" when more { … }`.",
        );
    }
}
