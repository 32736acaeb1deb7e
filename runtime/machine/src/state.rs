//! The whole state of a run, as plain data: serialisable, comparable, hashable. Nothing here repeats what the program says.
//!
//! Invariants: every fibre but the root has a parent that waits for it or hears for it; every command whose fibre is given
//! is the one that this fibre waits for (or its limit); between two activations no fibre is ready.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use ntro_ir::{AwaitId, BlockId, CallId, ChildId, GateId, HandlerId, Pc, Slot, UndoId, Value};
use serde::{Deserialize, Serialize};

use crate::io::{Json, RunFailure, SearchAttributes, Seq};

/// Names a fibre. The root is 0; numbers are never used again.
pub(crate) type FibreId = u32;

/// The fibre that the run starts with.
pub(crate) const ROOT: FibreId = 0;

/// Everything that a run remembers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// What it was started with; absent before the start.
    pub(crate) run: Option<Run>,
    /// How far it is.
    pub(crate) phase: Phase,
    /// The values of slots that no fibre has for itself. A slot that is absent holds nothing.
    pub(crate) slots: BTreeMap<u32, Value>,
    /// What has happened to blocks; those that were never touched are absent.
    pub(crate) blocks: BTreeMap<BlockId, BlockState>,
    /// What runs or waits.
    pub(crate) fibres: BTreeMap<FibreId, Fibre>,
    /// The next fibre's number.
    pub(crate) next_fibre: FibreId,
    /// The last command's number.
    pub(crate) last_seq: Seq,
    /// How often `uuid()` was called.
    pub(crate) uuids: u64,
    /// Activities, timers and children under way.
    pub(crate) commands: BTreeMap<Seq, Command>,
    /// Signals that nothing has taken, in the order of arrival.
    pub(crate) queue: Vec<Queued>,
    /// References (`document_ref`, `event_id`) of signals that were taken.
    pub(crate) taken: BTreeMap<String, Taken>,
    /// The digest of the body of the action that last decided a gate.
    pub(crate) last_decision: Option<String>,
    /// What was last told to be searched by.
    pub(crate) search: SearchAttributes,
    /// Undos of completed steps, the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) undos: Vec<Undoable>,
    /// How many there have been.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) undo_count: u64,
    /// What could not be taken back while the run ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) undo_failures: Vec<String>,
    /// What changes without moving the run: times, counters, what people are told.
    pub(crate) notes: Notes,
}

/// What changes without moving the run. [`crate::Machine::decided_hash`] leaves it out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Notes {
    /// The time of the newest activation.
    pub(crate) now: Timestamp,
    /// How many activations there were.
    pub(crate) activation: u64,
    /// How many signals, updates and actions have come.
    pub(crate) arrivals: u64,
    /// What people are told at the open wait of a fibre, or at its next one.
    pub(crate) feedback: BTreeMap<FibreId, Feedback>,
    /// How many inputs were ignored.
    pub(crate) ignored_count: u64,
    /// The newest of them.
    pub(crate) ignored: Vec<Ignored>,
}

/// What the run was started with, besides input and configuration, which are slots.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) workflow_id: String,
    pub(crate) first_run_id: String,
    pub(crate) tenant: String,
    pub(crate) entity: String,
    pub(crate) period: Option<String>,
    pub(crate) zone: Option<String>,
    pub(crate) holidays: Vec<jiff::civil::Date>,
    pub(crate) anonymous: bool,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    /// Nothing has come yet.
    New,
    /// It runs or waits.
    Running,
    /// It was cancelled, and waits for what still runs outside to answer.
    Cancelling { reason: String },
    /// It has failed or yielded something, and waits for undos to take back what was done.
    Ending(Box<Ending>),
    /// It is over.
    Closed,
}

/// How a run will end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ending {
    Failed(RunFailure),
    Completed { result: Json },
}

/// A completed step that can be undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Undoable {
    pub(crate) undo: UndoId,
    /// Which round of the block.
    pub(crate) entry: u32,
    /// The fibre that completed it, or the one that this one belonged to.
    pub(crate) fibre: FibreId,
    /// Its number among all.
    pub(crate) number: u64,
    /// What the undo reads, as it was when the block was complete.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) slots: BTreeMap<u32, Value>,
}

/// What has happened to a block.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct BlockState {
    /// How often it was entered.
    pub(crate) entries: u32,
    /// How its newest round ended; absent while it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) finish: Option<Finish>,
    /// What was shown and decided in its newest round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) snapshot: Option<Box<StepSnapshot>>,
    /// The children of its newest round.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) children: Vec<ChildNote>,
}

/// How a block's round ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Finish {
    pub(crate) how: Finished,
    /// Why it was skipped or failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<String>,
    pub(crate) at: Timestamp,
}

/// See [`Finish`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Finished {
    Completed,
    Skipped,
    Failed,
    Cancelled,
}

/// What was shown and decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StepSnapshot {
    pub(crate) display_hint: Json,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) payload: Option<Json>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) decision: Option<Json>,
}

