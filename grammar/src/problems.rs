//! Every problem that a text can have, worded once. The reader is an analyst who may never have programmed, or a model
//! that writes `.ntro`: a message says what is wrong, a label points, a help shows what to write.

use crate::ast::Name;
use crate::{Edit, Problem, Span};

pub use crate::explain::{PROBLEMS, ProblemDoc};

/// Words that never name a variable, a step or a parameter.
pub const RESERVED: &[&str] = &[
    "true", "false", "none", "and", "or", "not", "in", "if", "then", "else", "let", "var", "return", "match", "try",
    "undo", "parallel", "send", "checks", "actions", "import", "scenario", "fail", "skip", "on", "feedback", "expect",
    "require", "sleep", "role",
];

/// A word that must stand here does not.
pub const MISSING_WORD: &str = "N0101";
/// A bracket is never closed.
pub const UNCLOSED: &str = "N0102";
/// A block or list has no `{`.
pub const MISSING_OPEN: &str = "N0103";
/// A `}` closes nothing.
pub const STRAY_CLOSER: &str = "N0104";
/// A text has no closing quote.
pub const UNCLOSED_STRING: &str = "N0105";
/// Something stands where nothing fits it.
pub const UNEXPECTED: &str = "N0106";
/// A property without its colon.
pub const MISSING_COLON: &str = "N0107";
/// A clause with a colon.
pub const NEEDLESS_COLON: &str = "N0108";
/// A comma is missing between two things on one line.
pub const MISSING_COMMA: &str = "N0109";
/// A name is missing.
pub const MISSING_NAME: &str = "N0110";
/// A value is missing.
pub const MISSING_VALUE: &str = "N0111";
/// A type is missing.
pub const MISSING_TYPE: &str = "N0112";
/// A text in quotes is missing.
pub const MISSING_TEXT: &str = "N0113";
/// `else` is missing.
pub const MISSING_ELSE: &str = "N0114";
/// What follows `else`, `on reject` or `on failure` is missing.
pub const MISSING_OUTCOME: &str = "N0115";
/// `=` or `=>` is missing.
pub const MISSING_SIGN: &str = "N0116";
/// A call without its brackets.
pub const MISSING_ARGS: &str = "N0117";
/// A reserved word is used as a name.
pub const RESERVED_NAME: &str = "N0118";
/// A name with a dash where none may be.
pub const DASHED_NAME: &str = "N0119";
/// A block begins with a word that is none of the language.
pub const UNKNOWN_WORD: &str = "N0120";
/// Something that is right elsewhere stands in the wrong place.
pub const MISPLACED: &str = "N0121";
/// Two comparisons in a row.
pub const CHAINED: &str = "N0122";
/// A minus without blanks.
pub const TIGHT_MINUS: &str = "N0123";
/// A sign of another language.
pub const FOREIGN_OPERATOR: &str = "N0124";
/// A word of another language.
pub const FOREIGN_WORD: &str = "N0125";
/// `=` where `:` belongs.
pub const EQUALS_FOR_COLON: &str = "N0126";
/// Single quotes outside a hole, or double quotes in one.
pub const WRONG_QUOTES: &str = "N0127";
/// A key in quotes.
pub const QUOTED_KEY: &str = "N0128";
/// `#` comments.
pub const HASH_COMMENT: &str = "N0129";
/// `;` at a line's end.
pub const SEMICOLON: &str = "N0130";
/// `a[0]`
pub const INDEX: &str = "N0131";
/// `c ? a : b`
pub const TERNARY: &str = "N0132";
/// A number that cannot be read.
pub const BAD_NUMBER: &str = "N0133";
/// A backslash before something that needs none.
pub const BAD_ESCAPE: &str = "N0134";
/// A `{{` without `}}`.
pub const OPEN_HOLE: &str = "N0135";
/// A tag that does not exist.
pub const UNKNOWN_TAG: &str = "N0136";
/// A tag without its end, or an end without its tag.
pub const UNBALANCED_TAG: &str = "N0137";
/// `{{ x | filter }}`
pub const FILTER: &str = "N0138";
/// `text[]`
pub const ARRAY_TYPE: &str = "N0139";
/// `return` in the middle without a value.
pub const BARE_RETURN: &str = "N0140";
/// `fail` with something that is no text.
pub const MESSAGE_NOT_TEXT: &str = "N0141";
/// The same thing twice.
pub const TWICE: &str = "N0142";
/// Nested too deeply.
pub const TOO_DEEP: &str = "N0143";
/// Too large.
pub const TOO_LARGE: &str = "N0144";

