//! What people do in a scenario.

use ntro_ir::scenario::{Address, PersonAction, PersonDoes};
use ntro_machine::Json;
use serde_json::json;

use super::stage::{Stage, Told};
use crate::waiting::{Waiting, waiting};

impl Stage<'_> {
    /// Time moves until the step waits, then the actions are carried out in order.
    pub(super) fn act(&mut self, at: &Address, actions: &[PersonAction]) -> Result<(), Told> {
        let before = self.local.now();
        for action in actions {
            let waits = self.until(None, |stage| stage.waits_at(at).is_some() || stage.end().is_some());
            let Some(wait) = self.waits_at(at).filter(|_| waits) else {
                let ms = self.local.now().duration_since(before).as_millis();
                let when = match i64::try_from(ms) {
                    Ok(ms) if ms > 0 => format!("{} later: ", Stage::readable(ms)),
                    _ => String::new(),
                };
                return Err((format!("`{at}` waits for a person"), format!("{when}{}", self.now_in_words())));
            };
            self.one_action(at, &wait, action)?;
        }
        Ok(())
    }

    fn one_action(&mut self, at: &Address, wait: &Waiting, action: &PersonAction) -> Result<(), Told> {
        let mut refusal = None;
        self.story.person(&self.local, wait, action, self.local.now());
        if let PersonDoes::HandIn(files) = &action.what {
            refusal = self.hand_in(wait, action, files);
        }
        for body in bodies(wait, action) {
            if let Err(why) = self.local.update(&wait.run, "act", body) {
                self.story.refused(&self.local, &wait.run, &why, self.local.now());
                refusal = Some(why);
                break;
            }
        }
        self.settle();
        match (&action.refused, refusal) {
            (None, None) => Ok(()),
            (None, Some(why)) => Err((format!("`{at}` takes it"), format!("it was refused: {why}"))),
            (Some(text), None) => {
                let expected = match text {
                    Some(text) => format!("`{at}` refuses it with {text:?}"),
                    None => format!("`{at}` refuses it"),
                };
                Err((expected, "it was done".to_owned()))
            }
            (Some(Some(text)), Some(why)) if !why.contains(text.as_str()) => {
                Err((format!("`{at}` refuses it with {text:?}"), format!("it was refused with another reason: {why}")))
            }
            (Some(_), Some(_)) => Ok(()),
        }
    }
}

impl Stage<'_> {
    /// Submits a document for each slot. Why the wait did not take one of them, where it did not: a signal itself is never refused.
    fn hand_in(&mut self, wait: &Waiting, action: &PersonAction, files: &[(String, Json)]) -> Option<String> {
        for (slot, file) in files {
            let Some(asked) = slot_of(wait, slot) else { continue };
            let payload = json!({ "document": file, "source": asked.get("source"), "actor": actor(wait, action) });
            let name = asked.pointer("/args/signal_name").and_then(Json::as_str).unwrap_or("document_submitted");
            if let Err(why) = self.local.signal(&wait.run, name, as_submitted(payload)) {
                return Some(why.to_string());
            }
        }
        self.settle();
        let still = waiting(&self.local).into_iter().find(|now| now.run == wait.run && now.step == wait.step)?;
        let lacks = |slot: &&String| {
            let status = slot_of(&still, slot).and_then(|slot| slot.get("status").and_then(Json::as_str));
            status.is_some_and(|status| status != "received")
        };
        let missing: Vec<String> =
            files.iter().map(|(slot, _)| slot).filter(lacks).map(|slot| format!("`{slot}`")).collect();
        let told = still.text(&["feedback", "payload", "message"]).map(|told| format!(": {told}"));
        (!missing.is_empty()).then(|| format!("it did not take {}{}", missing.join(", "), told.unwrap_or_default()))
    }
}

/// A document as clients submit it: what it is stands beside its source.
pub(super) fn as_submitted(mut payload: Json) -> Json {
    if let Some(fields) = payload.as_object_mut()
        && let Some(Json::Object(document)) = fields.remove("document")
    {
        fields.extend(document);
    }
    payload
}

/// What an await for files says of a slot.
fn slot_of<'a>(wait: &'a Waiting, slot: &str) -> Option<&'a Json> {
    let slots = wait.action.pointer("/display_hint/config/expected").and_then(Json::as_array)?;
    slots.iter().find(|known| known.get("key").and_then(Json::as_str) == Some(slot))
}

/// Who acts. Who is not said to be in a role is somebody who may: what a scenario is about is rarely who presses the button.
fn actor(wait: &Waiting, action: &PersonAction) -> Json {
    let roles = match &action.role {
        Some(role) => vec![role.clone()],
        None => wait.roles(),
    };
    json!({ "id": action.by.as_deref().unwrap_or("somebody"), "roles": roles })
}

/// The bodies of `act`: an edit of several fields is several.
fn bodies(wait: &Waiting, action: &PersonAction) -> Vec<Json> {
    let mut bodies = match &action.what {
        PersonDoes::Edit { row, fields } => fields
            .iter()
            .map(|(field, value)| {
                let field = field.as_deref().unwrap_or("text");
                let mut payload = json!({ "action": "edit_cell", "field": field, "value": value });
                if let (Some(row), Some(payload)) = (row, payload.as_object_mut()) {
                    payload.insert("row_id".to_owned(), json!(row));
                }
                json!({ "kind": "row_action", "step": wait.step, "payload": payload })
            })
            .collect(),
        PersonDoes::RejectRow(row) => {
            vec![
                json!({ "kind": "row_action", "step": wait.step, "payload": { "action": "reject_row", "row_id": row } }),
            ]
        }
        // Documents are submitted by signals.
        PersonDoes::HandIn(_) => Vec::new(),
        PersonDoes::Decide { word, data } => {
            let word = match word.as_str() {
                "approve" => "approved",
                "reject" => "rejected",
                named => named,
            };
            let mut body = json!({ "type": word, "step": wait.step });
            if let (Some(data), Some(body)) = (data, body.as_object_mut()) {
                body.insert("payload".to_owned(), data.clone());
            }
            vec![body]
        }
    };
    let actor = actor(wait, action);
    for body in bodies.iter_mut().filter_map(Json::as_object_mut) {
        body.insert("actor".to_owned(), actor.clone());
        if let Some(comment) = &action.comment {
            body.insert("comments".to_owned(), json!(comment));
        }
    }
    bodies
}
