//! `at STEP …`: what people do where a step waits for them.

use ntro_grammar::{Span, ast};
use ntro_ir::scenario::{PersonAction, PersonDoes, ScenarioStep};
use ntro_ir::{BlockKind, Draft, Gate, TypeDef, TypeId};
use serde_json::Value as Json;

use super::address::Found;
use super::{Checker, Known, sample};
use crate::ty::Ty;

/// Where somebody acts.
enum Where<'p> {
    /// A gate.
    Gate(&'p Gate),
    /// An await that asks for a form or a confirmation, with the type of its fields.
    Form(Option<Ty>),
    /// An await that asks for files, with the type of its slots.
    Files(Ty),
}

impl Where<'_> {
    /// What somebody may do there.
    fn verbs(&self) -> Vec<String> {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        match self {
            Where::Form(Some(_)) | Where::Files(_) => words(&["submit"]),
            Where::Form(None) => words(&["confirm"]),
            Where::Gate(gate) => {
                let mut all: Vec<String> = gate.actions.iter().map(|action| action.name.clone()).collect();
                all.extend(words(&["edit", "correct"]).into_iter().filter(|_| gate.draft != Draft::None));
                all
            }
        }
    }
}

/// Words that change what is shown.
const EDITS: [&str; 2] = ["edit", "correct"];

impl<'p> Checker<'p> {
    pub(super) fn at(
        &mut self,
        address: &ast::Name,
        key: Option<&ast::Expr>,
        actions: &[ast::ScenarioAction],
    ) -> Option<ScenarioStep> {
        let found = self.resolve(address, key)?;
        let place = self.acted_on(&found, address)?;
        self.note_asked(&found, actions);
        if self.cx.records() {
            self.see_verbs(actions, &place.verbs());
        }
        // Who is said once is meant for the whole line.
        let by = actions.iter().rev().find_map(|action| action.by.as_ref());
        let role = actions.iter().rev().find_map(|action| action.role.as_ref());
        let by = self.text(by);
        let role = role.and_then(|role| self.role(role));
        let mut all = Vec::new();
        for action in actions {
            let Some(what) = self.does(action, &place, found.known, address) else { continue };
            let comment = self.text(action.comment.as_ref());
            let own = action.by.as_ref().and_then(|by| self.text(Some(by)));
            let own_role = action.role.as_ref().map(|role| role.text.clone());
            let refused = action.refused.as_ref().map(|text| self.text(text.as_ref()));
            all.push(PersonAction {
                what,
                comment,
                by: own.or_else(|| by.clone()),
                role: own_role.or_else(|| role.clone()),
                refused,
            });
        }
        Some(ScenarioStep::At { at: found.address, actions: all })
    }

