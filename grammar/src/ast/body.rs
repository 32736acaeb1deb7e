//! Statements: what stands between braces, and the limits and outcomes that several of them share.

use super::{Arg, Block, Doc, Expr, Field, Match, Name, Template, TypeExpr};
use crate::Span;

/// What stands between braces.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Body {
    /// The statements in order.
    pub stmts: Vec<Stmt>,
    /// With its braces.
    pub span: Span,
}

/// A statement, block, declaration or property inside a body.
#[derive(Debug, Clone, PartialEq)]
pub enum Stmt {
    /// `icon: Inbox`, `version: "0.1.0"`, `output: T` and their like.
    Prop(Prop),
    /// `input { … }`
    Input(FieldsDecl),
    /// `config { … }`
    Config(FieldsDecl),
    /// `output: Type`
    Output {
        /// The type.
        ty: TypeExpr,
        /// The whole.
        span: Span,
    },
    /// A block: `step`, `approve`, `await`, `child`, `agent`.
    Block(Box<Block>),
    /// `let x = …`
    Let(Let),
    /// `var x: T = …`
    Var(Let),
    /// `x = …`, `x += …`, `x -= …`
    Assign {
        /// The path, dotted where written so.
        target: Name,
        /// How.
        op: AssignOp,
        /// What.
        value: Rhs,
        /// The whole.
        span: Span,
    },
    /// `return x`
    Return {
        /// What; absent before `}`.
        value: Option<Rhs>,
        /// The whole.
        span: Span,
    },
    /// `if c { … } else { … }`; `else if` is an `If` alone in the else body.
    If(IfStmt),
    /// `match x { … }`
    Match(Match),
    /// `for x in xs … { … }`
    For(ForStmt),
    /// `repeat until c at most n times else … { … }`
    Repeat(RepeatStmt),
    /// `parallel { … }`
    Parallel {
        /// Its blocks.
        body: Body,
        /// The whole.
        span: Span,
    },
    /// `try { … } on failure (e) { … }`
    Try {
        /// What is tried.
        body: Body,
        /// What follows a failure.
        on_failure: Option<OnFailure>,
        /// The whole.
        span: Span,
    },
    /// `undo { … }`
    Undo {
        /// What undoes the step.
        body: Body,
        /// The whole.
        span: Span,
    },
    /// `run f(x) within 5m`
    Run(Run),
    /// `require c else fail "…"`
    Require(Require),
    /// `fail "…"`
    Fail {
        /// The message; absent where missing.
        message: Option<Template>,
        /// The whole.
        span: Span,
    },
    /// `skip "…"`
    Skip {
        /// The reason; absent where missing.
        message: Option<Template>,
        /// The whole.
        span: Span,
    },
    /// `feedback error "…"`
    Feedback(Feedback),
    /// `on SIGNAL (e) where … { … }`
    Handler(Handler),
    /// `rework from STEP because "…" at most n times else …`
    Rework(Rework),
    /// `emit a.b { … }`
    Emit {
        /// The event.
        name: Name,
        /// What it carries.
        value: Expr,
        /// The whole.
        span: Span,
    },
    /// `sleep 3d`, `sleep until d`
    Sleep {
        /// Whether `until` stands there.
        until: bool,
        /// How long, or until when.
        value: Expr,
        /// The whole.
        span: Span,
    },
}

/// `input { … }` or `config { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct FieldsDecl {
    /// The fields.
    pub fields: Vec<Field>,
    /// The whole.
    pub span: Span,
}

/// How a variable changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum AssignOp {
    Set,
    Add,
    Sub,
}

/// `let` or `var`
#[derive(Debug, Clone, PartialEq)]
pub struct Let {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Option<TypeExpr>,
    /// Its value.
    pub value: Rhs,
    /// Documentation.
    pub doc: Doc,
    /// The whole.
    pub span: Span,
}

/// What may stand on the right of `=` and after `return`: an expression, or a capability call.
#[derive(Debug, Clone, PartialEq)]
pub enum Rhs {
    /// A pure expression.
    Expr(Expr),
    /// `run …`
    Run(Run),
}

/// `if c { … } else { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct IfStmt {
    /// The condition.
    pub cond: Expr,
    /// Its yes.
    pub then: Body,
    /// Its no.
    pub otherwise: Option<Body>,
    /// The whole.
    pub span: Span,
}

/// `for x in xs key x.id at most 5 at once until c { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct ForStmt {
    /// The name of an element.
    pub name: Name,
    /// The list.
    pub list: Expr,
    /// `key expr`
    pub key: Option<Expr>,
    /// `at most N at once`
    pub at_once: Option<Expr>,
    /// `until c`
    pub until: Option<Expr>,
    /// What is done with each.
    pub body: Body,
    /// The whole.
    pub span: Span,
    /// From `for` to before the brace.
    pub head_span: Span,
}

