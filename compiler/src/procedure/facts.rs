//! Parts of a runbook in the words of a document.

use ntro_grammar::{Span, ast};
use ntro_ir::{Program, Type, TypeDef};

use super::{Line, words};
use crate::quote;

/// The longest piece of the runbook that is quoted, in characters.
const LONGEST: usize = 300;

/// What stands at a place, on one line.
pub(super) fn at(text: &str, span: Span) -> String {
    quote::at(text, span, LONGEST)
}

/// A text with its holes as written.
pub(super) fn template(text: &str, template: &ast::Template) -> String {
    quote::template(text, template, LONGEST)
}

/// What comes of something, as a sentence without its end.
pub(super) fn outcome(text: &str, outcome: &ast::Outcome) -> Line {
    let said = |words: &str, message: &Option<ast::Template>| match message {
        Some(message) => Line::plain(format!("{words}: “{}”", template(text, message))),
        None => Line::plain(words),
    };
    match &outcome.kind {
        ast::OutcomeKind::Missing => Line::default(),
        ast::OutcomeKind::Fail(message) => said("it fails", message),
        ast::OutcomeKind::Skip(message) => said("it is left out", message),
        ast::OutcomeKind::Refuse(message) => said("it is refused", message),
        ast::OutcomeKind::Approve => Line::plain("it counts as approved, by nobody"),
        ast::OutcomeKind::Reject => Line::plain("it counts as rejected, by nobody"),
        ast::OutcomeKind::Collect => Line::plain("failures are collected, and the rest goes on"),
        ast::OutcomeKind::Rework(it) => rework(text, it),
        ast::OutcomeKind::Escalate { role, within } => {
            let line = Line::plain("").and_code(role.text.as_str()).and(" may decide too");
            match within {
                Some(within) => line.and(", ").then(within_line(text, within)),
                None => line,
            }
        }
        ast::OutcomeKind::Body(_) => Line::plain("the steps beneath follow"),
    }
}

/// `within 24h; then manager may decide too, within 24h; then it fails: “…”`
pub(super) fn within_line(text: &str, within: &ast::Within) -> Line {
    if matches!(within.limit, ast::Limit::Never(_)) {
        return Line::plain("without end");
    }
    let line = Line::plain("within ").then(words::limit(text, &within.limit));
    match &within.otherwise {
        Some(otherwise) => line.and("; then ").then(outcome(text, otherwise)),
        None => line,
    }
}

pub(super) fn rework(text: &str, it: &ast::Rework) -> Line {
    let mut line = Line::plain("it is done again from ").and_code(it.from.text.as_str());
    if let Some(because) = &it.because {
        line = line.and(format!(" (“{}”)", template(text, because)));
    }
    if let Some(most) = &it.at_most {
        line = line.and(", at most ").and_code(at(text, most.span)).and(" times");
    }
    match &it.otherwise {
        Some(otherwise) => line.and("; after that ").then(outcome(text, otherwise)),
        None => line,
    }
}

/// A type in the words of the language.
pub(super) fn type_name(ty: &Type, program: &Program) -> String {
    let inner = |ty: &Type| type_name(ty, program);
    match ty {
        Type::Nothing => "nothing".into(),
        Type::Bool => "bool".into(),
        Type::Int => "int".into(),
        Type::Decimal => "decimal".into(),
        Type::Text => "text".into(),
        Type::Date => "date".into(),
        Type::DateTime => "datetime".into(),
        Type::Period => "period".into(),
        Type::Duration => "duration".into(),
        Type::Money => "money".into(),
        Type::MoneyIn(currency) => format!("money<{}>", currency.code()),
        Type::Currency => "currency".into(),
        Type::File => "file".into(),
        Type::Grid => "Grid".into(),
        Type::Json => "json".into(),
        Type::List(item) => format!("list<{}>", inner(item)),
        Type::Map(item) => format!("map<{}>", inner(item)),
        Type::Optional(item) => format!("{}?", inner(item)),
        Type::Outcome(item) => format!("outcome<{}>", inner(item)),
        Type::Choice(_) => "one of several".into(),
        Type::Named(id) => match program.types.get(*id as usize) {
            Some(TypeDef::Record(def)) if def.name.is_empty() => {
                let fields: Vec<&str> = def.fields.iter().map(|field| field.name.as_str()).collect();
                format!("{{ {} }}", fields.join(", "))
            }
            Some(def) => def.name().to_owned(),
            None => "unknown".into(),
        },
    }
}
