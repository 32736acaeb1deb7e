//! What to say when a value stands where another type is expected: the message names both, the help shows what to write.

use ntro_grammar::ast;

use crate::cx::{Cx, Expressions};
use crate::suggest::name_list;
use crate::ty::Ty;

/// How long a type may be at the place that a message points at.
const LONGEST_LABEL: usize = 60;

/// What often stands in the place of a value of a type that is not there.
pub(super) fn in_its_place(ty: &Ty) -> String {
    match ty.present() {
        Ty::Text => "\"\"".to_owned(),
        Ty::Int | Ty::Decimal => "0".to_owned(),
        Ty::Money(Some(currency)) => format!("0 {currency}"),
        Ty::Bool => "false".to_owned(),
        Ty::List(_) => "[]".to_owned(),
        _ => "…".to_owned(),
    }
}

impl Cx<'_> {
    /// Reports a value that does not fit.
    pub(super) fn mismatch(&mut self, from: &Ty, to: &Ty, at: &ast::Expr) {
        if *from == Ty::Nothing {
            let help = "Use something that yields a value here.".to_owned();
            self.report("N0302", at.span, "This yields nothing.".into(), "no value".into(), help);
            return;
        }
        if from.may_be_none() && (*from == Ty::NoneLit || self.items.fits(&from.present(), to)) {
            self.none_does_not_fit(from, to, at);
            return;
        }
        if let (Ty::Money(Some(a)), Ty::Money(Some(b))) = (from.present(), to.present()) {
            let message = format!("An amount in {b} is needed here, and this is in {a}.");
            let help = format!("Use an amount in {b}; amounts of two currencies are never converted on their own.");
            self.report("N0313", at.span, message, format!("this is in {a}"), help);
            return;
        }
        let (needs, is) = (self.items.show(to), self.items.show(from));
        let source = self.source_or_dots(at.span);
        let meant = super::quoted::quoted(at, to);
        if matches!(&at.kind, ast::ExprKind::Name(name) if name.starts_with('%')) {
            let message = format!("`{source}` takes `{needs}`, and what it is given here is `{is}`.");
            let help = format!("Write what is done with each element: `x => {source}(…)`.");
            self.report("N0302", at.span, message, format!("takes {needs}"), help);
            return;
        }
        let help = match &meant {
            Some(meant) => format!("Write it without quotes: `{meant}`."),
            None if matches!(at.kind, ast::ExprKind::Text(_)) && matches!(to.present(), Ty::Int | Ty::Decimal) => {
                "Write a number, without quotes: `12`.".to_owned()
            }
            None => self.advice(from, to, &source),
        };
        let message = format!("`{needs}` is needed here, and this is `{is}`.");
        // The message has named it; at the place there is little room.
        let label =
            if is.len() > LONGEST_LABEL { "this is something else".to_owned() } else { format!("this is {is}") };
        // A value of an enumeration in quotes is meant without them.
        let bare = match &at.kind {
            ast::ExprKind::Text(template) => template.plain(),
            _ => None,
        };
        let bare = bare.filter(|word| self.items.enum_values(&to.present()).is_some_and(|known| known.contains(word)));
        let bare = bare.or(meant);
        let place = self.items.place(self.file, at.span);
        let new = self.report("N0302", at.span, message, label, help);
        new.fix.extend(bare.map(|text| crate::diagnostic::Edit { place, text }));
    }

    fn none_does_not_fit(&mut self, from: &Ty, to: &Ty, at: &ast::Expr) {
        let needs = self.items.show(to);
        if *from == Ty::NoneLit {
            let message = format!("`{needs}` is needed here, so it cannot be none.");
            let help = format!("Give a value, or make the type `{needs}?` where it is declared.");
            self.report("N0303", at.span, message, "this is none".into(), help);
            return;
        }
        let source = self.source_or_dots(at.span);
        let message = format!("`{source}` may be none, and `{needs}` is needed here.");
        let help = format!(
            "Say what stands in its place: `{source} ?? {}`, or use it where `{source} != none` has made sure (`when`, `if`, `require`).{}",
            in_its_place(to),
            self.set_by_handlers(&source)
        );
        self.report("N0303", at.span, message, "may be none".into(), help);
    }

    /// What is to be said besides of a variable: a look at it before a wait makes nothing sure after it, where a handler sets it.
    pub(super) fn set_by_handlers(&self, source: &str) -> String {
        let name = source.split(['.', '?']).next().unwrap_or(source);
        match self.scope.get(name).filter(|binding| binding.var) {
            Some(_) => format!(" Where a handler (`on …`) sets `{name}`, it has to be asked again after each wait."),
            None => String::new(),
        }
    }

    fn advice(&self, from: &Ty, to: &Ty, source: &str) -> String {
        let optional = to.may_be_none();
        let (from, to) = (from.present(), to.present());
        match (&from, &to) {
            (Ty::List(_), to) if source == "[]" && optional && !matches!(to, Ty::List(_)) => {
                "Write `none` where there is nothing.".to_owned()
            }
            (Ty::Int, Ty::Decimal) => format!("Write `to_decimal({source})`."),
            (Ty::Decimal, Ty::Int) => {
                format!("Write `floor({source})` or `ceil({source})`; `to_int` where it is whole for certain.")
            }
            (Ty::Int | Ty::Decimal, Ty::Money(currency)) => {
                let code = currency.map_or("GBP".to_owned(), |currency| currency.to_string());
                let literal = source.bytes().all(|b| b.is_ascii_digit() || b == b'.');
                if literal {
                    format!("Say of which currency: `{source} {code}`.")
                } else {
                    format!("Say of which currency: `money({source}, {code})`.")
                }
            }
            (Ty::Money(None), Ty::Money(Some(currency))) => {
                format!("Make sure of the currency: `{source}.in({currency})`. The step fails where it is another.")
            }
            (Ty::Money(_), Ty::Decimal) => format!("Write `{source}.amount`."),
            (Ty::Text, Ty::Int) => format!("Read the number: `parse_int({source}) ?? 0`."),
            (Ty::Text, Ty::Decimal) => format!("Read the number: `parse_decimal({source}) ?? 0`."),
            (Ty::Text, Ty::Date) => {
                "Write the date without quotes: `2026-03-31`; a text is read by `parse_date(…)`.".to_owned()
            }
            (Ty::Text, Ty::Period) => "Write the month without quotes: `2026-03`.".to_owned(),
            (Ty::Text, Ty::Duration) => "Write the duration without quotes: `1h30m`.".to_owned(),
            (Ty::Date, Ty::Period) => format!("Write `period_of({source})`."),
            (Ty::DateTime, Ty::Date) => format!("Write `date_of({source})`."),
            (Ty::Period, Ty::Date) => format!("Write `start_of({source})` or `end_of({source})`."),
            (Ty::List(_), Ty::Text) => format!("Join the elements: `{source}.map(x => …).join(\", \")`."),
            (from, Ty::Text) if super::templates::displayable(self.items, from).is_ok() => {
                if source == "…" {
                    "Write `to_text(…)`.".to_owned()
                } else if source.starts_with(|c: char| c.is_ascii_digit()) {
                    format!("Put it into quotes: `\"{source}\"`.")
                } else {
                    format!("Write `\"{{{{ {source} }}}}\"` or `to_text({source})`.")
                }
            }
            (from, Ty::List(of)) if self.items.fits(from, of) => format!("Put it into brackets: `[{source}]`."),
            (Ty::List(of), to) if self.items.fits(of, to) => {
                format!("Take one element: `{source}.first()`, or `{source}.only()` where there is exactly one.")
            }
            (Ty::Anonymous(_) | Ty::Named(..), Ty::Named(..)) => self.fields_advice(&from, &to),
            (Ty::List(_) | Ty::Map(_), Ty::Bool) => format!("Say what about it: `{source}.count() > 0`."),
            (Ty::Text, Ty::Bool) => format!("Say what about it: `{source} != \"\"`."),
            (Ty::Int | Ty::Decimal, Ty::Bool) => format!("Say what about it: `{source} > 0`."),
            (Ty::Int | Ty::Decimal, Ty::Duration) => {
                if source.bytes().all(|b| b.is_ascii_digit()) {
                    format!("Say of what: `{source}m` for minutes, `{source}h` for hours, `{source}d` for days.")
                } else {
                    format!(
                        "Say of what: `{source} * 1m` for minutes, `{source} * 1h` for hours, `{source} * 1d` for days."
                    )
                }
            }
            (_, to) => match self.items.enum_values(to) {
                Some(values) => format!("Write one of {} without quotes.", name_list(&values)),
                None => format!("Use a value of the type `{}`.", self.items.show(to)),
            },
        }
    }

    fn fields_advice(&self, from: &Ty, to: &Ty) -> String {
        let shown = self.items.show(to);
        if let (Ty::Anonymous(_), Some(given), Some((_, fields))) =
            (from, self.items.fields(from), self.items.record(to))
        {
            let missing: Vec<String> = fields
                .iter()
                .filter(|field| field.default.is_none() && !field.ty.may_be_none())
                .filter(|field| given.iter().all(|(name, _)| *name != field.name))
                .map(|field| field.name.clone())
                .collect();
            if !missing.is_empty() {
                return format!("`{shown}` needs {} too.", name_list(&missing));
            }
            let extra: Vec<String> = given
                .iter()
                .filter(|(name, _)| fields.iter().all(|field| field.name != *name))
                .map(|(name, _)| name.clone())
                .collect();
            if !extra.is_empty() {
                return format!("`{shown}` has no {}: leave it out.", name_list(&extra));
            }
            for field in &fields {
                if let Some((name, ty)) = given.iter().find(|(name, _)| *name == field.name)
                    && !self.items.fits(ty, &field.ty)
                {
                    let (is, needs) = (self.items.show(ty), self.items.show(&field.ty));
                    return format!("In `{shown}` the field `{name}` is `{needs}`, and here it is `{is}`.");
                }
            }
        }
        format!("Build one from its fields: `{{ … }}` where `{shown}` is needed.")
    }
}