/// `repeat until c at most n times else … { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct RepeatStmt {
    /// `until c`
    pub until: Option<Expr>,
    /// `at most n times`
    pub at_most: Option<Expr>,
    /// `else …`
    pub otherwise: Option<Outcome>,
    /// What is repeated.
    pub body: Body,
    /// The whole.
    pub span: Span,
    /// From `repeat` to before the brace.
    pub head_span: Span,
}

/// `run target<T>(args) within 5m`
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The capability or runbook.
    pub target: Name,
    /// `<T>`
    pub type_args: Vec<TypeExpr>,
    /// What it is given.
    pub args: Vec<Arg>,
    /// `within 10m` on the call.
    pub within: Option<Within>,
    /// The whole.
    pub span: Span,
}

/// `require c else fail "…"`
#[derive(Debug, Clone, PartialEq)]
pub struct Require {
    /// What must hold.
    pub cond: Expr,
    /// What follows otherwise.
    pub otherwise: Option<Outcome>,
    /// The whole.
    pub span: Span,
}

/// `feedback error "…"`
#[derive(Debug, Clone, PartialEq)]
pub struct Feedback {
    /// `info`, `warning`, `error`, where written.
    pub level: Option<Name>,
    /// The text.
    pub value: Expr,
    /// The whole.
    pub span: Span,
}

/// `on SIGNAL<T> (e) where c from role { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Handler {
    /// What it hears.
    pub signal: SignalRef,
    /// What it does.
    pub body: Body,
    /// The whole.
    pub span: Span,
}

/// `SIGNAL<T> (e) where c from role`
#[derive(Debug, Clone, PartialEq)]
pub struct SignalRef {
    /// The signal.
    pub name: Name,
    /// `<T>`
    pub type_args: Vec<TypeExpr>,
    /// `(e)`; `it` otherwise.
    pub binding: Option<Name>,
    /// `where c`
    pub filter: Option<Expr>,
    /// `from role`
    pub from: Option<Expr>,
    /// The whole.
    pub span: Span,
}

/// `name: value`; the colon may have been missing (a problem with a fix says so).
#[derive(Debug, Clone, PartialEq)]
pub struct Prop {
    /// The property.
    pub name: Name,
    /// Its value.
    pub value: Expr,
    /// Documentation.
    pub doc: Doc,
    /// The whole.
    pub span: Span,
}

/// `within D else …`
#[derive(Debug, Clone, PartialEq)]
pub struct Within {
    /// How long.
    pub limit: Limit,
    /// What follows; absent where not written.
    pub otherwise: Option<Box<Outcome>>,
    /// The whole.
    pub span: Span,
}

/// How long.
#[derive(Debug, Clone, PartialEq)]
pub enum Limit {
    /// `never`
    Never(Span),
    /// A duration or a date.
    Expr(Expr),
    /// `5 working days`
    WorkingDays(Expr),
}

/// What follows `else`, `on reject`, `on failure` and their like.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What.
    pub kind: OutcomeKind,
    /// Where it stands.
    pub span: Span,
}

/// What follows.
#[derive(Debug, Clone, PartialEq)]
pub enum OutcomeKind {
    /// Nothing was written.
    Missing,
    /// `fail "…"`
    Fail(Option<Template>),
    /// `skip "…"`
    Skip(Option<Template>),
    /// `refuse "…"`
    Refuse(Option<Template>),
    /// `approve`
    Approve,
    /// `reject`
    Reject,
    /// `collect`
    Collect,
    /// `rework from …`
    Rework(Box<Rework>),
    /// `escalate to ROLE within …`
    Escalate {
        /// To whom.
        role: Name,
        /// Until when, and what then.
        within: Option<Box<Within>>,
    },
    /// `{ … }`
    Body(Body),
}

/// `rework from STEP because "…" at most n times else …`
#[derive(Debug, Clone, PartialEq)]
pub struct Rework {
    /// From which block.
    pub from: Name,
    /// `because "…"`
    pub because: Option<Template>,
    /// `at most n times`
    pub at_most: Option<Expr>,
    /// What follows after that.
    pub otherwise: Option<Box<Outcome>>,
    /// The whole.
    pub span: Span,
}

/// `on failure (e) …`
#[derive(Debug, Clone, PartialEq)]
pub struct OnFailure {
    /// `(e)`
    pub binding: Option<Name>,
    /// What follows.
    pub outcome: Outcome,
    /// The whole.
    pub span: Span,
}
