//! `ask files`, `ask form` and `ask confirm`: what is asked for is itself what the await waits for, so that no `on` is written.

use ntro_grammar::{Span, ast};
use ntro_ir::{Component, Type};

use super::Flow;
use super::handler::Heard;
use crate::cx::Expressions;
use crate::ty::Ty;

/// The signal that brings documents.
const DOCUMENT: &str = "document_submitted";

impl Flow<'_> {
    /// `ask files { contract: "contract", annex: "annex" }`: a document for each slot, told apart by its source.
    pub(super) fn ask_files(&mut self, x: &ast::Component) -> Option<(Heard, Component)> {
        let mut slots: Vec<(String, Ty)> = Vec::new();
        let mut props = Vec::new();
        for prop in x.props.iter().filter(|prop| !prop.name.is_missing()) {
            if slots.iter().any(|(name, _)| *name == prop.name.text) {
                self.clause_twice(&prop.name.text, prop.span, x.span);
                continue;
            }
            let source = self.cx.expr(&prop.value, Some(&Ty::Text));
            props.push((prop.name.text.clone(), source.id));
            slots.push((prop.name.text.clone(), Ty::File));
        }
        if slots.is_empty() {
            self.ask_without_parts("files", x.span);
            return None;
        }
        if let Some(signal) = self.cx.items.signal(self.cx.file, DOCUMENT).cloned() {
            self.note_signal(DOCUMENT, &signal.payload, x.span);
        }
        let payload = Ty::Anonymous(slots.into());
        self.cx.note_shape(&payload, || x.props.iter().map(|prop| (prop.name.text.clone(), prop.name.span)).collect());
        let heard = self.asked(DOCUMENT, payload);
        Some((heard, Component { name: "files".to_owned(), props }))
    }

    /// `ask form { reason: text "Why did it move?" }`: its fields are what the await yields.
    pub(super) fn ask_form(&mut self, fields: &[ast::Field], span: Span) -> Option<(Heard, Component)> {
        let mut types: Vec<(String, Ty)> = Vec::new();
        let mut props = Vec::new();
        for field in fields.iter().filter(|field| !field.name.is_missing()) {
            if types.iter().any(|(name, _)| *name == field.name.text) {
                self.clause_twice(&field.name.text, field.span, span);
                continue;
            }
            if let Some(default) = &field.default {
                self.question_with_default(&field.name, default.span);
            }
            let ty = self.cx.written_type(&field.ty);
            types.push((field.name.text.clone(), ty));
            if let Some(label) = &field.label {
                props.push((field.name.text.clone(), self.cx.template(label)));
            }
        }
        if types.is_empty() {
            self.ask_without_parts("form", span);
            return None;
        }
        let payload = Ty::Anonymous(types.into());
        self.cx
            .note_shape(&payload, || fields.iter().map(|field| (field.name.text.clone(), field.name.span)).collect());
        let heard = self.asked("form", payload);
        Some((heard, Component { name: "form".to_owned(), props }))
    }

    /// `ask confirm { title: "Acknowledge" }`: who did so, when, and what they said.
    pub(super) fn ask_confirm(&mut self, x: &ast::Component) -> Option<(Heard, Component)> {
        let component = self.only_shown(x, "ask")?;
        let text = Ty::optional(Ty::Text);
        let fields = [("comment", text.clone()), ("by", text), ("at", Ty::DateTime)];
        let fields = fields.map(|(name, ty)| (name.to_owned(), ty)).to_vec();
        Some((self.asked("confirm", Ty::Anonymous(fields.into())), component))
    }

    fn asked(&mut self, signal: &str, payload: Ty) -> Heard {
        let ir_payload: Type = self.cx.ir_type(&payload);
        let it = self.cx.new_local();
        Heard { signal: signal.to_owned(), payload, ir_payload, it, filter: None, from: None }
    }
}
