//! A limit for an `await` or `approve` that may wait for ever.

use ntro_compiler::index::visit::{self, Node};
use ntro_grammar::ast::{Block, BlockContent, BlockKind, Clause};

use super::{ActionKind, At, CodeAction};
use crate::Cancellable;

/// What says that a limit is missing.
const CODE: &str = "N0501";

pub(super) fn offer(at: &At<'_>, all: &mut Vec<CodeAction>) -> Cancellable<()> {
    let found = at.analysis.diagnostics(at.path)?;
    for decl in &at.file.tree().decls {
        visit::walk(Node::Decl(decl), &mut |node: Node<'_>| {
            if let Node::Block(block) = node
                && wants_limit(block)
                && at.is_in(block.head_span)
            {
                let title = block.title.as_ref().and_then(|title| title.plain());
                let what = title.unwrap_or_else(|| block.name.text.clone());
                let why = if block.kind == BlockKind::Approve { "Nobody decided" } else { "Nothing came" };
                let line = format!("within 24h else fail \"{why}: {what}.\"");
                let diagnostic =
                    found.iter().find(|found| found.code == CODE && found.place.span == block.name.span).cloned();
                if let Some(edit) = at.at_end_of(block.body_span, &line) {
                    let title = "Add a limit of 24 hours".to_owned();
                    let preferred = diagnostic.is_some();
                    let kind = if preferred { ActionKind::QuickFix } else { ActionKind::Rewrite };
                    all.push(CodeAction { title, kind, diagnostic, edits: vec![edit], preferred, rename_at: None });
                }
            }
            true
        });
    }
    Ok(())
}

fn wants_limit(block: &Block) -> bool {
    let BlockContent::Clauses(clauses) = &block.content else { return false };
    let waits = matches!(block.kind, BlockKind::Approve | BlockKind::Await);
    waits && block.within.is_none() && !clauses.iter().any(|clause| matches!(clause, Clause::Within(_)))
}
