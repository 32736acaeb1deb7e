//! What people do at a gate. Everything is checked before anything changes, so a refusal leaves no trace but its record.

use ntro_ir::{Draft, Gate, Type, TypeDef, TypeId, Value};
use serde_json::json;

use crate::action::{Action, Edit, Verb, clip};
use crate::actor::one_of;
use crate::bounds;
use crate::codec;
use crate::cx::Cx;
use crate::draft::{DraftNow, TEXT_FIELD};
use crate::failure::Run;
use crate::gate::Verdict;
use crate::io::Json;
use crate::state::{Correction, FibreId, GateWait, Wait};

/// An answer to a person: what was done, or why nothing was.
pub(crate) type Told = Result<Json, String>;

/// What a checked action does.
enum Effect {
    Edited { rows: usize },
    RowRejected(String),
    Approved,
    Decided(Verdict),
}

impl Cx<'_> {
    /// Carries an action out at an open gate.
    pub(crate) fn act_at_gate(&mut self, id: FibreId, action: &Action) -> Run<Told> {
        let wait = self.gate_wait(id)?.clone();
        let gate = self.gate_def(wait.gate)?;
        let mut next = wait.clone();
        let effect = match self.check_action(id, gate, &mut next, action) {
            Ok(effect) => effect,
            Err(why) => return Ok(Err(why)),
        };
        let step = self.view().address(gate.block, wait.entry);
        self.tell_edits(&step, &wait, &next, action);
        let edited = next.corrections.len() != wait.corrections.len() || next.rejected != wait.rejected;
        if let Wait::Gate(wait) = &mut self.fibre_mut(id)?.wait {
            **wait = next;
        }
        if edited && !matches!(effect, Effect::Decided(_)) {
            let restarted = self.restart_checks(id, gate);
            self.or_raise(id, restarted)?;
        }
        // What was wrong before is not any more.
        self.state.notes.feedback.remove(&id);
        let answer = |result: &str| json!({ "ok": true, "step": step, "result": result });
        Ok(Ok(match effect {
            Effect::Edited { rows } => {
                let mut told = answer("edited");
                if let Some(told) = told.as_object_mut() {
                    told.insert("edited".to_owned(), json!(rows));
                }
                told
            }
            Effect::RowRejected(row) => {
                self.event("row.rejected", step.clone(), json!({ "row": row, "by": action.actor.name() }));
                answer("row_rejected")
            }
            Effect::Approved => {
                self.event("gate.approved", step.clone(), json!({ "by": action.actor.name() }));
                answer("recorded")
            }
            Effect::Decided(verdict) => {
                let told = answer(&verdict.decision);
                self.close_gate(id, verdict)?;
                told
            }
        }))
    }

    fn tell_edits(&mut self, step: &str, before: &GateWait, after: &GateWait, action: &Action) {
        for correction in after.corrections.iter().skip(before.corrections.len()) {
            let data = json!({
                "row": correction.row,
                "field": correction.field,
                "old_value": codec::encode(&correction.old),
                "new_value": codec::encode(&correction.new),
                "by": action.actor.name(),
            });
            self.event("row.edited", step.to_owned(), data);
        }
    }

    /// Checks an action, and changes `next` as it would.
    fn check_action(&self, id: FibreId, gate: &Gate, next: &mut GateWait, action: &Action) -> Result<Effect, String> {
        let view = self.view();
        let actor = &action.actor;
        let word = match &action.verb {
            Verb::Approve => Some("approve"),
            Verb::Reject => Some("reject"),
            Verb::Named(name) => Some(name.as_str()),
            Verb::Edit(_) | Verb::RejectRow(_) => None,
        };
        if let Some(word) = word
            && !gate.actions.iter().any(|offered| offered.name == word)
        {
            let offered: Vec<_> = gate.actions.iter().map(|offered| offered.name.clone()).collect();
            return Err(match offered.as_slice() {
                [] => "Nothing is to be decided here by hand.".to_owned(),
                offered => format!("`{}` is not offered here; {} is.", clip(word), one_of(offered)),
            });
        }
        view.may_touch(actor, id, gate, next)?;
        let draft = view.draft(id, gate, next).map_err(|error| error.message)?;
        match &action.verb {
            Verb::Edit(edit) => {
                let rows = self.edit(gate, &draft, next, std::slice::from_ref(edit))?;
                Ok(Effect::Edited { rows })
            }
            Verb::RejectRow(row) => {
                self.reject_row(id, gate, &draft, next, row)?;
                Ok(Effect::RowRejected(row.clone()))
            }
            Verb::Approve => {
                self.edit(gate, &draft, next, &action.corrections)?;
                self.approve(id, gate, next, action)
            }
            Verb::Reject | Verb::Named(_) => {
                self.edit(gate, &draft, next, &action.corrections)?;
                let decision = if action.verb == Verb::Reject { "rejected" } else { word.unwrap_or_default() };
                Ok(Effect::Decided(Verdict {
                    decision: decision.to_owned(),
                    by: Some(actor.name().to_owned()),
                    comment: action.comment.clone(),
                    approvers: next.approvers.clone(),
                }))
            }
        }
    }

    fn approve(&self, id: FibreId, gate: &Gate, next: &mut GateWait, action: &Action) -> Result<Effect, String> {
        let view = self.view();
        let quorum = view.quorum(id, gate, next).map_err(|error| error.message)?;
        let name = action.actor.name();
        if quorum > 1 {
            if action.actor.id.is_none() {
                let who = format!("{quorum} different people must approve");
                return Err(format!("{who}, and this action does not say who acts (`actor`)."));
            }
            if next.approvers.iter().any(|known| known == name) {
                return Err(format!("{name} has approved already; {quorum} different people must."));
            }
        }
        let this = view.this(id, gate, next, action.comment.as_deref(), Some(name)).map_err(|error| error.message)?;
        for require in &gate.requires {
            let locals = std::slice::from_ref(&this);
            if !view.bool(id, require.cond, locals).map_err(|error| error.message)? {
                return Err(view.text(id, require.refuse, locals).unwrap_or_else(|error| error.message));
            }
        }
        next.approvers.push(name.to_owned());
        if next.approvers.len() < quorum {
            return Ok(Effect::Approved);
        }
        Ok(Effect::Decided(Verdict {
            decision: "approved".to_owned(),
            by: Some(name.to_owned()),
            comment: action.comment.clone(),
            approvers: next.approvers.clone(),
        }))
    }

    fn reject_row(
        &self,
        id: FibreId,
        gate: &Gate,
        draft: &DraftNow,
        next: &mut GateWait,
        row: &str,
    ) -> Result<(), String> {
        let Draft::Rows { .. } = gate.draft else { return Err("There are no rows here.".to_owned()) };
        let view = self.view();
        let removable = gate.show.iter().flat_map(|show| &show.props).find(|(name, _)| name == "removable");
        let removable = removable.is_some_and(|(_, expr)| view.bool(id, *expr, &[]).unwrap_or(false));
        if !removable && gate.on_reject_row.is_none() {
            return Err("Single rows cannot be rejected here.".to_owned());
        }
        let found = draft.row(row)?;
        if found.removed || next.rejected.iter().any(|known| known == row) {
            return Err(format!("Row `{}` is rejected already.", clip(row)));
        }
        if next.rejected.len() >= bounds::CORRECTIONS {
            return Err(format!("More than {} rows cannot be rejected.", bounds::CORRECTIONS));
        }
        next.rejected.push(row.to_owned());
        next.approvers.clear();
        Ok(())
    }

    /// Lays edits over the draft; all or none. Says how many changed something.
    fn edit(&self, gate: &Gate, draft: &DraftNow, next: &mut GateWait, edits: &[Edit]) -> Result<usize, String> {
        let mut changed = 0;
        for edit in edits {
            let cell = self.cell(gate, draft, edit)?;
            let key = cell.row.clone().unwrap_or_default();
            let old = next.edits.get(&key).and_then(|fields| fields.get(&cell.field)).unwrap_or(&cell.base).clone();
            let new = self.decode_cell(&cell, &old, &edit.value)?;
            if new == old {
                continue;
            }
            if next.corrections.len() >= bounds::CORRECTIONS {
                return Err(format!("More than {} corrections cannot be made at one gate.", bounds::CORRECTIONS));
            }
            changed += 1;
            next.edits.entry(key.clone()).or_default().insert(cell.field.clone(), new.clone());
            // A row that stays when it is rejected comes back when somebody works on it.
            next.rejected.retain(|known| *known != key);
            next.corrections.push(Correction { row: cell.row, field: cell.field, old, new });
        }
        if changed > 0 {
            next.approvers.clear();
        }
        Ok(changed)
    }

    fn decode_cell(&self, cell: &Cell, old: &Value, json: &Json) -> Result<Value, String> {
        let ty = match (&cell.ty, old, json) {
            // A bare number is an amount in the currency that stands there.
            (Type::Money, Value::Money(money), Json::Number(_) | Json::String(_)) => Type::MoneyIn(money.currency),
            (ty, _, _) => ty.clone(),
        };
        codec::decode(self.program, json, &ty).map_err(|why| match &cell.row {
            Some(row) => format!("`{}` of row `{}`: {why}", cell.field, clip(row)),
            None => format!("`{}`: {why}", cell.field),
        })
    }

    /// What an edit is about.
    fn cell(&self, gate: &Gate, draft: &DraftNow, edit: &Edit) -> Result<Cell, String> {
        let named = || edit.field.as_deref().ok_or("An edit needs the column (`field`).");
        match &gate.draft {
            Draft::None => Err("Nothing can be edited here.".to_owned()),
            Draft::Text { editable: false, .. } => Err("This text cannot be edited.".to_owned()),
            Draft::Text { .. } => match edit.field.as_deref() {
                None | Some(TEXT_FIELD | "value") => {
                    Ok(Cell { row: None, field: TEXT_FIELD.to_owned(), ty: Type::Text, base: draft.base.clone() })
                }
                Some(other) => Err(format!("There is no field `{}` here; the text itself is edited.", clip(other))),
            },
            Draft::Form { record, editable, .. } => {
                let field = named()?;
                let ty = self.column(*record, editable, field)?;
                let base = draft.base.field(field).cloned().unwrap_or(Value::None);
                Ok(Cell { row: None, field: field.to_owned(), ty, base })
            }
            Draft::Rows { row, editable, .. } => {
                let field = named()?;
                let key = edit.row.as_deref().ok_or("An edit needs the row (`row_id`).")?;
                let found = draft.row(key)?;
                if found.removed {
                    return Err(format!("Row `{}` is rejected; it cannot be edited.", clip(key)));
                }
                let ty = self.column(*row, editable, field)?;
                let base = found.base.field(field).cloned().unwrap_or(Value::None);
                Ok(Cell { row: Some(key.to_owned()), field: field.to_owned(), ty, base })
            }
        }
    }

    /// The type of a column that may be edited.
    fn column(&self, record: TypeId, editable: &[String], field: &str) -> Result<Type, String> {
        let fields = match self.program.types.get(record as usize) {
            Some(TypeDef::Record(def)) => def.fields.as_slice(),
            _ => &[],
        };
        let known = fields.iter().find(|known| known.name == field);
        match known {
            Some(known) if editable.iter().any(|name| name == field) => Ok(known.ty.clone()),
            Some(_) if editable.is_empty() => Err(format!("`{field}` cannot be edited; nothing can here.")),
            Some(_) => Err(format!("`{field}` cannot be edited; {} can.", editable.join(", "))),
            None if editable.is_empty() => Err(format!("There is no column `{}` here.", clip(field))),
            None => Err(format!("There is no column `{}` here; {} can be edited.", clip(field), editable.join(", "))),
        }
    }
}

/// One value that may be edited.
struct Cell {
    row: Option<String>,
    field: String,
    ty: Type,
    base: Value,
}
