//! Lines in another order than ours, or with a word too many: titles where none belong, bodies behind a colon, conditions in properties.

use super::lines::{LONGEST_CHOICE, Line, is_name};
use super::{BAD_NUMBER, FOREIGN_WORD, INDEX, MISSING_OPEN, UNEXPECTED, fixed, problem, short};
use crate::Problem;
use crate::english::titled;

/// Lines that are told as a whole.
pub(super) const WHOLE: [fn(&Line<'_>) -> Option<Problem>; 26] = [
    title_of_declaration,
    shown_name,
    signal_in_brackets,
    head_without_braces,
    output_with_name,
    setting_without_type,
    people_in_head,
    signal_as,
    parallel_for,
    given_by_sign,
    test_of_others,
    failed_with,
    output_with_fields,
    counted_for,
    for_each_call,
    arrow_of_reject,
    elvis,
    body_behind_colon,
    set_by_walrus,
    level_of_feedback,
    block_without_braces,
    await_of_time,
    comma_before_else,
    by_condition,
    time_in_head,
    shown_text,
];

/// Lines of which a part is told.
pub(super) const LOCAL: [fn(&Line<'_>) -> Option<Problem>; 5] =
    [or_none, one_of_texts, percent, part_of_list, list_by_brackets];

/// A choice between two values as it should be, or its pattern where it is long.
fn echoed(choice: &str) -> &str {
    if choice.len() <= LONGEST_CHOICE { choice } else { "if … then … else …" }
}

/// Whether a place of a line is outside of all texts.
fn is_code(line: &Line<'_>, at: usize) -> bool {
    line.text.get(..at).is_some_and(|before| before.matches('"').count() % 2 == 0)
}

/// `role director "Director"`, `workflow monthly "Monthly" {`
fn title_of_declaration(line: &Line<'_>) -> Option<Problem> {
    let word = line.word();
    let (what, example) = match word {
        "role" => ("A role", ""),
        "workflow" => ("A workflow", " {"),
        "type" => ("A type", " {"),
        "enum" => ("An enumeration", " {"),
        "signal" => ("A signal", " {"),
        _ => return None,
    };
    let quote = line.text.find('"')?;
    let name = line.text.get(word.len()..quote)?.trim();
    let title = line.text.get(quote + 1..)?;
    let (title, behind) = title.split_once('"')?;
    let fits = if example.is_empty() { behind.trim().is_empty() } else { behind.trim_start().starts_with('{') };
    if !name.split('-').all(is_name) || !fits {
        return None;
    }
    let (from, to) = (quote, quote + title.len() + 2);
    let message = format!("{what} has a name and no title.");
    let help = format!(
        "Write `{word} {}{example}`. What it stands for may be said above it: `/// {}`.",
        short(name),
        short(title.trim())
    );
    let before = line.text.get(..from)?.trim_end().len();
    let found = problem(UNEXPECTED, line.span(from, to), message, "no title here", help);
    Some(fixed(found, line.span(before, to), ""))
}

/// `output { total: money<GBP> }`
fn output_with_fields(line: &Line<'_>) -> Option<Problem> {
    let word = line.word();
    if !matches!(word, "output" | "outputs") || !line.rest().starts_with('{') {
        return None;
    }
    let fields = line.rest().trim_start_matches('{').trim_end_matches('}').trim();
    let fields = if fields.is_empty() { "…".to_owned() } else { short(fields) };
    let help = format!("Write `output: Result` here, and at the top of the file `type Result {{ {fields} }}`.");
    Some(problem(
        UNEXPECTED,
        line.whole(),
        "What a runbook yields is one type, after a colon.",
        "a type belongs here",
        help,
    ))
}

/// `for i in 0..10 {`, `for (i, row) in rows {`
fn counted_for(line: &Line<'_>) -> Option<Problem> {
    let head = line.text.strip_prefix("for ")?;
    let (name, rest) = head.split_once(" in ")?;
    let from = line.text.len() - rest.len();
    if let Some(names) = name.trim().strip_prefix('(').and_then(|names| names.strip_suffix(')')) {
        let list = rest.split(['{', ' ']).next().unwrap_or("rows");
        let row = names.rsplit(',').next().map(str::trim).filter(|row| is_name(row)).unwrap_or("row");
        let help = format!(
            "Write `for {row} in {} {{ … }}`. Where its number is needed, count: `var n = 0` before, and `n += 1` inside.",
            short(list)
        );
        let at = line.span(4, 4 + name.trim_end().len());
        return Some(problem(UNEXPECTED, at, "A `for` has one name: that of the element.", "one name", help));
    }
    let range = rest.split('{').next()?.trim();
    let (first, last) = range.split_once("..").or_else(|| range.split_once("..."))?;
    let (last, whole) = match last.trim_start_matches('.').strip_prefix('=') {
        Some(last) => (last.trim(), true),
        None => (last.trim_start_matches('.').trim(), false),
    };
    let last = if whole { format!("{last} + 1") } else { last.to_owned() };
    let first = first.trim();
    if first.is_empty() || last.is_empty() || first.contains('"') {
        return None;
    }
    let ours = format!("range({first}, {last})");
    let at = line.span(from, from + range.len());
    let found = problem(
        FOREIGN_WORD,
        at,
        "Numbers in a row are made by `range`.",
        "no `..` here",
        format!("Write `{}`.", short(&ours)),
    );
    Some(fixed(found, at, ours))
}

/// `rows.forEach(r => …)`
fn for_each_call(line: &Line<'_>) -> Option<Problem> {
    let call = [".forEach(", ".for_each(", ".each("]
        .iter()
        .find_map(|call| line.text.find(call).map(|at| (at, call.len())))?;
    let list = line.text.get(..call.0)?;
    let inside = line.text.get(call.0 + call.1..)?;
    let (row, body) = inside.split_once("=>")?;
    let row = row.trim().trim_matches(['(', ')']);
    if !is_name(row) || list.contains([' ', '"']) {
        return None;
    }
    let body = body.trim().strip_suffix(')').unwrap_or(body.trim()).trim();
    let body = if body.is_empty() || body.ends_with('{') { "…".to_owned() } else { short(body) };
    let help = format!("Write `for {row} in {} {{ {body} }}`.", short(list));
    Some(problem(FOREIGN_WORD, line.whole(), "What is done for each element stands in a `for`.", "no call", help))
}

/// `on reject -> fail "No."`
fn arrow_of_reject(line: &Line<'_>) -> Option<Problem> {
    let head = line.text.find(['-', '='])?;
    let before = line.text.get(..head)?;
    let behind = line.text.get(head..)?;
    let sign = ["->", "=>"].into_iter().find(|sign| behind.starts_with(sign))?;
    let name = before.strip_prefix("on ")?.trim();
    if !is_name(name) {
        return None;
    }
    let then = behind.get(sign.len()..)?.trim();
    let help = format!("Write `on {name} {}`.", short(then));
    let at = line.span(head, head + sign.len());
    let found = problem(UNEXPECTED, at, format!("No arrow stands behind `on {name}`."), "remove this", help);
    Some(fixed(found, line.span(before.trim_end().len(), head + sign.len()), ""))
}

/// `rate ?: 5`
fn elvis(line: &Line<'_>) -> Option<Problem> {
    let at = line.text.find(" ?: ").filter(|at| is_code(line, *at))? + 1;
    let span = line.span(at, at + 2);
    let message = "What stands in the place of `none` is written `??`.";
    Some(fixed(problem(UNEXPECTED, span, message, "write `??`", "Write `a ?? b`."), span, "??"))
}

/// `on paid as p where p.id == id`
fn signal_as(line: &Line<'_>) -> Option<Problem> {
    let rest = line.text.strip_prefix("on ")?;
    let (signal, behind) = rest.split_once(" as ")?;
    let name = behind.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().filter(|name| is_name(name))?;
    if !is_name(signal.split('<').next()?.trim()) {
        return None;
    }
    let from = 3 + signal.len();
    let at = line.span(from + 1, from + 4 + name.len());
    let help =
        format!("Leave this out and write `it` in place of `{name}`: `on {} where it.FIELD == …`.", short(signal));
    Some(problem(UNEXPECTED, at, "What came is called `it`.", "no name here", help))
}

/// `parallel for row in rows {`
fn parallel_for(line: &Line<'_>) -> Option<Problem> {
    let head = line.text.strip_prefix("parallel ")?.trim_start();
    let inside = ["for each ", "foreach ", "for "].iter().find_map(|word| head.strip_prefix(word))?;
    let (name, rest) = inside.split_once(" in ")?;
    let list = rest.split('{').next()?.trim();
    if !is_name(name.trim()) || list.is_empty() {
        return None;
    }
    let to = line.text.len() - rest.len() + rest.find(list)? + list.len();
    let ours = format!("for {} in {list} at most 5 at once", name.trim());
    let at = line.span(0, to);
    let message = "A `for` says how many of its rounds run side by side.";
    let found = problem(
        UNEXPECTED,
        at,
        message,
        "written otherwise",
        format!(
            "Write `{} {{ … }}`.",
            if ours.len() <= LONGEST_CHOICE { &ours } else { "for row in rows at most 5 at once" }
        ),
    );
    Some(fixed(found, at, ours))
}

/// `given n = 5` in a scenario
fn given_by_sign(line: &Line<'_>) -> Option<Problem> {
    let word = line.word();
    if !matches!(word, "given" | "config") {
        return None;
    }
    let (name, value) = line.rest().split_once(['=', ':'])?;
    let (name, value) = (name.trim(), value.trim());
    if !is_name(name) || value.is_empty() {
        return None;
    }
    let ours = format!("{word} {{ {name}: {value} }}");
    let message = format!("What stands behind `{word}` is a record in braces.");
    let found = problem(MISSING_OPEN, line.whole(), message, "no `{ … }`", format!("Write `{}`.", short(&ours)));
    Some(fixed(found, line.whole(), ours))
}

/// `test "nobody answers" for ingest {`
fn test_of_others(line: &Line<'_>) -> Option<Problem> {
    let word = line.word();
    if !matches!(word, "test" | "it" | "describe" | "spec" | "testcase") || !line.rest().starts_with(['"', '(']) {
        return None;
    }
    let at = line.span(0, word.len());
    let help = "Write `scenario \"nobody answers\" for RUNBOOK { … }`.";
    let found = problem(FOREIGN_WORD, at, format!("`{word}` is written `scenario` here."), "write `scenario`", help);
    let fits = line.rest().starts_with('"') && line.text.contains(" for ");
    Some(if fits { fixed(found, at, "scenario") } else { found })
}

/// `expect failed with "Late."`
fn failed_with(line: &Line<'_>) -> Option<Problem> {
    let rest = line.text.strip_prefix("expect failed")?;
    let behind = ["with ", ": ", "because ", "== "].iter().find_map(|word| rest.trim_start().strip_prefix(word))?;
    let text = behind.trim_start();
    if !text.starts_with('"') {
        return None;
    }
    let (from, to) = ("expect failed".len(), line.text.len() - text.len());
    let at = line.span(to - (to - from) + (rest.len() - rest.trim_start().len()), to);
    let help = format!("Write `expect failed {}`.", short(text));
    let found = problem(UNEXPECTED, at, "The reason of a failure stands right behind `failed`.", "remove this", help);
    Some(fixed(found, line.span(from, to), " "))
}

/// `show fields`, `show table prices`
fn shown_name(line: &Line<'_>) -> Option<Problem> {
    let rest = line.text.strip_prefix("show ")?.trim();
    let (word, name) = rest.split_once(' ').unwrap_or(("", rest));
    let name = name.trim();
    if !name.split('.').all(is_name) || !matches!(word, "" | "table" | "data_table" | "grid" | "rows") {
        return None;
    }
    let help = format!(
        "Write `show data_table {{ rows: {0}, key: id }}` for a list of records, or `show form {{ value: {0} }}` for one.",
        short(name)
    );
    Some(problem(MISSING_OPEN, line.whole(), "What is shown has a kind, and its parts in braces.", "no `{ … }`", help))
}

/// `signal paid(id: text)`
fn signal_in_brackets(line: &Line<'_>) -> Option<Problem> {
    let word = line.word();
    if !matches!(word, "signal" | "type") {
        return None;
    }
    let (name, fields) = line.rest().split_once('(')?;
    let fields = fields.strip_suffix(')')?;
    if !is_name(name.trim()) || fields.contains(['(', '{']) {
        return None;
    }
    let from = line.text.find('(')?;
    let at = line.span(from, line.text.len());
    let ours = format!("{{ {} }}", fields.trim());
    let message = format!("The fields of a {word} stand in braces.");
    let found = problem(
        UNEXPECTED,
        at,
        message,
        "braces, no brackets",
        format!("Write `{word} {} {}`.", name.trim(), short(&ours)),
    );
    let gap = if line.text.get(..from)?.ends_with(' ') { "" } else { " " };
    Some(fixed(found, at, format!("{gap}{ours}")))
}

/// `input document: file`
fn head_without_braces(line: &Line<'_>) -> Option<Problem> {
    let word = line.word();
    let (name, ty) = line.rest().split_once(':')?;
    if !matches!(word, "input" | "inputs") || !is_name(name.trim()) || ty.trim().is_empty() || line.text.contains('{') {
        return None;
    }
    let ours = format!("input {{ {}: {} }}", name.trim(), ty.trim());
    let found = problem(
        MISSING_OPEN,
        line.whole(),
        "What a runbook begins with stands in braces.",
        "no `{ … }`",
        format!("Write `{}`.", short(&ours)),
    );
    Some(fixed(found, line.whole(), ours))
}

/// `output lease: Lease`
fn output_with_name(line: &Line<'_>) -> Option<Problem> {
    let (name, ty) = line.text.strip_prefix("output ")?.split_once(':')?;
    let ty = ty.trim();
    if !is_name(name.trim()) || ty.is_empty() || ty.contains('{') {
        return None;
    }
    let at = line.span(6, line.text.len() - ty.len());
    let help = format!("Write `output: {}`.", short(ty));
    let found = problem(UNEXPECTED, at, "What a runbook yields has a type and no name.", "no name here", help);
    Some(fixed(found, at, ": "))
}

/// `config { tolerance: 0.5% }`
fn setting_without_type(line: &Line<'_>) -> Option<Problem> {
    let inside = line.text.strip_prefix("config")?.trim_start().strip_prefix('{')?;
    let inside = inside.trim_end().strip_suffix('}').unwrap_or(inside).trim();
    let (name, value) = inside.split_once(':')?;
    let value = value.trim();
    if !is_name(name) || value.contains([',', '=']) {
        return None;
    }
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let (amount, code) = value.split_once(' ').unwrap_or((value, ""));
    let ty = match value {
        "true" | "false" => "bool".to_owned(),
        _ if value.starts_with('"') => "text".to_owned(),
        _ if number(value) => if value.contains('.') { "decimal" } else { "int" }.to_owned(),
        _ if value.strip_suffix('%').is_some_and(number) => "decimal".to_owned(),
        _ if number(amount) && code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) => {
            format!("money<{code}>")
        }
        _ if value.strip_suffix(['s', 'm', 'h', 'd']).is_some_and(number) => "duration".to_owned(),
        _ => return None,
    };
    let from = line.text.find(value)?;
    let at = line.span(from, from + value.len());
    let ours = format!("{ty} = {value}");
    let help = format!("Write `{name}: {}`.", short(&ours));
    let found =
        problem(UNEXPECTED, at, "A setting has a type, and its value behind `=`.", "a value, and no type", help);
    Some(fixed(found, at, ours))
}

/// `approve check "Check" by reviewer {`
fn people_in_head(line: &Line<'_>) -> Option<Problem> {
    if line.word() != "approve" {
        return None;
    }
    let head = line.text.strip_suffix('{')?.trim_end();
    let at = [" by ", " by:", " from ", " assigned to "]
        .iter()
        .find_map(|word| head.find(word).filter(|at| is_code(line, *at)))?;
    let who = head.get(at..)?.trim();
    let role = who
        .split([' ', ':', ','])
        .filter(|word| !word.is_empty())
        .find(|word| !matches!(*word, "by" | "from" | "assigned" | "to"))?;
    let help = format!("Write `by: {}` on a line of its own in the block, and `not_by: …` on another.", short(role));
    let span = line.span(head.len() - who.len(), head.len());
    Some(problem(UNEXPECTED, span, "Who may decide stands inside of the block.", "not in the head", help))
}

/// `if total > 3 GBP: fail "Too much."`
fn body_behind_colon(line: &Line<'_>) -> Option<Problem> {
    let braces = line.text.match_indices('{').any(|(at, _)| is_code(line, at));
    if !matches!(line.word(), "if" | "else" | "elif" | "for" | "try") || braces {
        return None;
    }
    let colon = line.text.match_indices(':').map(|(at, _)| at).find(|at| is_code(line, *at))?;
    let (head, body) = (line.text.get(..colon)?.trim_end(), line.text.get(colon + 1..)?.trim());
    if body.is_empty() {
        return None;
    }
    let head = match head.strip_prefix("elif ") {
        Some(condition) => format!("else if {condition}"),
        None => head.to_owned(),
    };
    let help = format!("Write `{} {{ {} }}`.", short(&head), short(body));
    let message = "A body stands in braces; a colon begins none.";
    let found = problem(MISSING_OPEN, line.span(colon, colon + 1), message, "braces, no colon", help);
    Some(fixed(found, line.whole(), format!("{head} {{ {body} }}")))
}

/// `total := 5`
fn set_by_walrus(line: &Line<'_>) -> Option<Problem> {
    let (name, value) = line.text.split_once(":=")?;
    let (name, value) = (name.trim_end(), value.trim());
    if !is_name(name) || value.is_empty() {
        return None;
    }
    let at = line.span(name.len(), line.text.find(":=")? + 2);
    let help = format!(
        "Write `let {name} = {0}` for a new value; a `var` that was declared before is set by `{name} = {0}`.",
        short(value)
    );
    Some(problem(UNEXPECTED, at, "A name gets its value by `=`.", "no `:=`", help))
}

/// `feedback info: "Posted."`
fn level_of_feedback(line: &Line<'_>) -> Option<Problem> {
    let (word, level) = (line.word(), line.rest());
    if word != "feedback" {
        return None;
    }
    let level = level.split(|c: char| !c.is_ascii_alphanumeric()).next().filter(|level| !level.is_empty())?;
    let from = line.text.find(level)?;
    let behind = line.text.get(from + level.len()..)?;
    let text = behind.trim_start_matches([' ', ':', ',', '(']);
    if !matches!(level, "info" | "warn" | "warning" | "error" | "debug" | "success") || !text.starts_with('"') {
        return None;
    }
    let to = line.text.len() - text.len();
    let help = format!("Write `feedback {}`.", short(text.trim_end_matches(')')));
    let found = problem(FOREIGN_WORD, line.span(from, from + level.len()), "Feedback has no level.", "no level", help);
    Some(if text.ends_with('"') { fixed(found, line.span(from, to), "") } else { found })
}

/// `approve books by accountant`
fn block_without_braces(line: &Line<'_>) -> Option<Problem> {
    let word = line.word();
    let what = match word {
        "approve" => "an `approve`",
        "await" => "an `await`",
        _ => return None,
    };
    let mut words = line.rest().splitn(2, ' ');
    let (name, rest) = (words.next()?, words.next()?.trim());
    let plain = is_name(name) && name != "until" && !line.text.contains(['{', '"']);
    let joined = ["by ", "by: ", "from ", "for ", "within ", "on "].iter().any(|word| rest.starts_with(word));
    if !plain || !joined {
        return None;
    }
    let title = titled(name);
    let ours = match (word, rest.strip_prefix("by").map(|who| who.trim_start_matches([':', ' ']))) {
        ("approve", who) => format!(
            "approve {name} \"{title}\" {{ by: {}, show …, within 3d else fail \"…\", on reject fail \"…\" }}",
            short(who.unwrap_or("ROLE"))
        ),
        _ => format!("await {name} \"{title}\" {{ on SIGNAL, within 24h else fail \"…\" }}"),
    };
    let message = format!("The parts of {what} stand in braces.");
    Some(problem(MISSING_OPEN, line.whole(), message, "its body has no `{ … }`", format!("Write `{ours}`.")))
}

/// `await until 2026-01-31`, `await 3d`
fn await_of_time(line: &Line<'_>) -> Option<Problem> {
    let time = line.text.strip_prefix("await ")?.trim();
    let until = time.strip_prefix("until ").map(str::trim);
    let lasts = time.len() > 1
        && time.ends_with(['s', 'm', 'h', 'd', 'w'])
        && time.get(..time.len() - 1).is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()));
    if !(lasts || until.is_some_and(|until| !until.is_empty() && !until.ends_with('{'))) {
        return None;
    }
    let at = line.span(0, 5);
    let help =
        format!("Write `sleep {}`. An `await` waits for somebody, and has a name, a title and braces.", short(time));
    let found = problem(FOREIGN_WORD, at, "Time that only passes is a `sleep`.", "write `sleep`", help);
    Some(fixed(found, at, "sleep"))
}

