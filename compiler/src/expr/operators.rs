//! Operators: what they take, what they give, and what conditions tell about values that may be `none`.

use ntro_grammar::{Span, ast};
use ntro_ir::{BinaryOp, Builtin, Currency, Expr, UnaryOp, Value};

use super::names::path_of;
use crate::cx::{Cx, Expressions, Facts, Typed};
use crate::ty::Ty;

/// Whether values of a type have an order.
pub(super) fn has_order(ty: &Ty) -> bool {
    matches!(
        ty,
        Ty::Int
            | Ty::Decimal
            | Ty::Text
            | Ty::Money(_)
            | Ty::Date
            | Ty::DateTime
            | Ty::Period
            | Ty::Duration
            | Ty::Error
            | Ty::Unknown
    )
}

/// What is known where a condition is true, and where it is false. The form of the condition tells; types are not needed.
pub(super) fn facts(cond: &ast::Expr) -> Facts {
    match &cond.kind {
        ast::ExprKind::Paren(inner) => facts(inner),
        ast::ExprKind::Unary { op: ast::UnaryOp::Not, operand } => {
            let Facts { when_true, when_false } = facts(operand);
            Facts { when_true: when_false, when_false: when_true }
        }
        ast::ExprKind::Binary { op: ast::BinaryOp::And, left, right, .. } => {
            let (mut a, b) = (facts(left), facts(right));
            let both = common(&a.when_false, &b.when_false);
            a.when_true.extend(b.when_true);
            Facts { when_true: a.when_true, when_false: both }
        }
        ast::ExprKind::Binary { op: ast::BinaryOp::Or, left, right, .. } => {
            let (mut a, b) = (facts(left), facts(right));
            let both = common(&a.when_true, &b.when_true);
            a.when_false.extend(b.when_false);
            Facts { when_true: both, when_false: a.when_false }
        }
        ast::ExprKind::Binary { op: op @ (ast::BinaryOp::Eq | ast::BinaryOp::NotEq), left, right, .. } => {
            let path = match (is_none(left), is_none(right)) {
                (false, true) => paths(left),
                (true, false) => paths(right),
                _ => return literal_facts(*op, left, right),
            };
            match op {
                ast::BinaryOp::NotEq => Facts { when_true: path, when_false: Vec::new() },
                _ => Facts { when_true: Vec::new(), when_false: path },
            }
        }
        _ => Facts::default(),
    }
}

/// What equals a literal is not `none`.
fn literal_facts(op: ast::BinaryOp, left: &ast::Expr, right: &ast::Expr) -> Facts {
    let path = match (is_literal(left), is_literal(right)) {
        (false, true) => paths(left),
        (true, false) => paths(right),
        _ => return Facts::default(),
    };
    match op {
        ast::BinaryOp::Eq => Facts { when_true: path, when_false: Vec::new() },
        _ => Facts { when_true: Vec::new(), when_false: path },
    }
}

fn is_none(expr: &ast::Expr) -> bool {
    match &expr.kind {
        ast::ExprKind::None => true,
        ast::ExprKind::Paren(inner) => is_none(inner),
        _ => false,
    }
}

fn is_literal(expr: &ast::Expr) -> bool {
    use ast::ExprKind as K;
    matches!(
        expr.kind,
        K::Bool(_)
            | K::Int(_)
            | K::Decimal(_)
            | K::Percent(_)
            | K::Money { .. }
            | K::Date(_)
            | K::DateTime(_)
            | K::Period(_)
            | K::Duration(_)
            | K::Text(_)
    )
}

/// The path of an expression; for `a?.b` that of `a` too, for a field of `none` is `none`.
fn paths(expr: &ast::Expr) -> Vec<crate::scope::Path> {
    let mut all: Vec<crate::scope::Path> = path_of(expr).into_iter().collect();
    let mut at = expr;
    loop {
        at = match &at.kind {
            ast::ExprKind::Paren(inner) => inner,
            ast::ExprKind::Member { object, optional, .. } => {
                if *optional {
                    all.extend(path_of(object));
                }
                object
            }
            _ => return all,
        };
    }
}

fn common(a: &[crate::scope::Path], b: &[crate::scope::Path]) -> Vec<crate::scope::Path> {
    a.iter().filter(|path| b.contains(path)).cloned().collect()
}

