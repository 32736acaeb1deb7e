//! What stands where nothing fits it, told by its first word or sign: habits from other languages, and slips.

use super::{MISSING_WORD, UNEXPECTED, UNKNOWN_WORD, fixed, foreign_statement, nearest, nearest_short, problem, short};
use crate::{Problem, Span};

/// Where something odd stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Around {
    /// At the top of a file.
    File,
    /// In a body of statements.
    Body,
    /// Among the clauses of a `child`.
    Child,
    /// Among the clauses of another block.
    Clauses,
    /// In brackets: arguments, lists, records.
    Inside,
}

const CLAUSES: [&str; 15] = [
    "within", "until", "show", "warn", "require", "checks", "actions", "remind", "feedback", "send", "expect", "icon",
    "not_by", "quorum", "reject",
];
/// Of these a slip may have three letters.
const SHORT_CLAUSES: [&str; 5] = ["ask", "on", "warn", "show", "send"];
const SHORT_STATEMENTS: [&str; 9] = ["if", "on", "for", "let", "var", "run", "try", "fail", "step"];
const STATEMENTS: [&str; 20] = [
    "step", "approve", "await", "child", "agent", "return", "match", "require", "feedback", "repeat", "rework",
    "parallel", "undo", "emit", "sleep", "input", "config", "output", "version", "fail",
];
const DECLARATIONS: [&str; 10] =
    ["runbook", "workflow", "type", "enum", "signal", "capability", "role", "import", "scenario", "extern"];

/// What a word of another language, or a slip, is likely to mean. `rest` is what follows the word on its line.
pub(crate) fn odd_word(at: Span, word: &str, rest: &str, around: Around) -> Option<Problem> {
    if around == Around::Inside {
        return None;
    }
    foreign_statement(at, word, rest).or_else(|| call(at, word, rest, around)).or_else(|| slip(at, word, rest, around))
}

/// `ledger.post(rows)` without `run`, `xs.append(x)`, `n++`.
fn call(at: Span, word: &str, rest: &str, around: Around) -> Option<Problem> {
    if word.is_empty() || around == Around::File {
        return None;
    }
    if let Some(sign @ ("++" | "--")) = rest.trim_end().get(..2) {
        let change = format!("{word} {}= 1", sign.get(..1).unwrap_or("+"));
        let span = Span::new(at.start, at.end + 2);
        let help = format!("Write `{change}`.");
        return Some(fixed(
            problem(UNEXPECTED, span, format!("There is no `{sign}`."), "not known", help),
            span,
            change,
        ));
    }
    let path_end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')))?;
    let (path, after) = rest.split_at(path_end);
    if !after.starts_with(['(', '<']) || (!path.is_empty() && !path.starts_with('.')) {
        return None;
    }
    let method = path.rsplit('.').next().unwrap_or("");
    if matches!(method, "append" | "push" | "add" | "extend" | "insert") {
        return Some(problem(
            UNEXPECTED,
            at,
            format!("`{word}` does not grow by `{method}`."),
            "a value is not changed by calling it",
            format!("Write `{word} += [VALUE]`; `{word}` must be a `var`."),
        ));
    }
    let named = format!("{word}{path}");
    let out = |help: String| {
        problem(
            MISSING_WORD,
            at,
            format!("`run` is missing before `{}`.", short(&named)),
            "`run` belongs before this",
            help,
        )
    };
    if path.is_empty() && around == Around::Body {
        return Some(out(format!(
            "A capability runs with `run AREA.{word}(…)` in a `step`, a runbook with `run {word}(…)` in a `child`; a value needs a name, `let x = {word}(…)`."
        )));
    }
    Some(fixed(out(format!("Write `run {}(…)`.", short(&named))), Span::new(at.start, at.start), "run "))
}

/// A word that begins a clause, with a letter or two wrong.
pub(crate) fn slip_of_clause(at: Span, word: &str, rest: &str) -> Option<Problem> {
    slip(at, word, rest, Around::Clauses)
}

/// A word of this place with a letter or two wrong.
fn slip(at: Span, word: &str, rest: &str, around: Around) -> Option<Problem> {
    let (known, short): (&[&str], &[&str]) = match around {
        Around::File => (&DECLARATIONS, &[]),
        Around::Body => (&STATEMENTS, &SHORT_STATEMENTS),
        Around::Child | Around::Clauses => (&CLAUSES, &SHORT_CLAUSES),
        Around::Inside => return None,
    };
    // A sentence is no slip: what a keyword introduces looks like code.
    if word.len() < 3 || rest.trim().is_empty() {
        return None;
    }
    let meant = match word.len() {
        3 => nearest_short(word, short)?,
        _ => inside_a_line(word, rest.trim_start()).or_else(|| nearest(word, known))?,
    };
    if meant == word {
        return None;
    }
    let message = format!("`{word}` is not a word that can stand here.");
    Some(fixed(
        problem(UNKNOWN_WORD, at, message, format!("is `{meant}` meant?"), format!("Write `{meant}`.")),
        at,
        meant,
    ))
}

