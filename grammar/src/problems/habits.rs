//! Habits from other languages, and names that cannot be.

use super::{
    ARRAY_TYPE, BAD_NUMBER, CHAINED, DASHED_NAME, EQUALS_FOR_COLON, FOREIGN_OPERATOR, FOREIGN_WORD, HASH_COMMENT,
    INDEX, QUOTED_KEY, RESERVED_NAME, SEMICOLON, TERNARY, TIGHT_MINUS, UNEXPECTED, fixed, problem, short,
};
use crate::ast::Name;
use crate::{Problem, Span};

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

pub(crate) fn chained(first: Span, second: Span, parts: Option<[&str; 5]>) -> Problem {
    let help = match parts {
        Some([a, one, b, two, c]) => format!("Write `{a} {one} {b} and {b} {two} {c}`."),
        None => "Write `a < b and b < c`.".to_owned(),
    };
    let mut out = problem(CHAINED, second, "Comparisons do not chain.", "a second comparison", help);
    out.related.push((first, "the first comparison".to_owned()));
    out
}

/// `xs.first<int>()`: `at` is what stands in `<` and `>`, these included.
pub(crate) fn type_argument(at: Span, name: &str) -> Problem {
    let name = short(name);
    fixed(
        problem(
            UNEXPECTED,
            at,
            format!("`{name}` is not told a type: what it gives follows from what it is called with."),
            "remove this",
            format!("Write `{name}(…)`."),
        ),
        at,
        "",
    )
}

pub(crate) fn tight_minus(at: Span, around: Option<(&str, &str)>) -> Problem {
    let (a, b) = around.unwrap_or(("a", "b"));
    fixed(
        problem(
            TIGHT_MINUS,
            at,
            "A minus between two values has blanks round it.",
            "blanks belong round this",
            format!("Write `{a} - {b}`; without blanks a dash is part of a date or of a runbook's name."),
        ),
        at,
        " - ",
    )
}

/// `around` is what stands on both sides, where that is one word each.
pub(crate) fn foreign_operator(at: Span, sign: &str, around: Option<(&str, &str)>) -> Problem {
    if let Some((a, "empty" | "blank" | "missing")) = around
        && sign.starts_with("is")
    {
        let (text, list) = if sign == "is" { ("==", "==") } else { ("!=", ">") };
        let help = format!(
            "Write `{a} {text} \"\"` for a text, `{a}.count() {list} 0` for a list, `{a} {text} none` for what may be absent."
        );
        return problem(FOREIGN_OPERATOR, at, format!("`{sign}` is no comparison."), format!("write `{text}`"), help);
    }
    let ours = match sign {
        "&&" => "and",
        "||" => "or",
        "=" | "===" | "is" => "==",
        _ => "!=",
    };
    let message = match sign {
        "=" => "`=` gives a value to a variable; a comparison is `==`.".to_owned(),
        _ => format!("`{sign}` is written `{ours}` here."),
    };
    let help = match around {
        Some((a, b)) => format!("Write `{a} {ours} {b}`."),
        None => format!("Write `{ours}` in place of `{sign}`."),
    };
    fixed(problem(FOREIGN_OPERATOR, at, message, format!("write `{ours}`"), help), at, ours)
}

