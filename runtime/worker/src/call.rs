//! A call as an activity: what a run writes into its headers, and what a worker makes of them.
//!
//! Every worker gets the context. Ours get no more than the number of the call besides: how it is served, the schema of its type
//! and what its answer may hold by reference stand in the program, which lies in the bundle. So a call costs some two hundred bytes
//! of history, however large its types are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ntro_capabilities::CapabilityError;
use ntro_ir::{CallContext, CallId, CallOptions, Program, Retry};
use ntro_machine::{ActivityCall, Json};
use serde::{Deserialize, Serialize};
use serde_json::json;
use temporalio_common::protos::coresdk::activity_task::Start;
use temporalio_common::protos::temporal::api::common::v1::Payload;

use crate::marker::ProgramRequest;
use crate::payload;
use crate::programs::Programs;
use crate::run::Decode as _;
use crate::serve::Served;
use crate::translate::Place;

/// The header that carries a call's context to any worker: `{idempotency_key, workflow_id, step, tenant, entity, period, …}`.
pub const CONTEXT_HEADER: &str = "ntro-context";
/// The header that tells our own workers which call of which program it is.
pub const CALL_HEADER: &str = "ntro-call";

/// How much of a program's digest names it in a call: its bundle is known besides.
const DIGEST_CHARS: usize = 16;
/// How many programs are kept for their calls.
const KEPT: usize = 500;

/// What our own workflows tell in [`CALL_HEADER`].
#[derive(Debug, Serialize, Deserialize)]
struct CallHeader {
    /// `RUNBOOK/VERSION`
    bundle: String,
    /// The beginning of the program's digest, and the call's number in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    program: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    call: Option<CallId>,
    /// How the first versions said it: all that is needed, in each call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    capability: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    options: Option<CallOptions>,
}

/// The headers of a call. `id` is its number in the program.
pub(crate) fn headers(call: &ActivityCall, id: Option<CallId>, place: &Place<'_>) -> HashMap<String, Payload> {
    let own = call.options.queue.is_none();
    let mut context = call.context.clone();
    if own && id.is_some() {
        // They stand in the program.
        context.schema = None;
        context.agent = None;
    }
    let written = |value| payload::json(&value);
    let mut headers = HashMap::new();
    headers.insert(CONTEXT_HEADER.to_owned(), written(serde_json::to_value(&context).unwrap_or(Json::Null)));
    if own {
        let bundle = place.bundle;
        let served = match id {
            Some(id) => json!({
                "bundle": bundle, "program": place.digest.get(..DIGEST_CHARS).unwrap_or(place.digest), "call": id,
            }),
            None => json!({ "bundle": bundle, "capability": call.capability, "options": call.options }),
        };
        headers.insert(CALL_HEADER.to_owned(), written(served));
    }
    headers
}

/// One attempt of a call, and the program that it comes from where that is ours.
pub(crate) struct Read {
    pub(crate) served: Served,
    pub(crate) program: Option<(Arc<Program>, CallId)>,
}

/// Reads calls, and keeps the programs that they refer to.
#[derive(Debug)]
pub struct Calls {
    programs: Arc<Programs>,
    known: Mutex<HashMap<(String, String), Arc<Program>>>,
}

impl Calls {
    /// Calls of the programs in these bundles.
    pub fn new(programs: Arc<Programs>) -> Calls {
        Calls { programs, known: Mutex::default() }
    }

    /// Reads a call: one of our workflows', or one of another SDK's workflow that uses a built-in capability by its name.
    ///
    /// # Errors
    /// It cannot be read, or its bundle is not here: another attempt may find it.
    pub(crate) fn read(&self, start: Start) -> Result<Read, CapabilityError> {
        let wrong = |message: String| CapabilityError::new("invalid_argument", message);
        let args =
            payload::first(&start.input).map_err(|error| wrong(format!("the arguments cannot be read: {error}")))?;
        let header = |name: &str| {
            let json = start.header_fields.get(name).map(payload::read).transpose();
            json.map_err(|error| wrong(format!("the header `{name}` cannot be read: {error}")))
        };
        let damaged = |error: serde_json::Error| wrong(format!("a header of the call cannot be read: {error}"));
        let workflow = start.workflow_execution.unwrap_or_default();
        let mut context: CallContext = match header(CONTEXT_HEADER)? {
            Some(json) => serde_json::from_value(json).map_err(damaged)?,
            None => CallContext {
                idempotency_key: format!("{}:{}", workflow.run_id, start.activity_id),
                workflow_id: workflow.workflow_id,
                step: start.activity_id,
                tenant: "default".to_owned(),
                entity: "default".to_owned(),
                period: None,
                schema: None,
                agent: None,
            },
        };
        let header: Option<CallHeader> =
            header(CALL_HEADER)?.map(serde_json::from_value).transpose().map_err(damaged)?;
        let mut served = Served {
            capability: start.activity_type,
            args,
            context: context.clone(),
            options: plain_options(),
            bundle: String::new(),
            attempt: start.attempt,
        };
        let Some(header) = header else { return Ok(Read { served, program: None }) };
        served.bundle = header.bundle;
        let (Some(digest), Some(id)) = (header.program, header.call) else {
            served.capability = header.capability.unwrap_or(served.capability);
            served.options = header.options.unwrap_or(served.options);
            return Ok(Read { served, program: None });
        };
        let program = self.program(&served.bundle, &digest)?;
        let call = program
            .calls
            .get(id as usize)
            .ok_or_else(|| wrong(format!("the program of the bundle {} has no call {id}", served.bundle)))?;
        let schema = || call.type_arg.as_ref().map(|ty| ntro_ir::json::schema(ty, &program.types));
        context.schema = context.schema.or_else(schema);
        context.agent = context.agent.or_else(|| call.agent.clone());
        served.context = context;
        served.capability.clone_from(&call.capability);
        served.options = call.options.clone();
        Ok(Read { served, program: Some((program, id)) })
    }

    fn program(&self, bundle: &str, digest: &str) -> Result<Arc<Program>, CapabilityError> {
        let key = (bundle.to_owned(), digest.to_owned());
        if let Some(program) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(program));
        }
        // Somebody puts the bundle back, or another worker has it.
        let absent = |message: String| CapabilityError::new("no_bundle", message).retry();
        let Some((runbook, version)) = bundle.split_once('/') else {
            return Err(absent(format!("`{bundle}` names no bundle")));
        };
        let request = ProgramRequest {
            runbook: runbook.to_owned(),
            version: Some(version.to_owned()),
            ..ProgramRequest::default()
        };
        let marker = self.programs.find(&request).map_err(|error| {
            absent(format!(
                "the bundle {bundle} is not here any more: put it back, or deploy that version again ({error})"
            ))
        })?;
        if !marker.digest.starts_with(digest) {
            return Err(absent(format!(
                "the bundle {bundle} holds another program than the run that calls: deploy that version again as it was"
            )));
        }
        let program = self.programs.decode(&marker).map_err(absent)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(key, Arc::clone(&program));
        Ok(program)
    }
}

/// How a built-in capability is called by a workflow that is not ours.
fn plain_options() -> CallOptions {
    CallOptions { queue: None, activity: None, program: None, within_ms: 0, retry: Retry::default(), quick: false }
}
