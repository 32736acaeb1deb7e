//! A program: one runbook, checked and lowered.
//!
//! Control flow is one list of operations with jumps; data is slots; everything that waits is described by a table entry
//! (gate, wait, child, call), so that a machine's state needs only indices. A fibre runs operations in order until one waits.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::expr::{ExprId, LocalId};
use crate::types::{Type, TypeDef, TypeId};

/// An index into [`Program::ops`].
pub type Pc = u32;

/// An index into [`Program::slots`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slot(pub u32);

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s{}", self.0)
    }
}

/// An index into [`Program::blocks`].
pub type BlockId = u32;
/// An index into [`Program::gates`].
pub type GateId = u32;
/// An index into [`Program::awaits`].
pub type AwaitId = u32;
/// An index into [`Program::children`].
pub type ChildId = u32;
/// An index into [`Program::calls`].
pub type CallId = u32;
/// An index into [`Program::handlers`].
pub type HandlerId = u32;
/// An index into [`Program::undos`].
pub type UndoId = u32;

/// The slot that holds the run's input, a record.
pub const INPUT_SLOT: Slot = Slot(0);
/// The slot that holds the run's configuration, a record.
pub const CONFIG_SLOT: Slot = Slot(1);
/// The slot that holds `rework`: `none`, or `{ comment: text?, by: text?, round: int }`.
pub const REWORK_SLOT: Slot = Slot(2);

/// One runbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// [`crate::IR_VERSION`] of the compiler that made it.
    pub ir_version: u32,
    /// The runbook's kebab-case name, and the workflow type.
    pub name: String,
    /// What people read.
    pub title: String,
    /// `version: "0.1.0"`
    #[serde(default)]
    pub version: String,
    /// `tags: […]`
    #[serde(default)]
    pub tags: Vec<String>,
    /// Its documentation.
    #[serde(default)]
    pub doc: String,
    /// Records and enumerations.
    pub types: Vec<TypeDef>,
    /// The record of the input.
    pub input: TypeId,
    /// The record of the configuration, defaults included.
    pub config: TypeId,
    /// What the run yields.
    pub output: Type,
    /// Pure expressions; each refers only to earlier ones.
    pub exprs: Vec<crate::Expr>,
    /// How many locals the expressions use.
    pub locals: u32,
    /// The operations. The run starts at 0.
    pub ops: Vec<Op>,
    /// What may be held. 0 to 2 are [`INPUT_SLOT`], [`CONFIG_SLOT`], [`REWORK_SLOT`].
    pub slots: Vec<SlotDef>,
    /// The blocks in the order of the text; the outermost ones are the breadcrumb.
    pub blocks: Vec<Block>,
    /// What `approve` blocks offer.
    pub gates: Vec<Gate>,
    /// What `await` blocks wait for.
    pub awaits: Vec<Await>,
    /// What `child` blocks start.
    pub children: Vec<Child>,
    /// What `run` and `agent` call.
    pub calls: Vec<Call>,
    /// What `on SIGNAL { … }` hears.
    pub handlers: Vec<Handler>,
    /// The signals that this program knows, by name.
    pub signals: Vec<SignalDef>,
    /// The roles that this program knows.
    pub roles: Vec<String>,
    /// `fork` scopes: ranges of slots that each iteration of a side-by-side loop has for itself.
    pub scopes: Vec<Scope>,
    /// What `undo { … }` takes back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undos: Vec<Undo>,
    /// Whether a failure between blocks names one of its own: in a loop one of that loop, after a failure that was caught the one that
    /// failed. Programs from before name the next one in the text, which may never have begun, and go on to do so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub failures_name_their_own: bool,
    /// Whether a step that is ended while a capability runs for it counts as completed where the answer completes it after all, so that its
    /// undo runs. In programs from before, such an answer changes nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub answered_steps_are_undone: bool,
    /// Whether a role that an escalation adds to an await may also send what its arms take `from` others. In programs from before it may
    /// not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub escalation_reaches_senders: bool,
}

/// What a slot is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotDef {
    /// The name in the text, or a made-up one that starts with `%`.
    pub name: String,
    /// What it holds.
    pub ty: Type,
    /// Whether it is a `var`: a rework sets it back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub var: bool,
    /// Whether an `on` handler writes it: a rework leaves it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub written_by_handler: bool,
}

/// The slots `first .. first + count`, which each iteration has for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The first slot.
    pub first: Slot,
    /// How many.
    pub count: u32,
}

