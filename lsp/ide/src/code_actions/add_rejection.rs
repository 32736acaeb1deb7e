//! What a rejection means, for an `approve` that can be rejected and says nothing of it.

use ntro_compiler::index::visit::{self, Node};
use ntro_grammar::ast::BlockKind;

use super::{ActionKind, At, CodeAction};
use crate::Cancellable;

/// What says that a rejection means nothing yet.
const CODE: &str = "N0403";

pub(super) fn offer(at: &At<'_>, all: &mut Vec<CodeAction>) -> Cancellable<()> {
    let found = at.analysis.diagnostics(at.path)?;
    let told: Vec<_> = found.iter().filter(|found| found.code == CODE && at.touches(found.place.span)).collect();
    for decl in at.file.tree().decls.iter().filter(|_| !told.is_empty()) {
        visit::walk(Node::Decl(decl), &mut |node: Node<'_>| {
            if let Node::Block(block) = node
                && block.kind == BlockKind::Approve
                && let Some(diagnostic) = told
                    .iter()
                    .find(|told| block.span.start <= told.place.span.start && told.place.span.end <= block.span.end)
            {
                let line = format!("on reject fail \"Rejected: {{{{ {}.comment }}}}\"", block.name.text);
                all.extend(at.at_end_of(block.body_span, &line).map(|edit| CodeAction {
                    title: "End the run when it is rejected".to_owned(),
                    kind: ActionKind::QuickFix,
                    diagnostic: Some((*diagnostic).clone()),
                    edits: vec![edit],
                    preferred: false,
                    rename_at: None,
                }));
            }
            true
        });
    }
    Ok(())
}
