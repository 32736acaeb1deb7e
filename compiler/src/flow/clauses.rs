//! Clauses of a block by kind: each kind takes the ones it knows, and what is left over is reported.

use ntro_grammar::{Span, ast};

use super::Flow;

impl Flow<'_> {
    /// Notes that a clause which may stand once stands here; reports a second one.
    pub(super) fn seen(&mut self, first: &mut Option<Span>, what: &str, span: Span) {
        match *first {
            None => *first = Some(span),
            Some(first) => self.clause_twice(what, span, first),
        }
    }

    /// Keeps a clause that may stand once.
    pub(super) fn keep<'a, T>(&mut self, kept: &mut Option<&'a T>, new: &'a T, what: &str, span: fn(&T) -> Span) {
        match kept {
            None => *kept = Some(new),
            Some(first) => self.clause_twice(what, span(new), span(first)),
        }
    }
}

/// How a clause is called, with its first words.
pub(super) fn words(clause: &ast::Clause) -> String {
    use ast::Clause;
    match clause {
        Clause::Prop(prop) => format!("{}:", prop.name.text),
        Clause::Within(_) => "within".to_owned(),
        Clause::OnSignal(signal) => format!("on {}", signal.name.text),
        Clause::Until { .. } => "until".to_owned(),
        Clause::Show(_) => "show".to_owned(),
        Clause::Ask(_) | Clause::AskForm { .. } => "ask".to_owned(),
        Clause::Warn { .. } => "warn".to_owned(),
        Clause::Feedback(_) => "feedback".to_owned(),
        Clause::OnAction { name, .. } | Clause::OnEdit { name, .. } => format!("on {}", name.text),
        Clause::Require(_) => "require".to_owned(),
        Clause::Checks { .. } => "checks".to_owned(),
        Clause::Actions { .. } => "actions".to_owned(),
        Clause::Remind { .. } => "remind".to_owned(),
        Clause::Fan { .. } => "for".to_owned(),
        Clause::Run(_) => "run".to_owned(),
        Clause::OnFailure(_) => "on failure".to_owned(),
        Clause::Send { .. } => "send".to_owned(),
        Clause::Expect { .. } => "expect".to_owned(),
    }
}
