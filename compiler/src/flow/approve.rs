//! `approve`: a gate that people decide, and what follows each decision.

use ntro_grammar::{Span, ast};
use ntro_ir::{BlockId, Draft, ExprId, Gate, GateAction, GateRequire, LocalId, Op, Slot, Warning};

use super::beside::Remind;
use super::block::Yields;
use super::clauses::words;
use super::components::SHOW;
use super::limits::Limits;
use super::outcome::Place;
use super::{Flow, components};
use crate::cx::Expressions;
use crate::index::Role;
use crate::scope::{Binding, Source};
use crate::ty::Ty;
use crate::unused::elements::Each;

/// The properties of an `approve`.
const PROPS: [&str; 4] = ["icon", "by", "not_by", "quorum"];

/// The clauses of an `approve`, sorted.
#[derive(Default)]
struct Parts<'a> {
    icon: Option<Span>,
    by: Option<&'a ast::Prop>,
    not_by: Option<&'a ast::Prop>,
    quorum: Option<&'a ast::Prop>,
    within: Option<&'a ast::Within>,
    show: Option<&'a ast::Component>,
    until: Option<(&'a ast::Expr, Span)>,
    warns: Vec<(Option<&'a ast::Template>, Option<&'a ast::Expr>, Span)>,
    requires: Vec<&'a ast::Require>,
    actions: Option<(&'a [ast::Action], Span)>,
    on_action: Vec<(&'a ast::Name, &'a ast::Outcome, Span)>,
    on_edit: Vec<(&'a ast::Name, Option<&'a ast::Name>, &'a ast::Expr, Span)>,
    reminds: Vec<Remind<'a>>,
    checks: Option<(&'a [ast::Check], Span)>,
}

impl Flow<'_> {
    pub(super) fn approve(&mut self, block: &ast::Block, clauses: &[ast::Clause], id: BlockId, slot: Slot) -> Yields {
        let parts = self.approve_parts(clauses, id);
        let was = self.cx.set_live(true);
        if parts.by.is_none() {
            self.by_missing(block);
        }
        let by = parts.by.and_then(|prop| self.roles(&prop.value));
        let not_by = parts.not_by.map(|prop| self.people(&prop.value)).unwrap_or_default();
        let actions = self.actions(&parts);
        let offers = |name: &str| actions.iter().any(|action| action.name == name);
        let limits = match parts.within {
            Some(within) => self.limits(within, true, true),
            None if block.within.is_some() => Limits::default(),
            None => {
                self.limit_missing(block);
                Limits::default()
            }
        };
        let mut shown = parts.show.and_then(|show| self.component(show, "show", SHOW));
        let this = self.cx.new_local();
        // Where what is shown is wrong, nothing is known of what comes of it.
        let unknown = (parts.show.is_some() && shown.is_none()).then_some(Ty::Error);
        let value = shown.as_ref().map_or(unknown.clone(), |shown| shown.value.clone());
        let row = shown.as_ref().map_or(unknown, |shown| shown.row.clone());
        self.cx.scope.push();
        self.gate_in_sight(&block.name, this, value.as_ref(), row.as_ref(), false);
        if let Some(shown) = &mut shown {
            self.show_rest(shown);
        }
        let warnings = self.warnings(&parts.warns);
        let quorum = parts.quorum.map(|prop| self.quorum(&prop.value));
        let until = parts.until.map(|(until, _)| self.until(until));
        self.gate_in_sight(&block.name, this, value.as_ref(), row.as_ref(), true);
        let requires = self.gate_requires(&parts.requires);
        self.cx.scope.pop();
        let this_ty = gate_fields(&self.gate_fields(value.as_ref(), row.as_ref(), false));
        let any = !parts.reminds.is_empty() || parts.checks.is_some();
        let ((reminders, checks), bodies) = self.beside(any, block.head_span, |flow, bodies| {
            let reminders = parts.reminds.iter().map(|remind| flow.reminder(*remind, bodies)).collect();
            (reminders, flow.checks(parts.checks, (&block.name, &this_ty), bodies))
        });
        let (on_edit, on_reject_row) = self.on_edits(&parts.on_edit, row.as_ref(), shown.as_ref());
        if actions.is_empty() && until.is_none() && !limits.approves {
            self.nothing_offered(block, parts.actions.map_or(block.head_span, |(_, span)| span));
        }
        let reject_handled = parts.on_action.iter().any(|(name, ..)| name.text == "reject");
        if !reject_handled && (offers("reject") || limits.rejects.is_some()) {
            self.unhandled_reject(block, limits.rejects.filter(|_| !offers("reject")));
        }
        let names: Vec<_> = actions.iter().map(|action| action.name.clone()).collect();
        let draft = shown.as_ref().map_or(Draft::None, |shown| shown.draft.clone());
        let gate = Gate {
            block: id,
            by,
            not_by,
            quorum,
            show: shown.map(|shown| shown.component),
            draft,
            this,
            actions,
            requires,
            warnings,
            until,
            limits: limits.limits.clone(),
            on_edit,
            on_reject_row,
            reminders,
            checks,
        };
        let gate_id = ntro_ir::GateId::try_from(self.cx.program.gates.len()).unwrap_or(ntro_ir::GateId::MAX);
        self.cx.program.gates.push(gate);
        self.cx.set_live(was);
        self.wait_is_here(bodies);
        self.emit(Op::Gate(gate_id), block.head_span);
        self.waited();
        let decisions = decisions(&names, &limits, until.is_some());
        let ty = self.gate_type(value.as_ref(), row.as_ref(), decisions);
        self.note_actions(&parts, &ty);
        self.decided(block, &parts, &limits, &names, slot, &ty)
    }

    /// Sorts the clauses and reports those that an `approve` does not know.
    fn approve_parts<'a>(&mut self, clauses: &'a [ast::Clause], id: BlockId) -> Parts<'a> {
        let mut parts = Parts::default();
        let (mut within, mut show) = (None, None);
        for clause in clauses {
            let span = clause.span();
            match clause {
                ast::Clause::Prop(prop) => match prop.name.text.as_str() {
                    "icon" => {
                        self.seen(&mut parts.icon, "icon", span);
                        self.icon(id, prop);
                    }
                    "by" => self.keep(&mut parts.by, prop, "by", |prop| prop.span),
                    "not_by" => self.keep(&mut parts.not_by, prop, "not_by", |prop| prop.span),
                    "quorum" => self.keep(&mut parts.quorum, prop, "quorum", |prop| prop.span),
                    _ => self.unknown_property(&prop.name, "an approve", &PROPS),
                },
                ast::Clause::Within(x) => {
                    self.seen(&mut within, "within", span);
                    parts.within.get_or_insert(x);
                }
                ast::Clause::Show(x) => {
                    self.seen(&mut show, "show", span);
                    parts.show.get_or_insert(x);
                }
                ast::Clause::Until { cond, span } => match parts.until {
                    None => parts.until = Some((cond, *span)),
                    Some((_, first)) => self.clause_twice("until", *span, first),
                },
                ast::Clause::Warn { message, when, span } => parts.warns.push((message.as_ref(), when.as_ref(), *span)),
                ast::Clause::Require(x) => parts.requires.push(x),
                ast::Clause::Actions { items, span } => match parts.actions {
                    None => parts.actions = Some((items, *span)),
                    Some((_, first)) => self.clause_twice("actions", *span, first),
                },
                ast::Clause::OnAction { name, outcome, span } => {
                    match parts.on_action.iter().find(|(other, ..)| other.text == name.text).map(|(.., first)| *first) {
                        None => parts.on_action.push((name, outcome, *span)),
                        Some(first) => self.clause_twice(&format!("on {}", name.text), *span, first),
                    }
                }
                ast::Clause::OnEdit { name, binding, value, span } => {
                    match parts.on_edit.iter().find(|(other, ..)| other.text == name.text).map(|(.., first)| *first) {
                        None => parts.on_edit.push((name, binding.as_ref(), value, *span)),
                        Some(first) => self.clause_twice(&format!("on {}", name.text), *span, first),
                    }
                }
                ast::Clause::Remind { every, body, span } => {
                    parts.reminds.push(Remind { every, body: body.as_ref(), span: *span });
                }
                ast::Clause::Checks { items, span } => match parts.checks {
                    None => parts.checks = Some((items, *span)),
                    Some((_, first)) => self.clause_twice("checks", *span, first),
                },
                other => self.wrong_clause(ast::BlockKind::Approve, &words(other), span),
            }
        }
        parts
    }

    /// What is offered: approve and reject, unless `actions` says otherwise.
    fn actions(&mut self, parts: &Parts<'_>) -> Vec<GateAction> {
        let Some((items, _)) = parts.actions else {
            return ["approve", "reject"].map(|name| GateAction { name: name.to_owned(), label: None }).to_vec();
        };
        let mut actions: Vec<GateAction> = Vec::new();
        for item in items {
            if item.name.is_missing() {
                continue;
            }
            if actions.iter().any(|action| action.name == item.name.text) {
                self.clause_twice(&item.name.text, item.span, item.span);
                continue;
            }
            let label = item.label.as_ref().map(|label| self.cx.template(label));
            actions.push(GateAction { name: item.name.text.clone(), label });
        }
        actions
    }

    /// For editors: where the decisions are named, and what `on` names.
    fn note_actions(&mut self, parts: &Parts<'_>, gate: &Ty) {
        let items = parts.actions.map(|(items, _)| items).unwrap_or_default();
        self.cx.note_decisions(gate, || items.iter().map(|item| (item.name.text.clone(), item.name.span)).collect());
        for (name, ..) in &parts.on_action {
            if let Some(item) = items.iter().find(|item| item.name.text == name.text) {
                self.cx.note(name.span, self.cx.file, item.name.span, Role::Read);
            }
        }
    }

    /// The gate inside its own clauses: what the person has in front of them.
    fn gate_in_sight(&mut self, name: &ast::Name, this: LocalId, value: Option<&Ty>, row: Option<&Ty>, requires: bool) {
        if name.is_missing() {
            return;
        }
        let fields = self.gate_fields(value, row, requires);
        let binding = Binding::new(Source::Local(this), gate_fields(&fields), name.span);
        self.cx.scope.declare(&name.text, binding);
    }

    /// What can be read of a gate inside its own clauses.
    fn gate_fields(&self, value: Option<&Ty>, row: Option<&Ty>, requires: bool) -> Vec<(String, Ty)> {
        let mut fields = Vec::new();
        if let Some(value) = value {
            fields.push(("value".to_owned(), value.clone()));
            fields.push(("corrections".to_owned(), Ty::list(self.correction())));
        }
        if let Some(row) = row {
            fields.push(("removed".to_owned(), Ty::list(row.clone())));
        }
        if requires {
            fields.push(("comment".to_owned(), Ty::optional(Ty::Text)));
            fields.push(("by".to_owned(), Ty::optional(Ty::Text)));
        }
        fields.push(("round".to_owned(), Ty::Int));
        fields
    }

    /// `quorum: 2`: how many different people must approve.
    fn quorum(&mut self, value: &ast::Expr) -> ExprId {
        if let ast::ExprKind::Int(text) = &value.kind
            && text.parse::<u32>().is_ok_and(|count| count == 0)
        {
            self.quorum_of_nobody(value.span);
        }
        self.cx.expr(value, Some(&Ty::Int)).id
    }

    fn checks(
        &mut self,
        checks: Option<(&[ast::Check], Span)>,
        gate: (&ast::Name, &Ty),
        bodies: &mut super::beside::Bodies,
    ) -> Vec<ntro_ir::GateCheck> {
        let mut all: Vec<ntro_ir::GateCheck> = Vec::new();
        for check in checks.map(|(items, _)| items).unwrap_or_default() {
            let Some(found) = self.check(check, gate, bodies) else { continue };
            if all.iter().any(|other| other.name == found.name) {
                self.clause_twice(&found.name, check.span, check.span);
                continue;
            }
            all.push(found);
        }
        all
    }

    fn correction(&self) -> Ty {
        self.cx.items.prelude_type("Correction", &[])
    }

    fn warnings(&mut self, warns: &[(Option<&ast::Template>, Option<&ast::Expr>, Span)]) -> Vec<Warning> {
        let mut all = Vec::new();
        for (message, when, span) in warns {
            let (when, facts) = match when {
                Some(when) => {
                    let (cond, facts) = self.cx.condition(when);
                    (Some(cond.id), facts.when_true)
                }
                None => (None, Vec::new()),
            };
            self.cx.scope.push();
            self.narrow_rest(facts);
            if let Some(message) = message {
                self.told_secrets(message, "this warning");
            }
            let message = message.map(|message| self.cx.template(message));
            self.cx.scope.pop();
            match message {
                Some(message) => all.push(Warning { when, message }),
                None => self.text_missing("warn", *span),
            }
        }
        all
    }

    fn gate_requires(&mut self, requires: &[&ast::Require]) -> Vec<GateRequire> {
        let mut all = Vec::new();
        for require in requires {
            let (cond, _) = self.cx.condition(&require.cond);
            match require.otherwise.as_ref().map(|otherwise| &otherwise.kind) {
                Some(ast::OutcomeKind::Refuse(Some(text))) => {
                    let refuse = self.cx.template(text);
                    all.push(GateRequire { cond: cond.id, refuse });
                }
                Some(ast::OutcomeKind::Missing) => {}
                _ => self.require_without_refuse(require),
            }
        }
        all
    }

    /// `on edit (row) => …` and `on reject_row (row) => …`.
    #[allow(clippy::type_complexity, reason = "the two clauses of the same form, as the gate holds them")]
    fn on_edits(
        &mut self,
        edits: &[(&ast::Name, Option<&ast::Name>, &ast::Expr, Span)],
        row: Option<&Ty>,
        shown: Option<&components::Shown>,
    ) -> (Option<(LocalId, ExprId)>, Option<(LocalId, ExprId)>) {
        let (mut on_edit, mut on_reject_row) = (None, None);
        for (name, binding, value, span) in edits {
            let Some(row) = row else {
                if shown.is_some_and(|shown| shown.component.name != "data_table") || shown.is_none() {
                    self.no_rows_to_edit(&name.text, *span);
                }
                continue;
            };
            let Some(binding) = binding else {
                self.row_name_missing(&name.text, *span);
                continue;
            };
            let local = self.cx.new_local();
            self.cx.scope.push();
            self.declare(binding, Binding::new(Source::Local(local), row.clone(), binding.span));
            let from = self.cx.program.exprs.len();
            let typed = self.cx.expr(value, Some(row));
            self.cx.scope.pop();
            if !self.cx.reads_local(from, local) {
                self.cx.unused_element(binding, Each::Rule);
            }
            match name.text.as_str() {
                "edit" => on_edit = Some((local, typed.id)),
                _ => on_reject_row = Some((local, typed.id)),
            }
        }
        (on_edit, on_reject_row)
    }

    /// What a decided gate yields.
    fn gate_type(&mut self, value: Option<&Ty>, row: Option<&Ty>, decisions: Vec<String>) -> Ty {
        let decision = Ty::Words(decisions.into());
        let text = Ty::optional(Ty::Text);
        let mut fields = vec![("decision".to_owned(), decision)];
        let mut add = |name: &str, ty: Ty| fields.push((name.to_owned(), ty));
        if let Some(value) = value {
            add("value", value.clone());
            add("corrections", Ty::list(self.correction()));
        }
        if let Some(row) = row {
            add("removed", Ty::list(row.clone()));
        }
        add("comment", text.clone());
        add("by", text);
        add("approvers", Ty::list(Ty::Text));
        add("round", Ty::Int);
        add("at", Ty::DateTime);
        Ty::Anonymous(fields.into())
    }

    /// What follows the decision.
    #[allow(clippy::too_many_arguments, reason = "the parts of one gate, used once")]
    fn decided(
        &mut self,
        block: &ast::Block,
        parts: &Parts<'_>,
        limits: &Limits<'_>,
        names: &[String],
        slot: Slot,
        ty: &Ty,
    ) -> Yields {
        self.retype(slot, ty);
        self.cx.scope.push();
        self.cx.scope.declare(&block.name.text, Binding::new(Source::Slot(slot), ty.clone(), block.name.span));
        let done = self.code.label();
        for (name, outcome, span) in &parts.on_action {
            let decision = match name.text.as_str() {
                "reject" => "rejected",
                "approve" => "approved",
                other => other,
            };
            let offered = names.contains(&name.text) || (name.text == "reject" && limits.rejects.is_some());
            if !offered {
                self.action_not_offered(name, names);
            }
            self.when_decided(slot, decision, outcome, *span, Place::OnAction(slot), done);
        }
        if let Some(late) = limits.late {
            self.when_decided(slot, "late", late, late.span, Place::Late, done);
        }
        self.code.bind(done);
        self.cx.scope.pop();
        Yields::slot(ty.clone())
    }

    fn when_decided(
        &mut self,
        slot: Slot,
        decision: &str,
        outcome: &ast::Outcome,
        span: Span,
        place: Place,
        done: super::Label,
    ) {
        let cond = self.is_decision(slot, decision, span);
        let next = self.code.label();
        self.jump_unless(cond, next, span);
        self.outcome(outcome, place);
        self.jump(done, span);
        self.code.bind(next);
    }
}

/// The type of a gate inside its own clauses.
fn gate_fields(fields: &[(String, Ty)]) -> Ty {
    Ty::Anonymous(fields.to_vec().into())
}

/// How a gate may be decided.
fn decisions(offered: &[String], limits: &Limits<'_>, until: bool) -> Vec<String> {
    let has = |name: &str| offered.iter().any(|action| action == name);
    let mut all = Vec::new();
    if has("approve") || limits.approves || until {
        all.push("approved".to_owned());
    }
    if has("reject") || limits.rejects.is_some() {
        all.push("rejected".to_owned());
    }
    all.extend(offered.iter().filter(|name| !matches!(name.as_str(), "approve" | "reject")).cloned());
    if limits.late.is_some_and(|late| matches!(late.kind, ast::OutcomeKind::Body(_))) {
        all.push("late".to_owned());
    }
    all
}
