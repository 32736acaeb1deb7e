//! Pieces of a runbook, for graphs and documents.

use ntro_grammar::{Span, ast};

/// What stands at a place, on one line of at most so many characters.
pub(crate) fn at(text: &str, span: Span, most: usize) -> String {
    let end = (span.end as usize).min(text.len());
    cut(text.get(span.start as usize..end).unwrap_or_default(), most)
}

/// A text with its holes as they are written, on one line of at most so many characters.
pub(crate) fn template(text: &str, template: &ast::Template, most: usize) -> String {
    match template.plain() {
        Some(plain) => cut(&plain, most),
        None => {
            let end = (template.span.end as usize).min(text.len());
            let written = text.get(template.span.start as usize..end).unwrap_or_default();
            cut(written.trim_matches('"'), most)
        }
    }
}

/// How long a limit is.
pub(crate) fn limit(text: &str, limit: &ast::Limit, most: usize) -> String {
    match limit {
        ast::Limit::Never(_) => "never".to_owned(),
        ast::Limit::Expr(expr) => at(text, expr.span, most),
        ast::Limit::WorkingDays(count) => {
            let days = at(text, count.span, most);
            let word = if days == "1" { "day" } else { "days" };
            format!("{days} working {word}")
        }
    }
}

/// On one line, with `…` where there are more characters.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let mut short: String = line.chars().take(most.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// The calls of a step, each capability once, in the order of the text. Those of blocks inside it are not its own.
pub(crate) fn calls(body: &ast::Body) -> Vec<&ast::Run> {
    let mut all = Vec::new();
    collect(body, &mut all);
    let mut calls: Vec<&ast::Run> = Vec::new();
    for run in all {
        if !calls.iter().any(|known| known.target.text == run.target.text) {
            calls.push(run);
        }
    }
    calls
}

fn collect<'b>(body: &'b ast::Body, calls: &mut Vec<&'b ast::Run>) {
    use ast::{Rhs, Stmt};
    for stmt in &body.stmts {
        match stmt {
            Stmt::Run(run)
            | Stmt::Let(ast::Let { value: Rhs::Run(run), .. })
            | Stmt::Var(ast::Let { value: Rhs::Run(run), .. })
            | Stmt::Assign { value: Rhs::Run(run), .. }
            | Stmt::Return { value: Some(Rhs::Run(run)), .. } => calls.push(run),
            Stmt::If(it) => {
                collect(&it.then, calls);
                it.otherwise.iter().for_each(|body| collect(body, calls));
            }
            Stmt::Match(it) => {
                for arm in &it.arms {
                    if let ast::ArmBody::Body(body) = &arm.body {
                        collect(body, calls);
                    }
                }
            }
            Stmt::For(ast::ForStmt { body, .. })
            | Stmt::Repeat(ast::RepeatStmt { body, .. })
            | Stmt::Parallel { body, .. } => collect(body, calls),
            Stmt::Try { body, on_failure, .. } => {
                collect(body, calls);
                if let Some(ast::OutcomeKind::Body(body)) = on_failure.as_ref().map(|failed| &failed.outcome.kind) {
                    collect(body, calls);
                }
            }
            _ => {}
        }
    }
}
