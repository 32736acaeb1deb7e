//! Calls of built-in functions: the form that is meant, what its letters stand for, and the order of arguments that the machine knows.

use ntro_grammar::{Span, ast};
use ntro_ir::{Builtin, Expr, ExprId, Value};
use rust_decimal::Decimal;

use super::calls::{Given, forms};
use super::functions::Function;
use super::signature::{self, Form, Letters, Pattern, asks_for};
use crate::cx::{Cx, Expressions, Typed};
use crate::scope::{Binding, Source};
use crate::ty::Ty;
use crate::unused::elements::Each;

impl Cx<'_> {
    pub(super) fn call_builtin(&mut self, function: &'static Function, given: Given<'_>, hint: Option<&Ty>) -> Typed {
        let (given, currency) = match self.take_currency(function, given) {
            Ok(both) => both,
            Err(span) => return self.error(span),
        };
        let all = signature::forms(function);
        let counts: Vec<usize> = {
            let mut counts: Vec<usize> = all.iter().map(|form| form.params.len()).collect();
            counts.dedup();
            counts
        };
        let given_refs: Vec<ast::Arg>;
        let given = match given {
            Taken::AsIs(given) => given,
            Taken::Fewer(receiver, args, span, name_span) => {
                given_refs = args;
                Given { receiver, args: &given_refs, span, name_span }
            }
        };
        if !self.right_count(function.name, &counts, &given) {
            let plain: Vec<&ast::Arg> = given.args.iter().filter(|arg| !self.is_rule(&arg.value)).collect();
            for arg in plain {
                self.infer(&arg.value, None);
            }
            return self.error(given.span);
        }
        for arg in given.args {
            self.no_name(arg, function.name);
        }
        let fitting: Vec<&Form> = all.iter().filter(|form| form.params.len() == given.count()).collect();
        self.call_form(function, fitting, given, currency, hint)
    }

    /// `in: GBP` of `sum`.
    fn take_currency<'a>(&mut self, function: &Function, given: Given<'a>) -> Result<(Taken<'a>, Option<Typed>), Span> {
        let is_in = |arg: &ast::Arg| arg.name.as_ref().is_some_and(|name| name.text == "in");
        if function.builtin != Builtin::Sum || !given.args.iter().any(is_in) {
            return Ok((Taken::AsIs(given), None));
        }
        let mut currency = None;
        let mut rest = Vec::new();
        for arg in given.args {
            if is_in(arg) {
                currency = Some(self.expr(&arg.value, Some(&Ty::Currency)));
            } else {
                rest.push(arg.clone());
            }
        }
        Ok((Taken::Fewer(given.receiver, rest, given.span, given.name_span), currency))
    }

    fn call_form(
        &mut self,
        function: &Function,
        fitting: Vec<&Form>,
        given: Given<'_>,
        currency: Option<Typed>,
        hint: Option<&Ty>,
    ) -> Typed {
        let mut letters = Letters::default();
        let mut ids: Vec<ExprId> = Vec::new();
        let mut rest = given.args;
        let first = match (&given.receiver, given.args.split_first()) {
            (Some((typed, at)), _) => Some((typed.clone(), *at)),
            (None, Some((arg, others))) => {
                rest = others;
                let hint = fitting
                    .first()
                    .and_then(|form| form.params.first())
                    .and_then(|pattern| letters.fill(self.items, pattern));
                Some((self.infer(&arg.value, hint.as_ref()), &arg.value))
            }
            (None, None) => None,
        };
        let form = match first {
            None => fitting.into_iter().next(),
            Some((typed, at)) => {
                if typed.ty == Ty::Error {
                    self.look_at(rest);
                    return self.error(given.span);
                }
                let form = self.form_for(function, fitting, &typed, at, &mut letters);
                ids.push(typed.id);
                form
            }
        };
        let Some(form) = form else {
            self.look_at(rest);
            return self.error(given.span);
        };
        // What is expected of the whole tells the rule what to give: `rows.map(r => { … })` where a list of records is expected.
        let mut wanted = letters.clone();
        if let Some(hint) = hint {
            wanted.take(self.items, &form.result, &hint.present());
        }
        let skip = usize::from(!ids.is_empty());
        let mut failed = false;
        for (arg, pattern) in rest.iter().zip(form.params.iter().skip(skip)) {
            let typed = self.argument(function, &arg.value, pattern, &mut letters, &wanted);
            failed |= typed.ty == Ty::Error;
            ids.push(typed.id);
        }
        let result = letters.fill(self.items, &form.result).unwrap_or(Ty::Unknown);
        if failed {
            return self.error(given.span);
        }
        self.finish(function, ids, &given, currency, result, &letters)
    }

    /// Arguments of a call whose first value is wrong: mistakes in them are told, rules are left alone for nothing is known of their parameters.
    fn look_at(&mut self, args: &[ast::Arg]) {
        for arg in
            args.iter().filter(|arg| !matches!(arg.value.kind, ast::ExprKind::Lambda { .. } | ast::ExprKind::Name(_)))
        {
            self.infer(&arg.value, None);
        }
    }

    /// The form whose first parameter the first value fits.
    fn form_for<'f>(
        &mut self,
        function: &Function,
        fitting: Vec<&'f Form>,
        first: &Typed,
        at: &ast::Expr,
        letters: &mut Letters,
    ) -> Option<&'f Form> {
        for form in &fitting {
            let mut trial = Letters::default();
            if let Some(pattern) = form.params.first()
                && trial.take(self.items, pattern, &first.ty)
            {
                *letters = trial;
                return Some(form);
            }
        }
        let present = first.ty.present();
        let would_fit = fitting
            .iter()
            .filter_map(|form| form.params.first())
            .any(|pattern| Letters::default().take(self.items, pattern, &present));
        if first.ty.may_be_none() && (would_fit || first.ty == Ty::NoneLit) {
            self.may_be_none(&first.ty, at, None);
            return None;
        }
        if let (Ty::List(of), Some(Pattern::List(pattern))) =
            (&first.ty, fitting.first().and_then(|form| form.params.first()))
        {
            self.wrong_elements(function, of, pattern, at);
            return None;
        }
        let message = format!("`{}` cannot be used on `{}`.", function.name, self.items.show(&first.ty));
        let shown = self.items.show(&first.ty);
        self.report("N0302", at.span, message, format!("this is {shown}"), forms(function));
        None
    }

    /// A list of the wrong elements: `rows.sum()` where the rows are records.
    fn wrong_elements(&mut self, function: &Function, of: &Ty, pattern: &Pattern, at: &ast::Expr) {
        let shown = self.items.show(of);
        let source = self.source_or_dots(at.span);
        let needs = match pattern {
            Pattern::Letter(letter) => asks_for(*letter).to_owned(),
            Pattern::Outcome(_) => "an outcome".to_owned(),
            Pattern::Plain(ty) => format!("`{}`", self.items.show(ty)),
            _ => "something else".to_owned(),
        };
        let takes_rule = function.forms.iter().any(|form| form.contains("=>"));
        let help = match of {
            of if of.may_be_none() => format!("Leave out those that are none: `{source}.present()`."),
            _ if takes_rule => format!("Say what of each element is meant: `{source}.{}(x => …)`.", function.name),
            _ => forms(function),
        };
        let message = format!("`{}` needs {needs} in each element, and these are `{shown}`.", function.name);
        self.report("N0302", at.span, message, format!("a list of {shown}"), help);
    }

    fn argument(
        &mut self,
        function: &Function,
        arg: &ast::Expr,
        pattern: &Pattern,
        letters: &mut Letters,
        wanted: &Letters,
    ) -> Typed {
        if let Pattern::Rule(params, result) = pattern {
            return self.rule(function, arg, params, result, letters, wanted);
        }
        match letters.fill(self.items, pattern) {
            Some(ty) => {
                let typed = self.infer(arg, Some(&ty));
                // A value that is wider than the elements may still be looked for among them.
                if self.items.join(&typed.ty, &ty).is_some() && function.builtin == Builtin::Contains {
                    return typed;
                }
                self.coerce(typed, &ty, arg)
            }
            None => {
                let typed = self.infer(arg, None);
                if !letters.take(self.items, pattern, &typed.ty) {
                    let shown = self.items.show(&typed.ty);
                    let message = format!("`{}` cannot take `{shown}` here.", function.name);
                    return self.wrong("N0302", arg.span, message, format!("this is {shown}"), forms(function));
                }
                typed
            }
        }
    }

    /// `r => r.amount`
    fn rule(
        &mut self,
        function: &Function,
        arg: &ast::Expr,
        params: &[Pattern],
        result: &Pattern,
        letters: &mut Letters,
        wanted: &Letters,
    ) -> Typed {
        let mut inner = arg;
        while let ast::ExprKind::Paren(next) = &inner.kind {
            inner = next;
        }
        let ast::ExprKind::Lambda { params: names, body } = &inner.kind else {
            if inner.kind == ast::ExprKind::Missing {
                return self.error(arg.span);
            }
            if let ast::ExprKind::Name(name) = &inner.kind
                && let Some(written) = self.named_rule(name, arg.span, params.len())
            {
                return self.rule(function, &written, params, result, letters, wanted);
            }
            let help = match &inner.kind {
                ast::ExprKind::Name(name) if self.items.function(self.file, name).is_some() => {
                    format!(
                        "`{name}` takes another number of values. Write what is done with each element: `x => {name}(x, …)`."
                    )
                }
                _ => format!("Write what is done with each element: `{}(x => …)`.", function.name),
            };
            let message = format!("`{}` needs a rule here, such as `x => …`.", function.name);
            return self.wrong("N0317", arg.span, message, "not a rule", help);
        };
        if names.len() != params.len() {
            let message =
                format!("The rule of `{}` has {} name before `=>`, not {}.", function.name, params.len(), names.len());
            let help = format!("Write `{}(x => …)`; the name stands for one element.", function.name);
            let span = names
                .first()
                .map_or(arg.span, |first| names.last().map_or(first.span, |last| first.span.to(last.span)));
            return self.wrong("N0317", span, message, "one name is needed", help);
        }
        self.scope.push();
        let mut locals = Vec::new();
        let from = self.program.exprs.len();
        for (name, pattern) in names.iter().zip(params) {
            let ty = letters.fill(self.items, pattern).unwrap_or(Ty::Unknown);
            let ty = if ty == Ty::Unknown { Ty::Error } else { ty };
            let local = self.new_local();
            locals.push(local);
            self.note_type(name.span, &ty);
            self.scope.declare(&name.text, Binding::new(Source::Local(local), ty, name.span));
        }
        let typed = self.rule_body(function, body, result, letters, wanted);
        self.scope.pop();
        for (name, local) in names.iter().zip(&locals) {
            if !self.reads_local(from, *local) {
                self.unused_element(name, Each::Rule);
            }
        }
        let id = self.push(Expr::Lambda { params: locals, body: typed.id }, arg.span);
        Typed { id, ty: typed.ty }
    }

    fn rule_body(
        &mut self,
        function: &Function,
        body: &ast::Expr,
        result: &Pattern,
        letters: &mut Letters,
        wanted: &Letters,
    ) -> Typed {
        let open_list = matches!(result, Pattern::List(_));
        match letters.fill(self.items, result) {
            Some(ty) if !matches!(result, Pattern::Letter(_)) => self.expr(body, Some(&ty)),
            _ => {
                let hint = wanted.fill(self.items, result);
                let typed = self.infer(body, hint.as_ref());
                // A record that was written without its type becomes one of the type that is expected of the whole.
                let typed = match &hint {
                    Some(hint) if self.items.fits(&typed.ty, hint) && self.items.needs_fit(&typed.ty, hint) => {
                        self.coerce(typed, hint, body)
                    }
                    _ => typed,
                };
                if letters.take(self.items, result, &typed.ty) {
                    return typed;
                }
                if typed.ty.may_be_none() && letters.clone().take(self.items, result, &typed.ty.present()) {
                    return self.may_be_none(&typed.ty, body, None);
                }
                let shown = self.items.show(&typed.ty);
                let needs = match result {
                    Pattern::Letter(letter) => asks_for(*letter),
                    _ if open_list => "a list",
                    _ => "something else",
                };
                let message = format!("The rule of `{}` must give {needs}, and this is `{shown}`.", function.name);
                let help = if open_list {
                    format!("Put it into brackets (`[…]`), or use `map` in place of `{}`.", function.name)
                } else {
                    format!("Give {needs}: a field of the element, for example.")
                };
                self.wrong("N0302", body.span, message, format!("this is {shown}"), help)
            }
        }
    }

    /// The call as the machine knows it, and the type where it depends on more than the letters.
    fn finish(
        &mut self,
        function: &Function,
        mut ids: Vec<ExprId>,
        given: &Given<'_>,
        currency: Option<Typed>,
        result: Ty,
        letters: &Letters,
    ) -> Typed {
        let span = given.span;
        let mut ty = result;
        match function.builtin {
            Builtin::Sum => return self.sum(ids, given, currency, &ty),
            Builtin::Totals if ids.len() == 1 => {
                let local = self.new_local();
                let body = self.push(Expr::Local(local), span);
                ids.push(self.push(Expr::Lambda { params: vec![local], body }, span));
            }
            Builtin::Average if ids.len() == 2 => ids = vec![self.push(Expr::Call(Builtin::Map, ids), span)],
            Builtin::Money | Builtin::InCurrency => {
                let last = ids.last().and_then(|id| self.program.exprs.get(id.0 as usize));
                if let Some(Expr::Const(Value::Currency(currency))) = last {
                    ty = Ty::Money(Some(*currency));
                }
            }
            _ => {}
        }
        let _ = letters;
        if function.builtin == Builtin::Uuid {
            self.identifier_anew(span);
        }
        Typed { id: self.push(Expr::Call(function.builtin, ids), span), ty }
    }

    fn sum(&mut self, ids: Vec<ExprId>, given: &Given<'_>, currency: Option<Typed>, of: &Ty) -> Typed {
        let span = given.span;
        let none = self.push(Expr::Const(Value::None), span);
        let list = ids.first().copied().unwrap_or(none);
        let rule = ids.get(1).copied().unwrap_or(none);
        let said = currency.as_ref().and_then(|typed| match self.program.exprs.get(typed.id.0 as usize) {
            Some(Expr::Const(Value::Currency(currency))) => Some(*currency),
            _ => None,
        });
        let (unit, zero, ty) = match (of, &currency) {
            (Ty::Money(Some(known)), said_at) => {
                if let (Some(said), Some(_)) = (said, said_at)
                    && said != *known
                {
                    let message = format!("These amounts are in {known}, and the sum is asked for in {said}.");
                    let help = format!("Leave out `in: {said}`; amounts are never converted on their own.");
                    return self.wrong("N0313", span, message, "two currencies", help);
                }
                let unit = self.push(Expr::Const(Value::Currency(*known)), span);
                (unit, none, Ty::Money(Some(*known)))
            }
            (Ty::Money(None), Some(typed)) => (typed.id, none, Ty::Money(said)),
            (Ty::Money(None), None) => {
                let message = "The sum needs one currency, and these amounts may be of several.";
                let help = "Name it (`sum(x => x.amount, in: GBP)`), or take one sum a currency with `totals`.";
                return self.wrong("N0323", given.name_span, message, "of which currency?", help);
            }
            (_, Some(_)) => {
                let message = "`in:` names a currency, and these are no amounts of money.";
                return self.wrong("N0313", span, message, "no money", "Leave out `in: …`.");
            }
            (Ty::Decimal, None) => (none, self.push(Expr::Const(Value::Decimal(Decimal::ZERO)), span), Ty::Decimal),
            (other, None) => {
                let ty = if *other == Ty::Unknown { Ty::Int } else { other.clone() };
                (none, self.push(Expr::Const(Value::Int(0)), span), ty)
            }
        };
        Typed { id: self.push(Expr::Call(Builtin::Sum, vec![list, rule, unit, zero]), span), ty }
    }
}

/// The values of a call, as they stand or without one that was taken out.
enum Taken<'a> {
    AsIs(Given<'a>),
    Fewer(Option<(Typed, &'a ast::Expr)>, Vec<ast::Arg>, Span, Span),
}
