//! What people are shown and asked: the components and their properties, and how each property is written.

use ntro_grammar::{Span, ast};
use ntro_ir::{Component, Draft, ExprId, Type, Value};

use super::Flow;
use crate::cx::Expressions;
use crate::ty::Ty;

/// How a property is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text.
    Text,
    /// `true` or `false`.
    Bool,
    /// Words: `[pdf, xlsx]`.
    Words,
    /// `50MB`
    Size,
    /// A document.
    File,
    /// Anything that can be shown.
    Any,
    /// The rows of the table: a list of records.
    Rows,
    /// The record of the form, or the text under review.
    Value,
    /// A field of the rows.
    Field,
    /// Fields of the rows or the record.
    Fields,
    /// `true` for a text, fields for a form.
    Editable,
}

/// A property of a component.
#[derive(Debug)]
pub(super) struct Property {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
}

/// A component.
#[derive(Debug)]
pub(super) struct Definition {
    pub name: &'static str,
    pub props: &'static [Property],
}

const fn prop(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, required: false }
}

const fn must(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, required: true }
}

/// What may stand after `show`.
pub(super) const SHOW: &[Definition] = &[
    // Rows that may be corrected cell by cell; `key` identifies a row over all rounds.
    Definition {
        name: "data_table",
        props: &[
            prop("title", Kind::Text),
            prop("subtitle", Kind::Text),
            prop("summary", Kind::Any),
            must("rows", Kind::Rows),
            must("key", Kind::Field),
            prop("columns", Kind::Fields),
            prop("editable", Kind::Fields),
            prop("removable", Kind::Bool),
        ],
    },
    // One record, field by field.
    Definition {
        name: "form",
        props: &[
            prop("title", Kind::Text),
            prop("summary", Kind::Any),
            must("value", Kind::Value),
            prop("editable", Kind::Editable),
        ],
    },
    // A text, which may be edited as a whole.
    Definition {
        name: "text",
        props: &[prop("title", Kind::Text), must("value", Kind::Value), prop("editable", Kind::Editable)],
    },
    // Figures side by side: `figures: { gross: …, net: … }`.
    Definition {
        name: "summary",
        props: &[prop("title", Kind::Text), prop("summary", Kind::Any), prop("figures", Kind::Any)],
    },
    // A document beside the decision.
    Definition {
        name: "report_preview",
        props: &[prop("title", Kind::Text), prop("summary", Kind::Any), must("document", Kind::File)],
    },
];

/// What may stand after `ask`.
pub(super) const ASK: &[Definition] = &[
    Definition {
        name: "file_upload",
        props: &[
            prop("title", Kind::Text),
            prop("instructions", Kind::Text),
            // What the client names the document; `where` decides what is taken.
            prop("source", Kind::Text),
            prop("accept", Kind::Words),
            prop("max_size", Kind::Size),
            prop("multiple", Kind::Bool),
        ],
    },
    // Somebody says that they have seen it.
    Definition { name: "confirm", props: &[prop("title", Kind::Text), prop("instructions", Kind::Text)] },
];

/// What editors say of the components: the verb (`show` or `ask`), the name, and the properties with how each is written and whether it must be.
pub(crate) fn described() -> Vec<crate::index::ComponentDoc> {
    let form = |kind: Kind| match kind {
        Kind::Text => "\"…\"",
        Kind::Bool => "true",
        Kind::Words => "[pdf, xlsx]",
        Kind::Size => "50MB",
        Kind::File => "a file",
        Kind::Any => "any value",
        Kind::Rows => "a list of records",
        Kind::Value => "a record, or a text",
        Kind::Field => "a field of the rows",
        Kind::Fields => "[fields of the rows]",
        Kind::Editable => "true, or [fields]",
    };
    let one = |verb: &'static str, definition: &Definition| crate::index::ComponentDoc {
        verb,
        name: definition.name,
        props: definition.props.iter().map(|prop| (prop.name, form(prop.kind), prop.required)).collect(),
    };
    SHOW.iter().map(|x| one("show", x)).chain(ASK.iter().map(|x| one("ask", x))).collect()
}

/// A component, lowered.
#[derive(Debug)]
pub(super) struct Shown {
    pub component: Component,
    pub draft: Draft,
    /// The type of `review.value`.
    pub value: Option<Ty>,
    /// The type of a row, where there are rows.
    pub row: Option<Ty>,
    /// Properties that are evaluated with the gate in sight, still to be lowered.
    pub later: Vec<(usize, Kind, ast::Expr)>,
}