/// What kind of block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum BlockKind {
    Step,
    Approve,
    Await,
    Child,
    Agent,
}

/// A block of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Its name.
    pub name: String,
    /// Its static address: `collect.upload`. At run time `~2` counts the times that it was entered.
    pub path: String,
    /// The block it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<BlockId>,
    /// What kind.
    pub kind: BlockKind,
    /// Its title, a text over the input and the configuration alone; its name where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<ExprId>,
    /// `icon: Inbox`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// A text that tells its rounds apart, inside a `for … key`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<ExprId>,
    /// Where its value goes.
    pub slot: Slot,
    /// Whether a `rework` names it: the `var`s in `restore` are kept when it is first entered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restore: Vec<Slot>,
}

/// An operation. "Waits" means that the fibre stops until the host brings what it waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// The block becomes active: its entry is counted, its address is fixed, `restore` is kept the first time.
    Enter(BlockId),
    /// The block is complete and has this value (`none` where absent); its slot holds it.
    Complete {
        /// Which.
        block: BlockId,
        /// Its value. Absent: the slot keeps what a wait has put there.
        value: Option<ExprId>,
    },
    /// The block does not run, or ends early: shown as skipped; its slot holds `none`.
    Skip {
        /// Which.
        block: BlockId,
        /// Why, a text.
        why: Option<ExprId>,
    },
    /// The slot holds the value.
    Set {
        /// Which.
        slot: Slot,
        /// What.
        value: ExprId,
    },
    /// The slots hold nothing any more: no operation that can follow reads them.
    Drop(Vec<Slot>),
    /// Goes on elsewhere.
    Jump(Pc),
    /// Goes on elsewhere where the condition is false.
    JumpUnless {
        /// A bool.
        cond: ExprId,
        /// Where.
        to: Pc,
    },
    /// Calls a capability or an agent and waits. A failure is raised here.
    Call {
        /// What.
        call: CallId,
        /// Where the result goes.
        slot: Option<Slot>,
    },
    /// Opens a gate and waits until it is decided. The block's slot then holds
    /// `{ decision: enum, value, corrections, removed, comment: text?, by: text?, approvers: list<text>, round: int, at: datetime }`;
    /// `decision` is `approved`, `rejected`, `late` or a named action. The operations after it look at it.
    Gate(GateId),
    /// Waits for one of several things, then goes on where its arm says.
    Await(AwaitId),
    /// Starts a child, or one for each element of a list, and waits for all.
    Child(ChildId),
    /// Waits for a duration, or until a date or an instant.
    Sleep(ExprId),
    /// Runs fibres side by side from these places, each up to [`Op::End`], and waits for all. One that fails ends the others and raises its failure here.
    Fork(Vec<Pc>),
    /// Runs a fibre for each element of a list, and waits for all.
    ForkEach {
        /// The list.
        list: ExprId,
        /// Where each finds its element (within `scope`).
        item: Slot,
        /// What each has for itself: an index into [`Program::scopes`].
        scope: u32,
        /// How many at once.
        at_once: ExprId,
        /// Where each starts.
        body: Pc,
    },
    /// The end of a fibre started by a fork.
    End,
    /// From here on the handler hears its signal, in this fibre's scope.
    Listen(HandlerId),
    /// The handler hears no more.
    Unlisten(HandlerId),
    /// The end of a handler's operations.
    EndHandler,
    /// A failure between here and the matching [`Op::EndTry`] goes on at `to` with the slot holding
    /// `{ kind: text, message: text, step: text, capability: text? }`. Never a cancellation.
    Try {
        /// Where.
        to: Pc,
        /// What holds the failure.
        slot: Option<Slot>,
    },
    /// Ends the newest [`Op::Try`] of this fibre.
    EndTry,
    /// What people see at the open wait, or at the next one. A text, or a record that is an ingest outcome.
    Feedback {
        /// `info`, `warning`, `error`.
        level: String,
        /// What.
        value: ExprId,
    },
    /// Tells the outside that something happened.
    Emit {
        /// The dotted name.
        name: String,
        /// A record.
        value: ExprId,
    },
    /// From here to the matching [`Op::EndLimit`] this fibre has so much time. When it runs out, what is open inside is cancelled and the
    /// fibre goes on at `to`.
    Limit {
        /// How long.
        after: After,
        /// Where.
        to: Pc,
    },
    /// Ends the newest [`Op::Limit`] of this fibre.
    EndLimit,
    /// The block is about to be complete: should the run fail, be cancelled or go back behind it, its undo runs with what its slots hold now.
    Undoable(UndoId),
    /// The end of the operations of an undo.
    EndUndo,
    /// Goes back, once the undos of what is redone have run: the blocks `redo` become pending, `restore` of the target is set back, queued signals are dropped that came before the
    /// decision and that an await among `redo` would take, [`REWORK_SLOT`] holds why.
    Rework {
        /// The block that is done again.
        target: BlockId,
        /// Where that is.
        to: Pc,
        /// The target, all blocks after it up to the one that asks, and what they hold.
        redo: Vec<BlockId>,
        /// Handlers that stand in bodies which are left.
        unlisten: Vec<HandlerId>,
        /// How many [`Op::Try`] are left.
        tries: u32,
        /// How many [`Op::Limit`] are left.
        #[serde(default, skip_serializing_if = "is_zero")]
        limits: u32,
        /// `rework.comment`
        comment: Option<ExprId>,
        /// `rework.by`
        by: Option<ExprId>,
    },
    /// Raises a failure of kind `failed` with this message (a text).
    Fail(ExprId),
    /// Raises again the failure that a slot holds (from [`Op::Try`]).
    Raise(Slot),
    /// The run is complete and yields this.
    Return(Option<ExprId>),
}

