//! What is not written but known: inferred types, and when something is due.

use std::collections::BTreeMap;

use ntro_compiler::index::visit::{self, Node};
use ntro_grammar::ast;

use crate::{Analysis, Cancellable, Span};

/// What a hint says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum HintKind {
    Type,
    Due,
}

/// Words shown between the letters of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlayHint {
    /// Before which byte.
    pub offset: u32,
    /// What is shown: `: list<Row>`, `due after 3d`. Blanks around it are the editor's.
    pub label: String,
    /// What it says.
    pub kind: HintKind,
    /// More about it, as Markdown; mostly empty.
    pub tooltip: String,
}

impl Analysis {
    /// The hints inside a range.
    pub fn inlay_hints(&self, path: &str, range: Span) -> Cancellable<Vec<InlayHint>> {
        let Some(file) = self.file(path) else { return Ok(Vec::new()) };
        let facts = self.facts(path)?;
        let mut hints = Hints { types: &facts.types, range, all: Vec::new() };
        for decl in &file.tree().decls {
            visit::walk(Node::Decl(decl), &mut hints);
        }
        hints.all.sort_by_key(|hint| hint.offset);
        Ok(hints.all)
    }
}

struct Hints<'f> {
    types: &'f BTreeMap<Span, String>,
    range: Span,
    all: Vec<InlayHint>,
}

impl<'a> visit::Visitor<'a> for Hints<'_> {
    fn enter(&mut self, node: Node<'a>) -> bool {
        if node.span().is_some_and(|span| span.end < self.range.start || self.range.end < span.start) {
            return false;
        }
        match node {
            Node::Stmt(ast::Stmt::Let(x) | ast::Stmt::Var(x)) if x.ty.is_none() => self.ty(x.name.span),
            Node::Stmt(ast::Stmt::For(x)) => self.ty(x.name.span),
            Node::Clause(ast::Clause::Fan { name, .. }) => self.ty(name.span),
            Node::Expr(ast::Expr { kind: ast::ExprKind::Lambda { params, .. }, .. }) => {
                params.iter().for_each(|param| self.ty(param.span));
            }
            Node::Block(block) if !block.name.is_missing() => {
                self.yields(block);
            }
            Node::Within(within) => self.due(within),
            _ => {}
        }
        true
    }
}

impl Hints<'_> {
    fn push(&mut self, offset: u32, label: String, kind: HintKind, tooltip: &str) {
        if self.range.start <= offset && offset <= self.range.end {
            self.all.push(InlayHint { offset, label, kind, tooltip: tooltip.to_owned() });
        }
    }

    fn ty(&mut self, name: Span) {
        if let Some(ty) = self.types.get(&name) {
            self.push(name.end, format!(": {ty}"), HintKind::Type, "");
        }
    }

    /// What a block yields, where its type has a name that is worth knowing.
    fn yields(&mut self, block: &ast::Block) {
        let Some(ty) = self.types.get(&block.name.span) else { return };
        // The type of a gate is the same for all gates, and too long to stand in a line.
        if !ty.starts_with('{') && !ty.starts_with("one of") {
            self.push(block.head_span.end, format!("→ {ty}"), HintKind::Type, "What this block yields.");
        }
    }

    /// After an escalation, how long it has been since the beginning.
    fn due(&mut self, within: &ast::Within) {
        let mut total = match duration(&within.limit) {
            Some(ms) => ms,
            None => return,
        };
        let mut next = within.otherwise.as_deref();
        while let Some(ast::Outcome { kind: ast::OutcomeKind::Escalate { within: Some(more), .. }, .. }) = next {
            let Some(ms) = duration(&more.limit) else { return };
            total = total.saturating_add(ms);
            if let ast::Limit::Expr(limit) = &more.limit {
                let label = format!("due after {} in all", spoken(total));
                self.push(limit.span.end, label, HintKind::Due, "From the moment that this is opened.");
            }
            next = more.otherwise.as_deref();
        }
    }
}

fn duration(limit: &ast::Limit) -> Option<i64> {
    match limit {
        ast::Limit::Expr(ast::Expr { kind: ast::ExprKind::Duration(text), .. }) => {
            ntro_ir::display::parse_duration(text)
        }
        _ => None,
    }
}

/// `2d 3h`
fn spoken(ms: i64) -> String {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let mut rest = ms;
    let mut out = Vec::new();
    for (unit, size) in units {
        if rest >= size {
            out.push(format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    if out.is_empty() { format!("{ms}ms") } else { out.join(" ") }
}
