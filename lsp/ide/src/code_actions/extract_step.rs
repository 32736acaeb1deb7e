//! `let x = run f(…)` inside a step becomes a step of its own above it: its value is then shown, retried and read by its name.

use ntro_compiler::index::visit::{self, Node};
use ntro_grammar::ast::{Block, BlockContent, Decl, Let, Rhs, Stmt};

use super::{ActionKind, At, CodeAction};
use crate::{Cancellable, Span};

pub(super) fn offer(at: &At<'_>, all: &mut Vec<CodeAction>) -> Cancellable<()> {
    let Some(Decl::Runbook(decl)) = at.file.tree().decls.iter().find(|decl| at.is_in(visit::decl_span(decl))) else {
        return Ok(());
    };
    let mut found: Option<(Span, Span, Span, String)> = None;
    visit::walk(Node::Body(&decl.body), &mut |node: Node<'_>| {
        if let Node::Block(block) = node
            && let Some((line, call)) = extractable(at, block)
        {
            found = Some((block.span, line.span, call, line.name.text.clone()));
        }
        found.is_none()
    });
    let Some((block, line, call, name)) = found else { return Ok(()) };
    let indent = at.indent(block.start);
    let title = title(&name);
    let new = format!(
        "step {name} \"{title}\" {{\n{indent}  {}\n{indent}}}\n\n{indent}",
        at.file.at(call).replace('\n', &format!("\n{indent}"))
    );
    // The line goes with its blanks and its line break.
    let start = at.line_start(line.start);
    let rest = at.file.text.get(line.end as usize..).unwrap_or_default();
    let end = line.end + u32::try_from(rest.find('\n').map_or(0, |at| at + 1)).unwrap_or(0);
    let edits = vec![at.edit(Span::new(block.start, block.start), new), at.edit(Span::new(start, end), "")];
    if at.analysis.broken_by(&edits)?.is_some() {
        return Ok(());
    }
    all.push(CodeAction {
        title: format!("Extract `{name}` into a step of its own"),
        kind: ActionKind::Extract,
        diagnostic: None,
        edits,
        preferred: false,
        rename_at: Some(block.start + 5),
    });
    Ok(())
}

/// The `let` of a step at the cursor that holds what a capability gives, alone on its lines.
fn extractable<'a>(at: &At<'_>, block: &'a Block) -> Option<(&'a Let, Span)> {
    let BlockContent::Step(body) = &block.content else { return None };
    let line = body.stmts.iter().find_map(|stmt| match stmt {
        Stmt::Let(line) if at.is_in(line.span) => Some(line),
        _ => None,
    })?;
    let Rhs::Run(run) = &line.value else { return None };
    let start = at.line_start(line.span.start);
    let alone = at.file.at(Span::new(start, line.span.start)).trim().is_empty();
    let rest = at.file.text.get(line.span.end as usize..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    (alone && rest.trim().is_empty() && line.ty.is_none()).then_some((line, run.span))
}

/// `bank_details` as a title: `Bank details`.
fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
