//! Answers that are known before a run: what people and systems will do, in order.
//!
//! An answer for a step is used when the run waits there. A signal goes out once every entry before it was used; an answer waits for
//! the signals before it. So a list of answers says one order of events and no other.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ntro_machine::Json;
use serde::Deserialize;
use serde_json::{Map, json};

use crate::local::{Local, RunKey};
use crate::waiting::{Waiting, at, waiting};

/// One entry. It is for a `step` or sends a `signal`; [`Answer::check`] says what does not go together.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Answer {
    /// The address of the wait. Without `~n` it is the next time that this step waits.
    pub step: Option<String>,
    /// The signal to send.
    pub signal: Option<String>,
    /// The step of the child that gets the signal; the first run where absent.
    pub to: Option<String>,
    /// How much later than it could be sent: `90s`, `2h`, `3d`.
    pub after: Option<String>,
    /// What the signal carries, or what a form is filled with.
    pub data: Option<Json>,
    /// The file to upload.
    pub file: Option<String>,
    /// What the submitter names the file; what the wait asks for where absent.
    pub source: Option<String>,
    /// Further keys of an upload's payload.
    pub with: Option<Map<String, Json>>,
    /// Corrections: by row and field, by field for a form, or the new text.
    pub correct: Option<Json>,
    /// Rows that are rejected.
    pub reject_rows: Vec<String>,
    /// `approve`, `reject` or a named action.
    pub decide: Option<String>,
    /// Why.
    pub comment: Option<String>,
    /// Who.
    pub by: Option<String>,
    /// In which roles.
    pub roles: Vec<String>,
}

impl Answer {
    /// What cannot be meant.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the entry.
    pub fn check(&self) -> Result<(), String> {
        match (&self.step, &self.signal) {
            (None, None) => {
                return Err("an answer needs `step:` (where it is used) or `signal:` (what is sent)".to_owned());
            }
            (Some(_), Some(_)) => return Err("`step:` and `signal:` do not go together; write two entries".to_owned()),
            (None, Some(_)) => {
                let decides = self.decide.is_some() || self.correct.is_some() || !self.reject_rows.is_empty();
                if decides || self.file.is_some() {
                    return Err(
                        "a signal carries `data:`; `file`, `decide`, `correct` and `reject_rows` belong to a `step:`"
                            .to_owned(),
                    );
                }
            }
            (Some(_), None) => {
                let acts = self.decide.is_some() || self.correct.is_some() || !self.reject_rows.is_empty();
                if self.file.is_none() && self.data.is_none() && !acts {
                    return Err(
                        "this answer does nothing: it needs `file:`, `data:`, `decide:`, `correct:` or `reject_rows:`"
                            .to_owned(),
                    );
                }
                if self.file.is_some() && acts {
                    return Err("`file:` does not go together with `decide`, `correct` or `reject_rows`".to_owned());
                }
            }
        }
        match self.after.as_deref().map(duration_ms) {
            Some(None) => Err("`after:` is a duration such as `90s`, `2h` or `3d`".to_owned()),
            _ => Ok(()),
        }
    }

    /// Who acts, as actions carry it.
    pub fn actor(&self) -> Option<Json> {
        let named = self.by.is_some() || !self.roles.is_empty();
        named.then(|| json!({ "id": self.by.as_deref().unwrap_or("anonymous"), "roles": self.roles }))
    }
}

/// What a driver does for a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Move {
    /// Sends a signal.
    Signal {
        /// To whom.
        run: RunKey,
        /// Its name.
        name: String,
        /// What it carries.
        payload: Json,
    },
    /// Puts a file into the store, then sends the signal with the document's reference and these further keys.
    Upload {
        /// To whom.
        run: RunKey,
        /// The signal's name.
        name: String,
        /// The file's path, as the answer says it.
        file: String,
        /// What the signal carries besides the document.
        payload: Map<String, Json>,
        /// The MIME types that are accepted; empty for all.
        accept: Vec<String>,
        /// The largest size in MB.
        most_mb: Option<u64>,
    },
    /// Carries out `act` updates, one after the other; the first refusal ends them.
    Act {
        /// Whose gate.
        run: RunKey,
        /// The bodies.
        bodies: Vec<Json>,
    },
}

impl Move {
    /// The same as JSON, for a trace: `signal`, `upload` or `update`, each with what belongs to it.
    pub fn to_json(&self) -> Json {
        match self {
            Move::Signal { run, name, payload } => {
                json!({ "signal": { "run": run.as_str(), "name": name, "payload": payload } })
            }
            Move::Upload { run, name, file, payload, accept, most_mb } => json!({ "upload": {
                "run": run.as_str(), "name": name, "file": file, "payload": payload, "accept": accept, "most_mb": most_mb,
            } }),
            Move::Act { run, bodies } => json!({ "update": { "run": run.as_str(), "bodies": bodies } }),
        }
    }
}

