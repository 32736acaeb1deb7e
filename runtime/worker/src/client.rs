//! What people and programs do with runs from outside: start, look, act, cancel. Every call has a deadline, and says so when no
//! worker polls the queue.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use ntro_machine::Json;
use serde_json::json;
use temporalio_client::grpc::WorkflowService;
use temporalio_client::tonic::{Code, Request, Response, Status};
use temporalio_common::protos::temporal::api::common::v1::{
    Header, Payload, Payloads, WorkflowExecution, WorkflowType,
};
use temporalio_common::protos::temporal::api::enums::v1::{
    TaskQueueKind, TaskQueueType, UpdateWorkflowExecutionLifecycleStage, WorkflowExecutionStatus,
};
use temporalio_common::protos::temporal::api::history::v1::History;
use temporalio_common::protos::temporal::api::query::v1::WorkflowQuery;
use temporalio_common::protos::temporal::api::taskqueue::v1::TaskQueue;
use temporalio_common::protos::temporal::api::update::v1::{self as update, Input, Meta, WaitPolicy, outcome};
use temporalio_common::protos::temporal::api::workflow::v1::WorkflowExecutionInfo;
use temporalio_common::protos::temporal::api::workflowservice::v1::{
    DescribeTaskQueueRequest, DescribeWorkflowExecutionRequest, GetWorkflowExecutionHistoryRequest,
    ListWorkflowExecutionsRequest, QueryWorkflowRequest, SignalWorkflowExecutionRequest, StartWorkflowExecutionRequest,
    UpdateWorkflowExecutionRequest,
};

use crate::connect::Link;
use crate::failure;
use crate::payload;
use crate::translate::START_HEADER;

mod details;
mod growth;
mod retry;
mod tree;

pub use details::{Call, CallState, Details, Task};
pub use growth::Growing;
pub use retry::Hurried;

/// How long one call may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// After how long without an answer is looked whether anybody works.
const ALONE: Duration = Duration::from_secs(1);
/// How many runs one listing gives at most.
const MOST_RUNS: usize = 10_000;
/// The largest input, in bytes: the server refuses two megabytes.
const MOST_BYTES: usize = 1_900_000;

/// Why something could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// There is no such run.
    #[error("there is no run `{0}` here")]
    NoRun(String),
    /// A run of this id is open.
    #[error("a run `{0}` is open already; give this one another id")]
    AlreadyStarted(String),
    /// The run has ended.
    #[error("the run `{0}` has ended")]
    Ended(String),
    /// The machine refused an action.
    #[error("{0}")]
    Refused(String),
    /// Nobody does the work.
    #[error("no worker polls the task queue `{queue}`, so the run `{run}` cannot answer")]
    NoWorker {
        /// The queue.
        queue: String,
        /// The run.
        run: String,
    },
    /// The run's task fails again and again.
    #[error("the run `{run}` cannot answer: its task fails and is tried again: {why}")]
    Stuck {
        /// The run.
        run: String,
        /// What its worker said.
        why: String,
    },
    /// No answer in time, although a worker polls.
    #[error("the run `{run}` did not answer within {seconds} seconds")]
    Late {
        /// The run.
        run: String,
        /// How long was waited.
        seconds: u64,
    },
    /// The server refuses.
    #[error("the Temporal server says: {0}")]
    Server(String),
    /// The server does not answer.
    #[error("the Temporal server at {0} does not answer")]
    Unreachable(String),
    /// What came cannot be understood.
    #[error("{0}")]
    Unreadable(String),
}

/// What a run is started with besides its input.
#[derive(Debug, Clone, Default)]
pub struct StartOptions {
    /// The tenant; else from the input.
    pub tenant: Option<String>,
    /// The entity; else from the input.
    pub entity: Option<String>,
    /// The time zone.
    pub zone: Option<String>,
    /// The version to pin.
    pub version: Option<String>,
    /// Overrides of the configuration.
    pub config: Option<Json>,
    /// The binding whose input, version and entity the run gets.
    pub binding: Option<String>,
    /// How long the run may take in all.
    pub timeout: Option<Duration>,
}