/// `within 2d, else fail "…"`
fn comma_before_else(line: &Line<'_>) -> Option<Problem> {
    let comma = line.text.find(", else ").or_else(|| line.text.find("; else "))?;
    if !is_code(line, comma) || !(line.text.contains("within ") || line.text.contains("require ")) {
        return None;
    }
    let at = line.span(comma, comma + 1);
    let found =
        problem(UNEXPECTED, at, "No comma stands before `else`.", "remove this comma", "Write ` else …` without it.");
    Some(fixed(found, at, ""))
}

/// `by: director if big else manager`
fn by_condition(line: &Line<'_>) -> Option<Problem> {
    let value = line.text.strip_prefix("by:")?.trim();
    let (role, rest) = value.split_once(" if ")?;
    let (condition, other) = rest.split_once(" else ")?;
    if !is_name(role.trim()) {
        return None;
    }
    let at = line.span(line.text.len() - value.len(), line.text.len());
    let ours = format!("if {} then {} else {}", condition.trim(), role.trim(), other.trim());
    let message = "A choice between two roles begins with its condition.";
    let found = problem(UNEXPECTED, at, message, "the condition first", format!("Write `by: {}`.", echoed(&ours)));
    Some(fixed(found, at, ours))
}

/// `step remind "Remind" after 30d {`
fn time_in_head(line: &Line<'_>) -> Option<Problem> {
    if !matches!(line.word(), "step" | "approve" | "await" | "child" | "agent") {
        return None;
    }
    let (at, length) = [" after ", " in ", " every "]
        .iter()
        .find_map(|word| line.text.find(word).filter(|at| is_code(line, *at)).map(|at| (at, word.len())))?;
    let time: String = line.text.get(at + length..)?.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
    let number = time.strip_suffix(['s', 'm', 'h', 'd', 'w'])?;
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let span = line.span(at + 1, at + length + time.len());
    let help = format!("Write `sleep {time}` on a line of its own: in a `step`, before what comes after that time.");
    Some(problem(UNEXPECTED, span, "The head of a block has no time.", "not here", help))
}

