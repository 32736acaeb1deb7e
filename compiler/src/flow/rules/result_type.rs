//! What a call yields is of another type than what is wanted.

use ntro_grammar::ast;

use crate::cx::Expressions;
use crate::ty::Ty;

use crate::flow::Flow;

const CODE: &str = "N0433";

impl Flow<'_> {
    pub(in crate::flow) fn result_does_not_fit(&mut self, run: &ast::Run, found: &Ty, wanted: &Ty) {
        let (found, wanted) = (self.cx.show(found), self.cx.show(wanted));
        self.error(
            CODE,
            run.span,
            format!("`{}` yields `{found}`, but `{wanted}` is needed.", run.target.text),
            format!("this is `{found}`"),
            "Keep the result first, `let result = run …`, and make from it what is needed.",
        );
    }
}
