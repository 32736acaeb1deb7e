//! What may follow `else` after a limit, and `on reject` or `on failure`: how a run goes on, or ends.

use super::{CompletionKind, List};
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
    let line = file.at(Span::new(0, word.start)).rsplit('\n').next()?;
    let mut words = line.split_whitespace();
    let (first, second) = (words.next()?, words.next().unwrap_or_default());
    let ends_with_else = line.trim_end().ends_with(" else") && line.ends_with(' ');
    match first {
        // `on failure (e) ` has its binding before what follows.
        "on" if words.all(|word| word.starts_with('(')) && line.ends_with(' ') => match second {
            "failure" => Some(After::Failure),
            "reject" => Some(After::Decision),
            _ => None,
        },
        "require" if ends_with_else => Some(After::Condition),
        _ if !ends_with_else => None,
        "within" | "escalate" => Some(After::Limit),
        "repeat" | "rework" | "on" if line.contains(" within ") => Some(After::Limit),
        "repeat" | "rework" | "on" => Some(After::Decision),
        _ if line.contains(" within ") => Some(After::Limit),
        _ => None,
    }
}

impl List<'_> {
    pub(super) fn outcomes(&mut self, after: After) {
        let all = [
            ("fail", "fail \"${1:message}\"", true),
            ("skip", "skip \"${1:why}\"", matches!(after, After::Limit | After::Failure)),
            ("refuse", "refuse \"${1:what to do first}\"", after == After::Condition),
            ("escalate", "escalate to ${1:role} within ${2:24h} else fail \"${3:message}\"", after == After::Limit),
            (
                "rework",
                "rework from ${1:block} at most ${2:3} times else fail \"${3:message}\"",
                matches!(after, After::Limit | After::Decision),
            ),
            ("collect", "collect", after == After::Failure),
        ];
        for (word, insert, _) in all.into_iter().filter(|(.., fits)| *fits) {
            let doc = words::meaning(word).unwrap_or("Keeps the gate open, and says what must be done first.");
            self.push(word, CompletionKind::Snippet, "what follows", doc, 0);
            self.inserts(insert.to_owned());
        }
    }
}
