//! What stands around the place where something is to be written: found by putting a made-up name there and reading the text again.

use ntro_compiler::index::visit::{self, Node, Visitor};
use ntro_compiler::index::{MARKER, OtherPart};
use ntro_grammar::ast::{self, Decl};

use super::outcomes::After;
use super::phrases::Phrase;
use crate::Span;
use crate::analysis::File;

/// What may stand at the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Context {
    /// Nothing: in a comment, in plain text.
    Nothing,
    /// A type.
    Type,
    /// What `run` calls: a capability, in a `child` a runbook.
    Call {
        /// Whether it is in a `child`.
        child: bool,
    },
    /// A signal.
    Signal,
    /// The value of a property: `icon:`, `by:`, `use:`, `runbook:` …
    Property(String),
    /// The name of a property of a component.
    ComponentProperty(String),
    /// The name of a component after `show` or `ask`.
    Component {
        /// Whether it is after `ask`.
        ask: bool,
    },
    /// A role.
    Role,
    /// A block that a `rework` names, or a step that a scenario names.
    Step,
    /// What a scenario mocks or counts.
    Called,
    /// A runbook or a workflow that a scenario is for.
    Target {
        /// Whether it is a workflow.
        workflow: bool,
    },
    /// What a person does in a scenario.
    Verb,
    /// A name that an import takes; the path of the file as written.
    Imported(String),
    /// A path in quotes, of an import or a sample.
    Path {
        /// Whether it is a sample.
        sample: bool,
    },
    /// A text in quotes of which some are usual: a time zone, a schedule.
    Usual(&'static str),
    /// The fields of a record that are always the same: `retry`, `send`.
    Fields(&'static [(&'static str, &'static str)]),
    /// A currency, as in `money<GBP>`.
    Currency,
    /// What follows a limit, a condition, a rejection or a failure.
    Outcome(After),
    /// A value: the checker knows what.
    Value,
    /// What people may press at a gate.
    Actions,
    /// Words of the language that go on a line.
    Phrases(Vec<Phrase>),
    /// A word at the beginning of something.
    Start(Start),
}

/// Where a line begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// At the top of a file.
    File,
    /// In a runbook.
    Runbook,
    /// In a step, a branch, a loop.
    Body,
    /// In a block of another kind.
    Block(ast::BlockKind),
    /// In a scenario.
    Scenario,
    /// In a `workflow`.
    Workflow,
    /// In a `capability`, or a group of them.
    Capability,
    /// In the declaration of an agent.
    Agent,
    /// Where fields are declared: only names of one's own.
    Fields,
}

/// A piece of the text with [`MARKER`] in it, read.
pub(crate) struct Marked {
    /// The declaration with the marker; absent where it stands at the top.
    pub(crate) decl: Option<Decl>,
    /// What may stand there.
    pub(crate) context: Context,
}

/// Puts the marker in the place of `word`, with something before and after it, and reads the declaration around it.
pub(crate) fn marked(file: &File, word: Span, (lead, tail): (&str, &str)) -> Marked {
    let (from, to) = region(file, word);
    let text = &file.text;
    let before = text.get(from..word.start as usize).unwrap_or_default();
    let after = text.get(word.end as usize..to).unwrap_or_default();
    let parsed = ntro_grammar::parse(&format!("{before}{lead}{MARKER}{tail}{after}"));
    let at = u32::try_from(before.len() + lead.len()).unwrap_or(u32::MAX);
    let decl = parsed.file.decls.into_iter().find(|decl| holds(visit::decl_span(decl), at));
    let context = match &decl {
        Some(decl) => context(decl, at),
        None => Context::Start(Start::File),
    };
    Marked { decl, context }
}

/// The same where only the part of a runbook around the place has to be read.
pub(crate) fn marked_part(file: &File, word: Span) -> Option<(OtherPart, Context)> {
    let part = file.read().part_with(word, MARKER)?;
    let context = context(&part.decl, word.start);
    Some((part, context))
}