/// What people are shown: a component of `wire.md` with its properties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// `data_table`, `file_upload`, `form`, `text`, `summary`, `report_preview` …
    pub name: String,
    /// Its properties, live: evaluated whenever somebody asks. Words such as `Eye` or `pdf` are texts.
    pub props: Vec<(String, ExprId)>,
}

/// A limit of a wait, and what then. They follow one another: the next starts when the one before has run out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// How long.
    pub after: After,
    /// What then.
    pub then: LimitThen,
}

/// How long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// A duration from the opening, or from the limit before.
    Duration(ExprId),
    /// A date (its end, in the run's zone) or an instant.
    Until(ExprId),
    /// The same time of day that many working days later.
    WorkingDays(ExprId),
}

/// What happens when a limit runs out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitThen {
    /// The wait ends: a gate with `decision: late`, an await at [`Await::late`].
    Late,
    /// A gate is approved by nobody.
    Approve,
    /// A gate is rejected by nobody.
    Reject,
    /// The role may decide too, and the next limit starts.
    Escalate(String),
}

/// What an `approve` offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// Whose.
    pub block: BlockId,
    /// Who may decide: a role or a list of roles, as text; absent for anyone.
    pub by: Option<ExprId>,
    /// Who may not: texts, lists of texts or `none` (people, not roles).
    pub not_by: Vec<ExprId>,
    /// How many different people must approve; 1 where absent.
    pub quorum: Option<ExprId>,
    /// What is shown.
    pub show: Option<Component>,
    /// What is under review and may be edited.
    pub draft: Draft,
    /// The gate inside its own clauses: `{ value, corrections, removed, comment, by, round }`.
    pub this: LocalId,
    /// What is offered, in order; `approve` and `reject` unless `actions` says otherwise. Empty: nothing.
    pub actions: Vec<GateAction>,
    /// Checked when somebody approves.
    pub requires: Vec<GateRequire>,
    /// Shown while the condition holds.
    pub warnings: Vec<Warning>,
    /// Closes the gate as approved once true.
    pub until: Option<ExprId>,
    /// Until when.
    pub limits: Vec<Limit>,
    /// `on edit (row) => …`: the local that holds the edited row, and what it becomes.
    pub on_edit: Option<(LocalId, ExprId)>,
    /// `on reject_row (row) => …`: the row stays and becomes this. Absent: a rejected row is removed.
    pub on_reject_row: Option<(LocalId, ExprId)>,
    /// `remind every …`
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reminders: Vec<Reminder>,
    /// `checks { … }`
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<GateCheck>,
}

/// `undo { … }` of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// Whose.
    pub block: BlockId,
    /// What it reads, as it is when the block is complete. It sees nothing else but the input and the configuration.
    pub captures: Vec<Slot>,
    /// The slots that it has for itself, the captured ones among them: an index into [`Program::scopes`].
    pub scope: u32,
    /// Where its operations start. They reach [`Op::EndUndo`].
    pub body: Pc,
}

