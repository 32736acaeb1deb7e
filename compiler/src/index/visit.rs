//! Walks a tree: every node once, parents before what they hold, in the order of the text where the tree keeps it.

use ntro_grammar::Span;
use ntro_grammar::ast::{
    Action, Arg, ArmBody, Block, BlockContent, Body, Check, Clause, Component, Decl, Expr, ExprKind, Field, Handler,
    Limit, MatchArm, Name, OnFailure, Outcome, OutcomeKind, Pattern, PatternKind, Prop, RecordItem, Rework, Rhs, Run,
    ScenarioAction, ScenarioExpect, ScenarioLine, ScenarioLineKind, SignalPayload, SignalRef, Stmt, Template,
    TemplatePart, TypeExpr, TypeKind, Within,
};

/// A part of the tree.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the node of its name in `ntro_grammar::ast`")]
pub enum Node<'a> {
    Decl(&'a Decl),
    Field(&'a Field),
    Prop(&'a Prop),
    Type(&'a TypeExpr),
    Body(&'a Body),
    Stmt(&'a Stmt),
    Block(&'a Block),
    Clause(&'a Clause),
    Component(&'a Component),
    Check(&'a Check),
    Action(&'a Action),
    Within(&'a Within),
    Outcome(&'a Outcome),
    Rework(&'a Rework),
    OnFailure(&'a OnFailure),
    SignalRef(&'a SignalRef),
    Handler(&'a Handler),
    Run(&'a Run),
    Arg(&'a Arg),
    Arm(&'a MatchArm),
    Pattern(&'a Pattern),
    Expr(&'a Expr),
    RecordItem(&'a RecordItem),
    Template(&'a Template),
    TemplatePart(&'a TemplatePart),
    Line(&'a ScenarioLine),
    ScenarioAction(&'a ScenarioAction),
}

impl Node<'_> {
    /// Where it stands. Parts of texts that are plain have no place of their own.
    pub fn span(&self) -> Option<Span> {
        Some(match self {
            Node::Decl(x) => decl_span(x),
            Node::Field(x) => x.span,
            Node::Prop(x) => x.span,
            Node::Type(x) => x.span,
            Node::Body(x) => x.span,
            Node::Stmt(x) => stmt_span(x),
            Node::Block(x) => x.span,
            Node::Clause(x) => x.span(),
            Node::Component(x) => x.span,
            Node::Check(x) => x.span,
            Node::Action(x) => x.span,
            Node::Within(x) => x.span,
            Node::Outcome(x) => x.span,
            Node::Rework(x) => x.span,
            Node::OnFailure(x) => x.span,
            Node::SignalRef(x) => x.span,
            Node::Handler(x) => x.span,
            Node::Run(x) => x.span,
            Node::Arg(x) => x.span,
            Node::Arm(x) => x.span,
            Node::Pattern(x) => x.span,
            Node::Expr(x) => x.span,
            Node::RecordItem(RecordItem::Spread { span, .. } | RecordItem::Field { span, .. }) => *span,
            Node::Template(x) => x.span,
            Node::TemplatePart(TemplatePart::For { span, .. } | TemplatePart::If { span, .. }) => *span,
            Node::TemplatePart(TemplatePart::Expr(x)) => x.span,
            Node::TemplatePart(TemplatePart::Text(_)) => return None,
            Node::Line(x) => x.span,
            Node::ScenarioAction(x) => x.span,
        })
    }
}

/// Where a declaration stands.
pub fn decl_span(decl: &Decl) -> Span {
    decl.span()
}

/// The name of a declaration; `None` where it has none of its own (`import`, `role a, b`).
pub fn decl_name(decl: &Decl) -> Option<&Name> {
    match decl {
        Decl::Import(_) | Decl::Role(_) => None,
        Decl::Type(x) => Some(&x.name),
        Decl::Enum(x) => Some(&x.name),
        Decl::Signal(x) => Some(&x.name),
        Decl::Capability(x) => Some(&x.name),
        Decl::Capabilities(x) => Some(&x.prefix),
        Decl::Agent(x) => Some(&x.name),
        Decl::ExternRunbook(x) | Decl::Runbook(x) => Some(&x.name),
        Decl::Workflow(x) => Some(&x.name),
        Decl::Scenario(x) => Some(&x.title),
        Decl::Fn(x) => Some(&x.name),
    }
}

/// Where a statement stands, from its first word to its end.
pub fn stmt_span(stmt: &Stmt) -> Span {
    match stmt {
        Stmt::Prop(x) => x.span,
        Stmt::Input(x) | Stmt::Config(x) => x.span,
        Stmt::Block(x) => x.span,
        Stmt::Let(x) | Stmt::Var(x) => x.span,
        Stmt::If(x) => x.span,
        Stmt::Match(x) => x.span,
        Stmt::For(x) => x.span,
        Stmt::Repeat(x) => x.span,
        Stmt::Run(x) => x.span,
        Stmt::Require(x) => x.span,
        Stmt::Feedback(x) => x.span,
        Stmt::Handler(x) => x.span,
        Stmt::Rework(x) => x.span,
        Stmt::Output { span, .. }
        | Stmt::Assign { span, .. }
        | Stmt::Return { span, .. }
        | Stmt::Parallel { span, .. }
        | Stmt::Try { span, .. }
        | Stmt::Undo { span, .. }
        | Stmt::Fail { span, .. }
        | Stmt::Skip { span, .. }
        | Stmt::Emit { span, .. }
        | Stmt::Sleep { span, .. } => *span,
    }
}

/// What is told of each node. `enter` says whether what the node holds is looked at too.
pub trait Visitor<'a> {
    /// A node begins.
    fn enter(&mut self, node: Node<'a>) -> bool;
    /// A node that was entered ends.
    fn leave(&mut self, _node: Node<'a>) {}
}

impl<'a, F: FnMut(Node<'a>) -> bool> Visitor<'a> for F {
    fn enter(&mut self, node: Node<'a>) -> bool {
        self(node)
    }
}

/// Walks a node and what it holds. The tree's depth is bounded by the grammar.
pub fn walk<'a>(node: Node<'a>, to: &mut dyn Visitor<'a>) {
    if to.enter(node) {
        inside(node, to);
        to.leave(node);
    }
}

fn inside<'a>(node: Node<'a>, to: &mut dyn Visitor<'a>) {
    match node {
        Node::Decl(x) => decl(x, to),
        Node::Field(x) => {
            walk(Node::Type(&x.ty), to);
            x.label.iter().for_each(|label| walk(Node::Template(label), to));
            x.default.iter().for_each(|default| walk(Node::Expr(default), to));
        }
        Node::Prop(x) => walk(Node::Expr(&x.value), to),
        Node::Type(x) => match &x.kind {
            TypeKind::Named { args, .. } => args.iter().for_each(|arg| walk(Node::Type(arg), to)),
            TypeKind::Optional(of) => walk(Node::Type(of), to),
            TypeKind::Missing => {}
        },
        Node::Body(x) => x.stmts.iter().for_each(|stmt| walk(Node::Stmt(stmt), to)),
        Node::Stmt(x) => stmt(x, to),
        Node::Block(x) => {
            x.title.iter().for_each(|title| walk(Node::Template(title), to));
            x.when.iter().for_each(|when| walk(Node::Expr(when), to));
            x.within.iter().for_each(|within| walk(Node::Within(within), to));
            match &x.content {
                BlockContent::Step(body) => walk(Node::Body(body), to),
                BlockContent::Clauses(clauses) => clauses.iter().for_each(|clause| walk(Node::Clause(clause), to)),
            }
        }
        Node::Clause(x) => clause(x, to),
        Node::Component(x) => x.props.iter().for_each(|prop| walk(Node::Prop(prop), to)),
        Node::Check(x) => {
            x.title.iter().for_each(|title| walk(Node::Template(title), to));
            x.run.iter().for_each(|run| walk(Node::Run(run), to));
        }
        Node::Action(x) => x.label.iter().for_each(|label| walk(Node::Template(label), to)),
        Node::Within(x) => {
            if let Limit::Expr(limit) | Limit::WorkingDays(limit) = &x.limit {
                walk(Node::Expr(limit), to);
            }
            x.otherwise.iter().for_each(|outcome| walk(Node::Outcome(outcome), to));
        }
        Node::Outcome(x) => outcome(x, to),
        Node::Rework(x) => {
            x.because.iter().for_each(|because| walk(Node::Template(because), to));
            x.at_most.iter().for_each(|most| walk(Node::Expr(most), to));
            x.otherwise.iter().for_each(|outcome| walk(Node::Outcome(outcome), to));
        }
        Node::OnFailure(x) => walk(Node::Outcome(&x.outcome), to),
        Node::SignalRef(x) => {
            x.type_args.iter().for_each(|ty| walk(Node::Type(ty), to));
            x.filter.iter().chain(&x.from).for_each(|expr| walk(Node::Expr(expr), to));
        }
        Node::Handler(x) => {
            walk(Node::SignalRef(&x.signal), to);
            walk(Node::Body(&x.body), to);
        }
        Node::Run(x) => {
            x.type_args.iter().for_each(|ty| walk(Node::Type(ty), to));
            x.args.iter().for_each(|arg| walk(Node::Arg(arg), to));
            x.within.iter().for_each(|within| walk(Node::Within(within), to));
        }
        Node::Arg(x) => walk(Node::Expr(&x.value), to),
        Node::Arm(x) => {
            walk(Node::Pattern(&x.pattern), to);
            x.guard.iter().for_each(|guard| walk(Node::Expr(guard), to));
            match &x.body {
                ArmBody::Expr(value) => walk(Node::Expr(value), to),
                ArmBody::Body(body) => walk(Node::Body(body), to),
            }
        }
        Node::Pattern(x) => {
            if let PatternKind::Literal(literal) = &x.kind {
                walk(Node::Expr(literal), to);
            }
        }
        Node::Expr(x) => expr(x, to),
        Node::RecordItem(x) => match x {
            RecordItem::Spread { value, .. } => walk(Node::Expr(value), to),
            RecordItem::Field { value, .. } => value.iter().for_each(|value| walk(Node::Expr(value), to)),
        },
        Node::Template(x) => x.parts.iter().for_each(|part| walk(Node::TemplatePart(part), to)),
        Node::TemplatePart(x) => part(x, to),
        Node::Line(x) => line(x, to),
        Node::ScenarioAction(x) => {
            let values = x.row.iter().chain(&x.value).chain(&x.comment).chain(&x.by);
            values.chain(x.refused.iter().flatten()).for_each(|value| walk(Node::Expr(value), to));
        }
    }
}

fn decl<'a>(decl: &'a Decl, to: &mut dyn Visitor<'a>) {
    match decl {
        Decl::Import(_) | Decl::Role(_) | Decl::Enum(_) => {}
        Decl::Type(x) => fields(&x.fields, to),
        Decl::Signal(x) => match &x.payload {
            SignalPayload::Fields(all) => fields(all, to),
            SignalPayload::Type(ty) => walk(Node::Type(ty), to),
        },
        Decl::Capability(x) => capability(x, to),
        Decl::Capabilities(x) => {
            props(&x.props, to);
            x.within.iter().for_each(|within| walk(Node::Within(within), to));
            x.items.iter().for_each(|item| capability(item, to));
        }
        Decl::Agent(x) => props(&x.props, to),
        Decl::ExternRunbook(x) | Decl::Runbook(x) => {
            x.title.iter().for_each(|title| walk(Node::Template(title), to));
            walk(Node::Body(&x.body), to);
        }
        Decl::Workflow(x) => props(&x.props, to),
        Decl::Scenario(x) => x.lines.iter().for_each(|line| walk(Node::Line(line), to)),
        Decl::Fn(x) => {
            fields(&x.params, to);
            x.result.iter().for_each(|ty| walk(Node::Type(ty), to));
            walk(Node::Expr(&x.body), to);
        }
    }
}

fn capability<'a>(x: &'a ntro_grammar::ast::CapabilityDecl, to: &mut dyn Visitor<'a>) {
    fields(&x.params, to);
    x.result.iter().for_each(|ty| walk(Node::Type(ty), to));
    x.within.iter().for_each(|within| walk(Node::Within(within), to));
    props(&x.props, to);
}

fn fields<'a>(fields: &'a [Field], to: &mut dyn Visitor<'a>) {
    fields.iter().for_each(|field| walk(Node::Field(field), to));
}

fn props<'a>(props: &'a [Prop], to: &mut dyn Visitor<'a>) {
    props.iter().for_each(|prop| walk(Node::Prop(prop), to));
}

fn right<'a>(value: &'a Rhs, to: &mut dyn Visitor<'a>) {
    match value {
        Rhs::Expr(value) => walk(Node::Expr(value), to),
        Rhs::Run(run) => walk(Node::Run(run), to),
    }
}

fn stmt<'a>(stmt: &'a Stmt, to: &mut dyn Visitor<'a>) {
    match stmt {
        Stmt::Prop(x) => walk(Node::Prop(x), to),
        Stmt::Input(x) | Stmt::Config(x) => fields(&x.fields, to),
        Stmt::Output { ty, .. } => walk(Node::Type(ty), to),
        Stmt::Block(x) => walk(Node::Block(x), to),
        Stmt::Let(x) | Stmt::Var(x) => {
            x.ty.iter().for_each(|ty| walk(Node::Type(ty), to));
            right(&x.value, to);
        }
        Stmt::Assign { value, .. } => right(value, to),
        Stmt::Return { value, .. } => value.iter().for_each(|value| right(value, to)),
        Stmt::If(x) => {
            walk(Node::Expr(&x.cond), to);
            walk(Node::Body(&x.then), to);
            x.otherwise.iter().for_each(|body| walk(Node::Body(body), to));
        }
        Stmt::Match(x) => {
            walk(Node::Expr(&x.subject), to);
            x.arms.iter().for_each(|arm| walk(Node::Arm(arm), to));
        }
        Stmt::For(x) => {
            let heads = std::iter::once(&x.list).chain(&x.key).chain(&x.at_once).chain(&x.until);
            heads.for_each(|expr| walk(Node::Expr(expr), to));
            walk(Node::Body(&x.body), to);
        }
        Stmt::Repeat(x) => {
            x.until.iter().chain(&x.at_most).for_each(|expr| walk(Node::Expr(expr), to));
            x.otherwise.iter().for_each(|outcome| walk(Node::Outcome(outcome), to));
            walk(Node::Body(&x.body), to);
        }
        Stmt::Parallel { body, .. } | Stmt::Undo { body, .. } => walk(Node::Body(body), to),
        Stmt::Try { body, on_failure, .. } => {
            walk(Node::Body(body), to);
            on_failure.iter().for_each(|failure| walk(Node::OnFailure(failure), to));
        }
        Stmt::Run(run) => walk(Node::Run(run), to),
        Stmt::Require(x) => {
            walk(Node::Expr(&x.cond), to);
            x.otherwise.iter().for_each(|outcome| walk(Node::Outcome(outcome), to));
        }
        Stmt::Fail { message, .. } | Stmt::Skip { message, .. } => {
            message.iter().for_each(|text| walk(Node::Template(text), to));
        }
        Stmt::Feedback(x) => walk(Node::Expr(&x.value), to),
        Stmt::Handler(x) => walk(Node::Handler(x), to),
        Stmt::Rework(x) => walk(Node::Rework(x), to),
        Stmt::Emit { value, .. } | Stmt::Sleep { value, .. } => walk(Node::Expr(value), to),
    }
}

fn clause<'a>(clause: &'a Clause, to: &mut dyn Visitor<'a>) {
    match clause {
        Clause::Prop(x) => walk(Node::Prop(x), to),
        Clause::Within(x) => walk(Node::Within(x), to),
        Clause::OnSignal(x) => walk(Node::SignalRef(x), to),
        Clause::Until { cond, .. } => walk(Node::Expr(cond), to),
        Clause::Show(x) | Clause::Ask(x) => walk(Node::Component(x), to),
        Clause::AskForm { fields: all, .. } => fields(all, to),
        Clause::Warn { message, when, .. } => {
            message.iter().for_each(|text| walk(Node::Template(text), to));
            when.iter().for_each(|when| walk(Node::Expr(when), to));
        }
        Clause::Feedback(x) => walk(Node::Expr(&x.value), to),
        Clause::OnAction { outcome, .. } => walk(Node::Outcome(outcome), to),
        Clause::OnEdit { value, .. } | Clause::Send { value, .. } => walk(Node::Expr(value), to),
        Clause::Require(x) => {
            walk(Node::Expr(&x.cond), to);
            x.otherwise.iter().for_each(|outcome| walk(Node::Outcome(outcome), to));
        }
        Clause::Checks { items, .. } => items.iter().for_each(|item| walk(Node::Check(item), to)),
        Clause::Actions { items, .. } => items.iter().for_each(|item| walk(Node::Action(item), to)),
        Clause::Remind { every, body, .. } => {
            walk(Node::Expr(every), to);
            body.iter().for_each(|body| walk(Node::Body(body), to));
        }
        Clause::Fan { list, key, at_once, .. } => {
            std::iter::once(list).chain(key).chain(at_once).for_each(|expr| walk(Node::Expr(expr), to));
        }
        Clause::Run(run) => walk(Node::Run(run), to),
        Clause::OnFailure(x) => walk(Node::OnFailure(x), to),
        Clause::Expect { ty, .. } => walk(Node::Type(ty), to),
    }
}

fn outcome<'a>(outcome: &'a Outcome, to: &mut dyn Visitor<'a>) {
    match &outcome.kind {
        OutcomeKind::Fail(text) | OutcomeKind::Skip(text) | OutcomeKind::Refuse(text) => {
            text.iter().for_each(|text| walk(Node::Template(text), to));
        }
        OutcomeKind::Rework(x) => walk(Node::Rework(x), to),
        OutcomeKind::Escalate { within, .. } => within.iter().for_each(|within| walk(Node::Within(within), to)),
        OutcomeKind::Body(body) => walk(Node::Body(body), to),
        OutcomeKind::Missing | OutcomeKind::Approve | OutcomeKind::Reject | OutcomeKind::Collect => {}
    }
}

fn expr<'a>(expr: &'a Expr, to: &mut dyn Visitor<'a>) {
    match &expr.kind {
        ExprKind::Text(text) => walk(Node::Template(text), to),
        ExprKind::List(items) => items.iter().for_each(|item| walk(Node::Expr(item), to)),
        ExprKind::Record(items) => items.iter().for_each(|item| walk(Node::RecordItem(item), to)),
        ExprKind::Member { object, .. } => walk(Node::Expr(object), to),
        ExprKind::Call { callee, args } => {
            walk(Node::Expr(callee), to);
            args.iter().for_each(|arg| walk(Node::Arg(arg), to));
        }
        ExprKind::Unary { operand, .. } => walk(Node::Expr(operand), to),
        ExprKind::Binary { left, right, .. } => {
            walk(Node::Expr(left), to);
            walk(Node::Expr(right), to);
        }
        ExprKind::Lambda { body, .. } => walk(Node::Expr(body), to),
        ExprKind::If { cond, then, otherwise } => {
            [cond, then, otherwise].into_iter().for_each(|expr| walk(Node::Expr(expr), to));
        }
        ExprKind::Match(x) => {
            walk(Node::Expr(&x.subject), to);
            x.arms.iter().for_each(|arm| walk(Node::Arm(arm), to));
        }
        ExprKind::Paren(inner) => walk(Node::Expr(inner), to),
        _ => {}
    }
}

fn part<'a>(part: &'a TemplatePart, to: &mut dyn Visitor<'a>) {
    match part {
        TemplatePart::Text(_) => {}
        TemplatePart::Expr(x) => walk(Node::Expr(x), to),
        TemplatePart::For { list, parts, .. } => {
            walk(Node::Expr(list), to);
            parts.iter().for_each(|part| walk(Node::TemplatePart(part), to));
        }
        TemplatePart::If { arms, otherwise, .. } => {
            for (cond, parts) in arms {
                walk(Node::Expr(cond), to);
                parts.iter().for_each(|part| walk(Node::TemplatePart(part), to));
            }
            otherwise.iter().for_each(|part| walk(Node::TemplatePart(part), to));
        }
    }
}

fn line<'a>(line: &'a ScenarioLine, to: &mut dyn Visitor<'a>) {
    let mut see = |expr: &'a Expr| walk(Node::Expr(expr), to);
    match &line.kind {
        ScenarioLineKind::Given(x)
        | ScenarioLineKind::Config(x)
        | ScenarioLineKind::Start(x)
        | ScenarioLineKind::Tenant(x)
        | ScenarioLineKind::Entity(x) => see(x),
        ScenarioLineKind::Mock { key, answers, fails, .. } => {
            key.iter().chain(answers).for_each(&mut see);
            if let Some((text, times)) = fails {
                times.iter().for_each(&mut see);
                walk(Node::Template(text), to);
            }
        }
        ScenarioLineKind::Signal { after, key, payload, by, .. } => {
            after.iter().chain(key).chain([payload]).chain(by).for_each(see);
        }
        ScenarioLineKind::Cancel { after } => after.iter().for_each(see),
        ScenarioLineKind::At { after, key, actions, .. } => {
            after.iter().chain(key).for_each(see);
            actions.iter().for_each(|action| walk(Node::ScenarioAction(action), to));
        }
        ScenarioLineKind::Expect { after, what } => {
            after.iter().for_each(&mut see);
            match what {
                ScenarioExpect::Completed { with, within } => with.iter().chain(within).for_each(see),
                ScenarioExpect::Failed { message, within, .. } => message.iter().chain(within).for_each(see),
                ScenarioExpect::Open(_, key) | ScenarioExpect::Never(_, key) => key.iter().for_each(see),
                ScenarioExpect::Count { count, .. } | ScenarioExpect::AtMostRunning { count, .. } => see(count),
                ScenarioExpect::Call { nth, with, .. } => nth.iter().chain(with).for_each(see),
                ScenarioExpect::Input(x) => see(x),
                ScenarioExpect::Calls(_) | ScenarioExpect::Missing => {}
            }
        }
    }
}
