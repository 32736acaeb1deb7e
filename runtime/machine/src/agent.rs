//! What an external agent is sent, and what its answer means.

use ntro_ir::{Agent, Call, CallContext, Program, Type, Value};
use serde_json::json;

use crate::call::Answer;
use crate::codec;
use crate::failure::Failure;
use crate::io::Json;

/// How often an agent's session is asked whether it is done, in seconds.
const POLL_SECONDS: i64 = 5;
/// How long it may take where the runbook does not say, in seconds.
const MAX_POLL_SECONDS: i64 = 1_800;

/// An answer that is sent back.
pub(crate) struct Again {
    /// What is wrong with it, for the agent and for people.
    pub(crate) problem: String,
    /// Its session, where it has one.
    pub(crate) session: Option<String>,
}

/// The arguments of `agent.invoke`.
pub(crate) fn args(
    agent: &Agent,
    input: Json,
    context: &CallContext,
    within: Option<i64>,
    again: Option<&Again>,
) -> Json {
    let seconds = within.map_or(MAX_POLL_SECONDS, |ms| ms.div_euclid(1000).max(1));
    let mut args = json!({
        "agent_id": agent.reference.as_deref().unwrap_or(&agent.name),
        "input": input,
        "tenant_slug": context.tenant,
        "entity_slug": context.entity,
        "task_id": context.workflow_id,
        "poll_interval_seconds": POLL_SECONDS,
        "max_poll_seconds": seconds,
    });
    if let (Some(again), Some(args)) = (again, args.as_object_mut()) {
        args.insert("correction".to_owned(), json!(again.problem));
        args.insert("session_id".to_owned(), json!(again.session));
    }
    args
}

/// The value `{ value, text, files, session }` of an answer; `value` only where a type is expected.
pub(crate) fn answer(program: &Program, call: &Call, agent: &Agent, json: &Json) -> Result<Value, Answer> {
    let text = |key: &str| json.get(key).and_then(Json::as_str);
    let name = &agent.name;
    match text("status") {
        Some("completed") => {}
        Some(status) => {
            let why = text("error").filter(|error| !error.is_empty());
            let message = why.map_or_else(|| format!("The agent `{name}` ended as `{status}`."), str::to_owned);
            return Err(Answer::Failed(Failure::new(status, message)));
        }
        None => {
            let message = format!("The agent `{name}` answered without saying how it ended (`status`).");
            return Err(Answer::Failed(Failure::new("unexpected_answer", message)));
        }
    }
    let output = text("output_text").unwrap_or_default();
    let session = text("session_id").map(str::to_owned);
    let again = |problem: String| Answer::Again(Again { problem, session: session.clone() });
    let files = json.get("output_files").cloned().filter(|files| !files.is_null()).unwrap_or_else(|| json!([]));
    let files = codec::decode(program, &files, &Type::List(Box::new(Type::File)))
        .map_err(|why| again(format!("The agent `{name}` answered with files that cannot be read: {why}")))?;
    let mut fields = Vec::new();
    if let ("value", Some(ty)) = (&*agent.expect, &call.type_arg) {
        let value = decode_text(program, output, ty)
            .map_err(|why| again(format!("The agent `{name}` did not answer as expected: {why}")))?;
        fields.push(("value", value));
    }
    fields.extend([
        ("text", Value::text(output)),
        ("files", files),
        ("session", Value::text(session.unwrap_or_default())),
    ]);
    Ok(Value::record(fields))
}

/// Reads the answer as JSON. Agents like to wrap it in a code fence, or to say a sentence before it.
fn decode_text(program: &Program, output: &str, ty: &Type) -> Result<Value, String> {
    if matches!(ty, Type::Text) {
        return Ok(Value::text(output));
    }
    let json: Json =
        serde_json::from_str(strip_fence(output)).map_err(|error| format!("this is not JSON ({error})."))?;
    codec::check_size(&json)?;
    codec::decode(program, &json, ty)
}

fn strip_fence(output: &str) -> &str {
    let trimmed = output.trim();
    let Some((_, fenced)) = trimmed.split_once("```") else { return trimmed };
    let Some((inside, _)) = fenced.rsplit_once("```") else { return trimmed };
    inside.strip_prefix("json").unwrap_or(inside).trim()
}