/// The text between the declarations around a place: what is outside it is read as before.
fn region(file: &File, word: Span) -> (usize, usize) {
    let decls = &file.tree().decls;
    let inside = decls.iter().position(|decl| holds(visit::decl_span(decl), word.start));
    let (before, after) = match inside {
        Some(at) => (at.checked_sub(1), at + 1),
        None => {
            let next = decls.iter().position(|decl| visit::decl_span(decl).start >= word.end).unwrap_or(decls.len());
            // What is being written may belong to the declaration before.
            (next.checked_sub(2), next)
        }
    };
    let from = before.and_then(|at| decls.get(at)).map_or(0, |decl| visit::decl_span(decl).end);
    let to = decls.get(after).map_or(file.text.len(), |decl| visit::decl_span(decl).start as usize);
    (from as usize, to)
}

fn holds(span: Span, at: u32) -> bool {
    span.start <= at && at <= span.end
}

fn context(decl: &Decl, at: u32) -> Context {
    if let Some(own) = of_decl(decl) {
        return own;
    }
    let mut find = Find { at, found: None, start: start_of(decl), child: false, component: None };
    visit::walk(Node::Decl(decl), &mut find);
    find.found.unwrap_or(Context::Start(find.start))
}

fn is_marker(name: &ast::Name) -> bool {
    name.text.contains(MARKER)
}

fn start_of(decl: &Decl) -> Start {
    match decl {
        Decl::Runbook(_) | Decl::ExternRunbook(_) => Start::Runbook,
        Decl::Scenario(_) => Start::Scenario,
        Decl::Workflow(_) => Start::Workflow,
        Decl::Capability(_) | Decl::Capabilities(_) => Start::Capability,
        Decl::Agent(_) => Start::Agent,
        Decl::Type(_) | Decl::Enum(_) | Decl::Signal(_) | Decl::Role(_) | Decl::Fn(_) | Decl::Import(_) => {
            Start::Fields
        }
    }
}

/// Names in the head of a declaration.
fn of_decl(decl: &Decl) -> Option<Context> {
    match decl {
        Decl::Import(import) if import.names.iter().any(is_marker) => Some(Context::Imported(import.path.text.clone())),
        Decl::Import(import) if is_marker(&import.path) => Some(Context::Path { sample: false }),
        Decl::Scenario(scenario) if is_marker(&scenario.target) => {
            Some(Context::Target { workflow: scenario.for_workflow })
        }
        decl if visit::decl_name(decl).is_some_and(is_marker) => Some(Context::Nothing),
        _ => None,
    }
}

struct Find {
    at: u32,
    found: Option<Context>,
    start: Start,
    child: bool,
    component: Option<String>,
}