/// `show text "Please check."`
fn shown_text(line: &Line<'_>) -> Option<Problem> {
    let rest = line.text.strip_prefix("show ")?.trim_start();
    let (word, behind) = rest.split_once(' ').map(|(word, behind)| (word, behind.trim_start()))?;
    let inner = behind.strip_prefix('"')?.strip_suffix('"')?;
    if !matches!(word, "text" | "summary" | "message" | "markdown") || inner.contains('"') {
        return None;
    }
    let help = format!("Write `show text {{ title: \"…\", value: {} }}`.", short(behind));
    Some(problem(MISSING_OPEN, line.whole(), "What is shown has its parts in braces.", "no `{ … }`", help))
}

/// `note: text or none`
fn or_none(line: &Line<'_>) -> Option<Problem> {
    let (at, end) = ["or none", "or null", "or nothing"].iter().find_map(|words| {
        let at = line.text.find(words).filter(|at| is_code(line, *at))?;
        Some((at, at + words.len()))
    })?;
    let before = line.text.get(..at)?.trim_end();
    let ty = before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '<' | '>' | '.'))).next()?;
    let named = before.strip_suffix(ty)?.trim_end().ends_with(':');
    if ty.is_empty() || !named || line.word() == "let" {
        return None;
    }
    let span = line.span(before.len() - ty.len(), end);
    let message = "What may be absent has a `?` after its type.";
    let found = problem(UNEXPECTED, span, message, "a `?` is enough", format!("Write `{}?`.", short(ty)));
    Some(fixed(found, span, format!("{ty}?")))
}

