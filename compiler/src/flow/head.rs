//! What a runbook says about itself: its input, its configuration, its output, its version and tags.

use ntro_grammar::{Span, ast};
use ntro_ir::{CONFIG_SLOT, FieldDef, INPUT_SLOT, RecordDef, SlotDef, Type, TypeDef, TypeId};

use super::Flow;
use crate::cx::Expressions;
use crate::scope::{Binding, Source};
use crate::ty::Ty;

/// A field of the input or the configuration, with its type.
struct HeadField<'a> {
    field: &'a ast::Field,
    ty: Ty,
}

impl Flow<'_> {
    /// Reads the head: afterwards its names can be seen, and the first three slots exist.
    pub(super) fn head(&mut self, decl: &ast::RunbookDecl) {
        self.cx.program.name.clone_from(&decl.name.text);
        self.cx.program.doc.clone_from(&decl.doc);
        let title = decl.title.as_ref().map(|title| title.plain());
        if let (Some(None), Some(title)) = (&title, &decl.title) {
            self.runbook_title_not_plain(title.span);
        }
        self.cx.program.title = title.flatten().unwrap_or_else(|| decl.name.text.clone());
        self.cx.scope.push();
        let (mut input, mut config, mut output) = (None, None, None);
        for stmt in &decl.body.stmts {
            match stmt {
                ast::Stmt::Input(fields) => self.once(&mut input, fields, fields.span, "input"),
                ast::Stmt::Config(fields) => self.once(&mut config, fields, fields.span, "config"),
                ast::Stmt::Output { ty, span } => self.once(&mut output, ty, *span, "output"),
                _ => {}
            }
        }
        let known = self
            .cx
            .items
            .runbook(&decl.name.text)
            .filter(|item| item.file == self.cx.file && item.span == decl.span)
            .cloned();
        let input = input.map_or_else(Vec::new, |(fields, _)| {
            let mut all = Vec::new();
            for field in &fields.fields {
                let resolved = known.as_ref().and_then(|item| {
                    item.input.iter().find(|param| param.span == field.span || param.span == field.name.span)
                });
                let ty = match resolved {
                    Some(param) => param.ty.clone(),
                    None => self.cx.written_type(&field.ty),
                };
                all.push(HeadField { field, ty });
            }
            all
        });
        let config = config.map_or_else(Vec::new, |(fields, _)| {
            fields.fields.iter().map(|field| HeadField { field, ty: self.cx.written_type(&field.ty) }).collect()
        });
        self.output = match (&known, output) {
            (_, None) => Ty::Nothing,
            (Some(item), Some(_)) => item.output.clone(),
            (None, Some((ty, _))) => self.cx.written_type(ty),
        };
        let output_ty = self.output.clone();
        self.cx.program.output = self.cx.ir_type(&output_ty);
        self.cx.program.input = self.head_record("Input", &input);
        self.cx.program.config = self.head_record("Config", &config);
        let rework = self.rework_type();
        let rework_ir = self.cx.ir_type(&rework);
        let (input_ir, config_ir) = (Type::Named(self.cx.program.input), Type::Named(self.cx.program.config));
        for (name, ty) in [("%input", input_ir), ("%config", config_ir), ("%rework", rework_ir)] {
            self.cx.program.slots.push(SlotDef { name: name.to_owned(), ty, var: false, written_by_handler: false });
        }
        self.declare_head(&input, &config, rework, decl.name.span);
        for field in &config {
            if field.field.default.is_none() && !field.ty.may_be_none() && field.ty != Ty::Error {
                self.config_without_default(field.field);
            }
        }
    }

    /// Makes the names of the head visible.
    fn declare_head(&mut self, input: &[HeadField<'_>], config: &[HeadField<'_>], rework: Ty, span: Span) {
        for HeadField { field, ty } in input {
            let name = &field.name;
            if name.is_missing() || self.name_is_reserved(name) {
                continue;
            }
            let binding = Binding::new(Source::Field(INPUT_SLOT, name.text.clone()), ty.clone(), name.span);
            self.head_names.push((name.text.clone(), binding.clone()));
            if self.cx.scope.declare(&name.text, binding).is_some() {
                self.name_twice(name, None);
            }
        }
        let fields = config.iter().map(|field| (field.field.name.text.clone(), field.ty.clone())).collect::<Vec<_>>();
        let shape = Ty::Anonymous(fields.into());
        self.cx.note_shape(&shape, || {
            config.iter().map(|field| (field.field.name.text.clone(), field.field.name.span)).collect()
        });
        let config = Binding::new(Source::Slot(CONFIG_SLOT), shape, span);
        let rework = Binding::new(Source::Slot(ntro_ir::REWORK_SLOT), rework, span);
        self.head_names.push(("config".to_owned(), config.clone()));
        self.cx.scope.declare("config", config);
        self.cx.scope.declare("rework", rework);
    }

    /// `{ comment: text?, by: text?, round: int }?`
    fn rework_type(&self) -> Ty {
        let text = Ty::optional(Ty::Text);
        let fields = [("comment", text.clone()), ("by", text), ("round", Ty::Int)];
        let fields = fields.map(|(name, ty)| (name.to_owned(), ty));
        Ty::optional(Ty::Anonymous(fields.to_vec().into()))
    }

    /// Registers the record of the input or the configuration, defaults included.
    fn head_record(&mut self, name: &str, fields: &[HeadField<'_>]) -> TypeId {
        let mut defs = Vec::new();
        for HeadField { field, ty } in fields {
            let default = field.default.as_ref().and_then(|default| {
                let typed = self.cx.expr(default, Some(ty));
                let value = crate::expr::constant::fold(&self.cx.program, typed.id);
                // Inputs are known everywhere, and what is wrong with their defaults is told with the declarations.
                if value.is_none() && typed.ty != Ty::Error && name != "Input" {
                    self.default_not_constant(default.span);
                }
                value
            });
            let ty = self.cx.ir_type(ty);
            defs.push(FieldDef { name: field.name.text.clone(), ty, default, doc: field.doc.clone() });
        }
        let def = RecordDef { name: name.to_owned(), fields: defs, doc: String::new() };
        let id = TypeId::try_from(self.cx.program.types.len()).unwrap_or(TypeId::MAX);
        self.cx.program.types.push(TypeDef::Record(def));
        id
    }

    /// `version`, `tags` and the other properties of a runbook.
    pub(super) fn runbook_prop(&mut self, prop: &ast::Prop) {
        const KNOWN: [&str; 3] = ["version", "tags", "title"];
        match prop.name.text.as_str() {
            "version" => {
                if let Some(text) = self.plain_text(&prop.value) {
                    self.cx.program.version = text;
                }
            }
            "title" => {
                if let Some(text) = self.plain_text(&prop.value) {
                    self.cx.program.title = text;
                }
            }
            "tags" => {
                let ast::ExprKind::List(items) = &prop.value.kind else {
                    self.plain_text_wanted(prop.value.span, "[\"documents\", \"month-end\"]");
                    return;
                };
                for item in items {
                    if let Some(tag) = self.plain_text(item) {
                        self.cx.program.tags.push(tag);
                    }
                }
            }
            _ => self.unknown_property(&prop.name, "a runbook", &KNOWN),
        }
    }

    /// A text without holes.
    pub(super) fn plain_text(&mut self, value: &ast::Expr) -> Option<String> {
        let text = match &value.kind {
            ast::ExprKind::Text(template) => template.plain(),
            ast::ExprKind::Missing => return None,
            _ => None,
        };
        if text.is_none() {
            self.plain_text_wanted(value.span, "\"0.1.0\"");
        }
        text
    }

    /// Keeps the first of what may stand once.
    fn once<'a, T>(&mut self, kept: &mut Option<(&'a T, Span)>, new: &'a T, span: Span, what: &str) {
        match kept {
            None => *kept = Some((new, span)),
            Some((_, first)) => {
                let first = *first;
                self.clause_twice(what, span, first);
            }
        }
    }
}
