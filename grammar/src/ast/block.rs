//! Blocks, the visible parts of a runbook, with the clauses that stand only in them.

use super::{
    Body, Doc, Expr, Feedback, Field, Name, OnFailure, Outcome, Prop, Require, Run, SignalRef, Template, TypeExpr,
    Within,
};
use crate::Span;

/// What a block waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BlockKind {
    Step,
    Approve,
    Await,
    Child,
    Agent,
}

impl BlockKind {
    /// The keyword.
    pub fn word(self) -> &'static str {
        match self {
            BlockKind::Step => "step",
            BlockKind::Approve => "approve",
            BlockKind::Await => "await",
            BlockKind::Child => "child",
            BlockKind::Agent => "agent",
        }
    }
}

/// `step name "Title" when c within 7d else … { … }` and the other kinds.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Which.
    pub kind: BlockKind,
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: Option<Template>,
    /// `when c`
    pub when: Option<Expr>,
    /// `within …` in the head.
    pub within: Option<Within>,
    /// What stands between its braces. A step holds statements; the others hold clauses.
    pub content: BlockContent,
    /// Documentation.
    pub doc: Doc,
    /// The whole.
    pub span: Span,
    /// From the keyword to before the brace.
    pub head_span: Span,
    /// The braces and what they hold.
    pub body_span: Span,
}

/// What stands between the braces of a block.
#[derive(Debug, Clone, PartialEq)]
pub enum BlockContent {
    /// Statements of a step; `icon: X` is a [`Stmt::Prop`].
    Step(Body),
    /// Clauses of the other kinds, in order.
    Clauses(Vec<Clause>),
}

/// A clause of an `approve`, `await`, `child` or `agent`. Which of them fits which kind is the compiler's to say.
#[derive(Debug, Clone, PartialEq)]
pub enum Clause {
    /// `icon: Inbox`, `by: accountant`, `use: x`, `quorum: 2`
    Prop(Prop),
    /// `within 24h else …`
    Within(Within),
    /// In an await: `on SIGNAL … where …`
    OnSignal(SignalRef),
    /// `until c`
    Until {
        /// The condition.
        cond: Expr,
        /// The whole.
        span: Span,
    },
    /// `show data_table { … }`
    Show(Component),
    /// `ask file_upload { … }`
    Ask(Component),
    /// `ask form { reason: text "Why?" }`
    AskForm {
        /// The fields.
        fields: Vec<Field>,
        /// The whole.
        span: Span,
    },
    /// `warn "…" when c` (the message may also stand last)
    Warn {
        /// The text.
        message: Option<Template>,
        /// When.
        when: Option<Expr>,
        /// The whole.
        span: Span,
    },
    /// `feedback error "…"`
    Feedback(Feedback),
    /// `on reject …`, or `on NAME …` for a named action
    OnAction {
        /// `reject`, or the action.
        name: Name,
        /// What follows.
        outcome: Outcome,
        /// The whole.
        span: Span,
    },
    /// `on edit (row) => …`, `on reject_row (row) => …`
    OnEdit {
        /// `edit` or `reject_row`.
        name: Name,
        /// `(row)`
        binding: Option<Name>,
        /// What the row becomes.
        value: Expr,
        /// The whole.
        span: Span,
    },
    /// `require c else refuse "…"`
    Require(Require),
    /// `checks { … }`
    Checks {
        /// The checks.
        items: Vec<Check>,
        /// The whole.
        span: Span,
    },
    /// `actions { hold "Put on hold", … }`
    Actions {
        /// What is offered.
        items: Vec<Action>,
        /// The whole.
        span: Span,
    },
    /// `remind every 1d { … }`
    Remind {
        /// How often.
        every: Expr,
        /// What is done; those who may decide are notified where it is absent.
        body: Option<Body>,
        /// The whole.
        span: Span,
    },
    /// `for x in xs key x.id at most 10 at once`
    Fan {
        /// The name of an element.
        name: Name,
        /// The list.
        list: Expr,
        /// `key expr`
        key: Option<Expr>,
        /// `at most N at once`
        at_once: Option<Expr>,
        /// The whole.
        span: Span,
    },
    /// `run document-ingest(…)`
    Run(Run),
    /// `on failure …`
    OnFailure(OnFailure),
    /// `send { … }`
    Send {
        /// What is sent.
        value: Expr,
        /// The whole.
        span: Span,
    },
    /// `expect files`, `expect text`, `expect Report`
    Expect {
        /// The type, or the names `files` and `text`.
        ty: TypeExpr,
        /// The whole.
        span: Span,
    },
}

impl Clause {
    /// Where the clause stands.
    pub fn span(&self) -> Span {
        match self {
            Clause::Prop(x) => x.span,
            Clause::Within(x) => x.span,
            Clause::OnSignal(x) => x.span,
            Clause::Show(x) | Clause::Ask(x) => x.span,
            Clause::Feedback(x) => x.span,
            Clause::Require(x) => x.span,
            Clause::Run(x) => x.span,
            Clause::OnFailure(x) => x.span,
            Clause::Until { span, .. }
            | Clause::AskForm { span, .. }
            | Clause::Warn { span, .. }
            | Clause::OnAction { span, .. }
            | Clause::OnEdit { span, .. }
            | Clause::Checks { span, .. }
            | Clause::Actions { span, .. }
            | Clause::Remind { span, .. }
            | Clause::Fan { span, .. }
            | Clause::Send { span, .. }
            | Clause::Expect { span, .. } => *span,
        }
    }
}

/// `data_table { title: … }` after `show` or `ask`
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// Which.
    pub name: Name,
    /// Its properties.
    pub props: Vec<Prop>,
    /// The whole, `show` or `ask` included.
    pub span: Span,
}

/// `coverage "Every lease is billed" run quality.coverage(…)`
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: Option<Template>,
    /// What runs.
    pub run: Option<Run>,
    /// The whole.
    pub span: Span,
}

/// `hold "Put on hold"`
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Template>,
    /// The whole.
    pub span: Span,
}
