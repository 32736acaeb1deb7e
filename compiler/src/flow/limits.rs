//! `within D else …`: how long a wait lasts, and what then; chains of escalations.

use ntro_grammar::ast::{self, OutcomeKind};
use ntro_ir::{After, ExprId, Limit, LimitThen};

use super::Flow;
use crate::cx::Expressions;
use crate::ty::Ty;

/// The limits of a wait, and what follows the last.
#[derive(Debug, Default)]
pub(super) struct Limits<'a> {
    pub limits: Vec<Limit>,
    /// What follows where the wait ends late.
    pub late: Option<&'a ast::Outcome>,
    /// Whether it is rejected by nobody.
    pub rejects: Option<ntro_grammar::Span>,
    /// Whether it is approved by nobody.
    pub approves: bool,
}

impl Flow<'_> {
    /// A chain of limits. A gate may also be approved or rejected by nobody.
    pub(super) fn limits<'a>(&mut self, within: &'a ast::Within, gate: bool, escalates: bool) -> Limits<'a> {
        let mut all = Limits::default();
        let mut within = within;
        loop {
            let Some(after) = self.after(&within.limit) else {
                if let Some(otherwise) = &within.otherwise {
                    self.never_with_else(otherwise.span);
                }
                return all;
            };
            let Some(otherwise) = within.otherwise.as_deref() else {
                self.limit_without_else(within.span, gate);
                return all;
            };

            match &otherwise.kind {
                OutcomeKind::Escalate { role, within: next } if escalates => {
                    all.limits.push(Limit { after, then: LimitThen::Escalate(role.text.clone()) });
                    self.role(role);
                    let Some(next) = next else {
                        self.escalate_without_limit(role, otherwise.span);
                        return all;
                    };
                    within = next;
                    continue;
                }
                OutcomeKind::Approve if gate => {
                    all.limits.push(Limit { after, then: LimitThen::Approve });
                    all.approves = true;
                }
                OutcomeKind::Reject if gate => {
                    all.limits.push(Limit { after, then: LimitThen::Reject });
                    all.rejects = Some(otherwise.span);
                }
                OutcomeKind::Missing => {}
                _ => {
                    all.limits.push(Limit { after, then: LimitThen::Late });
                    all.late = Some(otherwise);
                }
            }
            return all;
        }
    }

    /// How long. `None` for `never`.
    pub(super) fn after(&mut self, limit: &ast::Limit) -> Option<After> {
        match limit {
            ast::Limit::Never(_) => None,
            ast::Limit::WorkingDays(days) => Some(After::WorkingDays(self.cx.expr(days, Some(&Ty::Int)).id)),
            ast::Limit::Expr(limit) => {
                let typed = self.cx.expr(limit, None);
                match typed.ty {
                    Ty::Date | Ty::DateTime => Some(After::Until(typed.id)),
                    Ty::Duration | Ty::Error => Some(After::Duration(typed.id)),
                    other => {
                        self.not_a_limit(limit, &other);
                        Some(After::Duration(typed.id))
                    }
                }
            }
        }
    }

    /// The limit of one call: a duration, and no `else`.
    pub(super) fn call_limit(&mut self, within: &ast::Within) -> Option<ExprId> {
        if let Some(otherwise) = &within.otherwise {
            self.call_limit_with_else(otherwise.span);
        }
        match &within.limit {
            ast::Limit::Expr(limit) => Some(self.cx.expr(limit, Some(&Ty::Duration)).id),
            ast::Limit::Never(span) => {
                self.call_never_ends(*span);
                None
            }
            ast::Limit::WorkingDays(days) => {
                self.call_never_ends(days.span);
                None
            }
        }
    }
}
