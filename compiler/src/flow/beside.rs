//! What runs beside an open gate or await: `remind every D { … }` and `checks { … }`.
//!
//! Their operations stand before the wait's own, out of the way: the machine starts a fibre for each. What such a fibre holds it has for itself.

use ntro_grammar::{Span, ast};
use ntro_ir::{Expr, GateCheck, Op, Reminder, Scope, Slot};

use super::{Exit, Flow, OpRange};
use crate::cx::Expressions;
use crate::scope::{Binding, Source};
use crate::ty::Ty;

/// The operations of what runs beside a wait.
#[derive(Debug, Clone)]
pub(super) struct BesideBody {
    /// The wait.
    pub at: u32,
    pub ops: OpRange,
    /// The slots that it has for itself.
    pub own: std::ops::Range<u32>,
}

/// Bodies that belong to the next wait.
#[derive(Debug, Default)]
pub(super) struct Bodies(Vec<(OpRange, std::ops::Range<u32>)>);

/// `remind every D { … }` as it stands in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Remind<'a> {
    pub every: &'a ast::Expr,
    pub body: Option<&'a ast::Body>,
    pub span: Span,
}

impl Flow<'_> {
    /// Whatever runs beside the next wait is lowered inside; the wait itself follows.
    pub(super) fn beside<T>(
        &mut self,
        any: bool,
        span: Span,
        inside: impl FnOnce(&mut Self, &mut Bodies) -> T,
    ) -> (T, Bodies) {
        let mut bodies = Bodies::default();
        let open = self.code.label();
        if any {
            self.jump(open, span);
        }
        let given = inside(self, &mut bodies);
        if any {
            self.code.bind(open);
        }
        (given, bodies)
    }

    /// The wait stands here.
    pub(super) fn wait_is_here(&mut self, bodies: Bodies) {
        let at = self.code.here();
        self.beside.extend(bodies.0.into_iter().map(|(ops, own)| BesideBody { at, ops, own }));
    }

    /// One body: a fibre with slots of its own. Gives its scope and its start.
    fn beside_body(
        &mut self,
        what: &'static str,
        bodies: &mut Bodies,
        first: u32,
        span: Span,
        inside: impl FnOnce(&mut Self),
    ) -> (u32, super::Label) {
        let start = self.code.label();
        self.code.mark(start);
        self.code.bind(start);
        let first_op = self.code.here();
        self.exits.push(Exit::Fork(what));
        self.forks += 1;
        let was = self.alone.replace((what, self.forks));
        self.cx.scope.push();
        let live = self.cx.set_live(false);
        inside(self);
        self.cx.set_live(live);
        self.cx.scope.pop();
        self.alone = was;
        self.forks -= 1;
        self.exits.pop();
        self.emit(Op::End, span);
        let own = first..self.slot_count();
        bodies.0.push((first_op..self.code.here(), own));
        let scope = u32::try_from(self.cx.program.scopes.len()).unwrap_or(u32::MAX);
        self.cx.program.scopes.push(Scope { first: Slot(first), count: self.slot_count().saturating_sub(first) });
        (scope, start)
    }

    /// `remind every D`, which notifies those who may decide, or does what its body says.
    pub(super) fn reminder(&mut self, x: Remind<'_>, bodies: &mut Bodies) -> Reminder {
        let every = self.cx.expr(x.every, Some(&Ty::Duration)).id;
        let first = self.slot_count();
        let Some(body) = x.body else {
            let fields = [("to", Ty::Text), ("subject", Ty::Text), ("message", Ty::Text), ("count", Ty::Int)];
            let told = Ty::Anonymous(fields.map(|(name, ty)| (name.to_owned(), ty)).to_vec().into());
            let slot = self.hidden_slot("reminder", &told);
            let (scope, body) = self.beside_body("remind", bodies, first, x.span, |flow| flow.notify(slot, x.span));
            return Reminder { every, slot: Some(slot), scope, body };
        };
        let (scope, body) = self.beside_body("remind", bodies, first, x.span, |flow| {
            flow.statements(&body.stmts, None, false);
        });
        Reminder { every, slot: None, scope, body }
    }

    /// Calls the built-in capability that notifies people.
    fn notify(&mut self, told: Slot, span: Span) {
        let Some(capability) = self.cx.items.capability(self.cx.file, "notify.send").cloned() else { return };
        let args = ["to", "subject", "message"].map(|name| {
            let of = self.slot_value(told, span);
            (name.to_owned(), self.field(of, name, span))
        });
        let args = self.cx.push(Expr::Record(args.to_vec()), span);
        let id = ntro_ir::CallId::try_from(self.cx.program.calls.len()).unwrap_or(ntro_ir::CallId::MAX);
        self.cx.program.calls.push(ntro_ir::Call {
            capability: capability.name,
            agent: None,
            args,
            result: ntro_ir::Type::Nothing,
            type_arg: None,
            within: None,
            options: capability.options,
        });
        self.emit(Op::Call { call: id, slot: None }, span);
    }

    /// One of `checks { … }`. `gate` is the gate inside its own clauses.
    pub(super) fn check(&mut self, x: &ast::Check, gate: (&ast::Name, &Ty), bodies: &mut Bodies) -> Option<GateCheck> {
        let title = x.title.as_ref().map(|title| self.cx.template(title));
        if x.name.is_missing() {
            return None;
        }
        let Some(run) = &x.run else {
            self.check_without_run(x);
            return None;
        };
        let first = self.slot_count();
        let slot = self.hidden_slot("check", &Ty::Nothing);
        let this = self.hidden_slot("gate", gate.1);
        let from = self.cx.program.exprs.len();
        let mut found = None;
        let (scope, body) = self.beside_body("checks", bodies, first, x.span, |flow| {
            if !gate.0.is_missing() {
                let binding = Binding::new(Source::Slot(this), gate.1.clone(), gate.0.span);
                flow.cx.scope.declare(&gate.0.text, binding);
            }
            found = flow.run(run, Some(slot));
        });
        let ty = found?;
        let result = self.cx.items.prelude_type("CheckResult", &[]);
        if ty != Ty::Error && ty != Ty::Bool && (ty == Ty::Nothing || !self.cx.fits(&ty, &result)) {
            self.not_a_check(run, &ty);
        }
        let reads = self.cx.program.exprs.iter().skip(from).any(|expr| *expr == Expr::Slot(this));
        Some(GateCheck { name: x.name.text.clone(), title, this: reads.then_some(this), slot, scope, body })
    }
}
