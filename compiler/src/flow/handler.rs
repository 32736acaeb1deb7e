//! `on SIGNAL (e) where … { … }`: a body that runs whenever the signal comes while the run waits.

use ntro_grammar::{Span, ast};
use ntro_ir::{ExprId, Handler, HandlerId, LocalId, Op, SignalDef, Type};

use super::{Exit, Flow, scan};
use crate::cx::Expressions;
use crate::scope::{Binding, Source};
use crate::ty::Ty;
use crate::unused::carried::Carrier;

/// A signal with what it carries and who may send it.
pub(super) struct Heard {
    pub signal: String,
    pub payload: Ty,
    pub ir_payload: Type,
    pub it: LocalId,
    pub filter: Option<ExprId>,
    pub from: Option<ExprId>,
}

impl Flow<'_> {
    pub(super) fn handler(&mut self, x: &ast::Handler) {
        let from = self.cx.program.exprs.len();
        let heard = self.signal_ref(&x.signal);
        let filter = heard.as_ref().map(|heard| heard.it);
        let id = HandlerId::try_from(self.cx.program.handlers.len()).unwrap_or(HandlerId::MAX);
        let payload = heard.as_ref().map_or(Ty::Error, |heard| heard.payload.clone());
        let name = x.signal.binding.clone().unwrap_or_else(|| ast::Name { text: "it".to_owned(), span: x.signal.span });
        let slot = self.cx.new_slot(&name.text, &payload, false);
        let (body, after) = (self.code.label(), self.code.label());
        if let Some(heard) = heard {
            self.cx.program.handlers.push(Handler {
                signal: heard.signal,
                payload: heard.ir_payload,
                it: heard.it,
                filter: heard.filter,
                from: heard.from,
                slot,
                body,
            });
        }
        let live = self.code.live;
        self.emit(Op::Listen(id), x.span);
        self.exits.push(Exit::Listen(id));
        self.listening.push((id, self.code.here()..self.code.here()));
        self.jump(after, x.span);
        if live {
            self.code.mark(body);
        }
        self.code.bind(body);
        let start = self.code.here();
        self.cx.scope.push();
        // The payload is the handler's own name for it; `it` stays free for others.
        if x.signal.binding.is_some() {
            self.declare(&name, Binding::new(Source::Slot(slot), payload, name.span));
        } else {
            self.cx.scope.declare("it", Binding::new(Source::Slot(slot), payload, name.span));
        }
        // Facts that hold here may not hold when the signal comes.
        let names: Vec<_> = self.vars.iter().map(|var| var.name.clone()).collect();
        names.iter().for_each(|name| self.cx.scope.forget(name));
        let was = std::mem::replace(&mut self.in_handler, true);
        self.statements(&x.body.stmts, None, false);
        self.in_handler = was;
        self.cx.scope.pop();
        if let (Some(name), Some(it)) = (&x.signal.binding, filter)
            && !self.cx.reads_local(from, it)
            && !self.cx.reads_slot(from, slot)
        {
            self.cx.unused_carried(name, Carrier::Handler);
        }
        self.emit(Op::Drop(vec![slot]), x.span);
        self.emit(Op::EndHandler, x.span);
        self.handler_bodies.push(start..self.code.here());
        self.code.bind(after);
        let mut written = Vec::new();
        scan::assigned(&x.body.stmts, &mut written);
        self.heard.extend(written);
    }

    /// A signal as it stands after `on`. `None` where it does not exist.
    pub(super) fn signal_ref(&mut self, x: &ast::SignalRef) -> Option<Heard> {
        if x.name.is_missing() {
            return None;
        }
        let Some(signal) = self.cx.items.signal(self.cx.file, &x.name.text).cloned() else {
            self.unknown_signal(&x.name);
            return None;
        };
        let args: Vec<_> = x.type_args.iter().map(|ty| self.cx.written_type(ty)).collect();
        if args.len() != signal.type_params.len() {
            self.signal_type_arguments(x, &signal);
            return None;
        }
        let payload = signal.payload.with(&signal.type_params, &args);
        let it = self.cx.new_local();
        self.cx.scope.push();
        let name = x.binding.as_ref().map_or("it", |name| name.text.as_str());
        let place = x.binding.as_ref().map_or(x.span, |name| name.span);
        self.cx.note_type(place, &payload);
        self.cx.scope.declare(name, Binding::new(Source::Local(it), payload.clone(), place));
        let was = self.cx.set_live(true);
        let filter = x.filter.as_ref().map(|filter| self.cx.condition(filter).0.id);
        let from = x.from.as_ref().and_then(|from| self.roles(from));
        self.cx.set_live(was);
        self.cx.scope.pop();
        let ir_payload = self.note_signal(&x.name.text, &payload, x.span);
        Some(Heard { signal: x.name.text.clone(), payload, ir_payload, it, filter, from })
    }

    /// The program knows this signal.
    pub(super) fn note_signal(&mut self, name: &str, of: &Ty, span: Span) -> Type {
        let payload = self.cx.ir_type(of);
        self.signals.push((name.to_owned(), of.clone()));
        match self.cx.program.signals.iter().find(|signal| signal.name == name) {
            Some(known) if known.payload == payload => {}
            Some(_) => self.signal_with_two_types(name, span),
            None => self.cx.program.signals.push(SignalDef { name: name.to_owned(), payload: payload.clone() }),
        }
        payload
    }
}