pub(crate) fn bang(at: Span, next: Option<&str>) -> Problem {
    let help = next.map_or_else(|| "Write `not ` in place of `!`.".to_owned(), |next| format!("Write `not {next}`."));
    fixed(problem(FOREIGN_OPERATOR, at, "`!` is written `not` here.", "write `not`", help), at, "not ")
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

/// `rows[0]`, and `rows[0].id`, where `field` is true.
pub(crate) fn index(at: Span, inside: &str, field: bool) -> Problem {
    let inside = short(inside);
    let help = if field {
        format!(
            "Write `.at({inside})?.…`, or `.first()?.…` for the first one: there may be none, so say behind it what stands in its place: `?? …`."
        )
    } else {
        format!("Write `.at({inside})`, or `.first()` for the first one.")
    };
    // `rows[-1]` is the last one, and `rows[1:3]` some of them.
    if inside == "-1" {
        let help = "Write `.last()`.";
        let found = problem(INDEX, at, "A part of a list is not taken with `[ ]`.", "no `[ ]` after a value", help);
        return if field { found } else { fixed(found, at, ".last()") };
    }
    let found = problem(INDEX, at, "A part of a list is not taken with `[ ]`.", "no `[ ]` after a value", help);
    // What is read of a part that may be missing is another thing to be said, so no repair is certain.
    if field { found } else { fixed(found, at, format!(".at({inside})")) }
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

/// What stands around the colon of `a : b`, up to the end of the line or a comment. None where brackets or texts do not end there.
pub(crate) fn split_choice(rest: &str) -> Option<(&str, &str)> {
    let mut depth = 0usize;
    let mut quoted = false;
    let (mut colon, mut end) = (None, rest.len());
    let mut before = ' ';
    for (at, sign) in rest.char_indices() {
        match sign {
            '"' if before != '\\' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.checked_sub(1)?,
            '?' => return None,
            ':' if depth == 0 && colon.replace(at).is_some() => return None,
            '/' if before == '/' => {
                end = at - 1;
                break;
            }
            _ => {}
        }
        before = sign;
    }
    let colon = colon.filter(|_| depth == 0 && !quoted)?;
    let (yes, no) = (rest.get(..colon)?.trim(), rest.get(colon + 1..end)?.trim().trim_end_matches(','));
    (!yes.is_empty() && !no.is_empty()).then_some((yes, no))
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

/// `24h` for `24` and `hours`; a month and a year have no fixed length.
fn duration_of(digits: &str, unit: &str) -> Option<String> {
    let number: u64 = digits.parse().ok()?;
    Some(match unit.trim_end_matches('s') {
        "second" | "sec" => format!("{number}s"),
        "minute" | "min" => format!("{number}m"),
        "hour" | "hr" => format!("{number}h"),
        "day" => format!("{number}d"),
        "week" | "w" | "wk" => format!("{}d", number.checked_mul(7)?),
        other => format!("{number}{}", slip_of_unit(other)?),
    })
}

/// The unit of `3dd`, `2huors`, `5minuts`.
fn slip_of_unit(unit: &str) -> Option<&'static str> {
    let letter = |word: &str| match word {
        "second" => "s",
        "minute" => "m",
        "hour" => "h",
        _ => "d",
    };
    let mut letters = unit.chars();
    let first = letters.next()?;
    if unit.len() > 1 && letters.all(|c| c == first) {
        return ["s", "m", "h", "d"].into_iter().find(|unit| unit.starts_with(first));
    }
    // A month is no slip of a minute.
    (unit.len() >= 3 && !unit.starts_with("mon"))
        .then(|| super::nearest(unit, &["second", "minute", "hour", "day"]).map(letter))
        .flatten()
}

/// `24 hours`, and what it is read as.
pub(crate) fn worded_duration(at: Span, text: &str) -> (Problem, String) {
    let (digits, unit) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    let unit = unit.trim();
    let digits: String = digits.chars().take(9).collect();
    if unit.contains("day") && !unit.starts_with("day") {
        let ours = format!("{digits} working days");
        let out = problem(
            BAD_NUMBER,
            at,
            "Days on which people work are written `working days`.",
            "not known",
            format!("Write `{ours}`."),
        );
        return (fixed(out, at, ours), format!("{digits}d"));
    }
    let message = "Durations are written without a blank and a word.";
    match duration_of(&digits, unit) {
        Some(ours) => {
            let out = problem(BAD_NUMBER, at, message, format!("write `{ours}`"), format!("Write `{ours}`."));
            (fixed(out, at, ours.clone()), ours)
        }
        None => {
            let help = "A month and a year have no fixed length: write days, `30d`, or a date.";
            (problem(BAD_NUMBER, at, message, "not a duration", help), "30d".to_owned())
        }
    }
}

/// `1,000 GBP`
pub(crate) fn thousands(at: Span, text: &str) -> Problem {
    let plain = text.replace(',', "");
    let help = format!("Write `{plain}`.");
    fixed(problem(BAD_NUMBER, at, "Numbers have no commas between their digits.", "no commas", help), at, plain)
}

/// `if c then {`
pub(crate) fn needless_then(at: Span) -> Problem {
    fixed(
        problem(
            FOREIGN_WORD,
            at,
            "Before braces `if` has no `then`.",
            "remove this",
            "Write `if CONDITION { … }`; `then` stands only in a value, `if c then a else b`.",
        ),
        at,
        "",
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
    let mut groups = text.split('.');
    let first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()));
    let three = |group: &str| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit());
    if first && unit.is_empty() && text.matches('.').count() > 1 && groups.all(three) {
        let whole = text.replace('.', "");
        let help = format!("Write `{whole}`: nothing stands between thousands.");
        return fixed(out(help), at, whole);
    }
    let short_unit = match unit {
        "H" | "M" | "S" | "D" => Some(format!("{digits}{}", unit.to_ascii_lowercase())),
        _ => None,
    };
    if let Some(meant) = short_unit.or_else(|| duration_of(&digits, &unit.to_ascii_lowercase())) {
        let help = match unit {
            "w" | "W" | "wk" => format!("There are no weeks: write `{meant}`."),
            _ => format!("Durations are written with one small letter: `{meant}`."),
        };
        let message = format!("`{}` is not a duration that can be read.", short(text));
        return fixed(problem(BAD_NUMBER, at, message, "not a duration", help), at, meant);
    }
    if matches!(unit.to_ascii_lowercase().trim_end_matches('s'), "mo" | "month" | "y" | "yr" | "year") {
        let message = format!("`{}` is not a duration that can be read.", short(text));
        let help = "A month and a year have no fixed length: write days, `30d`, or a date.";
        return problem(BAD_NUMBER, at, message, "not a duration", help);
    }
    if plain != text && plain.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return fixed(out(format!("Write `{plain}`: numbers have no `_`.")), at, plain);
    }
    out("Numbers are `12` or `12.50`, money `12.50 GBP`, shares `15%`, times `90s`, `5m`, `24h`, `3d` or `1h30m`, sizes `25MB`.".to_owned())
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
