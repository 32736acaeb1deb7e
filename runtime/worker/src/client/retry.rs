//! Hurrying what waits for its next attempt: the server tries again ever more slowly, a mended cause should not wait for it.
//!
//! - **A call in its pause** is reset (`ResetActivity`): its attempts count anew, the next one begins at once, under the same key.
//! - **A failing task** of a run cannot be hurried in place: signals, updates and changed options leave its pause as it is. The run
//!   is reset to the failed task itself. Everything before it stays, what came since is applied again, open children stay and
//!   their ends are heard. The workflow id stays, and the first run's id, from which keys are made, stays too; the run id is new.

use jiff::Timestamp;
use temporalio_client::tonic::Code;
use temporalio_common::protos::temporal::api::common::v1::WorkflowExecution;
use temporalio_common::protos::temporal::api::enums::v1::ResetReapplyType;
use temporalio_common::protos::temporal::api::workflowservice::v1::{
    ResetActivityRequest, ResetWorkflowExecutionRequest, reset_activity_request,
};

use super::{Call, CallState, ClientError, Runs, request_id};

/// What was hurried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hurried {
    /// A call begins its next attempt.
    Call(Call),
    /// The run's task begins anew.
    Task {
        /// What it failed with.
        why: String,
        /// The run's new run id.
        run_id: String,
    },
}

impl Runs {
    /// Has everything that waits for its next attempt in this run try at once; with a step only the calls of that step. An empty
    /// list says that nothing waits for an attempt.
    ///
    /// # Errors
    /// There is no such open run, or the server refuses.
    pub async fn retry(&self, id: &str, step: Option<&str>, now: Timestamp) -> Result<Vec<Hurried>, ClientError> {
        let details = self.details(id).await?;
        if details.run.status != "running" {
            return Err(ClientError::Ended(id.to_owned()));
        }
        let mut hurried = Vec::new();
        for call in details.calls {
            let pauses = match call.state {
                CallState::Pauses => call.next.is_none_or(|next| next > now),
                CallState::Held => true,
                CallState::Waits | CallState::Runs | CallState::Stops => false,
            };
            if pauses && step.is_none_or(|step| call.step == step) && self.reset_call(id, &call).await? {
                hurried.push(Hurried::Call(call));
            }
        }
        // A task that no worker has taken waits for a worker, and one at its first attempt is being worked on.
        let stuck = details.task.is_some_and(|task| task.taken && task.attempt > 1);
        if stuck
            && step.is_none()
            && let Some((event, why)) = self.failed_task(id, &details.run.run_id).await?
        {
            let run_id = self.reset(id, &details.run.run_id, event).await?;
            hurried.push(Hurried::Task { why, run_id });
        }
        Ok(hurried)
    }

    /// Whether the call was still there.
    async fn reset_call(&self, id: &str, call: &Call) -> Result<bool, ClientError> {
        let request = ResetActivityRequest {
            namespace: self.link.namespace.clone(),
            execution: Self::execution(id),
            identity: "ntroc".to_owned(),
            activity: Some(reset_activity_request::Activity::Id(call.id.clone())),
            ..Default::default()
        };
        match self.call(request, |mut service, request| async move { service.reset_activity(request).await }).await? {
            Ok(_) => Ok(true),
            Err(status) if status.code() == Code::NotFound => Ok(false),
            Err(status) if status.code() == Code::Unimplemented => Err(ClientError::Server(
                "this Temporal server is too old to hurry a call (1.28 can); it is tried again by itself".to_owned(),
            )),
            Err(status) => Err(self.refusal(id, &status)),
        }
    }

    async fn reset(&self, id: &str, run_id: &str, event: i64) -> Result<String, ClientError> {
        #[allow(
            deprecated,
            reason = "servers that know the newer field read this one too, older ones read only this one"
        )]
        let request = ResetWorkflowExecutionRequest {
            namespace: self.link.namespace.clone(),
            workflow_execution: Some(WorkflowExecution { workflow_id: id.to_owned(), run_id: run_id.to_owned() }),
            reason: "ntroc retry".to_owned(),
            workflow_task_finish_event_id: event,
            request_id: request_id(),
            reset_reapply_type: ResetReapplyType::AllEligible as i32,
            identity: "ntroc".to_owned(),
            ..Default::default()
        };
        match self
            .call(request, |mut service, request| async move { service.reset_workflow_execution(request).await })
            .await?
        {
            Ok(reset) => Ok(reset.run_id),
            Err(status) => Err(self.refusal(id, &status)),
        }
    }
}
