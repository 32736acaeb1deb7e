//! `scenario`: what is given, what the world answers, what people do and what must come of it.
//!
//! A scenario speaks of a runbook that has been lowered: its steps, gates, calls and signals are looked up in its program and in those of the
//! children that it starts. Values are plain, so that a scenario reads like an example. One file a kind of line; [`rules`] has the messages.

mod address;
mod expect;
mod mocks;
mod notes;
mod people;
mod rules;
mod sample;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

use ntro_grammar::ast::{self, ScenarioLineKind};
use ntro_grammar::{Span, ast::ScenarioExpect};
use ntro_ir::scenario::{Expectation, LinePlace, ScenarioLine, ScenarioStep};
use ntro_ir::{Program, Scenario, Type, TypeId};
use serde_json::{Map, Value as Json};

use crate::cx::Cx;
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::index::Recorder;
use crate::items::{FileId, Items};
use crate::ty::Ty;

pub(crate) use sample::file as sample_file;
pub use sample::missing_sample;

/// A runbook that has been lowered, with what its types are called here.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// Its program.
    pub program: Arc<Program>,
    /// The types of its program.
    pub types: Arc<[(Ty, TypeId)]>,
}

/// The runbooks that have a program, by name.
pub(crate) type Runbooks = BTreeMap<String, Known>;

/// The bindings that compile, by name.
pub(crate) type Bindings = BTreeMap<String, Arc<ntro_ir::Binding>>;

impl Known {
    /// What a type of the program is here.
    fn ty(&self, ty: &Type) -> Ty {
        match ty {
            Type::Nothing => Ty::Nothing,
            Type::Bool => Ty::Bool,
            Type::Int => Ty::Int,
            Type::Decimal => Ty::Decimal,
            Type::Text => Ty::Text,
            Type::Date => Ty::Date,
            Type::DateTime => Ty::DateTime,
            Type::Period => Ty::Period,
            Type::Duration => Ty::Duration,
            Type::Money => Ty::Money(None),
            Type::MoneyIn(currency) => Ty::Money(Some(*currency)),
            Type::Currency => Ty::Currency,
            Type::File => Ty::File,
            Type::Grid => Ty::Grid,
            Type::Json => Ty::Json,
            Type::List(of) => Ty::list(self.ty(of)),
            Type::Map(of) => Ty::Map(Arc::new(self.ty(of))),
            Type::Optional(of) => Ty::optional(self.ty(of)),
            Type::Outcome(of) => Ty::Outcome(Arc::new(self.ty(of))),
            Type::Choice(arms) => Ty::Choice(arms.iter().map(|(name, ty)| (name.clone(), self.ty(ty))).collect()),
            Type::Named(id) => self.named(*id),
        }
    }

    /// A record or an enumeration. The input and the configuration, which have no name here, are given by their fields.
    fn named(&self, id: TypeId) -> Ty {
        if let Some((ty, _)) = self.types.iter().find(|(_, known)| *known == id) {
            return ty.clone();
        }
        match self.program.types.get(id as usize) {
            Some(ntro_ir::TypeDef::Record(record)) => {
                Ty::Anonymous(record.fields.iter().map(|field| (field.name.clone(), self.ty(&field.ty))).collect())
            }
            _ => Ty::Error,
        }
    }
}

/// What a scenario gives.
pub(crate) struct Lowered {
    /// The scenario, where nothing is wrong with it.
    pub scenario: Option<Arc<Scenario>>,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that it takes from the project, as written, each with its place.
    pub samples: Vec<(String, Place)>,
}

/// Checks a scenario and lowers it.
pub(crate) fn lower_scenario(
    items: &Items,
    file: FileId,
    decl: &ast::ScenarioDecl,
    runbooks: &Runbooks,
    bindings: &Bindings,
) -> Lowered {
    let mut checker = Checker::new(items, file, decl, runbooks);
    let scenario = checker.scenario(decl, bindings);
    let mut cx = checker.cx;
    let samples = cx.notes.samples.take().unwrap_or_default();
    let samples = samples.into_iter().map(|(path, span)| (path, items.place(file, span))).collect();
    let broken = cx.diagnostics.iter().any(|found| found.level == Level::Error);
    Lowered { scenario: scenario.filter(|_| !broken).map(Arc::new), diagnostics: cx.diagnostics, samples }
}

