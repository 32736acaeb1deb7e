//! Bodies that begin as in another language: what is missing is a `{`, and what helps is how the whole is written here.

use super::{EQUALS_FOR_COLON, FOREIGN_WORD, MISSING_NAME, MISSING_OPEN, problem, short};
use crate::{Problem, Span};

/// Where a `{` is missing. `before` is the word before the place, `rest` what follows on the line.
pub(crate) fn opened_otherwise(at: Span, before: &str, rest: &str) -> Option<Problem> {
    let next = rest.trim_start();
    let tell = |code, message: &str, label: &str, help: String| Some(problem(code, at, message, label, help));
    match before {
        "for" if next.starts_with('(') => tell(
            FOREIGN_WORD,
            "A `for` goes through a list, and does not count.",
            "the loop begins otherwise",
            "Write `for row in rows { … }`, or `for i in range(0, 3) { … }` for 0, 1 and 2.".to_owned(),
        ),
        "case" => {
            let (value, _) = next.split_once(':')?;
            let value = short(value.trim());
            tell(
                FOREIGN_WORD,
                "The arms of a `match` have no `case` and no colon.",
                "remove `case`",
                format!("Write `{value} {{ … }}`; and `else {{ … }}` for what no other arm fits."),
            )
        }
        "default" => tell(
            FOREIGN_WORD,
            "`default` is written `else` here.",
            "write `else`",
            "Write `else { … }` for what no other arm fits.".to_owned(),
        ),
        "on" => {
            let (name, after) = next.split_once(':')?;
            let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let help = format!("Write `on {} {{ … }}`.", short(name));
            if !plain || !after.trim_start().starts_with('{') {
                return None;
            }
            tell(MISSING_OPEN, "A handler has its braces after the signal, without a colon.", "no colon in this", help)
        }
        _ if next.starts_with('=') && next.trim_start_matches(['=', ' ']).starts_with('{') => tell(
            EQUALS_FOR_COLON,
            "A declaration has its braces after its name, without `=`.",
            "no `=` here",
            format!("Write `type {} {{ … }}`.", short(before)),
        ),
        _ => None,
    }
}

/// `for x in rows:` and its like, where a body follows by indentation.
pub(crate) fn body_by_colon(at: Span, before: &str, rest: &str) -> Option<Problem> {
    let value = rest.trim().strip_suffix(':')?;
    let plain = !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
    (before == "in" && plain).then(|| {
        problem(
            MISSING_OPEN,
            at,
            "A body stands in braces; a colon and indentation begin none.",
            "its body has no `{ … }`",
            format!(
                "Write `in {} {{` at the end of this line and `}}` on a line of its own after the body.",
                short(value)
            ),
        )
    })
}

/// `runbook: invoice`, as YAML would say it.
pub(crate) fn yaml(at: Span, before: &str, rest: &str) -> Option<Problem> {
    let name = rest.trim_start().strip_prefix(':')?.trim();
    (before == "runbook").then(|| {
        let name = if name.is_empty() { "document-ingest" } else { name };
        problem(
            MISSING_NAME,
            at,
            "A runbook is not written as YAML: it has a name, a title and braces.",
            "its name belongs here, without a colon",
            format!("Write `runbook {} \"Title\" {{ … }}`, and each step inside as `step parsed \"Parse\" {{ run files.parse(document) }}`.", short(name)),
        )
    })
}
