//! What words mean that only their place explains: properties and their values, components, icons, the types of the language, events.

use ntro_compiler::index::visit::{self, Node, Visitor};
use ntro_compiler::index::{ComponentDoc, components};
use ntro_grammar::ast;

use crate::analysis::File;
use crate::completion::FORMATS;
use crate::hover::Hover;
use crate::words::{self, Owner};
use crate::{Span, lex, schedule};

/// What a place says of the word there.
pub(crate) enum Written {
    /// What it means.
    Means(Hover),
    /// It is a name that its author chose, though the language may have such a word: the field of a record with this value.
    Own(Span, Option<Span>),
    /// Nothing: it may be a word of the language.
    Nothing,
}

/// What the word at an offset means by where it stands.
pub(crate) fn written(file: &File, offset: u32) -> Written {
    let Some(decl) = file.tree().decls.iter().find(|decl| holds(visit::decl_span(decl), offset)) else {
        return Written::Nothing;
    };
    let mut find =
        Find { at: offset, file, owner: owner(decl), verb: "show", component: None, found: Written::Nothing };
    visit::walk(Node::Decl(decl), &mut find);
    find.found
}

/// Whether an offset lies in a scenario, where some words mean something else.
pub(crate) fn in_scenario(file: &File, offset: u32) -> bool {
    let decls = &file.tree().decls;
    decls.iter().any(|decl| matches!(decl, ast::Decl::Scenario(_)) && holds(visit::decl_span(decl), offset))
}

fn owner(decl: &ast::Decl) -> Option<Owner> {
    match decl {
        ast::Decl::Runbook(_) | ast::Decl::ExternRunbook(_) => Some(Owner::Runbook),
        ast::Decl::Capability(_) | ast::Decl::Capabilities(_) => Some(Owner::Capability),
        ast::Decl::Agent(_) => Some(Owner::Agent),
        ast::Decl::Workflow(_) => Some(Owner::Workflow),
        _ => None,
    }
}

struct Find<'f> {
    at: u32,
    file: &'f File,
    /// Whose properties stand here.
    owner: Option<Owner>,
    /// `show` or `ask`: what is around.
    verb: &'static str,
    /// The component around.
    component: Option<ComponentDoc>,
    found: Written,
}

impl<'a> Visitor<'a> for Find<'_> {
    fn enter(&mut self, node: Node<'a>) -> bool {
        let is_tag = matches!(node, Node::TemplatePart(ast::TemplatePart::For { .. } | ast::TemplatePart::If { .. }));
        if !is_tag && node.span().is_some_and(|span| !holds(span, self.at)) {
            return false;
        }
        match node {
            Node::Block(_) => self.owner = None,
            Node::Clause(clause) => self.clause(clause),
            Node::Component(x) => self.component(x),
            Node::Prop(x) => self.prop(x),
            Node::Type(ty) => self.ty(ty),
            Node::RecordItem(ast::RecordItem::Field { name, value, .. }) if holds(name.span, self.at) => {
                match words::property(Owner::Retry, &name.text).filter(|_| self.owner == Some(Owner::Retry)) {
                    Some(text) => self.means(name.span, text),
                    None => self.found = Written::Own(name.span, value.as_ref().map(|value| value.span)),
                }
            }
            Node::Arg(ast::Arg { name: Some(name), value, .. }) if holds(name.span, self.at) => {
                self.found = Written::Own(name.span, Some(value.span));
            }
            Node::Stmt(ast::Stmt::Emit { name, .. }) if holds(name.span, self.at) => {
                let text = format!(
                    "```ntro\nemit {}\n```\n\nThe name of the event: a name of your own, by which other systems know what happened.",
                    name.text
                );
                self.means(name.span, text);
            }
            Node::Expr(ast::Expr { kind: ast::ExprKind::Money { currency, .. }, span }) => {
                let doc = format!("{}.", words::currency(currency));
                self.means(*span, words::explained(&format!("money<{currency}>"), &doc));
            }
            Node::Stmt(ast::Stmt::Feedback(x)) => self.feedback(x.span),
            Node::Action(x) if holds(x.name.span, self.at) => self.action(&x.name),
            _ => {}
        }
        true
    }
}

