//! The expression half: types of expressions, and their lowering to the arena of the program.
//!
//! Checking goes both ways: [`Cx::infer`] finds the type of an expression, with a hint that literals, records, enum values and rules take;
//! `expr` then holds it against what is expected. What is wrong is reported once, where it stands, and becomes [`Ty::Error`], which fits everything.

mod aliases;
mod arguments;
mod builtins;
mod calls;
pub(crate) mod constant;
pub(crate) mod declarations;
pub(crate) mod functions;
mod identifiers;
mod ir_types;
mod literals;
pub(crate) mod matching;
mod mismatch;
mod named_rule;
mod names;
mod operators;
pub(crate) mod quoted;
mod records;
mod same_sides;
mod signature;
mod templates;
mod thousands;

use std::collections::BTreeMap;

use ntro_grammar::{Span, ast};
use ntro_ir::{Expr, ExprId, LocalId, Value};

use crate::cx::{CheckedCall, Cx, Expressions, Facts, Typed};
use crate::diagnostic::{Diagnostic, Level};
use crate::items::Capability;
use crate::suggest;
use crate::ty::Ty;
use crate::types::TypeCx;

/// How deep expressions may nest.
const MAX_DEPTH: u32 = 100;
/// How many expressions one program may have.
const MAX_EXPRS: usize = 1_000_000;

/// What the expression half notes for itself in a context.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// How deep the expression at hand is nested.
    depth: u32,
    /// Named expressions that this program uses.
    fns: BTreeMap<usize, LoweredFn>,
    /// The named expressions that are being lowered, each in the body of the one before.
    open: Vec<usize>,
    /// The named expression that is being checked for itself.
    root: Option<usize>,
    /// Where that was found to use itself: itself, and by way of which others.
    circle: Vec<usize>,
    /// How many defaults lead here.
    defaults: u32,
    /// In a scenario, the files that it takes from the project, as written.
    pub(crate) samples: Option<Vec<(String, Span)>>,
    /// For editors: what is noted beside the check.
    pub(crate) recorder: Option<Box<crate::index::Recorder>>,
}

/// A named expression in the arena. Its body is there once; each call sets the locals of its parameters around it.
#[derive(Debug, Clone)]
enum LoweredFn {
    /// It is being lowered: who meets it now has come in a circle.
    Open,
    Done {
        params: Vec<LocalId>,
        body: ExprId,
        ty: Ty,
    },
}