/// `within` after a call, `else` before what follows: what goes on with a line. `next` is what stands behind it.
fn inside_a_line(word: &str, next: &str) -> Option<&'static str> {
    let outcomes = ["fail ", "skip ", "escalate ", "approve", "reject", "refuse ", "rework ", "{"];
    if next.starts_with(|c: char| c.is_ascii_digit()) && word.len() > 4 {
        return nearest(word, &["within"]);
    }
    if [" > ", " < ", " >= ", " <= ", " == ", " != "].iter().any(|sign| next.contains(sign)) {
        return nearest(word, &["where", "when"]).filter(|meant| word.starts_with('w') && *meant != word);
    }
    let follows = word.len() == 4 && outcomes.iter().any(|outcome| next.starts_with(outcome));
    if follows { nearest(word, &["else"]) } else { None }
}

/// The keyword of a block, or of a declaration, that a word of another language stands for.
pub(crate) fn kind_meant(word: &str) -> Option<&'static str> {
    Some(match word {
        "task" | "stage" | "phase" | "job" | "node" | "activity" | "action" | "section" => "step",
        "wait" | "wait_for" | "receive" | "listen" => "await",
        "approval" | "review" | "gate" | "signoff" => "approve",
        "subflow" | "subprocess" | "sub" | "invoke" | "subworkflow" => "child",
        "llm" | "ai" | "bot" => "agent",
        _ => return None,
    })
}

/// The keyword of a declaration that a word of another language stands for.
pub(crate) fn declaration_meant(word: &str) -> Option<&'static str> {
    Some(match word {
        "class" | "struct" | "record" | "interface" | "entity" | "model" | "table" | "object" => "type",
        "flow" | "process" | "pipeline" | "procedure" | "playbook" => "runbook",
        "event" | "message" => "signal",
        "service" | "tool" | "connector" => "capability",
        _ => return None,
    })
}

/// A sign that looks like one of the language, or like one of another.
pub(crate) fn odd_sign(at: Span, text: &str, rest: &str, before: &str) -> Option<Problem> {
    let ours = |ours: &'static str, what: &str| {
        let help = format!("Write `{}`.", ours.trim());
        fixed(problem(UNEXPECTED, at, what, format!("write `{}`", ours.trim()), help), at, ours)
    };
    let first = text.chars().next()?;
    let sign = |meant: &'static str| ours(meant, &format!("`{first}` is written `{}` here.", meant.trim()));
    Some(match first {
        '≥' => sign(">="),
        '≤' => sign("<="),
        '≠' => sign("!="),
        '×' => sign("*"),
        '÷' => sign("/"),
        '–' | '—' | '−' => sign("-"),
        '→' | '⇒' => sign("=>"),
        '.' if rest.starts_with("..") => {
            let dots = Span::new(at.start, at.end + 2);
            let help = "Lists are put together by `+`: `first + second`, `rows + [row]`. Three dots stand in records: `{ ...row, note: \"…\" }`.";
            problem(UNEXPECTED, dots, "A list takes no `...`.", "not in a list", help)
        }
        '…' => ours("...", "Here three dots are written one by one."),
        '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '`' => return Some(typographic_quotes(at, rest)),
        c if c.is_whitespace() => {
            let (message, help) =
                ("This is a special blank that looks like an ordinary one.", "Write an ordinary blank.");
            fixed(problem(UNEXPECTED, at, message, "not an ordinary blank", help), at, " ")
        }
        c if c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}') => {
            let help = "Remove it.";
            fixed(problem(UNEXPECTED, at, "Here stands a sign that cannot be seen.", "remove this", help), at, "")
        }
        c if !c.is_ascii() && c.is_alphabetic() => problem(
            UNEXPECTED,
            at,
            "Names are made of the letters a to z, digits and `_`.",
            "not a letter of a name",
            "Write the name with such letters only; titles and texts may hold any.",
        ),
        '-' if rest.starts_with('>') => {
            let arrow = Span::new(at.start, at.end + 1);
            let name = before.trim_end().rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            let help = format!("Write `{} => …`.", if name.is_empty() { "x" } else { name });
            fixed(problem(UNEXPECTED, arrow, "A rule is written with `=>`.", "write `=>`", help), arrow, "=>")
        }
        '+' if before.ends_with('"') => problem(
            UNEXPECTED,
            at,
            "Texts are not added with `+`.",
            "not here",
            "Write one text with holes: `\"No {{ name }}\"`.",
        ),
        '%' if rest.trim_start().is_empty() || rest.trim_start().starts_with([')', ',', '}']) => problem(
            UNEXPECTED,
            at,
            "The `%` of a share touches its number.",
            "no blank before this",
            match before {
                number if number.ends_with(|c: char| c.is_ascii_digit()) => format!("Write `{}%`.", short(number)),
                _ => "Write `15%`: it is the number 0.15.".to_owned(),
            },
        ),
        '%' if before.ends_with('"') => problem(
            UNEXPECTED,
            at,
            "Values are not put into a text by `%`.",
            "not here",
            format!(
                "Write each where it stands: `\"Hello {{{{ {} }}}}\"`.",
                short(rest.trim().trim_matches(['(', ')']))
            ),
        ),
        '%' => problem(
            UNEXPECTED,
            at,
            "There is no `%` between numbers.",
            "not here",
            "A share is written `15%`; for a remainder take `a - floor(a / b) * b`.",
        ),
        '@' => problem(
            UNEXPECTED,
            at,
            "There are no marks with `@`.",
            "not known",
            "Remove it; what belongs to a block stands inside its braces.",
        ),
        _ => return None,
    })
}