/// A list of answers and what of it was used.
#[derive(Debug, Clone, Default)]
pub struct Book {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    answer: Answer,
    place: String,
    used: bool,
    /// When a signal with `after` goes out: fixed when it could have gone out without.
    due: Option<Timestamp>,
}

/// What comes next in a book.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// This can be done now. The text is the entry's place.
    Do(Move, String),
    /// A signal goes out then, if nothing else happens before.
    At(Timestamp),
    /// No entry fits what the runs wait for.
    Nothing,
}

impl Book {
    /// A book of answers, each with its place for messages.
    pub fn new(answers: impl IntoIterator<Item = (Answer, String)>) -> Book {
        let entries = answers.into_iter().map(|(answer, place)| Entry { answer, place, used: false, due: None });
        Book { entries: entries.collect() }
    }

    /// The places of entries that were not used, and what they are for.
    pub fn unused(&self) -> Vec<(String, String)> {
        let unused = self.entries.iter().filter(|entry| !entry.used);
        unused.map(|entry| (entry.place.clone(), label(&entry.answer))).collect()
    }

    /// The steps that entries name.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter_map(|entry| entry.answer.step.as_deref())
    }

    /// What can be done now. To be asked when the host is idle: what a wait is answered with depends on which waits are open.
    ///
    /// # Errors
    /// An entry that cannot be used where it should be, with its place.
    pub fn next(&mut self, local: &Local, root: &RunKey) -> Result<Next, String> {
        let open = waiting(local);
        let mut blocked = false;
        for index in 0..self.entries.len() {
            let all_before_used = self.entries.iter().take(index).all(|entry| entry.used);
            let Some(entry) = self.entries.get_mut(index).filter(|entry| !entry.used) else { continue };
            if entry.answer.signal.is_some() {
                if all_before_used {
                    let wait = entry.answer.after.as_deref().and_then(duration_ms).unwrap_or(0);
                    let due = *entry.due.get_or_insert_with(|| crate::timers::after(local.now(), wait));
                    if due > local.now() {
                        return Ok(Next::At(due));
                    }
                    entry.used = true;
                    let what =
                        signal(&entry.answer, local, root).map_err(|error| format!("{}: {error}", entry.place))?;
                    return Ok(Next::Do(what, entry.place.clone()));
                }
                // Answers after a signal wait for it.
                blocked = true;
            } else if !blocked && let Some(at) = open.iter().find(|at| fits(&entry.answer, at)) {
                entry.used = true;
                let what = for_wait(&entry.answer, at).map_err(|error| format!("{}: {error}", entry.place))?;
                return Ok(Next::Do(what, entry.place.clone()));
            }
        }
        Ok(Next::Nothing)
    }
}

fn label(answer: &Answer) -> String {
    match (&answer.step, &answer.signal) {
        (Some(step), _) => format!("step `{step}`"),
        (_, Some(signal)) => format!("signal `{signal}`"),
        _ => "nothing".to_owned(),
    }
}

/// Whether an answer is for a wait. The rounds of the steps before the last `/` must be said where there are any.
fn fits(answer: &Answer, at: &Waiting) -> bool {
    let Some(step) = answer.step.as_deref() else { return false };
    let step = step.strip_suffix("~1").unwrap_or(step);
    step == at.address
        || (!step.rsplit('/').next().unwrap_or_default().contains('~') && step == without_round(&at.address))
}

pub(crate) fn without_round(address: &str) -> &str {
    match address.rsplit_once('~') {
        Some((before, round)) if !round.is_empty() && round.bytes().all(|byte| byte.is_ascii_digit()) => before,
        _ => address,
    }
}

fn signal(answer: &Answer, local: &Local, root: &RunKey) -> Result<Move, String> {
    let name = answer.signal.clone().unwrap_or_default();
    let run = match answer.to.as_deref() {
        None => root.clone(),
        Some(to) => child_at(local, root, to).ok_or_else(|| format!("there is no child at `{to}` yet"))?,
    };
    Ok(Move::Signal { run, name, payload: payload(answer) })
}

/// The run that a child step started: `documents/rent-roll`.
fn child_at(local: &Local, root: &RunKey, to: &str) -> Option<RunKey> {
    let wanted = to.trim_end_matches('/');
    local
        .runs()
        .iter()
        .find(|run| *run != root && crate::waiting::prefix(local, run).trim_end_matches('/') == wanted)
        .cloned()
}

