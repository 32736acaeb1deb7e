//! `child`: another runbook, once or for each element of a list.

use ntro_grammar::{Span, ast};
use ntro_ir::{BlockId, Child, ChildId, Fan, OnFailure, Op, Slot};

use super::Flow;
use super::block::Yields;
use super::branch::Branch;
use super::clauses::words;
use super::limits::Limits;
use super::outcome::Place;
use crate::cx::Expressions;
use crate::scope::{Binding, Source};
use crate::ty::Ty;

/// The clauses of a `child`, sorted.
#[derive(Default)]
struct Parts<'a> {
    icon: Option<Span>,
    fan: Option<FanParts<'a>>,
    run: Option<&'a ast::Run>,
    within: Option<&'a ast::Within>,
    on_failure: Option<&'a ast::OnFailure>,
}

/// `for x in xs key k at most n at once`
#[derive(Clone, Copy)]
struct FanParts<'a> {
    name: &'a ast::Name,
    list: &'a ast::Expr,
    key: Option<&'a ast::Expr>,
    at_once: Option<&'a ast::Expr>,
    span: Span,
}

impl Flow<'_> {
    pub(super) fn child(&mut self, block: &ast::Block, clauses: &[ast::Clause], id: BlockId, slot: Slot) -> Yields {
        let parts = self.child_parts(clauses, id);
        let Some(run) = parts.run else {
            self.child_without_run(block);
            return Yields::slot(Ty::Error);
        };
        let fan_item = parts.fan.map(|fan| self.fan_list(&fan));
        self.cx.scope.push();
        let fan = match (parts.fan, fan_item) {
            (Some(fan), Some((list, item))) => Some(self.fan(&fan, list, item)),
            _ => None,
        };
        self.child_runs_itself(block, run);
        let runbook = self.cx.items.runbook(&run.target.text).cloned();
        let input = match &runbook {
            Some(runbook) => self.cx.arguments(&run.args, &runbook.input, &format!("`{}`", runbook.name), run.span),
            None => {
                if !run.target.is_missing() {
                    self.unknown_runbook(run);
                }
                self.constant(ntro_ir::Value::None, run.span)
            }
        };
        self.cx.scope.pop();
        for ty in &run.type_args {
            self.child_takes_no_type(ty.span);
        }
        if let Some(within) = &run.within {
            self.limit_on_child_run(within.span);
        }
        let output = runbook.as_ref().map_or(Ty::Error, |runbook| runbook.output.clone());
        let limits = parts.within.map(|within| self.limits(within, false, false)).unwrap_or_default();
        let (plain, caught) = self.child_failure(&parts);
        let output_ir = self.cx.ir_type(&output);
        let late = limits.late.map(|_| self.code.label());
        let interface = runbook.as_ref().map(|runbook| self.interface(runbook)).unwrap_or_default();
        let is_fan = fan.is_some();
        let child = Child {
            block: id,
            runbook: run.target.text.clone(),
            interface,
            input,
            output: output_ir,
            fan,
            on_failure: plain,
            limits: limits.limits.clone(),
            late,
        };
        let child_id = ChildId::try_from(self.cx.program.children.len()).unwrap_or(ChildId::MAX);
        self.cx.program.children.push(child);
        let ty = match (is_fan, plain) {
            (true, OnFailure::Collect) => Ty::list(Ty::Outcome(output.into())),
            (true, _) if output == Ty::Nothing => Ty::Nothing,
            (true, _) => Ty::list(output),
            (false, _) => output,
        };
        self.retype(slot, &ty);
        let may_lack = match caught {
            Some(on_failure) => self.caught(block, on_failure, |flow| flow.start_child(block, child_id, &limits, late)),
            None => self.start_child(block, child_id, &limits, late),
        };
        Yields::slot(if may_lack { Ty::optional(ty) } else { ty })
    }

    /// Starts it and waits. Gives whether the block may go on without a value.
    fn start_child(
        &mut self,
        block: &ast::Block,
        id: ChildId,
        limits: &Limits<'_>,
        late: Option<super::Label>,
    ) -> bool {
        let live = self.code.live;
        self.emit(Op::Child(id), block.head_span);
        self.waited();
        let (Some(label), Some(outcome)) = (late, limits.late) else { return false };
        let done = self.code.label();
        self.jump(done, block.head_span);
        if live {
            self.code.mark(label);
        }
        self.code.bind(label);
        self.outcome(outcome, Place::Late);
        let goes_on = self.code.live;
        self.code.bind(done);
        goes_on
    }

    /// What a block does in a `try` of its own. Gives whether it may go on without a value.
    pub(super) fn caught(
        &mut self,
        block: &ast::Block,
        on_failure: &ast::OnFailure,
        inside: impl FnOnce(&mut Self) -> bool,
    ) -> bool {
        let mut may_lack = false;
        let mut late = false;
        self.attempt(
            block.head_span,
            on_failure,
            |flow| {
                late = inside(flow);
                Branch::default()
            },
            |flow, outcome| {
                match &outcome.kind {
                    ast::OutcomeKind::Skip(None) => flow.skip(None, outcome.span),
                    _ => flow.outcome(outcome, Place::OnFailure),
                }
                may_lack = flow.code.live;
            },
        );
        may_lack || late
    }

    /// What a failure means: a word that the machine knows, or something to do.
    fn child_failure<'a>(&mut self, parts: &Parts<'a>) -> (OnFailure, Option<&'a ast::OnFailure>) {
        let Some(on_failure) = parts.on_failure else { return (OnFailure::Fail, None) };
        match (&on_failure.outcome.kind, parts.fan.is_some()) {
            (ast::OutcomeKind::Fail(None), _) => (OnFailure::Fail, None),
            (ast::OutcomeKind::Collect, true) => (OnFailure::Collect, None),
            (ast::OutcomeKind::Skip(None), true) => (OnFailure::Skip, None),
            (ast::OutcomeKind::Collect, false) => {
                self.collect_without_fan(on_failure.span);
                (OnFailure::Fail, None)
            }
            _ => (OnFailure::Fail, Some(on_failure)),
        }
    }

    /// The list of a fan and the type of its elements.
    fn fan_list(&mut self, fan: &FanParts<'_>) -> (ntro_ir::ExprId, Ty) {
        let list = self.cx.expr(fan.list, None);
        let item = match &list.ty {
            Ty::List(of) => (**of).clone(),
            Ty::Error => Ty::Error,
            other => {
                let other = other.clone();
                self.not_a_list(fan.list.span, &other);
                Ty::Error
            }
        };
        (list.id, item)
    }

    fn fan(&mut self, fan: &FanParts<'_>, list: ntro_ir::ExprId, item: Ty) -> Fan {
        let at_once = match fan.at_once {
            Some(at_once) => self.cx.expr(at_once, Some(&Ty::Int)).id,
            None => {
                self.unbounded_fan(fan.span);
                self.constant(ntro_ir::Value::Int(1), fan.span)
            }
        };
        let it = self.cx.new_local();
        self.declare(fan.name, Binding::new(Source::Local(it), item, fan.name.span));
        let key = fan.key.map(|key| {
            let typed = self.cx.expr(key, None);
            self.key_text(typed, key.span)
        });
        Fan { list, it, key, at_once }
    }

    /// Sorts the clauses and reports those that a `child` does not know.
    fn child_parts<'a>(&mut self, clauses: &'a [ast::Clause], id: BlockId) -> Parts<'a> {
        let mut parts = Parts::default();
        let mut within = None;
        for clause in clauses {
            let span = clause.span();
            match clause {
                ast::Clause::Prop(prop) if prop.name.text == "icon" => {
                    self.seen(&mut parts.icon, "icon", span);
                    self.icon(id, prop);
                }
                ast::Clause::Prop(prop) => self.unknown_property(&prop.name, "a child", &["icon"]),
                ast::Clause::Fan { name, list, key, at_once, span } => match parts.fan {
                    None => {
                        parts.fan =
                            Some(FanParts { name, list, key: key.as_ref(), at_once: at_once.as_ref(), span: *span })
                    }
                    Some(first) => self.clause_twice("for", *span, first.span),
                },
                ast::Clause::Run(run) => self.keep(&mut parts.run, run, "run", |run| run.span),
                ast::Clause::Within(x) => {
                    self.seen(&mut within, "within", span);
                    parts.within.get_or_insert(x);
                }
                ast::Clause::OnFailure(x) => self.keep(&mut parts.on_failure, x, "on failure", |x| x.span),
                other => self.wrong_clause(ast::BlockKind::Child, &words(other), span),
            }
        }
        parts
    }

    /// The digest of a child's input and output, as its own program has it: the two are lowered here on their own.
    fn interface(&self, runbook: &crate::items::RunbookItem) -> String {
        let mut cx = crate::cx::Cx::new(self.cx.items, runbook.file);
        let mut fields = Vec::new();
        for param in &runbook.input {
            let ty = cx.ir_type(&param.ty);
            // What a default is does not count, only whether there is one.
            let default = param.default.as_ref().map(|_| ntro_ir::Value::None);
            fields.push(ntro_ir::FieldDef { name: param.name.clone(), ty, default, doc: String::new() });
        }
        let output = cx.ir_type(&runbook.output);
        let id = ntro_ir::TypeId::try_from(cx.program.types.len()).unwrap_or(ntro_ir::TypeId::MAX);
        let input = ntro_ir::RecordDef { name: "Input".to_owned(), fields, doc: String::new() };
        cx.program.types.push(ntro_ir::TypeDef::Record(input));
        ntro_ir::interface_digest(&ntro_ir::Type::Named(id), &output, &cx.program.types).to_string()
    }
}