impl Find<'_> {
    fn means(&mut self, span: Span, markdown: impl Into<String>) {
        self.found = Written::Means(Hover { span, markdown: markdown.into() });
    }

    fn clause(&mut self, clause: &ast::Clause) {
        let word = lex::word_at(&self.file.text, self.at);
        match clause {
            ast::Clause::Show(_) => self.verb = "show",
            ast::Clause::Ask(x) => {
                self.verb = "ask";
                if x.name.text == "files" && holds(x.name.span, self.at) {
                    let doc = "Asks for several documents, each under a name of its own; the client names them by the text behind it.";
                    self.means(x.name.span, words::explained("ask files { bank_form: \"bank-details\" }", doc));
                }
            }
            ast::Clause::AskForm { .. } if self.file.at(word) == "form" => {
                let doc =
                    "Asks questions: each field has a type and a question. The answers are what the `await` yields.";
                self.means(word, words::explained("ask form { reason: text \"Why did it move?\" }", doc));
            }
            ast::Clause::OnEdit { name, .. } if holds(name.span, self.at) => {
                let (form, doc) = match name.text.as_str() {
                    "reject_row" => (
                        "on reject_row (row) => { ...row, status: dropped }",
                        "What a row becomes that a person rejects; the row stays. Without it the row goes into `removed`.",
                    ),
                    _ => (
                        "on edit (row) => { ...row, status: pending }",
                        "What a row becomes when a person has changed it.",
                    ),
                };
                self.means(name.span, words::explained(form, doc));
            }
            ast::Clause::Feedback(x) => self.feedback(x.span),
            _ => {}
        }
    }

    /// `feedback error "…"`: how it is shown.
    fn feedback(&mut self, whole: Span) {
        let word = lex::word_at(&self.file.text, self.at);
        let between = self.file.at(Span::new(whole.start, word.start));
        if between.trim() != "feedback" {
            return;
        }
        match self.file.at(word) {
            "info" => self.means(word, "The message tells something."),
            "warning" => self.means(word, "The message warns."),
            "error" => self.means(word, "The message says what is wrong with what was given."),
            _ => {}
        }
    }

    fn action(&mut self, name: &ast::Name) {
        match name.text.as_str() {
            "approve" => self.means(name.span, "The button that lets the run go on: `decision` is `approved`."),
            "reject" => self.means(
                name.span,
                "The button that rejects: `decision` is `rejected`, and `on reject` says what follows.",
            ),
            "edit" => self.means(name.span, "Lets people change what is shown."),
            _ => {}
        }
    }

    fn component(&mut self, x: &ast::Component) {
        let is_it = |doc: &ComponentDoc| doc.verb == self.verb && doc.name == x.name.text;
        self.component = components().into_iter().find(is_it);
        if let Some(doc) = self.component.as_ref().filter(|_| holds(x.name.span, self.at)) {
            let text = component(doc);
            self.means(x.name.span, text);
        }
    }

    fn prop(&mut self, x: &ast::Prop) {
        let name = x.name.text.as_str();
        if holds(x.name.span, self.at) {
            let props = self.component.iter().flat_map(|doc| &doc.props);
            let of_component = props.clone().find(|(known, ..)| *known == name).map(property);
            let own = || self.owner.and_then(|owner| words::property(owner, name));
            match of_component.or_else(own) {
                Some(text) => self.means(x.name.span, text),
                // A document of `ask files`.
                None if self.component.is_none() && self.verb == "ask" => {
                    self.found = Written::Own(x.name.span, Some(x.value.span));
                }
                None => {}
            }
            return;
        }
        if name == "retry" && self.owner == Some(Owner::Capability) {
            self.owner = Some(Owner::Retry);
        }
        let word = lex::word_at(&self.file.text, self.at);
        let text = self.file.at(word);
        match (&x.value.kind, name) {
            (ast::ExprKind::Name(icon), "icon") => self.means(x.value.span, format!("The icon `{icon}` of Lucide.")),
            (ast::ExprKind::List(_), "accept") => {
                let known = FORMATS.iter().find(|(kind, _)| *kind == text);
                let what = known.map_or("", |(_, what)| *what);
                let what = if what.is_empty() { String::new() } else { format!(": {what}") };
                self.means(word, format!("Files that end in `.{text}`{what}."));
            }
            (ast::ExprKind::Text(written), "schedule") if self.owner == Some(Owner::Workflow) => {
                if let Some(said) = written.plain().as_deref().and_then(schedule::said) {
                    self.means(x.value.span, said);
                }
            }
            (ast::ExprKind::Name(_) | ast::ExprKind::List(_), "key" | "columns" | "editable")
                if self.component.is_some() =>
            {
                self.means(word, words::explained(text, "A field of what is shown."));
            }
            (ast::ExprKind::Name(_), _) => {
                if let Some(doc) = words::choice(name, text) {
                    self.means(word, doc);
                }
            }
            _ => {}
        }
    }

    fn ty(&mut self, ty: &ast::TypeExpr) {
        let ast::TypeKind::Named { name, args } = &ty.kind else { return };
        for arg in args {
            if let ast::TypeKind::Named { name: code, .. } = &arg.kind
                && name.text == "money"
                && holds(code.span, self.at)
            {
                self.means(
                    code.span,
                    format!("{}: the amounts are of this currency alone.", words::currency(&code.text)),
                );
                return;
            }
        }
        let known = words::TYPES.iter().find(|(known, _)| *known == name.text);
        if let Some((known, doc)) = known.filter(|_| holds(name.span, self.at)) {
            self.means(name.span, words::explained(known, doc));
        }
    }
}

fn component(doc: &ComponentDoc) -> String {
    let mut out = format!("```ntro\n{} {}\n```\n", doc.verb, doc.name);
    for (name, form, required) in &doc.props {
        let what = words::shown(name).map_or_else(|| (*form).to_owned(), str::to_owned);
        out.push_str(&format!("\n- `{name}`: {what}{}", if *required { " Must be there." } else { "" }));
    }
    out
}

fn property((name, form, required): &(&str, &str, bool)) -> String {
    let what = words::shown(name).map_or_else(String::new, |what| format!("\n\n{what}"));
    format!("```ntro\n{name}: {form}\n```{what}{}", if *required { "\n\nMust be there." } else { "" })
}

fn holds(span: Span, at: u32) -> bool {
    span.start <= at && at <= span.end
}
