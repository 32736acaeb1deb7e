//! Words that lead to another file.

use ntro_compiler::index::imported_path;
use ntro_compiler::index::visit::{self, Node};
use ntro_grammar::ast;

use crate::{Analysis, Cancellable, Span};

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLink {
    /// The text that can be pressed, quotes left out.
    pub span: Span,
    /// The path of the file, relative to the project's folder; it need not be an `.ntro` file.
    pub target: String,
}

impl Analysis {
    /// The links of a file: the paths of imports, and samples.
    pub fn document_links(&self, path: &str) -> Cancellable<Vec<DocumentLink>> {
        self.go_on()?;
        let Some(file) = self.file(path) else { return Ok(Vec::new()) };
        let mut links = Vec::new();
        for decl in &file.tree().decls {
            if let ast::Decl::Import(import) = decl
                && let Some(target) = imported_path(path, &import.path.text)
                && self.files.contains_key(&target)
            {
                links.push(DocumentLink { span: unquoted(file.at(import.path.span), import.path.span), target });
            }
        }
        for decl in file.tree().decls.iter().filter(|decl| matches!(decl, ast::Decl::Scenario(_))) {
            visit::walk(Node::Decl(decl), &mut |node: Node<'_>| {
                if let Node::Expr(expr) = node
                    && let Some((span, written)) = sample(expr)
                {
                    let there = |path: &String| self.others.as_ref().is_some_and(|others| others.contains(path));
                    let target = [written.clone(), format!("inputs/{written}")].into_iter().find(there);
                    let target = target.or_else(|| self.others.is_none().then_some(written));
                    links.extend(target.map(|target| DocumentLink { span, target }));
                }
                true
            });
        }
        Ok(links)
    }
}

/// `sample("rent-roll.pdf")`: the text, quotes left out, and the file.
fn sample(expr: &ast::Expr) -> Option<(Span, String)> {
    let ast::ExprKind::Call { callee, args } = &expr.kind else { return None };
    let (ast::ExprKind::Name(name), [arg]) = (&callee.kind, args.as_slice()) else { return None };
    let ast::ExprKind::Text(text) = &arg.value.kind else { return None };
    let target = text.plain().filter(|path| name == "sample" && !path.is_empty())?;
    Some((Span::new(arg.value.span.start + 1, arg.value.span.end.saturating_sub(1)), target))
}

/// A span without the quotes at its ends.
fn unquoted(text: &str, span: Span) -> Span {
    let quoted = text.len() >= 2 && text.starts_with(['"', '\'']);
    if quoted { Span::new(span.start + 1, span.end - 1) } else { span }
}