/// A run in a listing.
#[derive(Debug, Clone, PartialEq)]
pub struct RunLine {
    /// Its workflow id.
    pub id: String,
    /// Its run id.
    pub run_id: String,
    /// Its workflow type.
    pub runbook: String,
    /// `running`, `completed`, `failed`, `cancelled`, `terminated`, `timed_out`, `continued`.
    pub status: String,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub closed: Option<Timestamp>,
    /// The run that started it.
    pub parent: Option<String>,
    /// The first run of its tree.
    pub root: Option<String>,
    /// What it is searched by, by name.
    pub attributes: BTreeMap<String, Json>,
}

impl RunLine {
    /// An open run of which nothing more is known.
    fn named(id: &str, runbook: &str) -> RunLine {
        RunLine {
            id: id.to_owned(),
            run_id: String::new(),
            runbook: runbook.to_owned(),
            status: "running".to_owned(),
            started: None,
            closed: None,
            parent: None,
            root: None,
            attributes: BTreeMap::new(),
        }
    }
}

/// A run's end.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// With this result.
    Completed(Json),
    /// With this kind and message.
    Failed {
        /// For programs.
        kind: String,
        /// For people.
        message: String,
    },
    /// Somebody cancelled it.
    Cancelled,
    /// Somebody ended it by force.
    Terminated(String),
    /// Its time was over.
    TimedOut,
}

/// The runs of a namespace.
#[derive(Clone)]
pub struct Runs {
    link: Link,
    task_queue: String,
    patience: Duration,
}

impl Runs {
    /// The runs that workers of this queue serve.
    pub fn new(link: Link, task_queue: &str) -> Runs {
        Runs { link, task_queue: task_queue.to_owned(), patience: PATIENCE }
    }

