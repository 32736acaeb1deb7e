//! The cases that a `match` does not look at yet.

use ntro_compiler::index::visit::{self, Node};
use ntro_compiler::index::{Ask, MARKER};
use ntro_grammar::ast::{ArmBody, ExprKind, Match, PatternKind, Stmt};

use super::{ActionKind, At, CodeAction};
use crate::completion::context;
use crate::{Cancellable, Edit, Span};

/// What says that cases are missing, in an expression and as a statement.
const CODES: [&str; 2] = ["N0318", "N0408"];

pub(super) fn offer(at: &At<'_>, all: &mut Vec<CodeAction>) -> Cancellable<()> {
    let mut open: Vec<(Span, bool, Vec<String>)> = Vec::new();
    for decl in &at.file.tree().decls {
        visit::walk(Node::Decl(decl), &mut |node: Node<'_>| {
            match node {
                Node::Stmt(Stmt::Match(x)) if at.is_in(head(x)) => open.push((x.span, false, covered(x))),
                Node::Expr(expr) => {
                    if let ExprKind::Match(x) = &expr.kind
                        && at.is_in(head(x))
                    {
                        open.push((x.span, true, covered(x)));
                    }
                }
                _ => {}
            }
            true
        });
    }
    for (span, value, covered) in open {
        let Some(close) = span.end.checked_sub(1).filter(|close| at.file.at(Span::new(*close, span.end)) == "}") else {
            continue;
        };
        if covered.iter().any(|case| case == "else") {
            continue;
        }
        // An arm of a made-up case shows which cases there are.
        let around = match at.file.at(Span::new(span.start, close)).trim_end().ends_with([',', '{']) {
            _ if !value => ("", " { }"),
            true => ("", " => 0"),
            false => (", ", " => 0"),
        };
        let marked = context::marked(at.file, Span::new(close, close), around);
        let Some(decl) = &marked.decl else { continue };
        let seen = at.analysis.found()?.project.seen(at.path, decl, Ask::Instead);
        let taken = |case: &String| covered.iter().any(|known| known.rsplit('.').next() == Some(case));
        let missing: Vec<&String> = seen.cases.iter().filter(|case| !taken(case) && *case != MARKER).collect();
        if missing.is_empty() {
            continue;
        }
        let stands = if value { at.stands_for(span)? } else { String::new() };
        let arm = |case: &&String| match (value, case.as_str()) {
            (true, case @ ("some" | "ok")) => format!("{case} (value) => value"),
            (true, case @ "failed") => format!("{case} (e) => e"),
            (true, case) => format!("{case} => {stands}"),
            (false, case @ ("some" | "ok")) => format!("{case} (value) {{ }}"),
            (false, case @ "failed") => format!("{case} (e) {{ }}"),
            (false, case) => format!("{case} {{ }}"),
        };
        let lines: Vec<String> = missing.iter().map(arm).collect();
        let Some(edit) = insertion(at, span, value, &lines) else { continue };
        let diagnostics = at.analysis.diagnostics(at.path)?;
        let told = |span: Span| {
            move |found: &&crate::Diagnostic| {
                CODES.contains(&found.code) && span.start <= found.place.span.start && found.place.span.end <= span.end
            }
        };
        let diagnostic = diagnostics.iter().find(told(span)).cloned();
        all.push(CodeAction {
            title: if missing.len() == 1 {
                "Add the missing case".to_owned()
            } else {
                "Add the missing cases".to_owned()
            },
            kind: if diagnostic.is_some() { ActionKind::QuickFix } else { ActionKind::Rewrite },
            preferred: diagnostic.is_some(),
            diagnostic,
            edits: vec![edit],
            rename_at: None,
        });
    }
    Ok(())
}

impl At<'_> {
    /// What can stand in a new arm of a `match` that yields a value, until somebody writes what is meant: something of the type of the others.
    fn stands_for(&self, span: Span) -> Cancellable<String> {
        let mut first = None;
        for decl in &self.file.tree().decls {
            visit::walk(Node::Decl(decl), &mut |node: Node<'_>| {
                if let Node::Expr(expr) = node
                    && expr.span == span
                    && let ExprKind::Match(x) = &expr.kind
                {
                    let value = x.arms.iter().find_map(|arm| match &arm.body {
                        ArmBody::Expr(value) if value.kind != ExprKind::Missing => Some(value.span),
                        _ => None,
                    });
                    first = value.map(|value| (decl, value));
                }
                first.is_none()
            });
        }
        let Some((decl, value)) = first else { return Ok("none".to_owned()) };
        let project = &self.analysis.found()?.project;
        // The smallest expression at its beginning may be only its first word; its end tells more.
        let ends = [value.start, value.end].map(|offset| project.seen(self.path, decl, Ask::TypeAt(offset)));
        let ty = ends.into_iter().find(|seen| seen.span == value).and_then(|seen| seen.ty).unwrap_or_default();
        Ok(match ty.as_str() {
            "text" => "\"\"".to_owned(),
            "int" | "decimal" => "0".to_owned(),
            "bool" => "false".to_owned(),
            ty if ty.starts_with("list<") => "[]".to_owned(),
            ty => match ty.strip_prefix("money<").and_then(|ty| ty.strip_suffix('>')) {
                Some(currency) => format!("0 {currency}"),
                None => "none".to_owned(),
            },
        })
    }
}

/// The edit that writes arms before the closing brace: on the same line where all others stand there, else each on its own.
fn insertion(at: &At<'_>, span: Span, value: bool, arms: &[String]) -> Option<Edit> {
    let close = span.end.checked_sub(1)?;
    let before = at.file.at(Span::new(span.start, close)).trim_end();
    let end = span.start + u32::try_from(before.len()).unwrap_or(0);
    let comma = if value { "," } else { "" };
    let needed = if value && !before.ends_with([',', '{']) { "," } else { "" };
    let short = !at.file.at(span).contains('\n');
    let text = if short {
        format!("{needed} {} ", arms.join(&format!("{comma} ")))
    } else {
        let indent = at.indent(close);
        let lines: Vec<String> = arms.iter().map(|arm| format!("\n{indent}  {arm}")).collect();
        format!("{needed}{}\n{indent}", lines.join(comma))
    };
    Some(at.edit(Span::new(end, close), text))
}

/// From the word `match` to the end of what is looked at.
fn head(x: &Match) -> Span {
    Span::new(x.span.start, x.subject.span.end)
}

fn covered(x: &Match) -> Vec<String> {
    let arms = x
        .arms
        .iter()
        .filter(|arm| arm.guard.is_none() && !matches!(&arm.body, ArmBody::Expr(e) if e.kind == ExprKind::Missing));
    arms.filter_map(|arm| match &arm.pattern.kind {
        PatternKind::Else => Some("else".to_owned()),
        PatternKind::Literal(literal) => match &literal.kind {
            ExprKind::None => Some("none".to_owned()),
            ExprKind::Bool(value) => Some(value.to_string()),
            _ => None,
        },
        PatternKind::Name { name, .. } => Some(name.text.clone()),
        PatternKind::Missing => None,
    })
    .collect()
}