/// Checks a scenario for an editor: what its names mean, what could be written at a place.
pub(crate) fn record_scenario(
    items: &Items,
    file: FileId,
    decl: &ast::ScenarioDecl,
    (runbooks, bindings): (&Runbooks, &Bindings),
    recorder: Box<Recorder>,
) -> Option<Box<Recorder>> {
    let mut checker = Checker::new(items, file, decl, runbooks);
    checker.cx.notes.recorder = Some(recorder);
    checker.scenario(decl, bindings);
    checker.cx.notes.recorder.take()
}

/// Checks one scenario.
struct Checker<'p> {
    cx: Cx<'p>,
    runbooks: &'p Runbooks,
    /// The runbook that it starts.
    name: String,
    /// The runbooks that can run in it, its own first.
    reach: Vec<&'p Known>,
    /// What was expected as the end of the run, and where.
    ended: Option<(&'static str, Span)>,
}

impl<'p> Checker<'p> {
    fn new(items: &'p Items, file: FileId, decl: &ast::ScenarioDecl, runbooks: &'p Runbooks) -> Checker<'p> {
        let mut cx = Cx::new(items, file);
        cx.notes.samples = Some(Vec::new());
        Checker { cx, runbooks, name: decl.target.text.clone(), reach: Vec::new(), ended: None }
    }

    fn scenario(&mut self, decl: &ast::ScenarioDecl, bindings: &Bindings) -> Option<Scenario> {
        if decl.target.is_missing() {
            return None;
        }
        let binding = bindings.get(&decl.target.text).filter(|_| decl.for_workflow).cloned();
        if let Some(binding) = &binding {
            self.name.clone_from(&binding.runbook);
        } else if decl.for_workflow {
            // A workflow with mistakes is no binding; they were told.
            if !self.cx.items.workflows.contains_key(&decl.target.text) {
                self.unknown_workflow(&decl.target);
            }
            return None;
        }
        if self.cx.items.runbook(&self.name).is_none_or(|item| item.external) {
            self.unknown_runbook(&decl.target);
            return None;
        }
        // A runbook with mistakes has no program; they were told.
        let known = self.runbooks.get(&self.name)?;
        self.reach = self.reachable(known);
        let file = self.cx.file;
        let mut out = Scenario {
            title: decl.title.text.clone(),
            runbook: self.name.clone(),
            binding,
            file: self.cx.items.path(file).to_owned(),
            place: self.place(decl.title.span),
            start: None,
            tenant: None,
            entity: None,
            given: Json::Object(Map::new()),
            config: Json::Object(Map::new()),
            mocks: Vec::new(),
            lines: Vec::new(),
        };
        self.head(decl, known, &mut out);
        let mut expects = false;
        for line in &decl.lines {
            expects |= match &line.kind {
                ScenarioLineKind::Expect { .. } => true,
                // That somebody is refused is something that may not come true.
                ScenarioLineKind::At { actions, .. } => actions.iter().any(|action| action.refused.is_some()),
                _ => false,
            };
            self.line(line, decl, &mut out);
        }
        if !expects {
            self.expects_nothing(decl);
        }
        Some(out)
    }

    /// The runbook and those that it starts, over any number of steps.
    fn reachable(&self, root: &'p Known) -> Vec<&'p Known> {
        let mut found: Vec<&'p Known> = vec![root];
        let mut next = 0;
        while let Some(known) = found.get(next).copied() {
            for child in &known.program.children {
                let Some(child) = self.runbooks.get(&child.runbook) else { continue };
                if found.iter().all(|other| other.program.name != child.program.name) {
                    found.push(child);
                }
            }
            next += 1;
        }
        found
    }

    /// `given`, `config`, `start`, `tenant` and `entity`: each once, before anything happens.
    fn head(&mut self, decl: &ast::ScenarioDecl, known: &Known, out: &mut Scenario) {
        let mut heads: BTreeMap<&str, (&ast::Expr, Span)> = BTreeMap::new();
        for line in &decl.lines {
            let (what, value) = match &line.kind {
                ScenarioLineKind::Given(value) => ("given", value),
                ScenarioLineKind::Config(value) => ("config", value),
                ScenarioLineKind::Start(value) => ("start", value),
                ScenarioLineKind::Tenant(value) => ("tenant", value),
                ScenarioLineKind::Entity(value) => ("entity", value),
                _ => continue,
            };
            match heads.get(what) {
                Some((_, first)) => {
                    let first = *first;
                    self.said_twice(what, line.span, first);
                }
                None => {
                    heads.insert(what, (value, line.span));
                }
            }
        }
        let [given, config, start] = ["given", "config", "start"].map(|what| heads.get(what).copied());
        for (what, whose) in [("tenant", &mut out.tenant), ("entity", &mut out.entity)] {
            let Some((value, span)) = heads.get(what).copied() else { continue };
            if out.binding.is_some() {
                self.whose_by_workflow(what, span);
            }
            *whose = self.text(Some(value));
        }
        match (&out.binding, given) {
            (None, given) => out.given = self.input(given.map(|(value, _)| value), decl),
            (Some(_), Some((_, span))) => self.given_by_workflow(span),
            (Some(_), None) => {}
        }
        if let Some((value, _)) = config {
            self.note_config(value);
            let ty = known.named(known.program.config);
            out.config = self.shape(value, Some(&ty)).map_or(Json::Null, |config| config.to_json());
        }
        if let Some((value, _)) = start
            && let Some(ntro_ir::Value::DateTime(at)) = self.plain(value, Some(&Ty::DateTime))
        {
            out.start = Some(at);
        }
    }

    /// The input: complete, as whoever starts the runbook has to give it.
    fn input(&mut self, given: Option<&ast::Expr>, decl: &ast::ScenarioDecl) -> Json {
        let params = self.cx.items.runbook(&self.name).map(|item| item.input.clone()).unwrap_or_default();
        let (fields, span) = match given.map(|given| (&given.kind, given.span)) {
            Some((ast::ExprKind::Record(fields), span)) => (fields.as_slice(), span),
            Some(_) => return Json::Null,
            None => (&[][..], decl.target.span),
        };
        self.arguments(fields, &params, span)
    }

    /// The input as a record.
    fn input_type(&self) -> Ty {
        let params = self.cx.items.runbook(&self.name).map(|item| item.input.as_slice()).unwrap_or_default();
        Ty::Anonymous(params.iter().map(|param| (param.name.clone(), param.ty.clone())).collect())
    }

    fn line(&mut self, line: &ast::ScenarioLine, decl: &ast::ScenarioDecl, out: &mut Scenario) {
        let mut after_ms = 0;
        let what = match &line.kind {
            ScenarioLineKind::Given(_)
            | ScenarioLineKind::Config(_)
            | ScenarioLineKind::Start(_)
            | ScenarioLineKind::Tenant(_)
            | ScenarioLineKind::Entity(_) => None,
            ScenarioLineKind::Mock { target, key, answers, fails } => {
                out.mocks.extend(self.mock(target, key.as_ref(), answers, fails.as_ref()));
                None
            }
            ScenarioLineKind::Signal { after, signal, key, payload, by, role } => {
                self.after_the_end(line.span);
                after_ms = self.duration(after.as_ref()).unwrap_or(0);
                let sender = (by.as_ref(), role.as_ref());
                self.signal(signal, key.as_ref(), payload, sender)
            }
            ScenarioLineKind::Cancel { after } => {
                self.after_the_end(line.span);
                after_ms = self.duration(after.as_ref()).unwrap_or(0);
                Some(ScenarioStep::Cancel)
            }
            ScenarioLineKind::At { after, address, key, actions } => {
                self.after_the_end(line.span);
                after_ms = self.duration(after.as_ref()).unwrap_or(0);
                self.at(address, key.as_ref(), actions)
            }
            ScenarioLineKind::Expect { what: ScenarioExpect::Input(value), .. } => {
                if out.binding.is_some() {
                    let params = self.cx.items.runbook(&self.name).map(|item| item.input.clone()).unwrap_or_default();
                    if let ast::ExprKind::Record(fields) = &value.kind {
                        self.note_params(fields, &params, "", &[]);
                    }
                    let input = self.input_type();
                    self.shape(value, Some(&input)).map(|input| ScenarioStep::Expect(Expectation::Input(input)))
                } else {
                    self.input_of_workflow(value.span);
                    None
                }
            }
            ScenarioLineKind::Expect { after, what } => {
                after_ms = self.duration(after.as_ref()).unwrap_or(0);
                self.expectation(what, line.span, decl).map(ScenarioStep::Expect)
            }
        };
        if let Some(what) = what {
            let (place, text) = (self.place(line.span), self.text_of(line.span));
            out.lines.push(ScenarioLine { place, text, after_ms, what });
        }
    }

    /// `signal NAME for KEY { … } by NAME as ROLE`
    fn signal(
        &mut self,
        signal: &ast::Name,
        key: Option<&ast::Expr>,
        payload: &ast::Expr,
        (by, role): (Option<&ast::Expr>, Option<&ast::Name>),
    ) -> Option<ScenarioStep> {
        let (by, role) = (self.text(by), role.and_then(|role| self.role(role)));
        let keyed = key.is_some();
        let key = key.and_then(|key| self.child_key(key));
        if signal.is_missing() {
            return None;
        }
        let types = self.heard(&signal.text, keyed);
        if types.is_empty() {
            self.nobody_hears(signal, keyed);
            return None;
        }
        let payload = self.shape_of_one(payload, &types)?.to_json();
        Some(ScenarioStep::Signal { name: signal.text.clone(), payload, key, by, role })
    }

    /// What a signal carries for those who hear it: the scenario's own run, or its children.
    fn heard(&self, name: &str, in_child: bool) -> Vec<Ty> {
        let mut types = Vec::new();
        for known in if in_child { self.children() } else { self.reach.get(..1).unwrap_or_default() } {
            for (_, payload) in known.program.heard().filter(|(signal, _)| *signal == name) {
                let ty = known.ty(payload);
                if !types.contains(&ty) {
                    types.push(ty);
                }
            }
        }
        types
    }

    /// The runbooks that run as children; the scenario's own too where it starts itself.
    fn children(&self) -> &[&'p Known] {
        let itself =
            self.reach.iter().any(|known| known.program.children.iter().any(|child| child.runbook == self.name));
        self.reach.get(usize::from(!itself)..).unwrap_or_default()
    }

    /// The names of all signals that a run, or its children, hear.
    fn heard_names(&self, in_child: bool) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for known in if in_child { self.children() } else { self.reach.get(..1).unwrap_or_default() } {
            names.extend(known.program.heard().map(|(signal, _)| signal.to_owned()));
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The key of a child, a plain text. Where no child is started, there is none to name.
    fn child_key(&mut self, key: &ast::Expr) -> Option<String> {
        if self.reach.iter().all(|known| known.program.children.is_empty()) {
            self.no_children(key.span);
            return None;
        }
        self.text(Some(key))
    }

    fn place(&self, span: Span) -> LinePlace {
        let at = self.cx.items.source_place(self.cx.file, span);
        LinePlace { line: at.line, column: at.column }
    }

    /// The text of a line, in one line.
    fn text_of(&self, span: Span) -> String {
        let text = self.cx.items.file(self.cx.file).map_or("", |file| &file.text);
        let text = text.get(span.start as usize..span.end as usize).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Two scenarios of one runbook with one title cannot be told apart in what `ntroc test` says.
pub(crate) fn told_twice(items: &Items, diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<(&str, &str), Place> = BTreeMap::new();
    for (index, file) in items.files.iter().enumerate() {
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        for decl in &file.tree.decls {
            let ast::Decl::Scenario(decl) = decl else { continue };
            let place = items.place(id, decl.title.span);
            match seen.get(&(decl.target.text.as_str(), decl.title.text.as_str())) {
                Some(first) if !decl.title.is_missing() => {
                    diagnostics.push(rules::title_twice(&decl.title.text, first.clone(), place));
                }
                _ => {
                    seen.insert((&decl.target.text, &decl.title.text), place);
                }
            }
        }
    }
}
