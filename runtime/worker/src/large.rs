//! Large values, by reference. What a runbook cannot look into, its `json`, goes through a history as `{"$ntro_ref", "bytes"}` once
//! it is large; the value itself lies in the store. Our workers put it there before an answer enters the history, and bring it back
//! before a capability of ours gets it as an argument.
//!
//! Arguments of our own calls go the same way, whatever their type: the machine does not read them again, so that nothing is lost
//! where a history is replayed without the store. What has to go through a history and is too large for the server is refused here,
//! as a failure that the runbook can catch: the server would end the whole run.

use ntro_capabilities::CapabilityError;
use ntro_ir::{Call, Program, Type, TypeDef};
use ntro_machine::{ActivityFailure, Json};
use serde_json::{Map, json};
use temporalio_common::protos::coresdk::workflow_commands::ScheduleActivity;
use temporalio_common::protos::coresdk::workflow_commands::workflow_command::Variant as Command;

use crate::call::CALL_HEADER;
use crate::payload;
use crate::serve::Serve;

/// From this size on a value goes into the store, in bytes of JSON.
pub(crate) const LARGE: usize = 64 * 1024;
/// The largest value that goes through a history, in bytes: the server refuses two megabytes.
pub(crate) const MOST_IN_HISTORY: usize = 1_900_000;
/// The most that one call may be given from the store, in bytes.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// How deep types and JSON are followed.
const DEPTH: usize = 100;
/// The field that says that a value is elsewhere.
const REFERENCE: &str = "$ntro_ref";

/// Puts what is large in an answer, and of a type that nobody looks into, into the store.
///
/// # Errors
/// The store fails.
pub(crate) async fn put_away(
    answer: &mut Json,
    program: &Program,
    call: &Call,
    serve: &dyn Serve,
) -> Result<(), CapabilityError> {
    // What an agent answers is read by the machine.
    if call.agent.is_some() {
        return Ok(());
    }
    let mut places = Vec::new();
    opaque(answer, &call.result, program, DEPTH, &mut places);
    for place in places {
        let text = place.to_string();
        let bytes = text.len();
        if bytes < LARGE {
            continue;
        }
        if let Some(reference) = serve.keep(text).await? {
            *place = json!({ REFERENCE: reference, "bytes": bytes });
        }
    }
    Ok(())
}

/// The places of a value where its type is `json`.
fn opaque<'a>(value: &'a mut Json, ty: &Type, program: &Program, depth: usize, places: &mut Vec<&'a mut Json>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match ty {
        Type::Json => places.push(value),
        Type::Optional(inner) => opaque(value, inner, program, depth, places),
        Type::List(inner) => {
            for item in value.as_array_mut().into_iter().flatten() {
                opaque(item, inner, program, depth, places);
            }
        }
        Type::Map(inner) => {
            for item in value.as_object_mut().into_iter().flat_map(Map::values_mut) {
                opaque(item, inner, program, depth, places);
            }
        }
        Type::Named(id) => {
            let (Some(TypeDef::Record(record)), Some(fields)) =
                (program.types.get(*id as usize), value.as_object_mut())
            else {
                return;
            };
            for (name, value) in fields {
                if let Some(field) = record.fields.iter().find(|field| field.name == *name) {
                    opaque(value, &field.ty, program, depth, places);
                }
            }
        }
        Type::Nothing
        | Type::Bool
        | Type::Int
        | Type::Decimal
        | Type::Text
        | Type::Date
        | Type::DateTime
        | Type::Period
        | Type::Duration
        | Type::Money
        | Type::MoneyIn(_)
        | Type::Currency
        | Type::File
        | Type::Grid
        // No capability answers with these.
        | Type::Outcome(_)
        | Type::Choice(_) => {}
    }
}

/// Why a command cannot be sent as it is, for the runbook: the server would end the run that sends it.
pub(crate) fn excess(command: &Command, what: &str) -> Option<ActivityFailure> {
    let (payloads, most): (&[_], usize) = match command {
        Command::ScheduleActivity(call) if call.headers.contains_key(CALL_HEADER) => {
            (&call.arguments, usize::try_from(MOST_BYTES).unwrap_or(usize::MAX))
        }
        Command::ScheduleActivity(call) => (&call.arguments, MOST_IN_HISTORY),
        Command::StartChildWorkflowExecution(child) => (&child.input, MOST_IN_HISTORY),
        Command::CompleteWorkflowExecution(done) => (done.result.as_slice(), MOST_IN_HISTORY),
        _ => return None,
    };
    let bytes: usize = payloads.iter().map(|payload| payload.data.len()).sum();
    let message = || {
        format!(
            "{what} has {bytes} bytes; {most} are the most that a run can hold. Large values belong into the store, as a file"
        )
    };
    (bytes > most).then(|| ActivityFailure { kind: "too_large".to_owned(), message: message() })
}

