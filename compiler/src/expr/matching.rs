//! `match` as an expression: every case is looked at, or there is an `else`.

use ntro_grammar::{Span, ast};
use ntro_ir::{BinaryOp, Builtin, Expr, ExprId, LocalId, UnaryOp, Value};

use super::names::path_of;
use crate::cx::{Cx, Expressions, Typed};
use crate::scope::{Binding, Source};
use crate::suggest::{did_you_mean, name_list};
use crate::ty::Ty;
use crate::unused::carried::Carrier;

/// What is looked at, and what of it is not covered yet.
struct Subject {
    ty: Ty,
    local: LocalId,
    /// The cases that there are, where they can be listed: enum values, `true` and `false`, `none` and `some`, `ok` and `failed`, names of a choice.
    cases: Option<Vec<String>>,
    covered: Vec<String>,
    has_else: bool,
    /// A case was wrong, so nothing is said of what is covered.
    broken: bool,
    path: Option<crate::scope::Path>,
}

/// An arm that was understood.
struct Arm {
    /// Whether it fits; absent where it always does.
    test: Option<ExprId>,
    /// What the binding stands for.
    binding: Option<(LocalId, ExprId)>,
    guard: Option<ExprId>,
    value: Typed,
}

impl Cx<'_> {
    pub(super) fn match_expr(&mut self, x: &ast::Match, hint: Option<&Ty>) -> Typed {
        let of = self.infer(&x.subject, None);
        let local = self.new_local();
        let cases = if of.ty == Ty::Error { None } else { self.cases(&of.ty) };
        let path = path_of(&x.subject);
        let mut subject =
            Subject { ty: of.ty.clone(), local, cases, covered: Vec::new(), has_else: false, broken: false, path };
        let mut arms = Vec::new();
        let mut values: Vec<(Typed, &ast::Expr)> = Vec::new();
        for arm in &x.arms {
            let value = match &arm.body {
                ast::ArmBody::Expr(value) => value,
                ast::ArmBody::Body(body) => {
                    let help = "In an expression an arm gives a value: `pattern => value`.";
                    self.wrong("N0319", body.span, "This arm gives no value.", "a block stands here", help);
                    continue;
                }
            };
            let weak = values.first().map(|(typed, _)| Ty::optional(typed.ty.clone()));
            if let Some(lowered) = self.arm(arm, value, &mut subject, hint, weak.as_ref()) {
                values.push((lowered.value.clone(), value));
                arms.push(lowered);
            }
        }
        self.exhaustive(&subject, x);
        let sides = self.sides(&values, false);
        if of.ty == Ty::Error || sides.is_empty() {
            return self.error(x.span);
        }
        let ty = sides.first().map_or(Ty::Error, |side| side.ty.clone());
        let id = self.chain(arms, &sides, x.span);
        let id = self.push(Expr::Let { local, value: of.id, body: id }, x.span);
        Typed { id, ty }
    }

    fn cases(&self, ty: &Ty) -> Option<Vec<String>> {
        let words = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect());
        match ty {
            Ty::Bool => words(&["true", "false"]),
            Ty::Optional(of) => {
                let mut all = self
                    .items
                    .enum_values(of)
                    .or_else(|| (**of == Ty::Bool).then(|| vec!["true".into(), "false".into()]));
                match &mut all {
                    Some(all) => all.push("none".into()),
                    None => return words(&["some", "none"]),
                }
                all
            }
            Ty::Outcome(_) => words(&["ok", "failed"]),
            Ty::Choice(arms) => Some(arms.iter().map(|(name, _)| name.clone()).collect()),
            other => self.items.enum_values(other),
        }
    }

    fn arm(
        &mut self,
        arm: &ast::MatchArm,
        value: &ast::Expr,
        subject: &mut Subject,
        hint: Option<&Ty>,
        weak: Option<&Ty>,
    ) -> Option<Arm> {
        let span = arm.pattern.span;
        if !subject.broken && (subject.has_else || self.all_covered(subject)) {
            let help = "Put it before, or leave it out.".to_owned();
            let new =
                self.report("N0320", span, "This case is never reached.".into(), "all is covered before".into(), help);
            new.level = crate::diagnostic::Level::Warning;
        }
        let mark = self.pattern(&arm.pattern, arm.guard.is_some(), subject)?;
        self.scope.push();
        let present = mark.present || subject.covered.iter().any(|case| case == "none");
        if let Some(path) = subject.path.clone().filter(|_| present) {
            self.scope.narrow(path);
        }
        let mut bound = None;
        let binding = match (mark.binding, mark.carries) {
            (Some(name), Some((id, ty))) => {
                let local = self.new_local();
                bound = Some((name, local, self.program.exprs.len()));
                self.note_type(name.span, &ty);
                self.scope.declare(&name.text, Binding::new(Source::Local(local), ty, name.span));
                Some((local, id))
            }
            (Some(name), None) => {
                let help = "Leave out the brackets.".to_owned();
                self.report(
                    "N0319",
                    name.span,
                    "This case carries nothing that could be named.".into(),
                    "nothing to name".into(),
                    help,
                );
                None
            }
            (None, _) => None,
        };
        let guard = arm.guard.as_ref().map(|guard| {
            let (guard, facts) = self.condition(guard);
            self.narrow_all(facts.when_true);
            guard.id
        });
        let value = match hint {
            Some(_) => self.expr(value, hint),
            None => self.infer(value, weak),
        };
        self.scope.pop();
        if let Some((name, local, from)) = bound
            && !self.reads_local(from, local)
        {
            self.unused_carried(name, Carrier::Case);
        }
        Some(Arm { test: mark.test, binding, guard, value })
    }

    fn all_covered(&self, subject: &Subject) -> bool {
        subject.cases.as_ref().is_some_and(|cases| cases.iter().all(|case| is_covered(subject, case)))
    }

    /// What a pattern asks; `None` where it is wrong, which is reported.
    fn pattern<'a>(&mut self, pattern: &'a ast::Pattern, guarded: bool, subject: &mut Subject) -> Option<Mark<'a>> {
        let span = pattern.span;
        match &pattern.kind {
            ast::PatternKind::Missing => {
                subject.broken = true;
                None
            }
            ast::PatternKind::Else => {
                subject.has_else |= !guarded;
                Some(Mark::default())
            }
            ast::PatternKind::Literal(literal) => self.literal_pattern(literal, guarded, subject),
            ast::PatternKind::Name { name, binding: None } if subject.ty.present() == Ty::Currency => {
                self.literal_pattern(&currency_of(name), guarded, subject)
            }
            ast::PatternKind::Name { name, binding } => {
                let word = name.text.rsplit('.').next().unwrap_or_default();
                if self.is_asked(word) {
                    self.see_cases(subject.cases.as_deref().unwrap_or_default());
                }
                self.note_value(&subject.ty.present(), word, last_word(name));
                if subject.ty == Ty::Error {
                    subject.broken = true;
                    let carries = Some((self.error(span).id, Ty::Error));
                    return Some(Mark { binding: binding.as_ref(), carries, ..Mark::default() });
                }
                let Some(mut mark) = self.named_pattern(word, span, subject) else {
                    self.no_such_case(word, name.span, subject);
                    subject.broken = true;
                    return None;
                };
                mark.binding = binding.as_ref();
                if !guarded {
                    subject.covered.push(word.to_owned());
                }
                Some(mark)
            }
        }
    }

    fn literal_pattern<'a>(&mut self, literal: &ast::Expr, guarded: bool, subject: &mut Subject) -> Option<Mark<'a>> {
        let span = literal.span;
        let of = self.push(Expr::Local(subject.local), span);
        if literal.kind == ast::ExprKind::None {
            if !subject.ty.may_be_none() && subject.ty != Ty::Error {
                let shown = self.items.show(&subject.ty);
                let message = format!("This is `{shown}`, which always has a value.");
                self.report("N0319", span, message, "never none".into(), "Leave this case out.".into());
            }
            if !guarded {
                subject.covered.push("none".to_owned());
            }
            let is_some = self.push(Expr::Call(Builtin::IsSome, vec![of]), span);
            let test = Some(self.push(Expr::Unary(UnaryOp::Not, is_some), span));
            return Some(Mark { test, ..Mark::default() });
        }
        let wanted = subject.ty.present();
        let value = self.expr(literal, Some(&wanted));
        if let (ast::ExprKind::Bool(value), false) = (&literal.kind, guarded) {
            subject.covered.push(value.to_string());
        }
        let test = Some(self.push(Expr::Binary(BinaryOp::Eq, of, value.id), span));
        Some(Mark { test, present: true, ..Mark::default() })
    }

    fn named_pattern<'a>(&mut self, word: &str, span: Span, subject: &Subject) -> Option<Mark<'a>> {
        let of = self.push(Expr::Local(subject.local), span);
        let is_value =
            self.items.enum_values(&subject.ty.present()).is_some_and(|values| values.iter().any(|v| v == word));
        if is_value {
            let value = self.push(Expr::Const(Value::Enum(word.into())), span);
            let test = Some(self.push(Expr::Binary(BinaryOp::Eq, of, value), span));
            return Some(Mark { test, present: true, ..Mark::default() });
        }
        if word == "some" && subject.ty.may_be_none() {
            let test = Some(self.push(Expr::Call(Builtin::IsSome, vec![of]), span));
            return Some(Mark { test, present: true, carries: Some((of, subject.ty.present())), binding: None });
        }
        let carried = match (&subject.ty, word) {
            (Ty::Outcome(value), "ok") => (**value).clone(),
            (Ty::Outcome(_), "failed") => self.items.prelude_type("ElementFailure", &[]),
            (Ty::Choice(arms), word) => arms.iter().find(|(name, _)| name == word).map(|(_, ty)| ty.clone())?,
            _ => return None,
        };
        let test = Some(self.push(Expr::IsVariant { of, tag: word.to_owned() }, span));
        let carries = (carried != Ty::Nothing).then(|| (self.push(Expr::VariantValue(of), span), carried));
        Some(Mark { test, present: true, carries, binding: None })
    }

    fn no_such_case(&mut self, word: &str, span: Span, subject: &Subject) {
        let shown = self.items.show(&subject.ty);
        let message = format!("`{word}` is not a case of `{shown}`.");
        let help = match &subject.cases {
            Some(cases) => format!("{}There is {}.", did_you_mean(word, cases.iter().cloned()), name_list(cases)),
            None => "Write a literal of that type, or `else`.".to_owned(),
        };
        self.report("N0319", span, message, "no such case".into(), help);
    }

    fn exhaustive(&mut self, subject: &Subject, x: &ast::Match) {
        if subject.has_else || subject.broken || subject.ty == Ty::Error || self.all_covered(subject) {
            return;
        }
        let (message, help) = match &subject.cases {
            Some(cases) => {
                let missing: Vec<String> = cases.iter().filter(|case| !is_covered(subject, case)).cloned().collect();
                let arms: Vec<String> = missing.iter().map(|case| format!("{case} => …")).collect();
                (
                    format!("This `match` says nothing of {}.", name_list(&missing)),
                    format!("Add `{}`, or `else => …`.", arms.join(", ")),
                )
            }
            None => {
                ("This `match` does not cover every value.".to_owned(), "Add `else => …` as the last case.".to_owned())
            }
        };
        self.report("N0318", x.subject.span, message, "not every case is covered".into(), help);
    }

    /// The arms as a chain of conditions. The last one needs no test: all others were looked at before.
    fn chain(&mut self, arms: Vec<Arm>, sides: &[Typed], span: Span) -> ExprId {
        let mut rest: Option<ExprId> = None;
        for (arm, side) in arms.into_iter().zip(sides).rev() {
            let bind = |cx: &mut Self, id: ExprId| match arm.binding {
                Some((local, value)) => cx.push(Expr::Let { local, value, body: id }, span),
                None => id,
            };
            let value = bind(self, side.id);
            let Some(next) = rest else {
                rest = Some(value);
                continue;
            };
            let guard = arm.guard.map(|guard| bind(self, guard));
            let test = match (arm.test, guard) {
                (Some(test), Some(guard)) => Some(self.push(Expr::And(test, guard), span)),
                (test, guard) => test.or(guard),
            };
            rest = Some(match test {
                Some(test) => self.push(Expr::If(test, value, next), span),
                None => value,
            });
        }
        rest.unwrap_or_else(|| self.error(span).id)
    }
}

/// The code of a currency, which a pattern holds as a word.
pub(crate) fn currency_of(name: &ast::Name) -> ast::Expr {
    ast::Expr { kind: ast::ExprKind::Name(name.text.clone()), span: name.span }
}

/// The word after the last dot.
pub(crate) fn last_word(name: &ast::Name) -> Span {
    let length = name.text.rsplit('.').next().map_or(0, str::len);
    Span::new(name.span.end.saturating_sub(u32::try_from(length).unwrap_or(0)), name.span.end)
}

/// What a pattern asks.
#[derive(Default)]
struct Mark<'a> {
    test: Option<ExprId>,
    /// Whether what fits is not `none`.
    present: bool,
    carries: Option<(ExprId, Ty)>,
    binding: Option<&'a ast::Name>,
}

fn is_covered(subject: &Subject, case: &str) -> bool {
    let has = |word: &str| subject.covered.iter().any(|covered| covered == word);
    has(case) || (case != "none" && subject.ty.may_be_none() && has("some"))
}
