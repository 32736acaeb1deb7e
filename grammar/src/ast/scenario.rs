//! Scenarios: what they give, what happens in them, and what they expect.

use super::{Expr, Name, Template};
use crate::Span;

/// `scenario "title" for runbook { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioDecl {
    /// What it shows.
    pub title: Name,
    /// Whether it is for a `workflow` binding.
    pub for_workflow: bool,
    /// The runbook or workflow.
    pub target: Name,
    /// Its lines, in order.
    pub lines: Vec<ScenarioLine>,
    /// The whole declaration.
    pub span: Span,
}

/// One line of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioLine {
    /// What it says.
    pub kind: ScenarioLineKind,
    /// Where it stands.
    pub span: Span,
}

/// What a line of a scenario says.
#[derive(Debug, Clone, PartialEq)]
pub enum ScenarioLineKind {
    /// `given { … }`
    Given(Expr),
    /// `config { … }`
    Config(Expr),
    /// `start 2026-01-05T08:00`
    Start(Expr),
    /// `tenant "acme-fund"`
    Tenant(Expr),
    /// `entity "acme-spv1"`
    Entity(Expr),
    /// `mock target for key => a then b`, or `mock target fails "why" 4 times`
    Mock {
        /// A capability, agent or runbook.
        target: Name,
        /// `for "a"`
        key: Option<Expr>,
        /// The answers in turn; the last repeats.
        answers: Vec<Expr>,
        /// `fails "why"`
        fails: Option<(Template, Option<Expr>)>,
    },
    /// `after 2h signal name for "a" { … } by "ana" as accountant`
    Signal {
        /// How long after the line before; absent where no `after` stands.
        after: Option<Expr>,
        /// The signal.
        signal: Name,
        /// `for "a"`: the child that gets it.
        key: Option<Expr>,
        /// What it carries.
        payload: Expr,
        /// `by "ana"`: who sends it.
        by: Option<Expr>,
        /// `as accountant`
        role: Option<Name>,
    },
    /// `after 5s cancel`
    Cancel {
        /// How long after the line before.
        after: Option<Expr>,
    },
    /// `after 1d at documents.review~2 for "a" action, action [refused "text"]`
    At {
        /// How long after the line before.
        after: Option<Expr>,
        /// The address of the gate.
        address: Name,
        /// `for "a"`: the child that is meant.
        key: Option<Expr>,
        /// What the person does.
        actions: Vec<ScenarioAction>,
    },
    /// `after 1d expect …`
    Expect {
        /// How long after the line before.
        after: Option<Expr>,
        /// What.
        what: ScenarioExpect,
    },
}

/// What a person does in a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioAction {
    /// `approve`, `reject`, `edit`, `correct`, `action`, or a name of the block's own.
    pub verb: Name,
    /// `row "9"`
    pub row: Option<Expr>,
    /// `{ amount: 1.00 GBP }`, `"new text"`, or the named action.
    pub value: Option<Expr>,
    /// `comment "…"`
    pub comment: Option<Expr>,
    /// `by "ana"`
    pub by: Option<Expr>,
    /// `as accountant`
    pub role: Option<Name>,
    /// `refused "text"`; the text may be left out.
    pub refused: Option<Option<Expr>>,
    /// Where it stands.
    pub span: Span,
}

/// What a scenario expects.
#[derive(Debug, Clone, PartialEq)]
pub enum ScenarioExpect {
    /// `expect completed with { … } within 1h`
    Completed {
        /// What the result holds.
        with: Option<Expr>,
        /// In which time.
        within: Option<Expr>,
    },
    /// `expect failed at sent "…"`
    Failed {
        /// At which step.
        at: Option<Name>,
        /// A part of the message.
        message: Option<Expr>,
        /// In which time.
        within: Option<Expr>,
    },
    /// `expect open documents.review for "a"`
    Open(Name, Option<Expr>),
    /// `expect never second`
    Never(Name, Option<Expr>),
    /// `expect calls [a.b, c.d]`
    Calls(Vec<Name>),
    /// `expect 3 calls custodian.remind`
    Count {
        /// How many.
        count: Expr,
        /// Of which capability.
        target: Name,
    },
    /// `expect call evaluator 2 with { … }`
    Call {
        /// Of which capability or agent.
        target: Name,
        /// Which one, from 1.
        nth: Option<Expr>,
        /// Its arguments.
        with: Option<Expr>,
    },
    /// `expect at most 3 running document-ingest`
    AtMostRunning {
        /// How many.
        count: Expr,
        /// Of which runbook.
        target: Name,
    },
    /// `expect input { … }`
    Input(Expr),
    /// What could not be read; a problem says so.
    Missing,
}