fn sign(op: ast::BinaryOp) -> &'static str {
    match op {
        ast::BinaryOp::Or => "or",
        ast::BinaryOp::And => "and",
        ast::BinaryOp::Eq => "==",
        ast::BinaryOp::NotEq => "!=",
        ast::BinaryOp::Less => "<",
        ast::BinaryOp::LessEq => "<=",
        ast::BinaryOp::Greater => ">",
        ast::BinaryOp::GreaterEq => ">=",
        ast::BinaryOp::In => "in",
        ast::BinaryOp::NotIn => "not in",
        ast::BinaryOp::Coalesce => "??",
        ast::BinaryOp::Add => "+",
        ast::BinaryOp::Sub => "-",
        ast::BinaryOp::Mul => "*",
        ast::BinaryOp::Div => "/",
    }
}

/// What an arithmetic operator gives; `None` where it does not take these types. Currencies that differ are looked at by the caller.
fn arithmetic(op: ast::BinaryOp, left: &Ty, right: &Ty) -> Option<Ty> {
    use ast::BinaryOp::{Add, Div, Mul, Sub};
    let number = |ty: &Ty| matches!(ty, Ty::Int | Ty::Decimal);
    Some(match (op, left, right) {
        (Add | Sub | Mul, Ty::Int, Ty::Int) => Ty::Int,
        (_, a, b) if number(a) && number(b) => Ty::Decimal,
        (Add | Sub, Ty::Money(a), Ty::Money(b)) => Ty::Money(a.or(*b)),
        (Add, Ty::Text, Ty::Text) => Ty::Text,
        (Add | Sub, Ty::Date, Ty::Duration) => Ty::Date,
        (Add | Sub, Ty::DateTime, Ty::Duration) => Ty::DateTime,
        (Add | Sub, Ty::Period, Ty::Int) => Ty::Period,
        (Add | Sub, Ty::Duration, Ty::Duration) => Ty::Duration,
        (Sub, Ty::Date, Ty::Date) | (Sub, Ty::DateTime, Ty::DateTime) => Ty::Duration,
        (Sub, Ty::Period, Ty::Period) => Ty::Int,
        (Mul, Ty::Money(a), b) | (Mul, b, Ty::Money(a)) if number(b) => Ty::Money(*a),
        (Mul, Ty::Duration, b) | (Mul, b, Ty::Duration) if number(b) => Ty::Duration,
        (Div, Ty::Money(a), b) if number(b) => Ty::Money(*a),
        (Div, Ty::Money(_), Ty::Money(_)) => Ty::Decimal,
        _ => return None,
    })
}