/// What an answer means for a wait.
///
/// # Errors
/// The answer is not of the kind that the wait asks for.
pub fn for_wait(answer: &Answer, at: &Waiting) -> Result<Move, String> {
    if let Some(file) = &answer.file {
        return upload(answer, at, file);
    }
    if at.kind == "interactive_review" {
        let form = !at.is_gate();
        if form && (answer.correct.is_some() || !answer.reject_rows.is_empty()) {
            return Err(format!("`{}` asks for data; write `data: {{ … }}`", at.address));
        }
        if !form && answer.data.is_some() {
            return Err(format!("`{}` waits for a decision; write `decide:` and, for edits, `correct:`", at.address));
        }
        let bodies = if form { vec![form_body(answer, at)] } else { review_bodies(answer, at)? };
        return Ok(Move::Act { run: at.run.clone(), bodies });
    }
    match (&answer.data, at.signals().first()) {
        (Some(_), Some((name, _))) => {
            Ok(Move::Signal { run: at.run.clone(), name: (*name).to_owned(), payload: payload(answer) })
        }
        _ => {
            Err(format!("`{}` waits for {}, which is not decided; write `data:` or `file:`", at.address, described(at)))
        }
    }
}

/// What a wait is for, in words.
pub fn described(at: &Waiting) -> String {
    match at.kind.as_str() {
        "submit_file" => format!("a file ({})", at.text(&["args", "source"]).unwrap_or("any")),
        "submit_files" => "files".to_owned(),
        "interactive_review" if !at.is_gate() && at.form_fields().is_empty() => "a confirmation".to_owned(),
        "interactive_review" if !at.is_gate() => "a form".to_owned(),
        "interactive_review" => match at.roles().as_slice() {
            [] => "a decision".to_owned(),
            roles => format!("a decision of {}", roles.join(" or ")),
        },
        "await_signal" => match at.signals().as_slice() {
            [] => "something that happens in the run".to_owned(),
            signals => format!("the signal {}", signals.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" or ")),
        },
        other => other.replace('_', " "),
    }
}

/// What a signal carries.
fn payload(answer: &Answer) -> Json {
    let mut payload = answer.data.clone().unwrap_or_else(|| json!({}));
    if let (Some(actor), Json::Object(payload)) = (answer.actor(), &mut payload) {
        payload.entry("actor").or_insert(actor);
    }
    payload
}

fn upload(answer: &Answer, waiting: &Waiting, file: &str) -> Result<Move, String> {
    if waiting.kind == "interactive_review" {
        return Err(format!("`{}` waits for a decision, not for a file", waiting.address));
    }
    // Where several files are asked for, the first that is missing is meant unless the answer names one.
    let slots = at(&waiting.action, &["display_hint", "config", "expected"]).and_then(Json::as_array);
    let meant = |slot: &&Json| match &answer.source {
        Some(source) => at(slot, &["args", "source"]).and_then(Json::as_str) == Some(source),
        None => slot.get("status").and_then(Json::as_str) != Some("received"),
    };
    let missing = slots.and_then(|slots| slots.iter().find(meant));
    let args = missing.and_then(|slot| slot.get("args")).or_else(|| waiting.action.get("args"));
    let of = |key: &str| args.and_then(|args| args.get(key)).and_then(Json::as_str).map(str::to_owned);
    let mut payload = Map::new();
    for (key, name) in
        [("tenant_slug", "tenant_id_or_slug"), ("entity_slug", "entity_id_or_slug"), ("source", "source")]
    {
        if let Some(value) = of(name) {
            payload.insert(key.to_owned(), Json::String(value));
        }
    }
    if let Some(source) = &answer.source {
        payload.insert("source".to_owned(), Json::String(source.clone()));
    }
    payload.extend(answer.with.clone().unwrap_or_default());
    if let Some(actor) = answer.actor() {
        payload.insert("actor".to_owned(), actor);
    }
    let name = of("signal_name").unwrap_or_else(|| "document_submitted".to_owned());
    let (accept, most_mb) = accepted(waiting, missing);
    Ok(Move::Upload { run: waiting.run.clone(), name, file: file.to_owned(), payload, accept, most_mb })
}

/// The MIME types and the size in MB that a wait for files asks for: those of the slot, else those of all.
pub fn accepted(waiting: &Waiting, slot: Option<&Json>) -> (Vec<String>, Option<u64>) {
    let config = at(&waiting.action, &["display_hint", "config"]);
    let of = |key: &str| slot.and_then(|slot| slot.get(key)).or_else(|| config?.get(key));
    let types = of("accept").and_then(Json::as_array).into_iter().flatten();
    let types = types.filter_map(Json::as_str).map(str::to_owned).collect();
    (types, of("max_size_mb").and_then(Json::as_u64))
}

/// The body of an `act` that fills a form or confirms.
fn form_body(answer: &Answer, at: &Waiting) -> Json {
    let mut body = json!({ "type": "approved", "step": at.step });
    set(&mut body, "payload", answer.data.clone());
    set(&mut body, "comments", answer.comment.clone().map(Json::String));
    set(&mut body, "actor", answer.actor());
    body
}