fn problem(
    code: &'static str,
    span: Span,
    message: impl Into<String>,
    label: impl Into<String>,
    help: impl Into<String>,
) -> Problem {
    Problem {
        code,
        span,
        message: message.into(),
        label: label.into(),
        help: help.into(),
        fix: None,
        related: Vec::new(),
    }
}

fn fixed(mut of: Problem, span: Span, text: impl Into<String>) -> Problem {
    of.fix = Some(Edit { span, text: text.into() });
    of
}

/// The start of a text, short enough for a sentence.
pub(crate) fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or("").trim();
    let mut out: String = line.chars().take(24).collect();
    if line.chars().count() > 24 || text.lines().count() > 1 {
        out.push('…');
    }
    out
}

/// A word in a sentence: `after `let``, or nothing at the start of a file.
fn after(word: &str) -> String {
    match short(word) {
        w if w.is_empty() => String::new(),
        w => format!(" after `{w}`"),
    }
}

pub(crate) fn missing_word(at: Span, word: &str, example: &str) -> Problem {
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

pub(crate) fn stray_closer(at: Span, sign: &str) -> Problem {
    let opener = match sign {
        ")" => "(",
        "]" => "[",
        _ => "{",
    };
    fixed(
        problem(
            STRAY_CLOSER,
            at,
            format!("This `{sign}` closes nothing."),
            format!("one `{sign}` too many"),
            format!("Remove it, or write the `{opener}` that it should close."),
        ),
        at,
        "",
    )
}

pub(crate) fn unclosed_string(from: Span, end: Span) -> Problem {
    let place = Span::new(from.start, end.end.max(from.start));
    problem(
        UNCLOSED_STRING,
        place,
        "A text has an opening quote and no closing one.",
        "this text does not end",
        "Write `\"` at the end of the text. A text of several lines stands between `\"\"\"` and `\"\"\"`.",
    )
}

pub(crate) fn unexpected(at: Span, text: &str, hint: &str) -> Problem {
    problem(UNEXPECTED, at, format!("`{}` does not fit here.", short(text)), "this is not understood", hint)
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

pub(crate) fn needless_colon(at: Span, word: &str) -> Problem {
    fixed(
        problem(
            NEEDLESS_COLON,
            at,
            format!("`{}` takes no colon.", short(word)),
            "remove this colon",
            format!("Write `{} …` without the colon: it is a clause, not a property.", short(word)),
        ),
        at,
        "",
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

pub(crate) fn missing_text(at: Span, word: &str) -> Problem {
    problem(
        MISSING_TEXT,
        at,
        format!("A text in quotes is missing{}.", after(word)),
        "a text belongs here",
        format!("Write a text, as in `{} \"Nobody answered within a day.\"`.", short(word)),
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
    problem(MISSING_SIGN, at, "An `=` is missing here.", "`=` belongs here", format!("Write it as in `{example}`."))
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

pub(crate) fn missing_expectation(at: Span) -> Problem {
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

pub(crate) fn unclosed_hole(at: Span) -> Problem {
    problem(
        OPEN_HOLE,
        at,
        "A `{{` in a text has no `}}`.",
        "`}}` belongs here",
        "Write `{{ name }}` with two braces on each side.",
    )
}

pub(crate) fn open_hole(at: Span, sign: &str) -> Problem {
    let end = if sign.starts_with("{%") { "%}" } else { "}}" };
    problem(
        OPEN_HOLE,
        at,
        format!("`{}` in a text has no `{end}` on its line.", short(sign)),
        format!("`{end}` is missing after this"),
        "Write `{{ name }}` with two braces on each side; for two plain braces write `\\{{`.",
    )
}

pub(crate) fn quoted_key(name: &Name) -> Problem {
    fixed(
        problem(
            QUOTED_KEY,
            name.span,
            "The name of a field has no quotes.",
            "remove the quotes",
            format!("Write `{}: …`.", name.text),
        ),
        name.span,
        name.text.clone(),
    )
}

pub(crate) fn reserved(name: &Name, what: &str) -> Problem {
    problem(
        RESERVED_NAME,
        name.span,
        format!("`{}` is a word of the language and cannot name this {what}.", name.text),
        "choose another name",
        format!("Write another name, for example `{}_`-something or what it stands for; fields of a `type` may be called so.", name.text).replace("_`-something", "_value`"),
    )
}

pub(crate) fn dashed(name: &Name, what: &str) -> Problem {
    let ours = name.text.replace('-', "_");
    fixed(
        problem(
            DASHED_NAME,
            name.span,
            format!("The name of this {what} has a dash in it."),
            "no dashes here",
            format!("Write `{ours}`: only runbooks and workflows have dashes in their names."),
        ),
        name.span,
        ours,
    )
}

pub(crate) fn unknown_block(name: &Name, guess: Option<&str>) -> Problem {
    unknown(name, guess, "`step`, `approve`, `await`, `child` or `agent`")
}

pub(crate) fn unknown_decl(name: &Name, guess: Option<&str>) -> Problem {
    unknown(
        name,
        guess,
        "`runbook`, `workflow`, `type`, `enum`, `signal`, `capability`, `role`, `fn`, `import` or `scenario`",
    )
}

fn unknown(name: &Name, guess: Option<&str>, all: &str) -> Problem {
    let message = format!("`{}` is not a word that a block begins with.", name.text);
    match guess {
        Some(word) => fixed(
            problem(UNKNOWN_WORD, name.span, message, format!("is `{word}` meant?"), format!("Write `{word}`.")),
            name.span,
            word,
        ),
        None => problem(UNKNOWN_WORD, name.span, message, "not known", format!("Write {all}.")),
    }
}

pub(crate) fn misplaced(at: Span, word: &str, owner: &str) -> Problem {
    let help = match word {
        "let" | "var" => "Write it before the block, or in a `step`.".to_owned(),
        "within" => "Write a limit on an `await`, an `approve`, a call or in the head of a block.".to_owned(),
        "show" | "checks" | "actions" | "warn" | "remind" => "Write it in an `approve`.".to_owned(),
        "ask" => "Write it in an `await`.".to_owned(),
        "send" | "expect" => "Write it in an `agent`.".to_owned(),
        "until" => "Write it in an `await` or after `repeat`.".to_owned(),
        "on" => "Write it in a `show data_table { … }`.".to_owned(),
        _ => "Write it before or after this block, or in a `step` of its own.".to_owned(),
    };
    problem(MISPLACED, at, format!("`{word}` cannot stand in {owner}."), "not here", help)
}

pub(crate) fn stray_within(at: Span, end_of_call: Span) -> Problem {
    let mut out = problem(
        MISPLACED,
        at,
        "A limit on a line of its own belongs to no call here.",
        "not on a line of its own",
        "Write it on the line of the call, as in `run files.parse(document) within 5m`, or in the head of the step.",
    );
    out.related.push((end_of_call, "a limit of this call stands here".to_owned()));
    out
}

pub(crate) fn chained(first: Span, second: Span) -> Problem {
    let mut out =
        problem(CHAINED, second, "Comparisons do not chain.", "a second comparison", "Write `a < b and b < c`.");
    out.related.push((first, "the first comparison".to_owned()));
    out
}

pub(crate) fn tight_minus(at: Span) -> Problem {
    fixed(
        problem(
            TIGHT_MINUS,
            at,
            "A minus between two values has blanks round it.",
            "blanks belong round this",
            "Write `a - b`; without blanks a dash is part of a date or of a runbook's name.",
        ),
        at,
        " - ",
    )
}

pub(crate) fn foreign_operator(at: Span, sign: &str) -> Problem {
    let ours = match sign {
        "&&" => "and",
        "||" => "or",
        "=" | "===" => "==",
        _ => "!=",
    };
    let message = match sign {
        "=" => "`=` gives a value to a variable; a comparison is `==`.".to_owned(),
        _ => format!("`{sign}` is written `{ours}` here."),
    };
    fixed(problem(FOREIGN_OPERATOR, at, message, format!("write `{ours}`"), format!("Write `a {ours} b`.")), at, ours)
}

pub(crate) fn bang(at: Span) -> Problem {
    fixed(problem(FOREIGN_OPERATOR, at, "`!` is written `not` here.", "write `not`", "Write `not done`."), at, "not ")
}

/// What a constant of another language is called here.
pub(crate) fn foreign_constant(word: &str) -> Option<&'static str> {
    Some(match word {
        "null" | "nil" | "undefined" | "None" | "NULL" => "none",
        "True" | "TRUE" => "true",
        "False" | "FALSE" => "false",
        _ => return None,
    })
}

pub(crate) fn foreign_word(at: Span, word: &str, ours: &str) -> Problem {
    fixed(
        problem(
            FOREIGN_WORD,
            at,
            format!("`{word}` is written `{ours}` here."),
            format!("write `{ours}`"),
            format!("Write `{ours}`."),
        ),
        at,
        ours,
    )
}

pub(crate) fn const_word(at: Span) -> Problem {
    fixed(
        problem(
            FOREIGN_WORD,
            at,
            "`const` is written `let` here.",
            "write `let`",
            "Write `let x = …` for what never changes and `var x = …` for what does.",
        ),
        at,
        "let",
    )
}

pub(crate) fn elif(at: Span) -> Problem {
    fixed(
        problem(
            FOREIGN_WORD,
            at,
            "`elif` is written `else if` outside of texts.",
            "write `else if`",
            "Write `} else if … {`.",
        ),
        at,
        "else if",
    )
}

pub(crate) fn else_pattern(name: &Name) -> Problem {
    fixed(
        problem(
            FOREIGN_WORD,
            name.span,
            format!("`{}` is written `else` here.", name.text),
            "write `else`",
            "Write `else => …` for what no other arm fits.",
        ),
        name.span,
        "else",
    )
}

pub(crate) fn equals_for_colon(at: Span, name: &str) -> Problem {
    fixed(
        problem(
            EQUALS_FOR_COLON,
            at,
            "An `=` stands where a colon belongs.",
            "write `:`",
            format!("Write `{}: …`.", short(name)),
        ),
        at,
        ":",
    )
}

pub(crate) fn single_quotes(at: Span, raw: &str) -> Problem {
    let inner = raw.trim_matches('\'');
    let out = problem(
        WRONG_QUOTES,
        at,
        "A text stands in double quotes.",
        "single quotes",
        format!("Write `\"{}\"`; single quotes are for texts inside `{{{{ }}}}`.", short(inner)),
    );
    if raw.len() > 1 && raw.ends_with('\'') && !inner.contains(['"', '\\', '{']) {
        return fixed(out, at, format!("\"{inner}\""));
    }
    out
}

pub(crate) fn double_quotes_inside(at: Span, raw: &str) -> Problem {
    let inner = raw.trim_matches('"');
    let out = problem(
        WRONG_QUOTES,
        at,
        "A text inside `{{ }}` stands in single quotes, because `\"` ends the outer text.",
        "double quotes inside a text",
        if inner.len() > 24 { "Write `'…'`.".to_owned() } else { format!("Write `'{inner}'`.") },
    );
    if inner.contains(['\'', '\\', '{']) { out } else { fixed(out, at, format!("'{inner}'")) }
}

pub(crate) fn hash_comment(at: Span) -> Problem {
    fixed(
        problem(HASH_COMMENT, at, "A comment begins with `//`.", "`#` begins nothing here", "Write `// …`."),
        Span::new(at.start, at.start + 1),
        "//",
    )
}

pub(crate) fn semicolon(at: Span) -> Problem {
    fixed(
        problem(SEMICOLON, at, "A line needs no `;` at its end.", "remove this", "Remove it: a line's end is enough."),
        at,
        "",
    )
}

pub(crate) fn index(at: Span, inside: &str) -> Problem {
    let inside = short(inside);
    fixed(
        problem(
            INDEX,
            at,
            "A part of a list is not taken with `[ ]`.",
            "no `[ ]` after a value",
            format!("Write `.at({inside})`, or `.first()` for the first one."),
        ),
        at,
        format!(".at({inside})"),
    )
}

pub(crate) fn ternary(at: Span) -> Problem {
    problem(
        TERNARY,
        at,
        "A choice between two values is not written with `?`.",
        "not here",
        "Write `if c then a else b`; for a value that may be absent write `a ?? b` or `a?.b`.",
    )
}

pub(crate) fn currency_sign(at: Span, text: &str) -> Problem {
    let code = match text.chars().next() {
        Some('£') => "GBP",
        Some('€') => "EUR",
        _ => "USD",
    };
    problem(
        BAD_NUMBER,
        at,
        "Money is written with the code of its currency.",
        "no signs of currencies",
        format!("Write `12.50 {code}`."),
    )
}

pub(crate) fn bad_number(at: Span, text: &str) -> Problem {
    let digits: String = text.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let unit = text.get(digits.len()..).unwrap_or("");
    let currency = unit.len() == 3 && unit.chars().all(|c| c.is_ascii_uppercase());
    let plain = text.replace('_', "");
    let out = |help: String| {
        problem(BAD_NUMBER, at, format!("`{}` is not a number that can be read.", short(text)), "not a number", help)
    };
    if currency {
        return fixed(
            out(format!("Write `{digits} {unit}` with a blank before the currency.")),
            at,
            format!("{digits} {unit}"),
        );
    }
    if plain != text && plain.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return fixed(out(format!("Write `{plain}`: numbers have no `_`.")), at, plain);
    }
    out("Numbers are `12` or `12.50`, money `12.50 GBP`, shares `15%`, times `90s`, `5m`, `24h`, `3d` or `1h30m`, sizes `25MB`.".to_owned())
}

pub(crate) fn bad_escape(at: Span, text: &str) -> Problem {
    let c = text.get(1..).unwrap_or("");
    problem(
        BAD_ESCAPE,
        at,
        format!("`\\{c}` means nothing in a text."),
        "not known",
        "Write `\\n` for a new line, `\\t` for a tab, `\\\"` for a quote, `\\{` for a brace and `\\\\` for one backslash.",
    )
}

pub(crate) fn unknown_tag(at: Span, word: &str) -> Problem {
    problem(
        UNKNOWN_TAG,
        at,
        format!("`{{% {} %}}` is not a tag of a text.", short(word)),
        "not known",
        "Write `{% for x in xs %} … {% endfor %}` or `{% if c %} … {% elif d %} … {% else %} … {% endif %}`.",
    )
}

pub(crate) fn open_tag(at: Span, end: &str) -> Problem {
    problem(
        UNBALANCED_TAG,
        at,
        format!("This tag has no `{{% {end} %}}`."),
        "opened here",
        format!("Write `{{% {end} %}}` where it ends, in the same text."),
    )
}

pub(crate) fn stray_tag(at: Span, word: &str) -> Problem {
    let opener = if word == "endfor" { "for x in xs" } else { "if c" };
    problem(
        UNBALANCED_TAG,
        at,
        format!("`{{% {word} %}}` belongs to no tag that is open here."),
        "belongs to nothing",
        format!("Write `{{% {opener} %}}` before it, or remove it."),
    )
}

pub(crate) fn filter(at: Span) -> Problem {
    problem(
        FILTER,
        at,
        "A text has no `|` filters.",
        "no filters",
        "Write a function after a dot, as in `{{ names.join(', ') }}`.",
    )
}

pub(crate) fn array_type(ty: Span, at: Span, name: &str) -> Problem {
    fixed(
        problem(
            ARRAY_TYPE,
            at,
            "A list is not written with `[]`.",
            "no `[]`",
            format!("Write `list<{}>`.", short(name)),
        ),
        ty.to(at),
        format!("list<{name}>"),
    )
}

pub(crate) fn needless_label(at: Span) -> Problem {
    problem(
        UNEXPECTED,
        at,
        "A field has a question only in `ask form { … }`.",
        "not here",
        "Remove it, or write it as documentation: `/// …` after the field.",
    )
}

pub(crate) fn bare_return(at: Span) -> Problem {
    problem(
        BARE_RETURN,
        at,
        "`return` without a value stands only at the end.",
        "nothing follows on this line",
        "Write the value on the same line, or remove what follows.",
    )
}

pub(crate) fn message_not_text(at: Span, word: &str, text: &str) -> Problem {
    let text = short(text);
    let ours = format!("\"{{{{ {text} }}}}\"");
    fixed(
        problem(
            MESSAGE_NOT_TEXT,
            at,
            format!("`{word}` takes a text in quotes."),
            "not a text",
            format!("Write `{word} {ours}`."),
        ),
        at,
        ours,
    )
}

pub(crate) fn twice(at: Span, first: Span, word: &str) -> Problem {
    let mut out = problem(TWICE, at, format!("`{word}` stands here twice."), "the second", "Remove one of them.");
    out.related.push((first, "the first".to_owned()));
    out
}

pub(crate) fn too_deep(at: Span) -> Problem {
    problem(
        TOO_DEEP,
        at,
        "This is too deeply nested.",
        "deeper than can be read",
        "Give a part of it a name with `let` or `fn`, and use the name.",
    )
}

pub(crate) fn too_large(size: usize) -> Problem {
    problem(
        TOO_LARGE,
        Span::default(),
        format!("This file is too large: {} MiB, and 4 are read.", size / (1024 * 1024)),
        "the file begins here",
        "Put its parts into several files and `import` what they share.",
    )
}

/// The word of `known` that was probably meant: at most two letters wrong.
pub(crate) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let close = known.iter().map(|k| (distance(word, k), *k)).min_by_key(|(d, _)| *d)?;
    (close.0 <= 2 && close.0 < word.chars().count()).then_some(close.1)
}

/// How many letters differ; words longer than 24 are never near.
fn distance(a: &str, b: &str) -> usize {
    if a.len() > 24 || b.len() > 24 {
        return usize::MAX;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (cb, above) in b.iter().zip(row.iter().skip(1)) {
            let here = (diagonal + usize::from(ca != *cb)).min(left + 1).min(above + 1);
            diagonal = *above;
            left = here;
            next.push(here);
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}
