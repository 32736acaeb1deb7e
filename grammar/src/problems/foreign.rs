//! Statements of other languages, told by their first word: what each is written as here.

use super::lines::is_name;
use super::{FOREIGN_WORD, fixed, problem, short};
use crate::{Problem, Span};

/// A word that is none of the language, and what stands around it.
struct Odd<'t> {
    at: Span,
    word: &'t str,
    /// What follows the word on its line.
    rest: &'t str,
    /// The same without blanks before it.
    next: &'t str,
}

impl Odd<'_> {
    fn out(&self, message: String, help: &str) -> Problem {
        problem(FOREIGN_WORD, self.at, message, "not a word of the language", help)
    }

    /// The word has another name here, and the rest may stay.
    fn ours(&self, ours: &str, help: &str) -> Problem {
        let message = format!("`{}` is written `{ours}` here.", self.word);
        fixed(problem(FOREIGN_WORD, self.at, message, format!("write `{ours}`"), help), self.at, ours)
    }
}

/// What a statement of another language is written as here.
pub(crate) fn foreign_statement(at: Span, word: &str, rest: &str) -> Option<Problem> {
    let odd = Odd { at, word, rest, next: rest.trim_start() };
    way(&odd).or_else(|| failure(&odd)).or_else(|| part(&odd))
}

/// Which way it goes: loops, choices, jumps.
fn way(odd: &Odd<'_>) -> Option<Problem> {
    let &Odd { at, word, rest, next } = odd;
    Some(match odd.word {
        "async" | "static" | "public" | "private" | "export" => {
            let blanks = u32::try_from(rest.len() - next.len()).unwrap_or(0);
            let help = "Remove it: a step always waits for what it runs.";
            let out = problem(FOREIGN_WORD, at, format!("There is no `{word}` here."), "remove this", help);
            fixed(out, Span::new(at.start, at.end + blanks), "")
        }
        "while" => odd.out(
            "`while` is written `repeat until` here.".into(),
            &format!("Write `{} … }}`: it goes on until its condition holds.", repeat_until(head(next))),
        ),
        "foreach" if head(next).contains(" in ") => {
            odd.ours("for", &format!("Write `for {} {{ … }}`.", short(head(next))))
        }
        "foreach" => {
            let list = Some(head(next)).filter(|list| is_name(list)).unwrap_or("rows");
            odd.out("`foreach` is written `for` here.".into(), &format!("Write `for row in {} {{ … }}`.", short(list)))
        }
        "elseif" | "elsif" => odd.ours("else if", "Write `} else if … {`."),
        "unless" => {
            let condition = short(head(next));
            let help = format!("Write `if not ({condition}) {{ … }}`.");
            problem(FOREIGN_WORD, at, "`unless` is written `if not` here.", "write `if not`", help)
        }
        "switch" | "select" => {
            let value = head(next);
            let value = if value.is_empty() { "value" } else { value };
            let help = format!("Write `match {} {{ CASE {{ … }} else {{ … }} }}`.", short(value));
            problem(FOREIGN_WORD, at, format!("`{word}` is written `match` here."), "write `match`", help)
        }
        "when" => problem(
            FOREIGN_WORD,
            at,
            "A condition stands in the head of a block.",
            "not here",
            format!(
                "Write `step NAME \"Title\" when {0} {{ … }}`; for some statements write `if {0} {{ … }}`.",
                short(next.trim_end_matches(['{', ' ']))
            ),
        ),
        "goto" | "jump" | "gotoStep" => {
            let to = next.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().filter(|to| !to.is_empty());
            let help = format!(
                "Steps run in the order in which they stand. Write `rework from {} at most 3 times else fail \"…\"` to go back, or `when CONDITION` in the head of what may be left out.",
                to.unwrap_or("STEP")
            );
            problem(FOREIGN_WORD, at, format!("There is no `{word}`."), "not a word of the language", help)
        }
        "wait" | "pause" | "delay" => {
            let time = next.strip_prefix("for ").unwrap_or(next);
            let (number, unit) = time.split_at(time.find(|c: char| !c.is_ascii_digit()).unwrap_or(time.len()));
            let unit = unit.trim_start().chars().next().filter(|unit| "smhd".contains(*unit));
            let time = match unit {
                Some(unit) if !number.is_empty() => format!("{}{unit}", short(number)),
                _ => "3d".to_owned(),
            };
            let help = format!(
                "Write `sleep {time}` to let time pass. Who waits for somebody or something writes a block: `await NAME \"Title\" {{ on SIGNAL, within 24h else fail \"…\" }}`."
            );
            odd.out(format!("`{word}` is written `sleep` here."), &help)
        }
        "break" | "continue" => odd.out(
            format!("There is no `{word}`."),
            "A loop ends by its `until CONDITION`; what shall be left out stands in `if … { … }`.",
        ),
        "pass" => odd.out("There is no `pass`.".into(), "Remove it: an empty `{ }` is allowed."),
        _ => return None,
    })
}