/// Puts what is large among the arguments of a call into the store, where a worker of ours serves it. Where the store fails, what fits
/// goes through the history after all.
///
/// # Errors
/// The store fails, and it does not fit.
pub(crate) async fn put_away_arguments(call: &mut ScheduleActivity, serve: &dyn Serve) -> Result<(), CapabilityError> {
    // Nothing is read for the many calls that are small.
    let Some(argument) = call.arguments.first_mut().filter(|argument| argument.data.len() >= LARGE) else {
        return Ok(());
    };
    if !call.headers.contains_key(CALL_HEADER) {
        return Ok(());
    }
    let Ok(Json::Object(mut args)) = payload::read(argument) else { return Ok(()) };
    for value in args.values_mut() {
        let text = value.to_string();
        let bytes = text.len();
        if bytes < LARGE {
            continue;
        }
        match serve.keep(text).await {
            Ok(Some(reference)) => *value = json!({ REFERENCE: reference, "bytes": bytes }),
            Ok(None) => {}
            Err(error) if argument.data.len() > MOST_IN_HISTORY => return Err(error),
            Err(error) => tracing::warn!("a large argument goes through the history: {}", error.message),
        }
    }
    *argument = payload::json(&Json::Object(args));
    Ok(())
}

/// Brings back what arguments hold by reference.
///
/// # Errors
/// It is not in the store, or too much for one call.
pub(crate) async fn bring_back(args: &mut Json, serve: &dyn Serve) -> Result<(), CapabilityError> {
    let mut places = Vec::new();
    references(args, DEPTH, &mut places);
    let mut left = MOST_BYTES;
    for (place, reference, bytes) in places {
        left = left.checked_sub(bytes).ok_or_else(|| {
            let message = format!("the arguments hold more than {MOST_BYTES} bytes. Pass large values as files");
            CapabilityError::new("too_large", message)
        })?;
        *place = serve.kept(&reference).await?;
    }
    Ok(())
}

fn references<'a>(value: &'a mut Json, depth: usize, places: &mut Vec<(&'a mut Json, String, u64)>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if let Some((reference, bytes)) = reference(value) {
        places.push((value, reference, bytes));
        return;
    }
    let inner: Box<dyn Iterator<Item = &mut Json>> = match value {
        Json::Array(items) => Box::new(items.iter_mut()),
        Json::Object(fields) => Box::new(fields.values_mut()),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => return,
    };
    for item in inner {
        references(item, depth, places);
    }
}

/// The reference that a value is, with the size of what it stands for. Exactly its two fields: anything else is somebody's data.
fn reference(value: &Json) -> Option<(String, u64)> {
    let fields = value.as_object().filter(|fields| fields.len() == 2)?;
    let reference = fields.get(REFERENCE)?.as_str()?;
    let digest = reference.strip_prefix("blake3:")?;
    let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest.then_some((reference.to_owned(), fields.get("bytes")?.as_u64()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_reference_is_taken_for_one() {
        let digest = "0".repeat(64);
        let sound = json!({ "$ntro_ref": format!("blake3:{digest}"), "bytes": 7 });
        assert_eq!(reference(&sound), Some((format!("blake3:{digest}"), 7)));
        for other in [
            json!({ "$ntro_ref": format!("blake3:{digest}") }),
            json!({ "$ntro_ref": format!("blake3:{digest}"), "bytes": 7, "name": "x" }),
            json!({ "$ntro_ref": "blake3:0", "bytes": 7 }),
            json!({ "$ntro_ref": digest, "bytes": 7 }),
            json!({ "$ntro_ref": format!("blake3:{digest}"), "bytes": -7 }),
            json!("blake3"),
        ] {
            assert_eq!(reference(&other), None, "{other}");
        }
        let mut args = json!({ "a": [1, { "b": sound }], "c": sound });
        let mut places = Vec::new();
        references(&mut args, DEPTH, &mut places);
        assert_eq!(places.len(), 2);
    }
}
