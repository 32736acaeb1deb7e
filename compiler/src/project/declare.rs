//! The names that each file declares. Types, parameters and properties are filled in once all names are known.

use std::collections::BTreeMap;
use std::sync::Arc;

use ntro_grammar::english::capitalised;
use ntro_grammar::{Span, ast};
use ntro_ir::CallOptions;

use super::{file_id, twice};
use crate::diagnostic::Diagnostic;
use crate::expr::functions;
use crate::items::{AgentItem, Capability, Def, DefKind, FileId, FnItem, Items, Names, RunbookItem, Signal};
use crate::ty::{DefId, Ty};
use crate::types::is_of_the_language;

/// What each file declares itself, and which declaration of which file each item came from.
#[derive(Default)]
pub(super) struct Declared {
    /// By file.
    pub names: Vec<Names>,
    /// Roles and runbooks by file: known everywhere, but imports may name them.
    pub others: Vec<BTreeMap<String, Span>>,
    /// For each of [`Items::defs`] its declaration; a signal's own fields are one too.
    pub defs: Vec<Origin>,
    /// For each of [`Items::capabilities`].
    pub capabilities: Vec<Origin>,
    /// For each of [`Items::signals`].
    pub signals: Vec<Origin>,
    /// For each of [`Items::agents`].
    pub agents: Vec<Origin>,
    /// For each of [`Items::fns`].
    pub fns: Vec<Origin>,
    /// For each of [`Items::runbooks`].
    pub runbooks: BTreeMap<String, Origin>,
}

/// A declaration: its file, its index there, and for a capability of a group the index in the group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    pub file: usize,
    pub decl: usize,
    pub inner: Option<usize>,
}

/// Collects the names of all files; the first `own` are the project's, the others the prelude's.
pub(super) fn declare(items: &mut Items, own: usize, out: &mut Vec<Diagnostic>) -> Declared {
    let mut declared = Declared::default();
    let files = std::mem::take(&mut items.files);
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    for (index, file) in files.iter().enumerate() {
        let mut collector = Collector {
            items,
            declared: &mut declared,
            names: Names::default(),
            others: BTreeMap::new(),
            spans: BTreeMap::new(),
            file: file_id(index),
            paths: &paths,
            out,
        };
        for (at, decl) in file.tree.decls.iter().enumerate() {
            collector.decl(decl, Origin { file: index, decl: at, inner: None });
        }
        let Collector { names, others, .. } = collector;
        declared.names.push(names);
        declared.others.push(others);
    }
    items.files = files;
    for names in declared.names.iter().skip(own) {
        let all = &mut items.prelude;
        all.types.extend(names.types.clone());
        all.capabilities.extend(names.capabilities.clone());
        all.signals.extend(names.signals.clone());
        all.agents.extend(names.agents.clone());
        all.fns.extend(names.fns.clone());
    }
    for (index, names) in declared.names.iter().enumerate().take(own) {
        of_the_language(items, names, index, &declared, out);
    }
    declared
}

/// Reports names of a file that the language has given to something else: a type of such a name could never be meant, a function would take
/// its place everywhere, and a capability would be called with values that the built-in one does not take. A capability that says who does
/// the work is another one, and may bear the name.
fn of_the_language(items: &Items, names: &Names, index: usize, declared: &Declared, out: &mut Vec<Diagnostic>) {
    let file = file_id(index);
    let mut say = |what: &str, name: &str, span: Span, help: &str| {
        let message = format!("The language has a {what} `{name}` of its own.");
        out.push(Diagnostic::error("N0202", items.place(file, span), message, "declared again here", help));
    };
    for (name, id) in names.types.iter().filter(|(name, _)| is_of_the_language(name)) {
        let Some(def) = items.def(*id) else { continue };
        let other = format!("Give yours another name, such as `My{}`, and use that.", capitalised(name));
        say("type", name, def.span, &other);
    }
    for (name, at) in names.fns.iter().filter(|(name, _)| functions::find(name).is_some()) {
        let Some(item) = items.fns.get(*at) else { continue };
        say("function", name, item.span, &format!("Give yours another name, such as `my_{name}`, and use that."));
    }
    for (name, at) in names.capabilities.iter().filter(|(name, _)| items.prelude.capabilities.contains_key(*name)) {
        let (Some(item), Some(origin)) = (items.capabilities.get(*at), declared.capabilities.get(*at)) else {
            continue;
        };
        if !says_who(items, *origin) {
            let help = "Leave this out: `run` finds the one of the language. Give one of yours another name, or say which worker does it: `{ queue: \"NAME\" }`.";
            say("capability", name, item.span, help);
        }
    }
}

