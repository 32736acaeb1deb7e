//! What is missing.

use super::{
    MISSING_ARGS, MISSING_COLON, MISSING_COMMA, MISSING_ELSE, MISSING_NAME, MISSING_OPEN, MISSING_OUTCOME,
    MISSING_SIGN, MISSING_TEXT, MISSING_TYPE, MISSING_VALUE, MISSING_WORD, NEEDLESS_COLON, UNCLOSED, after, fixed,
    problem, short,
};
use crate::english::titled;
use crate::{Problem, Span};

pub(crate) fn missing_word(at: Span, word: &str, example: &str) -> Problem {
    let out = missing_word_plain(at, word, example);
    // Where the words around it are right, only this one belongs in between.
    let certain = ["in", "to", "times", "at once", "once", "every", "days", "from", "most"];
    if certain.contains(&word) { fixed(out, at, format!(" {word}")) } else { out }
}

fn missing_word_plain(at: Span, word: &str, example: &str) -> Problem {
    problem(
        MISSING_WORD,
        at,
        format!("The word `{word}` is missing here."),
        format!("`{word}` belongs here"),
        format!("Write it as in `{example}`."),
    )
}

pub(crate) fn unclosed(at: Span, open: Option<Span>, closer: &str) -> Problem {
    let opener = match closer {
        "}" => "{",
        ")" => "(",
        "]" => "[",
        _ => "<",
    };
    let mut out = problem(
        UNCLOSED,
        at,
        format!("A `{opener}` is opened and never closed."),
        format!("`{closer}` is missing here"),
        format!("Write `{closer}` here, or where what it holds ends."),
    );
    if let Some(open) = open {
        out.related.push((open, format!("this `{opener}` is still open")));
    }
    out
}

/// `show "Please look."`
pub(crate) fn shown_without_component(at: Span, text: &str) -> Problem {
    let help = format!("Write `show text {{ title: \"…\", value: {} }}`.", short(text));
    problem(MISSING_NAME, at, "What kind of thing is shown stands behind `show`.", "`text` belongs here", help)
}

/// `emit posted`
pub(crate) fn emit_braces(at: Span, name: &str) -> Problem {
    let name = short(name);
    let help = format!(
        "Write what others shall hear: `emit {name} {{ field: value }}`, or `emit {name} {{ }}` where the name says all."
    );
    fixed(
        problem(MISSING_OPEN, at, format!("`emit {name}` has no `{{ … }}`."), "`{` is missing here", help),
        at,
        " { }",
    )
}

pub(crate) fn missing_open(at: Span, owner: &str) -> Problem {
    let owner = if owner == "``" { "This".to_owned() } else { owner.replace(" `", "`") };
    problem(
        MISSING_OPEN,
        at,
        format!("{owner} has no `{{ … }}`."),
        "`{` is missing here",
        "Write ` {` at the end of this line and `}` on a line of its own after what belongs to it.",
    )
}

pub(crate) fn missing_colon(at: Span, name: &str) -> Problem {
    fixed(
        problem(
            MISSING_COLON,
            at,
            format!("A colon is missing after `{}`.", short(name)),
            "`:` belongs here",
            format!("Write `{}: …`: a property has a colon before its value.", short(name)),
        ),
        at,
        ":",
    )
}

pub(crate) fn missing_comma(at: Span) -> Problem {
    fixed(
        problem(
            MISSING_COMMA,
            at,
            "A comma is missing between two parts.",
            "`,` belongs here",
            "Write a comma here, or put the next part on a line of its own where the brackets are `{ }`.",
        ),
        at,
        ",",
    )
}

pub(crate) fn missing_comma_of_case(at: Span) -> Problem {
    let help = "Write a comma behind the value, or each case on a line of its own.";
    fixed(problem(MISSING_COMMA, at, "A comma is missing between two cases.", "`,` belongs here", help), at, ",")
}

