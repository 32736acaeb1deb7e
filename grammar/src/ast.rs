//! The tree of an `.ntro` file: what the text says, with the place of every part, and nothing of what it means.
//!
//! Invariants: the tree is total (any text has one); what is missing is a [`Name`] with empty text, an
//! [`ExprKind::Missing`] or a [`TypeKind::Missing`], and each such hole has a [`crate::Problem`]; every span lies
//! within the file and on character boundaries; a node ends at its last real token, never at a trailing blank.
//! The tree does not know pest, types or files.

use crate::Span;

/// A word at a place. The text is empty where the word is missing (the span is then empty too and lies after the last token).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name {
    /// The word as written; dotted for capabilities (`files.parse`), kebab for runbooks (`nav-monthly`).
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl Name {
    /// Whether the word is missing in the text.
    pub fn is_missing(&self) -> bool {
        self.text.is_empty()
    }
}

/// A whole file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct File {
    /// The declarations in the order of the text.
    pub decls: Vec<Decl>,
    /// Every comment, in order, documentation comments included.
    pub comments: Vec<Comment>,
}

/// A comment and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The text without its slashes and without the blanks around it.
    pub text: String,
    /// From the first slash to the end of the line, the line break left out.
    pub span: Span,
    /// Whether it is documentation (`///`).
    pub doc: bool,
}

/// The documentation of an item: its `///` lines joined by line breaks; empty where there are none.
pub type Doc = String;

/// A declaration at the top of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Decl {
    /// `import { A, B } from "./types.ntro"`
    Import(Import),
    /// `role accountant, manager`
    Role(RoleDecl),
    /// `type Line { … }`
    Type(TypeDecl),
    /// `enum Status { a, b }`
    Enum(EnumDecl),
    /// `signal answered { … }` or `signal noted: Note`
    Signal(SignalDecl),
    /// `capability files.parse(document: file) -> Grid { … }`
    Capability(CapabilityDecl),
    /// `capabilities payment { queue: "pay", create(…) -> … }`
    Capabilities(CapabilitiesDecl),
    /// `agent name { … }` or `extern agent name { … }`
    Agent(AgentDecl),
    /// `extern runbook name { input { … } output: T }`
    ExternRunbook(RunbookDecl),
    /// `runbook name "Title" { … }`
    Runbook(RunbookDecl),
    /// `workflow name { runbook: … }`
    Workflow(WorkflowDecl),
    /// `scenario "…" for name { … }`
    Scenario(ScenarioDecl),
    /// `fn f(a: int) -> int = a`
    Fn(FnDecl),
}

/// `import { names } from "path"`
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// What is imported.
    pub names: Vec<Name>,
    /// The path between the quotes; empty where missing.
    pub path: Name,
    /// The whole declaration.
    pub span: Span,
}

/// `role a, b`
#[derive(Debug, Clone, PartialEq)]
pub struct RoleDecl {
    /// The roles.
    pub names: Vec<Name>,
    /// Documentation.
    pub doc: Doc,
    /// The whole declaration.
    pub span: Span,
}

/// `type Name { fields }`
#[derive(Debug, Clone, PartialEq)]
pub struct TypeDecl {
    /// Its name.
    pub name: Name,
    /// `<T, U>` of the types that ship with the compiler (`type Extraction<T> { … }`).
    pub params: Vec<Name>,
    /// Its fields in order.
    pub fields: Vec<Field>,
    /// Documentation.
    pub doc: Doc,
    /// The whole declaration.
    pub span: Span,
}

/// `name: type = default`
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
    /// Its default.
    pub default: Option<Expr>,
    /// In `ask form { reason: text "Why?" }`: the question shown.
    pub label: Option<Template>,
    /// Documentation.
    pub doc: Doc,
    /// The whole field.
    pub span: Span,
}

/// `enum Name { a, b }`
#[derive(Debug, Clone, PartialEq)]
pub struct EnumDecl {
    /// Its name.
    pub name: Name,
    /// Its values in order, each with its documentation.
    pub values: Vec<(Name, Doc)>,
    /// Documentation.
    pub doc: Doc,
    /// The whole declaration.
    pub span: Span,
}

/// `signal name { fields }` or `signal name: Type`
#[derive(Debug, Clone, PartialEq)]
pub struct SignalDecl {
    /// Its name.
    pub name: Name,
    /// `<T>` of the signals that ship with the compiler (`signal data_submitted<T> { … }`).
    pub params: Vec<Name>,
    /// What it carries.
    pub payload: SignalPayload,
    /// Documentation.
    pub doc: Doc,
    /// The whole declaration.
    pub span: Span,
}

/// What a signal carries.
#[derive(Debug, Clone, PartialEq)]
pub enum SignalPayload {
    /// Fields of its own.
    Fields(Vec<Field>),
    /// Those of a type.
    Type(TypeExpr),
}

