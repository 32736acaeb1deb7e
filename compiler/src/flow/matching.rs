//! `match x { … }` as a statement.

use std::collections::BTreeSet;

use ntro_grammar::{Span, ast};
use ntro_ir::{BinaryOp, Builtin, Expr, ExprId, Slot, TypeDef, Value};

use super::Flow;
use super::branch::Branch;
use super::code::Label;
use crate::cx::Expressions;
use crate::diagnostic::{Diagnostic, Level};
use crate::scope::{Binding, Source};
use crate::ty::Ty;
use crate::unused::carried::Carrier;

/// What is looked at.
struct Subject {
    slot: Slot,
    ty: Ty,
    span: Span,
    /// How it is written, where it is a name.
    path: Option<Vec<String>>,
    /// All cases, where they can be counted; `None` for texts, numbers and their like.
    cases: Option<Vec<String>>,
}

/// What one pattern comes to.
struct Tested {
    /// Whether it fits; absent for `else`.
    cond: Option<ExprId>,
    /// The case that it covers.
    case: Option<String>,
    /// What its name in brackets stands for.
    carried: Option<(ExprId, Ty)>,
}

impl Flow<'_> {
    pub(super) fn match_statement(&mut self, x: &ast::Match) {
        let typed = self.cx.expr(&x.subject, None);
        let slot = self.hidden_slot("match", &typed.ty);
        self.set(slot, typed.id, x.subject.span);
        let cases = self.cases(&typed.ty);
        let subject = Subject { slot, ty: typed.ty, span: x.subject.span, path: name_path(&x.subject), cases };
        let end = self.code.label();
        let before = self.code.live;
        let mut covered = BTreeSet::new();
        let mut complete = subject.ty == Ty::Error;
        let mut branches = Vec::new();
        let from = self.cx.diagnostics.len();
        let mut wrong = false;
        for arm in &x.arms {
            if complete && subject.ty != Ty::Error {
                self.arm_never_reached(arm.pattern.span);
            }
            let next = self.code.label();
            let (covers, branch) = self.arm(&subject, arm, next, &covered);
            // What a wrong pattern was meant to cover is not known.
            let in_pattern = |found: &Diagnostic| found.level == Level::Error && found.place.span == pattern_place(arm);
            wrong |= self.cx.diagnostics.iter().skip(from).any(in_pattern);
            branches.push(branch);
            match covers {
                Some(Covers::All) => complete = true,
                Some(Covers::Case(case)) => cover(&subject, &mut covered, case),
                None => {}
            }
            complete |= all_covered(&subject, &covered);
            self.jump(end, arm.span);
            self.code.bind(next);
        }
        if !complete && !wrong {
            let missing: Option<Vec<_>> = subject
                .cases
                .as_ref()
                .map(|cases| cases.iter().filter(|case| !covered.contains(*case)).cloned().collect());
            self.not_exhaustive(x, &self.cx.show(&subject.ty), missing);
        }
        self.code.bind(end);
        self.code.live = before && (branches.is_empty() || branches.iter().any(|branch| branch.goes_on));
        self.meet(&branches);
    }

    /// One arm: what it covers, and what it leaves behind.
    fn arm(
        &mut self,
        subject: &Subject,
        arm: &ast::MatchArm,
        next: Label,
        covered: &BTreeSet<String>,
    ) -> (Option<Covers>, Branch) {
        let tested = self.pattern(subject, &arm.pattern, covered);
        let mut with_this = covered.clone();
        if let Some(case) = tested.case.clone().filter(|_| arm.guard.is_none()) {
            cover(subject, &mut with_this, case);
        }
        // What fits all that is left needs no test, and nothing falls through the last arm.
        if let Some(cond) = tested.cond.filter(|_| !all_covered(subject, &with_this)) {
            self.jump_unless(cond, next, arm.pattern.span);
        }
        self.cx.scope.push();
        let mut bound = None;
        if let ast::PatternKind::Name { binding: Some(name), .. } = &arm.pattern.kind {
            match tested.carried {
                Some((value, ty)) => {
                    let slot = self.cx.new_slot(&name.text, &ty, false);
                    self.set(slot, value, name.span);
                    self.declare(name, Binding::new(Source::Slot(slot), ty, name.span));
                    bound = Some((name, slot, self.cx.program.exprs.len()));
                }
                None => {
                    self.cx
                        .scope
                        .declare(&name.text, Binding::new(Source::NotHere(String::new()), Ty::Error, name.span));
                }
            }
        }
        if let Some(path) = subject
            .path
            .as_ref()
            .filter(|_| tested.case.as_ref().is_some_and(|case| case != "none") && subject.ty.may_be_none())
        {
            self.cx.scope.narrow(path.clone());
        }
        let mut facts = crate::cx::Facts::default();
        if let Some(guard) = &arm.guard {
            let (guard, proved) = self.cx.condition(guard);
            facts = proved;
            self.jump_unless(guard.id, next, arm.pattern.span);
        }
        let mark = self.frames.last().map_or(0, |frame| frame.exports.len());
        self.narrow_rest(facts.when_true);
        let branch = match &arm.body {
            ast::ArmBody::Body(body) => self.branch(&body.stmts),
            ast::ArmBody::Expr(value) => {
                self.arm_is_a_value(value.span);
                Branch { goes_on: self.code.live, ran: Vec::new() }
            }
        };
        self.cx.scope.pop();
        if let Some((name, slot, from)) = bound
            && !self.cx.reads_slot(from, slot)
        {
            self.cx.unused_carried(name, Carrier::Case);
        }
        self.redeclare(mark);
        let covers = match (&arm.guard, tested.cond, tested.case) {
            (Some(_), _, _) => None,
            (None, None, _) => Some(Covers::All),
            (None, Some(_), case) => case.map(Covers::Case),
        };
        (covers, branch)
    }

    /// The cases of a type, where they can be counted.
    fn cases(&mut self, ty: &Ty) -> Option<Vec<String>> {
        match ty {
            Ty::Bool => Some(vec!["true".to_owned(), "false".to_owned()]),
            Ty::Outcome(_) => Some(vec!["ok".to_owned(), "failed".to_owned()]),
            Ty::Choice(of) => Some(of.iter().map(|(name, _)| name.clone()).collect()),
            Ty::Optional(of) => {
                let mut cases = vec!["none".to_owned()];
                match self.cases(of) {
                    Some(inner) => cases.extend(inner),
                    None => cases.push("some".to_owned()),
                }
                Some(cases)
            }
            Ty::Words(words) => Some(words.to_vec()),
            Ty::Named(..) => self.enum_values(ty),
            _ => None,
        }
    }

    /// The values of an enumeration.
    fn enum_values(&mut self, ty: &Ty) -> Option<Vec<String>> {
        if self.cx.fields(ty).is_some() {
            return None;
        }
        let ntro_ir::Type::Named(id) = self.cx.ir_type(ty) else { return None };
        match self.cx.program.types.get(id as usize)? {
            TypeDef::Enum(def) => Some(def.values.clone()),
            TypeDef::Record(_) => None,
        }
    }

    fn pattern(&mut self, subject: &Subject, pattern: &ast::Pattern, covered: &BTreeSet<String>) -> Tested {
        let wrong = |flow: &mut Self| Tested {
            cond: Some(flow.constant(Value::Bool(false), pattern.span)),
            case: None,
            carried: None,
        };
        match &pattern.kind {
            ast::PatternKind::Missing => wrong(self),
            ast::PatternKind::Else => Tested { cond: None, case: None, carried: None },
            ast::PatternKind::Literal(literal) => self.literal_pattern(subject, literal, covered),
            ast::PatternKind::Name { name, binding: None } if subject.ty.present() == Ty::Currency => {
                self.literal_pattern(subject, &crate::expr::matching::currency_of(name), covered)
            }
            ast::PatternKind::Name { name, binding } => match self.named_pattern(subject, name, covered) {
                Some(tested) => {
                    if let (Some(binding), None) = (binding, &tested.carried) {
                        self.pattern_carries_nothing(&name.text, binding);
                    }
                    tested
                }
                None => wrong(self),
            },
        }
    }

    fn literal_pattern(&mut self, subject: &Subject, literal: &ast::Expr, covered: &BTreeSet<String>) -> Tested {
        let span = literal.span;
        let value = self.slot_value(subject.slot, span);
        if literal.kind == ast::ExprKind::None {
            if !subject.ty.may_be_none() && subject.ty != Ty::Error {
                self.never_none(span, &self.cx.show(&subject.ty), subject.span);
            }
            self.case_twice("none", span, covered);
            let some = self.cx.push(Expr::Call(Builtin::IsSome, vec![value]), span);
            return Tested { cond: Some(self.not(some, span)), case: Some("none".to_owned()), carried: None };
        }
        let expected = subject.ty.present();
        let typed = self.cx.expr(literal, Some(&expected));
        let case = match &literal.kind {
            ast::ExprKind::Bool(yes) => Some(yes.to_string()),
            _ => None,
        };
        if let Some(case) = &case {
            self.case_twice(case, span, covered);
        }
        let cond = self.binary(BinaryOp::Eq, value, typed.id, span);
        Tested { cond: Some(cond), case, carried: None }
    }

    /// `ok (v)`, `some (v)`, a signal, an enum value. `None` where the subject has no such case; that is reported.
    fn named_pattern(&mut self, subject: &Subject, name: &ast::Name, covered: &BTreeSet<String>) -> Option<Tested> {
        if name.is_missing() || subject.ty == Ty::Error {
            return None;
        }
        let last = crate::expr::matching::last_word(name);
        let word = name.text.rsplit('.').next().unwrap_or_default();
        self.cx.note_value(&subject.ty.present(), word, last);
        if self.cx.is_asked(word) {
            self.cx.see_cases(subject.cases.as_deref().unwrap_or_default());
        }
        let span = name.span;
        let value = self.slot_value(subject.slot, span);
        if name.text == "some" && subject.ty.may_be_none() {
            let cond = self.cx.push(Expr::Call(Builtin::IsSome, vec![value]), span);
            self.case_twice("some", span, covered);
            return Some(Tested {
                cond: Some(cond),
                case: Some("some".to_owned()),
                carried: Some((value, subject.ty.present())),
            });
        }
        let inner = subject.ty.present();
        let (last, qualified) = match name.text.rsplit_once('.') {
            Some((_, last)) => (last, true),
            None => (name.text.as_str(), false),
        };
        let cases = self.cases(&inner).unwrap_or_default();
        if !cases.iter().any(|case| case == last) || matches!(inner, Ty::Bool) {
            self.no_such_case(name, &self.cx.show(&subject.ty), subject.cases.as_deref());
            return None;
        }
        self.case_twice(last, span, covered);
        let tagged = match &inner {
            Ty::Choice(of) if !qualified => of.iter().find(|(tag, _)| tag == last).map(|(_, ty)| ty.clone()),
            Ty::Outcome(of) if last == "ok" => Some((**of).clone()),
            Ty::Outcome(_) => Some(self.cx.items.prelude_type("ElementFailure", &[])),
            _ => None,
        };
        let tested = match tagged {
            Some(ty) => {
                let cond = self.cx.push(Expr::IsVariant { of: value, tag: last.to_owned() }, span);
                let carried = (ty != Ty::Nothing).then(|| (self.cx.push(Expr::VariantValue(value), span), ty));
                Tested { cond: Some(cond), case: Some(last.to_owned()), carried }
            }
            None => {
                let wanted = self.constant(Value::Enum(last.into()), span);
                let cond = self.binary(BinaryOp::Eq, value, wanted, span);
                Tested { cond: Some(cond), case: Some(last.to_owned()), carried: None }
            }
        };
        Some(tested)
    }
}

