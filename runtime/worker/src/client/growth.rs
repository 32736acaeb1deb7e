//! A history as it grows: the server holds the question until there is more.

use std::time::Duration;

use temporalio_client::tonic::Code;
use temporalio_common::protos::temporal::api::common::v1::WorkflowExecution;
use temporalio_common::protos::temporal::api::history::v1::{History, history_event::Attributes};
use temporalio_common::protos::temporal::api::workflowservice::v1::GetWorkflowExecutionHistoryRequest;

use super::{ClientError, Runs};

/// How long the server may hold one question.
const HELD: Duration = Duration::from_secs(70);

/// A history that is read as it grows. Over continue-as-new it goes on with the next one.
#[derive(Debug, Clone, Default)]
pub struct Growing {
    /// What is known of it.
    pub history: History,
    /// The run that it is of.
    pub run_id: String,
    token: Vec<u8>,
}

impl Growing {
    /// A run's history from its start; the newest run of an id where the run id is empty.
    pub fn of(run_id: &str) -> Growing {
        Growing { run_id: run_id.to_owned(), ..Growing::default() }
    }

    /// A history that is known already.
    pub fn known(history: History) -> Growing {
        Growing { history, ..Growing::default() }
    }

    /// Whether the run has ended, and in which run it goes on.
    pub fn closed(&self) -> Option<Option<String>> {
        let next = |id: &str| Some((!id.is_empty()).then(|| id.to_owned()));
        match self.history.events.last()?.attributes.as_ref()? {
            Attributes::WorkflowExecutionContinuedAsNewEventAttributes(done) => next(&done.new_execution_run_id),
            Attributes::WorkflowExecutionCompletedEventAttributes(done) => next(&done.new_execution_run_id),
            Attributes::WorkflowExecutionFailedEventAttributes(done) => next(&done.new_execution_run_id),
            Attributes::WorkflowExecutionTimedOutEventAttributes(done) => next(&done.new_execution_run_id),
            Attributes::WorkflowExecutionCanceledEventAttributes(_)
            | Attributes::WorkflowExecutionTerminatedEventAttributes(_) => Some(None),
            _ => None,
        }
    }
}

impl Runs {
    /// Waits until a history has more events, and adds them. Gives whether there were any: the server gives up after a while, and is
    /// then asked again.
    ///
    /// # Errors
    /// There is no such run, or the server does not answer.
    pub async fn grow(&self, id: &str, growing: &mut Growing) -> Result<bool, ClientError> {
        let request = GetWorkflowExecutionHistoryRequest {
            namespace: self.link.namespace.clone(),
            execution: Some(WorkflowExecution { workflow_id: id.to_owned(), run_id: growing.run_id.clone() }),
            maximum_page_size: 1_000,
            next_page_token: growing.token.clone(),
            wait_new_event: true,
            ..Default::default()
        };
        let patient = self.clone().with_patience(HELD);
        let page = match patient
            .call(request, |mut service, request| async move { service.get_workflow_execution_history(request).await })
            .await?
        {
            Ok(page) => page,
            // The server lets go of a question that it has held for long.
            Err(status) if matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled) => return Ok(false),
            Err(status) => return Err(self.refusal(id, &status)),
        };
        let events = page.history.unwrap_or_default().events;
        let more = !events.is_empty();
        growing.history.events.extend(events);
        growing.token = page.next_page_token;
        Ok(more)
    }
}
