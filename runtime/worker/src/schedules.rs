//! Bindings as Temporal Schedules: one each, under the binding's name, created or updated so that doing it again changes nothing.
//!
//! A schedule says only when, and which binding: what a run is given lies in the binding's record, so that the two can never say
//! different things. What an operator has set stays: a schedule that was paused stays paused.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use ntro_ir::{Binding, Overlap};
use ntro_machine::Json;
use serde_json::json;
use temporalio_client::grpc::WorkflowService;
use temporalio_client::tonic::{Code, Request, Response, Status};
use temporalio_common::protos::temporal::api::common::v1::{Header, Memo, Payloads, WorkflowType};
use temporalio_common::protos::temporal::api::enums::v1::{ScheduleOverlapPolicy, TaskQueueKind};
use temporalio_common::protos::temporal::api::schedule::v1::{
    BackfillRequest, Schedule, ScheduleAction, SchedulePatch, SchedulePolicies, ScheduleSpec, ScheduleState,
    TriggerImmediatelyRequest, schedule_action,
};
use temporalio_common::protos::temporal::api::taskqueue::v1::TaskQueue;
use temporalio_common::protos::temporal::api::workflow::v1::NewWorkflowExecutionInfo;
use temporalio_common::protos::temporal::api::workflowservice::v1::{
    CreateScheduleRequest, DeleteScheduleRequest, DescribeScheduleRequest, DescribeScheduleResponse,
    ListSchedulesRequest, PatchScheduleRequest, UpdateScheduleRequest,
};

use crate::connect::Link;
use crate::payload;
use crate::translate::START_HEADER;

/// The memo by which a schedule is known to be ours.
const MEMO: &str = "ntro-binding";
/// How long one call may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often an update is tried where somebody else changes the schedule at the same time.
const ATTEMPTS: u32 = 5;
/// How many schedules one listing gives at most.
const MOST: usize = 10_000;
/// How many of the next times are told.
const NEXT: usize = 3;

/// Why something could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// There is a schedule of that name which is not ours.
    #[error(
        "there is a schedule `{0}` which ntroc did not make; give the workflow another name, or delete that schedule"
    )]
    NotOurs(String),
    /// There is none.
    #[error("there is no schedule `{0}` here")]
    None(String),
    /// The server refuses.
    #[error("the Temporal server says: {0}")]
    Server(String),
    /// The server does not answer.
    #[error("the Temporal server at {0} does not answer")]
    Unreachable(String),
}

/// What there is of a binding's schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// None of that name, and none is needed.
    NotNeeded,
    /// None of that name.
    Missing,
    /// It says something else.
    Differs,
    /// It says the same.
    Same,
    /// There is one, and the binding has no schedule any more.
    Superfluous,
}

/// What applying a binding did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// What there was before.
    pub before: Standing,
    /// Whether an operator has paused it.
    pub paused: bool,
    /// The next times at which a run is due.
    pub next: Vec<Timestamp>,
}

/// A schedule of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleLine {
    /// Its name: the binding's.
    pub name: String,
    /// The runbook.
    pub runbook: String,
    /// Whether an operator has paused it.
    pub paused: bool,
    /// The next times at which a run is due.
    pub next: Vec<Timestamp>,
    /// The run that it started last.
    pub last: Option<String>,
}

/// The schedules of a namespace.
#[derive(Clone)]
pub struct Schedules {
    link: Link,
    task_queue: String,
}

impl Schedules {
    /// The schedules whose runs workers of this queue serve.
    pub fn new(link: Link, task_queue: &str) -> Schedules {
        Schedules { link, task_queue: task_queue.to_owned() }
    }

    async fn call<Q: Clone, T, F>(
        &self,
        request: Q,
        call: impl Fn(Box<dyn WorkflowService>, Request<Q>) -> F,
    ) -> Result<Result<T, Status>, ScheduleError>
    where
        F: Future<Output = Result<Response<T>, Status>>,
    {
        match self.link.ask(PATIENCE, request, call).await {
            Err(status) if matches!(status.code(), Code::Unavailable | Code::DeadlineExceeded) => {
                Err(ScheduleError::Unreachable(self.link.address.clone()))
            }
            answer => Ok(answer),
        }
    }

