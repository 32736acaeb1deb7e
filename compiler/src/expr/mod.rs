//! The expression half: types of expressions, and their lowering to the arena of the program.

use ntro_grammar::{Span, ast};
use ntro_ir::{Expr, ExprId, Value};

use crate::cx::{Cx, Expressions, Facts, Typed};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::ty::Ty;

/// What the expression half notes for itself in a context.
#[derive(Debug, Default)]
pub(crate) struct Notes {}

impl Expressions for Cx<'_> {
    fn expr(&mut self, expr: &ast::Expr, _expected: Option<&Ty>) -> Typed {
        Typed { id: self.push(Expr::Const(Value::None), expr.span), ty: Ty::Error }
    }
    fn condition(&mut self, expr: &ast::Expr) -> (Typed, Facts) {
        (self.expr(expr, Some(&Ty::Bool)), Facts::default())
    }
    fn template(&mut self, template: &ast::Template) -> ExprId {
        self.push(Expr::Const(Value::text("")), template.span)
    }
    fn arguments(&mut self, _args: &[ast::Arg], _params: &[crate::items::Param], _what: &str, span: Span) -> ExprId {
        self.push(Expr::Record(Vec::new()), span)
    }
    fn capability_call(
        &mut self,
        _capability: &crate::items::Capability,
        _type_args: &[ast::TypeExpr],
        _args: &[ast::Arg],
        span: Span,
    ) -> crate::cx::CheckedCall {
        let args = self.push(Expr::Record(Vec::new()), span);
        crate::cx::CheckedCall { args, result: Ty::Error, type_arg: None }
    }
    fn written_type(&mut self, _ty: &ast::TypeExpr) -> Ty {
        Ty::Error
    }
    fn ir_type(&mut self, _ty: &Ty) -> ntro_ir::Type {
        ntro_ir::Type::Nothing
    }
    fn show(&self, ty: &Ty) -> String {
        format!("{ty:?}")
    }
    fn fields(&self, _ty: &Ty) -> Option<Vec<(String, Ty)>> {
        None
    }
    fn fits(&self, _from: &Ty, _to: &Ty) -> bool {
        true
    }
    fn join(&self, a: &Ty, _b: &Ty) -> Option<Ty> {
        Some(a.clone())
    }
    fn report(
        &mut self,
        code: &'static str,
        span: Span,
        message: String,
        label: String,
        help: String,
    ) -> &mut Diagnostic {
        let place = Place { file: self.items.path(self.file).to_owned(), span };
        let new =
            Diagnostic { code, level: Level::Error, place, message, label, help, fix: Vec::new(), related: Vec::new() };
        self.diagnostics.push(new);
        let last = self.diagnostics.len() - 1;
        #[allow(clippy::indexing_slicing, reason = "an element was pushed just now")]
        &mut self.diagnostics[last]
    }
    fn did_you_mean(&self, _word: &str, _among: &mut dyn Iterator<Item = String>) -> String {
        String::new()
    }
}
