//! `await`: blocks until a signal comes or something holds.

use ntro_grammar::{Span, ast};
use ntro_ir::{Await, AwaitArm, AwaitId, BlockId, Op, Slot};

use super::Flow;
use super::beside::Remind;
use super::block::Yields;
use super::clauses::words;
use super::components::{ASK, SHOW};
use super::handler::Heard;
use super::limits::Limits;
use super::outcome::Place;
use crate::ty::Ty;
use crate::unused::carried::Carrier;

/// The properties of an `await`.
const PROPS: [&str; 2] = ["icon", "by"];

/// The clauses of an `await`, sorted.
#[derive(Default)]
struct Parts<'a> {
    icon: Option<Span>,
    by: Option<&'a ast::Prop>,
    within: Option<&'a ast::Within>,
    show: Option<&'a ast::Component>,
    ask: Option<&'a ast::Component>,
    /// `ask form { … }`
    form: Option<(&'a [ast::Field], Span)>,
    reminds: Vec<Remind<'a>>,
    until: Option<(&'a ast::Expr, Span)>,
    signals: Vec<&'a ast::SignalRef>,
    feedback: Vec<&'a ast::Feedback>,
}

impl Flow<'_> {
    pub(super) fn wait(&mut self, block: &ast::Block, clauses: &[ast::Clause], id: BlockId, slot: Slot) -> Yields {
        let parts = self.await_parts(clauses, id);
        let mut heard = Vec::new();
        let mut wrong = false;
        let was = self.cx.set_live(true);
        let asked = match (parts.ask, parts.form) {
            (_, Some((fields, span))) => Some(self.ask_form(fields, span)),
            (Some(ask), None) => match ask.name.text.as_str() {
                "files" => Some(self.ask_files(ask)),
                "confirm" => Some(self.ask_confirm(ask)),
                _ => None,
            },
            (None, None) => None,
        };
        // What is asked for is the first thing that is waited for.
        let mut ask = None;
        match asked {
            Some(Some((found, component))) => {
                heard.push(found);
                ask = Some(component);
            }
            Some(None) => wrong = true,
            None => {}
        }
        for signal in &parts.signals {
            let from = self.cx.program.exprs.len();
            let found = self.signal_ref(signal);
            if let (Some(found), Some(name)) = (&found, &signal.binding)
                && !self.cx.reads_local(from, found.it)
            {
                self.cx.unused_carried(name, Carrier::Wait);
            }
            match found {
                Some(found) if heard.iter().any(|other: &Heard| other.signal == found.signal) => {
                    self.clause_twice(
                        &format!("on {}", found.signal),
                        signal.span,
                        parts.signals.first().map_or(signal.span, |first| first.span),
                    );
                }
                Some(found) => heard.push(found),
                None => wrong = true,
            }
        }
        if heard.is_empty() && parts.until.is_none() && !wrong {
            self.nothing_awaited(block, parts.ask.is_some());
            wrong = true;
        }
        let by = parts.by.and_then(|prop| self.roles(&prop.value));
        let limits = match parts.within {
            Some(within) => self.limits(within, false, true),
            None if block.within.is_some() => Limits::default(),
            None => {
                self.limit_missing(block);
                Limits::default()
            }
        };
        let until = parts.until.map(|(until, _)| self.until(until));
        let show = parts.show.and_then(|show| self.only_shown(show, "show"));
        if ask.is_none() && !wrong {
            ask = parts.ask.and_then(|ask| self.only_shown(ask, "ask"));
        }
        let feedback = parts.feedback.iter().map(|feedback| self.feedback_value(feedback)).collect();
        let choice = heard.len() > 1 || until.is_some();
        let (ty, done) = (self.await_type(&heard, until.is_some(), &limits, choice), self.code.label());
        self.retype(slot, &ty);
        let late = limits.late.map(|_| self.code.label());
        let arms = heard.into_iter().map(|heard| AwaitArm {
            signal: heard.signal,
            payload: heard.ir_payload,
            it: heard.it,
            filter: heard.filter,
            from: heard.from,
            to: done,
        });
        let (reminders, bodies) = self.beside(!parts.reminds.is_empty(), block.head_span, |flow, bodies| {
            parts.reminds.iter().map(|remind| flow.reminder(*remind, bodies)).collect()
        });
        self.cx.set_live(was);
        let wait = Await {
            block: id,
            arms: arms.collect(),
            until: until.map(|until| (until, done)),
            choice,
            show,
            ask,
            feedback,
            by,
            limits: limits.limits,
            late,
            reminders,
        };
        let wait_id = AwaitId::try_from(self.cx.program.awaits.len()).unwrap_or(AwaitId::MAX);
        self.cx.program.awaits.push(wait);
        let live = self.code.live;
        self.wait_is_here(bodies);
        self.emit(Op::Await(wait_id), block.head_span);
        self.waited();
        if live {
            self.code.mark(done);
            late.into_iter().for_each(|late| self.code.mark(late));
        }
        let mut may_lack = false;
        if let (Some(label), Some(late)) = (late, limits.late) {
            self.code.bind(label);
            self.outcome(late, Place::Late);
            may_lack = self.code.live && !choice;
        }
        self.code.bind(done);
        if wrong {
            return Yields::slot(Ty::Error);
        }
        Yields::slot(if may_lack { Ty::optional(ty) } else { ty })
    }

    /// Sorts the clauses and reports those that an `await` does not know.
    fn await_parts<'a>(&mut self, clauses: &'a [ast::Clause], id: BlockId) -> Parts<'a> {
        let mut parts = Parts::default();
        let (mut within, mut show, mut ask) = (None, None, None);
        for clause in clauses {
            let span = clause.span();
            match clause {
                ast::Clause::Prop(prop) => match prop.name.text.as_str() {
                    "icon" => {
                        self.seen(&mut parts.icon, "icon", span);
                        self.icon(id, prop);
                    }
                    "by" => self.keep(&mut parts.by, prop, "by", |prop| prop.span),
                    _ => self.unknown_property(&prop.name, "an await", &PROPS),
                },
                ast::Clause::Within(x) => {
                    self.seen(&mut within, "within", span);
                    parts.within.get_or_insert(x);
                }
                ast::Clause::Show(x) => {
                    self.seen(&mut show, "show", span);
                    parts.show.get_or_insert(x);
                }
                ast::Clause::Ask(x) => {
                    self.seen(&mut ask, "ask", span);
                    parts.ask.get_or_insert(x);
                }
                ast::Clause::AskForm { fields, span } => {
                    self.seen(&mut ask, "ask", *span);
                    parts.form.get_or_insert((fields, *span));
                }
                ast::Clause::Until { cond, span } => match parts.until {
                    None => parts.until = Some((cond, *span)),
                    Some((_, first)) => self.clause_twice("until", *span, first),
                },
                ast::Clause::OnSignal(x) => parts.signals.push(x),
                ast::Clause::Feedback(x) => parts.feedback.push(x),
                ast::Clause::Remind { every, body, span } => {
                    parts.reminds.push(Remind { every, body: body.as_ref(), span: *span });
                }
                other => self.wrong_clause(ast::BlockKind::Await, &words(other), span),
            }
        }
        parts
    }

    /// A component that nobody edits.
    pub(super) fn only_shown(&mut self, x: &ast::Component, verb: &str) -> Option<ntro_ir::Component> {
        for prop in x.props.iter().filter(|prop| matches!(prop.name.text.as_str(), "editable" | "removable")) {
            self.editable_in_await(&prop.name.text, prop.span);
        }
        let mut shown = self.component(x, verb, if verb == "show" { SHOW } else { ASK })?;
        self.show_rest(&mut shown);
        Some(shown.component)
    }

    /// The payload, or one of several named things.
    fn await_type(&mut self, heard: &[Heard], until: bool, limits: &Limits<'_>, choice: bool) -> Ty {
        if !choice {
            return heard.first().map_or(Ty::Nothing, |heard| heard.payload.clone());
        }
        let mut cases: Vec<_> = heard.iter().map(|heard| (heard.signal.clone(), heard.payload.clone())).collect();
        if until {
            cases.push(("until".to_owned(), Ty::Nothing));
        }
        if limits.late.is_some_and(|late| matches!(late.kind, ast::OutcomeKind::Body(_))) {
            cases.push(("late".to_owned(), Ty::Nothing));
        }
        Ty::Choice(cases.into())
    }
}