    /// What there is of a binding's schedule.
    ///
    /// # Errors
    /// One of that name is not ours, or the server refuses.
    pub async fn compare(&self, binding: &Binding) -> Result<Standing, ScheduleError> {
        let there = self.described(&binding.name).await?;
        self.standing(binding, there.as_ref())
    }

    fn standing(&self, binding: &Binding, there: Option<&DescribeScheduleResponse>) -> Result<Standing, ScheduleError> {
        let ours = there.is_none_or(|there| is_ours(there.memo.as_ref()));
        Ok(match (there, &binding.schedule) {
            (None, None) => Standing::NotNeeded,
            (None, Some(_)) => Standing::Missing,
            // What is not ours stays; a binding without a schedule needs none of that name.
            (Some(_), None) if !ours => Standing::NotNeeded,
            (Some(_), None) => Standing::Superfluous,
            (Some(_), Some(_)) if !ours => return Err(ScheduleError::NotOurs(binding.name.clone())),
            (Some(there), Some(_)) if same(there.schedule.as_ref(), &self.schedule(binding)) => Standing::Same,
            (Some(_), Some(_)) => Standing::Differs,
        })
    }

    /// Makes a binding's schedule what the binding says. Nothing is changed where it is that already.
    ///
    /// # Errors
    /// One of that name is not ours, or the server refuses.
    pub async fn apply(&self, binding: &Binding) -> Result<Applied, ScheduleError> {
        let mut attempt = 0;
        let before = loop {
            attempt += 1;
            let there = self.described(&binding.name).await?;
            let before = self.standing(binding, there.as_ref())?;
            let done = match before {
                Standing::NotNeeded | Standing::Same => break before,
                Standing::Superfluous => self.delete(&binding.name).await.map(|_| true)?,
                Standing::Missing => self.create(binding).await?,
                Standing::Differs => self.update(binding, there.unwrap_or_default()).await?,
            };
            if done {
                break before;
            }
            if attempt >= ATTEMPTS {
                let why = format!("the schedule `{}` is being changed by somebody else; try again", binding.name);
                return Err(ScheduleError::Server(why));
            }
        };
        let now = self.described(&binding.name).await?.filter(|there| is_ours(there.memo.as_ref())).unwrap_or_default();
        let paused = now.schedule.and_then(|schedule| schedule.state).is_some_and(|state| state.paused);
        let next = times(now.info.map(|info| info.future_action_times).unwrap_or_default());
        Ok(Applied { before, paused, next })
    }

    /// Whether it was created; somebody else may have been quicker.
    async fn create(&self, binding: &Binding) -> Result<bool, ScheduleError> {
        let request = CreateScheduleRequest {
            namespace: self.link.namespace.clone(),
            schedule_id: binding.name.clone(),
            schedule: Some(self.schedule(binding)),
            identity: "ntroc".to_owned(),
            request_id: crate::client::request_id(),
            memo: Some(memo(binding)),
            ..Default::default()
        };
        match self.call(request, |mut service, request| async move { service.create_schedule(request).await }).await? {
            Ok(_) => Ok(true),
            Err(status) if status.code() == Code::AlreadyExists => Ok(false),
            Err(status) => Err(ScheduleError::Server(status.message().to_owned())),
        }
    }

    /// Whether it was updated; somebody else may have changed it meanwhile.
    async fn update(&self, binding: &Binding, there: DescribeScheduleResponse) -> Result<bool, ScheduleError> {
        let mut schedule = self.schedule(binding);
        // A pause and its note are the operator's.
        schedule.state = there.schedule.and_then(|schedule| schedule.state);
        let request = UpdateScheduleRequest {
            namespace: self.link.namespace.clone(),
            schedule_id: binding.name.clone(),
            schedule: Some(schedule),
            conflict_token: there.conflict_token,
            identity: "ntroc".to_owned(),
            request_id: crate::client::request_id(),
            ..Default::default()
        };
        match self.call(request, |mut service, request| async move { service.update_schedule(request).await }).await? {
            Ok(_) => Ok(true),
            Err(status) if matches!(status.code(), Code::FailedPrecondition | Code::NotFound) => Ok(false),
            Err(status) => Err(ScheduleError::Server(status.message().to_owned())),
        }
    }

