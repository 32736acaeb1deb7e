//! Actions that people are offered and after which the run goes on as if they had approved.

use std::collections::BTreeSet;

use ntro_grammar::{Span, ast};

use super::words;
use crate::diagnostic::Diagnostic;
use crate::index::visit::{Node, walk};
use crate::items::Items;

const CODE: &str = "N0445";

/// What always means something.
const BUILT_IN: [&str; 2] = ["approve", "reject"];

/// By what a runbook looks at what was decided.
const DECISION: &str = "decision";

/// Reports actions of a gate of which neither the gate nor anything in its runbook says what follows.
pub(super) fn report(items: &Items, diagnostics: &mut Vec<Diagnostic>) {
    for (id, decl) in super::declarations(items) {
        let (ast::Decl::Runbook(runbook), Some(file)) = (decl, items.file(id)) else { continue };
        let of = |span: Span| file.text.get(span.start as usize..span.end as usize).unwrap_or("");
        // Nearly no runbook names actions, and its tree need not be gone through.
        if !of(runbook.span).contains("actions") {
            continue;
        }
        let mut found: Vec<&ast::Name> = Vec::new();
        walk(Node::Decl(decl), &mut |node| {
            if let Node::Block(block) = node {
                found.extend(unsaid(block));
            }
            !matches!(node, Node::Expr(_))
        });
        if found.is_empty() || looks_at_decisions(&file.text, &file.tree.comments, runbook.span) {
            continue;
        }
        for name in found {
            let word = &name.text;
            let message = format!("Nothing says what follows `{word}`: the run goes on as after an approval.");
            let help = format!(
                "Say it in this block: `on {word} fail \"…\"` or `on {word} {{ … }}`. Or look afterwards at what was decided: `match NAME.decision {{ … }}`."
            );
            diagnostics.push(Diagnostic::error(CODE, items.place(id, name.span), message, "and then?", help).warning());
        }
    }
}

/// The actions of a gate about which it says nothing.
fn unsaid(block: &ast::Block) -> Vec<&ast::Name> {
    let ast::BlockContent::Clauses(clauses) = &block.content else { return Vec::new() };
    let said: BTreeSet<&str> = clauses
        .iter()
        .filter_map(|clause| match clause {
            ast::Clause::OnAction { name, .. } => Some(name.text.as_str()),
            _ => None,
        })
        .collect();
    let offered = clauses.iter().filter_map(|clause| match clause {
        ast::Clause::Actions { items, .. } => Some(items),
        _ => None,
    });
    let names = offered.flatten().map(|action| &action.name);
    names
        .filter(|name| {
            !name.is_missing() && !BUILT_IN.contains(&name.text.as_str()) && !said.contains(name.text.as_str())
        })
        .collect()
}

/// Whether a runbook asks anywhere what was decided.
fn looks_at_decisions(text: &str, comments: &[ast::Comment], runbook: Span) -> bool {
    let Some(text) = text.get(..runbook.end as usize) else { return true };
    let inside = comments.iter().map(|comment| comment.span).filter(|span| runbook.start <= span.start);
    let left_out = inside.take_while(|span| span.end <= runbook.end).chain([Span::new(0, runbook.start)]);
    let mut found = BTreeSet::new();
    words::mentioned(text, left_out.collect(), &BTreeSet::from([DECISION]), &mut found);
    !found.is_empty()
}
