//! What follows `else`, `on reject` and `on failure`: one of a few words, or a body.

use ntro_grammar::ast::{self, OutcomeKind};
use ntro_ir::{ExprId, Slot};

use super::Flow;
use super::body::After;

/// Where an outcome stands; it decides which words may stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// `require … else`
    Require,
    /// `repeat … else`
    Repeat,
    /// `rework … else`
    Rework,
    /// `on reject`, `on NAME`; the slot is the gate's.
    OnAction(Slot),
    /// `within … else` of a wait.
    Late,
    /// `on failure`
    OnFailure,
}

impl Place {
    /// The words that may stand there, as they are written.
    pub(super) fn words(self) -> &'static str {
        match self {
            Place::Require | Place::Repeat | Place::Rework | Place::OnFailure => {
                "`fail \"…\"`, `skip \"…\"`, `rework from …` or `{ … }`"
            }
            Place::OnAction(_) => "`fail \"…\"`, `rework from … at most 3 times else …`, `skip \"…\"` or `{ … }`",
            Place::Late => "`fail \"…\"`, `skip \"…\"`, `escalate to … within …` or `{ … }`",
        }
    }
}

impl Flow<'_> {
    /// Lowers an outcome. Afterwards the place can be reached only where the outcome goes on.
    pub(super) fn outcome(&mut self, outcome: &ast::Outcome, place: Place) {
        match &outcome.kind {
            OutcomeKind::Missing => {}
            OutcomeKind::Fail(message) => self.fail(message.as_ref(), outcome.span),
            OutcomeKind::Skip(message) => self.skip(message.as_ref(), outcome.span),
            OutcomeKind::Rework(rework) => {
                let (comment, by) = self.why_rework(place, rework.span);
                self.rework(rework, comment, by);
            }
            OutcomeKind::Body(body) => self.outcome_body(body),
            OutcomeKind::Refuse(_) => self.outcome_not_here("refuse", outcome.span, place.words()),
            OutcomeKind::Approve => self.outcome_not_here("approve", outcome.span, place.words()),
            OutcomeKind::Reject => self.outcome_not_here("reject", outcome.span, place.words()),
            OutcomeKind::Collect => self.outcome_not_here("collect", outcome.span, place.words()),
            OutcomeKind::Escalate { .. } => self.outcome_not_here("escalate", outcome.span, place.words()),
        }
    }

    /// `{ … }` after `else` or `on …`.
    pub(super) fn outcome_body(&mut self, body: &ast::Body) {
        self.inner_body(&body.stmts, After::MayHaveRun);
    }

    /// What a rejection says of itself.
    fn why_rework(&mut self, place: Place, span: ntro_grammar::Span) -> (Option<ExprId>, Option<ExprId>) {
        let Place::OnAction(slot) = place else { return (None, None) };
        let gate = self.slot_value(slot, span);
        let comment = self.field(gate, "comment", span);
        let by = self.field(gate, "by", span);
        (Some(comment), Some(by))
    }
}
