//! Parts of the text as a few words.

use ntro_grammar::{Span, ast};

/// The longest label, in characters.
const LONGEST_LABEL: usize = 60;
/// The longest title, in characters.
const LONGEST_TITLE: usize = 120;

/// What stands at a place, on one line, cut where it is long.
pub(super) fn at(text: &str, span: Span) -> String {
    let end = (span.end as usize).min(text.len());
    let found = text.get(span.start as usize..end).unwrap_or_default();
    cut(&one_line(found), LONGEST_LABEL)
}

/// A text with its holes as they are written, on one line.
pub(super) fn template(text: &str, template: &ast::Template) -> String {
    let plain = template.plain().unwrap_or_else(|| {
        let end = (template.span.end as usize).min(text.len());
        text.get(template.span.start as usize..end).unwrap_or_default().trim_matches('"').to_owned()
    });
    cut(&one_line(&plain), LONGEST_TITLE)
}

/// How long a limit is, as written.
pub(super) fn limit(text: &str, limit: &ast::Limit) -> String {
    match limit {
        ast::Limit::Never(_) => "never".to_owned(),
        ast::Limit::Expr(expr) => at(text, expr.span),
        ast::Limit::WorkingDays(count) => {
            let days = at(text, count.span);
            let word = if days == "1" { "day" } else { "days" };
            format!("{days} working {word}")
        }
    }
}

/// All limits of a wait, one after the other: `24h + 24h`. None where it may last for ever.
pub(super) fn limits(text: &str, within: &ast::Within) -> Option<String> {
    if matches!(within.limit, ast::Limit::Never(_)) {
        return None;
    }
    let first = limit(text, &within.limit);
    let rest = match within.otherwise.as_deref().map(|outcome| &outcome.kind) {
        Some(ast::OutcomeKind::Escalate { within: Some(next), .. }) => Some(limits(text, next)?),
        _ => None,
    };
    Some(rest.map_or_else(|| first.clone(), |rest| format!("{first} + {rest}")))
}

/// What a pattern says, as written.
pub(super) fn pattern(text: &str, pattern: &ast::Pattern) -> String {
    match &pattern.kind {
        ast::PatternKind::Name { name, .. } => name.text.clone(),
        _ => at(text, pattern.span),
    }
}

/// Without line breaks and with single blanks.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first characters, with `…` where there are more.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}