pub(crate) fn missing_name(at: Span, word: &str) -> Problem {
    let example = match word {
        "step" => "step parsed \"Parse document\" { … }",
        "approve" => "approve review \"Review\" { … }",
        "await" => "await submitted \"Await submission\" { … }",
        "child" => "child documents \"Ingest documents\" { … }",
        "let" => "let total = rows.sum(r => r.amount)",
        "var" => "var rows: list<Row> = []",
        "for" => "for row in rows { … }",
        "runbook" => "runbook document-ingest \"Document ingest\" { … }",
        "type" => "type Row { id: text }",
        "enum" => "enum Status { open, closed }",
        "from" => "rework from submitted at most 3 times else fail \"…\"",
        "to" => "escalate to manager within 24h else fail \"…\"",
        "on" => "on document_submitted",
        "show" => "show data_table { rows: extracted.rows }",
        "ask" => "ask file_upload { title: \"Upload\" }",
        "role" | "," => "role accountant, manager",
        _ => "",
    };
    let help = if example.is_empty() {
        "Write a name here: small letters, digits and `_`.".to_owned()
    } else {
        format!("Write a name here, as in `{example}`.")
    };
    problem(MISSING_NAME, at, format!("A name is missing{}.", after(word)), "a name belongs here", help)
}

/// A name that is there after all, in quotes or with a colon, or that the title tells. `rest` is what follows on the line.
pub(crate) fn name_slip(at: Span, word: &str, rest: &str) -> Option<Problem> {
    let blank = rest.len() - rest.trim_start().len();
    let next = rest.trim_start();
    let here = |from: usize, to: usize| {
        let place = |offset: usize| at.end + u32::try_from(blank + offset).unwrap_or(0);
        Span::new(place(from), place(to))
    };
    let name_end = next.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(next.len());
    let blocks = ["step", "approve", "await", "child", "agent", "runbook"];
    if name_end > 0 && blocks.contains(&word) && next.get(name_end..)?.starts_with(':') {
        let name = next.get(..name_end)?;
        let colon = here(name_end, name_end + 1);
        let help = format!("Write `{word} {name} \"…\" {{`: a name, a title, and braces.");
        let message = format!("No colon stands behind the name of this {word}.");
        return Some(fixed(problem(super::NEEDLESS_COLON, colon, message, "remove this colon", help), colon, ""));
    }
    let inner = next.strip_prefix('"')?.split('"').next()?;
    let plain = !inner.is_empty() && inner.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
    if blocks.contains(&word) {
        let dash = if word == "runbook" { "-" } else { "_" };
        let words: Vec<String> = inner
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .take(4)
            .map(str::to_ascii_lowercase)
            .collect();
        let name = words.join(dash);
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || super::RESERVED.contains(&name.as_str()) {
            return None;
        }
        let behind = next.get(inner.len() + 2..)?.trim_start();
        let own: String = behind.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect();
        if !own.is_empty() && !matches!(own.as_str(), "when" | "within") {
            let from = blank + inner.len() + 2;
            let end = next.len() - behind.len() + own.len();
            let ours = format!("{own} \"{inner}\"");
            let help = format!("Write `{word} {own} \"{}\"`.", short(inner));
            let whole = here(0, end);
            let _ = from;
            let message = "The name stands before the title.";
            return Some(fixed(problem(MISSING_NAME, whole, message, "turn these two round", help), whole, ours));
        }
        let out = problem(
            MISSING_NAME,
            at,
            format!("A name is missing after `{word}`."),
            "a name belongs before the title",
            format!(
                "Write `{word} {name} \"{}\" {{ … }}`: others read its value by the name, people read the title.",
                short(inner)
            ),
        );
        return Some(fixed(out, at, format!(" {name}")));
    }
    if plain && matches!(word, "emit" | "role" | "run" | "on" | "signal" | "from" | "to") {
        let out = problem(
            super::QUOTED_KEY,
            here(0, inner.len() + 2),
            "A name has no quotes.",
            "remove the quotes",
            format!("Write `{word} {inner}`."),
        );
        return Some(fixed(out, here(0, inner.len() + 2), inner));
    }
    None
}

pub(crate) fn import_braces(at: Span) -> Problem {
    problem(
        MISSING_OPEN,
        at,
        "An import says in braces what it takes.",
        "`{ … }` belongs here",
        "Write `import { Row, Batch } from \"./types.ntro\"` with every name that is used.",
    )
}

pub(crate) fn signal_fields(at: Span, name: &str) -> Problem {
    let name = short(name);
    problem(
        MISSING_OPEN,
        at,
        format!("`{name}` does not say what it carries."),
        "`{ … }` belongs here",
        format!("Write `signal {name} {{ id: text }}` with its fields, or `{{ }}` if it carries nothing."),
    )
}

pub(crate) fn missing_member(at: Span) -> Problem {
    problem(
        MISSING_NAME,
        at,
        "The name of a field is missing after the dot.",
        "a field belongs here",
        "Write the field, as in `extracted.rows`, or remove the dot.",
    )
}

