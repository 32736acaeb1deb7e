//! The values of a scenario: plain, and records may leave fields out.

use ntro_grammar::{Span, ast};
use ntro_ir::Value;
use ntro_ir::scenario::Pattern;
use serde_json::Value as Json;

use super::Checker;
use crate::cx::Expressions;
use crate::expr::constant::fold;
use crate::items::Param;
use crate::suggest::{did_you_mean, name_list};
use crate::ty::Ty;

impl Checker<'_> {
    /// A plain value.
    pub(super) fn plain(&mut self, expr: &ast::Expr, ty: Option<&Ty>) -> Option<Value> {
        let before = self.cx.diagnostics.len();
        let typed = self.cx.expr(expr, ty);
        let value = fold(&self.cx.program, typed.id);
        if self.cx.diagnostics.len() > before {
            return None;
        }
        if value.is_none() {
            self.not_plain(expr.span);
        }
        value
    }

    /// A plain text.
    pub(super) fn text(&mut self, expr: Option<&ast::Expr>) -> Option<String> {
        match self.plain(expr?, Some(&Ty::Text))? {
            Value::Text(text) => Some(text.to_string()),
            _ => None,
        }
    }

    /// A duration in milliseconds.
    pub(super) fn duration(&mut self, expr: Option<&ast::Expr>) -> Option<i64> {
        let expr = expr?;
        match self.plain(expr, Some(&Ty::Duration))? {
            Value::Duration(ms) if ms >= 0 => Some(ms),
            _ => {
                self.backwards(expr.span);
                None
            }
        }
    }

    /// A small whole number.
    pub(super) fn count(&mut self, expr: &ast::Expr) -> Option<u32> {
        match self.plain(expr, Some(&Ty::Int))? {
            Value::Int(number) => u32::try_from(number).ok().or_else(|| {
                self.no_count(expr.span);
                None
            }),
            _ => None,
        }
    }

    /// A value of which records may leave fields out, in a list and inside one another too.
    pub(super) fn shape(&mut self, expr: &ast::Expr, ty: Option<&Ty>) -> Option<Pattern> {
        let wanted = ty.map(Ty::present);
        match (&expr.kind, &wanted) {
            (ast::ExprKind::Paren(inner), _) => self.shape(inner, ty),
            (ast::ExprKind::Record(fields), Some(Ty::Map(of))) if has_no_spread(fields) => {
                self.fields(fields, expr.span, &|_: &str| Some(Some((**of).clone())), &[], "")
            }
            (ast::ExprKind::Record(fields), Some(record)) if has_no_spread(fields) => {
                match self.cx.items.fields(record) {
                    Some(known) => {
                        let names: Vec<String> = known.iter().map(|(name, _)| name.clone()).collect();
                        let of =
                            |field: &str| known.iter().find(|(name, _)| name == field).map(|(_, ty)| Some(ty.clone()));
                        let shown = self.cx.items.show(record);
                        self.note_fields(fields, record);
                        self.fields(fields, expr.span, &of, &names, &shown)
                    }
                    None => self.plain(expr, ty).map(Pattern::Is),
                }
            }
            (ast::ExprKind::Record(fields), None) if has_no_spread(fields) => {
                self.fields(fields, expr.span, &|_: &str| Some(None), &[], "")
            }
            (ast::ExprKind::List(items), Some(Ty::List(of))) => {
                let items: Vec<_> = items.iter().map(|item| self.shape(item, Some(of))).collect();
                items.into_iter().collect::<Option<_>>().map(Pattern::Items)
            }
            (ast::ExprKind::List(items), None) => {
                let items: Vec<_> = items.iter().map(|item| self.shape(item, None)).collect();
                items.into_iter().collect::<Option<_>>().map(Pattern::Items)
            }
            _ => match has(expr) {
                Some(text) => self.has(expr.span, text, wanted.as_ref()),
                None => self.plain(expr, ty).map(Pattern::Is),
            },
        }
    }

    /// A value that fits one of several types: the first that it fits; what is wrong is told of the one it is nearest to.
    pub(super) fn shape_of_one(&mut self, expr: &ast::Expr, types: &[Ty]) -> Option<Pattern> {
        let before = self.cx.diagnostics.len();
        let samples = self.samples();
        let mut nearest: Option<(usize, &Ty)> = None;
        for ty in types {
            let shape = self.shape(expr, Some(ty));
            let wrong = self.cx.diagnostics.len() - before;
            if wrong == 0 {
                return shape;
            }
            self.cx.diagnostics.truncate(before);
            self.forget_samples(samples);
            if nearest.is_none_or(|(least, _)| wrong < least) {
                nearest = Some((wrong, ty));
            }
        }
        match nearest {
            Some((_, ty)) => self.shape(expr, Some(ty)),
            None => self.shape(expr, None),
        }
    }

    fn samples(&self) -> usize {
        self.cx.notes.samples.as_ref().map_or(0, Vec::len)
    }

    fn forget_samples(&mut self, count: usize) {
        if let Some(samples) = &mut self.cx.notes.samples {
            samples.truncate(count);
        }
    }

    /// The fields of a record. `of` gives the type of a field, `None` for one that there is not.
    pub(super) fn fields(
        &mut self,
        fields: &[ast::RecordItem],
        span: Span,
        of: &dyn Fn(&str) -> Option<Option<Ty>>,
        known: &[String],
        shown: &str,
    ) -> Option<Pattern> {
        let mut out: Vec<(String, Pattern)> = Vec::new();
        let mut whole = true;
        for item in fields {
            let ast::RecordItem::Field { name, value, .. } = item else {
                self.not_plain(span);
                return None;
            };
            if out.iter().any(|(given, _)| *given == name.text) {
                self.field_twice(name);
                whole = false;
                continue;
            }
            let short = ast::Expr { kind: ast::ExprKind::Name(name.text.clone()), span: name.span };
            let value = value.as_ref().unwrap_or(&short);
            let shape = match of(&name.text) {
                Some(ty) => self.shape(value, ty.as_ref()),
                None => {
                    let near = did_you_mean(&name.text, known.to_vec());
                    let help = if near.is_empty() {
                        format!("There is {}.", name_list(known))
                    } else {
                        near.trim().to_owned()
                    };
                    self.unknown_field(name, shown, help);
                    None
                }
            };
            match shape {
                Some(shape) => out.push((name.text.clone(), shape)),
                None => whole = false,
            }
        }
        whole.then_some(Pattern::Fields(out))
    }

    fn has(&mut self, span: Span, text: &ast::Expr, ty: Option<&Ty>) -> Option<Pattern> {
        let texts = |ty: &Ty| match ty {
            Ty::Text | Ty::Error => true,
            Ty::List(of) => matches!(**of, Ty::Text | Ty::Error),
            _ => false,
        };
        if let Some(ty) = ty.filter(|ty| !texts(ty)) {
            let shown = self.cx.items.show(ty);
            self.has_no_text(span, &shown);
            return None;
        }
        self.text(Some(text)).map(Pattern::Has)
    }

    /// Arguments that must be complete, as JSON.
    pub(super) fn arguments(&mut self, fields: &[ast::RecordItem], params: &[Param], span: Span) -> Json {
        let args: Vec<ast::Arg> = fields
            .iter()
            .filter_map(|item| match item {
                ast::RecordItem::Field { name, value, span } => {
                    let short = ast::Expr { kind: ast::ExprKind::Name(name.text.clone()), span: name.span };
                    let value = value.clone().unwrap_or(short);
                    Some(ast::Arg { name: Some(name.clone()), value, span: *span })
                }
                ast::RecordItem::Spread { span, .. } => {
                    self.not_plain(*span);
                    None
                }
            })
            .collect();
        let before = self.cx.diagnostics.len();
        let what = format!("`{}`", self.name);
        let record = self.cx.arguments(&args, params, &what, span);
        let value = fold(&self.cx.program, record);
        if self.cx.diagnostics.len() > before {
            return Json::Null;
        }
        match value {
            Some(value) => ntro_ir::json::to_json(&value),
            None => {
                // Which of them has to be calculated is found by looking at each alone.
                for arg in &args {
                    let ty = params.iter().find(|param| arg.name.as_ref().is_some_and(|name| name.text == param.name));
                    self.plain(&arg.value, ty.map(|param| &param.ty));
                }
                Json::Null
            }
        }
    }
}

fn has_no_spread(fields: &[ast::RecordItem]) -> bool {
    fields.iter().all(|item| matches!(item, ast::RecordItem::Field { .. }))
}

/// The text of `has "…"`.
fn has(expr: &ast::Expr) -> Option<&ast::Expr> {
    let ast::ExprKind::Call { callee, args } = &expr.kind else { return None };
    match (&callee.kind, args.as_slice()) {
        (ast::ExprKind::Name(name), [arg]) if name == "has" => Some(&arg.value),
        _ => None,
    }
}
