//! Arguments of capabilities, runbooks and agents: by name, in short form, or one alone by position.

use ntro_grammar::{Span, ast};
use ntro_ir::{Expr, ExprId};

use crate::cx::{CheckedCall, Cx, Expressions};
use crate::index::Role;
use crate::items::{Capability, Param};
use crate::suggest::{did_you_mean, name_list};
use crate::ty::Ty;

/// What the type parameters of a call stand for so far.
type Bound = Vec<(String, Option<Ty>)>;

impl Cx<'_> {
    /// A call of a capability.
    pub(super) fn checked_call(
        &mut self,
        capability: &Capability,
        type_args: &[ast::TypeExpr],
        args: &[ast::Arg],
        span: Span,
    ) -> CheckedCall {
        let what = format!("`{}`", capability.name);
        let mut bound: Bound = capability.type_params.iter().map(|name| (name.clone(), None)).collect();
        let mut broken = false;
        if !type_args.is_empty() {
            let written: Vec<Ty> = type_args.iter().map(|written| self.written_type(written)).collect();
            if written.len() != bound.len() {
                broken = true;
                let at = type_args.iter().fold(type_args.first().map_or(span, |t| t.span), |a, b| a.to(b.span));
                let (message, help) = match bound.len() {
                    0 => (format!("{what} takes no type in `<…>`."), "Leave it out.".to_owned()),
                    _ => (format!("{what} takes one type in `<…>`."), "Write one type.".to_owned()),
                };
                self.report("N0204", at, message, "not possible here".into(), help);
            }
            for ((_, slot), ty) in bound.iter_mut().zip(written) {
                *slot = Some(ty);
            }
        }
        let (args, bound) = self.checked_arguments(args, &capability.params, &bound, &what, span);
        let open = bound.iter().any(|(_, ty)| ty.is_none());
        if open && !broken {
            let message = format!("{what} must be told of which type.");
            let help = format!("Write the type after the name: `run {}<Row>(…)`.", capability.name);
            let declared = self.items.place(capability.file, capability.span);
            let new = self.report("N0321", span, message, "of which type?".into(), help);
            new.related.push((declared, "declared here".into()));
        }
        let names: Vec<String> = bound.iter().map(|(name, _)| name.clone()).collect();
        let types: Vec<Ty> = bound.into_iter().map(|(_, ty)| ty.unwrap_or(Ty::Error)).collect();
        CheckedCall { args, result: capability.result.with(&names, &types), type_arg: types.into_iter().next() }
    }

    /// Arguments against parameters, as one record in the order of the parameters; what type parameters stand for is found on the way.
    pub(super) fn checked_arguments(
        &mut self,
        args: &[ast::Arg],
        params: &[Param],
        bound: &Bound,
        what: &str,
        span: Span,
    ) -> (ExprId, Bound) {
        let mut bound = bound.clone();
        let mut given: Vec<Option<ExprId>> = vec![None; params.len()];
        let mut places: Vec<Option<Span>> = vec![None; params.len()];
        let mut wrong = false;
        let mut unnamed = false;
        for (order, arg) in args.iter().enumerate() {
            let before = self.diagnostics.len();
            self.note_argument(arg, args, params);
            let Some(at) = self.parameter_of(arg, (order, args.len()), params, what) else {
                // One example of a name is enough for all arguments without one.
                let again = |found: &crate::Diagnostic| found.code == "N0310" && arg.name.is_none();
                if self.diagnostics.get(before).is_some_and(again) && std::mem::replace(&mut unnamed, true) {
                    self.diagnostics.truncate(before);
                }
                wrong = true;
                self.infer(&arg.value, None);
                continue;
            };
            let Some(param) = params.get(at) else { continue };
            if let Some(first) = places.get(at).copied().flatten() {
                let first = self.items.place(self.file, first);
                let message = format!("`{}` is given twice.", param.name);
                let new =
                    self.report("N0309", arg.span, message, "given again here".into(), "Leave one of them out.".into());
                new.related.push((first, "first given here".into()));
                continue;
            }
            let id = self.argument_value(&arg.value, param, &mut bound);
            if let (Some(slot), Some(place)) = (given.get_mut(at), places.get_mut(at)) {
                *slot = Some(id);
                *place = Some(arg.span);
            }
        }
        let missing: Vec<&Param> = params
            .iter()
            .zip(&given)
            .filter(|(param, given)| given.is_none() && param.default.is_none() && !param.ty.may_be_none())
            .map(|(param, _)| param)
            .collect();
        // An argument that was misspelt is missing too; saying so would be a second message for one mistake.
        if !missing.is_empty() && !wrong {
            self.missing_arguments(&missing, what, span);
        }
        let mut fields = Vec::new();
        for (param, id) in params.iter().zip(given) {
            let id = match id {
                Some(id) => id,
                None => self.default_of(param, span),
            };
            fields.push((param.name.clone(), id));
        }
        (self.push(Expr::Record(fields), span), bound)
    }

    /// For editors: which parameter is meant, and which could be.
    fn note_argument(&mut self, arg: &ast::Arg, args: &[ast::Arg], params: &[Param]) {
        if !self.records() {
            return;
        }
        let (name, span, role) = match (&arg.name, &arg.value.kind) {
            // The short form in a scenario or a binding is given its name as well.
            (Some(name), ast::ExprKind::Name(value)) if arg.value.span == name.span && *value == name.text => {
                (name.text.as_str(), name.span, Role::Short)
            }
            (Some(name), _) => (name.text.as_str(), name.span, Role::Read),
            (None, ast::ExprKind::Name(value)) => (value.as_str(), arg.value.span, Role::Short),
            (None, _) => return,
        };
        if self.is_asked(name) {
            self.see_params(params, args);
        }
        if let Some(param) = params.iter().find(|param| param.name == name) {
            self.note_param(param, span, role);
        }
    }

    fn argument_value(&mut self, value: &ast::Expr, param: &Param, bound: &mut Bound) -> ExprId {
        let filled = |bound: &Bound| {
            let names: Vec<String> = bound.iter().map(|(name, _)| name.clone()).collect();
            let types: Vec<Ty> =
                bound.iter().map(|(name, ty)| ty.clone().unwrap_or_else(|| Ty::Param(name.as_str().into()))).collect();
            param.ty.with(&names, &types)
        };
        let ty = filled(bound);
        if !has_param(&ty) {
            return self.expr(value, Some(&ty)).id;
        }
        let typed = self.infer(value, None);
        bind(&ty, &typed.ty, bound);
        let ty = filled(bound);
        if has_param(&ty) {
            return typed.id;
        }
        self.coerce(typed, &ty, value).id
    }

    /// Which parameter an argument is for.
    fn parameter_of(
        &mut self,
        arg: &ast::Arg,
        (order, count): (usize, usize),
        params: &[Param],
        what: &str,
    ) -> Option<usize> {
        let known = || params.iter().map(|param| param.name.clone()).collect::<Vec<_>>();
        let position = |name: &str| params.iter().position(|param| param.name == name);
        if let Some(name) = &arg.name {
            let at = position(&name.text);
            if at.is_none() && !name.is_missing() {
                self.unknown_argument(&name.text, name.span, known(), what);
            }
            return at;
        }
        if let ast::ExprKind::Name(name) = &arg.value.kind
            && let Some(at) = position(name)
        {
            return Some(at);
        }
        if count == 1 && !params.is_empty() {
            return Some(0);
        }
        if params.is_empty() {
            let help = "Leave it out.".to_owned();
            self.report("N0310", arg.span, format!("{what} takes no arguments."), "too much".into(), help);
            return None;
        }
        if arg.value.kind == ast::ExprKind::Missing {
            return None;
        }
        let source = self.source_or_dots(arg.value.span);
        let near = match &arg.value.kind {
            ast::ExprKind::Name(name) => did_you_mean(name, known()),
            _ => String::new(),
        };
        let free = params.get(order).or(params.first()).map_or("name", |param| &param.name);
        let help = format!("{near}Write `{free}: {source}`; {what} takes {}.", name_list(&known()));
        let message = format!("Two or more arguments of {what} are told apart by their names.");
        self.report("N0310", arg.span, message, "for which argument?".into(), help);
        None
    }

    fn unknown_argument(&mut self, name: &str, span: Span, known: Vec<String>, what: &str) {
        let near = did_you_mean(name, known.clone());
        // What a runbook begins with is its input.
        let kind = if self.items.runbook(what.trim_matches('`')).is_some() { "input" } else { "argument" };
        let help = match (known.is_empty(), near.is_empty()) {
            (true, _) => format!("It takes no {kind}s."),
            (false, true) => format!("It takes {}.", name_list(&known)),
            (false, false) => near.trim().to_owned(),
        };
        self.report("N0308", span, format!("{what} has no {kind} `{name}`."), format!("no such {kind}"), help);
    }

    fn missing_arguments(&mut self, missing: &[&Param], what: &str, span: Span) {
        let names: Vec<String> = missing.iter().map(|param| param.name.clone()).collect();
        let message = match names.as_slice() {
            [one] => format!("{what} needs `{one}`."),
            many => format!("{what} needs {}.", name_list(many)),
        };
        let example: Vec<String> = missing.iter().map(|param| format!("{}: …", param.name)).collect();
        let help = match missing.first().filter(|_| missing.len() == 1) {
            Some(param) => format!("Add `{}: …`, a value of the type `{}`.", param.name, self.items.show(&param.ty)),
            None => format!("Add `{}`.", example.join(", ")),
        };
        self.report("N0307", span, message, "not complete".into(), help);
    }
}

fn has_param(ty: &Ty) -> bool {
    match ty {
        Ty::Param(_) => true,
        Ty::List(of) | Ty::Map(of) | Ty::Optional(of) | Ty::Outcome(of) => has_param(of),
        Ty::Named(_, args) => args.iter().any(has_param),
        _ => false,
    }
}

/// Notes what the type parameters in a parameter's type stand for, given the type of its argument.
fn bind(wanted: &Ty, is: &Ty, bound: &mut Bound) {
    match (wanted, is) {
        (Ty::Param(name), is) => {
            if let Some((_, slot @ None)) = bound.iter_mut().find(|(param, _)| **param == **name) {
                *slot = Some(is.clone());
            }
        }
        (Ty::List(a), Ty::List(b)) | (Ty::Map(a), Ty::Map(b)) | (Ty::Outcome(a), Ty::Outcome(b)) => bind(a, b, bound),
        (Ty::Optional(a), Ty::Optional(b)) => bind(a, b, bound),
        (Ty::Optional(a), b) => bind(a, b, bound),
        (Ty::Named(a, x), Ty::Named(b, y)) if a == b => x.iter().zip(y.iter()).for_each(|(x, y)| bind(x, y, bound)),
        _ => {}
    }
}