/// `Posted { count: 1 }`
pub(crate) fn typed_record(name: Span, word: &str) -> Problem {
    let word = short(word);
    let help = format!("Remove `{word}`: which type a record is of follows from where it stands.");
    let message = format!("A record is written without the name of its type, `{word}`.");
    fixed(problem(UNEXPECTED, name, message, "remove this", help), name, "")
}

/// `capability a.b(x: int): int`
pub(crate) fn colon_for_arrow(at: Span) -> Problem {
    let help = "Write `capability NAME(…) -> TYPE`.";
    fixed(problem(UNEXPECTED, at, "A result is written after `->`.", "write `->`", help), at, " ->")
}

/// `lambda x: …`
pub(crate) fn lambda(at: Span) -> Problem {
    let help = "Write `rows.filter(r => r.amount > 0 GBP)`.";
    problem(UNEXPECTED, at, "A rule is written `x => …`, without `lambda`.", "not a rule", help)
}

/// `low => fail "…"` in a `match` that does something.
pub(crate) fn case_without_braces(at: Span) -> Problem {
    let help =
        "Write `CASE { … }` for what is done; after `=>` stands a value, as in `let x = match … { CASE => 12, … }`.";
    problem(UNEXPECTED, at, "After `=>` stands a value, and this does something.", "a value belongs here", help)
}

/// `require x > 0, "No."`: something follows the condition that is not `else`.
pub(crate) fn require_goes_on(at: Span, before: &str, rest: &str) -> Problem {
    let next = rest.split_whitespace().next().unwrap_or("");
    let currency = before.len() == 3 && before.chars().all(|c| c.is_ascii_uppercase());
    if currency && next.starts_with(|c: char| c.is_ascii_digit()) {
        let help = format!("Write `{next} {before}`: the amount first.");
        return problem(UNEXPECTED, at, "An amount stands before its currency.", "turn these two round", help);
    }
    if let (Some(rest), true) = (rest.trim_start().strip_prefix("between "), !before.is_empty()) {
        let (least, most) = rest.split_once(" and ").unwrap_or((rest, "b"));
        let most = most.split_whitespace().next().unwrap_or("b");
        let help = format!("Write `{before} >= {} and {before} <= {}`.", short(least), short(most));
        return problem(super::FOREIGN_WORD, at, "There is no `between`.", "two comparisons belong here", help);
    }
    let help = "Write `require CONDITION else fail \"…\"`; in an `approve` write `else refuse \"…\"`.";
    let message = format!("After the condition of `require` stands `else`, not `{}`.", short(next));
    problem(super::MISSING_ELSE, at, message, "`else` belongs here", help)
}

/// “Text” with quotes of a word processor.
fn typographic_quotes(at: Span, rest: &str) -> Problem {
    let out = problem(
        UNEXPECTED,
        at,
        "A text stands in straight quotes.",
        "not a straight quote",
        "Write `\"…\"` with the quote of the keyboard, not with that of a word processor.",
    );
    let close = rest.find(['”', '“', '»', '«', '’', '‘', '`', '\n']);
    let Some((inner, tail)) = close.and_then(|close| rest.split_at_checked(close)) else { return out };
    match tail.chars().next() {
        Some(quote) if quote != '\n' && !inner.contains(['"', '\\']) => {
            let length = u32::try_from(inner.len() + quote.len_utf8()).unwrap_or(0);
            fixed(out, Span::new(at.start, at.end + length), format!("\"{inner}\""))
        }
        _ => out,
    }
}
