//! Moves a tree to another place of a text: what did not change, below what did, is kept and moved.

use crate::ast::{
    Action, AgentDecl, Arg, ArmBody, AssignOp, BinaryOp, Block, BlockContent, BlockKind, Body, CapabilitiesDecl,
    CapabilityDecl, Check, Clause, Comment, Component, Decl, EnumDecl, Expr, ExprKind, Feedback, Field, FieldsDecl,
    File, FnDecl, ForStmt, Handler, IfStmt, Import, Let, Limit, Match, MatchArm, Name, OnFailure, Outcome, OutcomeKind,
    Pattern, PatternKind, Prop, RecordItem, RepeatStmt, Require, Rework, Rhs, RoleDecl, Run, RunbookDecl,
    ScenarioAction, ScenarioDecl, ScenarioExpect, ScenarioLine, ScenarioLineKind, SignalDecl, SignalPayload, SignalRef,
    Stmt, Template, TemplatePart, TypeDecl, TypeExpr, TypeKind, UnaryOp, Within, WorkflowDecl,
};
use crate::build::Found;
use crate::{Edit, Problem, Span};

/// What has places.
pub(crate) trait Shift {
    /// Moves all places towards the end, or back where it is negative.
    fn shift(&mut self, by: i32);
}

/// Puts clones behind others, moved to where they stand now.
pub(crate) fn append<T: Shift + Clone>(to: &mut Vec<T>, from: &[T], by: u32) {
    // Texts are bounded to 4 MiB.
    append_moved(to, from, i32::try_from(by).unwrap_or(i32::MAX));
}

/// The same where they may stand further up than before.
pub(crate) fn append_moved<T: Shift + Clone>(to: &mut Vec<T>, from: &[T], by: i32) {
    let first = to.len();
    to.extend_from_slice(from);
    if by != 0 {
        to.iter_mut().skip(first).for_each(|item| item.shift(by));
    }
}

impl Shift for Span {
    fn shift(&mut self, by: i32) {
        self.start = self.start.saturating_add_signed(by);
        self.end = self.end.saturating_add_signed(by);
    }
}

impl<T: Shift> Shift for Vec<T> {
    fn shift(&mut self, by: i32) {
        self.iter_mut().for_each(|item| item.shift(by));
    }
}

impl<T: Shift> Shift for Option<T> {
    fn shift(&mut self, by: i32) {
        self.iter_mut().for_each(|item| item.shift(by));
    }
}

impl<T: Shift> Shift for Box<T> {
    fn shift(&mut self, by: i32) {
        (**self).shift(by);
    }
}

impl<A: Shift, B: Shift> Shift for (A, B) {
    fn shift(&mut self, by: i32) {
        self.0.shift(by);
        self.1.shift(by);
    }
}

impl Shift for String {
    fn shift(&mut self, _by: i32) {}
}

impl Shift for bool {
    fn shift(&mut self, _by: i32) {}
}

impl Shift for Found {
    fn shift(&mut self, by: i32) {
        self.problem.shift(by);
    }
}

impl Shift for Problem {
    fn shift(&mut self, by: i32) {
        self.span.shift(by);
        self.fix.shift(by);
        self.related.shift(by);
    }
}

impl Shift for Edit {
    fn shift(&mut self, by: i32) {
        self.span.shift(by);
    }
}

/// Every field is named, so that a new one is not forgotten.
macro_rules! fields {
    ($($name:ident { $($field:ident),* })*) => { $(
        impl Shift for $name {
            fn shift(&mut self, by: i32) {
                let $name { $($field),* } = self;
                $($field.shift(by);)*
            }
        }
    )* };
}

fields! {
    Name { text, span }
    File { decls, comments }
    Comment { text, span, doc }
    Import { names, path, span }
    RoleDecl { names, doc, span }
    TypeDecl { name, params, fields, doc, span }
    Field { name, ty, default, label, doc, span }
    EnumDecl { name, values, doc, span }
    SignalDecl { name, params, payload, doc, span }
    CapabilityDecl { name, type_params, params, result, props, within, doc, span }
    CapabilitiesDecl { prefix, props, within, items, doc, span }
    AgentDecl { name, props, external, doc, span }
    RunbookDecl { name, title, body, doc, span }
    WorkflowDecl { name, props, doc, span }
    FnDecl { name, params, result, body, doc, span }
    ScenarioDecl { title, for_workflow, target, lines, span }
    ScenarioLine { kind, span }
    ScenarioAction { verb, row, value, comment, by, role, refused, span }
    TypeExpr { kind, span }
    Expr { kind, span }
    Arg { name, value, span }
    Template { parts, span, block }
    Match { subject, arms, span }
    MatchArm { pattern, guard, body, span }
    Pattern { kind, span }
    Body { stmts, span }
    FieldsDecl { fields, span }
    Let { name, ty, value, doc, span }
    IfStmt { cond, then, otherwise, span }
    ForStmt { name, list, key, at_once, until, body, span, head_span }
    RepeatStmt { until, at_most, otherwise, body, span, head_span }
    Run { target, type_args, args, within, span }
    Require { cond, otherwise, span }
    Feedback { level, value, span }
    Handler { signal, body, span }
    SignalRef { name, type_args, binding, filter, from, span }
    Prop { name, value, doc, span }
    Within { limit, otherwise, span }
    Outcome { kind, span }
    Rework { from, because, at_most, otherwise, span }
    OnFailure { binding, outcome, span }
    Block { kind, name, title, when, within, content, doc, span, head_span, body_span }
    Component { name, props, span }
    Check { name, title, run, span }
    Action { name, label, span }
}