/// `capability a.b<T>(params) -> Result { props }`
#[derive(Debug, Clone, PartialEq)]
pub struct CapabilityDecl {
    /// Its dotted name.
    pub name: Name,
    /// Its type parameters.
    pub type_params: Vec<Name>,
    /// Its parameters.
    pub params: Vec<Field>,
    /// Its result.
    pub result: Option<TypeExpr>,
    /// `queue:`, `program:`, `activity:`, `retry:`, `quick:` …
    pub props: Vec<Prop>,
    /// `within 5m`
    pub within: Option<Within>,
    /// Documentation.
    pub doc: Doc,
    /// The whole declaration.
    pub span: Span,
}

/// `capabilities payment { shared props, items }`
#[derive(Debug, Clone, PartialEq)]
pub struct CapabilitiesDecl {
    /// The common prefix.
    pub prefix: Name,
    /// Properties of all of them.
    pub props: Vec<Prop>,
    /// Their common limit.
    pub within: Option<Within>,
    /// The capabilities; their names lack the prefix.
    pub items: Vec<CapabilityDecl>,
    /// Documentation.
    pub doc: Doc,
    /// The whole declaration.
    pub span: Span,
}

/// `agent name { kind: …, ref: … }`
#[derive(Debug, Clone, PartialEq)]
pub struct AgentDecl {
    /// Its name.
    pub name: Name,
    /// Its properties.
    pub props: Vec<Prop>,
    /// Whether `extern` stands before it.
    pub external: bool,
    /// Documentation.
    pub doc: Doc,
    /// The whole declaration.
    pub span: Span,
}

/// `runbook name "Title" { … }`; an extern one has only `input` and `output` in its body.
#[derive(Debug, Clone, PartialEq)]
pub struct RunbookDecl {
    /// Its kebab-case name.
    pub name: Name,
    /// Its title.
    pub title: Option<Template>,
    /// All that stands between its braces, in order.
    pub body: Body,
    /// Documentation.
    pub doc: Doc,
    /// The whole declaration.
    pub span: Span,
}

/// `workflow name { runbook: …, tenant: … }`
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowDecl {
    /// Its name.
    pub name: Name,
    /// Its properties; `runbook:` has a name as its value.
    pub props: Vec<Prop>,
    /// Documentation.
    pub doc: Doc,
    /// The whole declaration.
    pub span: Span,
}

/// `fn name(params) -> type = expr`
#[derive(Debug, Clone, PartialEq)]
pub struct FnDecl {
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub params: Vec<Field>,
    /// Its result.
    pub result: Option<TypeExpr>,
    /// What it yields.
    pub body: Expr,
    /// Documentation.
    pub doc: Doc,
    /// The whole declaration.
    pub span: Span,
}

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
    /// `after 2h signal name for "a" { … }`
    Signal {
        /// How long after the line before; absent where no `after` stands.
        after: Option<Expr>,
        /// The signal.
        signal: Name,
        /// `for "a"`: the child that gets it.
        key: Option<Expr>,
        /// What it carries.
        payload: Expr,
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

// ---------------------------------------------------------------- types

/// A type as written.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeExpr {
    /// What it says.
    pub kind: TypeKind,
    /// Where it stands.
    pub span: Span,
}

/// What a type says.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// Nothing was written.
    Missing,
    /// `text`, `Lease`, `list<Lease>`, `money<GBP>`
    Named {
        /// Its name.
        name: Name,
        /// Between `<` and `>`.
        args: Vec<TypeExpr>,
    },
    /// `T?`
    Optional(Box<TypeExpr>),
}

// ---------------------------------------------------------------- expressions

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it says.
    pub kind: ExprKind,
    /// Where it stands, brackets of its own included.
    pub span: Span,
}