impl Flow<'_> {
    /// The component and what it reviews. Properties that are only shown are left for [`Flow::show_rest`].
    pub(super) fn component(&mut self, x: &ast::Component, verb: &str, known: &'static [Definition]) -> Option<Shown> {
        if x.name.is_missing() {
            return None;
        }
        let Some(definition) = known.iter().find(|definition| definition.name == x.name.text) else {
            let elsewhere =
                if verb == "show" { ASK } else { SHOW }.iter().any(|definition| definition.name == x.name.text);
            self.unknown_component(&x.name, verb, known, elsewhere);
            return None;
        };
        let mut seen: Vec<(&str, Span)> = Vec::new();
        let (mut all, mut unknown) = (Vec::new(), Vec::new());
        for prop in &x.props {
            let Some(property) = definition.props.iter().find(|property| property.name == prop.name.text) else {
                unknown.push(&prop.name);
                continue;
            };
            if let Some((_, first)) = seen.iter().find(|(name, _)| *name == property.name) {
                self.clause_twice(property.name, prop.span, *first);
                continue;
            }
            seen.push((property.name, prop.span));
            all.push((property, &prop.value));
        }
        let given = |name: &str| seen.iter().any(|(seen, _)| *seen == name);
        let holder = match definition.name {
            "form" => Some("value"),
            "summary" => Some("figures"),
            _ => None,
        };
        let names: Vec<_> = definition.props.iter().map(|property| property.name).collect();
        let near = |name: &str| !self.near(name, names.iter().map(|name| (*name).to_owned())).is_empty();
        let (misspelt, fields): (Vec<_>, Vec<_>) = unknown.into_iter().partition(|name| near(&name.text));
        misspelt.iter().for_each(|name| self.unknown_property(name, definition.name, &names));
        match holder.filter(|holder| !fields.is_empty() && !given(holder)) {
            // The fields stand where the record should: that is one mistake.
            Some(holder) => self.fields_outside(definition.name, holder, &fields),
            None => {
                fields.iter().for_each(|name| self.unknown_property(name, definition.name, &names));
                for property in definition.props.iter().filter(|property| property.required && !given(property.name)) {
                    self.property_missing(x, definition.name, property.name);
                }
            }
        }
        let from = self.cx.diagnostics.len();
        let mut shown = self.shown(definition, &all);
        // Where what is shown is wrong, nothing is known of what comes of the review.
        let reviewed = |property: &&Property| matches!(property.kind, Kind::Rows | Kind::Value);
        let lacks = definition
            .props
            .iter()
            .find(reviewed)
            .is_some_and(|property| !seen.iter().any(|(name, _)| *name == property.name));
        let rows_wrong = all.iter().any(|(property, value)| {
            let in_value = |place: Span| place.start >= value.span.start && place.end <= value.span.end;
            reviewed(property) && self.cx.diagnostics.iter().skip(from).any(|found| in_value(found.place.span))
        });
        if lacks || rows_wrong {
            shown.value = Some(Ty::Error);
            shown.row = Some(Ty::Error);
        }
        Some(shown)
    }

    fn shown(&mut self, definition: &Definition, all: &[(&Property, &ast::Expr)]) -> Shown {
        let value = all.iter().find(|(property, _)| matches!(property.kind, Kind::Rows | Kind::Value)).map(
            |(property, value)| {
                let typed = self.cx.expr(value, (definition.name == "text").then_some(&Ty::Text));
                (property.kind, typed, value.span)
            },
        );
        let mut record = None;
        let mut row = None;
        if let Some((kind, typed, span)) = &value {
            let found = match (kind, &typed.ty) {
                (Kind::Rows, Ty::List(of)) => Some((**of).clone()),
                (Kind::Value, ty) => Some(ty.clone()),
                _ => None,
            };
            record = found.filter(|ty| self.cx.fields(ty).is_some());
            if record.is_none() && typed.ty != Ty::Error && definition.name != "text" {
                let ty = typed.ty.clone();
                self.not_reviewable(*span, definition.name, &ty);
            }
            if *kind == Kind::Rows {
                row.clone_from(&record);
            }
        }
        let fields = record.as_ref().and_then(|record| self.cx.fields(record));
        let mut shown = Shown {
            component: Component { name: definition.name.to_owned(), props: Vec::new() },
            draft: Draft::None,
            value: None,
            row,
            later: Vec::new(),
        };
        let (mut key, mut editable, mut whole) = (String::new(), Vec::new(), false);
        let mut editable_at = None;
        for (property, written) in all {
            if matches!(property.kind, Kind::Field | Kind::Fields | Kind::Editable) {
                self.cx.note_columns(written, record.as_ref());
            }
            let id = match property.kind {
                Kind::Rows | Kind::Value => value.as_ref().map(|(_, typed, _)| typed.id),
                Kind::Field => {
                    key = self.key_field(written, fields.as_deref()).unwrap_or_default();
                    Some(self.text(&key.clone(), written.span))
                }
                Kind::Fields => {
                    let names = self.field_names(written, fields.as_deref());
                    let id = self.words(&names, written.span);
                    if property.name == "editable" {
                        editable = names;
                        editable_at = Some(written.span);
                    }
                    Some(id)
                }
                Kind::Editable if definition.name == "text" => {
                    whole = written.kind == ast::ExprKind::Bool(true);
                    if matches!(written.kind, ast::ExprKind::List(_)) {
                        self.text_is_edited_whole(written.span);
                        continue;
                    }
                    Some(self.cx.expr(written, Some(&Ty::Bool)).id)
                }
                Kind::Editable => {
                    editable = self.field_names(written, fields.as_deref());
                    Some(self.words(&editable.clone(), written.span))
                }
                Kind::Words => {
                    let words = self.plain_words(written);
                    if words.iter().any(|word| !word.bytes().all(|b| b.is_ascii_alphanumeric())) {
                        self.not_an_ending(&words, written.span);
                    }
                    Some(self.words(&words, written.span))
                }
                Kind::Size => self.size(written),
                kind => {
                    shown.later.push((shown.component.props.len(), kind, (*written).clone()));
                    Some(self.text("", written.span))
                }
            };
            if let Some(id) = id {
                shown.component.props.push((property.name.to_owned(), id));
            }
        }
        if let Some(at) = editable_at.filter(|_| !key.is_empty() && editable.contains(&key)) {
            self.key_edited(&key, at);
        }
        let Some((_, typed, _)) = value else { return shown };
        shown.value = Some(typed.ty.clone());
        let record_id = record.as_ref().and_then(|record| match self.cx.ir_type(record) {
            Type::Named(id) => Some(id),
            _ => None,
        });
        shown.draft = match (definition.name, record_id) {
            ("data_table", Some(row)) => Draft::Rows { rows: typed.id, row, key, editable },
            ("form", Some(record)) => Draft::Form { value: typed.id, record, editable },
            ("text", _) => Draft::Text { value: typed.id, editable: whole },
            _ => Draft::None,
        };
        shown
    }

    /// Lowers the properties that are only shown; the gate itself may be in sight now.
    pub(super) fn show_rest(&mut self, shown: &mut Shown) {
        for (at, kind, written) in std::mem::take(&mut shown.later) {
            let expected = match kind {
                Kind::Text => Some(Ty::optional(Ty::Text)),
                Kind::Bool => Some(Ty::Bool),
                Kind::File => Some(Ty::File),
                _ => None,
            };
            let typed = self.cx.expr(&written, expected.as_ref());
            if let Some((_, id)) = shown.component.props.get_mut(at) {
                *id = typed.id;
            }
        }
    }

    /// A list of texts.
    fn words(&mut self, words: &[String], span: Span) -> ExprId {
        let words = words.iter().map(|word| Value::text(word.as_str())).collect();
        self.constant(Value::list(words), span)
    }

    /// `[pdf, xlsx]`: words, or texts without holes.
    fn plain_words(&mut self, written: &ast::Expr) -> Vec<String> {
        let items = match &written.kind {
            ast::ExprKind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(written),
        };
        let mut words = Vec::new();
        for item in items {
            match &item.kind {
                ast::ExprKind::Name(word) => words.push(word.clone()),
                ast::ExprKind::Text(template) if template.plain().is_some() => words.extend(template.plain()),
                ast::ExprKind::Missing => {}
                _ => self.not_a_word(item.span),
            }
        }
        words
    }

    /// `[amount, category]`: fields of the record.
    fn field_names(&mut self, written: &ast::Expr, fields: Option<&[(String, Ty)]>) -> Vec<String> {
        let items = match &written.kind {
            ast::ExprKind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(written),
        };
        let mut names = Vec::new();
        for item in items {
            let ast::ExprKind::Name(name) = &item.kind else {
                match &item.kind {
                    ast::ExprKind::Missing => {}
                    ast::ExprKind::Text(template) if template.plain().is_some() => {
                        self.field_in_quotes(&template.plain().unwrap_or_default(), item.span);
                    }
                    _ => self.not_a_word(item.span),
                }
                continue;
            };
            match fields {
                Some(fields) if !fields.iter().any(|(field, _)| field == name) => {
                    self.unknown_column(name, item.span, fields)
                }
                _ => names.push(name.clone()),
            }
        }
        names
    }

    /// `key: id`: a field that identifies a row, a text or a whole number.
    fn key_field(&mut self, written: &ast::Expr, fields: Option<&[(String, Ty)]>) -> Option<String> {
        let name = self.field_names(written, fields).into_iter().next()?;
        let ty = fields?.iter().find(|(field, _)| *field == name).map(|(_, ty)| ty.clone())?;
        if !matches!(ty, Ty::Text | Ty::Int | Ty::Error) {
            self.key_not_text(&name, written.span, &ty);
            return None;
        }
        Some(name)
    }

    /// `50MB` in bytes.
    fn size(&mut self, written: &ast::Expr) -> Option<ExprId> {
        let bytes = match &written.kind {
            ast::ExprKind::Size(text) => size_in_bytes(text),
            ast::ExprKind::Int(text) => text.parse().ok(),
            ast::ExprKind::Missing => return None,
            _ => None,
        };
        match bytes {
            Some(bytes) => Some(self.constant(Value::Int(bytes), written.span)),
            None => {
                self.not_a_size(written.span);
                None
            }
        }
    }
}

/// `25MB` as bytes; a kilobyte has 1,000 of them, as upload limits count them.
fn size_in_bytes(text: &str) -> Option<i64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match text.get(digits.len()..)?.to_ascii_uppercase().as_str() {
        "B" => 1,
        "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        _ => return None,
    };
    digits.parse::<i64>().ok()?.checked_mul(factor)
}