impl Shift for Decl {
    fn shift(&mut self, by: i32) {
        match self {
            Decl::Import(a) => {
                a.shift(by);
            }
            Decl::Role(a) => {
                a.shift(by);
            }
            Decl::Type(a) => {
                a.shift(by);
            }
            Decl::Enum(a) => {
                a.shift(by);
            }
            Decl::Signal(a) => {
                a.shift(by);
            }
            Decl::Capability(a) => {
                a.shift(by);
            }
            Decl::Capabilities(a) => {
                a.shift(by);
            }
            Decl::Agent(a) => {
                a.shift(by);
            }
            Decl::ExternRunbook(a) => {
                a.shift(by);
            }
            Decl::Runbook(a) => {
                a.shift(by);
            }
            Decl::Workflow(a) => {
                a.shift(by);
            }
            Decl::Scenario(a) => {
                a.shift(by);
            }
            Decl::Fn(a) => {
                a.shift(by);
            }
        }
    }
}

impl Shift for SignalPayload {
    fn shift(&mut self, by: i32) {
        match self {
            SignalPayload::Fields(a) => {
                a.shift(by);
            }
            SignalPayload::Type(a) => {
                a.shift(by);
            }
        }
    }
}

impl Shift for ScenarioLineKind {
    fn shift(&mut self, by: i32) {
        match self {
            ScenarioLineKind::Given(a) => {
                a.shift(by);
            }
            ScenarioLineKind::Config(a) => {
                a.shift(by);
            }
            ScenarioLineKind::Start(a) | ScenarioLineKind::Tenant(a) | ScenarioLineKind::Entity(a) => {
                a.shift(by);
            }
            ScenarioLineKind::Mock { target, key, answers, fails } => {
                target.shift(by);
                key.shift(by);
                answers.shift(by);
                fails.shift(by);
            }
            ScenarioLineKind::Signal { after, signal, key, payload, by: sender, role } => {
                sender.shift(by);
                role.shift(by);
                after.shift(by);
                signal.shift(by);
                key.shift(by);
                payload.shift(by);
            }
            ScenarioLineKind::Cancel { after } => {
                after.shift(by);
            }
            ScenarioLineKind::At { after, address, key, actions } => {
                after.shift(by);
                address.shift(by);
                key.shift(by);
                actions.shift(by);
            }
            ScenarioLineKind::Expect { after, what } => {
                after.shift(by);
                what.shift(by);
            }
        }
    }
}

impl Shift for ScenarioExpect {
    fn shift(&mut self, by: i32) {
        match self {
            ScenarioExpect::Missing => {}
            ScenarioExpect::Completed { with, within } => {
                with.shift(by);
                within.shift(by);
            }
            ScenarioExpect::Failed { at, message, within } => {
                at.shift(by);
                message.shift(by);
                within.shift(by);
            }
            ScenarioExpect::Open(a, b) => {
                a.shift(by);
                b.shift(by);
            }
            ScenarioExpect::Never(a, b) => {
                a.shift(by);
                b.shift(by);
            }
            ScenarioExpect::Calls(a) => {
                a.shift(by);
            }
            ScenarioExpect::Count { count, target } => {
                count.shift(by);
                target.shift(by);
            }
            ScenarioExpect::Call { target, nth, with } => {
                target.shift(by);
                nth.shift(by);
                with.shift(by);
            }
            ScenarioExpect::AtMostRunning { count, target } => {
                count.shift(by);
                target.shift(by);
            }
            ScenarioExpect::Input(a) => {
                a.shift(by);
            }
        }
    }
}

impl Shift for TypeKind {
    fn shift(&mut self, by: i32) {
        match self {
            TypeKind::Missing => {}
            TypeKind::Named { name, args } => {
                name.shift(by);
                args.shift(by);
            }
            TypeKind::Optional(a) => {
                a.shift(by);
            }
        }
    }
}