/// What an expression says. Literals keep their text: only the compiler decides whether the number fits or the date exists.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// Nothing was written.
    Missing,
    /// `none`
    None,
    /// `true`, `false`
    Bool(bool),
    /// `12`
    Int(String),
    /// `12.50`
    Decimal(String),
    /// `15%` (the text without the sign)
    Percent(String),
    /// `12.50 GBP`
    Money {
        /// The number.
        amount: String,
        /// The currency code.
        currency: String,
    },
    /// `2026-03-31`
    Date(String),
    /// `2026-03-31T09:00`
    DateTime(String),
    /// `2026-03`
    Period(String),
    /// `1h30m`
    Duration(String),
    /// `25MB`
    Size(String),
    /// `"…"` or `"""…"""`
    Text(Template),
    /// A name.
    Name(String),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{ a: 1, b, ...c }`
    Record(Vec<RecordItem>),
    /// `a.b` and `a?.b`; the name may be missing (`a.`).
    Member {
        /// Of what.
        object: Box<Expr>,
        /// Which field or function.
        name: Name,
        /// Whether it is `?.`.
        optional: bool,
    },
    /// `f(x)` and `x.f(y)` (the callee is then a member)
    Call {
        /// What is called.
        callee: Box<Expr>,
        /// With what.
        args: Vec<Arg>,
    },
    /// `not a`, `-a`
    Unary {
        /// The operator.
        op: UnaryOp,
        /// Its operand.
        operand: Box<Expr>,
    },
    /// `a + b`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Where the operator stands.
        op_span: Span,
        /// The left side.
        left: Box<Expr>,
        /// The right side.
        right: Box<Expr>,
    },
    /// `r => …`, `(a, b) => …`
    Lambda {
        /// Its parameters.
        params: Vec<Name>,
        /// What it yields.
        body: Box<Expr>,
    },
    /// `if c then a else b`
    If {
        /// The condition.
        cond: Box<Expr>,
        /// Its yes.
        then: Box<Expr>,
        /// Its no.
        otherwise: Box<Expr>,
    },
    /// `match x { a => 1, else => 2 }`
    Match(Box<Match>),
    /// `(a)`
    Paren(Box<Expr>),
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `not`
    Not,
    /// `-`
    Neg,
}

/// Operators with two operands, from the loosest: `or`, `and`, comparisons and `in` (they do not chain), `??`, `+ -`, `* /`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BinaryOp {
    Or,
    And,
    Eq,
    NotEq,
    Less,
    LessEq,
    Greater,
    GreaterEq,
    In,
    NotIn,
    Coalesce,
    Add,
    Sub,
    Mul,
    Div,
}

/// A part of a record literal.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordItem {
    /// `...base`
    Spread {
        /// The record that is taken over.
        value: Expr,
        /// Where it stands.
        span: Span,
    },
    /// `name: value`, or `name` alone for `name: name`
    Field {
        /// The field.
        name: Name,
        /// Its value; `None` for the short form.
        value: Option<Expr>,
        /// Where it stands.
        span: Span,
    },
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Arg {
    /// `name:` before it.
    pub name: Option<Name>,
    /// Its value.
    pub value: Expr,
    /// Where it stands.
    pub span: Span,
}

/// A text with holes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Template {
    /// Its parts, in order; escapes are resolved and the indentation of a block is removed.
    pub parts: Vec<TemplatePart>,
    /// With its quotes.
    pub span: Span,
    /// Whether it was written with three quotes.
    pub block: bool,
}

impl Template {
    /// The text, where it has no holes.
    pub fn plain(&self) -> Option<String> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                TemplatePart::Text(text) => out.push_str(text),
                _ => return None,
            }
        }
        Some(out)
    }
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum TemplatePart {
    /// Plain text.
    Text(String),
    /// `{{ expr }}`
    Expr(Expr),
    /// `{% for x in xs %} … {% endfor %}`
    For {
        /// The name of an element.
        name: Name,
        /// The list.
        list: Expr,
        /// What is repeated.
        parts: Vec<TemplatePart>,
        /// The opening tag.
        span: Span,
    },
    /// `{% if a %} … {% elif b %} … {% else %} … {% endif %}`
    If {
        /// Conditions with what they show.
        arms: Vec<(Expr, Vec<TemplatePart>)>,
        /// What is shown else.
        otherwise: Vec<TemplatePart>,
        /// The opening tag.
        span: Span,
    },
}

/// `match x { … }` as a statement or an expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// What is looked at.
    pub subject: Expr,
    /// Its arms.
    pub arms: Vec<MatchArm>,
    /// The whole.
    pub span: Span,
}

/// One arm.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchArm {
    /// What it fits.
    pub pattern: Pattern,
    /// `if cond` after the pattern.
    pub guard: Option<Expr>,
    /// What happens.
    pub body: ArmBody,
    /// The whole arm.
    pub span: Span,
}

/// What an arm does.
#[derive(Debug, Clone, PartialEq)]
pub enum ArmBody {
    /// `=> value`
    Expr(Expr),
    /// `{ … }`
    Body(Body),
}

/// What an arm fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// What it says.
    pub kind: PatternKind,
    /// Where it stands.
    pub span: Span,
}

/// What a pattern says.
#[derive(Debug, Clone, PartialEq)]
pub enum PatternKind {
    /// Nothing was written.
    Missing,
    /// `else`
    Else,
    /// A literal (`none`, `true`, numbers, texts, dates …).
    Literal(Box<Expr>),
    /// `name`, `Enum.value` or `name (binding)`: an enum value, a signal, `late`, `until`, `ok (v)`, `failed (e)`, `some (v)`.
    Name {
        /// The word, dotted where written so.
        name: Name,
        /// `(v)`
        binding: Option<Name>,
    },
}

// ---------------------------------------------------------------- bodies

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

// ---------------------------------------------------------------- blocks

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