impl Cx<'_> {
    /// The type and the lowering of an expression. The hint is what is expected here: literals, records, lists, enum values and rules take it
    /// where they can, and everything else ignores it.
    fn infer(&mut self, expr: &ast::Expr, hint: Option<&Ty>) -> Typed {
        if self.notes.depth >= MAX_DEPTH || self.program.exprs.len() >= MAX_EXPRS {
            return self.too_deep(expr.span);
        }
        self.notes.depth += 1;
        let typed = self.infer_kind(expr, hint);
        self.see_type(expr.span, &typed.ty);
        self.notes.depth -= 1;
        typed
    }

    fn infer_kind(&mut self, expr: &ast::Expr, hint: Option<&Ty>) -> Typed {
        let span = expr.span;
        match &expr.kind {
            ast::ExprKind::Missing => self.error(span),
            ast::ExprKind::Paren(inner) => self.infer(inner, hint),
            ast::ExprKind::Text(template) => Typed { id: self.template(template), ty: Ty::Text },
            ast::ExprKind::Name(name) => self.name(expr, name, hint),
            ast::ExprKind::Member { object, name, optional } => self.member(expr, object, name, *optional),
            ast::ExprKind::List(items) => self.list(items, span, hint),
            ast::ExprKind::Record(items) => self.record(items, span, hint),
            ast::ExprKind::Call { callee, args } => self.call(expr, callee, args, hint),
            ast::ExprKind::Unary { op, operand } => self.unary(*op, operand, span, hint),
            ast::ExprKind::Binary { op, op_span, left, right } => self.binary(*op, *op_span, left, right, span, hint),
            ast::ExprKind::If { cond, then, otherwise } => self.if_then(cond, then, otherwise, span, hint),
            ast::ExprKind::Match(x) => self.match_expr(x, hint),
            ast::ExprKind::Lambda { .. } => {
                let help = "Rules such as `r => r.amount` are given to functions: `rows.map(r => r.amount)`.";
                self.wrong("N0317", span, "A rule (`x => …`) is no value of its own.", "a rule stands here", help)
            }
            _ => self.literal(expr, hint),
        }
    }

    /// Holds a value against the type that is expected. What must be reshaped at run time is.
    fn coerce(&mut self, typed: Typed, to: &Ty, at: &ast::Expr) -> Typed {
        if !self.items.fits(&typed.ty, to) {
            self.mismatch(&typed.ty, to, at);
            return Typed { id: typed.id, ty: Ty::Error };
        }
        self.note_same(&typed.ty, to);
        if self.items.needs_fit(&typed.ty, to) {
            let ty = self.ir_type(to);
            let id = self.push(Expr::Fit { value: typed.id, ty }, at.span);
            return Typed { id, ty: to.clone() };
        }
        match typed.ty {
            Ty::NoneLit | Ty::Unknown => Typed { id: typed.id, ty: to.clone() },
            _ => typed,
        }
    }

    /// A `none` of the type that fits everything.
    #[cold]
    fn error(&mut self, span: Span) -> Typed {
        Typed { id: self.push(Expr::Const(Value::None), span), ty: Ty::Error }
    }

    /// Reports something and yields [`Cx::error`].
    #[cold]
    fn wrong(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) -> Typed {
        self.report(code, span, message.into(), label.into(), help.into());
        self.error(span)
    }

    fn too_deep(&mut self, span: Span) -> Typed {
        let told = self.diagnostics.iter().any(|d| d.code == "N0326");
        if told {
            return self.error(span);
        }
        let help = "Give parts of it names: `let part = …`, or `fn part(…) = …`.";
        self.wrong(
            "N0326",
            span,
            "This expression is nested too deep, or there is too much of it.",
            "too deep here",
            help,
        )
    }

    /// The text of a piece of the file at hand, where it is short enough to be repeated in a message.
    fn source(&self, span: Span) -> Option<&str> {
        let text = &self.items.file(self.file)?.text;
        let piece = text.get(span.start as usize..span.end as usize)?;
        (!piece.is_empty() && piece.len() <= 40 && !piece.contains('\n')).then_some(piece)
    }

    /// The same, or `…`.
    #[cold]
    pub(crate) fn source_or_dots(&self, span: Span) -> String {
        self.source(span).unwrap_or("…").to_owned()
    }

    /// The facts of a condition that is true from here to the end of the innermost scope.
    fn narrow_all(&mut self, paths: Vec<crate::scope::Path>) {
        for path in paths {
            self.scope.narrow(path);
        }
    }

    fn if_then(
        &mut self,
        cond: &ast::Expr,
        then: &ast::Expr,
        otherwise: &ast::Expr,
        span: Span,
        hint: Option<&Ty>,
    ) -> Typed {
        let (cond, facts) = self.condition(cond);
        self.scope.push();
        self.narrow_all(facts.when_true);
        let yes = self.expr(then, hint);
        self.scope.pop();
        self.scope.push();
        self.narrow_all(facts.when_false);
        // Where nothing else is expected, the first side is the hint of the second, so that enum values and records can be written bare.
        let weak = Ty::optional(yes.ty.clone());
        let no = match hint {
            Some(_) => self.expr(otherwise, hint),
            None => self.infer(otherwise, Some(&weak)),
        };
        self.scope.pop();
        let sides = self.sides(&[(yes, then), (no, otherwise)], false);
        let [yes, no] = sides.as_slice() else { return self.error(span) };
        let ty = yes.ty.clone();
        Typed { id: self.push(Expr::If(cond.id, yes.id, no.id), span), ty }
    }

    /// Brings the sides of a branch, or the elements of a list, to one type; one that has nothing in common with those before it is reported.
    fn sides(&mut self, sides: &[(Typed, &ast::Expr)], of_list: bool) -> Vec<Typed> {
        let mut joined: Option<Ty> = None;
        for (side, at) in sides {
            let Some(before) = joined.take() else {
                joined = Some(side.ty.clone());
                continue;
            };
            joined = Some(match self.items.join(&before, &side.ty) {
                Some(ty) => ty,
                None => {
                    let (a, b) = (self.items.show(&before), self.items.show(&side.ty));
                    let (message, help) = if of_list {
                        (
                            format!("A list holds one type of things: {a} stands before this, and this is {b}."),
                            "Leave this out, or make a list of its own for it.",
                        )
                    } else {
                        (format!("One way gives {a}, and this one {b}."), "Every way must give the same type.")
                    };
                    let help = help.to_owned();
                    self.report("N0327", at.span, message, format!("this is {b}"), help);
                    Ty::Error
                }
            });
        }
        let ty = joined.unwrap_or(Ty::Error);
        sides
            .iter()
            .map(|(side, at)| {
                if ty == Ty::Error {
                    return Typed { id: side.id, ty: Ty::Error };
                }
                let id = self.coerce(side.clone(), &ty, at).id;
                Typed { id, ty: ty.clone() }
            })
            .collect()
    }
}

