//! What runs beside an open wait, as people see it: checks with what they found, and what reminders say.

use jiff::Timestamp;
use ntro_ir::{Gate, GateCheck, Value};
use serde_json::{Map, json};

use crate::codec;
use crate::io::Json;
use crate::query::fields;
use crate::state::{CheckWait, FibreId, GateWait, Wait};
use crate::view::View;

/// What of a check's record people see, besides its status.
const FOUND: [&str; 5] = ["detail", "data", "source", "confidence", "feedback"];

impl View<'_> {
    /// The title of what a fibre waits for, who may decide, and until when.
    pub(crate) fn reminded(&self, id: FibreId) -> (String, Option<Vec<String>>, Option<Timestamp>) {
        let title = self.innermost(id).map(|(block, _)| self.title(block)).unwrap_or_default();
        let (roles, due) = match self.fibre(id).map(|fibre| &fibre.wait) {
            Some(Wait::Gate(wait)) => {
                let gate = self.program.gates.get(wait.gate as usize);
                let roles = gate.and_then(|gate| self.gate_roles(id, gate, wait).ok().flatten());
                (roles, wait.limit.as_ref().map(|limit| limit.due))
            }
            Some(Wait::Await(wait)) => {
                (self.await_roles(id, wait).ok().flatten(), wait.limit.as_ref().map(|limit| limit.due))
            }
            _ => (None, None),
        };
        (title, roles, self.due_of(id, due))
    }

    /// Until when a fibre may wait: its own limit, or that of a block around it.
    pub(crate) fn due_of(&self, id: FibreId, own: Option<Timestamp>) -> Option<Timestamp> {
        let mut due = own;
        let mut at = Some(id);
        while let Some(fibre) = at.and_then(|id| self.fibre(id)) {
            due = fibre.limits.iter().map(|frame| frame.due).chain(due).min();
            at = fibre.parent;
        }
        due
    }

    /// `checks` of an open gate; nothing where it has none.
    pub(crate) fn checks(&self, id: FibreId, gate: &Gate, wait: &GateWait) -> Option<Json> {
        if gate.checks.is_empty() {
            return None;
        }
        let items: Vec<Json> =
            gate.checks.iter().zip(&wait.beside.checks).map(|(def, check)| self.item(id, def, check)).collect();
        let count = |status: &str| {
            items.iter().filter(|item| item.get("status").and_then(Json::as_str) == Some(status)).count()
        };
        let (total, running) = (items.len(), count("running"));
        let status =
            ["running", "fail", "warn", "pass"].into_iter().find(|status| count(status) > 0).unwrap_or("skipped");
        let said: Vec<String> =
            [("passed", "pass"), ("warn", "warn"), ("failed", "fail"), ("skipped", "skipped"), ("running", "running")]
                .into_iter()
                .filter(|(_, status)| count(status) > 0)
                .map(|(word, status)| format!("{} {word}", count(status)))
                .collect();
        Some(json!({
            "status": status,
            "summary": format!("{}.", said.join(", ")),
            "progress": { "completed": total - running, "total": total },
            "items": items,
        }))
    }

    /// One check of an open gate, for those who watch.
    pub(crate) fn check_item(&self, id: FibreId, at: usize) -> Json {
        let Some(Wait::Gate(wait)) = self.fibre(id).map(|fibre| &fibre.wait) else { return Json::Null };
        let gate = self.program.gates.get(wait.gate as usize);
        let def = gate.and_then(|gate| gate.checks.get(at));
        def.zip(wait.beside.checks.get(at)).map_or(Json::Null, |(def, check)| self.item(id, def, check))
    }

    fn item(&self, id: FibreId, def: &GateCheck, check: &CheckWait) -> Json {
        let title =
            def.title.and_then(|title| self.text(id, title, &[]).ok()).unwrap_or_else(|| fields::humanise(&def.name));
        let mut item = Map::new();
        item.insert("id".to_owned(), json!(def.name));
        item.insert("title".to_owned(), json!(title));
        let status = match (&check.found, &check.failed) {
            (_, Some(why)) => {
                item.insert("detail".to_owned(), json!(format!("This check could not be carried out: {why}")));
                "warn".to_owned()
            }
            (Some(found), None) => {
                for name in FOUND {
                    if let Some(value) = found.field(name).filter(|value| !matches!(value, Value::None)) {
                        item.insert(name.to_owned(), codec::encode(value));
                    }
                }
                status(found)
            }
            (None, None) => "running".to_owned(),
        };
        item.insert("status".to_owned(), Json::String(status));
        Json::Object(item)
    }
}

/// What a check's answer means.
fn status(found: &Value) -> String {
    let word = match found {
        Value::Bool(true) => "pass".to_owned(),
        Value::Bool(false) => "fail".to_owned(),
        record => record.field("status").map(Value::display).unwrap_or_default(),
    };
    // A word that nobody knows is neither good nor bad.
    if matches!(word.as_str(), "pass" | "warn" | "fail" | "skipped") { word } else { "warn".to_owned() }
}