    async fn described(&self, name: &str) -> Result<Option<DescribeScheduleResponse>, ScheduleError> {
        let request = DescribeScheduleRequest { namespace: self.link.namespace.clone(), schedule_id: name.to_owned() };
        match self.call(request, |mut service, request| async move { service.describe_schedule(request).await }).await?
        {
            Ok(described) => Ok(Some(described)),
            Err(status) if status.code() == Code::NotFound => Ok(None),
            Err(status) => Err(ScheduleError::Server(status.message().to_owned())),
        }
    }

    /// Removes a binding's schedule; runs that go on are not touched. Whether there was one.
    ///
    /// # Errors
    /// It is not ours, or the server refuses.
    pub async fn remove(&self, name: &str) -> Result<bool, ScheduleError> {
        match self.described(name).await? {
            None => Ok(false),
            Some(there) if !is_ours(there.memo.as_ref()) => Err(ScheduleError::NotOurs(name.to_owned())),
            Some(_) => self.delete(name).await,
        }
    }

    async fn delete(&self, name: &str) -> Result<bool, ScheduleError> {
        let request = DeleteScheduleRequest {
            namespace: self.link.namespace.clone(),
            schedule_id: name.to_owned(),
            identity: "ntroc".to_owned(),
        };
        match self.call(request, |mut service, request| async move { service.delete_schedule(request).await }).await? {
            Ok(_) => Ok(true),
            Err(status) if status.code() == Code::NotFound => Ok(false),
            Err(status) => Err(ScheduleError::Server(status.message().to_owned())),
        }
    }