/// A child as queries tell of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ChildNote {
    /// The key in a fan-out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    /// The round of the block that started it.
    pub(crate) entry: u32,
    /// Known once it has started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) run_id: Option<String>,
    pub(crate) status: ChildStatus,
}

/// See [`ChildNote`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChildStatus {
    /// Not started yet, because others run.
    Waiting,
    Running,
    Completed,
    Failed,
}

impl ChildStatus {
    /// The word of the wire.
    pub(crate) fn word(self) -> &'static str {
        match self {
            ChildStatus::Waiting => "pending",
            ChildStatus::Running => "running",
            ChildStatus::Completed => "completed",
            ChildStatus::Failed => "failed",
        }
    }
}

/// One line of control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fibre {
    /// Who started it.
    pub(crate) parent: Option<FibreId>,
    /// The next operation.
    pub(crate) pc: Pc,
    /// The slots that it has for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) overlay: Option<Overlay>,
    /// Where failures go on, the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tries: Vec<TryFrame>,
    /// The blocks that it is in, the innermost last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) active: Vec<Active>,
    /// What it hears.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) listens: Vec<HandlerId>,
    /// What `var`s held when a block that a rework names was entered.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) kept: BTreeMap<BlockId, Vec<(Slot, Option<Value>)>>,
    /// Why blocks are done again, each with the block that asked: once that one is done, the reason is gone. The newest is last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) reworks: Vec<(BlockId, Value)>,
    /// The gate that was decided last, and how many arrivals there were by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) decided: Option<(BlockId, u64)>,
    /// Limits that run, the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) limits: Vec<LimitFrame>,
    /// How many undoable steps there had been when a block was last entered or passed over; kept where a program has undos.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) marks: BTreeMap<BlockId, u64>,
    /// Whether it undoes a step: neither a cancellation nor a failure elsewhere ends it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) undoes: bool,
    /// Whether it is what is left of a step that was ended while a capability ran for it: see `settle`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) settles: bool,
    /// What could not be taken back for its rework.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) undo_failures: Vec<String>,
    /// What it waits for.
    pub(crate) wait: Wait,
}

impl Fibre {
    /// A fibre that is ready.
    pub(crate) fn new(parent: Option<FibreId>, pc: Pc) -> Fibre {
        Fibre {
            parent,
            pc,
            overlay: None,
            tries: Vec::new(),
            active: Vec::new(),
            listens: Vec::new(),
            kept: BTreeMap::new(),
            reworks: Vec::new(),
            decided: None,
            limits: Vec::new(),
            marks: BTreeMap::new(),
            undoes: false,
            settles: false,
            undo_failures: Vec::new(),
            wait: Wait::Ready,
        }
    }
}

/// The slots of a scope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Overlay {
    /// An index into the program's scopes.
    pub(crate) scope: u32,
    pub(crate) slots: BTreeMap<u32, Value>,
}

/// A `try` that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TryFrame {
    pub(crate) to: Pc,
    pub(crate) slot: Option<Slot>,
    /// How many blocks were active when it was opened.
    pub(crate) active: u32,
    /// How many handlers heard.
    pub(crate) listens: u32,
    /// How many limits ran.
    #[serde(default, skip_serializing_if = "no_limits")]
    pub(crate) limits: u32,
}

/// A limit of everything that a fibre does inside a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LimitFrame {
    pub(crate) to: Pc,
    pub(crate) seq: Seq,
    pub(crate) due: Timestamp,
    /// How many blocks were active when it was opened.
    pub(crate) active: u32,
    /// How many handlers heard.
    pub(crate) listens: u32,
    /// How many `try`s were open.
    pub(crate) tries: u32,
}

/// A block that a fibre is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Active {
    pub(crate) block: BlockId,
    pub(crate) entry: u32,
    /// Its child failed and `on failure skip` said to go on: completing it shows it as skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) skipped: Option<String>,
}

/// What a fibre waits for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wait {
    /// Nothing: it runs in this activation.
    Ready,
    /// An activity.
    Call(CallWait),
    /// A timer.
    Sleep { seq: Seq, until: Timestamp },
    /// A person.
    Gate(Box<GateWait>),
    /// A signal or a condition.
    Await(Box<AwaitWait>),
    /// Children.
    Child(Box<ChildWait>),
    /// Fibres side by side.
    Join { running: BTreeSet<FibreId> },
    /// Fibres side by side, one for each element.
    Each(Box<EachWait>),
    /// An undo: then its operation is run again.
    Undo { running: FibreId },
}

/// What runs beside an open gate or await.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Beside {
    /// One for each of the wait's reminders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) reminders: Vec<ReminderWait>,
    /// One for each of the gate's checks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) checks: Vec<CheckWait>,
}

impl Beside {
    /// Whether there is nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.reminders.is_empty() && self.checks.is_empty()
    }
}

/// A reminder of an open wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReminderWait {
    /// The timer of the next one; nothing once it cannot be computed any more.
    pub(crate) seq: Option<Seq>,
    /// How often people were reminded.
    pub(crate) count: u32,
    /// The fibre that does so right now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fibre: Option<FibreId>,
}