impl<'a> Visitor<'a> for Find {
    fn enter(&mut self, node: Node<'a>) -> bool {
        // The span of a `{% for %}` is that of its first tag; what it repeats stands behind it.
        let is_tag = matches!(node, Node::TemplatePart(ast::TemplatePart::For { .. } | ast::TemplatePart::If { .. }));
        if self.found.is_some() || !is_tag && node.span().is_some_and(|span| !holds(span, self.at)) {
            return false;
        }
        let found = match node {
            Node::Type(ast::TypeExpr { kind: ast::TypeKind::Named { name, args }, .. }) => named_type(name, args),
            Node::Run(run) if is_marker(&run.target) => Some(Context::Call { child: self.child }),
            Node::SignalRef(signal) if is_marker(&signal.name) => Some(Context::Signal),
            Node::Rework(rework) if is_marker(&rework.from) => Some(Context::Step),
            Node::Outcome(ast::Outcome { kind: ast::OutcomeKind::Escalate { role, .. }, .. }) if is_marker(role) => {
                Some(Context::Role)
            }
            Node::Component(component) if is_marker(&component.name) => None,
            Node::Prop(prop) => self.prop(prop),
            Node::Clause(ast::Clause::Send { value, .. }) if names_field(value) => Some(Context::Fields(SENT)),
            Node::Stmt(ast::Stmt::Emit { name, .. }) if is_marker(name) => Some(Context::Nothing),
            Node::Line(line) => line_context(&line.kind),
            Node::ScenarioAction(action) if action.role.as_ref().is_some_and(is_marker) => Some(Context::Role),
            Node::ScenarioAction(action) if is_marker(&action.verb) => Some(Context::Verb),
            Node::Template(text) => in_text(text),
            Node::Action(action) if is_marker(&action.name) => Some(Context::Actions),
            Node::Pattern(pattern) => match &pattern.kind {
                ast::PatternKind::Name { name, .. } if is_marker(name) => Some(Context::Value),
                _ => None,
            },
            Node::Expr(expr) => expression(expr),
            Node::RecordItem(ast::RecordItem::Field { name, .. }) if is_marker(name) => Some(Context::Value),
            Node::Arg(ast::Arg { name: Some(name), .. }) if is_marker(name) => Some(Context::Value),
            Node::Stmt(ast::Stmt::Assign { target, .. }) if is_marker(target) => Some(Context::Value),
            Node::Field(field) if is_marker(&field.name) => Some(Context::Nothing),
            Node::Block(block) if is_marker(&block.name) => Some(Context::Nothing),
            _ => None,
        };
        self.found = found.or(self.found.take());
        self.notice(node);
        true
    }
}

impl Find {
    /// What is around what comes.
    fn notice(&mut self, node: Node<'_>) {
        match node {
            Node::Block(block) if holds(block.body_span, self.at) => {
                self.child = block.kind == ast::BlockKind::Child;
                self.start = match block.kind {
                    ast::BlockKind::Step => Start::Body,
                    kind => Start::Block(kind),
                };
            }
            Node::Body(_) if self.start != Start::Runbook => self.start = Start::Body,
            Node::Stmt(
                ast::Stmt::If(_)
                | ast::Stmt::For(_)
                | ast::Stmt::Repeat(_)
                | ast::Stmt::Try { .. }
                | ast::Stmt::Parallel { .. }
                | ast::Stmt::Handler(_)
                | ast::Stmt::Match(_),
            ) => self.start = Start::Body,
            Node::Stmt(ast::Stmt::Input(_) | ast::Stmt::Config(_)) => self.start = Start::Fields,
            Node::Clause(ast::Clause::Show(x)) => self.component(x, false),
            Node::Clause(ast::Clause::Ask(x)) => self.component(x, true),
            Node::Clause(ast::Clause::AskForm { .. }) => self.start = Start::Fields,
            _ => {}
        }
    }

    fn component(&mut self, x: &ast::Component, ask: bool) {
        if is_marker(&x.name) {
            self.found = Some(Context::Component { ask });
            return;
        }
        self.component = Some(x.name.text.clone());
        // A word alone between the braces is no property yet; the tree does not keep it.
        if x.name.span.end < self.at {
            let in_value = x.props.iter().any(|prop| holds(prop.span, self.at));
            if !in_value {
                self.found = Some(Context::ComponentProperty(x.name.text.clone()));
            }
        }
    }

    fn prop(&mut self, prop: &ast::Prop) -> Option<Context> {
        if is_marker(&prop.name) {
            return Some(match &self.component {
                Some(component) => Context::ComponentProperty(component.clone()),
                None => Context::Start(self.start),
            });
        }
        match prop.name.text.as_str() {
            "zone" if is_plain(&prop.value) => return Some(Context::Usual("zone")),
            "schedule" if is_plain(&prop.value) => return Some(Context::Usual("schedule")),
            "retry" if names_field(&prop.value) => return Some(Context::Fields(RETRY)),
            _ => {}
        }
        const KNOWN: &[&str] =
            &["icon", "by", "not_by", "use", "runbook", "overlap", "kind", "accept", "max_size", "quorum"];
        (yields_marker(&prop.value) && KNOWN.contains(&prop.name.text.as_str()))
            .then(|| Context::Property(prop.name.text.clone()))
    }
}

