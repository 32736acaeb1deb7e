//! Lines of other notations for processes, and clauses in another order: what they come to here.

use super::lines::{Line, is_name};
use super::{FOREIGN_WORD, MISPLACED, MISSING_TYPE, UNEXPECTED, fixed, problem, short};
use crate::Problem;

/// Begins the message about the cases of another language.
pub(crate) const CASES: &str = "The cases of a `match`";

/// Lines that are told as a whole, what is deeper beneath them included.
pub(super) const BLOCKS: [fn(&Line<'_>) -> Option<Problem>; 2] = [case_line, component_by_indentation];

/// Lines that are told as a whole.
pub(super) const WHOLE: [fn(&Line<'_>) -> Option<Problem>; 15] = [
    reject_property,
    escalation_alone,
    several_roles,
    roles_with_blanks,
    rework_turned_round,
    kind_behind_name,
    enum_by_sign,
    let_by_colon,
    inputs_as_list,
    import_of_module,
    type_extends,
    temporal_call,
    loop_of_others,
    block_without_kind,
    order_in_head,
];

/// Lines of which a part is told.
pub(super) const LOCAL: [fn(&Line<'_>) -> Option<Problem>; 5] =
    [numbered, hole_outside_text, optional_of, escalation_role, signal_filter];

/// `case open: …`, `default: …`
fn case_line(line: &Line<'_>) -> Option<Problem> {
    let (name, rest) = match line.word() {
        "case" => line.rest().split_once(':')?,
        "default" => ("else", line.text.strip_prefix("default")?.trim_start().strip_prefix(':')?),
        _ => return None,
    };
    let name = short(name);
    let inside = if rest.trim().is_empty() || rest.contains(['{', '}']) { "…" } else { rest.trim() };
    let message = format!("{CASES} have braces, and no `case`, `default` or colon.");
    let help = format!(
        "Write `{name} {{ {} }}`, or where a value is given `{name} => …,`; and `else` for what no other case fits.",
        short(inside)
    );
    Some(problem(FOREIGN_WORD, line.whole(), message, "not a case", help))
}

/// What a line may begin with that goes on with a text: none of these is the name of a block.
#[rustfmt::skip]
const BEGINNINGS: [&str; 29] = [
    "step", "approve", "await", "child", "agent", "runbook", "scenario", "workflow", "capability", "signal", "extern", "parallel", "try", "else",
    "if", "match", "repeat", "on", "fail", "skip", "feedback", "warn", "return", "tenant", "entity", "start", "mock", "let", "case",
];

/// `review "Review" {`
fn block_without_kind(line: &Line<'_>) -> Option<Problem> {
    let (name, rest) = (line.word(), line.rest());
    let title = rest.strip_prefix('"')?;
    let (title, rest) = title.split_once('"')?;
    let block = is_name(name) && !BEGINNINGS.contains(&name) && super::nearest(name, &BEGINNINGS).is_none();
    if !block || name.contains(|c: char| c.is_ascii_uppercase()) || !rest.trim_start().starts_with('{') {
        return None;
    }
    let message = "A block begins with its kind, then comes its name.";
    let head = format!("{name} \"{}\" {{", short(title));
    let help = format!(
        "Write `step {head}`; where people decide `approve {head}`, where something is waited for `await {head}`."
    );
    Some(problem(UNEXPECTED, line.span(0, name.len()), message, "of which kind?", help))
}

/// `step book "Book" depends_on: [review] {`
fn order_in_head(line: &Line<'_>) -> Option<Problem> {
    if !matches!(line.word(), "step" | "approve" | "await" | "child" | "agent") || !line.text.ends_with('{') {
        return None;
    }
    let words = [" depends_on", " dependsOn", " needs", " requires", " after"];
    let at = words.iter().find_map(|word| {
        let at = line.text.find(word)?;
        let next = line.text.get(at + word.len()..)?.trim_start();
        let name = next.starts_with(|c: char| c.is_ascii_alphabetic());
        (next.starts_with([':', '=', '[']) || *word == " after" && name).then_some(at)
    })?;
    // What stands in the title is text.
    if line.text.get(..at)?.matches('"').count() % 2 == 1 {
        return None;
    }
    let end = line.text.len() - 1;
    let gone = line.span(at, line.text.get(..end)?.trim_end().len());
    let message = "Blocks run in the order in which they stand.";
    let help = "Leave this out. What runs side by side stands in `parallel { … }`.";
    Some(fixed(
        problem(UNEXPECTED, line.span(at + 1, line.text.get(..end)?.trim_end().len()), message, "leave this out", help),
        gone,
        "",
    ))
}

/// `on document_submitted if it.source == "x"`
fn signal_filter(line: &Line<'_>) -> Option<Problem> {
    let signal = line.text.strip_prefix("on ")?;
    let length = signal.find([' ', '(']).unwrap_or(signal.len());
    if !is_name(signal.get(..length)?) {
        return None;
    }
    let (from, word) = [" if ", " when ", " filter "].iter().find_map(|word| Some((line.text.find(word)?, word)))?;
    let between = line.text.get(3 + length..from)?.trim();
    if !(between.is_empty() || between.starts_with('(') && between.ends_with(')')) {
        return None;
    }
    let at = line.span(from + 1, from + word.len() - 1);
    let message = "Which of these signals are meant is said by `where`.";
    let cond = line.text.get(from + word.len()..)?;
    let help = format!("Write `where {}`.", short(cond));
    Some(fixed(problem(FOREIGN_WORD, at, message, "write `where`", help), at, "where"))
}

/// `show:` and the lines beneath it, as YAML has it.
fn component_by_indentation(line: &Line<'_>) -> Option<Problem> {
    let example = match line.text {
        "show:" => "show data_table { title: \"…\", rows: …, key: id }",
        "ask:" => "ask file_upload { title: \"…\", accept: [pdf] }",
        "actions:" => "actions { approve \"Approve\", reject \"Reject\" }",
        "retry:" => "retry: { attempts: 3 }",
        _ => return None,
    };
    let word = line.word();
    let message = format!("What belongs to `{word}` stands in braces; indentation says nothing.");
    Some(problem(FOREIGN_WORD, line.whole(), message, "braces, no indentation", format!("Write `{example}`.")))
}

/// `on_reject: fail "No."`
fn reject_property(line: &Line<'_>) -> Option<Problem> {
    let (word, rest) = line.text.split_once(':')?;
    let what = match word.trim() {
        "on_reject" | "on_rejected" | "on_rejection" | "onReject" => "reject",
        "on_failure" | "on_error" | "on_fail" | "onFailure" | "onError" => "failure",
        "on_approve" | "on_approved" | "onApprove" => "approve",
        "on_timeout" | "on_late" | "onTimeout" => {
            let message = "What happens when nobody answers stands behind the limit.";
            let help = format!("Write `within 24h else {}`, and remove this.", follows(rest));
            return Some(problem(MISPLACED, line.whole(), message, "not here", help));
        }
        _ => return None,
    };
    let ours = format!("on {what} {}", follows(rest));
    let message = "What happens then is a clause of its own, not a property.";
    Some(problem(FOREIGN_WORD, line.whole(), message, "a clause belongs here", format!("Write `{ours}`.")))
}

fn follows(rest: &str) -> String {
    let rest = rest.trim();
    if ["fail", "skip", "rework", "escalate", "{"].iter().any(|word| rest.starts_with(word)) && rest.len() <= 60 {
        rest.to_owned()
    } else {
        "fail \"…\"".to_owned()
    }
}

/// `escalate to manager after 3d`
fn escalation_alone(line: &Line<'_>) -> Option<Problem> {
    let rest = line.text.strip_prefix("escalate ")?.trim_start();
    let rest = rest.strip_prefix("to ").unwrap_or(rest);
    let role = rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or("ROLE");
    let after = rest.split_once("after ").map_or("3d", |(_, after)| after.split_whitespace().next().unwrap_or("3d"));
    let help = format!("Write `within {} else escalate to {role} within 24h else fail \"…\"`.", short(after));
    let message = "An escalation stands behind the limit after which it happens.";
    Some(problem(MISPLACED, line.whole(), message, "not alone", help))
}

/// `by: accountant, manager`
fn several_roles(line: &Line<'_>) -> Option<Problem> {
    let roles = line.text.strip_prefix("by")?.trim_start().strip_prefix(':')?.trim();
    let names: Vec<&str> = roles.split(',').map(str::trim).collect();
    if names.len() < 2 || !names.iter().all(|name| is_name(name)) {
        return None;
    }
    let ours = format!("by: [{}]", names.join(", "));
    let help = format!("Write `{ours}`: anybody with one of these roles.");
    Some(fixed(problem(UNEXPECTED, line.whole(), "Several roles are a list.", "not a list", help), line.whole(), ours))
}

fn role_name(text: &str) -> String {
    text.split_whitespace().map(str::to_ascii_lowercase).collect::<Vec<_>>().join("_")
}

/// `role Accountant, Finance Manager`
fn roles_with_blanks(line: &Line<'_>) -> Option<Problem> {
    let roles: Vec<&str> = line.text.strip_prefix("role ")?.split(',').map(str::trim).collect();
    let words = |role: &&str| !role.is_empty() && role.split_whitespace().all(is_name);
    if !roles.iter().all(words) || roles.iter().all(|role| is_name(role)) {
        return None;
    }
    let named = |role: &&str| if is_name(role) { (*role).to_owned() } else { role_name(role) };
    let ours = format!("role {}", roles.iter().map(named).collect::<Vec<_>>().join(", "));
    let message = "The name of a role is one word.";
    Some(fixed(
        problem(UNEXPECTED, line.whole(), message, "one word each", format!("Write `{ours}`.")),
        line.whole(),
        ours,
    ))
}

/// `escalate to Finance Manager within …`
fn escalation_role(line: &Line<'_>) -> Option<Problem> {
    let from = line.text.find("escalate to ")? + 12;
    let rest = line.text.get(from..)?;
    let role = rest.get(..rest.find(" within")?)?;
    let several = role.split_whitespace().count() > 1 && role.split_whitespace().all(is_name);
    several.then(|| {
        // It is no role before it is declared so: there stands the repair.
        let help = format!("Write `{}`, here and where it is declared.", role_name(role));
        problem(UNEXPECTED, line.span(from, from + role.len()), "The name of a role is one word.", "one word", help)
    })
}

/// `rework at most 3 times from rows else …`
fn rework_turned_round(line: &Line<'_>) -> Option<Problem> {
    let at = line.text.find("rework at most ")?;
    let rest = line.text.get(at + 15..)?;
    let (times, rest) = rest.split_once(" times from ")?;
    let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let span = line.span(at, line.text.len() - rest.len() + name.len());
    let ours = format!("rework from {name} at most {times} times");
    let message = "First stands where the rework goes back to, then how often.";
    Some(fixed(problem(UNEXPECTED, span, message, "turn these two round", format!("Write `{ours}`.")), span, ours))
}

/// `read: step {`, `step read = {`
fn kind_behind_name(line: &Line<'_>) -> Option<Problem> {
    let head = line.text.get(..line.text.find('{')?)?;
    let whole = line.span(0, head.len() + 1);
    let head = head.trim_end();
    let kinds = ["step", "approve", "await", "child", "agent"];
    let (kind, name) = match (head.split_once(':'), head.split_once('=')) {
        (Some((name, kind)), _) if kinds.contains(&kind.trim()) => (kind.trim(), name.trim()),
        (_, Some((block, ""))) => {
            let (kind, name) = block.trim().split_once(' ')?;
            (kinds.contains(&kind).then_some(kind)?, name.trim())
        }
        _ => return None,
    };
    if !is_name(name) {
        return None;
    }
    let ours = format!("{kind} {name} {{");
    let message = format!("This {kind} begins with `{kind}`, its name and its title.");
    let help = format!("Write `{kind} {name} \"…\" {{` with a title that people read.");
    Some(fixed(problem(UNEXPECTED, whole, message, "written otherwise", help), whole, ours))
}

/// `enum Status = open | closed`
fn enum_by_sign(line: &Line<'_>) -> Option<Problem> {
    let (name, values) = line.text.strip_prefix("enum ")?.split_once('=')?;
    let values: Vec<&str> = values.split(['|', ',']).map(|value| value.trim().trim_matches(['"', '\'', ';'])).collect();
    if !is_name(name.trim()) || !values.iter().all(|value| is_name(value)) {
        return None;
    }
    let ours = format!("enum {} {{ {} }}", name.trim(), values.join(", "));
    let message = "The values of an enumeration stand in braces, with commas between them.";
    Some(fixed(
        problem(UNEXPECTED, line.whole(), message, "written otherwise", format!("Write `{ours}`.")),
        line.whole(),
        ours,
    ))
}

/// `let total: n + 1`, `let total := n + 1`
fn let_by_colon(line: &Line<'_>) -> Option<Problem> {
    let word = line.word();
    if !matches!(word, "let" | "var") {
        return None;
    }
    let (name, value) = line.rest().split_once(':')?;
    let value = value.trim_start();
    let walrus = value.strip_prefix('=').map(str::trim_start);
    if !is_name(name.trim()) || (walrus.is_none() && value.contains('=')) || value.is_empty() {
        return None;
    }
    let ours = format!("{word} {} = {}", name.trim(), walrus.unwrap_or(value));
    let message = "A name gets its value by `=`.";
    let help = format!("Write `{}`.", short(&ours));
    Some(fixed(problem(UNEXPECTED, line.whole(), message, "no colon", help), line.whole(), ours))
}

/// `input [ period, entity ]`
fn inputs_as_list(line: &Line<'_>) -> Option<Problem> {
    let word = line.word();
    let inside = line.rest().strip_prefix('[').or_else(|| line.rest().strip_prefix('('))?;
    if !matches!(word, "input" | "config") {
        return None;
    }
    let inside = inside.trim_end_matches([']', ')']);
    let names: Vec<&str> = inside.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let each = |name: &&str| if is_name(name) { format!("{name}: text") } else { short(name) };
    let ours = format!("{word} {{ {} }}", names.iter().map(each).collect::<Vec<_>>().join(", "));
    let message = format!("What stands in `{word}` has braces, and each name its type.");
    Some(problem(
        MISSING_TYPE,
        line.whole(),
        message,
        "braces and types",
        format!("Write `{ours}`, each with its type."),
    ))
}

/// `import datetime`, `use "./types.ntro"`, `import { Row } from types`
fn import_of_module(line: &Line<'_>) -> Option<Problem> {
    let rest = line.rest();
    let path = |text: &str| text.trim().trim_matches(['"', '\'', ';', '<', '>']).to_owned();
    let example = |names: &str, path: &str| format!("import {{ {names} }} from \"{path}\"");
    match line.word() {
        "import" if is_name(rest) => Some(problem(
            FOREIGN_WORD,
            line.whole(),
            "Only names of other files of the project are imported; functions are built in.",
            "nothing to import",
            "Remove it, or write `import { Row } from \"./types.ntro\"`.",
        )),
        "import" if rest.starts_with('{') => {
            let (names, from) = rest.split_once('}')?;
            let from = from.trim().strip_prefix("from ")?;
            let file = from.strip_suffix(".ntro").unwrap_or(from);
            if from.contains('"')
                || !file.trim_matches(['\'', '.', '/']).chars().all(|c| is_name(&c.to_string()) || c == '-')
            {
                return None;
            }
            let file = path(file);
            let ours = example(names.trim_matches(['{', ' ']), &format!("./{}.ntro", file.trim_start_matches("./")));
            let message = "The file of an import is a path in quotes.";
            Some(fixed(
                problem(FOREIGN_WORD, line.whole(), message, "no path", format!("Write `{ours}`.")),
                line.whole(),
                ours,
            ))
        }
        "use" | "include" | "require" | "load" if rest.contains(".ntro") => Some(problem(
            FOREIGN_WORD,
            line.whole(),
            "What is taken from another file is imported by its names.",
            "no import",
            format!("Write `{}` with the names that this file needs.", example("Row", &path(rest))),
        )),
        _ => None,
    }
}

/// `type Line extends Row {`
fn type_extends(line: &Line<'_>) -> Option<Problem> {
    let (head, rest) = line.text.split_once('{').unwrap_or((line.text, ""));
    let words: Vec<&str> = head.split_whitespace().collect();
    let (kind, name, base) = match words.as_slice() {
        [kind @ "type", name, "extends" | "inherits" | ":" | "<" | "with", base] => (kind, name, base),
        _ => return None,
    };
    let help = format!("Write all fields in `{kind} {name} {{ … }}`, or give it a field of the type `{base}`.");
    let _ = rest;
    Some(problem(
        FOREIGN_WORD,
        line.whole(),
        "A type does not take over the fields of another.",
        "no such thing here",
        help,
    ))
}

/// `workflow.execute_activity(desk.read, "x", …)`, `await workflow.wait_condition(…)`
fn temporal_call(line: &Line<'_>) -> Option<Problem> {
    let calls =
        ["execute_activity(", "executeActivity(", "ExecuteActivity(", "execute_local_activity(", "call_activity("];
    if let Some((at, call)) = calls.iter().find_map(|call| Some((line.text.find(call)?, *call))) {
        let inside = line.text.get(at + call.len()..)?;
        let first = inside.split([',', ')']).next().unwrap_or("").trim().trim_matches(['"', '\'']);
        let name = if first.is_empty() { "AREA.NAME".to_owned() } else { short(first) };
        let message = "A capability is called by `run`; how long it may take and how often it is tried belong to it.";
        let help = format!("Write `run {name}(a: …) within 5m`; the arguments stand in its brackets.");
        return Some(problem(FOREIGN_WORD, line.whole(), message, "a call of another system", help));
    }
    let children = ["execute_child_workflow(", "executeChild(", "start_child_workflow(", "startChild("];
    if children.iter().any(|call| line.text.contains(call)) {
        let help = "Write a block of its own: `child paid \"Paid\" { run pay-one(payee) }`.";
        return Some(problem(
            FOREIGN_WORD,
            line.whole(),
            "Another runbook runs in a `child`.",
            "a call of another system",
            help,
        ));
    }
    let waits = ["wait_condition(", "condition(() =>", "waitForSignal(", "wait_for_signal("];
    waits.iter().any(|call| line.text.contains(call)).then(|| {
        let help = "Write `await done \"Wait\" { until CONDITION, within 24h else fail \"…\" }`, or `on SIGNAL` in place of `until`.";
        problem(FOREIGN_WORD, line.whole(), "Waiting is a block of its own.", "a call of another system", help)
    })
}

/// `loop 3 times {`, `do {`, `while n < 3 {`
fn loop_of_others(line: &Line<'_>) -> Option<Problem> {
    let message = |word: &str| format!("There is no `{word}`: a loop is a `for` over a list, or a `repeat until`.");
    let rest = line.rest();
    match line.word() {
        "loop" if rest.ends_with(['{', '}']) => {
            let times: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let times = if times.is_empty() { "3".to_owned() } else { times };
            let help = format!("Write `for i in range(0, {times}) {{ … }}`.");
            Some(problem(FOREIGN_WORD, line.whole(), message("loop"), "another loop", help))
        }
        "do" if rest.starts_with('{') => {
            let until = rest.split_once("until ").map_or("CONDITION", |(_, until)| until.trim());
            let help = format!("Write `repeat until {} at most 10 times else fail \"…\" {{ … }}`.", short(until));
            Some(problem(FOREIGN_WORD, line.whole(), message("do"), "another loop", help))
        }
        _ => None,
    }
}

/// `1. step read "Read" {`
fn numbered(line: &Line<'_>) -> Option<Problem> {
    let digits = line.text.chars().take_while(char::is_ascii_digit).count();
    let rest = line.text.get(digits..)?;
    let after = rest.strip_prefix(['.', ')'])?;
    let kind = after.trim_start().split(' ').next().unwrap_or("");
    if digits == 0 || !["step", "approve", "await", "child", "agent", "run"].contains(&kind) {
        return None;
    }
    let at = line.span(0, line.text.len() - after.trim_start().len());
    let help = "Remove the number: steps run in the order in which they stand.";
    Some(fixed(problem(UNEXPECTED, at, "Steps have no numbers.", "remove this", help), at, ""))
}

/// `if {{ name }} == "x"`
fn hole_outside_text(line: &Line<'_>) -> Option<Problem> {
    let from = line.text.find("{{")?;
    if line.text.get(..from)?.matches('"').count() % 2 == 1 {
        return None;
    }
    let inner = line.text.get(from + 2..)?;
    let length = inner.find("}}")?;
    let value = inner.get(..length)?.trim();
    let at = line.span(from, from + length + 4);
    let message = "Only in a text a value stands between `{{` and `}}`.";
    Some(fixed(
        problem(UNEXPECTED, at, message, "no braces here", format!("Write `{}`.", short(value))),
        at,
        value.to_owned(),
    ))
}

/// `Optional[text]`, `text | undefined` has its own rule.
fn optional_of(line: &Line<'_>) -> Option<Problem> {
    let words = ["Optional[", "Optional<", "Maybe<", "Option<", "List[", "list[", "Array[", "Dict[str, ", "dict[str, "];
    let (from, word) = words.iter().find_map(|word| Some((line.text.find(word)?, *word)))?;
    let inner = line.text.get(from + word.len()..)?;
    let length = inner.find([']', '>'])?;
    let ty = inner.get(..length)?.trim();
    let at = line.span(from, from + word.len() + length + 1);
    let lower = word.to_ascii_lowercase();
    let (ours, message) = if lower.starts_with("list") || lower.starts_with("array") {
        (format!("list<{ty}>"), "What a list holds stands between `<` and `>`.")
    } else if lower.starts_with("dict") {
        (format!("map<{ty}>"), "A map has texts as its keys, and what it holds between `<` and `>`.")
    } else {
        (format!("{ty}?"), "What may be absent has a `?` after its type.")
    };
    let name = ty.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
    name.then(|| {
        fixed(problem(UNEXPECTED, at, message, "a type of another language", format!("Write `{ours}`.")), at, ours)
    })
}