/// A check of an open gate.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct CheckWait {
    /// The fibre that runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fibre: Option<FibreId>,
    /// What it found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) found: Option<Value>,
    /// Why it could not be carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) failed: Option<String>,
}

/// A call under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CallWait {
    pub(crate) seq: Seq,
    pub(crate) call: CallId,
    pub(crate) slot: Option<Slot>,
    /// Whether an agent's answer was sent back once already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) again: bool,
}

/// A limit that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LimitWait {
    /// Which of the limits.
    pub(crate) index: u32,
    pub(crate) seq: Seq,
    pub(crate) due: Timestamp,
}

/// An open gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct GateWait {
    pub(crate) gate: GateId,
    pub(crate) entry: u32,
    pub(crate) opened_at: Timestamp,
    /// The activation that opened it.
    pub(crate) opened_in: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<LimitWait>,
    /// Roles that an escalation has added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) escalated: Vec<String>,
    /// What people have changed: by row key (`""` for a form or a text), then by field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) edits: BTreeMap<String, BTreeMap<String, Value>>,
    /// The keys of rejected rows, in the order of the rejection.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rejected: Vec<String>,
    /// What was changed from what to what, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) corrections: Vec<Correction>,
    /// Who has approved, where more than one must.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) approvers: Vec<String>,
    /// What runs beside it.
    #[serde(default, skip_serializing_if = "Beside::is_empty")]
    pub(crate) beside: Beside,
}

/// One edit, for the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Correction {
    /// The row's key; absent for a form or a text.
    pub(crate) row: Option<String>,
    pub(crate) field: String,
    pub(crate) old: Value,
    pub(crate) new: Value,
}

/// An open await.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct AwaitWait {
    #[serde(rename = "await")]
    pub(crate) id: AwaitId,
    pub(crate) entry: u32,
    pub(crate) opened_at: Timestamp,
    pub(crate) opened_in: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<LimitWait>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) escalated: Vec<String>,
    /// What has come for the slots of `ask files`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) files: BTreeMap<String, Value>,
    /// What runs beside it.
    #[serde(default, skip_serializing_if = "Beside::is_empty")]
    pub(crate) beside: Beside,
}

/// Children under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ChildWait {
    pub(crate) child: ChildId,
    pub(crate) entry: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<LimitWait>,
    /// Elements that wait for their turn, with their index; empty for a single child.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) waiting: Vec<(u32, Value)>,
    /// How many may run at once.
    pub(crate) at_once: u32,
    /// Which command is which element.
    pub(crate) running: BTreeMap<Seq, u32>,
    /// What has come, by index.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) results: BTreeMap<u32, Value>,
}

/// Iterations side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct EachWait {
    /// Elements that wait for their turn, the next one last.
    pub(crate) waiting: Vec<Value>,
    pub(crate) item: Slot,
    pub(crate) scope: u32,
    pub(crate) at_once: u32,
    pub(crate) body: Pc,
    pub(crate) running: BTreeSet<FibreId>,
}

/// A command under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Command {
    pub(crate) kind: CommandKind,
    /// Who waits for it; nobody once it is cancelled.
    pub(crate) fibre: Option<FibreId>,
}

/// See [`Command`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CommandKind {
    Activity,
    Timer,
    Child,
}

/// A signal that nothing has taken yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Queued {
    /// Its place among all arrivals.
    pub(crate) arrival: u64,
    pub(crate) name: String,
    pub(crate) payload: Json,
}

/// A reference that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Taken {
    pub(crate) arrival: u64,
    /// The await that took it; a rework that redoes it forgets the reference.
    pub(crate) block: Option<BlockId>,
}

/// What people are told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Feedback {
    /// `message` or `ingest`.
    pub(crate) kind: String,
    /// `info`, `warning`, `error`.
    pub(crate) level: String,
    pub(crate) payload: Json,
}

/// An input that changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ignored {
    pub(crate) name: String,
    pub(crate) why: String,
    pub(crate) at: Timestamp,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives it by reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives it by reference")]
fn no_limits(count: &u32) -> bool {
    *count == 0
}

impl State {
    /// The state before the start.
    pub(crate) fn new() -> State {
        State {
            run: None,
            phase: Phase::New,
            slots: BTreeMap::new(),
            blocks: BTreeMap::new(),
            fibres: BTreeMap::new(),
            next_fibre: ROOT,
            last_seq: 0,
            uuids: 0,
            commands: BTreeMap::new(),
            queue: Vec::new(),
            taken: BTreeMap::new(),
            last_decision: None,
            search: SearchAttributes::default(),
            undos: Vec::new(),
            undo_count: 0,
            undo_failures: Vec::new(),
            notes: Notes {
                now: Timestamp::UNIX_EPOCH,
                activation: 0,
                arrivals: 0,
                feedback: BTreeMap::new(),
                ignored_count: 0,
                ignored: Vec::new(),
            },
        }
    }
}
