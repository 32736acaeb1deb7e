//! Looks ahead in the tree: which blocks a body has, which variables it writes, whether it waits.

use ntro_grammar::ast::{self, Body, Clause, Outcome, OutcomeKind, Stmt};

/// The bodies inside a statement that belong to the same list of names: not those of blocks.
pub(super) fn inner_bodies(stmt: &Stmt) -> Vec<&Body> {
    match stmt {
        Stmt::If(x) => std::iter::once(&x.then).chain(&x.otherwise).collect(),
        Stmt::Match(x) => x.arms.iter().filter_map(|arm| arm_body(arm)).collect(),
        Stmt::For(x) => vec![&x.body],
        Stmt::Repeat(x) => std::iter::once(&x.body).chain(x.otherwise.as_ref().and_then(outcome_body)).collect(),
        Stmt::Parallel { body, .. } => vec![body],
        Stmt::Try { body, on_failure, .. } => std::iter::once(body)
            .chain(on_failure.as_ref().and_then(|failure| outcome_body(&failure.outcome)))
            .collect(),
        Stmt::Require(x) => x.otherwise.as_ref().and_then(outcome_body).into_iter().collect(),
        Stmt::Rework(x) => x.otherwise.as_deref().and_then(outcome_body).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn arm_body(arm: &ast::MatchArm) -> Option<&Body> {
    match &arm.body {
        ast::ArmBody::Body(body) => Some(body),
        ast::ArmBody::Expr(_) => None,
    }
}

fn outcome_body(outcome: &Outcome) -> Option<&Body> {
    match &outcome.kind {
        OutcomeKind::Body(body) => Some(body),
        _ => None,
    }
}

/// The blocks of a list, those in its branches and loops included, but not those inside other blocks.
pub(super) fn blocks<'a>(stmts: &'a [Stmt], found: &mut Vec<&'a ast::Block>) {
    for stmt in stmts {
        if let Stmt::Block(block) = stmt {
            found.push(block);
        }
        for body in inner_bodies(stmt) {
            blocks(&body.stmts, found);
        }
    }
}

/// Every body in a block, wherever it stands.
fn block_bodies(block: &ast::Block) -> Vec<&Body> {
    match &block.content {
        ast::BlockContent::Step(body) => vec![body],
        ast::BlockContent::Clauses(clauses) => {
            clauses.iter().filter_map(clause_outcome).filter_map(last_body).collect()
        }
    }
}

/// The outcome that a clause ends with.
pub(super) fn clause_outcome(clause: &Clause) -> Option<&Outcome> {
    match clause {
        Clause::Within(within) => within.otherwise.as_deref(),
        Clause::OnAction { outcome, .. } => Some(outcome),
        Clause::OnFailure(failure) => Some(&failure.outcome),
        _ => None,
    }
}

/// The body at the end of a chain of `escalate … else …` and `rework … else …`.
fn last_body(outcome: &Outcome) -> Option<&Body> {
    match &outcome.kind {
        OutcomeKind::Body(body) => Some(body),
        OutcomeKind::Escalate { within: Some(within), .. } => within.otherwise.as_deref().and_then(last_body),
        OutcomeKind::Rework(rework) => rework.otherwise.as_deref().and_then(last_body),
        _ => None,
    }
}

/// The reworks in a chain of outcomes.
fn outcome_reworks(outcome: &Outcome, found: &mut Vec<String>) {
    match &outcome.kind {
        OutcomeKind::Rework(rework) => {
            found.push(rework.from.text.clone());
            if let Some(otherwise) = rework.otherwise.as_deref() {
                outcome_reworks(otherwise, found);
            }
        }
        OutcomeKind::Escalate { within: Some(within), .. } => {
            if let Some(otherwise) = within.otherwise.as_deref() {
                outcome_reworks(otherwise, found);
            }
        }
        OutcomeKind::Body(body) => reworks(&body.stmts, found),
        _ => {}
    }
}

/// The names that `rework from` says, everywhere inside.
pub(super) fn reworks(stmts: &[Stmt], found: &mut Vec<String>) {
    for stmt in stmts {
        match stmt {
            Stmt::Rework(rework) => found.push(rework.from.text.clone()),
            Stmt::Require(require) => {
                if let Some(otherwise) = &require.otherwise {
                    outcome_reworks(otherwise, found);
                }
            }
            Stmt::Block(block) => match &block.content {
                ast::BlockContent::Step(body) => reworks(&body.stmts, found),
                ast::BlockContent::Clauses(clauses) => {
                    clauses.iter().filter_map(clause_outcome).for_each(|outcome| outcome_reworks(outcome, found));
                }
            },
            _ => {}
        }
        for body in inner_bodies(stmt) {
            reworks(&body.stmts, found);
        }
    }
}

/// The variables that are assigned, everywhere inside.
pub(super) fn assigned(stmts: &[Stmt], found: &mut Vec<String>) {
    for stmt in stmts {
        match stmt {
            Stmt::Assign { target, .. } => found.push(target.text.clone()),
            Stmt::Block(block) => block_bodies(block).into_iter().for_each(|body| assigned(&body.stmts, found)),
            Stmt::Handler(handler) => assigned(&handler.body.stmts, found),
            _ => {}
        }
        for body in inner_bodies(stmt) {
            assigned(&body.stmts, found);
        }
    }
}

/// The signals that are awaited or heard, everywhere inside.
pub(crate) fn heard<'a>(stmts: &'a [Stmt], found: &mut std::collections::BTreeSet<&'a str>) {
    for stmt in stmts {
        match stmt {
            Stmt::Handler(handler) => {
                found.insert(&handler.signal.name.text);
            }
            Stmt::Block(block) => {
                if let ast::BlockContent::Clauses(clauses) = &block.content {
                    for clause in clauses {
                        if let Clause::OnSignal(signal) = clause {
                            found.insert(&signal.name.text);
                        }
                    }
                }
                block_bodies(block).into_iter().for_each(|body| heard(&body.stmts, found));
            }
            _ => {}
        }
        inner_bodies(stmt).into_iter().for_each(|body| heard(&body.stmts, found));
    }
}

/// Whether a list waits for people, systems or time, so that repeating it is not a busy loop.
pub(super) fn waits(stmts: &[Stmt]) -> bool {
    stmts.iter().any(|stmt| match stmt {
        Stmt::Sleep { .. } => true,
        Stmt::Block(block) => match &block.content {
            ast::BlockContent::Step(body) => waits(&body.stmts),
            ast::BlockContent::Clauses(_) => true,
        },
        other => inner_bodies(other).into_iter().any(|body| waits(&body.stmts)),
    })
}

/// Where a statement stands.
pub(super) fn span(stmt: &Stmt) -> ntro_grammar::Span {
    match stmt {
        Stmt::Prop(x) => x.span,
        Stmt::Input(x) | Stmt::Config(x) => x.span,
        Stmt::Block(x) => x.head_span,
        Stmt::Let(x) | Stmt::Var(x) => x.span,
        Stmt::If(x) => x.span,
        Stmt::Match(x) => x.span,
        Stmt::For(x) => x.head_span,
        Stmt::Repeat(x) => x.head_span,
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
