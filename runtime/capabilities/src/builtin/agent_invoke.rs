//! `agent.invoke(agent_id, input, tenant_slug, entity_slug, task_id, poll_interval_seconds, max_poll_seconds)`: hands work to an
//! agent. Its answer has the shape of `wire.md` (`agent_id, session_id, status, output_text, output_files, error, raw`) and,
//! beside it, `value, text, files, session` as a runbook reads them. Files are kept as documents with the source
//! `agent_output:<agent id>`. An agent that fails or is terminated is a failure of the call.

use async_trait::async_trait;
use ntro_store::NewDocument;
use serde_json::{Value as Json, json};

use crate::agent::AgentResult;
use crate::call::{Call, Capability};
use crate::{AgentOutputFile, AgentTask, CapabilityError, base64, content_type, process};

/// An agent makes at most so many files at once.
const MAX_FILES: usize = 100;

pub(crate) struct AgentInvoke;

#[async_trait]
impl Capability for AgentInvoke {
    fn name(&self) -> &'static str {
        "agent.invoke"
    }

    async fn call(&self, call: &Call<'_>) -> Result<Json, CapabilityError> {
        let task = task(call)?;
        let kind = call.context.agent.as_ref().and_then(|agent| agent.kind.as_deref());
        let adapter = call.host.settings.agents.iter().rev().find(|adapter| Some(adapter.kind()) == kind);
        let result = match (adapter, kind) {
            (Some(adapter), _) => adapter.invoke(&task).await?,
            (None, Some("program")) => by_program(call, &task).await?,
            (None, kind) => return Err(no_adapter(&task.agent_id, kind)),
        };
        finish(call, &task, result).await
    }
}

fn task(call: &Call<'_>) -> Result<AgentTask, CapabilityError> {
    let agent = call.context.agent.as_ref();
    let name = agent.map(|agent| agent.name.clone()).unwrap_or_default();
    let own = |given: Option<&str>, other: &str| given.unwrap_or(other).to_owned();
    let seconds = |name: &str, usual: u64| call.get(name).and_then(Json::as_u64).unwrap_or(usual);
    Ok(AgentTask {
        agent_id: own(call.optional_text("agent_id")?, &name),
        reference: agent.and_then(|agent| agent.reference.clone()),
        input: call.get("input").cloned().unwrap_or(Json::Null),
        tenant_slug: own(call.optional_text("tenant_slug")?, &call.context.tenant),
        entity_slug: own(call.optional_text("entity_slug")?, &call.context.entity),
        task_id: own(call.optional_text("task_id")?, &call.context.workflow_id),
        idempotency_key: call.context.idempotency_key.clone(),
        expect: agent.map(|agent| agent.expect.clone()).unwrap_or_default(),
        schema: call.context.schema.clone(),
        poll_interval_seconds: seconds("poll_interval_seconds", 5),
        max_poll_seconds: seconds("max_poll_seconds", 1_800),
    })
}

fn no_adapter(agent: &str, kind: Option<&str>) -> CapabilityError {
    let message = match kind {
        Some(kind) => format!(
            "no adapter for agents of kind `{kind}` is configured here, so `{agent}` cannot be reached. Use an agent of kind `program`, \
             or mock it in a scenario"
        ),
        None => format!("the agent `{agent}` is not bound to anything here: give its `kind:` and `ref:`"),
    };
    CapabilityError::new("no_adapter", message)
}

/// The adapter that is always there: a program of the project.
async fn by_program(call: &Call<'_>, task: &AgentTask) -> Result<AgentResult, CapabilityError> {
    let Some(path) = &task.reference else {
        let message = format!("the agent `{}` is a program, but its `ref:` names no file", task.agent_id);
        return Err(CapabilityError::new("no_program", message));
    };
    let mut request = json!(task);
    // The envelope of programs that serve capabilities, so that one way of reading the input does for both.
    if let Some(request) = request.as_object_mut() {
        request.insert("capability".into(), json!(call.capability));
        request.insert("args".into(), Json::Object(call.args.clone()));
        request.insert("context".into(), json!(call.context));
    }
    let answer = process::run(call.host, std::slice::from_ref(path), &task.input, &mut request).await?;
    serde_json::from_value(answer).map_err(|error| {
        let message = format!("the program `{path}` did not answer as an agent does: {error}");
        CapabilityError::new("program_failed", message)
    })
}

async fn finish(call: &Call<'_>, task: &AgentTask, result: AgentResult) -> Result<Json, CapabilityError> {
    let status = result.status.as_deref().unwrap_or("completed");
    if status != "completed" {
        let why = match &result.error {
            Some(Json::String(text)) => text.clone(),
            Some(other) => other.get("message").and_then(Json::as_str).map_or_else(|| other.to_string(), str::to_owned),
            None => result.output_text.clone().unwrap_or_else(|| "it gave no reason".into()),
        };
        let kind = if status == "terminated" { "agent_terminated" } else { "agent_failed" };
        return Err(CapabilityError::new(kind, format!("the agent `{}` {status}: {why}", task.agent_id)));
    }
    if result.output_files.len() > MAX_FILES {
        let message = format!(
            "the agent `{}` made {} files; at most {MAX_FILES} are kept",
            task.agent_id,
            result.output_files.len()
        );
        return Err(CapabilityError::new("agent_failed", message));
    }
    let (mut files, mut output_files) = (Vec::new(), Vec::new());
    for file in result.output_files {
        let document = keep(call, task, file).await?;
        files.push(json!({
            "document_ref": document.document_ref, "filename": document.filename, "content_type": document.content_type,
        }));
        output_files.push(json!({
            "document_ref": document.document_ref, "filename": document.filename, "content_type": document.content_type,
            "size_bytes": document.size_bytes, "source": document.source,
        }));
    }
    let session = result.session_id.unwrap_or_else(|| task.idempotency_key.clone());
    let text = result.output_text.unwrap_or_default();
    Ok(json!({
        "agent_id": task.agent_id, "session_id": session, "status": "completed", "output_text": text,
        "output_files": output_files, "error": null, "raw": result.raw,
        "value": result.value, "text": text, "files": files, "session": session,
    }))
}

async fn keep(
    call: &Call<'_>,
    task: &AgentTask,
    file: AgentOutputFile,
) -> Result<ntro_store::Document, CapabilityError> {
    let wrong = |what: &str| {
        let message = format!("the agent `{}` made a file `{}` {what}", task.agent_id, file.filename);
        CapabilityError::new("agent_failed", message)
    };
    if file.filename.is_empty() || file.filename.len() > 255 || file.filename.contains(['/', '\\', '\0']) {
        return Err(wrong("whose name is empty, too long or has slashes"));
    }
    let bytes = match (&file.content, &file.content_base64) {
        (Some(text), None) => text.clone().into_bytes(),
        (None, Some(encoded)) => base64::decode(encoded).ok_or_else(|| wrong("whose content is not Base64"))?,
        _ => return Err(wrong("without `content` or `content_base64`, or with both")),
    };
    let content_type = match file.content_type.clone().filter(|given| !given.is_empty()) {
        Some(given) => given,
        None => content_type::of(&file.filename, &bytes).to_owned(),
    };
    let new = NewDocument {
        filename: file.filename,
        content_type,
        source: format!("agent_output:{}", task.agent_id),
        entity: task.entity_slug.clone(),
        period: call.context.period.clone(),
        task_id: task.task_id.clone(),
        bytes,
    };
    Ok(call.host.store.put_document(new).await?)
}
