//! What a file declares, bodies included: each name with what it is, read off the tree alone.

use ntro_compiler::index::visit::{self, Node, Visitor};
use ntro_grammar::ast::{self, Decl, Name, Stmt};

use crate::{Span, SymbolKind};

/// A declared name.
#[derive(Debug, Clone)]
pub(crate) struct Declared {
    /// What it is called.
    pub(crate) name: String,
    /// Where its name stands.
    pub(crate) span: Span,
    /// The whole declaration.
    pub(crate) whole: Span,
    /// What it is.
    pub(crate) kind: SymbolKind,
    /// Its documentation.
    pub(crate) doc: String,
    /// Its first line as it is written, without the brace: `step parsed "Parse document"`.
    pub(crate) head: String,
    /// In what it is declared: `LineItem` for a field of it.
    pub(crate) container: String,
    /// Whether it belongs to a body only: a variable, the name of an element.
    pub(crate) local: bool,
}

/// All of them, in the order of the text.
pub(crate) fn of(text: &str, tree: &ast::File) -> Vec<Declared> {
    let mut collect = Collect { text, all: Vec::new(), outer: Vec::new() };
    for decl in &tree.decls {
        visit::walk(Node::Decl(decl), &mut collect);
    }
    collect.all.sort_by_key(|declared| declared.span);
    collect.all
}

struct Collect<'t> {
    text: &'t str,
    all: Vec<Declared>,
    outer: Vec<String>,
}

impl<'a> Visitor<'a> for Collect<'_> {
    fn enter(&mut self, node: Node<'a>) -> bool {
        match node {
            Node::Decl(decl) => self.decl(decl),
            Node::Block(block) => {
                self.push(&block.name, block.span, block_kind(block.kind), &block.doc, block.head_span);
                self.outer.push(block.name.text.clone());
            }
            Node::Stmt(stmt) => self.stmt(stmt),
            Node::Clause(clause) => self.clause(clause),
            Node::Check(check) => self.push(&check.name, check.span, SymbolKind::Step, "", check.span),
            // What every gate offers is a word of the language.
            Node::Action(action) if matches!(action.name.text.as_str(), "approve" | "reject" | "edit") => {}
            Node::Action(action) => self.push(&action.name, action.span, SymbolKind::EnumValue, "", action.span),
            Node::SignalRef(signal) => {
                signal.binding.iter().for_each(|name| self.local(name, signal.span));
            }
            Node::OnFailure(failure) => failure.binding.iter().for_each(|name| self.local(name, failure.span)),
            Node::Arm(arm) => {
                if let ast::PatternKind::Name { binding: Some(name), .. } = &arm.pattern.kind {
                    self.local(name, arm.pattern.span);
                }
            }
            Node::Expr(ast::Expr { kind: ast::ExprKind::Lambda { params, .. }, span }) => {
                params.iter().for_each(|name| self.local(name, *span));
            }
            Node::TemplatePart(ast::TemplatePart::For { name, span, .. }) => self.local(name, *span),
            _ => {}
        }
        true
    }

    fn leave(&mut self, node: Node<'a>) {
        let named = matches!(node, Node::Decl(_) | Node::Block(_));
        if named {
            self.outer.pop();
        }
    }
}