impl Expressions for Cx<'_> {
    fn expr(&mut self, expr: &ast::Expr, expected: Option<&Ty>) -> Typed {
        let typed = self.infer(expr, expected);
        match expected {
            Some(to) => self.coerce(typed, to, expr),
            None => typed,
        }
    }

    fn condition(&mut self, expr: &ast::Expr) -> (Typed, Facts) {
        let typed = self.expr(expr, Some(&Ty::Bool));
        (typed, operators::facts(expr))
    }

    fn template(&mut self, template: &ast::Template) -> ExprId {
        self.text(template)
    }

    fn arguments(&mut self, args: &[ast::Arg], params: &[crate::items::Param], what: &str, span: Span) -> ExprId {
        self.checked_arguments(args, params, &Vec::new(), what, span).0
    }

    fn capability_call(
        &mut self,
        capability: &Capability,
        type_args: &[ast::TypeExpr],
        args: &[ast::Arg],
        span: Span,
    ) -> CheckedCall {
        self.checked_call(capability, type_args, args, span)
    }

    fn written_type(&mut self, ty: &ast::TypeExpr) -> Ty {
        TypeCx { items: self.items, file: self.file, params: &[], out: &mut self.diagnostics }.resolve(ty)
    }

    fn ir_type(&mut self, ty: &Ty) -> ntro_ir::Type {
        self.lowered_type(ty)
    }

    fn show(&self, ty: &Ty) -> String {
        self.items.show(ty)
    }

    fn fields(&self, ty: &Ty) -> Option<Vec<(String, Ty)>> {
        self.items.fields(ty)
    }

    fn fits(&self, from: &Ty, to: &Ty) -> bool {
        self.items.fits(from, to)
    }

    fn join(&self, a: &Ty, b: &Ty) -> Option<Ty> {
        self.items.join(a, b)
    }

    #[cold]
    fn report(
        &mut self,
        code: &'static str,
        span: Span,
        message: String,
        label: String,
        help: String,
    ) -> &mut Diagnostic {
        let place = self.items.place(self.file, span);
        let (fix, related) = (Vec::new(), Vec::new());
        let new = Diagnostic { code, level: Level::Error, place, message, label, help, fix, certain: true, related };
        self.diagnostics.push(new);
        let last = self.diagnostics.len() - 1;
        #[allow(clippy::indexing_slicing, reason = "an element was pushed just now")]
        &mut self.diagnostics[last]
    }

    fn did_you_mean(&self, word: &str, among: &mut dyn Iterator<Item = String>) -> String {
        suggest::did_you_mean(word, among)
    }
}