impl Shift for ExprKind {
    fn shift(&mut self, by: i32) {
        match self {
            ExprKind::Missing | ExprKind::None => {}
            ExprKind::Bool(a) => {
                a.shift(by);
            }
            ExprKind::Int(a) => {
                a.shift(by);
            }
            ExprKind::Decimal(a) => {
                a.shift(by);
            }
            ExprKind::Percent(a) => {
                a.shift(by);
            }
            ExprKind::Money { amount, currency } => {
                amount.shift(by);
                currency.shift(by);
            }
            ExprKind::Date(a) => {
                a.shift(by);
            }
            ExprKind::DateTime(a) => {
                a.shift(by);
            }
            ExprKind::Period(a) => {
                a.shift(by);
            }
            ExprKind::Duration(a) => {
                a.shift(by);
            }
            ExprKind::Size(a) => {
                a.shift(by);
            }
            ExprKind::Text(a) => {
                a.shift(by);
            }
            ExprKind::Name(a) => {
                a.shift(by);
            }
            ExprKind::List(a) => {
                a.shift(by);
            }
            ExprKind::Record(a) => {
                a.shift(by);
            }
            ExprKind::Member { object, name, optional } => {
                object.shift(by);
                name.shift(by);
                optional.shift(by);
            }
            ExprKind::Call { callee, args } => {
                callee.shift(by);
                args.shift(by);
            }
            ExprKind::Unary { op, operand } => {
                op.shift(by);
                operand.shift(by);
            }
            ExprKind::Binary { op, op_span, left, right } => {
                op.shift(by);
                op_span.shift(by);
                left.shift(by);
                right.shift(by);
            }
            ExprKind::Lambda { params, body } => {
                params.shift(by);
                body.shift(by);
            }
            ExprKind::If { cond, then, otherwise } => {
                cond.shift(by);
                then.shift(by);
                otherwise.shift(by);
            }
            ExprKind::Match(a) => {
                a.shift(by);
            }
            ExprKind::Paren(a) => {
                a.shift(by);
            }
        }
    }
}

impl Shift for UnaryOp {
    fn shift(&mut self, _by: i32) {}
}

impl Shift for BinaryOp {
    fn shift(&mut self, _by: i32) {}
}

impl Shift for RecordItem {
    fn shift(&mut self, by: i32) {
        match self {
            RecordItem::Spread { value, span } => {
                value.shift(by);
                span.shift(by);
            }
            RecordItem::Field { name, value, span } => {
                name.shift(by);
                value.shift(by);
                span.shift(by);
            }
        }
    }
}

impl Shift for TemplatePart {
    fn shift(&mut self, by: i32) {
        match self {
            TemplatePart::Text(a) => {
                a.shift(by);
            }
            TemplatePart::Expr(a) => {
                a.shift(by);
            }
            TemplatePart::For { name, list, parts, span } => {
                name.shift(by);
                list.shift(by);
                parts.shift(by);
                span.shift(by);
            }
            TemplatePart::If { arms, otherwise, span } => {
                arms.shift(by);
                otherwise.shift(by);
                span.shift(by);
            }
        }
    }
}

impl Shift for ArmBody {
    fn shift(&mut self, by: i32) {
        match self {
            ArmBody::Expr(a) => {
                a.shift(by);
            }
            ArmBody::Body(a) => {
                a.shift(by);
            }
        }
    }
}

impl Shift for PatternKind {
    fn shift(&mut self, by: i32) {
        match self {
            PatternKind::Missing | PatternKind::Else => {}
            PatternKind::Literal(a) => {
                a.shift(by);
            }
            PatternKind::Name { name, binding } => {
                name.shift(by);
                binding.shift(by);
            }
        }
    }
}

impl Shift for Stmt {
    fn shift(&mut self, by: i32) {
        match self {
            Stmt::Prop(a) => {
                a.shift(by);
            }
            Stmt::Input(a) => {
                a.shift(by);
            }
            Stmt::Config(a) => {
                a.shift(by);
            }
            Stmt::Output { ty, span } => {
                ty.shift(by);
                span.shift(by);
            }
            Stmt::Block(a) => {
                a.shift(by);
            }
            Stmt::Let(a) => {
                a.shift(by);
            }
            Stmt::Var(a) => {
                a.shift(by);
            }
            Stmt::Assign { target, op, value, span } => {
                target.shift(by);
                op.shift(by);
                value.shift(by);
                span.shift(by);
            }
            Stmt::Return { value, span } => {
                value.shift(by);
                span.shift(by);
            }
            Stmt::If(a) => {
                a.shift(by);
            }
            Stmt::Match(a) => {
                a.shift(by);
            }
            Stmt::For(a) => {
                a.shift(by);
            }
            Stmt::Repeat(a) => {
                a.shift(by);
            }
            Stmt::Parallel { body, span } => {
                body.shift(by);
                span.shift(by);
            }
            Stmt::Try { body, on_failure, span } => {
                body.shift(by);
                on_failure.shift(by);
                span.shift(by);
            }
            Stmt::Undo { body, span } => {
                body.shift(by);
                span.shift(by);
            }
            Stmt::Run(a) => {
                a.shift(by);
            }
            Stmt::Require(a) => {
                a.shift(by);
            }
            Stmt::Fail { message, span } => {
                message.shift(by);
                span.shift(by);
            }
            Stmt::Skip { message, span } => {
                message.shift(by);
                span.shift(by);
            }
            Stmt::Feedback(a) => {
                a.shift(by);
            }
            Stmt::Handler(a) => {
                a.shift(by);
            }
            Stmt::Rework(a) => {
                a.shift(by);
            }
            Stmt::Emit { name, value, span } => {
                name.shift(by);
                value.shift(by);
                span.shift(by);
            }
            Stmt::Sleep { until, value, span } => {
                until.shift(by);
                value.shift(by);
                span.shift(by);
            }
        }
    }
}