impl Collect<'_> {
    fn push(&mut self, name: &Name, whole: Span, kind: SymbolKind, doc: &str, head: Span) {
        if name.is_missing() {
            return;
        }
        let written = self.text.get(head.start as usize..head.end as usize).unwrap_or_default();
        let line = written.lines().next().unwrap_or_default().trim_end().trim_end_matches('{').trim_end();
        self.all.push(Declared {
            name: name.text.clone(),
            span: name.span,
            whole,
            kind,
            doc: doc.to_owned(),
            head: line.to_owned(),
            container: self.outer.join("."),
            local: false,
        });
    }

    fn local(&mut self, name: &Name, whole: Span) {
        self.push(name, whole, SymbolKind::Variable, "", name.span);
        if let Some(last) = self.all.last_mut().filter(|last| last.span == name.span) {
            last.local = true;
        }
    }

    fn fields(&mut self, fields: &[ast::Field], kind: SymbolKind) {
        for field in fields {
            self.push(&field.name, field.span, kind, &field.doc, field.span);
        }
    }

    fn decl(&mut self, decl: &Decl) {
        let span = visit::decl_span(decl);
        match decl {
            Decl::Import(_) => {}
            Decl::Role(x) => x.names.iter().for_each(|name| self.push(name, span, SymbolKind::Role, &x.doc, span)),
            Decl::Type(x) => self.push(&x.name, span, SymbolKind::Type, &x.doc, span),
            Decl::Enum(x) => self.push(&x.name, span, SymbolKind::Enum, &x.doc, span),
            Decl::Signal(x) => self.push(&x.name, span, SymbolKind::Signal, &x.doc, span),
            Decl::Capability(x) => self.push(&x.name, span, SymbolKind::Capability, &x.doc, span),
            Decl::Capabilities(x) => self.push(&x.prefix, span, SymbolKind::Capability, &x.doc, span),
            Decl::Agent(x) => self.push(&x.name, span, SymbolKind::Agent, &x.doc, span),
            Decl::Runbook(x) | Decl::ExternRunbook(x) => {
                self.push(&x.name, span, SymbolKind::Runbook, &x.doc, span);
            }
            Decl::Workflow(x) => self.push(&x.name, span, SymbolKind::Workflow, &x.doc, span),
            Decl::Scenario(x) => self.push(&x.title, span, SymbolKind::Scenario, "", span),
            Decl::Fn(x) => self.push(&x.name, span, SymbolKind::Function, &x.doc, span),
        }
        self.outer.push(visit::decl_name(decl).map_or_else(String::new, |name| name.text.clone()));
        match decl {
            Decl::Type(x) => self.fields(&x.fields, SymbolKind::Field),
            Decl::Enum(x) => {
                for (name, doc) in &x.values {
                    self.push(name, name.span, SymbolKind::EnumValue, doc, name.span);
                }
            }
            Decl::Signal(ast::SignalDecl { payload: ast::SignalPayload::Fields(fields), .. }) => {
                self.fields(fields, SymbolKind::Field);
            }
            Decl::Capability(x) => self.fields(&x.params, SymbolKind::Parameter),
            Decl::Capabilities(x) => {
                for item in &x.items {
                    self.push(&item.name, item.span, SymbolKind::Capability, &item.doc, item.span);
                    self.fields(&item.params, SymbolKind::Parameter);
                }
            }
            Decl::Fn(x) => self.fields(&x.params, SymbolKind::Parameter),
            _ => {}
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Input(x) => self.fields(&x.fields, SymbolKind::Input),
            Stmt::Config(x) => self.fields(&x.fields, SymbolKind::Config),
            Stmt::Let(x) | Stmt::Var(x) => {
                self.push(&x.name, x.span, SymbolKind::Variable, &x.doc, x.span);
                if let Some(last) = self.all.last_mut().filter(|last| last.span == x.name.span) {
                    last.local = true;
                }
            }
            Stmt::For(x) => self.local(&x.name, x.head_span),
            _ => {}
        }
    }

    fn clause(&mut self, clause: &ast::Clause) {
        match clause {
            ast::Clause::AskForm { fields, .. } => self.fields(fields, SymbolKind::Field),
            ast::Clause::Ask(ask) if ask.name.text == "files" => {
                for prop in &ask.props {
                    self.push(&prop.name, prop.span, SymbolKind::Field, &prop.doc, prop.span);
                }
            }
            ast::Clause::Fan { name, span, .. } => self.local(name, *span),
            ast::Clause::OnEdit { binding, span, .. } => binding.iter().for_each(|name| self.local(name, *span)),
            _ => {}
        }
    }
}

/// What a block is in an outline.
pub(crate) fn block_kind(kind: ast::BlockKind) -> SymbolKind {
    match kind {
        ast::BlockKind::Step => SymbolKind::Step,
        ast::BlockKind::Approve => SymbolKind::Approve,
        ast::BlockKind::Await => SymbolKind::Await,
        ast::BlockKind::Child => SymbolKind::Child,
        ast::BlockKind::Agent => SymbolKind::Agent,
    }
}
