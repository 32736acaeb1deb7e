//! What is written down while a body is checked: which name means what, which type a binding has, what could be written at one place.
//!
//! It is opt-in: a plain check carries no recorder, and each of these calls then is one comparison. Nothing here changes what is checked.

use std::collections::BTreeSet;
use std::sync::Arc;

use ntro_grammar::{Span, ast};

use super::seen::{self, Seen, SeenName};
use crate::cx::Cx;
use crate::expr::functions;
use crate::items::{FileId, Items, Param};
use crate::scope::{Binding, Source};
use crate::ty::Ty;

/// The name that stands at the place where something is to be completed: nobody calls anything so.
pub const MARKER: &str = "ntro_is_asked_here";

/// How deep records in records are followed to fields that bear the same name.
const MOST_SAME: u32 = 8;

/// How a place uses what it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It is read, called or named.
    Read,
    /// It is assigned.
    Write,
    /// The name of a field, input or parameter that stands for its value too: `{ amount }`, `f(period)`.
    Short,
}

/// What a name means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Meant {
    /// What is declared at a place: there stands its name.
    At(FileId, Span),
    /// A function of the language.
    Function(&'static str),
}

/// A name in the file at hand and what it means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Noted {
    pub span: Span,
    pub meant: Meant,
    pub role: Role,
}

/// What is looked for besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Probe {
    /// Nothing.
    #[default]
    None,
    /// The type of the smallest expression around an offset.
    At(u32),
    /// What could stand in the place of [`MARKER`].
    Marker,
}

/// The fields of a record type without a name.
type Fields = Arc<[(String, Ty)]>;

/// Names and where they stand in the file at hand.
type Places = Vec<(String, Span)>;

/// The notes of one check.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    pub noted: Vec<Noted>,
    /// The types of names, by where they are declared.
    pub types: Vec<(Span, Ty)>,
    pub probe: Probe,
    pub seen: Seen,
    /// Where the fields of record types without a name were written (`config`, `ask form`, record literals).
    shapes: Vec<(Fields, Places)>,
    /// Where the decisions that a gate offers under names of its own were written.
    decisions: Vec<(Arc<[String]>, Places)>,
    /// Fields that must bear the same name, because the record of one is taken as the record of the other.
    pub same: BTreeSet<((FileId, Span), (FileId, Span))>,
}

impl Recorder {
    pub(crate) fn new(probe: Probe) -> Box<Recorder> {
        Box::new(Recorder { probe, ..Recorder::default() })
    }
}