/// `remind every D { … }`, while a gate or an await is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// How often, a duration.
    pub every: ExprId,
    /// What the machine puts there before the body runs: `{ to: text, subject: text, message: text, count: int }`, who may decide, what it
    /// is about, a sentence, and the number of the reminder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<Slot>,
    /// The slots that it has for itself: an index into [`Program::scopes`].
    pub scope: u32,
    /// What runs beside the open wait, in a fibre of its own up to [`Op::End`]; it may fail without harm.
    pub body: Pc,
}

/// A check beside an open gate: it advises, a person decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateCheck {
    /// Its name.
    pub name: String,
    /// What people read; the name where absent.
    pub title: Option<ExprId>,
    /// Where it finds the gate as [`Gate::this`] has it, where it reads it: then it runs again whenever somebody edits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub this: Option<Slot>,
    /// Where it leaves what it found: a bool, or a record with a `status`.
    pub slot: Slot,
    /// The slots that it has for itself: an index into [`Program::scopes`].
    pub scope: u32,
    /// Where its operations start; a fibre of its own runs them up to [`Op::End`].
    pub body: Pc,
}

/// What is under review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Draft {
    /// Nothing that could be edited; `value` is `none`.
    None,
    /// Rows of a table.
    Rows {
        /// The list, live: edits are an overlay by key.
        rows: ExprId,
        /// The record type of a row.
        row: TypeId,
        /// The field that identifies a row.
        key: String,
        /// The fields that may be edited.
        editable: Vec<String>,
    },
    /// One record.
    Form {
        /// The record, live.
        value: ExprId,
        /// Its type.
        record: TypeId,
        /// The fields that may be edited.
        editable: Vec<String>,
    },
    /// A text.
    Text {
        /// The text, live.
        value: ExprId,
        /// Whether it may be edited.
        editable: bool,
    },
}

/// An action that a gate offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateAction {
    /// `approve`, `reject` or a name of the block's own.
    pub name: String,
    /// What people read; a default where absent.
    pub label: Option<ExprId>,
}

/// `require c else refuse "…"`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateRequire {
    /// What must hold.
    pub cond: ExprId,
    /// What the person is told otherwise.
    pub refuse: ExprId,
}

/// `warn "…" when c`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// When; always where absent.
    pub when: Option<ExprId>,
    /// The text.
    pub message: ExprId,
}

/// What an `await` waits for. The first thing that happens decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Await {
    /// Whose.
    pub block: BlockId,
    /// Signals, in the order of the text.
    pub arms: Vec<AwaitArm>,
    /// A condition over state, looked at on opening and whenever state changes; and where the fibre goes on.
    pub until: Option<(ExprId, Pc)>,
    /// Whether the slot gets a variant named by the signal, `until` or `late`, rather than the bare payload.
    pub choice: bool,
    /// What is shown.
    pub show: Option<Component>,
    /// What is asked for.
    pub ask: Option<Component>,
    /// `feedback` clauses, live: level and what (`none` shows nothing).
    pub feedback: Vec<(String, ExprId)>,
    /// Who may answer: a role or a list of roles; absent for anyone.
    pub by: Option<ExprId>,
    /// Until when. Only [`LimitThen::Late`] and [`LimitThen::Escalate`].
    pub limits: Vec<Limit>,
    /// Where the fibre goes on when the last limit has run out.
    pub late: Option<Pc>,
    /// `remind every …`
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reminders: Vec<Reminder>,
}

/// `on SIGNAL where …`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitArm {
    /// The signal.
    pub signal: String,
    /// What it carries.
    pub payload: Type,
    /// The payload inside `where` and `from`.
    pub it: LocalId,
    /// Whether this one is meant.
    pub filter: Option<ExprId>,
    /// Who may send it.
    pub from: Option<ExprId>,
    /// Where the fibre goes on; the block's slot then holds the payload.
    pub to: Pc,
}

/// `on SIGNAL (e) where … { … }`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handler {
    /// The signal.
    pub signal: String,
    /// What it carries.
    pub payload: Type,
    /// The payload inside `where` and `from`.
    pub it: LocalId,
    /// Whether this one is meant.
    pub filter: Option<ExprId>,
    /// Who may send it.
    pub from: Option<ExprId>,
    /// What holds the payload in the body.
    pub slot: Slot,
    /// Where the body starts. It reaches [`Op::EndHandler`] without waiting.
    pub body: Pc,
}

/// What a failing child or agent means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// The block fails.
    Fail,
    /// A list of outcomes.
    Collect,
    /// It is left out.
    Skip,
}

