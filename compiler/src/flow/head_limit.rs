//! `step … within D else fail "…" { … }`: a limit for everything inside a block.

use ntro_grammar::{Span, ast};
use ntro_ir::Op;

use super::{Exit, Flow, Label};

/// A limit that is open.
#[derive(Debug)]
pub(super) struct HeadLimit<'a> {
    late: Label,
    start: u32,
    then: &'a ast::Outcome,
}

impl Flow<'_> {
    /// Starts the limit, unless it is `within never`.
    pub(super) fn open_head_limit<'a>(&mut self, within: &'a ast::Within, span: Span) -> Option<HeadLimit<'a>> {
        let after = self.after(&within.limit);
        let then = within.otherwise.as_deref();
        let Some(after) = after else {
            if let Some(then) = then {
                self.never_with_else(then.span);
            }
            return None;
        };
        let Some(then) = then else {
            self.limit_without_else(within.span, false);
            return None;
        };
        match &then.kind {
            ast::OutcomeKind::Fail(_) | ast::OutcomeKind::Skip(_) => {}
            ast::OutcomeKind::Missing => return None,
            other => {
                let word = match other {
                    ast::OutcomeKind::Escalate { .. } => "escalate",
                    ast::OutcomeKind::Approve => "approve",
                    ast::OutcomeKind::Reject => "reject",
                    ast::OutcomeKind::Rework(_) => "rework",
                    ast::OutcomeKind::Collect => "collect",
                    ast::OutcomeKind::Refuse(_) => "refuse",
                    _ => "{ … }",
                };
                let known = "`fail \"…\"` or `skip \"…\"`, because this limit stands in the head of a block; other outcomes belong to a `within` inside it";
                self.outcome_not_here(word, then.span, known);
                return None;
            }
        }
        let late = self.code.label();
        self.emit(Op::Limit { after, to: late }, span);
        self.exits.push(Exit::Limit);
        Some(HeadLimit { late, start: self.code.here(), then })
    }

    /// Ends the limit; whoever comes here was in time.
    pub(super) fn close_head_limit(&mut self, limit: HeadLimit<'_>, done: Label, span: Span) {
        let at = self.exits.iter().rposition(|exit| matches!(exit, Exit::Limit));
        if let Some(at) = at {
            self.exits.remove(at);
        }
        self.emit(Op::EndLimit, span);
        self.tried.push((limit.start..self.code.here(), limit.late));
        self.jump(done, span);
        self.code.bind(limit.late);
        self.waited();
        match &limit.then.kind {
            ast::OutcomeKind::Skip(message) => self.skip(message.as_ref(), limit.then.span),
            ast::OutcomeKind::Fail(message) => self.fail(message.as_ref(), limit.then.span),
            _ => {}
        }
    }
}
