//! Calls in expressions: named expressions (`fn`) and built-in functions. `x.f(y)` is `f(x, y)`.

use ntro_grammar::{Span, ast};
use ntro_ir::{Builtin, Expr, Value};

use super::LoweredFn;
use super::functions::{self, Function};
use super::names::{path_of, root_of};
use crate::cx::{Cx, Expressions, Typed};
use crate::index::Role;
use crate::scope::{Binding, Source};
use crate::suggest::did_you_mean;
use crate::ty::Ty;

/// The values that a function is given: the one before the dot, then those in the brackets.
pub(super) struct Given<'a> {
    /// The value before the dot, where it was looked at already.
    pub receiver: Option<(Typed, &'a ast::Expr)>,
    /// Those in the brackets.
    pub args: &'a [ast::Arg],
    /// The call.
    pub span: Span,
    /// The name of the function.
    pub name_span: Span,
}

impl Given<'_> {
    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.args.len() + usize::from(self.receiver.is_some())
    }
}

impl Cx<'_> {
    pub(super) fn call(&mut self, expr: &ast::Expr, callee: &ast::Expr, args: &[ast::Arg], hint: Option<&Ty>) -> Typed {
        match &callee.kind {
            ast::ExprKind::Name(name) => {
                let given = Given { receiver: None, args, span: expr.span, name_span: callee.span };
                self.call_named(name, given, hint)
            }
            ast::ExprKind::Member { object, name, optional } => {
                self.call_method(expr, callee, (object, name, *optional), args, hint)
            }
            ast::ExprKind::Missing => self.skip_arguments(args, expr.span),
            _ => {
                self.skip_arguments(args, expr.span);
                let help = "Brackets after a value call a function: `count(rows)` or `rows.count()`.";
                self.wrong("N0206", callee.span, "Only a function can be called.", "not a function", help)
            }
        }
    }

    /// Looks at arguments of a call that went wrong, so that mistakes in them are told too.
    fn skip_arguments(&mut self, args: &[ast::Arg], span: Span) -> Typed {
        let plain: Vec<&ast::Arg> = args.iter().filter(|arg| !self.is_rule(&arg.value)).collect();
        for arg in plain {
            self.infer(&arg.value, None);
        }
        self.error(span)
    }

    /// Whether an argument says what is done with values, so that nothing is known of it alone.
    pub(super) fn is_rule(&self, arg: &ast::Expr) -> bool {
        match &arg.kind {
            ast::ExprKind::Lambda { .. } => true,
            ast::ExprKind::Paren(inner) => self.is_rule(inner),
            ast::ExprKind::Name(name) => {
                let function = self.items.function(self.file, name).is_some() || functions::find(name).is_some();
                function && self.scope.get(name).is_none()
            }
            _ => false,
        }
    }

    fn call_method(
        &mut self,
        expr: &ast::Expr,
        callee: &ast::Expr,
        (object, name, optional): (&ast::Expr, &ast::Name, bool),
        args: &[ast::Arg],
        hint: Option<&Ty>,
    ) -> Typed {
        if root_of(callee).is_some_and(|root| self.scope.get(root).is_none())
            && let Some(path) = path_of(callee)
        {
            let dotted = path.join(".");
            if self.items.capability(self.file, &dotted).is_some() {
                let message =
                    format!("`{dotted}` is a capability: it works outside, and an expression cannot wait for it.");
                let before = self.items.file(self.file).and_then(|file| file.text.get(..callee.span.start as usize));
                let line = before.and_then(|before| before.rsplit('\n').next()).unwrap_or("").trim();
                let named = ["let ", "var "].iter().any(|word| line.starts_with(word)) && line.ends_with('=');
                if !named {
                    let help = format!("Run it in a step, or before: `let result = run {dotted}(…)`.");
                    return self.wrong("N0205", callee.span, message, "a capability", help);
                }
                // `let paid = bank.pay(…)`
                let place = self.items.place(self.file, Span::new(callee.span.start, callee.span.start));
                let help = format!("Write `{line} run {dotted}(…)`.");
                let typed = self.wrong("N0205", callee.span, message, "`run` belongs before this", help);
                if let Some(last) = self.diagnostics.last_mut() {
                    last.fix.push(crate::diagnostic::Edit { place, text: "run ".to_owned() });
                }
                return typed;
            }
        }
        if name.is_missing() {
            self.infer(object, None);
            return self.skip_arguments(args, expr.span);
        }
        let receiver = self.infer(object, None);
        if self.is_asked(&name.text) {
            self.see_members(object, &receiver.ty);
        }
        if receiver.ty == Ty::Error {
            return self.skip_arguments(args, expr.span);
        }
        if self.items.field(&receiver.ty.present(), &name.text).is_some() {
            self.skip_arguments(args, expr.span);
            let message = format!("`{}` is a field, not a function.", name.text);
            let help = format!("Write it without brackets: `{}.{}`.", self.source_or_dots(object.span), name.text);
            return self.wrong("N0206", name.span, message, "a field", help);
        }
        if !optional || !receiver.ty.may_be_none() {
            let given = Given { receiver: Some((receiver, object)), args, span: expr.span, name_span: name.span };
            return self.call_named(&name.text, given, hint);
        }
        // `x?.f(y)` is `none` where `x` is.
        let local = self.new_local();
        let inner = Typed { id: self.push(Expr::Local(local), object.span), ty: receiver.ty.present() };
        let given = Given { receiver: Some((inner, object)), args, span: expr.span, name_span: name.span };
        let called = self.call_named(&name.text, given, hint);
        if called.ty == Ty::Error {
            return called;
        }
        let of = self.push(Expr::Local(local), object.span);
        let is_some = self.push(Expr::Call(Builtin::IsSome, vec![of]), expr.span);
        let none = self.push(Expr::Const(Value::None), expr.span);
        let body = self.push(Expr::If(is_some, called.id, none), expr.span);
        let id = self.push(Expr::Let { local, value: receiver.id, body }, expr.span);
        Typed { id, ty: Ty::optional(called.ty) }
    }

    fn call_named(&mut self, name: &str, given: Given<'_>, hint: Option<&Ty>) -> Typed {
        if let Some((index, _)) = self.items.function(self.file, name) {
            return self.call_fn(index, given);
        }
        if name == "sample" && given.receiver.is_none() && self.notes.samples.is_some() {
            return self.sample(&given, hint);
        }
        if self.is_asked(name) {
            self.see_names(None);
        }
        match functions::find(name) {
            Some(function) => {
                self.note_function(given.name_span, function.name);
                self.call_builtin(function, given, hint)
            }
            None => self.unknown_function(name, &given),
        }
    }

    /// `sample("rent-roll.pdf")` in a scenario: a file of the project; where tables are expected, those in it.
    fn sample(&mut self, given: &Given<'_>, hint: Option<&Ty>) -> Typed {
        let path = match given.args {
            [ast::Arg { name: None, value, .. }] => match &value.kind {
                ast::ExprKind::Text(template) => template.plain(),
                _ => None,
            },
            _ => None,
        };
        let Some(path) = path.filter(|path| !path.is_empty()) else {
            let help = "Write the file's name as a text: `sample(\"rent-roll.pdf\")`.";
            return self.wrong("N0328", given.span, "`sample` takes the name of a file.", "which file?", help);
        };
        let file = crate::scenario::sample_file(&path);
        if let Some(samples) = &mut self.notes.samples {
            samples.push((path, given.span));
        }
        if hint.map(Ty::present) == Some(Ty::Grid) {
            return self.constant(Value::Grid(file.document_ref.into()), Ty::Grid, given.span);
        }
        self.constant(Value::File(std::sync::Arc::new(file)), Ty::File, given.span)
    }

    fn unknown_function(&mut self, name: &str, given: &Given<'_>) -> Typed {
        self.skip_arguments(given.args, given.span);
        if name.is_empty() || self.items.is_broken_import(self.file, name) {
            return self.error(given.span);
        }
        let capability = self
            .items
            .capability_names(self.file)
            .into_iter()
            .find(|known| known.rsplit('.').next().is_some_and(|last| last == name) && given.receiver.is_none());
        let mut known = self.items.function_names(self.file);
        known.extend(functions::FUNCTIONS.iter().map(|function| function.name.to_owned()));
        let near = match super::aliases::function(name) {
            Some(ours) => format!(" Did you mean `{ours}`?"),
            None => did_you_mean(name, known),
        };
        let (message, help) = match capability {
            _ if matches!(name, "push" | "append" | "add" | "extend" | "insert") && given.receiver.is_some() => (
                format!("There is no function `{name}`: a value is not changed by calling it."),
                "Write `rows += [row]` where `rows` is a `var`; `rows + [row]` is a new list.".to_owned(),
            ),
            _ if matches!(name, "format" | "printf" | "sprintf" | "concat") => (
                format!("There is no function `{name}`."),
                "Write one text with holes: `\"{{ name }}: {{ amount }}\"`.".to_owned(),
            ),
            _ if matches!(name, "sort" | "sorted") && given.count() == 1 => (
                format!("There is no function `{name}`."),
                "Write by what: `rows.sort_by(r => r.amount)`, or `names.sort_by(n => n)`.".to_owned(),
            ),
            _ if matches!(name, "reduce" | "fold") => (
                format!("There is no function `{name}`."),
                "Write what it comes to: `rows.sum(r => r.amount)`, `rows.count(r => …)`, `rows.join(\", \")` …; or a `var` and a `for`.".to_owned(),
            ),
            _ if given.receiver.is_none() && self.scope.get(name).is_some() => {
                (format!("`{name}` is a value, not a function."), "Leave out the brackets.".to_owned())
            }
            Some(capability) if near.is_empty() => (
                format!("There is no function `{name}`."),
                format!("The capability is run in a step: `run {capability}(…)`."),
            ),
            _ if self.items.type_named(self.file, name).is_some() => (
                format!("`{name}` is a type, and a type is not called."),
                "Write the record alone, `{ field: value }`: which type it is follows from where it stands.".to_owned(),
            ),
            _ if near.is_empty() => (
                format!("There is no function `{name}`."),
                format!("Declare it (`fn {name}(…) = …`), or look the built-in ones up."),
            ),
            _ => (format!("There is no function `{name}`."), near.trim().to_owned()),
        };
        self.wrong("N0206", given.name_span, message, "not known here", help)
    }

    /// A call of a `fn`: its body is in the arena once; the call sets its parameters.
    fn call_fn(&mut self, index: usize, given: Given<'_>) -> Typed {
        let Some(item) = self.items.fns.get(index) else { return self.error(given.span) };
        self.note(given.name_span, item.file, item.span, Role::Read);
        if !self.right_count(&item.name, &[item.params.len()], &given) {
            return self.skip_arguments(given.args, given.span);
        }
        let mut values = Vec::new();
        let mut params = item.params.iter();
        if let (Some((typed, at)), Some(param)) = (given.receiver.clone(), params.clone().next()) {
            params.next();
            values.push(self.coerce(typed, &param.ty, at).id);
        }
        for (arg, param) in given.args.iter().zip(params) {
            self.no_name(arg, &item.name);
            values.push(self.expr(&arg.value, Some(&param.ty)).id);
        }
        let (locals, body, ty) = match self.lower_fn(index) {
            LoweredFn::Done { params, body, ty } => (params, body, ty),
            LoweredFn::Open => return self.error(given.span),
        };
        if self.makes_identifiers(body) {
            self.identifier_anew(given.span);
        }
        let mut id = body;
        for (local, value) in locals.into_iter().zip(values).rev() {
            id = self.push(Expr::Let { local, value, body: id }, given.span);
        }
        Typed { id, ty }
    }

    /// The body of a `fn` in this program. What is wrong with it is told where it is checked for itself.
    pub(super) fn lower_fn(&mut self, index: usize) -> LoweredFn {
        match self.notes.fns.get(&index) {
            Some(LoweredFn::Open) => {
                if self.notes.root == Some(index) && self.notes.circle.is_empty() {
                    self.notes.circle.clone_from(&self.notes.open);
                }
                return LoweredFn::Open;
            }
            Some(done) => return done.clone(),
            None => {}
        }
        let Some(item) = self.items.fns.get(index) else { return LoweredFn::Open };
        self.notes.fns.insert(index, LoweredFn::Open);
        self.notes.open.push(index);
        let file = std::mem::replace(&mut self.file, item.file);
        let scope = std::mem::take(&mut self.scope);
        let said = self.diagnostics.len();
        // What its body names is noted where it is checked for itself.
        let recorder = self.notes.recorder.take_if(|_| self.notes.root != Some(index));
        self.scope.push();
        let mut params = Vec::new();
        for param in &item.params {
            let local = self.new_local();
            params.push(local);
            self.scope.declare(&param.name, Binding::new(Source::Local(local), param.ty.clone(), param.span));
        }
        let typed = self.expr(&item.body, item.result.as_ref());
        self.notes.open.pop();
        self.file = file;
        self.scope = scope;
        if recorder.is_some() {
            self.notes.recorder = recorder;
        }
        if self.notes.root != Some(index) {
            self.diagnostics.truncate(said);
        }
        // A result that was written is believed, so that one mistake in the body gives one message.
        let ty = item.result.clone().unwrap_or(typed.ty);
        let done = LoweredFn::Done { params, body: typed.id, ty };
        self.notes.fns.insert(index, done.clone());
        done
    }

    /// Whether a function is given as many values as it takes; otherwise that is reported.
    pub(super) fn right_count(&mut self, name: &str, counts: &[usize], given: &Given<'_>) -> bool {
        let count = given.count();
        if counts.contains(&count) {
            return true;
        }
        let words: Vec<String> = counts.iter().map(|count| plural(*count)).collect();
        let takes = words.join(" or ");
        let before = if given.receiver.is_some() { " The value before the dot counts." } else { "" };
        let message = format!("`{name}` takes {takes}, and is given {}.", plural(count));
        let help = match functions::find(name) {
            Some(function) if self.items.function(self.file, name).is_none() => forms(function),
            _ => {
                let params = self.items.function(self.file, name).map(|(_, item)| {
                    item.params
                        .iter()
                        .map(|p| format!("{}: {}", p.name, self.items.show(&p.ty)))
                        .collect::<Vec<_>>()
                        .join(", ")
                });
                format!("It is `{name}({})`.", params.unwrap_or_default())
            }
        };
        self.report("N0322", given.name_span, message, format!("needs {takes}"), format!("{help}{before}"));
        false
    }

    /// Functions take their values by position.
    pub(super) fn no_name(&mut self, arg: &ast::Arg, function: &str) {
        if let Some(name) = &arg.name {
            let message = format!("`{function}` takes its values by position, without names.");
            let help = format!("Leave out `{}:`.", name.text);
            self.report("N0308", name.span, message, "no name here".into(), help);
        }
    }
}