    /// All schedules of ours, by name.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn list(&self) -> Result<Vec<ScheduleLine>, ScheduleError> {
        let mut lines = Vec::new();
        let mut next_page_token = Vec::new();
        loop {
            let request = ListSchedulesRequest {
                namespace: self.link.namespace.clone(),
                maximum_page_size: 500,
                next_page_token,
                query: String::new(),
            };
            let page = match self
                .call(request, |mut service, request| async move { service.list_schedules(request).await })
                .await?
            {
                Ok(page) => page,
                Err(status) => return Err(ScheduleError::Server(status.message().to_owned())),
            };
            for entry in page.schedules.into_iter().filter(|entry| is_ours(entry.memo.as_ref())) {
                let info = entry.info.unwrap_or_default();
                let last = info.recent_actions.last().and_then(|action| action.start_workflow_result.clone());
                lines.push(ScheduleLine {
                    name: entry.schedule_id,
                    runbook: info.workflow_type.unwrap_or_default().name,
                    paused: info.paused,
                    next: times(info.future_action_times),
                    last: last.map(|run| run.workflow_id),
                });
            }
            next_page_token = page.next_page_token;
            if next_page_token.is_empty() || lines.len() >= MOST {
                lines.sort_by(|a, b| a.name.cmp(&b.name));
                return Ok(lines);
            }
        }
    }

    /// Starts a run of a schedule now, beside those that go on.
    ///
    /// # Errors
    /// There is none of that name, or the server refuses.
    pub async fn trigger(&self, name: &str) -> Result<(), ScheduleError> {
        let overlap_policy = ScheduleOverlapPolicy::AllowAll as i32;
        let now = TriggerImmediatelyRequest { overlap_policy, ..Default::default() };
        self.patch(name, SchedulePatch { trigger_immediately: Some(now), ..Default::default() }).await
    }

    /// Starts the runs that were due from one time to another, one after the other; each gets what it would have got then.
    ///
    /// # Errors
    /// There is none of that name, or the server refuses.
    pub async fn backfill(&self, name: &str, from: Timestamp, to: Timestamp) -> Result<(), ScheduleError> {
        let backfill = BackfillRequest {
            start_time: Some(proto_time(from)),
            end_time: Some(proto_time(to)),
            overlap_policy: ScheduleOverlapPolicy::BufferAll as i32,
        };
        self.patch(name, SchedulePatch { backfill_request: vec![backfill], ..Default::default() }).await
    }

    async fn patch(&self, name: &str, patch: SchedulePatch) -> Result<(), ScheduleError> {
        let request = PatchScheduleRequest {
            namespace: self.link.namespace.clone(),
            schedule_id: name.to_owned(),
            patch: Some(patch),
            identity: "ntroc".to_owned(),
            request_id: crate::client::request_id(),
        };
        match self.call(request, |mut service, request| async move { service.patch_schedule(request).await }).await? {
            Ok(_) => Ok(()),
            Err(status) if status.code() == Code::NotFound => Err(ScheduleError::None(name.to_owned())),
            Err(status) => Err(ScheduleError::Server(status.message().to_owned())),
        }
    }

    /// A binding's schedule, as the server is told it.
    fn schedule(&self, binding: &Binding) -> Schedule {
        let overlap = match binding.overlap {
            Overlap::Skip => ScheduleOverlapPolicy::Skip,
            Overlap::Queue => ScheduleOverlapPolicy::BufferAll,
            Overlap::Beside => ScheduleOverlapPolicy::AllowAll,
        };
        let spec = ScheduleSpec {
            cron_string: binding.schedule.iter().cloned().collect(),
            timezone_name: binding.zone.clone().unwrap_or_else(|| "UTC".to_owned()),
            ..Default::default()
        };
        // The server gives back its own form of a cron expression. What it was made from is kept here, to be compared.
        let timing = json!([spec.cron_string, spec.timezone_name]);
        let header = json!({ "binding": binding.name, "timing": timing });
        let action = NewWorkflowExecutionInfo {
            workflow_id: binding.name.clone(),
            workflow_type: Some(WorkflowType { name: binding.runbook.clone() }),
            task_queue: Some(TaskQueue {
                name: self.task_queue.clone(),
                kind: TaskQueueKind::Normal as i32,
                ..Default::default()
            }),
            input: Some(Payloads { payloads: vec![payload::json(&json!({}))] }),
            header: Some(Header { fields: HashMap::from([(START_HEADER.to_owned(), payload::json(&header))]) }),
            ..Default::default()
        };
        let policies = SchedulePolicies {
            overlap_policy: overlap as i32,
            catchup_window: Duration::from_millis(binding.catch_up_ms.unsigned_abs()).try_into().ok(),
            ..Default::default()
        };
        Schedule {
            spec: Some(spec),
            action: Some(ScheduleAction { action: Some(schedule_action::Action::StartWorkflow(action)) }),
            policies: Some(policies),
            state: Some(ScheduleState::default()),
        }
    }
}

/// Whether what is there would do what is wanted. The operator's state does not count.
fn same(there: Option<&Schedule>, wanted: &Schedule) -> bool {
    let facts = |schedule: &Schedule| {
        let Some(schedule_action::Action::StartWorkflow(action)) =
            schedule.action.as_ref().and_then(|action| action.action.clone())
        else {
            return None;
        };
        let fields = action.header.unwrap_or_default().fields;
        let header: Json = fields.get(START_HEADER).and_then(|header| payload::read(header).ok())?;
        let input = payload::first(&action.input.unwrap_or_default().payloads).ok()?;
        let policies = schedule.policies.unwrap_or_default();
        let queue = action.task_queue.unwrap_or_default().name;
        let window = policies.catchup_window.map(|window| (window.seconds, window.nanos));
        let kind = action.workflow_type.unwrap_or_default().name;
        Some((header, input, policies.overlap_policy, window, queue, kind, action.workflow_id))
    };
    there.and_then(facts).is_some_and(|there| Some(there) == facts(wanted))
}

fn is_ours(memo: Option<&Memo>) -> bool {
    memo.is_some_and(|memo| memo.fields.contains_key(MEMO))
}

fn memo(binding: &Binding) -> Memo {
    Memo { fields: HashMap::from([(MEMO.to_owned(), payload::text(&binding.name))]) }
}

fn times(times: Vec<prost_types::Timestamp>) -> Vec<Timestamp> {
    let times = times.into_iter().filter_map(|time| Timestamp::new(time.seconds, time.nanos).ok());
    times.take(NEXT).collect()
}

fn proto_time(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() }
}