pub(crate) fn missing_value(at: Span, word: &str) -> Problem {
    let help = match word {
        ":" => "Write a value after the colon, for example `\"text\"`, `12`, `24h` or the name of a step.".to_owned(),
        "=" | "+=" | "-=" | "=>" => format!("Write what stands on the right of `{word}`."),
        "within" => "Write how long, as in `within 24h else fail \"…\"`.".to_owned(),
        "and" | "or" | "not" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "+" | "-" | "*" | "/" | "??" | "in" => {
            format!("Write what stands on the right of `{word}`, or remove it.")
        }
        "when" | "if" | "until" | "where" | "require" => format!("Write a condition, as in `{word} amount > 0 GBP`."),
        _ => "Write a value here, for example `\"text\"`, `12`, `24h` or the name of a step.".to_owned(),
    };
    problem(MISSING_VALUE, at, format!("A value is missing{}.", after(word)), "a value belongs here", help)
}

pub(crate) fn missing_payload(at: Span, word: &str) -> Problem {
    problem(
        MISSING_VALUE,
        at,
        format!("What it carries is missing{}.", after(word)),
        "`{ … }` belongs here",
        "Write the fields, as in `{ source: \"rent-roll\" }`.",
    )
}

pub(crate) fn missing_type(at: Span, word: &str) -> Problem {
    problem(
        MISSING_TYPE,
        at,
        format!("A type is missing{}.", after(word)),
        "a type belongs here",
        "Write a type, for example `text`, `int`, `money`, `date`, `list<text>` or the name of one of yours.",
    )
}

/// How much of a record type a message repeats, in bytes.
const LONGEST_RECORD: usize = 60;

/// `{ id: text }` where the name of a type belongs.
pub(crate) fn record_type(at: Span, text: &str) -> Problem {
    let short = text.len() <= LONGEST_RECORD && !text.contains('\n');
    let fields = if short { text } else { "{ … }" };
    problem(
        MISSING_TYPE,
        at,
        "A record type has a name: it is declared once, and named where it is needed.",
        "the name of a type belongs here",
        format!("Write `type Row {fields}` at the top of the file, and `Row` here."),
    )
}

pub(crate) fn missing_text(at: Span, word: &str) -> Problem {
    problem(
        MISSING_TEXT,
        at,
        format!("A text in quotes is missing{}.", after(word)),
        "a text belongs here",
        format!("Write a text, as in `{} \"Nobody answered within a day.\"`.", short(word)),
    )
}

/// `approve: "Approve"` among the actions of a gate. `gap` lies between the name and its words.
pub(crate) fn colon_of_action(gap: Span, name: &str) -> Problem {
    let name = short(name);
    let help = format!("Write `{name} \"…\"`, with a blank between the name and the words that people read.");
    fixed(problem(NEEDLESS_COLON, gap, format!("The action `{name}` takes no colon."), "remove this", help), gap, " ")
}

/// `actions { approve, reject }`.
pub(crate) fn label_of_action(at: Span, name: &str) -> Problem {
    let name = short(name);
    problem(
        MISSING_TEXT,
        at,
        format!("The action `{name}` does not say what people read."),
        "a text belongs here",
        format!("Write `{name} \"{}\"`, each action on a line of its own.", titled(&name)),
    )
}

pub(crate) fn missing_path(at: Span) -> Problem {
    problem(
        MISSING_TEXT,
        at,
        "The file that is imported from is missing.",
        "a file belongs here",
        "Write its path in quotes, as in `import { Row } from \"./types.ntro\"`.",
    )
}

/// `within 24h fail "…"`: `gap` lies between the limit and what follows.
pub(crate) fn limit_without_else(gap: Span, outcome: Span, word: &str) -> Problem {
    fixed(
        problem(
            MISSING_ELSE,
            outcome,
            format!("`else` is missing before `{}`.", short(word)),
            "`else` belongs before this",
            format!("Write `within 24h else {} …`.", short(word)),
        ),
        gap,
        " else ",
    )
}

pub(crate) fn missing_else(at: Span) -> Problem {
    problem(
        MISSING_ELSE,
        at,
        "`require` does not say what happens otherwise.",
        "`else` belongs here",
        "Write `else fail \"…\"` with the reason that people shall read; in an `approve` write `else refuse \"…\"`.",
    )
}

