//! What is noted of a scenario for editors: which steps, fields and settings its names mean.

use ntro_grammar::{Span, ast};

use super::address::Found;
use super::{Checker, Known};
use crate::index::{Role, asked_place, block_place, config_place};
use crate::items::Param;
use crate::ty::Ty;

impl Checker<'_> {
    /// The parts `from..to` of an address name steps of one runbook.
    pub(super) fn note_address(&mut self, name: &ast::Name, to: usize, known: &Known, from: usize) {
        if !self.cx.records() {
            return;
        }
        let mut at = name.span.start;
        let mut path: Vec<&str> = Vec::new();
        for (index, part) in name.text.split('.').enumerate().take(to) {
            let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
            let word = part.split_once('~').map_or(part, |(word, _)| word);
            if index >= from {
                path.push(word);
                let end = at.saturating_add(u32::try_from(word.len()).unwrap_or(u32::MAX));
                if let Some((file, place)) = block_place(self.cx.items, &known.program.name, &path) {
                    self.cx.note(Span::new(at, end), file, place, Role::Read);
                }
            }
            at = at.saturating_add(length).saturating_add(1);
        }
    }

    /// Fields of a record in what is given or expected.
    pub(super) fn note_fields(&mut self, fields: &[ast::RecordItem], of: &Ty) {
        if !self.cx.records() {
            return;
        }
        let given: Vec<&str> = fields.iter().filter_map(name_of).map(|name| name.text.as_str()).collect();
        for name in fields.iter().filter_map(name_of) {
            if self.cx.is_asked(&name.text) {
                self.cx.see_fields(of, &given);
            }
            self.cx.note_field(of, &name.text, name.span, Role::Read);
        }
    }

    /// What a person does or fills in, where the step names it: a decision, a question of a form, a document.
    pub(super) fn note_asked(&mut self, found: &Found<'_>, actions: &[ast::ScenarioAction]) {
        if !self.cx.records() {
            return;
        }
        let (items, program) = (self.cx.items, &found.known.program);
        let Some(block) = program.blocks.get(found.block as usize) else { return };
        let path: Vec<&str> = block.path.split('.').collect();
        let note = |checker: &mut Self, name: &str, span: Span| {
            if let Some((file, place)) = asked_place(items, &program.name, &path, name) {
                checker.cx.note(span, file, place, Role::Read);
            }
        };
        for action in actions {
            note(self, &action.verb.text, action.verb.span);
            match action.value.as_ref().map(|value| (&value.kind, value.span)) {
                Some((ast::ExprKind::Name(name), span)) => note(self, name, span),
                Some((ast::ExprKind::Record(fields), _)) => {
                    fields.iter().filter_map(name_of).for_each(|name| note(self, &name.text, name.span));
                }
                _ => {}
            }
        }
    }

    /// What a person may do there, where that is asked.
    pub(super) fn see_verbs(&mut self, actions: &[ast::ScenarioAction], offered: &[String]) {
        for action in actions {
            let value = match action.value.as_ref().map(|value| &value.kind) {
                Some(ast::ExprKind::Name(name)) => name.as_str(),
                _ => "",
            };
            if self.cx.is_asked(&action.verb.text) || self.cx.is_asked(value) {
                self.cx.see_cases(offered);
            }
        }
    }

    /// The parameters or inputs that a record names. What they hold may be of a type that only the calls know: then each of them is looked at.
    pub(super) fn note_params(
        &mut self,
        fields: &[ast::RecordItem],
        params: &[Param],
        called: &str,
        generic: &[String],
    ) {
        if !self.cx.records() {
            return;
        }
        let calls = self.reach.iter().flat_map(|known| known.program.calls.iter().map(move |call| (known, call)));
        let args = calls.filter(|(_, call)| call.agent.is_none() && call.capability == called);
        let mut bound: Vec<Ty> =
            args.filter_map(|(known, call)| call.type_arg.as_ref().map(|ty| known.ty(ty))).collect();
        bound.dedup();
        let asked = |name: &ast::Name| self.cx.is_asked(&name.text);
        if fields.iter().filter_map(name_of).any(asked) {
            let given: Vec<&str> = fields.iter().filter_map(name_of).map(|name| name.text.as_str()).collect();
            self.cx.see_some(params, &given);
        }
        for item in fields {
            let ast::RecordItem::Field { name, value, .. } = item else { continue };
            let Some(param) = params.iter().find(|param| param.name == name.text) else { continue };
            self.cx.note_param(param, name.span, Role::Read);
            let Some(value) = value else { continue };
            match generic {
                [] => self.note_inside(value, &param.ty),
                [_] => bound
                    .iter()
                    .for_each(|ty| self.note_inside(value, &param.ty.with(generic, std::slice::from_ref(ty)))),
                _ => {}
            }
        }
    }

    /// The fields in a value that is expected to be of a type.
    fn note_inside(&mut self, value: &ast::Expr, ty: &Ty) {
        match (&value.kind, ty.present()) {
            (ast::ExprKind::Paren(inner), ty) => self.note_inside(inner, &ty),
            (ast::ExprKind::List(items), Ty::List(of)) => items.iter().for_each(|item| self.note_inside(item, &of)),
            (ast::ExprKind::Record(fields), ty) => {
                self.note_fields(fields, &ty);
                let known = self.cx.items.fields(&ty).unwrap_or_default();
                for item in fields {
                    if let ast::RecordItem::Field { name, value: Some(value), .. } = item
                        && let Some((_, ty)) = known.iter().find(|(field, _)| *field == name.text)
                    {
                        self.note_inside(value, ty);
                    }
                }
            }
            _ => {}
        }
    }

    /// `config { … }`: the settings of the runbook.
    pub(super) fn note_config(&mut self, value: &ast::Expr) {
        let ast::ExprKind::Record(fields) = &value.kind else { return };
        if !self.cx.records() {
            return;
        }
        for name in fields.iter().filter_map(name_of) {
            if let Some((file, place)) = config_place(self.cx.items, &self.name, &name.text) {
                self.cx.note(name.span, file, place, Role::Read);
            }
        }
    }
}

fn name_of(item: &ast::RecordItem) -> Option<&ast::Name> {
    match item {
        ast::RecordItem::Field { name, .. } => Some(name),
        ast::RecordItem::Spread { .. } => None,
    }
}