/// Whether a declaration of a capability says who does the work.
fn says_who(items: &Items, origin: Origin) -> bool {
    let decl = items.files.get(origin.file).and_then(|file| file.tree.decls.get(origin.decl));
    let (shared, own): (&[ast::Prop], &[ast::Prop]) = match (decl, origin.inner) {
        (Some(ast::Decl::Capability(decl)), _) => (&[], &decl.props),
        (Some(ast::Decl::Capabilities(decl)), Some(inner)) => {
            (&decl.props, decl.items.get(inner).map_or(&[], |item| &item.props))
        }
        _ => return false,
    };
    shared.iter().chain(own).any(|prop| matches!(prop.name.text.as_str(), "queue" | "activity" | "program"))
}

struct Collector<'a> {
    items: &'a mut Items,
    declared: &'a mut Declared,
    names: Names,
    others: BTreeMap<String, Span>,
    /// Where each name of this file was declared, by kind.
    spans: BTreeMap<(&'static str, String), Span>,
    file: FileId,
    paths: &'a [&'a str],
    out: &'a mut Vec<Diagnostic>,
}

impl Collector<'_> {
    fn place(&self, file: FileId, span: Span) -> crate::diagnostic::Place {
        let path = self.paths.get(file.0 as usize).copied().unwrap_or_default();
        crate::diagnostic::Place { file: path.to_owned(), span }
    }

    /// Whether the name is new in this file; a second one is reported with both places.
    fn is_new(&mut self, what: &'static str, name: &ast::Name) -> bool {
        self.is_new_named(what, &name.text, name.span)
    }

    fn is_new_named(&mut self, what: &'static str, name: &str, span: Span) -> bool {
        if name.is_empty() || name.ends_with('.') {
            return false;
        }
        match self.spans.get(&(what, name.to_owned())) {
            Some(first) => {
                let (first, second) = (self.place(self.file, *first), self.place(self.file, span));
                self.out.push(twice(what, name, first, second));
                false
            }
            None => {
                self.spans.insert((what, name.to_owned()), span);
                true
            }
        }
    }

    fn decl(&mut self, decl: &ast::Decl, origin: Origin) {
        match decl {
            ast::Decl::Role(role) => self.roles(role),
            ast::Decl::Type(decl) => {
                if self.is_new("type", &decl.name) {
                    let id = self.def(&decl.name, &decl.params, DefKind::Record(Vec::new()), &decl.doc, origin);
                    self.names.types.insert(decl.name.text.clone(), id);
                }
            }
            ast::Decl::Enum(decl) => {
                if self.is_new("type", &decl.name) {
                    let id = self.enumeration(decl, origin);
                    self.names.types.insert(decl.name.text.clone(), id);
                }
            }
            ast::Decl::Signal(decl) => self.signal(decl, origin),
            ast::Decl::Capability(decl) => self.capability(decl, &decl.name.text, origin),
            ast::Decl::Capabilities(decl) => {
                for (inner, item) in decl.items.iter().enumerate() {
                    let name = format!("{}.{}", decl.prefix.text, item.name.text);
                    self.capability(item, &name, Origin { inner: Some(inner), ..origin });
                }
            }
            ast::Decl::Agent(decl) => self.agent(decl, origin),
            ast::Decl::Runbook(decl) => self.runbook(decl, false, origin),
            ast::Decl::ExternRunbook(decl) => self.runbook(decl, true, origin),
            ast::Decl::Fn(decl) => self.function(decl, origin),
            ast::Decl::Import(_) => {}
            ast::Decl::Workflow(decl) => self.workflow(decl),
            // Nothing can name a scenario.
            ast::Decl::Scenario(_) => {}
        }
    }

    fn roles(&mut self, role: &ast::RoleDecl) {
        for name in &role.names {
            if self.is_new("role", name) {
                let place = self.place(self.file, name.span);
                self.items.roles.entry(name.text.clone()).or_insert(place);
                self.others.insert(name.text.clone(), name.span);
            }
        }
    }

    fn def(&mut self, name: &ast::Name, params: &[ast::Name], kind: DefKind, doc: &str, origin: Origin) -> DefId {
        let id = DefId(u32::try_from(self.items.defs.len()).unwrap_or(u32::MAX));
        self.items.defs.push(Def {
            name: name.text.clone(),
            type_params: params.iter().map(|param| param.text.clone()).collect(),
            kind,
            doc: doc.to_owned(),
            file: self.file,
            span: name.span,
        });
        self.declared.defs.push(origin);
        id
    }

    fn enumeration(&mut self, decl: &ast::EnumDecl, origin: Origin) -> DefId {
        let mut values: Vec<String> = Vec::new();
        let mut spans: BTreeMap<&str, Span> = BTreeMap::new();
        for (name, _) in decl.values.iter().filter(|(name, _)| !name.is_missing()) {
            match spans.get(name.text.as_str()) {
                Some(first) => {
                    let (first, second) = (self.place(self.file, *first), self.place(self.file, name.span));
                    self.out.push(twice("value", &name.text, first, second));
                }
                None => {
                    spans.insert(&name.text, name.span);
                    values.push(name.text.clone());
                }
            }
        }
        self.def(&decl.name, &[], DefKind::Enum(values), &decl.doc, origin)
    }

    fn signal(&mut self, decl: &ast::SignalDecl, origin: Origin) {
        if !self.is_new("signal", &decl.name) {
            return;
        }
        let type_params: Vec<String> = decl.params.iter().map(|param| param.text.clone()).collect();
        let payload = match &decl.payload {
            ast::SignalPayload::Fields(_) => {
                let id = self.def(&decl.name, &decl.params, DefKind::Record(Vec::new()), &decl.doc, origin);
                Ty::Named(id, type_params.iter().map(|param| Ty::Param(param.as_str().into())).collect())
            }
            // Filled in when types are resolved.
            ast::SignalPayload::Type(_) => Ty::Error,
        };
        self.names.signals.insert(decl.name.text.clone(), self.items.signals.len());
        let (name, file, span) = (decl.name.text.clone(), self.file, decl.name.span);
        self.items.signals.push(Signal { name, type_params, payload, file, span });
        self.declared.signals.push(origin);
    }

    fn capability(&mut self, decl: &ast::CapabilityDecl, name: &str, origin: Origin) {
        if !self.is_new_named("capability", name, decl.name.span) {
            return;
        }
        self.names.capabilities.insert(name.to_owned(), self.items.capabilities.len());
        self.items.capabilities.push(Capability {
            name: name.to_owned(),
            type_params: decl.type_params.iter().map(|param| param.text.clone()).collect(),
            params: Vec::new(),
            result: Ty::Nothing,
            options: CallOptions {
                queue: None,
                activity: None,
                program: None,
                within_ms: super::capabilities::DEFAULT_WITHIN_MS,
                retry: ntro_ir::Retry::default(),
                quick: false,
            },
            file: self.file,
            span: decl.name.span,
        });
        self.declared.capabilities.push(origin);
    }

    fn agent(&mut self, decl: &ast::AgentDecl, origin: Origin) {
        if self.is_new("agent", &decl.name) {
            self.names.agents.insert(decl.name.text.clone(), self.items.agents.len());
            let (name, file, span) = (decl.name.text.clone(), self.file, decl.name.span);
            self.items.agents.push(AgentItem { name, kind: None, reference: None, file, span });
            self.declared.agents.push(origin);
        }
    }

    fn runbook(&mut self, decl: &ast::RunbookDecl, external: bool, origin: Origin) {
        if decl.name.is_missing() {
            return;
        }
        let name = decl.name.text.clone();
        if let Some(first) = self.items.runbooks.get(&name) {
            let (first, second) = (self.place(first.file, first.span), self.place(self.file, decl.name.span));
            self.out.push(twice("runbook", &name, first, second));
            return;
        }
        self.others.insert(name.clone(), decl.name.span);
        let (file, span) = (self.file, decl.name.span);
        let item = RunbookItem { name: name.clone(), input: Vec::new(), output: Ty::Nothing, external, file, span };
        self.items.runbooks.insert(name.clone(), item);
        self.declared.runbooks.insert(name, origin);
    }

    fn workflow(&mut self, decl: &ast::WorkflowDecl) {
        if decl.name.is_missing() {
            return;
        }
        let place = self.place(self.file, decl.name.span);
        match self.items.workflows.get(&decl.name.text) {
            Some(first) => self.out.push(twice("workflow", &decl.name.text, first.clone(), place)),
            None => {
                self.items.workflows.insert(decl.name.text.clone(), place);
            }
        }
    }

    fn function(&mut self, decl: &ast::FnDecl, origin: Origin) {
        if self.is_new("function", &decl.name) {
            self.names.fns.insert(decl.name.text.clone(), self.items.fns.len());
            self.items.fns.push(FnItem {
                name: decl.name.text.clone(),
                params: Vec::new(),
                result: None,
                body: Arc::new(decl.body.clone()),
                file: self.file,
                span: decl.name.span,
            });
            self.declared.fns.push(origin);
        }
    }
}
