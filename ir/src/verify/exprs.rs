//! Expressions: in range, referring only to earlier ones, of bounded depth.

use std::fmt::Display;

use super::{Check, MAX_DEPTH, MAX_NAME, index, refuse, text, types};
use crate::decimal;
use crate::expr::{Builtin, Expr, ExprId};
use crate::program::Program;
use crate::value::Value;

/// How deep constants may nest.
const MAX_NESTING: u32 = 48;
/// How long a text among the constants may be, in bytes.
const MAX_TEXT: usize = 4 * 1024 * 1024;

/// Checks all expressions; says which of them hold a call of `uuid()`.
pub(super) fn check(program: &Program) -> Check<Vec<bool>> {
    let mut depths: Vec<u32> = Vec::with_capacity(program.exprs.len());
    let mut has_uuid: Vec<bool> = Vec::with_capacity(program.exprs.len());
    for (number, expr) in program.exprs.iter().enumerate() {
        let place = Place(number);
        let mut depth = 0;
        let mut uuid = matches!(expr, Expr::Call(Builtin::Uuid, _));
        let mut error = None;
        visit(expr, &mut |part: ExprId| match (depths.get(part.0 as usize), has_uuid.get(part.0 as usize)) {
            (Some(part_depth), Some(part_uuid)) => {
                depth = depth.max(*part_depth);
                uuid |= part_uuid;
            }
            _ => error = error.or(Some(part)),
        });
        if let Some(part) = error {
            return refuse(format!("{place} refers to expression {}, which does not come before it", part.0));
        }
        if depth + 1 > MAX_DEPTH {
            return refuse(format!("{place} is nested more than {MAX_DEPTH} levels deep"));
        }
        parts(program, &place, expr)?;
        depths.push(depth + 1);
        has_uuid.push(uuid);
    }
    Ok(has_uuid)
}

struct Place(usize);

impl Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expression {}", self.0)
    }
}

/// Calls `see` for each expression that an expression refers to itself.
pub(crate) fn visit(expr: &Expr, see: &mut dyn FnMut(ExprId)) {
    match expr {
        Expr::Const(_) | Expr::Slot(_) | Expr::Local(_) => {}
        Expr::Field { of, .. } | Expr::OptionalField { of, .. } | Expr::IsVariant { of, .. } => see(*of),
        Expr::Unary(_, of) | Expr::VariantValue(of) => see(*of),
        Expr::List(items) | Expr::Template(items) | Expr::Call(_, items) => items.iter().for_each(|item| see(*item)),
        Expr::Record(fields) | Expr::Map(fields) => fields.iter().for_each(|(_, value)| see(*value)),
        Expr::With { base, fields } => {
            see(*base);
            fields.iter().for_each(|(_, value)| see(*value));
        }
        Expr::Binary(_, left, right) | Expr::And(left, right) | Expr::Or(left, right) | Expr::Coalesce(left, right) => {
            see(*left);
            see(*right);
        }
        Expr::If(cond, then, or) => [cond, then, or].into_iter().for_each(|part| see(*part)),
        Expr::Lambda { body, .. } => see(*body),
        Expr::Let { value, body, .. } => {
            see(*value);
            see(*body);
        }
        Expr::Variant { value, .. } | Expr::Fit { value, .. } => see(*value),
    }
}

/// Checks what an expression holds besides other expressions.
fn parts(program: &Program, place: &Place, expr: &Expr) -> Check {
    let local = |local: u32| index(place, "local", local, program.locals as usize);
    let name = |name: &str| text("a name in an expression", name, MAX_NAME);
    match expr {
        Expr::Const(value) => constant(place, value),
        Expr::Slot(slot) => index(place, "slot", slot.0, program.slots.len()),
        Expr::Local(id) => local(id.0),
        Expr::Let { local: id, .. } => local(id.0),
        Expr::Lambda { params, .. } => params.iter().try_for_each(|param| local(param.0)),
        Expr::Field { name: field, .. } | Expr::OptionalField { name: field, .. } => name(field),
        Expr::Record(fields) | Expr::Map(fields) | Expr::With { fields, .. } => {
            fields.iter().try_for_each(|(field, _)| name(field))
        }
        Expr::Variant { tag, .. } | Expr::IsVariant { tag, .. } => name(tag),
        Expr::Fit { ty, .. } => types::of(program, place, ty),
        _ => Ok(()),
    }
}

/// Checks a value that is part of a program.
pub(super) fn constant(place: &dyn Display, value: &Value) -> Check {
    nested(place, value, 0)
}

fn nested(place: &dyn Display, value: &Value, depth: u32) -> Check {
    if depth > MAX_NESTING {
        return refuse(format!("{place} holds a value that is nested more than {MAX_NESTING} levels deep"));
    }
    match value {
        Value::Text(part) | Value::Enum(part) | Value::Grid(part) | Value::Json(part) => text("a text", part, MAX_TEXT),
        Value::Decimal(number) if !decimal::in_range(*number) => {
            refuse(format!("{place} holds a decimal of more than {} digits", decimal::DIGITS))
        }
        Value::Money(money) if !decimal::in_range(money.amount) => {
            refuse(format!("{place} holds an amount of more than {} digits", decimal::DIGITS))
        }
        Value::List(items) => items.iter().try_for_each(|item| nested(place, item, depth + 1)),
        Value::Map(map) => map.values().try_for_each(|item| nested(place, item, depth + 1)),
        Value::Record(record) => record.0.iter().try_for_each(|(_, item)| nested(place, item, depth + 1)),
        Value::Variant(variant) => nested(place, &variant.1, depth + 1),
        Value::Lambda(_) => refuse(format!("{place} holds a function as a constant")),
        _ => Ok(()),
    }
}
