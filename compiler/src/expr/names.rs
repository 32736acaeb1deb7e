//! Names, fields and what is known about them where they stand.

use ntro_grammar::english::capitalised;
use ntro_grammar::{Span, ast};
use ntro_ir::{Builtin, Expr, Value};

use super::functions;
use super::mismatch::in_its_place;
use crate::currency;
use crate::cx::{Cx, Expressions, Typed};
use crate::index::Role;
use crate::scope::{Binding, Path, Source};
use crate::suggest::{did_you_mean, name_list};
use crate::ty::Ty;

/// The fields of a `file`.
const FILE_FIELDS: &[&str] = &["filename", "content_type", "document_ref"];

/// The path that an expression names (`config.gl`, `vendor?.category`); `None` for anything else.
pub(super) fn path_of(expr: &ast::Expr) -> Option<Path> {
    match &expr.kind {
        ast::ExprKind::Name(name) => Some(vec![name.clone()]),
        ast::ExprKind::Paren(inner) => path_of(inner),
        ast::ExprKind::Member { object, name, .. } if !name.is_missing() => {
            let mut path = path_of(object)?;
            path.push(name.text.clone());
            Some(path)
        }
        _ => None,
    }
}

/// The name that a path begins with.
pub(super) fn root_of(expr: &ast::Expr) -> Option<&str> {
    match &expr.kind {
        ast::ExprKind::Name(name) => Some(name),
        ast::ExprKind::Paren(inner) => root_of(inner),
        ast::ExprKind::Member { object, name, .. } if !name.is_missing() => root_of(object),
        _ => None,
    }
}