/// `kind: "rent" | "fee"`
fn one_of_texts(line: &Line<'_>) -> Option<Problem> {
    let bar = line.text.find("\" | \"").or_else(|| line.text.find("\"|\""))?;
    let from = line.text.get(..bar)?.rfind('"')?;
    let named = line.text.get(..from)?.trim_end().strip_suffix(':')?;
    let field = named.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().filter(|name| is_name(name))?;
    let rest = line.text.get(from..)?;
    let end = rest.rfind('"')? + 1;
    let values: Vec<&str> = rest.get(..end)?.split('|').map(|value| value.trim().trim_matches('"')).collect();
    let span = line.span(from, from + end);
    let name = titled(field).replace(' ', "");
    let plain = values.iter().all(|value| is_name(value));
    let listed = if plain { short(&values.join(", ")) } else { "first, second".to_owned() };
    let help = format!("Write `{field}: {name}` here, and at the top of the file `enum {name} {{ {listed} }}`.");
    Some(problem(UNEXPECTED, span, "Values to choose from are a type of their own.", "no type", help))
}

/// `5 percent`
fn percent(line: &Line<'_>) -> Option<Problem> {
    let (at, length) = [" percent", " per cent", " pct"]
        .iter()
        .find_map(|word| line.text.find(word).filter(|at| is_code(line, *at)).map(|at| (at, word.len())))?;
    let before = line.text.get(..at)?;
    let number = before.rsplit(|c: char| !(c.is_ascii_digit() || c == '.')).next().filter(|n| !n.is_empty())?;
    let span = line.span(at - number.len(), at + length);
    let ours = format!("{number}%");
    let help = format!("Write `{ours}`: it is the number that stands for it, as 0.05 does for `5%`.");
    let found = problem(BAD_NUMBER, span, "A share is written with `%`.", format!("write `{}`", short(&ours)), help);
    Some(fixed(found, span, ours))
}

