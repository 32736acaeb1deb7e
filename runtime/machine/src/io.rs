//! What goes into a machine and what comes out of it. Hosts translate these to and from their own world, one to one.

use ntro_ir::{CallContext, CallOptions};
use serde::{Deserialize, Serialize};

/// JSON as the outside writes it.
pub type Json = serde_json::Value;

/// A number that names one command of a run for the host: activities, timers and children share one counter, which starts at 1.
pub type Seq = u32;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// The run starts. Always the first input.
    Started(Box<Start>),
    /// An activity ended.
    ActivityResolved {
        /// Which.
        seq: Seq,
        /// How.
        result: Result<Json, ActivityFailure>,
    },
    /// A timer fired.
    TimerFired {
        /// Which.
        seq: Seq,
    },
    /// A child was started, or could not be.
    ChildStarted {
        /// Which.
        seq: Seq,
        /// Its run id, or why not.
        result: Result<String, ActivityFailure>,
    },
    /// A child ended.
    ChildResolved {
        /// Which.
        seq: Seq,
        /// How.
        result: Result<Json, ActivityFailure>,
    },
    /// A signal came: `user_action`, or one that the runbook declares. It cannot be refused.
    Signal {
        /// Its name.
        name: String,
        /// What it carries.
        payload: Json,
    },
    /// An update came. Only `act` is known; it is answered by [`Output::UpdateAccepted`] or [`Output::UpdateRejected`].
    Update {
        /// Names it for the answer.
        id: String,
        /// Its name.
        name: String,
        /// What it carries.
        payload: Json,
    },
    /// Somebody wants the run to end.
    CancelRequested {
        /// Why.
        reason: String,
    },
}

/// What a run is started with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// The workflow id: what people and systems address. Children get `{id}:{address}:{runbook}[:{key}]`.
    pub workflow_id: String,
    /// The first run's id, the same over continue-as-new. Seeds `uuid()` and idempotency keys.
    pub first_run_id: String,
    /// The input as JSON; decoded by the program's type, with an error that ends the run.
    pub input: Json,
    /// The configuration as JSON: overrides of the defaults.
    pub config: Json,
    /// The tenant from a binding; else from the input, else `default`.
    pub tenant: Option<String>,
    /// The entity from a binding; else from the input, else `default`.
    pub entity: Option<String>,
    /// The time zone's IANA name; UTC where absent.
    pub zone: Option<String>,
    /// The nominal time of a schedule, which is `now()` for the binding's `with`.
    pub scheduled_at: Option<jiff::Timestamp>,
    /// Holidays besides Saturday and Sunday, for working days.
    pub holidays: Vec<jiff::civil::Date>,
    /// Whether an action without an actor satisfies `by` (never `not_by` or `quorum`).
    pub anonymous: bool,
}

/// Why an activity or a child did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityFailure {
    /// A word for programs: `failed`, `timeout`, `cancelled`, `terminated`, `not_found`, `invalid_input`, or the capability's own.
    pub kind: String,
    /// A sentence for people.
    pub message: String,
}

/// Something that is wanted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// Run an activity.
    ScheduleActivity(Box<ActivityCall>),
    /// Stop an activity. Its resolution still comes.
    CancelActivity {
        /// Which.
        seq: Seq,
    },
    /// Start a timer.
    StartTimer {
        /// Names it.
        seq: Seq,
        /// How long, in milliseconds, from the activation's time.
        after_ms: i64,
        /// What it is for, for people.
        summary: String,
    },
    /// Stop a timer. It no longer fires.
    CancelTimer {
        /// Which.
        seq: Seq,
    },
    /// Start a child.
    StartChild(Box<ChildCall>),
    /// Cancel a child. Its resolution still comes.
    CancelChild {
        /// Which.
        seq: Seq,
    },
    /// What "what waits for whom" is searched by; given whenever it changes.
    UpsertSearchAttributes(SearchAttributes),
    /// An update was carried out.
    UpdateAccepted {
        /// Which.
        id: String,
        /// The answer.
        result: Json,
    },
    /// An update was refused; nothing has changed.
    UpdateRejected {
        /// Which.
        id: String,
        /// Why, for the person.
        message: String,
    },
    /// `emit`, and what the machine itself tells: `gate.opened`, `gate.decided`, `step.completed`, `signal.ignored` …
    Event(Event),
    /// The run is complete.
    Complete {
        /// What it yields.
        result: Json,
    },
    /// The run failed.
    Fail(RunFailure),
    /// The run was cancelled.
    Cancelled,
}

/// An activity that is wanted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActivityCall {
    /// Names it.
    pub seq: Seq,
    /// The capability; `agent.invoke` for an agent.
    pub capability: String,
    /// The arguments by name; for an agent as `wire.md` says.
    pub args: Json,
    /// Who asks, and under which key.
    pub context: CallContext,
    /// How it is reached and retried.
    pub options: CallOptions,
    /// The limit of all attempts together, in milliseconds (from `within` on the call), if any.
    pub schedule_to_close_ms: Option<i64>,
    /// The step's title, for people.
    pub summary: String,
}

/// A child that is wanted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChildCall {
    /// Names it.
    pub seq: Seq,
    /// Its workflow id.
    pub workflow_id: String,
    /// The runbook.
    pub runbook: String,
    /// The interface that the parent was checked against.
    pub interface: String,
    /// Its input.
    pub input: Json,
    /// The tenant and entity that it inherits where its input does not say.
    pub tenant: String,
    /// See `tenant`.
    pub entity: String,
    /// The step's title and the key, for people.
    pub summary: String,
}

/// What runs are searched by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SearchAttributes {
    /// The runbook.
    pub runbook: String,
    /// The tenant.
    pub tenant: String,
    /// The entity.
    pub entity: String,
    /// The address of the first active block in the order of declaration.
    pub step: Option<String>,
    /// The kinds of what is pending, sorted, each once.
    pub pending: Vec<String>,
    /// The roles that may decide, sorted, each once.
    pub roles: Vec<String>,
    /// The earliest limit.
    pub due: Option<jiff::Timestamp>,
}

/// Something that happened inside, for those who watch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// `step.entered`, `step.completed`, `step.skipped`, `step.failed`, `step.cancelled`, `gate.opened`, `gate.approved` (one of
    /// several), `gate.decided`, `gate.escalated`, `row.edited`, `row.rejected`, `await.opened`,
    /// `await.closed`, `step.late` (its limit is over), `step.undoing`, `step.undone`, `step.undo_failed`, `gate.reminded`,
    /// `await.reminded`, `reminder.failed`, `check.completed`, `signal.ignored`, `action.ignored`, `feedback`, `rework`, or the name of an `emit`.
    pub name: String,
    /// The block's address; empty for the run itself.
    pub step: String,
    /// Details.
    pub data: Json,
    /// When.
    pub at: jiff::Timestamp,
}

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFailure {
    /// `failed`, `invalid_input`, a capability's kind, or an expression's (`division_by_zero`, `currency` …).
    pub kind: String,
    /// `STEP TITLE: message`
    pub message: String,
    /// The address of the block.
    pub step: String,
    /// The capability, where one failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capability: Option<String>,
    /// The operation, for the source map.
    pub pc: u32,
}