/// What a `child` starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    /// Whose.
    pub block: BlockId,
    /// The runbook.
    pub runbook: String,
    /// The digest of its input and output types that this program was checked against, as hex.
    pub interface: String,
    /// Its input, a record; over the element where there is a fan.
    pub input: ExprId,
    /// What it yields.
    pub output: Type,
    /// One for each element of a list.
    pub fan: Option<Fan>,
    /// What a failure means. For one child: `Fail` or `Skip`.
    pub on_failure: OnFailure,
    /// Until when. Only [`LimitThen::Late`].
    pub limits: Vec<Limit>,
    /// Where the fibre goes on when it is late; the children are cancelled.
    pub late: Option<Pc>,
}

/// `for x in xs key k at most n at once`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fan {
    /// The list.
    pub list: ExprId,
    /// The element inside `key` and the input.
    pub it: LocalId,
    /// A text that identifies the element; its index from 1 where absent.
    pub key: Option<ExprId>,
    /// How many at once.
    pub at_once: ExprId,
}

/// A call of a capability or an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The capability's dotted name; `agent.invoke` for an agent.
    pub capability: String,
    /// The agent's name, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<Agent>,
    /// The arguments, a record in the order of the parameters. For an agent what is sent.
    pub args: ExprId,
    /// What it yields. For an agent `{ value, text: text, files: list<file>, session: text }`.
    pub result: Type,
    /// The type argument, for a capability that takes one; its JSON Schema travels with the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub type_arg: Option<Type>,
    /// The limit of this call, a duration; the capability's own where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<ExprId>,
    /// How it is reached.
    pub options: CallOptions,
}

/// An agent that is bound by this program, or by its name per tenant where `kind` is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Its name.
    pub name: String,
    /// `claude_managed`, `program` …
    pub kind: Option<String>,
    /// Its reference on the platform, or the program's path in the bundle.
    pub reference: Option<String>,
    /// What is expected: `files`, `text`, or `value` of [`Call::type_arg`].
    pub expect: String,
}

/// How a capability is reached and retried. Durations in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallOptions {
    /// The task queue; the worker's own where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// The activity's registered name; the capability's where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<String>,
    /// The program in the bundle that serves it: its path and its arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<Vec<String>>,
    /// The limit of one attempt.
    pub within_ms: i64,
    /// How often and how soon again.
    pub retry: Retry,
    /// Whether it is short and without effects outside our store.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quick: bool,
}

/// When a failed attempt is repeated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// How many attempts, the first included.
    pub attempts: u32,
    /// The first pause, in milliseconds.
    pub first_ms: i64,
    /// By how many hundredths each pause is longer than the one before (200 doubles).
    pub factor_percent: u32,
    /// The longest pause, in milliseconds.
    pub max_ms: i64,
}

impl Default for Retry {
    fn default() -> Self {
        Retry { attempts: 5, first_ms: 1_000, factor_percent: 200, max_ms: 60_000 }
    }
}

/// A signal that the program knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalDef {
    /// Its name.
    pub name: String,
    /// What it carries.
    pub payload: Type,
}

/// Whether a count may be left out.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives it by reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl Op {
    /// Its name, as listings and messages give it.
    pub fn name(&self) -> &'static str {
        match self {
            Op::Enter(_) => "enter",
            Op::Complete { .. } => "complete",
            Op::Skip { .. } => "skip",
            Op::Set { .. } => "set",
            Op::Drop(_) => "drop",
            Op::Jump(_) => "jump",
            Op::JumpUnless { .. } => "jump_unless",
            Op::Call { .. } => "call",
            Op::Gate(_) => "gate",
            Op::Await(_) => "await",
            Op::Child(_) => "child",
            Op::Sleep(_) => "sleep",
            Op::Fork(_) => "fork",
            Op::ForkEach { .. } => "fork_each",
            Op::End => "end",
            Op::Listen(_) => "listen",
            Op::Unlisten(_) => "unlisten",
            Op::EndHandler => "end_handler",
            Op::Try { .. } => "try",
            Op::EndTry => "end_try",
            Op::Feedback { .. } => "feedback",
            Op::Emit { .. } => "emit",
            Op::Limit { .. } => "limit",
            Op::EndLimit => "end_limit",
            Op::Undoable(_) => "undoable",
            Op::EndUndo => "end_undo",
            Op::Rework { .. } => "rework",
            Op::Fail(_) => "fail",
            Op::Raise(_) => "raise",
            Op::Return(_) => "return",
        }
    }
}