/// How often something is tried.
const RETRY: &[(&str, &str)] = &[
    ("attempts", "attempts: ${1:5}"),
    ("first", "first: ${1:1s}"),
    ("factor", "factor: ${1:2}"),
    ("max", "max: ${1:1m}"),
];
/// What an agent is given.
const SENT: &[(&str, &str)] = &[("text", "text: \"$1\""), ("files", "files: [$1]")];

/// Whether the marker names a field of a record.
fn names_field(value: &ast::Expr) -> bool {
    let ast::ExprKind::Record(items) = &value.kind else { return false };
    items.iter().any(|item| matches!(item, ast::RecordItem::Field { name, .. } if is_marker(name)))
}

/// Whether the marker stands in a text.
fn is_plain(value: &ast::Expr) -> bool {
    matches!(&value.kind, ast::ExprKind::Text(text) if text.plain().is_some_and(|text| text.contains(MARKER)))
}

fn named_type(name: &ast::Name, args: &[ast::TypeExpr]) -> Option<Context> {
    let marked =
        |ty: &ast::TypeExpr| matches!(&ty.kind, ast::TypeKind::Named { name, .. } if name.text.contains(MARKER));
    match name.text.as_str() {
        _ if is_marker(name) => Some(Context::Type),
        "money" if args.iter().any(marked) => Some(Context::Currency),
        _ => None,
    }
}

/// Whether the marker is what a value yields: alone, as an element of a list, or as one of the cases of a choice.
fn yields_marker(value: &ast::Expr) -> bool {
    match &value.kind {
        ast::ExprKind::Name(name) => name.contains(MARKER),
        ast::ExprKind::List(items) => items.iter().any(yields_marker),
        ast::ExprKind::If { then, otherwise, .. } => yields_marker(then) || yields_marker(otherwise),
        _ => false,
    }
}

fn expression(expr: &ast::Expr) -> Option<Context> {
    match &expr.kind {
        ast::ExprKind::Name(name) if name.contains(MARKER) => Some(Context::Value),
        ast::ExprKind::Member { name, .. } if is_marker(name) => Some(Context::Value),
        ast::ExprKind::Call { callee, args } => {
            let ast::ExprKind::Name(name) = &callee.kind else { return None };
            let quoted = args.iter().any(|arg| match &arg.value.kind {
                ast::ExprKind::Text(text) => text.plain().is_some_and(|text| text.contains(MARKER)),
                _ => false,
            });
            (name == "sample" && quoted).then_some(Context::Path { sample: true })
        }
        _ => None,
    }
}

/// Plain text needs no names.
fn in_text(text: &ast::Template) -> Option<Context> {
    let plain = text.parts.iter().any(|part| matches!(part, ast::TemplatePart::Text(text) if text.contains(MARKER)));
    plain.then_some(Context::Nothing)
}

fn line_context(line: &ast::ScenarioLineKind) -> Option<Context> {
    use ast::{ScenarioExpect as Expect, ScenarioLineKind as Line};
    match line {
        Line::Mock { target, .. } if is_marker(target) => Some(Context::Called),
        Line::Signal { signal, .. } if is_marker(signal) => Some(Context::Signal),
        Line::At { address, .. } if is_marker(address) => Some(Context::Step),
        Line::Expect { what, .. } => match what {
            Expect::Open(name, _) | Expect::Never(name, _) | Expect::Failed { at: Some(name), .. }
                if is_marker(name) =>
            {
                Some(Context::Step)
            }
            Expect::Calls(names) if names.iter().any(is_marker) => Some(Context::Called),
            Expect::Count { target, .. } | Expect::Call { target, .. } if is_marker(target) => Some(Context::Called),
            Expect::AtMostRunning { target, .. } if is_marker(target) => Some(Context::Called),
            _ => None,
        },
        _ => None,
    }
}