impl Cx<'_> {
    pub(super) fn unary(&mut self, op: ast::UnaryOp, operand: &ast::Expr, span: Span, hint: Option<&Ty>) -> Typed {
        if op == ast::UnaryOp::Not {
            let operand = self.expr(operand, Some(&Ty::Bool));
            return Typed { id: self.push(Expr::Unary(UnaryOp::Not, operand.id), span), ty: Ty::Bool };
        }
        let value = self.infer(operand, hint);
        match &value.ty {
            Ty::Error => return self.error(span),
            Ty::Int | Ty::Decimal | Ty::Money(_) | Ty::Duration => {}
            ty if ty.may_be_none() => return self.may_be_none(&value.ty, operand, None),
            ty => {
                let message = format!("`-` cannot be put before `{}`.", self.items.show(ty));
                let help = "It takes a number, money or a duration.";
                return self.wrong("N0311", span, message, "not a number", help);
            }
        }
        let negated = match self.program.exprs.get(value.id.0 as usize) {
            Some(Expr::Const(Value::Int(x))) => x.checked_neg().map(Value::Int),
            Some(Expr::Const(Value::Decimal(x))) => Some(Value::Decimal(-*x)),
            Some(Expr::Const(Value::Money(x))) => Some(Value::Money(ntro_ir::Money { amount: -x.amount, ..*x })),
            Some(Expr::Const(Value::Duration(x))) => x.checked_neg().map(Value::Duration),
            _ => None,
        };
        let id = match negated {
            Some(value) => self.push(Expr::Const(value), span),
            None => self.push(Expr::Unary(UnaryOp::Neg, value.id), span),
        };
        Typed { id, ty: value.ty }
    }

    pub(super) fn binary(
        &mut self,
        op: ast::BinaryOp,
        op_span: Span,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
        hint: Option<&Ty>,
    ) -> Typed {
        use ast::BinaryOp as Op;
        match op {
            Op::And | Op::Or => self.and_or(op, left, right, span),
            Op::Eq | Op::NotEq => self.equality(op, op_span, left, right, span),
            Op::Less | Op::LessEq | Op::Greater | Op::GreaterEq => self.ordering(op, op_span, left, right, span),
            Op::In | Op::NotIn => self.membership(op, op_span, left, right, span),
            Op::Coalesce => self.coalesce(left, right, span, hint),
            Op::Add | Op::Sub | Op::Mul | Op::Div => self.arithmetic(op, op_span, left, right, span, hint),
        }
    }

    fn and_or(&mut self, op: ast::BinaryOp, left: &ast::Expr, right: &ast::Expr, span: Span) -> Typed {
        let (a, facts) = self.condition(left);
        self.scope.push();
        // The right side is looked at only where the left is true, or only where it is false.
        self.narrow_all(if op == ast::BinaryOp::And { facts.when_true } else { facts.when_false });
        let b = match self.value_alone(op, left, right) {
            Some(told) => told,
            None => self.expr(right, Some(&Ty::Bool)),
        };
        self.scope.pop();
        let expr = if op == ast::BinaryOp::And { Expr::And(a.id, b.id) } else { Expr::Or(a.id, b.id) };
        Typed { id: self.push(expr, span), ty: Ty::Bool }
    }

    /// `status == "open" or "late"`: the second comparison lacks what is compared.
    fn value_alone(&mut self, op: ast::BinaryOp, left: &ast::Expr, right: &ast::Expr) -> Option<Typed> {
        let ast::ExprKind::Binary { op: compared, left: what, .. } = &left.kind else { return None };
        let plain = matches!(right.kind, ast::ExprKind::Text(_) | ast::ExprKind::Int(_) | ast::ExprKind::Money { .. });
        if !plain || !matches!(compared, ast::BinaryOp::Eq | ast::BinaryOp::NotEq) {
            return None;
        }
        let (what, value) = (self.source_or_dots(what.span), self.source_or_dots(right.span));
        let message = format!("`{}` stands between two whole comparisons.", sign(op));
        let help = format!("Write `{what} {} {value}` here.", sign(*compared));
        Some(self.wrong("N0302", right.span, message, "compared with what?", help))
    }

    /// Both sides of a comparison; a bare word on the left takes its meaning from the right.
    fn both(&mut self, left: &ast::Expr, right: &ast::Expr) -> (Typed, Typed) {
        let bare = matches!(&left.kind, ast::ExprKind::Name(name) if self.scope.get(name).is_none());
        let bare = bare || matches!(&left.kind, ast::ExprKind::Int(_));
        if bare {
            let b = self.infer(right, None);
            let a = self.infer(left, Some(&Ty::optional(b.ty.clone())));
            return (a, b);
        }
        let a = self.infer(left, None);
        let hint = Ty::optional(a.ty.clone());
        let b = self.infer(right, Some(&hint));
        // A value of the enumeration on the right is meant, although something else bears its name.
        if let ast::ExprKind::Name(name) = &left.kind
            && a.ty.present() != b.ty.present()
            && self.items.enum_values(&b.ty.present()).is_some_and(|values| values.contains(name))
        {
            let a = self.infer(left, Some(&Ty::optional(b.ty.clone())));
            return (a, b);
        }
        (a, b)
    }

    fn equality(&mut self, op: ast::BinaryOp, op_span: Span, left: &ast::Expr, right: &ast::Expr, span: Span) -> Typed {
        let (a, b) = self.both(left, right);
        let to_op = if op == ast::BinaryOp::Eq { BinaryOp::Eq } else { BinaryOp::NotEq };
        for (side, other, at) in [(&a, &b, left), (&b, &a, right)] {
            if side.ty == Ty::NoneLit {
                let seen = if std::ptr::eq(at, left) { right } else { left };
                if !other.ty.may_be_none() && !matches!(other.ty, Ty::Error | Ty::Unknown) && !self.is_made_sure(seen) {
                    self.compared_with_none(op, seen);
                }
                let id = self.push(Expr::Call(Builtin::IsSome, vec![other.id]), span);
                let id = if op == ast::BinaryOp::Eq { self.push(Expr::Unary(UnaryOp::Not, id), span) } else { id };
                return Typed { id, ty: Ty::Bool };
            }
        }
        let Some((a, b)) = self.comparable(op, op_span, a, b, (left, right)) else {
            return Typed { id: self.error(span).id, ty: Ty::Bool };
        };
        self.same_on_both_sides(op, op_span, left, right);
        Typed { id: self.push(Expr::Binary(to_op, a.id, b.id), span), ty: Ty::Bool }
    }

    fn compared_with_none(&mut self, op: ast::BinaryOp, at: &ast::Expr) {
        let always = if op == ast::BinaryOp::NotEq { "always true" } else { "never true" };
        let message = format!("`{}` always has a value, so this is {always}.", self.source_or_dots(at.span));
        let new = self.report("N0324", at.span, message, "never none".into(), "Leave the comparison out.".into());
        new.level = crate::diagnostic::Level::Warning;
    }

    fn compared_across_currencies(
        &mut self,
        op: ast::BinaryOp,
        op_span: Span,
        (a, b): (&ntro_ir::Currency, &ntro_ir::Currency),
    ) {
        let always = if op == ast::BinaryOp::NotEq { "always true" } else { "never true" };
        let message = format!("An amount in {a} never equals one in {b}, so this is {always}.");
        let help = "Compare amounts of one currency; they are never converted on their own.".to_owned();
        let new = self.report("N0324", op_span, message, "two currencies".into(), help);
        new.level = crate::diagnostic::Level::Warning;
    }

    /// Two values of like types, numbers brought to one type; `None` where they cannot be compared, which is reported.
    fn comparable(
        &mut self,
        op: ast::BinaryOp,
        op_span: Span,
        a: Typed,
        b: Typed,
        (left, right): (&ast::Expr, &ast::Expr),
    ) -> Option<(Typed, Typed)> {
        let (x, y) = (a.ty.present(), b.ty.present());
        if let (Ty::Money(Some(p)), Ty::Money(Some(q))) = (&x, &y)
            && p != q
        {
            if matches!(op, ast::BinaryOp::Eq | ast::BinaryOp::NotEq) {
                self.compared_across_currencies(op, op_span, (p, q));
                return Some((a, b));
            }
            let message = format!("An amount in {p} is compared with an amount in {q}.");
            let help = "Compare amounts of one currency; they are never converted on their own.".to_owned();
            self.report("N0313", op_span, message, "two currencies".into(), help);
            return None;
        }
        let converted = match (&x, &y) {
            (Ty::Int, Ty::Decimal) if a.ty == Ty::Int => (self.as_decimal(a, left), b),
            (Ty::Decimal, Ty::Int) if b.ty == Ty::Int => (a, self.as_decimal(b, right)),
            _ => (a, b),
        };
        if self.items.join(&converted.0.ty, &converted.1.ty).is_some() {
            return Some(converted);
        }
        let (p, q) = (self.items.show(&x), self.items.show(&y));
        let message = format!("`{p}` and `{q}` cannot be compared.");
        let unquoted = super::quoted::quoted(left, &y).or_else(|| super::quoted::quoted(right, &x));
        let help = match (&x, &y) {
            (Ty::Money(currency), Ty::Int | Ty::Decimal) => {
                let code = currency.map_or("GBP".to_owned(), |currency| currency.to_string());
                format!("Compare with an amount: `{} {code}`.", self.source_or_dots(right.span))
            }
            (Ty::Int | Ty::Decimal, Ty::Money(currency)) => {
                let code = currency.map_or("GBP".to_owned(), |currency| currency.to_string());
                format!("Compare with an amount: `{} {code}`.", self.source_or_dots(left.span))
            }
            (Ty::Date, Ty::Int | Ty::Decimal) | (Ty::Int | Ty::Decimal, Ty::Date) => {
                "Write a date with the year first and dashes: `2026-03-31`.".to_owned()
            }
            (Ty::Text, other) | (other, Ty::Text) => match self.items.enum_values(other) {
                Some(values) if values.is_empty() => "Write the value without quotes.".to_owned(),
                Some(values) => {
                    format!("Write the value without quotes: one of {}.", crate::suggest::name_list(&values))
                }
                None => match unquoted.as_ref() {
                    Some(meant) => format!("Write it without quotes: `{meant}`."),
                    None => self.text_compared(other, if x == Ty::Text { left } else { right }),
                },
            },
            _ => format!("Both sides of `{}` must be of one type.", sign(op)),
        };
        let (texts, known) = match (&x, &y) {
            (Ty::Text, of) => (left, self.items.enum_values(&of.present())),
            (of, _) => (right, self.items.enum_values(&of.present())),
        };
        let bare = match &texts.kind {
            ast::ExprKind::Text(template) => {
                template.plain().filter(|word| known.is_some_and(|known| known.contains(word)))
            }
            _ => None,
        };
        let bare = bare.or(unquoted);
        let place = self.items.place(self.file, texts.span);
        let new = self.report("N0312", op_span, message, format!("{p} {} {q}", sign(op)), help);
        new.fix.extend(bare.map(|text| crate::diagnostic::Edit { place, text }));
        None
    }

    /// How a text is compared with a value of another type.
    fn text_compared(&self, other: &Ty, text: &ast::Expr) -> String {
        let source = self.source_or_dots(text.span);
        match other {
            Ty::Int => format!("Read the number first: `parse_int({source}) ?? 0`."),
            Ty::Decimal => format!("Read the number first: `parse_decimal({source}) ?? 0`."),
            Ty::Date => format!("Read the date first: `parse_date({source})`; a date itself is written `2026-03-31`."),
            _ => "Compare values of one type: write numbers, dates and months without quotes.".to_owned(),
        }
    }

    fn as_decimal(&mut self, value: Typed, at: &ast::Expr) -> Typed {
        Typed { id: self.push(Expr::Call(Builtin::ToDecimal, vec![value.id]), at.span), ty: Ty::Decimal }
    }

    fn ordering(&mut self, op: ast::BinaryOp, op_span: Span, left: &ast::Expr, right: &ast::Expr, span: Span) -> Typed {
        let (a, b) = self.both(left, right);
        let wrong = |cx: &mut Self| Typed { id: cx.error(span).id, ty: Ty::Bool };
        if a.ty == Ty::Error || b.ty == Ty::Error {
            return wrong(self);
        }
        for (side, at) in [(&a, left), (&b, right)] {
            if side.ty.may_be_none() {
                self.may_be_none(&side.ty, at, None);
                return wrong(self);
            }
        }
        let Some((a, b)) = self.comparable(op, op_span, a, b, (left, right)) else { return wrong(self) };
        for side in [&a, &b] {
            if !has_order(&side.ty) {
                let shown = self.items.show(&side.ty);
                let message = format!("`{shown}` has no order, so `{}` cannot compare it.", sign(op));
                let help =
                    "Numbers, money, texts, dates, months and durations have an order; others can be compared by `==`.";
                self.wrong("N0312", op_span, message, "no order", help);
                return wrong(self);
            }
        }
        self.same_on_both_sides(op, op_span, left, right);
        let to_op = match op {
            ast::BinaryOp::Less => BinaryOp::Less,
            ast::BinaryOp::LessEq => BinaryOp::LessEq,
            ast::BinaryOp::Greater => BinaryOp::Greater,
            _ => BinaryOp::GreaterEq,
        };
        Typed { id: self.push(Expr::Binary(to_op, a.id, b.id), span), ty: Ty::Bool }
    }

    fn membership(
        &mut self,
        op: ast::BinaryOp,
        op_span: Span,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Typed {
        let a = self.infer(left, None);
        // `a in [x, y]`: the elements are of the type of `a`.
        let is_list = matches!(right.kind, ast::ExprKind::List(_)) && !matches!(a.ty, Ty::Error | Ty::NoneLit);
        let hint = is_list.then(|| Ty::list(a.ty.clone()));
        let b = self.infer(right, hint.as_ref());
        let fits = match (&a.ty, &b.ty) {
            (Ty::Error, _) | (_, Ty::Error) => true,
            (_, Ty::Optional(_)) => {
                self.may_be_none(&b.ty, right, None);
                true
            }
            (element, Ty::List(of)) => self.items.join(element, of).is_some(),
            (Ty::Text, Ty::Map(_) | Ty::Text) => true,
            _ => false,
        };
        if !fits {
            let (p, q) = (self.items.show(&a.ty), self.items.show(&b.ty));
            let message = format!("`{}` cannot look for `{p}` in `{q}`.", sign(op));
            let help =
                "On the right stands a list of such values, a map (its keys are meant) or, for a text, another text.";
            self.wrong("N0311", op_span, message, format!("{p} in {q}"), help);
        }
        let mut id = self.push(Expr::Binary(BinaryOp::In, a.id, b.id), span);
        if op == ast::BinaryOp::NotIn {
            id = self.push(Expr::Unary(UnaryOp::Not, id), span);
        }
        Typed { id, ty: Ty::Bool }
    }

    fn coalesce(&mut self, left: &ast::Expr, right: &ast::Expr, span: Span, hint: Option<&Ty>) -> Typed {
        let wider = hint.map(|ty| Ty::optional(ty.clone()));
        let a = self.infer(left, wider.as_ref());
        if !a.ty.may_be_none() && !matches!(a.ty, Ty::Error | Ty::Unknown) && !self.is_made_sure(left) {
            let message = format!(
                "`{}` always has a value, so what stands after `??` is never used.",
                self.source_or_dots(left.span)
            );
            let help = "Leave out `??` and what follows.".to_owned();
            let new = self.report("N0324", left.span, message, "never none".into(), help);
            new.level = crate::diagnostic::Level::Warning;
        }
        let own = Ty::optional(a.ty.clone());
        let b = self.infer(right, if a.ty == Ty::NoneLit { hint } else { Some(&own) });
        if a.ty == Ty::Error || b.ty == Ty::Error {
            return self.error(span);
        }
        let present = if a.ty == Ty::NoneLit { b.ty.clone() } else { a.ty.present() };
        let Some(ty) = self.items.join(&present, &b.ty) else {
            let (p, q) = (self.items.show(&present), self.items.show(&b.ty));
            let message =
                format!("`??` gives `{p}` where there is a value, and here it would give `{q}` where there is none.");
            let help = format!("Write a value of the type `{p}` after `??`.");
            return self.wrong("N0327", right.span, message, format!("this is {q}"), help);
        };
        let b = self.coerce(b, &ty, right);
        Typed { id: self.push(Expr::Coalesce(a.id, b.id), span), ty }
    }

    fn arithmetic(
        &mut self,
        op: ast::BinaryOp,
        op_span: Span,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
        hint: Option<&Ty>,
    ) -> Typed {
        // Only what keeps the type of the whole is of use to the sides.
        let hint = hint.map(Ty::present).filter(|ty| matches!(ty, Ty::Decimal | Ty::List(_)));
        let a = self.infer(left, hint.as_ref());
        let list = matches!(a.ty, Ty::List(_)).then(|| a.ty.clone());
        let b = self.infer(right, hint.as_ref().or(list.as_ref()));
        if a.ty == Ty::Error || b.ty == Ty::Error {
            return self.error(span);
        }
        for (side, at) in [(&a, left), (&b, right)] {
            if side.ty.may_be_none() {
                return self.may_be_none(&side.ty, at, None);
            }
        }
        if let (Ty::Money(Some(p)), Ty::Money(Some(q))) = (&a.ty, &b.ty)
            && p != q
            && op != ast::BinaryOp::Mul
        {
            let message =
                format!("An amount in {p} and an amount in {q} cannot be brought together by `{}`.", sign(op));
            let source = self.source_or_dots(right.span);
            let plain = source.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
            let help = if plain && matches!(op, ast::BinaryOp::Add | ast::BinaryOp::Sub) {
                format!(
                    "Use amounts of one currency; they are never converted on their own. With a rate: `money({source}.amount * rate, {p})`."
                )
            } else {
                "Use amounts of one currency; they are never converted on their own.".to_owned()
            };
            return self.wrong("N0313", op_span, message, "two currencies", help);
        }
        if let (ast::BinaryOp::Add, Ty::List(_), Ty::List(_)) = (op, &a.ty, &b.ty)
            && let Some(ty) = self.items.join(&a.ty, &b.ty)
        {
            let (a, b) = (self.coerce(a, &ty, left), self.coerce(b, &ty, right));
            return Typed { id: self.push(Expr::Binary(BinaryOp::Add, a.id, b.id), span), ty };
        }
        let Some(ty) = arithmetic(op, &a.ty, &b.ty) else {
            return self.no_arithmetic(op, op_span, &a.ty, &b.ty, (left, right));
        };
        let to_op = match op {
            ast::BinaryOp::Add => BinaryOp::Add,
            ast::BinaryOp::Sub => BinaryOp::Sub,
            ast::BinaryOp::Mul => BinaryOp::Mul,
            _ => BinaryOp::Div,
        };
        Typed { id: self.push(Expr::Binary(to_op, a.id, b.id), span), ty }
    }

    /// How a number becomes an amount: where it is written, where its variable is declared, or by calculation.
    fn of_which_currency(&self, number: &ast::Expr, currency: Option<Currency>) -> String {
        let code = currency.map_or("GBP".to_owned(), |currency| currency.to_string());
        let source = self.source_or_dots(number.span);
        let literal = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if literal(&source) {
            return format!("Say of which currency: `{source} {code}`.");
        }
        // `var total = 0`
        let declared = self.binding(number).filter(|bound| bound.var).and_then(|bound| {
            let text = &self.items.file(self.file)?.text;
            let behind = text.get(bound.span.end as usize..)?.trim_start().strip_prefix('=')?;
            behind.split(['\n', ';', '}']).next().map(str::trim).filter(|value| literal(value))
        });
        match declared {
            Some(value) => format!(
                "`{source}` begins as a number without a currency. Where it is declared write `var {source} = {value} {code}`."
            ),
            None => format!("Say of which currency: `money({source}, {code})`."),
        }
    }

    fn no_arithmetic(
        &mut self,
        op: ast::BinaryOp,
        op_span: Span,
        a: &Ty,
        b: &Ty,
        (left, right): (&ast::Expr, &ast::Expr),
    ) -> Typed {
        let (p, q) = (self.items.show(a), self.items.show(b));
        let (x, y) = (self.source_or_dots(left.span), self.source_or_dots(right.span));
        let help = match (op, a, b) {
            (ast::BinaryOp::Add | ast::BinaryOp::Sub, Ty::Date | Ty::DateTime, Ty::Text) => {
                format!(
                    "Write a duration without quotes: `{x} {} 3d`.",
                    if op == ast::BinaryOp::Add { "+" } else { "-" }
                )
            }
            (ast::BinaryOp::Add, Ty::Text, _) | (ast::BinaryOp::Add, _, Ty::Text) => {
                let hole = |expr: &ast::Expr, source: &str| match &expr.kind {
                    ast::ExprKind::Text(template) => template.plain().unwrap_or_else(|| "…".to_owned()),
                    _ => format!("{{{{ {source} }}}}"),
                };
                format!("Write one text with holes: `\"{}{}\"`.", hole(left, &x), hole(right, &y))
            }
            (_, Ty::Money(currency), Ty::Int | Ty::Decimal) => self.of_which_currency(right, *currency),
            (_, Ty::Int | Ty::Decimal, Ty::Money(currency)) if op != ast::BinaryOp::Div => {
                self.of_which_currency(left, *currency)
            }
            (_, Ty::Date, Ty::Int) => format!("Say of what: `{x} {} {y}d` for days.", sign(op)),
            (ast::BinaryOp::Add, Ty::List(_), _) => format!("Put the element into brackets: `{x} + [{y}]`."),
            (_, Ty::List(_), _) | (_, _, Ty::List(_)) => {
                "Work on each element: `….map(x => …)`, or add them up: `….sum(x => …)`.".to_owned()
            }
            (ast::BinaryOp::Mul, Ty::Money(_), Ty::Money(_)) => {
                format!("Multiply an amount by a number: `{y}.amount` is the number of this one.")
            }
            _ => "Numbers, money of one currency, and dates with durations can be calculated with.".to_owned(),
        };
        let message = format!("`{}` cannot be used between `{p}` and `{q}`.", sign(op));
        self.wrong("N0311", op_span, message, format!("{p} {} {q}", sign(op)), help)
    }
}