/// The bodies of a review: corrections, rejected rows, the decision.
fn review_bodies(answer: &Answer, at: &Waiting) -> Result<Vec<Json>, String> {
    let mut bodies = Vec::new();
    for (row, field, value) in corrections(answer.correct.as_ref())? {
        let mut payload = json!({ "action": "edit_cell", "field": field, "value": value });
        set(&mut payload, "row_id", row.map(Json::String));
        bodies.push(json!({ "kind": "row_action", "step": at.step, "payload": payload }));
    }
    for row in &answer.reject_rows {
        bodies.push(
            json!({ "kind": "row_action", "step": at.step, "payload": { "action": "reject_row", "row_id": row } }),
        );
    }
    if let Some(decision) = &answer.decide {
        let word = match decision.as_str() {
            "approve" | "approved" => "approved",
            "reject" | "rejected" => "rejected",
            named => named,
        };
        let mut body = json!({ "type": word, "step": at.step });
        set(&mut body, "comments", answer.comment.clone().map(Json::String));
        bodies.push(body);
    }
    for body in &mut bodies {
        set(body, "actor", answer.actor());
    }
    Ok(bodies)
}

/// Row, field and value of each correction. A form has no rows, a text no fields either.
fn corrections(correct: Option<&Json>) -> Result<Vec<(Option<String>, String, Json)>, String> {
    match correct {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(Json::Object(outer)) => {
            let mut found = Vec::new();
            for (key, value) in outer {
                match value {
                    Json::Object(fields) if !is_money(fields) => {
                        found.extend(
                            fields.iter().map(|(field, value)| (Some(key.clone()), field.clone(), value.clone())),
                        );
                    }
                    value => found.push((None, key.clone(), value.clone())),
                }
            }
            Ok(found)
        }
        Some(text @ Json::String(_)) => Ok(vec![(None, "text".to_owned(), text.clone())]),
        Some(_) => {
            Err("`correct:` is written as `{ \"ROW\": { FIELD: VALUE } }`, or as `{ FIELD: VALUE }` for a form"
                .to_owned())
        }
    }
}

fn is_money(fields: &Map<String, Json>) -> bool {
    fields.len() == 2 && fields.contains_key("amount") && fields.contains_key("currency")
}

fn set(body: &mut Json, key: &str, value: Option<Json>) {
    if let (Json::Object(body), Some(value)) = (body, value) {
        body.insert(key.to_owned(), value);
    }
}

/// Reads `90s`, `1h30m`, `3d` as milliseconds.
pub fn duration_ms(text: &str) -> Option<i64> {
    let units: BTreeMap<&str, i64> =
        [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)].into();
    let mut rest = text.trim();
    let mut total = 0_i64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, after) = rest.split_at(digits);
        let letters = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, next) = after.split_at(letters);
        total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(*units.get(unit)?)?)?;
        rest = next;
    }
    (!text.trim().is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
    use super::*;

    #[test]
    fn durations_are_read_as_the_language_writes_them() {
        assert_eq!(duration_ms("1h30m"), Some(5_400_000));
        assert_eq!(duration_ms("10ms"), Some(10));
        assert_eq!(duration_ms("3d"), Some(259_200_000));
        for wrong in ["", "3", "h", "3 days", "99999999999999999999d", "9223372036854775807d"] {
            assert_eq!(duration_ms(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn rounds_are_stripped_from_the_last_step_only() {
        assert_eq!(without_round("review~2"), "review");
        assert_eq!(without_round("documents~2/review"), "documents~2/review");
        assert_eq!(without_round("a~b"), "a~b");
    }

    #[test]
    fn money_written_out_is_a_value_and_no_row() {
        let correct = json!({ "7": { "amount": "1.00 GBP" }, "balance": { "amount": "1.00", "currency": "GBP" } });
        let found = corrections(Some(&correct)).unwrap();
        assert_eq!(found.len(), 2);
        assert!(found.contains(&(Some("7".to_owned()), "amount".to_owned(), json!("1.00 GBP"))));
        assert!(found.contains(&(None, "balance".to_owned(), json!({ "amount": "1.00", "currency": "GBP" }))));
    }

    #[test]
    fn what_cannot_be_meant_is_said() {
        let both = Answer { step: Some("a".into()), signal: Some("b".into()), ..Answer::default() };
        assert!(both.check().unwrap_err().contains("two entries"));
        let idle = Answer { step: Some("a".into()), ..Answer::default() };
        assert!(idle.check().unwrap_err().contains("does nothing"));
        let late = Answer { signal: Some("a".into()), after: Some("soon".into()), ..Answer::default() };
        assert!(late.check().unwrap_err().contains("duration"));
    }
}
