//! The forms in which people's actions come: every one that an existing client sends, and nothing guessed.

use crate::actor::Actor;
use crate::bounds;
use crate::codec;
use crate::io::Json;

/// What somebody wants.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Action {
    pub(crate) verb: Verb,
    /// The address of the gate that is meant.
    pub(crate) step: Option<String>,
    pub(crate) comment: Option<String>,
    pub(crate) corrections: Vec<Edit>,
    pub(crate) actor: Actor,
    /// What a form was filled with.
    pub(crate) data: Option<Json>,
}

/// See [`Action`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verb {
    Approve,
    Reject,
    /// An action that the gate itself names.
    Named(String),
    /// Changes what is shown, and decides nothing.
    Edit(Edit),
    RejectRow(String),
}

/// One changed field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Edit {
    /// The row's key; absent for a form or a text.
    pub(crate) row: Option<String>,
    /// Absent only for a text.
    pub(crate) field: Option<String>,
    pub(crate) value: Json,
}

impl Action {
    /// Reads an action.
    ///
    /// # Errors
    /// A sentence for people.
    pub(crate) fn read(body: &Json) -> Result<Action, String> {
        codec::check_size(body)?;
        if !body.is_object() {
            return Err("An action is an object such as { \"type\": \"approved\" }.".to_owned());
        }
        let word = word(body, "type")?.or(word(body, "kind")?).or(word(body, "action")?);
        let Some(word) = word else {
            return Err("An action says what it does: `type`, `kind` or `action`.".to_owned());
        };
        let payload = body.get("payload").filter(|payload| !payload.is_null());
        let verb = match word {
            "approved" | "approve" => Verb::Approve,
            "rejected" | "reject" => Verb::Reject,
            "row_action" => row_action(payload.unwrap_or(body))?,
            // The inner form alone, as `{action: "edit_cell", …}`.
            "edit_cell" | "reject_row" => row_action(payload.filter(|inner| inner.is_object()).unwrap_or(body))
                .or_else(|_| row_verb(word, payload.unwrap_or(body)))?,
            name if name.len() <= bounds::NAME_BYTES && !name.is_empty() => Verb::Named(name.to_owned()),
            _ => return Err("The action's name is empty or too long.".to_owned()),
        };
        let find = |key: &str| {
            let inner = payload.and_then(|payload| payload.get(key));
            body.get(key).filter(|value| !value.is_null()).or(inner).filter(|value| !value.is_null())
        };
        let comment = match find("comments").or_else(|| find("comment")) {
            None => None,
            Some(Json::String(text)) if text.len() <= bounds::COMMENT_BYTES => {
                Some(text.clone()).filter(|text| !text.trim().is_empty())
            }
            Some(Json::String(_)) => {
                return Err(format!("The comment is longer than {} bytes.", bounds::COMMENT_BYTES));
            }
            Some(_) => return Err("The comment must be a text.".to_owned()),
        };
        let step = match body.get("step") {
            None | Some(Json::Null) => None,
            Some(Json::String(step)) if step.len() <= 1_000 => Some(step.clone()),
            Some(_) => return Err("`step` must be the address of a step, a text.".to_owned()),
        };
        let corrections = match find("corrections") {
            None => Vec::new(),
            Some(Json::Array(list)) if list.len() <= bounds::CORRECTIONS => {
                list.iter().map(correction).collect::<Result<_, _>>()?
            }
            Some(Json::Array(_)) => return Err(format!("More than {} corrections at once.", bounds::CORRECTIONS)),
            Some(_) => return Err("`corrections` must be a list.".to_owned()),
        };
        let data = payload.or_else(|| body.get("data")).cloned();
        Ok(Action { verb, step, comment, corrections, actor: Actor::of(body)?, data })
    }
}

fn word<'a>(body: &'a Json, key: &str) -> Result<Option<&'a str>, String> {
    match body.get(key) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(word)) => Ok(Some(word.as_str())),
        Some(_) => Err(format!("`{key}` must be a text.")),
    }
}

/// `{ledger, action: edit_cell | reject_row, row_id, field?, value?}`
fn row_action(body: &Json) -> Result<Verb, String> {
    match body.get("action").and_then(Json::as_str) {
        Some(action) => row_verb(action, body),
        None => Err("A row action says what it does: `action` is `edit_cell` or `reject_row`.".to_owned()),
    }
}

fn row_verb(action: &str, body: &Json) -> Result<Verb, String> {
    let row = row_id(body)?;
    match (action, row) {
        ("reject_row", Some(row)) => Ok(Verb::RejectRow(row)),
        ("reject_row", None) => Err("`reject_row` needs the row (`row_id`).".to_owned()),
        ("edit_cell", row) => {
            let value = body.get("value").cloned().ok_or("`edit_cell` needs the new value (`value`).")?;
            Ok(Verb::Edit(Edit { row, field: field(body)?, value }))
        }
        (other, _) => Err(format!("A row action is `edit_cell` or `reject_row`, not `{}`.", clip(other))),
    }
}

/// `{line_item_id | id, field, old_value?, new_value}`
fn correction(body: &Json) -> Result<Edit, String> {
    let value = body.get("new_value").cloned().ok_or("A correction needs `new_value`.")?;
    Ok(Edit { row: row_id(body)?, field: field(body)?, value })
}

fn field(body: &Json) -> Result<Option<String>, String> {
    match body.get("field") {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(field)) if field.len() <= bounds::NAME_BYTES => Ok(Some(field.clone())),
        Some(_) => Err("`field` must be the name of a column.".to_owned()),
    }
}

/// The key of a row under any of the names in use. Numbers are taken as they are written.
fn row_id(body: &Json) -> Result<Option<String>, String> {
    let found =
        ["row_id", "rowId", "line_item_id", "id"].iter().find_map(|key| body.get(*key).filter(|id| !id.is_null()));
    match found {
        None => Ok(None),
        Some(Json::String(id)) => Ok(Some(id.clone())),
        Some(Json::Number(id)) => Ok(Some(id.to_string())),
        Some(_) => Err("The row's id must be a text.".to_owned()),
    }
}

/// A word of somebody else's in a message of ours.
pub(crate) fn clip(text: &str) -> String {
    let short: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}