fn plural(count: usize) -> String {
    match count {
        0 => "no value".to_owned(),
        1 => "1 value".to_owned(),
        many => format!("{many} values"),
    }
}

/// How a built-in function is called, for a help.
pub(super) fn forms(function: &Function) -> String {
    let forms: Vec<String> = function.forms.iter().map(|form| format!("`{}{form}`", function.name)).collect();
    let has = |letter: &str| {
        function.forms.iter().any(|form| form.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == letter))
    };
    let letters = [
        ("K", "`K` is a type with an order: a number, money, text, a date or a time"),
        ("N", "`N` is `int` or `decimal`"),
        ("Q", "`Q` is `int`, `decimal` or money"),
        ("R", "`R` is `decimal` or money"),
    ];
    let explained: Vec<&str> = letters.iter().filter(|(letter, _)| has(letter)).map(|(_, what)| *what).collect();
    let any = ["T", "U", "A", "B"].into_iter().filter(|letter| has(letter)).map(|letter| format!("`{letter}`"));
    let any = any.collect::<Vec<_>>().join(" and ");
    let mut help = format!("It is {}.", forms.join(" or "));
    if !any.is_empty() {
        let is = if any.contains("and") { "are any types" } else { "is any type" };
        help.push_str(&format!(" Here {any} {is}"));
        explained.iter().for_each(|what| help.push_str(&format!(", and {what}")));
        help.push('.');
    } else if !explained.is_empty() {
        help.push_str(&format!(" Here {}.", explained.join(", and ")));
    }
    help
}
