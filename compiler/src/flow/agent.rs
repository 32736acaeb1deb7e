//! `agent`: work that is handed to an agent outside.

use ntro_grammar::{Span, ast};
use ntro_ir::{Agent, Call, CallOptions, Expr, Op, Retry, Slot};

use super::Flow;
use super::block::Yields;
use super::clauses::words;
use crate::cx::Expressions;
use crate::ty::Ty;

/// The properties of an `agent` block.
const PROPS: [&str; 2] = ["icon", "use"];
/// How long an agent may take where no `within` says so: what its interface allows.
const AGENT_LIMIT_MS: i64 = 30 * 60 * 1_000;

/// The clauses of an `agent`, sorted.
#[derive(Default)]
struct Parts<'a> {
    icon: Option<Span>,
    uses: Option<&'a ast::Prop>,
    send: Option<(&'a ast::Expr, Span)>,
    expect: Option<(&'a ast::TypeExpr, Span)>,
    within: Option<&'a ast::Within>,
    on_failure: Option<&'a ast::OnFailure>,
}

impl Flow<'_> {
    pub(super) fn agent(&mut self, block: &ast::Block, clauses: &[ast::Clause], slot: Slot) -> Yields {
        let parts = self.agent_parts(clauses);
        let agent = self.used_agent(block, parts.uses);
        let args = match parts.send {
            Some((value, _)) => self.sent(value),
            None => {
                self.agent_without_send(block);
                self.constant(ntro_ir::Value::None, block.head_span)
            }
        };
        let (expect, type_arg) = self.expected(parts.expect);
        let within = parts.within.and_then(|within| self.call_limit(within));
        let mut fields = Vec::new();
        if let Some(ty) = &type_arg {
            fields.push(("value".to_owned(), ty.clone()));
        }
        fields.push(("text".to_owned(), Ty::Text));
        fields.push(("files".to_owned(), Ty::list(Ty::File)));
        fields.push(("session".to_owned(), Ty::Text));
        let ty = Ty::Anonymous(fields.into());
        let result = self.cx.ir_type(&ty);
        let type_arg = type_arg.map(|ty| self.cx.ir_type(&ty));
        let options = self.agent_options();
        let id = ntro_ir::CallId::try_from(self.cx.program.calls.len()).unwrap_or(ntro_ir::CallId::MAX);
        let agent = agent.map(|agent| Agent { name: agent.name, kind: agent.kind, reference: agent.reference, expect });
        let wrong = agent.is_none();
        self.cx.program.calls.push(Call {
            capability: "agent.invoke".to_owned(),
            agent,
            args,
            result,
            type_arg,
            within,
            options,
        });
        self.retype(slot, &ty);
        let call = |flow: &mut Self| {
            flow.emit(Op::Call { call: id, slot: Some(slot) }, block.head_span);
            flow.waited();
            false
        };
        let may_lack = match parts.on_failure {
            None => call(self),
            Some(on_failure) => match &on_failure.outcome.kind {
                ast::OutcomeKind::Fail(None) => call(self),
                _ => self.caught(block, on_failure, call),
            },
        };
        if wrong {
            return Yields::slot(Ty::Error);
        }
        Yields::slot(if may_lack { Ty::optional(ty) } else { ty })
    }

    fn used_agent(&mut self, block: &ast::Block, uses: Option<&ast::Prop>) -> Option<crate::items::AgentItem> {
        let Some(uses) = uses else {
            self.agent_without_use(block);
            return None;
        };
        let name = match &uses.value.kind {
            ast::ExprKind::Name(name) => name.clone(),
            ast::ExprKind::Missing => return None,
            _ => {
                self.not_an_agent(uses.value.span);
                return None;
            }
        };
        let found = self.cx.items.agent(self.cx.file, &name).cloned();
        if found.is_none() {
            self.unknown_agent(&name, uses.value.span);
        }
        found
    }

    /// A text, or a record with what the agent is given.
    fn sent(&mut self, value: &ast::Expr) -> ntro_ir::ExprId {
        self.secret_in(value, "what the agent is sent");
        let typed = self.cx.expr(value, None);
        match &typed.ty {
            Ty::Text => self.cx.push(Expr::Record(vec![("text".to_owned(), typed.id)]), value.span),
            Ty::Error => typed.id,
            ty if self.cx.fields(ty).is_some() => {
                let fields = self.cx.fields(ty).unwrap_or_default();
                self.sent_fields(value, &fields);
                typed.id
            }
            other => {
                let other = other.clone();
                self.not_sendable(value.span, &other);
                typed.id
            }
        }
    }

    /// What is expected, and the type where one is.
    fn expected(&mut self, expect: Option<(&ast::TypeExpr, Span)>) -> (String, Option<Ty>) {
        let Some((ty, _)) = expect else { return ("text".to_owned(), None) };
        match &ty.kind {
            ast::TypeKind::Named { name, args }
                if args.is_empty() && matches!(name.text.as_str(), "text" | "files") =>
            {
                (name.text.clone(), None)
            }
            _ => ("value".to_owned(), Some(self.cx.written_type(ty))),
        }
    }

    /// How agents are reached: as the prelude says of `agent.invoke`, where it does.
    fn agent_options(&self) -> CallOptions {
        let known = self.cx.items.capability(self.cx.file, "agent.invoke").map(|capability| capability.options.clone());
        known.unwrap_or(CallOptions {
            queue: None,
            activity: None,
            program: None,
            within_ms: AGENT_LIMIT_MS,
            retry: Retry::default(),
            quick: false,
        })
    }

    /// Sorts the clauses and reports those that an `agent` does not know.
    fn agent_parts<'a>(&mut self, clauses: &'a [ast::Clause]) -> Parts<'a> {
        let id = self.open_block().map(|open| open.id).unwrap_or_default();
        let mut parts = Parts::default();
        let mut within = None;
        for clause in clauses {
            let span = clause.span();
            match clause {
                ast::Clause::Prop(prop) => match prop.name.text.as_str() {
                    "icon" => {
                        self.seen(&mut parts.icon, "icon", span);
                        self.icon(id, prop);
                    }
                    "use" => self.keep(&mut parts.uses, prop, "use", |prop| prop.span),
                    _ => self.unknown_property(&prop.name, "an agent block", &PROPS),
                },
                ast::Clause::Send { value, span } => match parts.send {
                    None => parts.send = Some((value, *span)),
                    Some((_, first)) => self.clause_twice("send", *span, first),
                },
                ast::Clause::Expect { ty, span } => match parts.expect {
                    None => parts.expect = Some((ty, *span)),
                    Some((_, first)) => self.clause_twice("expect", *span, first),
                },
                ast::Clause::Within(x) => {
                    self.seen(&mut within, "within", span);
                    parts.within.get_or_insert(x);
                }
                ast::Clause::OnFailure(x) => self.keep(&mut parts.on_failure, x, "on failure", |x| x.span),
                other => self.wrong_clause(ast::BlockKind::Agent, &words(other), span),
            }
        }
        parts
    }
}