impl Cx<'_> {
    /// The binding that a name, or a block inside a block (`collect.upload`), stands for.
    pub(crate) fn binding(&self, expr: &ast::Expr) -> Option<&Binding> {
        match &expr.kind {
            ast::ExprKind::Name(name) => self.scope.get(name),
            ast::ExprKind::Paren(inner) => self.binding(inner),
            ast::ExprKind::Member { object, name, .. } => self.binding(object)?.inner.get(&name.text),
            _ => None,
        }
    }

    pub(super) fn name(&mut self, expr: &ast::Expr, name: &str, hint: Option<&Ty>) -> Typed {
        let span = expr.span;
        if self.is_asked(name) {
            self.see_names(hint);
            return self.error(span);
        }
        let wanted = hint.map(Ty::present);
        let values = wanted.as_ref().and_then(|ty| self.items.enum_values(ty));
        if let (Some(values), Some(ty)) = (&values, &wanted)
            && values.iter().any(|value| value == name)
        {
            self.warn_of_hidden(name, ty, span);
            self.note_value(ty, name, span);
            return self.constant(Value::Enum(name.into()), ty.clone(), span);
        }
        if wanted == Some(Ty::Currency)
            && self.scope.get(name).is_none()
            && let Some(currency) = currency::known(name)
        {
            return self.constant(Value::Currency(currency), Ty::Currency, span);
        }
        if let Some(bound) = self.scope.get(name) {
            let bound = (bound.source.clone(), bound.ty.clone());
            return self.read(expr, bound);
        }
        if let (Some(values), Some(ty)) = (values, &wanted) {
            return self.no_such_value(name, ty, &values, span);
        }
        if wanted == Some(Ty::Currency) {
            let place = self.items.place(self.file, span);
            self.diagnostics.push(currency::unknown(name, place));
            return self.error(span);
        }
        match currency::known(name) {
            Some(currency) => self.constant(Value::Currency(currency), Ty::Currency, span),
            None => self.unknown_name(name, span),
        }
    }

    fn warn_of_hidden(&mut self, name: &str, ty: &Ty, span: Span) {
        if self.scope.get(name).is_none_or(|binding| matches!(binding.source, Source::NotHere(_))) {
            return;
        }
        let shown = self.items.show(ty);
        let message = format!("`{name}` means the value of {shown} here, not the variable of that name.");
        let help = "Give the variable another name.".to_owned();
        let new = self.report("N0215", span, message, "the value is meant".into(), help);
        new.level = crate::diagnostic::Level::Warning;
    }

    pub(super) fn no_such_value(&mut self, name: &str, ty: &Ty, values: &[String], span: Span) -> Typed {
        let near = did_you_mean(name, values.iter().cloned());
        let shown = self.items.show(ty);
        let message = match ty {
            Ty::Words(_) => format!("`{name}` is not possible here."),
            _ => format!("{shown} has no value `{name}`."),
        };
        let help = format!("{near}There is {}.", name_list(values));
        self.wrong("N0208", span, message, "no such value", help)
    }

    /// The name of the list of values that this file knows and that has one of this name, where there is exactly one.
    fn enum_with(&self, value: &str) -> Option<String> {
        let has = |name: &String| {
            let of = self.items.type_named(self.file, name)?;
            let values = self.items.enum_values(&Ty::Named(of, [].into()))?;
            values.iter().any(|known| known == value).then_some(())
        };
        let mut all = self.items.type_names(self.file).into_iter().filter(|name| has(name).is_some());
        let first = all.next()?;
        all.next().is_none().then_some(first)
    }

    fn unknown_name(&mut self, name: &str, span: Span) -> Typed {
        if self.items.is_broken_import(self.file, name) {
            return self.error(span);
        }
        if self.items.function(self.file, name).is_some() || functions::find(name).is_some() {
            let message = format!("`{name}` is a function, and it is not called here.");
            let none = match self.items.function(self.file, name) {
                Some((_, item)) => item.params.is_empty(),
                None => matches!(name, "now" | "today" | "uuid"),
            };
            let help = if none {
                format!("Write `{name}()`.")
            } else {
                format!("Give it its values in brackets: `{name}(…)`.")
            };
            return self.wrong("N0206", span, message, "a function", help);
        }
        if let Some(id) = self.items.type_named(self.file, name) {
            let first = self.items.enum_values(&Ty::Named(id, [].into())).and_then(|values| values.first().cloned());
            let help = match first {
                Some(first) => format!("Name one of its values: `{name}.{first}`."),
                None => "A type is not a value: write a record `{ … }`, or the name of a value.".to_owned(),
            };
            return self.wrong("N0201", span, format!("`{name}` is a type, not a value."), "a type", help);
        }
        // `rows is empty`: what it is compared with has been told.
        let told = |before: &str| before.ends_with(" is") || before.ends_with(" is not");
        let text = self.items.file(self.file).and_then(|file| file.text.get(..span.start as usize));
        if name == "empty" && text.is_some_and(|before| told(before.trim_end())) {
            return self.error(span);
        }
        let message = format!("Nothing here is called `{name}`.");
        let known: Vec<String> = self.scope.near_names().map(str::to_owned).collect();
        let near = did_you_mean(name, known.clone());
        let as_text = format!("If the word itself is meant, put it in quotes: `\"{name}\"`.");
        let has = |holder: &str| {
            let fields = self.scope.get(holder).and_then(|held| self.items.fields(&held.ty)).unwrap_or_default();
            fields.iter().any(|(field, _)| field == name)
        };
        // A field that is near, but belongs to something.
        let holder = ["config", "it"].into_iter().find(|holder| has(holder));
        let inner = || {
            let inside = |outer: &&String| self.scope.get(outer).is_some_and(|held| held.inner.contains_key(name));
            known.iter().find(inside).cloned()
        };
        if let Some(holder) = holder.map(str::to_owned).or_else(inner) {
            let place = self.items.place(self.file, span);
            let help = format!("Write `{holder}.{name}`.");
            let typed = self.wrong("N0201", span, message, "not known here", help);
            if let Some(last) = self.diagnostics.last_mut() {
                last.fix.push(crate::diagnostic::Edit { place, text: format!("{holder}.{name}") });
            }
            return typed;
        }
        let help = match name {
            "input" | "inputs" | "params" => {
                "An input is read by its name alone: `entity`, not `input.entity`.".to_owned()
            }
            "output" | "result" => "What the runbook yields is said by `return …`.".to_owned(),
            "lambda" => "A rule is written `x => …`.".to_owned(),
            "await" | "async" => "Nothing is awaited by a word: `let x = run NAME(…)` waits for its result.".to_owned(),
            "Date" | "datetime" | "date" | "time" => "The time is `now()`, the day `today()`.".to_owned(),
            "steps" | "step" | "nodes" | "tasks" => {
                "A step is read by its name alone: `parsed.rows`, not `steps.parsed.rows`.".to_owned()
            }
            _ if super::quoted::iso_duration(name).is_some() => {
                let meant = super::quoted::iso_duration(name).unwrap_or_default();
                format!("Write the duration as `{meant}`.")
            }
            "self" | "this" | "ctx" | "context" | "env" | "workflow" | "state" | "vars" | "variables" => {
                "What can be read are the input, `config` and the steps above, each by its name.".to_owned()
            }
            _ if near.is_empty() => match self.enum_with(name) {
                Some(of) => {
                    format!("It is a value of `{of}`: where nothing says that one belongs here, write `{of}.{name}`.")
                }
                None => match self.only_holder(&known, name) {
                    Some(only) => format!("Write `{only}.{name}`."),
                    None => as_text,
                },
            },
            _ => near.trim().to_owned(),
        };
        self.wrong("N0201", span, message, "not known here", help)
    }

    /// The one thing in sight that has a field of this name: `review` has a `comment`.
    fn only_holder<'n>(&self, known: &'n [String], field: &str) -> Option<&'n String> {
        let has = |holder: &&String| {
            let fields = self.scope.get(holder).and_then(|held| self.items.fields(&held.ty)).unwrap_or_default();
            fields.iter().any(|(name, _)| name == field)
        };
        let first = known.iter().find(has)?;
        // A name stands there once for each thing that bears it; the innermost is meant.
        known.iter().filter(has).all(|other| other == first).then_some(first)
    }

    /// Reads a name, or a block inside a block, by what it is bound to.
    fn read(&mut self, expr: &ast::Expr, (source, ty): (Source, Ty)) -> Typed {
        let span = expr.span;
        self.note_path(expr);
        let id = match source {
            Source::Slot(slot) => self.push(Expr::Slot(slot), span),
            Source::Field(slot, name) => {
                let of = self.push(Expr::Slot(slot), span);
                self.push(Expr::Field { of, name }, span)
            }
            Source::Local(local) => self.push(Expr::Local(local), span),
            Source::NotHere(why) => {
                // What was already reported where it was declared has no text.
                if why.is_empty() {
                    return self.error(span);
                }
                let (message, help) = match why.split_once(": ") {
                    Some((message, help)) => (format!("{message}."), capitalised(help)),
                    None => (why, String::new()),
                };
                return self.wrong("N0207", span, message, "cannot be read here", help);
            }
        };
        Typed { id, ty: self.narrowed(expr, ty) }
    }

    /// Whether a value has a type with `?` and is known to be there here: asking once more does no harm.
    pub(super) fn is_made_sure(&self, expr: &ast::Expr) -> bool {
        path_of(expr).is_some_and(|path| self.scope.is_present(&path))
    }

    /// The type of what a path names, with what is known of it here.
    fn narrowed(&self, expr: &ast::Expr, ty: Ty) -> Ty {
        if ty.may_be_none() && path_of(expr).is_some_and(|path| self.scope.is_present(&path)) {
            ty.present()
        } else {
            ty
        }
    }

    /// `object.name` and `object?.name`
    pub(super) fn member(&mut self, expr: &ast::Expr, object: &ast::Expr, name: &ast::Name, optional: bool) -> Typed {
        if name.is_missing() {
            self.infer(object, None);
            return self.error(expr.span);
        }
        if let Some(bound) = self.binding(expr) {
            let bound = (bound.source.clone(), bound.ty.clone());
            return self.read(expr, bound);
        }
        if let Some(typed) = self.dotted_word(expr, object, name) {
            return typed;
        }
        let of = self.infer(object, None);
        if self.is_asked(&name.text) {
            self.see_members(object, &of.ty);
            return self.error(expr.span);
        }
        if of.ty == Ty::Error {
            return self.error(expr.span);
        }
        self.note_field(&of.ty.present(), &name.text, name.span, Role::Read);
        if of.ty.may_be_none() && !optional {
            return self.may_be_none(&of.ty, object, Some(name));
        }
        let Some(ty) = self.field_type(&of.ty.present(), &name.text) else {
            return self.no_such_field(&of.ty.present(), object, name);
        };
        if optional && !of.ty.may_be_none() && !self.is_made_sure(object) {
            self.never_none(object, name);
        }
        if of.ty.may_be_none() {
            let id = self.push(Expr::OptionalField { of: of.id, name: name.text.clone() }, expr.span);
            return Typed { id, ty: self.narrowed(expr, Ty::optional(ty)) };
        }
        let id = match (&of.ty, name.text.as_str()) {
            (Ty::Money(_), "amount") => self.push(Expr::Call(Builtin::Amount, vec![of.id]), expr.span),
            (Ty::Money(_), "currency") => self.push(Expr::Call(Builtin::CurrencyOf, vec![of.id]), expr.span),
            _ => self.push(Expr::Field { of: of.id, name: name.text.clone() }, expr.span),
        };
        Typed { id, ty: self.narrowed(expr, ty) }
    }

    /// `RowStatus.pending`, or a capability that is named like a value.
    fn dotted_word(&mut self, expr: &ast::Expr, object: &ast::Expr, name: &ast::Name) -> Option<Typed> {
        if self.scope.get(root_of(expr)?).is_some() {
            return None;
        }
        let dotted = path_of(expr)?.join(".");
        if self.items.capability(self.file, &dotted).is_some() {
            let message =
                format!("`{dotted}` is a capability: it works outside, and an expression cannot wait for it.");
            let help = format!("Run it in a step, or before: `let result = run {dotted}(…)`.");
            return Some(self.wrong("N0205", expr.span, message, "a capability", help));
        }
        let ast::ExprKind::Name(word) = &object.kind else { return None };
        let id = self.items.type_named(self.file, word)?;
        let ty = Ty::Named(id, [].into());
        let values = self.items.enum_values(&ty)?;
        if let Some(def) = self.items.def(id) {
            self.note(object.span, def.file, def.span, Role::Read);
        }
        if self.is_asked(&name.text) {
            self.see_cases(&values);
        }
        if values.contains(&name.text) {
            self.note_value(&ty, &name.text, name.span);
            return Some(self.constant(Value::Enum(name.text.as_str().into()), ty, expr.span));
        }
        Some(self.no_such_value(&name.text, &ty, &values, name.span))
    }

    /// The type of a field of a record, of money or of a file.
    pub(super) fn field_type(&self, of: &Ty, name: &str) -> Option<Ty> {
        match (of, name) {
            (Ty::Money(_), "amount") => Some(Ty::Decimal),
            (Ty::Money(_), "currency") => Some(Ty::Currency),
            (Ty::File, name) if FILE_FIELDS.contains(&name) => Some(Ty::Text),
            _ => self.items.field(of, name),
        }
    }

    fn never_none(&mut self, object: &ast::Expr, name: &ast::Name) {
        let message = format!("`{}` always has a value.", self.source_or_dots(object.span));
        let place = self.items.place(self.file, Span::new(object.span.end, name.span.start));
        let new = self.report("N0324", object.span, message, "never none".into(), format!("Write `.{}`.", name.text));
        new.level = crate::diagnostic::Level::Warning;
        new.fix.push(crate::diagnostic::Edit { place, text: ".".into() });
    }

    /// Something is read of a value that may be `none`.
    pub(super) fn may_be_none(&mut self, ty: &Ty, object: &ast::Expr, name: Option<&ast::Name>) -> Typed {
        let source = self.source_or_dots(object.span);
        // `rows[0].amount`: how a part of a list is taken has been told.
        if source.ends_with(']') && matches!(object.kind, ast::ExprKind::Call { .. }) {
            return self.error(object.span);
        }
        let message = format!("`{source}` may be none here.");
        let help = match name {
            Some(name) => {
                format!(
                    "Write `{source}?.{}`, or use it where `{source} != none` has made sure (`when`, `if`, `require`).{}",
                    name.text,
                    self.set_by_handlers(&source)
                )
            }
            None => format!(
                "Say what stands in its place, in brackets: `({source} ?? {})`, or use it where `{source} != none` has made sure.{}",
                in_its_place(ty),
                self.set_by_handlers(&source)
            ),
        };
        self.wrong("N0303", object.span, message, "may be none", help)
    }

    /// `posted.result.id`: what a name stands for is the result.
    fn is_itself(&mut self, ty: &Ty, object: &ast::Expr, name: &ast::Name, source: &str) -> Option<Typed> {
        let word = name.text.as_str();
        let usual = ["result", "output", "outputs", "value", "data", "payload", "body"];
        if !usual.contains(&word) || !matches!((ty, &object.kind), (Ty::Named(..), ast::ExprKind::Name(_))) {
            return None;
        }
        let place = self.items.place(self.file, ntro_grammar::Span::new(object.span.end, name.span.end));
        let message = format!("`{source}` is itself what was yielded: it has no `{word}`.");
        let typed = self.wrong("N0301", name.span, message, "no such field", format!("Leave out `.{word}`."));
        if let Some(last) = self.diagnostics.last_mut() {
            last.fix.push(crate::diagnostic::Edit { place, text: String::new() });
            last.certain = false;
        }
        Some(typed)
    }

    /// `screening.score` where only `screening.value` has a `score`: somebody left out a step on the way.
    fn one_step_further(&mut self, ty: &Ty, object: &ast::Expr, name: &ast::Name, source: &str) -> Option<Typed> {
        let word = name.text.as_str();
        let has = |ty: &Ty| self.items.fields(ty).is_some_and(|of| of.iter().any(|(field, _)| field == word));
        let fields = self.items.fields(ty)?;
        let mut through = fields.iter().filter(|(_, inner)| has(&inner.present()));
        let (step, inner) = through.next()?;
        if through.next().is_some() {
            return None;
        }
        let dot = if inner.may_be_none() { "?." } else { "." };
        let written = self.source(object.span.to(name.span)).and_then(|text| text.strip_suffix(word));
        let help = format!("Write `{}{step}{dot}{word}`.", written.unwrap_or("….").trim());
        let place = self.items.place(self.file, Span::new(name.span.start, name.span.start));
        let edit = crate::diagnostic::Edit { place, text: format!("{step}{dot}") };
        let message = format!("`{source}` has no field `{word}`; its `{step}` has.");
        let typed = self.wrong("N0301", name.span, message, "no such field", help);
        if let Some(last) = self.diagnostics.last_mut() {
            last.fix.push(edit);
            last.certain = false;
        }
        Some(typed)
    }

    fn no_such_field(&mut self, ty: &Ty, object: &ast::Expr, name: &ast::Name) -> Typed {
        let source = self.source_or_dots(object.span);
        let word = name.text.as_str();
        let shown = self.items.show(ty);
        if functions::find(word).is_some() || self.items.function(self.file, word).is_some() {
            let message = format!("`{word}` is a function: it needs its brackets.");
            return self.wrong("N0206", name.span, message, "a function", format!("Write `{source}.{word}()`."));
        }
        // `review.approved`: a decision is a value of `decision`.
        let decision = self.items.fields(ty).unwrap_or_default().into_iter().find(|(field, _)| field == "decision");
        if let Some((_, Ty::Words(words))) = decision
            && words.iter().any(|known| known == word)
        {
            let ours = format!("{source}.decision == {word}");
            let place = self.items.place(self.file, object.span.to(name.span));
            let message = format!("`{source}` has no field `{word}`.");
            let typed = self.wrong("N0301", name.span, message, "no such field", format!("Write `{ours}`."));
            if let Some(last) = self.diagnostics.last_mut() {
                last.fix.push(crate::diagnostic::Edit { place, text: ours });
            }
            return typed;
        }
        let alias = match ty {
            Ty::List(_) | Ty::Text | Ty::Map(_) => super::aliases::function(word),
            _ => None,
        };
        if let Some(ours) = alias {
            let message = format!("`{source}` has no `{word}`.");
            let help = format!("Write `{source}.{ours}()`.");
            let place = self.items.place(self.file, name.span);
            let typed = self.wrong("N0301", name.span, message, "no such field", help);
            if let Some(last) = self.diagnostics.last_mut() {
                last.fix.push(crate::diagnostic::Edit { place, text: format!("{ours}()") });
            }
            return typed;
        }
        if let Some(typed) = self.is_itself(ty, object, name, &source) {
            return typed;
        }
        if let Some(typed) = self.one_step_further(ty, object, name, &source) {
            return typed;
        }
        let (message, help) = match ty {
            Ty::Unknown => (format!("Nothing is known of `{source}`."), "Say of what type it is.".to_owned()),
            Ty::List(of) if self.items.fields(of).is_some() => (
                format!("A list has no fields: `{word}` belongs to its elements."),
                format!("Take it from each (`{source}.map(x => x.{word})`) or from one (`{source}.first()?.{word}`)."),
            ),
            Ty::Map(_) => {
                (format!("A map has no field `{word}`."), format!("Look the key up: `{source}.at(\"{word}\")`."))
            }
            Ty::Outcome(_) => (
                format!("`{source}` may have failed, so it has no field `{word}`."),
                format!("Look at both cases: `match {source} {{ ok (v) => v.{word}, failed (e) => … }}`."),
            ),
            Ty::Choice(arms) => {
                let names: Vec<String> = arms.iter().map(|(name, _)| name.clone()).collect();
                let help = format!("Look at what came: `match {source} {{ … }}` over {}.", name_list(&names));
                (format!("`{source}` may be one of several things, so it has no field `{word}`."), help)
            }
            Ty::Json | Ty::Grid => (
                format!("Nothing can be read inside {shown}."),
                "Give it to a capability that answers with a type.".to_owned(),
            ),
            Ty::Nothing => (format!("`{source}` has no value."), "Let the step `return` something.".to_owned()),
            _ => {
                let mut fields: Vec<String> =
                    self.items.fields(ty).unwrap_or_default().into_iter().map(|(name, _)| name).collect();
                match ty {
                    Ty::Money(_) => fields.extend(["amount".to_owned(), "currency".to_owned()]),
                    Ty::File => fields.extend(FILE_FIELDS.iter().map(|field| (*field).to_owned())),
                    _ => {}
                }
                // The blocks inside a step are read after its name as well.
                fields.extend(self.binding(object).into_iter().flat_map(|held| held.inner.keys().cloned()));
                let near = did_you_mean(word, fields.clone());
                // What has no name of its own is told by the name of the value.
                let shown = if matches!(ty, Ty::Anonymous(_)) { source.clone() } else { shown };
                let help = match (fields.is_empty(), near.is_empty()) {
                    (true, _) => format!("`{shown}` has no fields."),
                    (false, true) => format!("It has {}.", name_list(&fields)),
                    (false, false) => near.trim().to_owned(),
                };
                (format!("`{shown}` has no field `{word}`."), help)
            }
        };
        let related = match ty {
            Ty::Named(id, _) => self.items.def(*id).map(|def| (self.items.place(def.file, def.span), def.name.clone())),
            _ => None,
        };
        let typed = self.wrong("N0301", name.span, message, "no such field", help);
        if let (Some((place, name)), Some(last)) = (related, self.diagnostics.last_mut()) {
            last.related.push((place, format!("`{name}` is declared here")));
        }
        typed
    }
}
