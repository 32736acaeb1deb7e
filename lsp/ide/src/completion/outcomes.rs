//! What may follow `else` after a limit, and `on reject` or `on failure`: how a run goes on, or ends.

use ntro_compiler::index::visit::{self, Node};
use ntro_grammar::ast;

use super::{CompletionKind, List, phrases};
use crate::Span;
use crate::analysis::File;
use crate::words;

/// What an outcome belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    /// `within … else`
    Limit,
    /// `require … else`
    Condition,
    /// `on reject`, `repeat … else`, `rework … else`
    Decision,
    /// `on failure`
    Failure,
}

/// What stands before a word of its line, where an outcome follows. The line is looked at, not the tree: nobody has written the outcome yet.
pub(super) fn before(file: &File, word: Span) -> Option<After> {
    let blank = file.text.get(..word.start as usize)?.ends_with([' ', '\t']);
    let words = phrases::continued(file, word).filter(|_| blank)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let last = |wanted: &str| words.iter().rposition(|word| *word == wanted);
    match words.as_slice() {
        ["on", "failure"] | ["on", "failure", "(", _, ")"] => Some(After::Failure),
        ["on", "reject"] => Some(After::Decision),
        // `if c then a else` goes on with a value.
        [.., "else"] if last("then").is_some() && last("then") > last("if") => None,
        ["require", .., "else"] => Some(After::Condition),
        ["within" | "escalate", .., "else"] => Some(After::Limit),
        [.., "within", _, "else"] | [.., "within", _, "working", "days", "else"] => Some(After::Limit),
        ["repeat" | "rework" | "on" | "else", .., "else"] => Some(After::Decision),
        _ => None,
    }
}

/// Whether a place lies in an `approve`.
fn in_gate(file: &File, at: u32) -> bool {
    let mut found = false;
    for decl in &file.tree().decls {
        visit::walk(Node::Decl(decl), &mut |node: Node<'_>| {
            if let Node::Block(block) = node {
                let around = block.body_span.start <= at && at <= block.body_span.end;
                found = if around { block.kind == ast::BlockKind::Approve } else { found };
            }
            node.span().is_none_or(|span| span.start <= at && at <= span.end)
        });
    }
    found
}

impl List<'_> {
    pub(super) fn outcomes(&mut self, after: After) {
        let gate = after == After::Limit && in_gate(self.file, self.word.start);
        let all = [
            ("fail", "fail \"${1:message}\"", true),
            ("skip", "skip \"${1:why}\"", after != After::Condition),
            ("refuse", "refuse \"${1:what to do first}\"", after == After::Condition),
            ("escalate", "escalate to ${1:role} within ${2:24h} else fail \"${3:message}\"", after == After::Limit),
            (
                "rework",
                "rework from ${1:block} at most ${2:3} times else fail \"${3:message}\"",
                matches!(after, After::Limit | After::Decision),
            ),
            ("collect", "collect", after == After::Failure),
            ("approve", "approve", gate),
            ("reject", "reject", gate),
        ];
        for (word, insert, _) in all.into_iter().filter(|(.., fits)| *fits) {
            let doc = match word {
                "approve" => "The gate counts as approved, by nobody.",
                word => words::meaning(word).unwrap_or_default(),
            };
            self.push(word, CompletionKind::Snippet, "what follows", doc, 0);
            self.inserts(insert.to_owned());
        }
    }
}