    /// The same with another deadline for each call.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Runs {
        Runs { patience, ..self }
    }

    fn execution(id: &str) -> Option<WorkflowExecution> {
        Some(WorkflowExecution { workflow_id: id.to_owned(), run_id: String::new() })
    }

    /// One call with its deadline. What the server refuses comes back as it is.
    async fn call<Q: Clone, T, F>(
        &self,
        request: Q,
        call: impl Fn(Box<dyn WorkflowService>, Request<Q>) -> F,
    ) -> Result<Result<T, Status>, ClientError>
    where
        F: Future<Output = Result<Response<T>, Status>>,
    {
        match self.link.ask(self.patience, request, call).await {
            Err(status) if status.code() == Code::Unavailable => {
                Err(ClientError::Unreachable(self.link.address.clone()))
            }
            answer => Ok(answer),
        }
    }

    /// Waits for an answer of a run; where nobody is there to give one, not to the end.
    async fn answer<T>(
        &self,
        id: &str,
        asked: impl Future<Output = Result<Result<T, Status>, ClientError>>,
    ) -> Result<Result<T, Status>, ClientError> {
        tokio::pin!(asked);
        tokio::select! {
            answer = &mut asked => return answer,
            () = tokio::time::sleep(ALONE.min(self.patience)) => {}
        }
        let alone = async {
            match self.has_worker().await {
                Ok(false) => {}
                Ok(true) | Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            answer = asked => answer,
            () = alone => Err(ClientError::NoWorker { queue: self.task_queue.clone(), run: id.to_owned() }),
        }
    }

    /// Starts a run and gives its run id. It waits, where no worker is there.
    ///
    /// # Errors
    /// A run of this id is open, or the server refuses.
    pub async fn start(
        &self,
        runbook: &str,
        id: &str,
        input: &Json,
        options: &StartOptions,
    ) -> Result<String, ClientError> {
        let input = payload::json(input);
        if input.data.len() > MOST_BYTES {
            let bytes = input.data.len();
            return Err(ClientError::Refused(format!("the input has {bytes} bytes; {MOST_BYTES} are the most")));
        }
        let header = json!({
            "tenant": options.tenant, "entity": options.entity, "zone": options.zone, "version": options.version,
            "config": options.config, "binding": options.binding,
        });
        let said = header.as_object().is_some_and(|fields| fields.values().any(|value| !value.is_null()));
        let request = StartWorkflowExecutionRequest {
            namespace: self.link.namespace.clone(),
            workflow_id: id.to_owned(),
            workflow_type: Some(WorkflowType { name: runbook.to_owned() }),
            task_queue: Some(TaskQueue {
                name: self.task_queue.clone(),
                kind: TaskQueueKind::Normal as i32,
                ..Default::default()
            }),
            input: Some(Payloads { payloads: vec![input] }),
            identity: "ntroc".to_owned(),
            request_id: request_id(),
            workflow_execution_timeout: options.timeout.and_then(|timeout| timeout.try_into().ok()),
            header: said.then(|| Header { fields: HashMap::from([(START_HEADER.to_owned(), payload::json(&header))]) }),
            ..Default::default()
        };
        match self
            .call(request, |mut service, request| async move { service.start_workflow_execution(request).await })
            .await?
        {
            Ok(started) => Ok(started.run_id),
            Err(status) if status.code() == Code::AlreadyExists => Err(ClientError::AlreadyStarted(id.to_owned())),
            Err(status) => Err(self.server(&status)),
        }
    }

    /// The answer of a run to a question.
    ///
    /// # Errors
    /// There is no such run, no worker answers, or its task fails.
    pub async fn query(&self, id: &str, name: &str) -> Result<Json, ClientError> {
        let request = QueryWorkflowRequest {
            namespace: self.link.namespace.clone(),
            execution: Self::execution(id),
            query: Some(WorkflowQuery { query_type: name.to_owned(), ..Default::default() }),
            ..Default::default()
        };
        match self
            .answer(id, self.call(request, |mut service, request| async move { service.query_workflow(request).await }))
            .await?
        {
            Ok(answer) => read(answer.query_result.as_ref()),
            Err(status) => Err(self.silent(id, &status).await),
        }
    }

    /// Carries out a person's action, by the update `act`. Gives what the run answers.
    ///
    /// # Errors
    /// The run's refusal, for the person; or that it cannot answer.
    pub async fn act(&self, id: &str, body: &Json) -> Result<Json, ClientError> {
        let until = tokio::time::Instant::now() + self.patience;
        loop {
            match self.act_once(id, body).await {
                // The run finds its program first; nobody should have to send it again by hand.
                Err(ClientError::Refused(why))
                    if why.starts_with("NotReady") && tokio::time::Instant::now() < until =>
                {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                other => return other,
            }
        }
    }

    async fn act_once(&self, id: &str, body: &Json) -> Result<Json, ClientError> {
        let request = UpdateWorkflowExecutionRequest {
            namespace: self.link.namespace.clone(),
            workflow_execution: Self::execution(id),
            wait_policy: Some(WaitPolicy { lifecycle_stage: UpdateWorkflowExecutionLifecycleStage::Completed as i32 }),
            request: Some(update::Request {
                meta: Some(Meta { update_id: request_id(), identity: "ntroc".to_owned() }),
                input: Some(Input {
                    header: None,
                    name: "act".to_owned(),
                    args: Some(Payloads { payloads: vec![payload::json(body)] }),
                }),
                ..Default::default()
            }),
            ..Default::default()
        };
        let asked =
            self.call(request, |mut service, request| async move { service.update_workflow_execution(request).await });
        let answer = match self.answer(id, asked).await? {
            Ok(answer) => answer,
            Err(status) => return Err(self.silent(id, &status).await),
        };
        match answer.outcome.and_then(|outcome| outcome.value) {
            Some(outcome::Value::Success(payloads)) => read(Some(&payloads)),
            Some(outcome::Value::Failure(failure)) => Err(ClientError::Refused(failure::read(Some(&failure)).message)),
            None => Err(self.silent(id, &Status::deadline_exceeded("no answer in time")).await),
        }
    }

    /// Sends a signal. It waits in the run's history until a worker takes it.
    ///
    /// # Errors
    /// There is no such open run.
    pub async fn signal(&self, id: &str, name: &str, body: &Json) -> Result<(), ClientError> {
        let request = SignalWorkflowExecutionRequest {
            namespace: self.link.namespace.clone(),
            workflow_execution: Self::execution(id),
            signal_name: name.to_owned(),
            input: Some(Payloads { payloads: vec![payload::json(body)] }),
            identity: "ntroc".to_owned(),
            request_id: request_id(),
            ..Default::default()
        };
        match self
            .call(request, |mut service, request| async move { service.signal_workflow_execution(request).await })
            .await?
        {
            Ok(_) => Ok(()),
            Err(status) => Err(self.refusal(id, &status)),
        }
    }

    /// The runs that a visibility query finds, the newest first; ten thousand at most.
    ///
    /// # Errors
    /// The query is wrong, or the server refuses.
    pub async fn list(&self, query: &str) -> Result<Vec<RunLine>, ClientError> {
        let mut runs = Vec::new();
        let mut next_page_token = Vec::new();
        loop {
            let request = ListWorkflowExecutionsRequest {
                namespace: self.link.namespace.clone(),
                page_size: 500,
                next_page_token,
                query: query.to_owned(),
            };
            let page = match self
                .call(request, |mut service, request| async move { service.list_workflow_executions(request).await })
                .await?
            {
                Ok(page) => page,
                Err(status) => return Err(self.server(&status)),
            };
            runs.extend(page.executions.into_iter().map(line));
            next_page_token = page.next_page_token;
            if next_page_token.is_empty() || runs.len() >= MOST_RUNS {
                return Ok(runs);
            }
        }
    }

    /// What the server knows of a run.
    ///
    /// # Errors
    /// There is no such run.
    pub async fn describe(&self, id: &str) -> Result<RunLine, ClientError> {
        let request =
            DescribeWorkflowExecutionRequest { namespace: self.link.namespace.clone(), execution: Self::execution(id) };
        match self
            .call(request, |mut service, request| async move { service.describe_workflow_execution(request).await })
            .await?
        {
            Ok(described) => Ok(line(described.workflow_execution_info.unwrap_or_default())),
            Err(status) => Err(self.refusal(id, &status)),
        }
    }

    /// A run's history.
    ///
    /// # Errors
    /// There is no such run.
    pub async fn history(&self, id: &str) -> Result<History, ClientError> {
        let mut events = Vec::new();
        let mut next_page_token = Vec::new();
        loop {
            let request = GetWorkflowExecutionHistoryRequest {
                namespace: self.link.namespace.clone(),
                execution: Self::execution(id),
                maximum_page_size: 1_000,
                next_page_token,
                ..Default::default()
            };
            let page = match self
                .call(
                    request,
                    |mut service, request| async move { service.get_workflow_execution_history(request).await },
                )
                .await?
            {
                Ok(page) => page,
                Err(status) => return Err(self.refusal(id, &status)),
            };
            events.extend(page.history.unwrap_or_default().events);
            next_page_token = page.next_page_token;
            if next_page_token.is_empty() {
                return Ok(History { events });
            }
        }
    }

    /// Waits for a run's end, over continue-as-new, no longer than this.
    ///
    /// # Errors
    /// There is no such run, or it has not ended by then.
    pub async fn end(&self, id: &str, within: Duration) -> Result<End, ClientError> {
        let until = tokio::time::Instant::now() + within;
        loop {
            let run = self.describe(id).await?;
            if run.status != "running" {
                return end_of(&self.history(id).await?);
            }
            if tokio::time::Instant::now() >= until {
                return Err(ClientError::Late { run: id.to_owned(), seconds: within.as_secs() });
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Whether a worker has polled our queue lately.
    ///
    /// # Errors
    /// The server does not answer.
    pub async fn has_worker(&self) -> Result<bool, ClientError> {
        let request = DescribeTaskQueueRequest {
            namespace: self.link.namespace.clone(),
            task_queue: Some(TaskQueue { name: self.task_queue.clone(), ..Default::default() }),
            task_queue_type: TaskQueueType::Workflow as i32,
            ..Default::default()
        };
        match self
            .call(request, |mut service, request| async move { service.describe_task_queue(request).await })
            .await?
        {
            Ok(described) => Ok(!described.pollers.is_empty()),
            Err(status) => Err(self.server(&status)),
        }
    }

    /// Why a run did not answer.
    async fn silent(&self, id: &str, status: &Status) -> ClientError {
        match status.code() {
            Code::NotFound => return self.refusal(id, status),
            Code::InvalidArgument => return ClientError::Refused(status.message().to_owned()),
            _ => {}
        }
        if let Ok(Some(why)) = self.trouble(id).await {
            return ClientError::Stuck { run: id.to_owned(), why };
        }
        match self.has_worker().await {
            Ok(false) => ClientError::NoWorker { queue: self.task_queue.clone(), run: id.to_owned() },
            Ok(true) if matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled) => {
                ClientError::Late { run: id.to_owned(), seconds: self.patience.as_secs() }
            }
            Ok(true) => self.server(status),
            Err(error) => error,
        }
    }

    fn refusal(&self, id: &str, status: &Status) -> ClientError {
        match status.code() {
            // The second is an update's word for a run that ended while it waited.
            Code::NotFound
                if ["already completed", "closing workflow"].iter().any(|end| status.message().contains(end)) =>
            {
                ClientError::Ended(id.to_owned())
            }
            Code::NotFound => ClientError::NoRun(id.to_owned()),
            _ => self.server(status),
        }
    }

    fn server(&self, status: &Status) -> ClientError {
        match status.code() {
            Code::DeadlineExceeded | Code::Unavailable => ClientError::Unreachable(self.link.address.clone()),
            _ => ClientError::Server(status.message().to_owned()),
        }
    }
}

fn read(payloads: Option<&Payloads>) -> Result<Json, ClientError> {
    let payloads = payloads.map_or(&[][..], |payloads| &payloads.payloads);
    payload::first(payloads).map_err(|error| ClientError::Unreadable(format!("the answer cannot be read: {error}")))
}

/// A text inside the quotes of a visibility query.
pub fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'")
}

/// Names one request, so that a repetition of it by the network counts once.
pub(crate) fn request_id() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    format!("ntroc-{}-{}-{count}", std::process::id(), now.as_nanos())
}

fn line(info: WorkflowExecutionInfo) -> RunLine {
    let status = word(info.status()).to_owned();
    let time =
        |time: Option<prost_types::Timestamp>| time.and_then(|time| Timestamp::new(time.seconds, time.nanos).ok());
    let execution = info.execution.unwrap_or_default();
    let attributes = info.search_attributes.unwrap_or_default().indexed_fields;
    let readable = |(name, value): (String, Payload)| Some((name, payload::read(&value).ok()?));
    RunLine {
        id: execution.workflow_id,
        run_id: execution.run_id,
        runbook: info.r#type.unwrap_or_default().name,
        status,
        started: time(info.start_time),
        closed: time(info.close_time),
        parent: info.parent_execution.map(|parent| parent.workflow_id).filter(|id| !id.is_empty()),
        root: info.root_execution.map(|root| root.workflow_id).filter(|id| !id.is_empty()),
        attributes: attributes.into_iter().filter_map(readable).collect(),
    }
}

fn word(status: WorkflowExecutionStatus) -> &'static str {
    match status {
        WorkflowExecutionStatus::Unspecified => "unknown",
        WorkflowExecutionStatus::Running => "running",
        WorkflowExecutionStatus::Completed => "completed",
        WorkflowExecutionStatus::Failed => "failed",
        WorkflowExecutionStatus::Canceled => "cancelled",
        WorkflowExecutionStatus::Terminated => "terminated",
        WorkflowExecutionStatus::ContinuedAsNew => "continued",
        WorkflowExecutionStatus::TimedOut => "timed_out",
        WorkflowExecutionStatus::Paused => "paused",
    }
}

/// How a history ends.
///
/// # Errors
/// It does not.
pub fn end_of(history: &History) -> Result<End, ClientError> {
    use temporalio_common::protos::temporal::api::history::v1::history_event::Attributes as A;
    match history.events.last().and_then(|event| event.attributes.as_ref()) {
        Some(A::WorkflowExecutionCompletedEventAttributes(done)) => Ok(End::Completed(read(done.result.as_ref())?)),
        Some(A::WorkflowExecutionFailedEventAttributes(failed)) => {
            let failure = failure::read(failed.failure.as_ref());
            Ok(End::Failed { kind: failure.kind, message: failure.message })
        }
        Some(A::WorkflowExecutionCanceledEventAttributes(_)) => Ok(End::Cancelled),
        Some(A::WorkflowExecutionTerminatedEventAttributes(ended)) => Ok(End::Terminated(ended.reason.clone())),
        Some(A::WorkflowExecutionTimedOutEventAttributes(_)) => Ok(End::TimedOut),
        _ => Err(ClientError::Unreadable("the run has not ended".to_owned())),
    }
}