impl Cx<'_> {
    /// Whether notes are taken.
    pub(crate) fn records(&self) -> bool {
        self.notes.recorder.is_some()
    }

    /// A name means what is declared at a place.
    pub(crate) fn note(&mut self, span: Span, file: FileId, at: Span, role: Role) {
        if let Some(recorder) = &mut self.notes.recorder {
            recorder.noted.push(Noted { span, meant: Meant::At(file, at), role });
        }
    }

    /// A function of the language is called.
    pub(crate) fn note_function(&mut self, span: Span, name: &'static str) {
        if let Some(recorder) = &mut self.notes.recorder {
            recorder.noted.push(Noted { span, meant: Meant::Function(name), role: Role::Read });
        }
    }

    /// A path of names (`review`, `collect.upload`) is read.
    pub(crate) fn note_path(&mut self, expr: &ast::Expr) {
        if !self.records() {
            return;
        }
        let span = match &expr.kind {
            ast::ExprKind::Name(_) => expr.span,
            ast::ExprKind::Paren(inner) => return self.note_path(inner),
            ast::ExprKind::Member { object, name, .. } => {
                self.note_path(object);
                name.span
            }
            _ => return,
        };
        let Some(at) = self.binding(expr).map(|binding| binding.span) else { return };
        self.note(span, self.file, at, Role::Read);
    }

    /// A name of the scope is used by its text.
    pub(crate) fn note_named(&mut self, name: &str, span: Span, role: Role) {
        if !self.records() {
            return;
        }
        if let Some(at) = self.scope.get(name).map(|binding| binding.span) {
            self.note(span, self.file, at, role);
        }
    }

    /// A role is named.
    pub(crate) fn note_role(&mut self, name: &str, span: Span) {
        if !self.records() {
            return;
        }
        if let Some(place) = self.items.roles.get(name)
            && let Some(file) = self.items.file_named(&place.file)
        {
            self.note(span, file, place.span, Role::Read);
        }
    }

    /// A field of a record is named.
    pub(crate) fn note_field(&mut self, of: &Ty, name: &str, span: Span, role: Role) {
        if let Some((file, at)) = self.place_of_field(of, name) {
            self.note(span, file, at, role);
        }
    }

    /// Where a field is named first: in the declaration of its type, or in the record itself where that has none.
    fn place_of_field(&self, of: &Ty, name: &str) -> Option<(FileId, Span)> {
        let recorder = self.notes.recorder.as_ref()?;
        let Ty::Anonymous(fields) = of else { return field_place(self.items, of, name) };
        let (_, places) = recorder.shapes.iter().find(|(known, _)| Arc::ptr_eq(known, fields))?;
        places.iter().find(|(field, _)| field == name).map(|(_, at)| (self.file, *at))
    }

    /// A value of one type is taken as one of another: the fields of their records answer each other by name.
    pub(crate) fn note_same(&mut self, from: &Ty, to: &Ty) {
        if self.records() {
            self.same_fields(&from.present(), &to.present(), 0);
        }
    }

    fn same_fields(&mut self, from: &Ty, to: &Ty, depth: u32) {
        if depth > MOST_SAME || from == to && !matches!(from, Ty::Anonymous(_)) {
            return;
        }
        match (from, to) {
            (Ty::List(a), Ty::List(b)) | (Ty::Map(a), Ty::Map(b)) | (Ty::Outcome(a), Ty::Outcome(b)) => {
                self.same_fields(&a.present(), &b.present(), depth + 1);
            }
            (Ty::Named(_, a), Ty::Named(_, b)) if !a.is_empty() => {
                a.iter().zip(b.iter()).for_each(|(a, b)| self.same_fields(&a.present(), &b.present(), depth + 1));
            }
            (Ty::Anonymous(_) | Ty::Named(..), Ty::Anonymous(_) | Ty::Named(..)) => {
                for (name, ty) in self.items.fields(from).unwrap_or_default() {
                    let Some(wanted) = self.items.field(to, &name) else { continue };
                    let places = (self.place_of_field(from, &name), self.place_of_field(to, &name));
                    if let ((Some(a), Some(b)), Some(recorder)) = (places, &mut self.notes.recorder)
                        && a != b
                    {
                        recorder.same.insert((a, b));
                    }
                    self.same_fields(&ty.present(), &wanted.present(), depth + 1);
                }
            }
            _ => {}
        }
    }

    /// A parameter or an input is named.
    pub(crate) fn note_param(&mut self, param: &Param, span: Span, role: Role) {
        self.note(span, param.file, param.span, role);
    }

    /// A value of an enumeration is named, a decision of a gate, or the signal that a wait with several has heard.
    pub(crate) fn note_value(&mut self, of: &Ty, name: &str, span: Span) {
        let Some(recorder) = &self.notes.recorder else { return };
        let place = match of {
            Ty::Choice(_) => self.items.signal(self.file, name).map(|signal| (signal.file, signal.span)),
            Ty::Words(words) => {
                let own = recorder.decisions.iter().find(|(known, _)| Arc::ptr_eq(known, words));
                let at = own.and_then(|(_, places)| places.iter().find(|(word, _)| word == name));
                at.map(|(_, at)| (self.file, *at))
            }
            _ => value_place(self.items, of, name),
        };
        if let Some((file, at)) = place {
            self.note(span, file, at, Role::Read);
        }
    }

    /// The decisions of a gate were named here.
    pub(crate) fn note_decisions(&mut self, gate: &Ty, places: impl FnOnce() -> Vec<(String, Span)>) {
        let (Some(recorder), Ty::Anonymous(fields)) = (&mut self.notes.recorder, gate) else { return };
        if let Some((_, Ty::Words(words))) = fields.iter().find(|(name, _)| name == "decision") {
            recorder.decisions.push((words.clone(), places()));
        }
    }

    /// Names in a list, or one alone, are fields of a record: `editable: [amount]`, `key: id`.
    pub(crate) fn note_columns(&mut self, written: &ast::Expr, of: Option<&Ty>) {
        let (true, Some(of)) = (self.records(), of) else { return };
        let items = match &written.kind {
            ast::ExprKind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(written),
        };
        for item in items {
            if let ast::ExprKind::Name(name) = &item.kind {
                if name == MARKER {
                    self.see_fields(of, &[]);
                }
                self.note_field(of, name, item.span, Role::Read);
            }
        }
    }

    /// The fields of a record type without a name were written here.
    pub(crate) fn note_shape(&mut self, ty: &Ty, places: impl FnOnce() -> Vec<(String, Span)>) {
        if let (Some(recorder), Ty::Anonymous(fields)) = (&mut self.notes.recorder, ty) {
            recorder.shapes.push((fields.clone(), places()));
        }
    }

    /// A name was declared with a type.
    pub(crate) fn note_type(&mut self, span: Span, ty: &Ty) {
        if let Some(recorder) = &mut self.notes.recorder
            && *ty != Ty::Error
        {
            recorder.types.push((span, ty.clone()));
        }
    }

    // ---- what could be written at one place

    fn probes(&self) -> Probe {
        self.notes.recorder.as_ref().map_or(Probe::None, |recorder| recorder.probe)
    }

    /// Whether a name stands for what is to be completed.
    pub(crate) fn is_asked(&self, name: &str) -> bool {
        self.probes() == Probe::Marker && name == MARKER
    }

    /// An expression has a type: the smallest one around the offset is kept, because it ends first.
    pub(crate) fn see_type(&mut self, span: Span, ty: &Ty) {
        let Some(recorder) = &mut self.notes.recorder else { return };
        if let Probe::At(at) = recorder.probe
            && span.start <= at
            && at <= span.end
            && recorder.seen.ty.is_none()
        {
            recorder.seen.ty = Some(self.items.show(ty));
            recorder.seen.span = span;
            recorder.seen.declared = type_place(self.items, ty);
        }
    }

    /// A value is to be completed: the names in sight, and what is expected.
    pub(crate) fn see_names(&mut self, expected: Option<&Ty>) {
        let mut names: Vec<SeenName> = Vec::new();
        let mut known: BTreeSet<&str> = BTreeSet::from([MARKER]);
        for name in self.scope.names().filter(|name| known.insert(*name)) {
            if let Some(binding) = self.scope.get(name) {
                names.push(self.seen_name(name, binding));
            }
        }
        let expected = expected.map(|ty| seen::type_of(self.items, ty));
        if let Some(recorder) = &mut self.notes.recorder {
            recorder.seen.names = names;
            recorder.seen.expected = expected.or(recorder.seen.expected.take());
            recorder.seen.value = true;
        }
    }

    fn seen_name(&self, name: &str, binding: &Binding) -> SeenName {
        let inner = binding.inner.iter().map(|(name, inner)| self.seen_name(name, inner)).collect();
        SeenName {
            name: name.to_owned(),
            ty: self.items.show(&binding.ty),
            span: binding.span,
            readable: !matches!(binding.source, Source::NotHere(_)),
            var: binding.var,
            input: matches!(binding.source, Source::Field(..)),
            inner,
        }
    }

    /// A field or a function is to be completed.
    pub(crate) fn see_members(&mut self, object: &ast::Expr, of: &Ty) {
        let inner = self
            .binding(object)
            .map(|binding| binding.inner.iter().map(|(name, inner)| self.seen_name(name, inner)).collect::<Vec<_>>());
        let functions = functions::fitting(self.items, &of.present());
        let fns = self.items.functions_on(self.file, &of.present());
        let members = seen::SeenMembers {
            of: seen::type_of(self.items, of),
            optional: of.may_be_none(),
            inner: inner.unwrap_or_default(),
            functions,
            fns,
        };
        if let Some(recorder) = &mut self.notes.recorder {
            recorder.seen.members = Some(members);
        }
    }

    /// Fields of a record are to be completed, but for those that are given.
    pub(crate) fn see_fields(&mut self, of: &Ty, given: &[&str]) {
        let fields = seen::fields_of(self.items, of);
        if let Some(recorder) = &mut self.notes.recorder {
            recorder.seen.fields = fields.into_iter().filter(|field| !given.contains(&field.name.as_str())).collect();
        }
    }

    /// Arguments are to be completed, but for those that are given.
    pub(crate) fn see_params(&mut self, params: &[Param], args: &[ast::Arg]) {
        let named = |arg: &ast::Arg, param: &Param| match (&arg.name, &arg.value.kind) {
            (Some(name), _) => name.text == param.name,
            (None, ast::ExprKind::Name(name)) => *name == param.name,
            _ => false,
        };
        let open = params.iter().filter(|param| !args.iter().any(|arg| named(arg, param)));
        let fields = open.map(|param| seen::field(self.items, param)).collect();
        if let Some(recorder) = &mut self.notes.recorder {
            recorder.seen.fields = fields;
        }
    }

    /// Some of the arguments are to be named, but for those that are named already.
    pub(crate) fn see_some(&mut self, params: &[Param], given: &[&str]) {
        let open = params.iter().filter(|param| !given.contains(&param.name.as_str()));
        let fields = open.map(|param| seen::field(self.items, param)).collect();
        if let Some(recorder) = &mut self.notes.recorder {
            recorder.seen.fields = fields;
        }
    }

    /// Whether no field was seen that could be named.
    pub(crate) fn nothing_seen(&self) -> bool {
        self.notes.recorder.as_ref().is_some_and(|recorder| recorder.seen.fields.is_empty())
    }

    /// Names are to be completed of which nothing else is known.
    pub(crate) fn see_bare(&mut self, names: &[String]) {
        let field = |name: &String| seen::SeenField {
            name: name.clone(),
            ty: String::new(),
            doc: String::new(),
            optional: true,
        };
        if let Some(recorder) = &mut self.notes.recorder {
            recorder.seen.fields = names.iter().map(field).collect();
        }
    }

    /// Cases of a `match` are to be completed.
    pub(crate) fn see_cases(&mut self, cases: &[String]) {
        if let Some(recorder) = &mut self.notes.recorder {
            recorder.seen.cases = cases.to_vec();
        }
    }
}

