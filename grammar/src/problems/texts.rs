//! Problems inside texts: quotes, holes, tags, escapes.

use super::{
    BAD_ESCAPE, FILTER, MESSAGE_NOT_TEXT, OPEN_HOLE, UNBALANCED_TAG, UNCLOSED_STRING, UNKNOWN_TAG, WRONG_QUOTES, fixed,
    nearest, problem, short,
};
use crate::{Problem, Span};

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
    if word == "end" {
        return problem(
            UNKNOWN_TAG,
            at,
            "A tag of a text ends by its name.",
            "which one ends?",
            "Write `{% endif %}` after an `if`, `{% endfor %}` after a `for`.",
        );
    }
    // `case` is a tag of other languages, and near to `else`.
    let tags = ["for", "if", "elif", "else", "endfor", "endif"];
    if let Some(meant) = nearest(word, &tags).filter(|_| word != "case") {
        let message = format!("`{{% {} %}}` is not a tag of a text.", short(word));
        return problem(
            UNKNOWN_TAG,
            at,
            message,
            format!("is `{meant}` meant?"),
            format!("Write `{{% {meant} … %}}`."),
        );
    }
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

/// Filters of other languages that are functions here.
const FILTERS: [&str; 10] = ["upper", "lower", "trim", "round", "join", "first", "last", "count", "abs", "replace"];

/// `{{ name | upper }}`; `from` is where the value ends, `rest` what follows the `|` on its line.
pub(crate) fn filter(at: Span, from: u32, value: &str, rest: &str) -> Problem {
    let message = "A text has no `|` filters: a function stands after a dot.";
    let out = |help: String| problem(FILTER, at, message, "no filters", help);
    let usual = "Write a function after a dot, as in `{{ names.join(', ') }}`.";
    let blanks = rest.len() - rest.trim_start().len();
    let name: String = rest.trim_start().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let ours = match name.as_str() {
        known if FILTERS.contains(&known) => known,
        "length" | "size" => "count",
        "strip" => "trim",
        other => match nearest(other, &FILTERS).filter(|_| other.len() > 2) {
            Some(meant) => meant,
            None => return out(usual.to_owned()),
        },
    };
    let after = rest.get(blanks + name.len()..).unwrap_or("");
    let args = match after.strip_prefix('(').and_then(|inside| inside.split_once(')')) {
        Some((inside, _)) if !inside.contains(['(', '"']) => format!("({inside})"),
        Some(_) => return out(usual.to_owned()),
        None => "()".to_owned(),
    };
    let length = blanks + name.len() + if after.starts_with('(') { args.len() } else { 0 };
    let length = u32::try_from(length).unwrap_or(0);
    let call = format!(".{ours}{args}");
    let help = format!("Write `{{{{ {}{call} }}}}`.", short(value));
    fixed(out(help), Span::new(from, at.end + length), call)
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
