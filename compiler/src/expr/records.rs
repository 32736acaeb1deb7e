//! Records and lists as they are written.

use std::collections::BTreeMap;
use std::sync::Arc;

use ntro_grammar::{Span, ast};
use ntro_ir::{Expr, ExprId, Value};

use crate::cx::{Cx, Expressions, Typed};
use crate::index::Role;
use crate::items::Param;
use crate::suggest::{did_you_mean, name_list};
use crate::ty::Ty;

/// A field as written; the short form stands for itself.
struct Written<'a> {
    name: &'a ast::Name,
    value: std::borrow::Cow<'a, ast::Expr>,
    short: bool,
}

impl Cx<'_> {
    /// `{ a: 1, b, ...c }`
    pub(super) fn record(&mut self, items: &[ast::RecordItem], span: Span, hint: Option<&Ty>) -> Typed {
        let hint = hint.map(Ty::present);
        if let Some(ast::RecordItem::Spread { value, .. }) = items.first() {
            let written = self.written(items.get(1..).unwrap_or_default());
            return self.with(value, &written, span, hint.as_ref());
        }
        let said = self.diagnostics.len();
        let written = self.written(items);
        if self.diagnostics.len() > said {
            // What the record lacks may be what was written wrong.
            for field in &written {
                self.infer(&field.value, None);
            }
            return self.error(span);
        }
        match hint {
            Some(Ty::Map(of)) => self.map(&written, &of, span),
            Some(ty) => match self.items.record(&ty) {
                Some((_, fields)) => self.named_record(&written, &ty, &fields, span, BTreeMap::new()),
                None => self.anonymous(&written, &ty, span),
            },
            None => self.anonymous(&written, &Ty::Error, span),
        }
    }

    /// The fields that were written, each once. A second one and a spread that is not the first part are reported.
    fn written<'a>(&mut self, items: &'a [ast::RecordItem]) -> Vec<Written<'a>> {
        let mut all: Vec<Written<'a>> = Vec::new();
        for item in items {
            match item {
                ast::RecordItem::Spread { span, .. } => {
                    let help = "Write the record that is taken over first: `{ ...row, amount: 1.00 GBP }`.";
                    self.wrong(
                        "N0325",
                        *span,
                        "`...` stands only once, at the beginning of a record.",
                        "not here",
                        help,
                    );
                }
                ast::RecordItem::Field { name, .. } if name.is_missing() => {}
                ast::RecordItem::Field { name, value, span } => {
                    if let Some(first) = all.iter().find(|field| field.name.text == name.text) {
                        let first = self.items.place(self.file, first.name.span);
                        let message = format!("The field `{}` is given twice.", name.text);
                        let help = "Leave one of them out.".to_owned();
                        let new = self.report("N0306", name.span, message, "given again here".into(), help);
                        new.related.push((first, "first given here".into()));
                        continue;
                    }
                    let short = value.is_none();
                    let value = match value {
                        Some(value) => std::borrow::Cow::Borrowed(value),
                        None => {
                            let kind = ast::ExprKind::Name(name.text.clone());
                            std::borrow::Cow::Owned(ast::Expr { kind, span: if short { name.span } else { *span } })
                        }
                    };
                    all.push(Written { name, value, short });
                }
            }
        }
        all
    }

    /// The value of a field. The short form means the variable of that name, even where an enumeration has such a value.
    fn field_value(&mut self, field: &Written<'_>, ty: Option<&Ty>) -> Typed {
        if field.short && self.scope.get(&field.name.text).is_some() {
            let typed = self.infer(&field.value, None);
            return match ty {
                Some(ty) => self.coerce(typed, ty, &field.value),
                None => typed,
            };
        }
        self.expr(&field.value, ty)
    }

    /// A record of a type that has a name. `values` are fields that it has already.
    fn named_record<'f>(
        &mut self,
        written: &'f [Written<'_>],
        ty: &Ty,
        fields: &[Param],
        span: Span,
        mut values: BTreeMap<&'f str, ExprId>,
    ) -> Typed {
        let mut failed = false;
        for field in written {
            self.note_written(field, written, ty);
            let Some(param) = fields.iter().find(|param| param.name == field.name.text) else {
                self.unknown_field(field.name, ty, fields.iter().map(|param| param.name.clone()).collect());
                self.infer(&field.value, None);
                failed = true;
                continue;
            };
            let value = self.field_value(field, Some(&param.ty));
            failed |= value.ty == Ty::Error;
            values.insert(&field.name.text, value.id);
        }
        let missing: Vec<String> = fields
            .iter()
            .filter(|param| {
                !values.contains_key(param.name.as_str()) && param.default.is_none() && !param.ty.may_be_none()
            })
            .map(|param| param.name.clone())
            .collect();
        // A field that was misspelt is missing too; saying so would be a second message for one mistake.
        let misspelt = written.iter().any(|field| fields.iter().all(|param| param.name != field.name.text));
        if !missing.is_empty() && !misspelt {
            self.missing_fields(ty, &missing, span);
            failed = true;
        }
        if failed {
            return Typed { id: self.error(span).id, ty: Ty::Error };
        }
        let mut lowered = Vec::new();
        for param in fields {
            let id = match values.get(param.name.as_str()) {
                Some(id) => *id,
                None => self.default_of(param, span),
            };
            lowered.push((param.name.clone(), id));
        }
        Typed { id: self.push(Expr::Record(lowered), span), ty: ty.clone() }
    }

    /// The default of a field or a parameter that was not given: `none` where it has none.
    pub(super) fn default_of(&mut self, param: &Param, span: Span) -> ExprId {
        let value = match &param.default {
            Some(_) => self.default_value(param).unwrap_or(Value::None),
            None => Value::None,
        };
        self.push(Expr::Const(value), span)
    }

    fn missing_fields(&mut self, ty: &Ty, missing: &[String], span: Span) {
        let shown = self.items.show(ty);
        let message = match missing {
            [one] => format!("This `{shown}` lacks the field `{one}`."),
            many => format!("This `{shown}` lacks the fields {}.", name_list(many)),
        };
        let example: Vec<String> = missing.iter().take(3).map(|name| format!("{name}: …")).collect();
        let help = format!("Add `{}`.", example.join(", "));
        let related = match ty {
            Ty::Named(id, _) => self.items.def(*id).map(|def| (self.items.place(def.file, def.span), def.name.clone())),
            _ => None,
        };
        let new = self.report("N0304", span, message, "not complete".into(), help);
        if let Some((place, name)) = related {
            new.related.push((place, format!("`{name}` is declared here")));
        }
    }

    fn unknown_field(&mut self, name: &ast::Name, ty: &Ty, known: Vec<String>) {
        let near = did_you_mean(&name.text, known.clone());
        let shown = self.items.show(ty);
        let help = match (known.is_empty(), near.is_empty()) {
            (true, _) => format!("`{shown}` has no fields."),
            (false, true) => format!("It has {}.", name_list(&known)),
            (false, false) => near.trim().to_owned(),
        };
        let message = format!("`{shown}` has no field `{}`.", name.text);
        self.report("N0305", name.span, message, "no such field".into(), help);
    }

    /// A record without an expected type. The hint may be an anonymous type whose fields are hints.
    fn anonymous(&mut self, written: &[Written<'_>], hint: &Ty, span: Span) -> Typed {
        let mut types = Vec::new();
        let mut lowered = Vec::new();
        for field in written {
            let wanted = match hint {
                Ty::Anonymous(_) => self.items.field(hint, &field.name.text),
                _ => None,
            };
            let value = match &wanted {
                Some(_) if !field.short => self.infer(&field.value, wanted.as_ref()),
                _ => self.infer(&field.value, None),
            };
            if value.ty == Ty::Nothing {
                self.mismatch(&value.ty, &Ty::Error, &field.value);
            }
            types.push((field.name.text.clone(), value.ty));
            lowered.push((field.name.text.clone(), value.id));
        }
        let id = self.push(Expr::Record(lowered), span);
        let ty = Ty::Anonymous(types.into());
        self.note_shape(&ty, || written.iter().map(|field| (field.name.text.clone(), field.name.span)).collect());
        Typed { id, ty }
    }

    /// For editors: which field is meant, and which could be.
    fn note_written(&mut self, field: &Written<'_>, all: &[Written<'_>], of: &Ty) {
        if !self.records() {
            return;
        }
        if self.is_asked(&field.name.text) {
            let given: Vec<&str> = all.iter().map(|field| field.name.text.as_str()).collect();
            self.see_fields(of, &given);
        }
        let role = if field.short { Role::Short } else { Role::Read };
        self.note_field(of, &field.name.text, field.name.span, role);
    }

    /// `{ ...base, a: 1 }`
    fn with(&mut self, base: &ast::Expr, written: &[Written<'_>], span: Span, hint: Option<&Ty>) -> Typed {
        let of = self.infer(base, None);
        if of.ty == Ty::Error {
            for field in written {
                self.infer(&field.value, None);
            }
            return self.error(span);
        }
        if of.ty.may_be_none() {
            return self.may_be_none(&of.ty, base, None);
        }
        let Some(fields) = self.items.fields(&of.ty) else {
            let message =
                format!("`...` takes over the fields of a record, and this is `{}`.", self.items.show(&of.ty));
            return self.wrong("N0325", base.span, message, "not a record", "Write a record after `...`.");
        };
        if let Some(wider) = hint.filter(|ty| **ty != of.ty && !matches!(of.ty, Ty::Anonymous(_)))
            && let Some((_, wanted)) = self.items.record(wider)
            && fields.iter().all(|(name, _)| wanted.iter().any(|param| param.name == *name))
        {
            if let Some((name, ty, needed)) = self.misfit(&fields, &wanted, written) {
                for field in written {
                    let ty = wanted.iter().find(|param| param.name == field.name.text).map(|param| &param.ty);
                    self.field_value(field, ty);
                }
                let (from, to) = (self.items.show(&of.ty), self.items.show(wider));
                let (ty, needed) = (self.items.show(&ty), self.items.show(&needed));
                let message = format!("`{name}` is `{ty}` in `{from}`, and `{to}` needs `{needed}`.");
                return self.wrong("N0302", base.span, message, "does not fit", format!("Write it anew: `{name}: …`."));
            }
            let taken = fields.iter().filter(|(name, _)| written.iter().all(|field| field.name.text != *name));
            let taken: Vec<&str> = taken.map(|(name, _)| name.as_str()).collect();
            let field = |name: &str| Expr::Field { of: of.id, name: name.to_owned() };
            let values = taken.into_iter().map(|name| (name, self.push(field(name), span))).collect();
            self.note_same(&of.ty, wider);
            return self.named_record(written, wider, &wanted, span, values);
        }
        let mut fields = fields;
        let mut lowered = Vec::new();
        for field in written {
            self.note_written(field, written, &of.ty);
            let known = fields.iter().find(|(name, _)| *name == field.name.text).map(|(_, ty)| ty.clone());
            let value = match (&of.ty, known) {
                (Ty::Anonymous(_), known) => {
                    let value = match &known {
                        Some(ty) if !field.short => self.infer(&field.value, Some(ty)),
                        _ => self.infer(&field.value, None),
                    };
                    match fields.iter_mut().find(|(name, _)| *name == field.name.text) {
                        Some((_, ty)) => *ty = value.ty.clone(),
                        None => fields.push((field.name.text.clone(), value.ty.clone())),
                    }
                    value
                }
                (_, Some(ty)) => self.field_value(field, Some(&ty)),
                (ty, None) => {
                    self.unknown_field(field.name, ty, fields.iter().map(|(name, _)| name.clone()).collect());
                    self.infer(&field.value, None)
                }
            };
            lowered.push((field.name.text.clone(), value.id));
        }
        let ty = match of.ty {
            Ty::Anonymous(_) => Ty::Anonymous(fields.into()),
            named => named,
        };
        let id = self.push(Expr::With { base: of.id, fields: lowered }, span);
        Typed { id, ty }
    }

    /// The first field of a record that a type does not take, of those that are not written anew: what it is, and what is needed.
    fn misfit(&self, fields: &[(String, Ty)], wanted: &[Param], written: &[Written<'_>]) -> Option<(String, Ty, Ty)> {
        let kept = fields.iter().filter(|(name, _)| written.iter().all(|field| field.name.text != *name));
        let needed = |name: &str| wanted.iter().find(|param| param.name == name).map(|param| &param.ty);
        kept.filter_map(|(name, ty)| Some((name, ty, needed(name)?)))
            .find(|(_, ty, needed)| !self.items.fits(ty, needed))
            .map(|(name, ty, needed)| (name.clone(), ty.clone(), needed.clone()))
    }

    /// A record where a map is expected: its fields are keys.
    fn map(&mut self, written: &[Written<'_>], of: &Arc<Ty>, span: Span) -> Typed {
        let ty = Ty::Map(of.clone());
        let mut values = Vec::new();
        let mut known = Some(BTreeMap::new());
        for field in written {
            let value = self.field_value(field, Some(of));
            if value.ty == Ty::Error {
                return self.error(span);
            }
            match (super::constant::fold(&self.program, value.id), &mut known) {
                (Some(value), Some(known)) => _ = known.insert(Arc::from(field.name.text.as_str()), value),
                _ => known = None,
            }
            values.push((field.name.text.clone(), value.id));
        }
        match known {
            Some(known) => self.constant(Value::Map(Arc::new(known)), ty, span),
            None => Typed { id: self.push(Expr::Map(values), span), ty },
        }
    }

    /// `[a, b]`
    pub(super) fn list(&mut self, items: &[ast::Expr], span: Span, hint: Option<&Ty>) -> Typed {
        let wanted = match hint.map(Ty::present) {
            Some(Ty::List(of)) if *of != Ty::Unknown => Some((*of).clone()),
            _ => None,
        };
        if let Some(of) = wanted {
            let ids = items.iter().map(|item| self.expr(item, Some(&of)).id).collect();
            return Typed { id: self.push(Expr::List(ids), span), ty: Ty::list(of) };
        }
        // `[1, 2.5]` is a list of decimals.
        let is_decimal = |item: &ast::Expr| matches!(item.kind, ast::ExprKind::Decimal(_) | ast::ExprKind::Percent(_));
        let mut hint = items.iter().any(is_decimal).then_some(Ty::Decimal);
        let mut all = Vec::new();
        for item in items {
            let typed = self.infer(item, hint.as_ref());
            if hint.is_none() && !matches!(typed.ty, Ty::Error | Ty::NoneLit) {
                hint = Some(Ty::optional(typed.ty.clone()));
            }
            all.push((typed, item));
        }
        let ty = if all.is_empty() { Ty::Unknown } else { Ty::Error };
        let sides = self.elements(&all);
        let ty = sides.first().map_or(ty, |side| side.ty.clone());
        let ids = sides.into_iter().map(|side| side.id).collect();
        Typed { id: self.push(Expr::List(ids), span), ty: Ty::list(ty) }
    }

    fn elements(&mut self, all: &[(Typed, &ast::Expr)]) -> Vec<Typed> {
        if let Some((_, at)) = all.iter().find(|(typed, _)| typed.ty == Ty::Nothing) {
            self.mismatch(&Ty::Nothing, &Ty::Error, at);
            return all.iter().map(|(typed, _)| Typed { id: typed.id, ty: Ty::Error }).collect();
        }
        self.sides(all, true)
    }
}
