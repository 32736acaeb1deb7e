//! Parts of the text as a few words.

use ntro_grammar::{Span, ast};

use crate::quote;
pub(super) use crate::quote::cut;

/// The longest label, in characters.
const LONGEST_LABEL: usize = 60;
/// The longest title, in characters.
const LONGEST_TITLE: usize = 120;

/// What stands at a place, on one line, cut where it is long.
pub(super) fn at(text: &str, span: Span) -> String {
    quote::at(text, span, LONGEST_LABEL)
}

/// A text with its holes as they are written, on one line.
pub(super) fn template(text: &str, template: &ast::Template) -> String {
    quote::template(text, template, LONGEST_TITLE)
}

/// How long a limit is, as written.
pub(super) fn limit(text: &str, limit: &ast::Limit) -> String {
    quote::limit(text, limit, LONGEST_LABEL)
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