pub(crate) fn missing_else_value(at: Span) -> Problem {
    problem(
        MISSING_ELSE,
        at,
        "`if … then …` does not say which value it has otherwise.",
        "`else` belongs here",
        "Write `if high then director else accountant`.",
    )
}

pub(crate) fn missing_outcome(at: Span, word: &str) -> Problem {
    problem(
        MISSING_OUTCOME,
        at,
        format!("What shall happen is missing{}.", after(word)),
        "say here what follows",
        "Write one of `fail \"…\"`, `skip \"…\"`, `approve`, `reject`, `escalate to ROLE within 24h else …`, `rework from STEP at most 3 times else …` or `{ … }`.",
    )
}

pub(crate) fn missing_on_failure(at: Span) -> Problem {
    problem(
        MISSING_OUTCOME,
        at,
        "`try` does not say what follows a failure.",
        "`on failure` belongs here",
        "Write `try { … } on failure (e) { … }`.",
    )
}

pub(crate) fn missing_equals(at: Span, function: bool) -> Problem {
    let example =
        if function { "fn total(rows: list<Row>) -> money = rows.sum(r => r.amount)" } else { "let total = 12" };
    let message = if function {
        "A function is one value after an `=`, and the `=` is missing."
    } else {
        "An `=` is missing here."
    };
    problem(MISSING_SIGN, at, message, "`=` belongs here", format!("Write it as in `{example}`."))
}

pub(crate) fn missing_arrow(at: Span) -> Problem {
    problem(
        MISSING_SIGN,
        at,
        "An `=>` is missing here.",
        "`=>` belongs here",
        "Write what it becomes after `=>`, as in `on edit (row) => { ...row, status: pending }`.",
    )
}

pub(crate) fn missing_args(at: Span, name: &str) -> Problem {
    problem(
        MISSING_ARGS,
        at,
        format!("`{}` is called without its brackets.", short(name)),
        "`( … )` belongs here",
        format!("Write `run {}(…)` with what it is given, or `()` if it needs nothing.", short(name)),
    )
}

pub(crate) fn missing_params(at: Span, name: &str) -> Problem {
    problem(
        MISSING_ARGS,
        at,
        format!("`{}` does not say what it is given.", short(name)),
        "`( … )` belongs here",
        format!("Write `{}(document: file)`, or `()` if it needs nothing.", short(name)),
    )
}

pub(crate) fn missing_target(at: Span) -> Problem {
    problem(
        MISSING_NAME,
        at,
        "`run` does not say what runs.",
        "a name belongs here",
        "Write the capability or runbook, as in `run files.parse(submitted.document)`.",
    )
}

pub(crate) fn missing_expectation(at: Span, rest: &str) -> Problem {
    if let Some(call) = rest.trim_start().strip_prefix("calls ").or_else(|| rest.trim_start().strip_prefix("called ")) {
        let name = call.trim_start().split([' ', '{', '(']).next().unwrap_or("");
        let help = format!(
            "Write `expect call {name} with {{ … }}`, `expect 1 calls {name}` or, for an order, `expect calls [{name}]`."
        );
        let message = "This does not say what of the call shall hold.";
        return problem(MISSING_OUTCOME, at, message, "say here what shall come about", help);
    }
    let word = rest.trim_start().split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
    let words = ["completed", "failed", "open", "never", "calls", "call", "input"];
    if word.len() > 3
        && let Some(meant) = super::nearest(word, &words)
    {
        let message = format!("`expect` does not know `{}`.", short(word));
        return problem(
            MISSING_OUTCOME,
            at,
            message,
            "say here what shall come about",
            format!("Write `expect {meant}`."),
        );
    }
    problem(
        MISSING_OUTCOME,
        at,
        "`expect` does not say what shall come about.",
        "say here what shall come about",
        "Write one of `completed with { … }`, `failed at STEP \"…\"`, `open STEP`, `never STEP`, `calls [a.b]`, `3 calls a.b`, `call a.b 2 with { … }`, `at most 3 running NAME`, `input { … }`.",
    )
}

pub(crate) fn missing_decl(at: Span) -> Problem {
    problem(
        MISSING_WORD,
        at,
        "`extern` does not say what is elsewhere.",
        "`runbook` or `agent` belongs here",
        "Write `extern runbook nav-monthly { … }` or `extern agent auditor { … }`.",
    )
}
