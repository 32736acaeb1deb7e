//! Names that stand for themselves, wherever they stand: types, capabilities, signals, runbooks, agents, imports. They mean what the file can
//! name, so that no check is needed to know them; and where the parts of a runbook are declared.

use ntro_grammar::{Span, ast};

use super::recorder::{Meant, Noted, Role};
use super::visit::{self, Node};
use crate::items::{FileId, FnItem, Items, Names};
use crate::ty::Ty;

impl Items {
    /// The file of a path.
    pub(crate) fn file_named(&self, path: &str) -> Option<FileId> {
        // Those of the project come in the order of their paths, then those of the language.
        let own = self.files.len().saturating_sub(crate::prelude::FILES.len());
        let (project, language) = self.files.split_at_checked(own)?;
        let at = match project.binary_search_by(|file| file.path.as_str().cmp(path)) {
            Ok(at) => at,
            Err(_) => own + language.iter().position(|file| file.path == path)?,
        };
        u32::try_from(at).ok().map(FileId)
    }

    /// The named expressions of a file that take a value of a type first, each with how it is called.
    pub(crate) fn functions_on(&self, file: FileId, ty: &Ty) -> Vec<(String, String)> {
        let fits =
            |item: &FnItem| item.params.first().is_some_and(|param| *ty != Ty::Error && self.fits(ty, &param.ty));
        let names = self.function_names(file);
        let items = names.iter().filter_map(|name| self.function(file, name)).map(|(_, item)| item);
        items.filter(|item| fits(item)).map(|item| (item.name.clone(), self.fn_signature(item))).collect()
    }

    /// `checked(row: Row) -> Row`
    pub(crate) fn fn_signature(&self, item: &FnItem) -> String {
        let params: Vec<String> = item.params.iter().map(|p| format!("{}: {}", p.name, self.show(&p.ty))).collect();
        let result = item.result.as_ref().map_or_else(String::new, |ty| format!(" -> {}", self.show(ty)));
        format!("{}({}){result}", item.name, params.join(", "))
    }
}

/// The names of one file that stand for themselves.
pub(super) fn plain_names(items: &Items, file: FileId) -> Vec<Noted> {
    let Some(source) = items.file(file) else { return Vec::new() };
    let mut names = Plain { items, file, played: file, params: Vec::new(), noted: Vec::new() };
    for decl in &source.tree.decls {
        names.params = type_params(decl);
        names.played = played(items, decl).unwrap_or(file);
        names.decl(decl);
        visit::walk(Node::Decl(decl), &mut names);
    }
    names.noted
}

fn type_params(decl: &ast::Decl) -> Vec<String> {
    let of = |params: &[ast::Name]| params.iter().map(|param| param.text.clone()).collect();
    match decl {
        ast::Decl::Type(x) => of(&x.params),
        ast::Decl::Signal(x) => of(&x.params),
        ast::Decl::Capability(x) => of(&x.type_params),
        ast::Decl::Capabilities(x) => {
            x.items.iter().flat_map(|item| &item.type_params).map(|p| p.text.clone()).collect()
        }
        _ => Vec::new(),
    }
}

/// The file of the runbook that a scenario plays: a scenario speaks of what that file can name, and need not import it.
fn played(items: &Items, decl: &ast::Decl) -> Option<FileId> {
    let ast::Decl::Scenario(scenario) = decl else { return None };
    if !scenario.for_workflow {
        return items.runbook(&scenario.target.text).map(|item| item.file);
    }
    let place = items.workflows.get(&scenario.target.text)?;
    let decls = &items.file(items.file_named(&place.file)?)?.tree.decls;
    let workflow = decls.iter().find_map(|decl| match decl {
        ast::Decl::Workflow(workflow) if workflow.name.span == place.span => Some(workflow),
        _ => None,
    })?;
    let runbook = workflow.props.iter().find(|prop| prop.name.text == "runbook")?;
    let ast::ExprKind::Name(name) = &runbook.value.kind else { return None };
    items.runbook(name).map(|item| item.file)
}

struct Plain<'p> {
    items: &'p Items,
    file: FileId,
    /// The file of the runbook that the scenario at hand plays; elsewhere the same file.
    played: FileId,
    params: Vec<String>,
    noted: Vec<Noted>,
}

impl<'a> visit::Visitor<'a> for Plain<'_> {
    fn enter(&mut self, node: Node<'a>) -> bool {
        match node {
            Node::Type(ast::TypeExpr { kind: ast::TypeKind::Named { name, .. }, .. }) => self.ty(name),
            Node::Run(run) => self.run(&run.target),
            Node::SignalRef(signal) => self.signal(&signal.name),
            Node::Clause(ast::Clause::Prop(prop)) if prop.name.text == "use" => self.agent(&prop.value),
            Node::Line(line) => self.line(&line.kind),
            _ => {}
        }
        true
    }
}