/// Where messages about the pattern of an arm stand.
fn pattern_place(arm: &ast::MatchArm) -> Span {
    match &arm.pattern.kind {
        ast::PatternKind::Name { name, .. } => name.span,
        ast::PatternKind::Literal(literal) => literal.span,
        _ => arm.pattern.span,
    }
}

/// What an arm covers.
enum Covers {
    All,
    Case(String),
}

/// Notes a case; `some` covers all but `none`.
fn cover(subject: &Subject, covered: &mut BTreeSet<String>, case: String) {
    if case == "some" {
        covered.extend(subject.cases.iter().flatten().filter(|case| *case != "none").cloned());
    }
    covered.insert(case);
}

fn all_covered(subject: &Subject, covered: &BTreeSet<String>) -> bool {
    subject.cases.as_ref().is_some_and(|cases| cases.iter().all(|case| covered.contains(case)))
}

/// `config.gl` as a path.
fn name_path(expr: &ast::Expr) -> Option<Vec<String>> {
    match &expr.kind {
        ast::ExprKind::Name(name) => Some(vec![name.clone()]),
        ast::ExprKind::Member { object, name, optional: false } => {
            let mut path = name_path(object)?;
            path.push(name.text.clone());
            Some(path)
        }
        ast::ExprKind::Paren(inner) => name_path(inner),
        _ => None,
    }
}
