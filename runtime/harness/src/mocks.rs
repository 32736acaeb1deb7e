//! Capabilities that answer from a list instead of doing anything.

use std::collections::BTreeMap;

use ntro_ir::Program;
use ntro_machine::{ActivityCall, ActivityFailure, Json};
use serde::Deserialize;
use serde_json::json;

use crate::sample::sample;

/// One answer of a mock.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Mock {
    /// It yields this.
    Value(Json),
    /// It fails.
    Fails(MockFailure),
}

/// How a mock fails.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MockFailure {
    /// What people are told.
    pub message: String,
    /// The word for programs.
    #[serde(default = "failed")]
    pub kind: String,
    /// Whether another attempt makes sense.
    #[serde(default = "yes")]
    pub retryable: bool,
    /// How often it fails before the next answer in the list.
    #[serde(default = "once")]
    pub times: u32,
}

fn failed() -> String {
    "failed".to_owned()
}

fn yes() -> bool {
    true
}

fn once() -> u32 {
    1
}

/// The answers of all mocked capabilities. In each list the last answer repeats; an agent is found by its own name.
#[derive(Debug, Clone, Default)]
pub struct Mocks {
    answers: BTreeMap<String, Vec<Mock>>,
    used: BTreeMap<String, (usize, u32)>,
}

impl Mocks {
    /// Mocks by the capability's or the agent's name.
    pub fn new(answers: BTreeMap<String, Vec<Mock>>) -> Mocks {
        Mocks { answers, used: BTreeMap::new() }
    }

    /// The answer to a call: the next of its list, else a value made from the type of its result.
    ///
    /// # Errors
    /// The failure that the list says, and whether another attempt makes sense.
    pub fn answer(&mut self, program: &Program, call: &ActivityCall) -> Result<Json, (ActivityFailure, bool)> {
        let agent = call.context.agent.as_ref().map(|agent| agent.name.as_str());
        let name = agent.filter(|name| self.answers.contains_key(*name)).unwrap_or(&call.capability);
        let Some(list) = self.answers.get(name).filter(|list| !list.is_empty()) else { return Ok(made(program, call)) };
        let (index, times) = self.used.entry(name.to_owned()).or_insert((0, 0));
        let answer = list.get(*index).or_else(|| list.last());
        let last = *index + 1 >= list.len();
        *times += 1;
        let spent = match answer {
            Some(Mock::Fails(failure)) => *times >= failure.times,
            _ => true,
        };
        if spent && !last {
            *index += 1;
            *times = 0;
        }
        match answer {
            Some(Mock::Value(value)) => Ok(value.clone()),
            // A failure that was said for a number of times and that nothing follows gives way to a made value.
            Some(Mock::Fails(failure)) if last && *times > failure.times => Ok(made(program, call)),
            Some(Mock::Fails(failure)) => Err((
                ActivityFailure { kind: failure.kind.clone(), message: failure.message.clone() },
                failure.retryable,
            )),
            None => Ok(Json::Null),
        }
    }
}

/// What a call yields that nobody has given an answer for.
pub(crate) fn made(program: &Program, call: &ActivityCall) -> Json {
    if let Some(agent) = &call.context.agent {
        let wanted = call_of(program, call).filter(|known| known.agent.as_ref().is_some_and(|of| of.expect == "value"));
        let text = match wanted.and_then(|known| known.type_arg.as_ref()) {
            Some(ntro_ir::Type::Text) | None => "sample".to_owned(),
            Some(ty) => sample(program, ty).to_string(),
        };
        return agent_answer(&agent.name, &text, serde_json::json!([]));
    }
    let value = call_of(program, call).map_or(Json::Null, |known| sample(program, &known.result));
    all_well(&call.capability, value)
}

/// What `ingest.rows` yields where nobody said how the reading went: every row was accepted. A value made from the type alone would tell of
/// a rejected one.
pub(crate) fn all_well(capability: &str, mut value: Json) -> Json {
    let rows = value.get("rows").and_then(Json::as_array).map_or(0, Vec::len);
    if capability == "ingest.rows"
        && let Some(outcome) = value.get_mut("outcome").and_then(Json::as_object_mut)
    {
        let status = if rows == 0 { "empty" } else { "success" };
        let counts =
            json!({ "parsed_rows": rows, "accepted_rows": rows, "rejected_rows": 0, "status": status, "reasons": [] });
        outcome.extend(counts.as_object().cloned().unwrap_or_default());
    }
    value
}

/// What the program says of a call. One that takes a type is told apart by the schema that travels with it.
pub(crate) fn call_of<'p>(program: &'p Program, call: &ActivityCall) -> Option<&'p ntro_ir::Call> {
    let name = |agent: &Option<ntro_ir::Agent>| agent.as_ref().map(|agent| agent.name.clone());
    let wanted = name(&call.context.agent);
    let mut named =
        program.calls.iter().filter(|known| known.capability == call.capability && name(&known.agent) == wanted);
    let first = named.clone().next();
    if named.clone().nth(1).is_none() {
        return first;
    }
    let right = |known: &&ntro_ir::Call| {
        known.type_arg.as_ref().map(|ty| ntro_ir::json::schema(ty, &program.types)) == call.context.schema
    };
    named.find(right).or(first)
}

/// What an agent answers that is done.
pub(crate) fn agent_answer(name: &str, text: &str, files: Json) -> Json {
    serde_json::json!({
        "agent_id": name, "session_id": "session_sample", "status": "completed", "output_text": text,
        "output_files": files, "error": null, "raw": null,
    })
}
