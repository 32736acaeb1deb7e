//! Everything that is bounded, in one place. Each bound has an error of its own where it is checked.

/// How many operations one activation may run.
pub(crate) const OPS_PER_ACTIVATION: u64 = 1_000_000;
/// How many expression nodes one activation may visit.
pub(crate) const EXPRS_PER_ACTIVATION: u64 = 20_000_000;
/// How long the workflow id of a child may be, in bytes: the most that a Temporal server takes unless it is set up otherwise.
pub(crate) const WORKFLOW_ID_BYTES: usize = 1_000;
/// How many fibres a run may have at once.
pub(crate) const FIBRES: usize = 10_000;
/// How many signals may wait to be taken.
pub(crate) const QUEUED_SIGNALS: usize = 1_000;
/// How many children one block may start.
pub(crate) const CHILDREN: usize = 5_000;
/// How many taken references are remembered to recognise a duplicate. The oldest are forgotten.
pub(crate) const TAKEN: usize = 10_000;
/// How large one input may be, in bytes of JSON.
pub(crate) const INPUT_BYTES: usize = 2 * 1024 * 1024;
/// How deep JSON from outside may nest.
pub(crate) const JSON_DEPTH: usize = 100;
/// How long a comment may be, in bytes.
pub(crate) const COMMENT_BYTES: usize = 20_000;
/// How long a person's id or the name of a role may be, in bytes.
pub(crate) const NAME_BYTES: usize = 300;
/// How many roles an actor may bring.
pub(crate) const ROLES: usize = 100;
/// How many corrections a gate keeps.
pub(crate) const CORRECTIONS: usize = 10_000;
/// How many ignored inputs are remembered; all of them are counted.
pub(crate) const IGNORED: usize = 20;
/// How large the rows may be that a query shows, in bytes of JSON.
pub(crate) const SHOWN_BYTES: usize = 500 * 1024;
/// How large the rows may be that a snapshot of a completed step keeps, in bytes of JSON.
pub(crate) const KEPT_BYTES: usize = 64 * 1024;
/// The longest timer, in milliseconds: a hundred years.
pub(crate) const TIMER_MS: i64 = 100 * 366 * 24 * 3_600_000;
/// How long after its opening a gate refuses the body that decided the one before, in milliseconds.
pub(crate) const DUPLICATE_MS: i64 = 1_000;
/// How many entries deep the expressions of one block list may be followed upwards; nesting is bounded by the compiler far below.
pub(crate) const NESTING: usize = 1_000;
/// How many completed steps may wait to be undone should the run fail.
pub(crate) const UNDOS: usize = 10_000;
/// How many operations each undo may run at least, however much its activation has run before.
pub(crate) const OPS_PER_UNDO: u64 = 10_000;
/// How many expression nodes each undo may visit at least.
pub(crate) const EXPRS_PER_UNDO: u64 = 200_000;
/// The shortest time between two reminders, in milliseconds.
pub(crate) const REMINDER_MS: i64 = 1_000;