impl Plain<'_> {
    fn push(&mut self, span: Span, place: Option<(FileId, Span)>) {
        if let Some((file, at)) = place {
            self.noted.push(Noted { span, meant: Meant::At(file, at), role: Role::Read });
        }
    }

    /// What the file itself can name, else what the runbook that is played can.
    fn either<T>(&self, named: impl Fn(FileId) -> Option<T>) -> Option<T> {
        named(self.file).or_else(|| named(self.played))
    }

    fn ty(&mut self, name: &ast::Name) {
        if self.params.contains(&name.text) {
            return;
        }
        let def = self.items.type_named(self.file, &name.text).and_then(|id| self.items.def(id));
        self.push(name.span, def.map(|def| (def.file, def.span)));
    }

    /// After `run` stands a capability, in a `child` a runbook; one of them bears the name.
    fn run(&mut self, name: &ast::Name) {
        let capability = self.either(|file| self.items.capability(file, &name.text)).map(|item| (item.file, item.span));
        let runbook = self.items.runbook(&name.text).map(|item| (item.file, item.span));
        self.push(name.span, capability.or(runbook));
    }

    fn called(&mut self, name: &ast::Name) {
        let agent = self.either(|file| self.items.agent(file, &name.text)).map(|item| (item.file, item.span));
        match agent {
            Some(place) => self.push(name.span, Some(place)),
            None => self.run(name),
        }
    }

    fn signal(&mut self, name: &ast::Name) {
        let signal = self.either(|file| self.items.signal(file, &name.text));
        self.push(name.span, signal.map(|item| (item.file, item.span)));
    }

    fn agent(&mut self, value: &ast::Expr) {
        if let ast::ExprKind::Name(name) = &value.kind {
            let agent = self.items.agent(self.file, name);
            self.push(value.span, agent.map(|item| (item.file, item.span)));
        }
    }

    fn runbook(&mut self, name: &str, span: Span) {
        let runbook = self.items.runbook(name);
        self.push(span, runbook.map(|item| (item.file, item.span)));
    }

    fn line(&mut self, line: &ast::ScenarioLineKind) {
        use ast::{ScenarioExpect as Expect, ScenarioLineKind as Line};
        match line {
            Line::Mock { target, .. } => self.called(target),
            Line::Signal { signal, .. } => self.signal(signal),
            Line::Expect { what: Expect::Calls(names), .. } => names.iter().for_each(|name| self.called(name)),
            Line::Expect { what: Expect::Count { target, .. } | Expect::Call { target, .. }, .. } => {
                self.called(target)
            }
            Line::Expect { what: Expect::AtMostRunning { target, .. }, .. } => self.runbook(&target.text, target.span),
            _ => {}
        }
    }

    fn decl(&mut self, decl: &ast::Decl) {
        match decl {
            ast::Decl::Import(import) => import.names.iter().for_each(|name| self.imported(name)),
            ast::Decl::Workflow(workflow) => {
                for prop in workflow.props.iter().filter(|prop| prop.name.text == "runbook") {
                    if let ast::ExprKind::Name(name) = &prop.value.kind {
                        self.runbook(name, prop.value.span);
                    }
                }
            }
            ast::Decl::Scenario(scenario) if scenario.for_workflow => {
                let place = self.items.workflows.get(&scenario.target.text);
                let place = place.and_then(|place| Some((self.items.file_named(&place.file)?, place.span)));
                self.push(scenario.target.span, place);
            }
            ast::Decl::Scenario(scenario) => self.runbook(&scenario.target.text, scenario.target.span),
            // A role may be declared in several files; all of them mean the first.
            ast::Decl::Role(role) => {
                for name in &role.names {
                    let place = self.items.roles.get(&name.text).filter(|place| place.span != name.span);
                    let place = place.and_then(|place| Some((self.items.file_named(&place.file)?, place.span)));
                    self.push(name.span, place.filter(|(file, _)| *file != self.file));
                }
            }
            _ => {}
        }
    }

    fn imported(&mut self, name: &ast::Name) {
        let Some(names) = self.items.visible.get(self.file.0 as usize) else { return };
        let place = imported_place(self.items, names, &name.text);
        let place = place.or_else(|| {
            let role = self.items.roles.get(&name.text);
            role.and_then(|place| Some((self.items.file_named(&place.file)?, place.span)))
        });
        let place = place.or_else(|| self.items.runbook(&name.text).map(|item| (item.file, item.span)));
        self.push(name.span, place);
    }
}

/// What an imported word is: the first of its kinds; a word before dots is the group, or the first capability of it.
fn imported_place(items: &Items, names: &Names, word: &str) -> Option<(FileId, Span)> {
    let def = names.types.get(word).and_then(|id| items.def(*id)).map(|def| (def.file, def.span));
    let signal = || names.signals.get(word).and_then(|at| items.signals.get(*at)).map(|item| (item.file, item.span));
    let agent = || names.agents.get(word).and_then(|at| items.agents.get(*at)).map(|item| (item.file, item.span));
    let function = || names.fns.get(word).and_then(|at| items.fns.get(*at)).map(|item| (item.file, item.span));
    let group = || {
        let prefix = format!("{word}.");
        let (_, at) = names.capabilities.iter().find(|(name, _)| name.starts_with(&prefix))?;
        let item = items.capabilities.get(*at)?;
        let prefix = items.file(item.file)?.tree.decls.iter().find_map(|decl| match decl {
            ast::Decl::Capabilities(group) if group.prefix.text == word => Some(group.prefix.span),
            _ => None,
        });
        Some((item.file, prefix.unwrap_or(item.span)))
    };
    def.or_else(signal).or_else(agent).or_else(function).or_else(group)
}

