//! A record without a type gets one, declared before the runbook.

use ntro_compiler::index::visit::{self, Node};
use ntro_grammar::ast::{ExprKind, Rhs, Stmt};

use super::{ActionKind, At, CodeAction};
use crate::{Cancellable, Span};

pub(super) fn offer(at: &At<'_>, all: &mut Vec<CodeAction>) -> Cancellable<()> {
    let Some(decl) = at.file.tree().decls.iter().find(|decl| at.is_in(visit::decl_span(decl))) else {
        return Ok(());
    };
    let mut found: Option<(Span, String)> = None;
    visit::walk(Node::Decl(decl), &mut |node: Node<'_>| {
        if let Node::Stmt(Stmt::Let(line) | Stmt::Var(line)) = node
            && let Rhs::Expr(value) = &line.value
            && line.ty.is_none()
            && at.is_in(line.span)
            && matches!(value.kind, ExprKind::Record(_) | ExprKind::List(_))
        {
            found = Some((line.name.span, line.name.text.clone()));
        }
        found.is_none()
    });
    let Some((span, name)) = found else { return Ok(()) };
    let facts = at.analysis.facts(at.path)?;
    let Some(ty) = facts.types.get(&span) else { return Ok(()) };
    let (fields, list) = match ty.strip_prefix("list<").and_then(|ty| ty.strip_suffix('>')) {
        Some(of) => (of, true),
        None => (ty.as_str(), false),
    };
    let Some(fields) = fields.strip_prefix("{ ").and_then(|fields| fields.strip_suffix(" }")) else { return Ok(()) };
    // A type that is too long to be shown, or holds another record, is not written from what is shown.
    if fields.contains(['…', '{']) || fields.contains("none") {
        return Ok(());
    }
    let type_name = pascal(&name);
    let before = declaration_start(at, visit::decl_span(decl));
    let lines: Vec<String> = split(fields).iter().map(|field| format!("  {field}\n")).collect();
    let declared = format!("type {type_name} {{\n{}}}\n\n", lines.concat());
    let written = if list { format!(": list<{type_name}>") } else { format!(": {type_name}") };
    let edits = vec![at.edit(Span::new(before, before), declared), at.edit(span.after(), written)];
    if at.analysis.broken_by(&edits)?.is_some() {
        return Ok(());
    }
    all.push(CodeAction {
        title: format!("Extract the type `{type_name}`"),
        kind: ActionKind::Extract,
        diagnostic: None,
        edits,
        preferred: false,
        rename_at: Some(before + 5),
    });
    Ok(())
}

/// Where a declaration begins, its comments included.
fn declaration_start(at: &At<'_>, decl: Span) -> u32 {
    let mut start = at.line_start(decl.start);
    for comment in at.file.tree().comments.iter().rev().filter(|comment| comment.span.end <= decl.start) {
        let between = at.file.at(Span::new(comment.span.end, start));
        if !between.trim().is_empty() || between.matches('\n').count() > 1 {
            break;
        }
        start = at.line_start(comment.span.start);
    }
    start
}

/// `a: int, b: map<text>` at the commas between fields.
fn split(fields: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, c) in fields.char_indices() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(fields.get(start..at).unwrap_or_default().trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(fields.get(start..).unwrap_or_default().trim());
    parts
}

/// `bank_details` as the name of a type: `BankDetails`.
fn pascal(name: &str) -> String {
    let part = |part: &str| {
        let mut letters = part.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect::<String>())
    };
    name.split('_').map(part).collect()
}
