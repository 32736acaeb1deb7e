//! Which program each run in flight runs: its history says so, whatever is deployed now.

use std::time::Duration;

use temporalio_client::tonic::Code;
use temporalio_common::protos::temporal::api::common::v1::{Payload, WorkflowExecution};
use temporalio_common::protos::temporal::api::history::v1::History;
use temporalio_common::protos::temporal::api::history::v1::history_event::Attributes;
use temporalio_common::protos::temporal::api::workflowservice::v1::GetWorkflowExecutionHistoryRequest;

use crate::carried::Carried;
use crate::client::{ClientError, RunLine, Runs, quoted};
use crate::connect::Link;
use crate::marker::Marker;
use crate::payload;
use crate::programs::alias;

/// How many runs are looked into; of more only the number is told.
pub const MOST: usize = 200;
/// How long one call may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The program stands among the first events of a history.
const FIRST_EVENTS: i32 = 20;

/// A run in flight.
#[derive(Debug, Clone, PartialEq)]
pub struct InFlight {
    /// The run.
    pub run: RunLine,
    /// The version and the digest of its program; none where it has not found one yet.
    pub program: Option<(String, String)>,
}

/// The open runs of a runbook, and how many there are in all.
///
/// # Errors
/// The server refuses.
pub async fn of(link: &Link, runs: &Runs, runbook: &str) -> Result<(Vec<InFlight>, usize), ClientError> {
    let (name, alias) = (quoted(runbook), quoted(&alias(runbook)));
    let open = runs.list(&format!("WorkflowType IN ('{name}', '{alias}') AND ExecutionStatus = 'Running'")).await?;
    let count = open.len();
    let mut found = Vec::new();
    for run in open.into_iter().take(MOST) {
        let program = program_of(link, &run).await?;
        found.push(InFlight { run, program });
    }
    Ok((found, count))
}

async fn program_of(link: &Link, run: &RunLine) -> Result<Option<(String, String)>, ClientError> {
    let request = GetWorkflowExecutionHistoryRequest {
        namespace: link.namespace.clone(),
        execution: Some(WorkflowExecution { workflow_id: run.id.clone(), run_id: run.run_id.clone() }),
        maximum_page_size: FIRST_EVENTS,
        ..Default::default()
    };
    let ask = link.ask(PATIENCE, request, |mut service, request| async move {
        service.get_workflow_execution_history(request).await
    });
    match ask.await {
        Ok(page) => Ok(page.history.as_ref().and_then(program_in)),
        // It has ended meanwhile and is gone.
        Err(status) if status.code() == Code::NotFound => Ok(None),
        Err(status) if status.code() == Code::DeadlineExceeded => Err(ClientError::Unreachable(link.address.clone())),
        Err(status) => Err(ClientError::Server(status.message().to_owned())),
    }
}

/// The version and the digest that a history begins with.
pub fn program_in(history: &History) -> Option<(String, String)> {
    history.events.iter().find_map(|event| match event.attributes.as_ref()? {
        Attributes::WorkflowExecutionStartedEventAttributes(started) => {
            let carried: &Payload = started.input.as_ref()?.payloads.get(1)?;
            named(Carried::read(carried).ok()?.marker)
        }
        Attributes::MarkerRecordedEventAttributes(marker) => {
            let mut found = marker.details.values().flat_map(|payloads| &payloads.payloads);
            found.find_map(|found| named(serde_json::from_value(payload::read(found).ok()?).ok()?))
        }
        _ => None,
    })
}

fn named(marker: Marker) -> Option<(String, String)> {
    Some((marker.version, marker.digest))
}