/// What stands before the brace of a statement, without brackets round it.
fn head(next: &str) -> &str {
    let head = next.split('{').next().unwrap_or("").trim().trim_end_matches(':').trim_end();
    head.strip_prefix('(').and_then(|inside| inside.strip_suffix(')')).unwrap_or(head)
}

/// How the loop begins that goes on as long as a condition holds.
pub(super) fn repeat_until(condition: &str) -> String {
    let ends = match condition.strip_prefix("not ") {
        Some(ends) => short(ends),
        None if condition.is_empty() => "CONDITION".to_owned(),
        None => format!("not ({})", short(condition)),
    };
    format!("repeat until {ends} at most 10 times else fail \"…\" {{")
}

/// What fails, what follows a failure, and what is told of it.
fn failure(odd: &Odd<'_>) -> Option<Problem> {
    let &Odd { at, word, next, .. } = odd;
    Some(match odd.word {
        "assert" => odd.out("`assert` is written `require` here.".into(), "Write `require CONDITION else fail \"…\"`."),
        "throw" | "raise" if next.starts_with('"') => {
            odd.ours("fail", "Write `fail \"…\"` with the reason that people shall read.")
        }
        "throw" | "raise" => odd.out(
            format!("`{word}` is written `fail` here."),
            "Write `fail \"…\"` with the reason that people shall read.",
        ),
        "print" | "console" | "log" | "logger" | "echo" | "printf" | "puts" if next.starts_with(['(', '.', '"']) => {
            odd.out(
                "Nothing is printed: nobody sits before a run.".into(),
                "Remove it. What people shall see stands in `show`, in a title or in `feedback \"…\"`; other programs hear `emit name { … }`.",
            )
        }
        "catch" | "except" | "rescue" => {
            let help = "Write `try { … } on failure (e) { … }`; `e.message` says what went wrong.";
            let out = problem(
                FOREIGN_WORD,
                at,
                format!("`{word}` is written `on failure` here."),
                "write `on failure`",
                help,
            );
            if next.starts_with(['(', '{']) { fixed(out, at, "on failure") } else { out }
        }
        "finally" => odd.out(
            "There is no `finally`.".into(),
            "Write what shall happen in any case after the `try { … } on failure (e) { … }`.",
        ),
        "retry" | "retries" => odd.out(
            "How often a call is tried again is said where its capability is declared.".into(),
            "Write `capability NAME(…) -> TYPE { retry: { attempts: 3 } }`.",
        ),
        _ => return None,
    })
}

/// Parts of a runbook and of a file.
fn part(odd: &Odd<'_>) -> Option<Problem> {
    let &Odd { word, rest, next, .. } = odd;
    Some(match odd.word {
        "def" | "function" | "func" | "fun" => odd.out(
            "A function is declared with `fn`, at the top of a file.".into(),
            "Write `fn total(rows: list<Row>) -> money = …`: one value after the `=`, without `return`.",
        ),
        "inputs" | "parameters" | "params" | "arguments" if next.starts_with('{') => {
            odd.ours("input", "Write `input { name: type }`.")
        }
        "outputs" | "result" | "returns" if next.starts_with('{') => odd.out(
            format!("`{word}` is written `output` here."),
            "Declare a `type` with these fields, and write `output: TYPE`.",
        ),
        "settings" | "configuration" | "env" if next.starts_with('{') => {
            odd.ours("config", "Write `config { name: type = default }`.")
        }
        "steps" | "tasks" | "stages" | "jobs" | "actions" if next.starts_with('{') => odd.out(
            format!("There is no `{word}` round the steps."),
            "Write the steps one after the other, directly in the `runbook`.",
        ),
        "from" if rest.contains("import") => {
            odd.out("An import begins with `import`.".into(), "Write `import { Row } from \"./types.ntro\"`.")
        }
        "notify" | "email" | "alert" | "inform" if next.starts_with(|c: char| c.is_ascii_alphabetic() || c == '"') => odd.out(
            "People are told by a capability.".into(),
            "Write `run notify.send(to: \"…\", subject: \"…\", message: \"…\")`; who looks at the run itself sees `feedback \"…\"`.",
        ),
        "set" if next.contains('=') => odd.out(
            "A variable is set without `set`.".into(),
            &format!("Write `{}`, and `var` where it is declared.", short(next)),
        ),
        "call" | "invoke" | "execute" if next.contains('(') => {
            let help = format!(
                "Write `run {0}` for a capability. Another runbook runs in a block: `child NAME \"Title\" {{ run {0} }}`.",
                short(next)
            );
            odd.out(format!("`{word}` is written `run` here."), &help)
        }
        "roles" => odd.ours("role", "Write `role accountant, manager`."),
        _ => return None,
    })
}