/// Where a step of a runbook is declared: `["collect", "upload"]`.
pub(crate) fn block_place(items: &Items, runbook: &str, path: &[&str]) -> Option<(FileId, Span)> {
    block_at(items, runbook, path).map(|(file, block)| (file, block.name.span))
}

/// A step of a runbook.
fn block_at<'p>(items: &'p Items, runbook: &str, path: &[&str]) -> Option<(FileId, &'p ast::Block)> {
    let (file, decl) = runbook_decl(items, runbook)?;
    let mut inside: Vec<Node<'_>> = decl.body.stmts.iter().map(Node::Stmt).collect();
    let mut found = None;
    for name in path {
        let block = inside.into_iter().find_map(|node| first_block(node, name))?;
        found = Some(block);
        inside = match &block.content {
            ast::BlockContent::Step(body) => body.stmts.iter().map(Node::Stmt).collect(),
            ast::BlockContent::Clauses(clauses) => clauses.iter().map(Node::Clause).collect(),
        };
    }
    found.map(|block| (file, block))
}

/// Where a block names what a person can do, fill in or correct there: a decision, a question of a form, a document that is asked for, a field of
/// a record that is written where it is shown.
pub(crate) fn asked_place(items: &Items, runbook: &str, path: &[&str], name: &str) -> Option<(FileId, Span)> {
    let (file, block) = block_at(items, runbook, path)?;
    let own = asked_in(block, name).map(|span| (file, span));
    own.or_else(|| {
        // What a form gave is shown as it is.
        let ast::BlockContent::Clauses(clauses) = &block.content else { return None };
        let ast::ExprKind::Name(given) = clauses.iter().find_map(shown_value)? else { return None };
        let (file, block) = block_at(items, runbook, &[given])?;
        asked_in(block, name).map(|span| (file, span))
    })
}

fn asked_in(block: &ast::Block, name: &str) -> Option<Span> {
    let ast::BlockContent::Clauses(clauses) = &block.content else { return None };
    let names = clauses.iter().flat_map(|clause| match clause {
        ast::Clause::AskForm { fields, .. } => fields.iter().map(|field| &field.name).collect(),
        ast::Clause::Ask(ask) if ask.name.text == "files" => ask.props.iter().map(|prop| &prop.name).collect(),
        ast::Clause::Actions { items, .. } => items.iter().map(|item| &item.name).collect(),
        clause => match shown_value(clause) {
            Some(ast::ExprKind::Record(fields)) => fields.iter().filter_map(field_name).collect(),
            _ => Vec::new(),
        },
    });
    names.into_iter().find(|known| known.text == name).map(|known| known.span)
}

fn shown_value(clause: &ast::Clause) -> Option<&ast::ExprKind> {
    let ast::Clause::Show(shown) = clause else { return None };
    shown.props.iter().find(|prop| prop.name.text == "value").map(|prop| &prop.value.kind)
}

fn field_name(item: &ast::RecordItem) -> Option<&ast::Name> {
    match item {
        ast::RecordItem::Field { name, .. } => Some(name),
        ast::RecordItem::Spread { .. } => None,
    }
}

/// The block of a name, not inside another block.
fn first_block<'a>(node: Node<'a>, name: &str) -> Option<&'a ast::Block> {
    let mut found = None;
    visit::walk(node, &mut |node: Node<'a>| match node {
        Node::Block(block) => {
            if block.name.text == name && found.is_none() {
                found = Some(block);
            }
            false
        }
        Node::Expr(_) | Node::Template(_) => false,
        _ => found.is_none(),
    });
    found
}

/// Where a setting of a runbook is declared.
pub(crate) fn config_place(items: &Items, runbook: &str, name: &str) -> Option<(FileId, Span)> {
    let (file, decl) = runbook_decl(items, runbook)?;
    let fields = decl.body.stmts.iter().filter_map(|stmt| match stmt {
        ast::Stmt::Config(fields) => Some(&fields.fields),
        _ => None,
    });
    fields.flatten().find(|field| field.name.text == name).map(|field| (file, field.name.span))
}

fn runbook_decl<'p>(items: &'p Items, name: &str) -> Option<(FileId, &'p ast::RunbookDecl)> {
    let item = items.runbook(name)?;
    let decl = items.file(item.file)?.tree.decls.iter().find_map(|decl| match decl {
        ast::Decl::Runbook(decl) | ast::Decl::ExternRunbook(decl) if decl.name.span == item.span => Some(decl),
        _ => None,
    });
    decl.map(|decl| (item.file, decl))
}
