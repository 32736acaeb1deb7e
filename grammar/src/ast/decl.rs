//! What stands at the top of a file: imports, types, roles, signals, capabilities, agents, runbooks and workflows.

use super::{Body, Doc, Expr, Name, Prop, ScenarioDecl, Template, TypeExpr, Within};
use crate::Span;

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

impl Decl {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Decl::Import(x) => x.span,
            Decl::Role(x) => x.span,
            Decl::Type(x) => x.span,
            Decl::Enum(x) => x.span,
            Decl::Signal(x) => x.span,
            Decl::Capability(x) => x.span,
            Decl::Capabilities(x) => x.span,
            Decl::Agent(x) => x.span,
            Decl::ExternRunbook(x) | Decl::Runbook(x) => x.span,
            Decl::Workflow(x) => x.span,
            Decl::Scenario(x) => x.span,
            Decl::Fn(x) => x.span,
        }
    }
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