/// Where a field of a declared record stands.
pub(crate) fn field_place(items: &Items, of: &Ty, name: &str) -> Option<(FileId, Span)> {
    let Ty::Named(id, _) = of else { return None };
    match &items.def(*id)?.kind {
        crate::items::DefKind::Record(fields) => {
            fields.iter().find(|field| field.name == name).map(|field| (field.file, field.span))
        }
        crate::items::DefKind::Enum(_) => None,
    }
}

/// Where a value of an enumeration stands.
pub(crate) fn value_place(items: &Items, of: &Ty, name: &str) -> Option<(FileId, Span)> {
    let Ty::Named(id, _) = of else { return None };
    let def = items.def(*id)?;
    items.file(def.file)?.tree.decls.iter().find_map(|decl| match decl {
        ast::Decl::Enum(decl) if decl.name.span == def.span => {
            decl.values.iter().find(|(value, _)| value.text == name).map(|(value, _)| (def.file, value.span))
        }
        _ => None,
    })
}

/// Where a type is declared: that of the elements of a list, too.
pub(crate) fn type_place(items: &Items, ty: &Ty) -> Option<(FileId, Span)> {
    match ty {
        Ty::Named(id, _) => items.def(*id).map(|def| (def.file, def.span)),
        Ty::List(of) | Ty::Map(of) | Ty::Optional(of) | Ty::Outcome(of) => type_place(items, of),
        _ => None,
    }
}
