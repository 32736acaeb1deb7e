//! What is noted of a scenario for editors: which steps, fields and settings its names mean.

use ntro_grammar::{Span, ast};

use super::{Checker, Known};
use crate::index::{Role, block_place, config_place};
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