/// `rows[1:3]`
fn part_of_list(line: &Line<'_>) -> Option<Problem> {
    let open = line.text.match_indices('[').map(|(at, _)| at).find(|at| is_code(line, *at) && *at > 0)?;
    let inside = line.text.get(open + 1..)?;
    let inside = inside.get(..inside.find(']')?)?;
    let (first, last) = inside.split_once(':')?;
    let before = line.text.get(..open)?;
    let number = |text: &str| text.trim().parse::<u32>().ok();
    let ours = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => format!(".drop({first}).take({})", last - first),
        (Some(first), None) if last.trim().is_empty() => format!(".drop({first})"),
        (None, Some(last)) if first.trim().is_empty() => format!(".take({last})"),
        _ => return None,
    };
    let at = line.span(open, open + inside.len() + 2);
    let touches = before.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ')'));
    let help = format!("Write `{ours}`.");
    let found = problem(INDEX, at, "A part of a list is not taken with `[ ]`.", "no `[ ]` after a value", help);
    touches.then(|| fixed(found, at, ours))
}

/// `units: [Unit]`
fn list_by_brackets(line: &Line<'_>) -> Option<Problem> {
    let open = line.text.find(": [").filter(|at| is_code(line, *at))? + 2;
    let inside = line.text.get(open + 1..)?;
    let inside = inside.get(..inside.find(']')?)?;
    let ty = inside.trim();
    let is_type = is_name(ty) && ty.starts_with(|c: char| c.is_ascii_uppercase())
        || matches!(ty, "text" | "int" | "decimal" | "date" | "money" | "file" | "bool" | "string");
    if !is_type {
        return None;
    }
    let at = line.span(open, open + inside.len() + 2);
    let ours = format!("list<{}>", if ty == "string" { "text" } else { ty });
    let found = problem(
        UNEXPECTED,
        at,
        "What a list holds stands between `<` and `>`.",
        "a type of another language",
        format!("Write `{ours}`."),
    );
    Some(fixed(found, at, ours))
}
