//! Values that are known before a run: defaults of fields, parameters and settings.

use std::sync::Arc;

use ntro_ir::{Expr, ExprId, Program, UnaryOp, Value};

use crate::cx::{Cx, Expressions};
use crate::items::Param;

/// How often a default may use a record that has defaults of its own.
const MAX_NESTED: u32 = 3;

impl Cx<'_> {
    /// The value of a parameter's default. What is wrong with it is reported where it is declared, not here.
    pub(super) fn default_value(&mut self, param: &Param) -> Option<Value> {
        let default = param.default.as_ref()?;
        if self.notes.defaults >= MAX_NESTED {
            return None;
        }
        let mut scratch = Cx::new(self.items, param.file);
        scratch.notes.defaults = self.notes.defaults + 1;
        let typed = scratch.expr(default, Some(&param.ty));
        if !scratch.diagnostics.is_empty() {
            return None;
        }
        fold(&scratch.program, typed.id)
    }

    /// The value of an expression that must be known before a run; anything else is reported. `what` is for the message: "A default".
    pub(crate) fn known_value(
        &mut self,
        expr: &ntro_grammar::ast::Expr,
        ty: &crate::ty::Ty,
        what: &str,
    ) -> Option<Value> {
        let before = self.diagnostics.len();
        let typed = self.expr(expr, Some(ty));
        let value = fold(&self.program, typed.id);
        if value.is_none() && self.diagnostics.len() == before {
            let message = format!("{what} must be a plain value.");
            let help =
                "Write a literal: a number, a text without `{{ }}`, a list or a record of such values.".to_owned();
            self.report("N0328", expr.span, message, "has to be calculated".into(), help);
        }
        value
    }
}

/// The value of an expression that depends on nothing: literals, and what is made of them without a function.
pub(crate) fn fold(program: &Program, id: ExprId) -> Option<Value> {
    match program.exprs.get(id.0 as usize)? {
        Expr::Const(value) => Some(value.clone()),
        Expr::List(ids) => ids.iter().map(|id| fold(program, *id)).collect::<Option<Vec<_>>>().map(Value::list),
        Expr::Record(fields) => {
            let fields: Option<Vec<(Arc<str>, Value)>> =
                fields.iter().map(|(name, id)| Some((Arc::from(name.as_str()), fold(program, *id)?))).collect();
            Some(Value::record(fields?))
        }
        Expr::Template(parts) => {
            let parts = parts.iter().map(|part| match fold(program, *part)? {
                Value::Text(text) => Some(text.to_string()),
                _ => None,
            });
            Some(Value::text(parts.collect::<Option<String>>()?))
        }
        Expr::Unary(UnaryOp::Neg, of) => match fold(program, *of)? {
            Value::Int(number) => number.checked_neg().map(Value::Int),
            Value::Decimal(number) => Some(Value::Decimal(-number)),
            Value::Duration(length) => length.checked_neg().map(Value::Duration),
            Value::Money(money) => {
                Some(Value::Money(ntro_ir::Money { amount: -money.amount, currency: money.currency }))
            }
            _ => None,
        },
        Expr::Fit { value, .. } => fold(program, *value),
        Expr::Call(ntro_ir::Builtin::ToDecimal, args) => match args.first().and_then(|arg| fold(program, *arg))? {
            Value::Int(number) => Some(Value::Decimal(number.into())),
            other => Some(other),
        },
        _ => None,
    }
}