impl Shift for AssignOp {
    fn shift(&mut self, _by: i32) {}
}

impl Shift for Rhs {
    fn shift(&mut self, by: i32) {
        match self {
            Rhs::Expr(a) => {
                a.shift(by);
            }
            Rhs::Run(a) => {
                a.shift(by);
            }
        }
    }
}

impl Shift for Limit {
    fn shift(&mut self, by: i32) {
        match self {
            Limit::Never(a) => {
                a.shift(by);
            }
            Limit::Expr(a) => {
                a.shift(by);
            }
            Limit::WorkingDays(a) => {
                a.shift(by);
            }
        }
    }
}

impl Shift for OutcomeKind {
    fn shift(&mut self, by: i32) {
        match self {
            OutcomeKind::Missing | OutcomeKind::Approve | OutcomeKind::Reject | OutcomeKind::Collect => {}
            OutcomeKind::Fail(a) => {
                a.shift(by);
            }
            OutcomeKind::Skip(a) => {
                a.shift(by);
            }
            OutcomeKind::Refuse(a) => {
                a.shift(by);
            }
            OutcomeKind::Rework(a) => {
                a.shift(by);
            }
            OutcomeKind::Escalate { role, within } => {
                role.shift(by);
                within.shift(by);
            }
            OutcomeKind::Body(a) => {
                a.shift(by);
            }
        }
    }
}

impl Shift for BlockKind {
    fn shift(&mut self, _by: i32) {}
}

impl Shift for BlockContent {
    fn shift(&mut self, by: i32) {
        match self {
            BlockContent::Step(a) => {
                a.shift(by);
            }
            BlockContent::Clauses(a) => {
                a.shift(by);
            }
        }
    }
}

impl Shift for Clause {
    fn shift(&mut self, by: i32) {
        match self {
            Clause::Prop(a) => {
                a.shift(by);
            }
            Clause::Within(a) => {
                a.shift(by);
            }
            Clause::OnSignal(a) => {
                a.shift(by);
            }
            Clause::Until { cond, span } => {
                cond.shift(by);
                span.shift(by);
            }
            Clause::Show(a) => {
                a.shift(by);
            }
            Clause::Ask(a) => {
                a.shift(by);
            }
            Clause::AskForm { fields, span } => {
                fields.shift(by);
                span.shift(by);
            }
            Clause::Warn { message, when, span } => {
                message.shift(by);
                when.shift(by);
                span.shift(by);
            }
            Clause::Feedback(a) => {
                a.shift(by);
            }
            Clause::OnAction { name, outcome, span } => {
                name.shift(by);
                outcome.shift(by);
                span.shift(by);
            }
            Clause::OnEdit { name, binding, value, span } => {
                name.shift(by);
                binding.shift(by);
                value.shift(by);
                span.shift(by);
            }
            Clause::Require(a) => {
                a.shift(by);
            }
            Clause::Checks { items, span } => {
                items.shift(by);
                span.shift(by);
            }
            Clause::Actions { items, span } => {
                items.shift(by);
                span.shift(by);
            }
            Clause::Remind { every, body, span } => {
                every.shift(by);
                body.shift(by);
                span.shift(by);
            }
            Clause::Fan { name, list, key, at_once, span } => {
                name.shift(by);
                list.shift(by);
                key.shift(by);
                at_once.shift(by);
                span.shift(by);
            }
            Clause::Run(a) => {
                a.shift(by);
            }
            Clause::OnFailure(a) => {
                a.shift(by);
            }
            Clause::Send { value, span } => {
                value.shift(by);
                span.shift(by);
            }
            Clause::Expect { ty, span } => {
                ty.shift(by);
                span.shift(by);
            }
        }
    }
}