    /// What somebody acts on. Other steps wait for no person, or for nobody at all.
    fn acted_on(&mut self, found: &Found<'p>, address: &ast::Name) -> Option<Where<'p>> {
        let program = &found.known.program;
        if let Some(gate) = program.gates.iter().find(|gate| gate.block == found.block) {
            return Some(Where::Gate(gate));
        }
        let wait = program.awaits.iter().find(|wait| wait.block == found.block);
        if let Some(arm) = wait.filter(|wait| wait.asks_files()).and_then(|wait| wait.arms.first()) {
            return Some(Where::Files(found.known.ty(&arm.payload)));
        }
        if let Some(wait) = wait
            && let Some(ask) = wait.ask.as_ref().filter(|ask| matches!(ask.name.as_str(), "form" | "confirm"))
        {
            let fields = wait.arms.first().filter(|_| ask.name == "form").map(|arm| found.known.ty(&arm.payload));
            return Some(Where::Form(fields));
        }
        let kind = program.blocks.get(found.block as usize).map_or(BlockKind::Step, |block| block.kind);
        let signal = wait.and_then(|wait| wait.arms.first()).map(|arm| arm.signal.clone());
        let inner = self.gates_below(found);
        self.nobody_decides(address, kind, signal.as_deref(), &inner);
        None
    }

    /// The gates of the scenario's own runbook, for the message.
    pub(super) fn gates(&self) -> Vec<String> {
        let program = self.reach.first().map(|known| &known.program);
        let gates = program
            .into_iter()
            .flat_map(|program| program.gates.iter().filter_map(|gate| program.blocks.get(gate.block as usize)));
        gates.map(|block| block.path.clone()).collect()
    }

    /// The gates inside a step or a child, for the message.
    fn gates_below(&self, found: &Found<'_>) -> Vec<String> {
        let of = |known: &Known, prefix: &str| {
            let blocks = known.program.gates.iter().filter_map(|gate| known.program.blocks.get(gate.block as usize));
            blocks.map(|block| format!("{prefix}{}", block.path)).collect::<Vec<_>>()
        };
        let path = found.known.program.blocks.get(found.block as usize).map_or("", |block| &block.path);
        let child = found.known.program.children.iter().find(|child| child.block == found.block);
        match child.and_then(|child| self.runbooks.get(&child.runbook)) {
            Some(inner) => of(inner, &format!("{path}.")),
            None => {
                let prefix = format!("{path}.");
                of(found.known, "").into_iter().filter(|gate| gate.starts_with(&prefix)).collect()
            }
        }
    }

    pub(super) fn role(&mut self, role: &ast::Name) -> Option<String> {
        if role.is_missing() {
            return None;
        }
        if !self.cx.items.has_role(self.cx.file, &role.text) {
            self.unknown_role(role);
        }
        self.cx.note_role(&role.text, role.span);
        Some(role.text.clone())
    }

    fn does(
        &mut self,
        action: &ast::ScenarioAction,
        place: &Where<'p>,
        known: &'p Known,
        address: &ast::Name,
    ) -> Option<PersonDoes> {
        let verb = action.verb.text.as_str();
        match place {
            _ if verb.is_empty() => None,
            Where::Form(fields) => self.fills(action, fields.as_ref()),
            Where::Files(slots) => self.hands_in(action, slots),
            Where::Gate(gate) if EDITS.contains(&verb) => self.edits(action, gate, known),
            Where::Gate(gate) if verb == "reject" && action.row.is_some() => {
                if !matches!(gate.draft, Draft::Rows { .. }) {
                    self.no_rows(action.span);
                    return None;
                }
                self.text(action.row.as_ref()).map(PersonDoes::RejectRow)
            }
            Where::Gate(gate) => {
                let named = match action.value.as_ref().map(|value| &value.kind) {
                    Some(ast::ExprKind::Name(name)) if verb == "action" => name.clone(),
                    _ => verb.to_owned(),
                };
                let offered: Vec<String> = gate.actions.iter().map(|action| action.name.clone()).collect();
                if !offered.contains(&named) {
                    self.not_offered(&named, action, &offered, address);
                    return None;
                }
                if let Some(value) = action.value.as_ref().filter(|_| verb != "action") {
                    self.nothing_to_give(&named, value.span);
                    return None;
                }
                Some(PersonDoes::Decide { word: named, data: None })
            }
        }
    }

    /// `at reason submit { why: "moved" }`
    fn fills(&mut self, action: &ast::ScenarioAction, fields: Option<&Ty>) -> Option<PersonDoes> {
        let verb = action.verb.text.as_str();
        let words: &[&str] = if fields.is_some() { &["submit", "edit", "approve"] } else { &["confirm", "approve"] };
        if !words.contains(&verb) {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            self.not_a_form_word(action, &words);
            return None;
        }
        let data = match (&action.value, fields) {
            (Some(value), Some(ty)) => Some(self.shape(value, Some(ty))?.to_json()),
            (Some(value), None) => {
                self.nothing_to_give(verb, value.span);
                return None;
            }
            (None, _) => None,
        };
        Some(PersonDoes::Decide { word: "approve".to_owned(), data })
    }

    /// `at papers submit { bank_form: sample("bank.pdf") }`: a file for each slot; what is left out is made.
    fn hands_in(&mut self, action: &ast::ScenarioAction, slots: &Ty) -> Option<PersonDoes> {
        if action.verb.text != "submit" {
            self.not_a_form_word(action, &["submit".to_owned()]);
            return None;
        }
        let given = match &action.value {
            Some(value) => self.shape(value, Some(slots))?.to_json(),
            None => Json::Null,
        };
        let names = self.cx.items.fields(slots).unwrap_or_default().into_iter().map(|(name, _)| name);
        let made =
            |slot: &str| ntro_ir::json::to_json(&ntro_ir::Value::File(sample::file(&format!("{slot}.pdf")).into()));
        let file = |slot: String| {
            let file = given.get(&slot).cloned().unwrap_or_else(|| made(&slot));
            (slot, file)
        };
        Some(PersonDoes::HandIn(names.map(file).collect()))
    }

    /// `edit row "9" { amount: 1.00 GBP }`, `edit { balance: 1.00 GBP }`, `edit "new text"`
    fn edits(&mut self, action: &ast::ScenarioAction, gate: &Gate, known: &Known) -> Option<PersonDoes> {
        let row = match &action.row {
            Some(row) => Some(self.text(Some(row))?),
            None => None,
        };
        let Some(value) = &action.value else {
            self.edits_nothing(action.span);
            return None;
        };
        match (&gate.draft, &value.kind, &row) {
            (Draft::Rows { row: of, editable, .. }, ast::ExprKind::Record(fields), Some(_)) => {
                let fields = self.edited(fields, value.span, known, *of, editable)?;
                Some(PersonDoes::Edit { row, fields })
            }
            (Draft::Rows { key, .. }, _, None) => {
                self.row_missing(action.span, key);
                None
            }
            (Draft::Form { record, editable, .. }, ast::ExprKind::Record(fields), None) => {
                let fields = self.edited(fields, value.span, known, *record, editable)?;
                Some(PersonDoes::Edit { row: None, fields })
            }
            (Draft::Text { editable: true, .. }, ast::ExprKind::Text(_), None) => {
                let text = self.text(Some(value))?;
                Some(PersonDoes::Edit { row: None, fields: vec![(None, Json::String(text))] })
            }
            (draft, ..) => {
                let what = match draft {
                    Draft::Rows { .. } => "rows: write `edit row \"KEY\" { FIELD: VALUE }`",
                    Draft::Form { .. } => "one record: write `edit { FIELD: VALUE }`",
                    Draft::Text { editable: true, .. } => "a text: write `edit \"new text\"`",
                    Draft::Text { editable: false, .. } | Draft::None => "",
                };
                self.cannot_edit(value.span, what);
                None
            }
        }
    }

    fn edited(
        &mut self,
        fields: &[ast::RecordItem],
        span: Span,
        known: &Known,
        record: TypeId,
        editable: &[String],
    ) -> Option<Vec<(Option<String>, Json)>> {
        let ty = known.named(record);
        let Some(TypeDef::Record(def)) = known.program.types.get(record as usize) else { return None };
        let names: Vec<String> = def.fields.iter().map(|field| field.name.clone()).collect();
        for item in fields {
            if let ast::RecordItem::Field { name, .. } = item
                && names.contains(&name.text)
                && !editable.contains(&name.text)
            {
                self.not_editable(name, editable);
                return None;
            }
        }
        let all = self.cx.items.fields(&ty).unwrap_or_default();
        self.note_fields(fields, &ty);
        let of = |field: &str| all.iter().find(|(name, _)| name == field).map(|(_, ty)| Some(ty.clone()));
        let shown = self.cx.items.show(&ty);
        match self.fields(fields, span, &of, &names, &shown)? {
            ntro_ir::scenario::Pattern::Fields(fields) => {
                Some(fields.into_iter().map(|(name, value)| (Some(name), value.to_json())).collect())
            }
            _ => None,
        }
    }
}
