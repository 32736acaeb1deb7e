//! Single statements: names and their values, what ends a body, what is told.

use ntro_grammar::{Span, ast};
use ntro_ir::{BinaryOp, Op, Slot};

use super::body::Last;
use super::{Exit, Flow, Named, VarInSight};
use crate::cx::{Expressions, Typed};
use crate::scope::{Binding, Source};
use crate::ty::Ty;

impl Flow<'_> {
    /// One statement. Where it is the last of a step, `into` is the slot for its value.
    pub(super) fn statement(&mut self, stmt: &ast::Stmt, into: Option<Slot>) -> Last {
        if self.in_handler && !self.may_stand_in_handler(stmt) {
            return Last::Nothing;
        }
        if let Some((what, _)) = self.alone
            && !self.may_stand_alone(stmt, what)
        {
            return Last::Nothing;
        }
        match stmt {
            ast::Stmt::Block(block) => return self.block(block).map_or(Last::Nothing, Last::Block),
            ast::Stmt::Run(run) => return Last::Run(self.run(run, into).unwrap_or(Ty::Nothing)),
            ast::Stmt::Let(x) => self.let_statement(x),
            ast::Stmt::Var(x) => self.var_statement(x),
            ast::Stmt::Assign { target, op, value, span } => self.assign(target, *op, value, *span),
            ast::Stmt::Return { value, span } => self.return_statement(value.as_ref(), *span),
            ast::Stmt::If(x) => self.if_statement(x),
            ast::Stmt::Match(x) => self.match_statement(x),
            ast::Stmt::For(x) => self.for_statement(x),
            ast::Stmt::Repeat(x) => self.repeat_statement(x),
            ast::Stmt::Parallel { body, span } => self.parallel(body, *span),
            ast::Stmt::Try { body, on_failure, span } => self.try_statement(body, on_failure.as_ref(), *span),
            ast::Stmt::Undo { span, .. } => self.undo_not_last(*span),
            ast::Stmt::Require(x) => self.require_statement(x),
            ast::Stmt::Fail { message, span } => self.fail(message.as_ref(), *span),
            ast::Stmt::Skip { message, span } => self.skip(message.as_ref(), *span),
            ast::Stmt::Feedback(x) => self.feedback_statement(x),
            ast::Stmt::Handler(x) => self.handler(x),
            ast::Stmt::Rework(x) => self.rework_statement(x),
            ast::Stmt::Emit { name, value, span } => self.emit_statement(name, value, *span),
            ast::Stmt::Sleep { until, value, span } => self.sleep(*until, value, *span),
            ast::Stmt::Prop(_) | ast::Stmt::Input(_) | ast::Stmt::Config(_) | ast::Stmt::Output { .. } => {}
        }
        Last::Nothing
    }

    /// A property or head declaration in a list; the outermost ones have been read already.
    pub(super) fn head_statement(&mut self, stmt: &ast::Stmt, top: bool) {
        if top {
            return;
        }
        match stmt {
            ast::Stmt::Prop(prop) => self.property_not_here(prop),
            ast::Stmt::Input(x) => self.head_not_here("input", x.span),
            ast::Stmt::Config(x) => self.head_not_here("config", x.span),
            ast::Stmt::Output { span, .. } => self.head_not_here("output", *span),
            _ => {}
        }
    }

    /// What stands on the right of `=` or after `return`. A call leaves its result in the slot, or in a new one.
    fn right_side(&mut self, value: &ast::Rhs, expected: Option<&Ty>, span: Span) -> Typed {
        match value {
            ast::Rhs::Expr(expr) => self.cx.expr(expr, expected),
            ast::Rhs::Run(run) => {
                let slot = self.hidden_slot("result", &Ty::Nothing);
                let Some(ty) = self.run(run, Some(slot)) else {
                    return Typed { id: self.constant(ntro_ir::Value::None, span), ty: Ty::Error };
                };
                self.retype(slot, &ty);
                if ty == Ty::Nothing {
                    self.yields_nothing(run);
                    return Typed { id: self.constant(ntro_ir::Value::None, span), ty: Ty::Error };
                }
                if let Some(expected) = expected
                    && !self.cx.fits(&ty, expected)
                {
                    self.result_does_not_fit(run, &ty, expected);
                }
                Typed { id: self.slot_value(slot, span), ty }
            }
        }
    }

    /// Makes a name visible, unless it may not be one. Gives whether it is.
    pub(super) fn declare(&mut self, name: &ast::Name, binding: Binding) -> bool {
        if name.is_missing() || self.name_is_reserved(name) {
            return false;
        }
        self.cx.note_type(name.span, &binding.ty);
        if let Some(other) = self.cx.scope.get(&name.text) {
            let other = other.span;
            if other != name.span {
                self.name_twice(name, Some(other));
                return false;
            }
        }
        self.cx.scope.declare(&name.text, binding);
        true
    }

    fn let_statement(&mut self, x: &ast::Let) {
        let written = x.ty.as_ref().map(|ty| self.cx.written_type(ty));
        let slot;
        let ty = if let ast::Rhs::Run(run) = &x.value {
            slot = self.cx.new_slot(&x.name.text, &Ty::Nothing, false);
            match self.run(run, Some(slot)) {
                Some(Ty::Nothing) => {
                    self.yields_nothing(run);
                    Ty::Error
                }
                Some(ty) => {
                    if let Some(written) = written.as_ref().filter(|written| !self.cx.fits(&ty, written)) {
                        self.result_does_not_fit(run, &ty, written);
                    }
                    ty
                }
                None => Ty::Error,
            }
        } else {
            let value = self.right_side(&x.value, written.as_ref(), x.span);
            slot = self.cx.new_slot(&x.name.text, &Ty::Nothing, false);
            self.set(slot, value.id, x.span);
            value.ty
        };
        let ty = written.unwrap_or(ty);
        self.retype(slot, &ty);
        if self.declare(&x.name, Binding::new(Source::Slot(slot), ty, x.name.span)) {
            self.note_name(x, slot, false);
        }
    }

    fn var_statement(&mut self, x: &ast::Let) {
        let written = x.ty.as_ref().map(|ty| self.cx.written_type(ty));
        let value = self.right_side(&x.value, written.as_ref(), x.span);
        let untyped = written.is_none() && (value.ty == Ty::NoneLit || value.ty == Ty::list(Ty::Unknown));
        if untyped {
            self.var_without_type(x);
        }
        let ty = if untyped { Ty::Error } else { written.unwrap_or(value.ty) };
        let slot = self.cx.new_slot(&x.name.text, &ty, true);
        self.set(slot, value.id, x.span);
        let binding = Binding { var: true, ..Binding::new(Source::Slot(slot), ty, x.name.span) };
        if self.declare(&x.name, binding) {
            self.vars.push(VarInSight { name: x.name.text.clone(), slot, forks: self.forks });
            self.note_name(x, slot, true);
        }
    }

    /// Notes what is to be told where nobody reads it.
    fn note_name(&mut self, x: &ast::Let, slot: Slot, var: bool) {
        let call = if let ast::Rhs::Run(run) = &x.value { Some(run.span) } else { None };
        let (name, span, stmt) = (x.name.text.clone(), x.name.span, x.span);
        if let Some(frame) = self.frames.last_mut() {
            frame.named.push(Named { name, slot, span, stmt, call, var });
        }
    }

    fn assign(&mut self, target: &ast::Name, op: ast::AssignOp, value: &ast::Rhs, span: Span) {
        let Some((slot, ty)) = self.assignable(target, op) else {
            // What stands on the right may be wrong as well.
            self.right_side(value, None, span);
            return;
        };
        if op == ast::AssignOp::Set {
            let value = self.right_side(value, Some(&ty), span);
            self.set(slot, value.id, span);
        } else {
            let number = matches!(ty, Ty::Int | Ty::Decimal | Ty::Money(_) | Ty::Error);
            if !number && (op == ast::AssignOp::Sub || !matches!(ty, Ty::List(_))) {
                self.cannot_add(target, &ty, op, span);
                self.right_side(value, None, span);
                return;
            }
            let value = self.right_side(value, Some(&ty), span);
            // The variable is read last, so that what a handler added during a call is not lost.
            let old = self.slot_value(slot, span);
            self.added_to.push(old);
            let op = if op == ast::AssignOp::Add { BinaryOp::Add } else { BinaryOp::Sub };
            let new = self.binary(op, old, value.id, span);
            self.set(slot, new, span);
        }
        self.cx.scope.forget(&target.text);
        if self.in_handler
            && let Some(def) = self.cx.slot_def(slot)
        {
            def.written_by_handler = true;
        }
    }

    /// The variable that is assigned, where it may be.
    fn assignable(&mut self, target: &ast::Name, op: ast::AssignOp) -> Option<(Slot, Ty)> {
        if target.is_missing() {
            return None;
        }
        self.cx.note_named(&target.text, target.span, crate::index::Role::Write);
        if self.cx.is_asked(&target.text) {
            self.cx.see_names(None);
        }
        let (name, fields) = match target.text.split_once('.') {
            Some((name, _)) => (name, true),
            None => (target.text.as_str(), false),
        };
        let Some(binding) = self.cx.scope.get(name).cloned() else {
            self.assigned_name_unknown(target);
            return None;
        };
        if fields || !binding.var {
            self.cannot_assign(target, name, &binding, fields);
            return None;
        }
        let Source::Slot(slot) = binding.source else { return None };
        let forks = self.vars.iter().rev().find(|var| var.slot == slot).map_or(0, |var| var.forks);
        if self.alone.is_some_and(|(what, inside)| what == "undo" && forks < inside) {
            self.assigned_in_undo(target);
            return None;
        }
        if forks < self.forks && op == ast::AssignOp::Set {
            self.assigned_side_by_side(target);
            return None;
        }
        Some((slot, binding.ty))
    }

    fn return_statement(&mut self, value: Option<&ast::Rhs>, span: Span) {
        let step =
            self.exits.iter().rposition(|exit| matches!(exit, Exit::Block(open) if open.kind == ast::BlockKind::Step));
        let from = step.map_or(0, |at| at + 1);
        let fork = self.exits.iter().skip(from).find_map(|exit| match exit {
            Exit::Fork(what) => Some(*what),
            _ => None,
        });
        if let Some(what) = fork {
            self.jumps_out(span, "return", what);
            return;
        }
        match step {
            Some(at) => self.return_from_step(at, value, span),
            None => self.return_from_run(value, span),
        }
    }

    fn return_from_step(&mut self, at: usize, value: Option<&ast::Rhs>, span: Span) {
        let Some(Exit::Block(open)) = self.exits.get(at) else { return };
        let (slot, done) = (open.slot, open.done);
        if let Some(value) = value {
            let typed = self.right_side(value, None, span);
            self.set(slot, typed.id, span);
            if let Some(Exit::Block(open)) = self.exits.get_mut(at) {
                open.returns.push((typed.ty, span));
            }
        } else if let Some(Exit::Block(open)) = self.exits.get_mut(at) {
            open.returns.push((Ty::Nothing, span));
        }
        self.leave_to(at + 1, span);
        self.jump(done, span);
    }

    fn return_from_run(&mut self, value: Option<&ast::Rhs>, span: Span) {
        let output = self.output.clone();
        let value = match (value, &output) {
            (None, Ty::Nothing | Ty::Error) => None,
            (None, _) => {
                self.return_without_value(span);
                None
            }
            (Some(value), Ty::Nothing) => {
                self.right_side(value, None, span);
                self.return_without_output(span);
                None
            }
            (Some(value), _) => Some(self.right_side(value, Some(&output), span).id),
        };
        self.emit(Op::Return(value), span);
    }

    /// `fail "…"`
    pub(super) fn fail(&mut self, message: Option<&ast::Template>, span: Span) {
        if let Some(message) = message {
            self.told_secrets(message, "this message");
        }
        let message = match message {
            Some(message) => self.cx.template(message),
            None => {
                self.text_missing("fail", span);
                self.text("", span)
            }
        };
        self.emit(Op::Fail(message), span);
    }

    /// `skip "…"` ends the innermost block without a value.
    pub(super) fn skip(&mut self, message: Option<&ast::Template>, span: Span) {
        if let Some(message) = message {
            self.told_secrets(message, "this message");
        }
        let why = message.map(|message| self.cx.template(message));
        let at = self.exits.iter().rposition(|exit| matches!(exit, Exit::Block(_) | Exit::Fork(_)));
        let Some(Exit::Block(open)) = at.and_then(|at| self.exits.get_mut(at)) else {
            self.skip_outside(span);
            return;
        };
        open.skipped = true;
        let (id, after) = (open.id, open.after);
        self.leave_to(at.map_or(0, |at| at + 1), span);
        self.emit(Op::Skip { block: id, why }, span);
        self.jump(after, span);
    }

    fn feedback_statement(&mut self, x: &ast::Feedback) {
        let (level, value) = self.feedback_value(x);
        self.emit(Op::Feedback { level, value }, x.span);
    }

    /// The level and what is told.
    pub(super) fn feedback_value(&mut self, x: &ast::Feedback) -> (String, ntro_ir::ExprId) {
        const LEVELS: [&str; 3] = ["info", "warning", "error"];
        let level = x.level.as_ref().map_or("info", |level| level.text.as_str());
        if let Some(name) = x.level.as_ref().filter(|_| !LEVELS.contains(&level)) {
            self.unknown_level(name, &LEVELS);
        }
        self.secret_in(&x.value, "this feedback");
        let typed = self.cx.expr(&x.value, None);
        let told = [Ty::optional(Ty::Text), Ty::optional(self.cx.items.prelude_type("IngestOutcome", &[]))];
        if !told.iter().any(|ty| *ty != Ty::Error && self.cx.fits(&typed.ty, ty)) && typed.ty != Ty::Error {
            self.feedback_not_text(x.value.span, &typed.ty);
        }
        (level.to_owned(), typed.id)
    }

    fn emit_statement(&mut self, name: &ast::Name, value: &ast::Expr, span: Span) {
        self.secret_in(value, "this event");
        let typed = self.cx.expr(value, None);
        if typed.ty != Ty::Error && self.cx.fields(&typed.ty).is_none() {
            self.emit_not_record(value.span, &typed.ty);
        }
        self.emit(Op::Emit { name: name.text.clone(), value: typed.id }, span);
    }

    fn sleep(&mut self, until: bool, value: &ast::Expr, span: Span) {
        let typed = if until { self.cx.expr(value, None) } else { self.cx.expr(value, Some(&Ty::Duration)) };
        if until && !matches!(typed.ty, Ty::Date | Ty::DateTime | Ty::Error) {
            self.not_an_instant(value, &typed.ty);
        }
        self.emit(Op::Sleep(typed.id), span);
        self.waited();
    }

    /// A call of a capability; its result goes into the slot. `None` where the call is wrong.
    pub(super) fn run(&mut self, run: &ast::Run, into: Option<Slot>) -> Option<Ty> {
        if run.target.is_missing() {
            return None;
        }
        if self.open_block().is_none() {
            self.run_outside_step(run);
        }
        let Some(capability) = self.cx.items.capability(self.cx.file, &run.target.text).cloned() else {
            self.unknown_capability(run);
            return None;
        };
        let call = self.cx.capability_call(&capability, &run.type_args, &run.args, run.span);
        let within = run.within.as_ref().and_then(|within| self.call_limit(within));
        let result = self.cx.ir_type(&call.result);
        let type_arg = call.type_arg.as_ref().map(|ty| self.cx.ir_type(ty));
        let id = u32::try_from(self.cx.program.calls.len()).unwrap_or(u32::MAX);
        self.cx.program.calls.push(ntro_ir::Call {
            capability: capability.name.clone(),
            agent: None,
            args: call.args,
            result,
            type_arg,
            within,
            options: capability.options.clone(),
        });
        let slot = into.filter(|_| call.result != Ty::Nothing);
        if let Some(slot) = slot {
            self.retype(slot, &call.result);
        }
        self.emit(Op::Call { call: id, slot }, run.span);
        self.waited();
        Some(call.result)
    }
}
