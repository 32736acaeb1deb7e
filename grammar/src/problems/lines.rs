//! Whole lines of another language: where a line could not be read and looks like one of these, one message says how it is
//! written here, in place of whatever the parser made of its pieces.

use super::{
    FOREIGN_OPERATOR, FOREIGN_WORD, HASH_COMMENT, MISPLACED, MISSING_OPEN, UNEXPECTED, UNKNOWN_TAG, WRONG_QUOTES,
    fixed, flows, problem, reminders::reminder, short, turns,
};
use crate::english::titled;
use crate::{Problem, Span};

/// The longest line that is looked at.
const LONGEST: usize = 400;

/// What a line of another language comes to.
pub(crate) struct Habit {
    /// What is told.
    pub(crate) problem: Problem,
    /// Whether the deeper lines beneath belong to it: what is wrong with them follows.
    pub(crate) block: bool,
    /// Whether it is about its place only: what else is wrong on the line is told too.
    pub(crate) local: bool,
}

/// A line: where it begins in the text, and its text without the blanks around it.
pub(super) struct Line<'t> {
    pub(super) start: u32,
    pub(super) text: &'t str,
}

impl Line<'_> {
    pub(super) fn span(&self, from: usize, to: usize) -> Span {
        let place = |at: usize| self.start + u32::try_from(at).unwrap_or(0);
        Span::new(place(from), place(to))
    }

    pub(super) fn whole(&self) -> Span {
        self.span(0, self.text.len())
    }

    /// The first word.
    pub(super) fn word(&self) -> &str {
        self.text.split(|c: char| !is_word(c)).next().unwrap_or("")
    }

    /// What follows the first word.
    pub(super) fn rest(&self) -> &str {
        self.text.get(self.word().len()..).unwrap_or("").trim_start()
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_word) && !text.starts_with(|c: char| c.is_ascii_digit())
}

/// What a line is likely to be in another language. `start` is where `text` begins.
pub(crate) fn habit(start: u32, text: &str) -> Option<Habit> {
    let lead = text.len() - text.trim_start().len();
    let shown = text.trim();
    if shown.is_empty() || shown.len() > LONGEST {
        return None;
    }
    let line = Line { start: start + u32::try_from(lead).unwrap_or(0), text: shown };
    let one = |problem: Problem| Some(Habit { problem, block: false, local: false });
    if let Some(problem) = colon_before_brace(&line) {
        return one(problem);
    }
    if let Some(problem) = body_by_indentation(&line) {
        return one(problem);
    }
    if lead == 0
        && let Some(problem) = yaml_file(&line)
    {
        return Some(Habit { problem, block: true, local: false });
    }
    if let Some(problem) = yaml_list(&line) {
        return Some(Habit { problem, block: true, local: false });
    }
    if let Some(problem) = flows::BLOCKS.iter().find_map(|rule| rule(&line)) {
        return Some(Habit { problem, block: true, local: false });
    }
    let known: [fn(&Line<'_>) -> Option<Problem>; 19] = [
        await_before_call,
        for_in_brackets,
        import_line,
        function_with_braces,
        runbook_name,
        actions_list,
        action_with_effect,
        reminder,
        limit_word,
        outcome_of_limit,
        quoted_values,
        comprehension,
        generator,
        rule_with_braces,
        foreign_text,
        quotes_inside,
        condition_behind,
        plain_end_tag,
        arms_with_colons,
    ];
    if let Some(problem) = known.iter().chain(&flows::WHOLE).chain(&turns::WHOLE).find_map(|rule| rule(&line)) {
        return one(problem);
    }
    let local: [fn(&Line<'_>) -> Option<Problem>; 4] =
        [foreign_comment, optional_type, money_sign, super::amounts::on_paper];
    let problem = local.iter().chain(&flows::LOCAL).chain(&turns::LOCAL).find_map(|rule| rule(&line))?;
    Some(Habit { problem, block: false, local: true })
}

/// `on paid (e): {`
fn colon_before_brace(line: &Line<'_>) -> Option<Problem> {
    let before = line.text.get(..line.text.find('{')?)?.trim_end();
    let head = before.strip_suffix(':')?;
    let first = head.trim_start_matches(['}', ' ']).split(|c: char| !is_word(c)).next().unwrap_or("");
    // `input: {` is told as what it is.
    if !OPENERS.contains(&first) || (head.trim_end() == first && !matches!(first, "else" | "try" | "parallel")) {
        return None;
    }
    let at = line.span(head.len(), head.len() + 1);
    let help = format!("Write `{} {{`.", short(head.trim_end()));
    Some(fixed(problem(UNEXPECTED, at, "No colon stands before a `{`.", "remove this colon", help), at, ""))
}

/// Words after which braces follow.
const OPENERS: [&str; 19] = [
    "if", "else", "for", "repeat", "match", "parallel", "try", "undo", "on", "runbook", "step", "approve", "await",
    "child", "agent", "type", "enum", "input", "config",
];

/// `if amount > 5 GBP:` and the lines beneath it, as Python has it.
fn body_by_indentation(line: &Line<'_>) -> Option<Problem> {
    let head = line.text.strip_suffix(':')?.trim_end();
    if head.contains('{') {
        return None;
    }
    let ours = match line.word() {
        "else" if head == "else" => "} else {".to_owned(),
        "elif" => format!("}} else if {} {{", short(head.get(4..)?.trim())),
        "try" if head == "try" => "try {".to_owned(),
        "except" | "catch" => "} on failure (e) {".to_owned(),
        "while" => super::foreign::repeat_until(head.strip_prefix("while")?.trim()),
        "input" | "config" if head == line.word() => format!("{head} {{"),
        "if" | "for" | "runbook" | "step" | "approve" | "await" | "child" | "agent" | "type" | "enum" | "match"
        | "parallel" | "on" | "repeat"
            if head != line.word() || line.word() == "parallel" =>
        {
            format!("{} {{", short(head))
        }
        _ => return None,
    };
    let help = format!("Write `{ours}`, and `}}` on a line of its own after the body.");
    let at = line.span(head.len(), line.text.len());
    Some(problem(
        MISSING_OPEN,
        at,
        "A body stands in braces; a colon and indentation begin none.",
        "braces, no colon",
        help,
    ))
}

/// `steps:` and `- name: read`, as YAML has it.
fn yaml_list(line: &Line<'_>) -> Option<Problem> {
    let of_steps = matches!(line.text, "steps:" | "jobs:" | "tasks:" | "stages:");
    let item = line.text.strip_prefix("- ").and_then(|rest| rest.split_once(':'));
    let item = item.is_some_and(|(key, _)| is_name(key.trim()));
    (of_steps || item).then(|| {
        problem(
            FOREIGN_WORD,
            line.whole(),
            "Steps are not written as a list of YAML: each is a block with a name, a title and braces.",
            "a block belongs here",
            "Write `step parsed \"Parse\" { run files.parse(document) }`, one block after the other.",
        )
    })
}

/// `name: close-books` at the top of a file.
fn yaml_file(line: &Line<'_>) -> Option<Problem> {
    let (key, _) = line.text.split_once(':')?;
    let known =
        ["name", "on", "jobs", "steps", "version", "description", "title", "inputs", "tasks", "apiVersion", "kind"];
    known.contains(&key).then(|| {
        problem(
            FOREIGN_WORD,
            line.whole(),
            "A file of runbooks is not YAML: a runbook has a name, a title and braces.",
            "a runbook belongs here",
            "Write `runbook close-books \"Close the books\" { … }`, with `step`s, `approve`s and `await`s inside.",
        )
    })
}

/// `else:`, `elif n > 2:`, `except …:`: what goes on with a body that was begun by a colon.
pub(crate) fn goes_on(start: u32, text: &str) -> Option<Problem> {
    let lead = text.len() - text.trim_start().len();
    let line = Line { start: start + u32::try_from(lead).unwrap_or(0), text: text.trim() };
    let next = matches!(line.word(), "else" | "elif" | "except" | "catch");
    if next && text.len() <= LONGEST { body_by_indentation(&line) } else { None }
}

/// `/* … */`, `-- …`, `<!-- … -->`
fn foreign_comment(line: &Line<'_>) -> Option<Problem> {
    let message = "A comment begins with `//`.";
    let tell = |at: Span| problem(HASH_COMMENT, at, message, "no comment here", "Write `// …` to the end of the line.");
    if line.text.starts_with("--") {
        let at = line.span(0, 2);
        return Some(fixed(tell(at), at, "//"));
    }
    let from = line.text.find("/*").or_else(|| line.text.starts_with("*/").then_some(0))?;
    if line.text.get(..from)?.matches('"').count() % 2 == 1 {
        return None;
    }
    let at = line.span(from, line.text.len());
    match line.text.get(from + 2..).and_then(|rest| rest.strip_suffix("*/")) {
        Some(inner) if !inner.contains("*/") => Some(fixed(tell(at), at, format!("// {}", inner.trim()))),
        _ => Some(tell(at)),
    }
}

/// `let found = await desk.read("x")`
fn await_before_call(line: &Line<'_>) -> Option<Problem> {
    let from = line.text.find("await ").filter(|at| *at > 0)?;
    let call = line.text.get(from + 6..)?.trim_start();
    let name: String = call.chars().take_while(|c| is_word(*c) || *c == '.').collect();
    let before = line.text.get(..from)?.trim_end();
    if !name.contains('.') || !call.get(name.len()..)?.starts_with(['(', '<']) || !before.ends_with(['=', 'n', '{']) {
        return None;
    }
    let at = line.span(from, from + 5);
    let help = format!("Write `run {}(…)`: a step always waits for what it runs.", short(&name));
    Some(fixed(
        problem(FOREIGN_WORD, at, "`await` before a call is written `run` here.", "write `run`", help),
        at,
        "run",
    ))
}

/// `for (let i = 0; i < 3; i++) {`, `for (const x of xs) {`
fn for_in_brackets(line: &Line<'_>) -> Option<Problem> {
    let inside = line.text.strip_prefix("for")?.trim_start().strip_prefix('(')?;
    let (inside, after) = inside.rsplit_once(')')?;
    let inside = inside.trim();
    let at = line.span(3, line.text.len() - after.len());
    let inside = ["const ", "let ", "var "].iter().find_map(|word| inside.strip_prefix(word)).unwrap_or(inside);
    let parts = inside.split_once(" of ").or_else(|| inside.split_once(" in "));
    if let Some((name, list)) = parts.filter(|(name, _)| is_name(name.trim())) {
        let ours = format!(" {} in {}", name.trim(), list.trim());
        let help = format!("Write `for {} {{ … }}`.", short(&ours));
        return Some(fixed(problem(FOREIGN_WORD, at, "A `for` has no brackets.", "no brackets", help), at, ours));
    }
    inside.contains(';').then(|| {
        let help = "Write `for row in rows { … }`, or `for i in range(0, 3) { … }` for 0, 1 and 2.";
        let message = "A `for` goes through a list, and does not count.";
        problem(FOREIGN_WORD, at, message, "the loop begins otherwise", help)
    })
}

/// `from "./types.ntro" import Row`, `import Row from "./types.ntro"`
fn import_line(line: &Line<'_>) -> Option<Problem> {
    let rest = line.rest();
    let tell = |names: &str, path: &str| {
        let path = path.trim().trim_matches(['"', '\'', ';']);
        let names: Vec<&str> = names.trim().trim_matches(['{', '}']).split(',').map(str::trim).collect();
        if !names.iter().all(|name| is_name(name)) || path.contains('"') {
            return None;
        }
        // A module of another language is a file here.
        let module = is_name(path.trim_start_matches('.'));
        let path = if module { format!("./{}.ntro", path.trim_start_matches('.')) } else { path.to_owned() };
        let ours = format!("import {{ {} }} from \"{path}\"", names.join(", "));
        let message = "An import names what it takes, in braces, and then the file.";
        let out = problem(FOREIGN_WORD, line.whole(), message, "written otherwise", format!("Write `{ours}`."));
        Some(fixed(out, line.whole(), ours))
    };
    match line.word() {
        "from" => rest.split_once(" import ").and_then(|(path, names)| tell(names, path)),
        "import" if !rest.starts_with('{') => rest.split_once(" from ").and_then(|(names, path)| tell(names, path)),
        _ => None,
    }
}

/// `fn total(rows: list<int>) -> int {`, `fn read() = run …`
fn function_with_braces(line: &Line<'_>) -> Option<Problem> {
    if line.word() != "fn" {
        return None;
    }
    if let Some((_, value)) = line.text.split_once("= run ") {
        let from = line.text.len() - value.len() - 4;
        return Some(problem(
            MISPLACED,
            line.span(from, line.text.len()),
            "A function only calculates: it cannot run anything outside.",
            "not in a function",
            "Run it in a step (`let found = run …`), and give what it yields to the function.",
        ));
    }
    let head = line.text.strip_suffix('{')?.trim_end();
    if head.ends_with('=') {
        return None;
    }
    Some(problem(
        UNEXPECTED,
        line.span(head.len(), line.text.len()),
        "A function is one value after an `=`, without braces and `return`.",
        "`=` belongs here",
        format!("Write `{} = …` with the value that it yields.", short_head(head)),
    ))
}

/// The head of a function, or its beginning where it is long.
fn short_head(head: &str) -> String {
    if head.chars().count() <= 60 { head.to_owned() } else { short(head) }
}

/// `runbook Close Books {`
fn runbook_name(line: &Line<'_>) -> Option<Problem> {
    let rest = line.text.strip_prefix("runbook ")?.trim();
    let title = rest.strip_suffix('{')?.trim();
    let words: Vec<&str> = title.split_whitespace().collect();
    let plain = words.iter().all(|word| is_name(word));
    if words.len() < 2 || !plain {
        return None;
    }
    let ours = format!("{} \"{title}\"", words.join("-").to_lowercase().replace('_', "-"));
    let from = line.text.find(title)?;
    let at = line.span(from, from + title.len());
    let message = "The name of a runbook is one word of small letters with dashes; people read its title.";
    Some(fixed(problem(UNEXPECTED, at, message, "a name and a title", format!("Write `runbook {ours} {{`.")), at, ours))
}

/// `actions: [approve, reject]`, `actions: approve, reject`
fn actions_list(line: &Line<'_>) -> Option<Problem> {
    let list = line.text.strip_prefix("actions")?.trim_start_matches([' ', ':', '=']);
    let inside = match list.strip_prefix('[') {
        Some(inside) => inside.strip_suffix(']')?,
        // `actions: approve, reject`
        None if list.starts_with('{') || list.contains('"') || list.is_empty() => return None,
        None => list,
    };
    let names: Vec<&str> = inside.split(',').map(|name| name.trim().trim_matches(['"', '\''])).collect();
    let message = "Actions stand between braces, each with the words that people read.";
    let help = "Write `actions { approve \"Approve\", reject \"Reject\" }`.";
    let out = problem(UNEXPECTED, line.whole(), message, "braces, no list", help);
    if !names.iter().all(|name| is_name(name)) {
        return Some(out);
    }
    let each = |name: &&str| format!("{} \"{}\"", name.to_lowercase(), titled(name));
    let ours = format!("actions {{ {} }}", names.iter().map(each).collect::<Vec<_>>().join(", "));
    Some(fixed(out, line.whole(), ours))
}

/// `actions { book "Book it" => approve }`
fn action_with_effect(line: &Line<'_>) -> Option<Problem> {
    let arrow = line.text.find("=>").or_else(|| line.text.find("->"))?;
    let titled = line.text.get(..arrow)?.trim_end();
    let open = titled.strip_suffix('"')?.rfind('"')?;
    let named = titled.get(..open)?.trim_end();
    let begin = named.trim_end_matches(is_word).len();
    let (before, name, title) = (named.get(..begin)?.trim_end(), named.get(begin..)?, titled.get(open..)?);
    let listed = line.text.starts_with("actions") && before.ends_with(['{', ',']);
    if !is_name(name) || !(listed || before.is_empty()) {
        return None;
    }
    let effect = line.text.get(arrow + 2..)?.trim_start();
    let length = effect.len() - effect.trim_start_matches(is_word).len();
    let word = effect.get(..length)?;
    let at = line.span(begin, line.text.len() - effect.len() + length);
    let message = "An action is a name and the words that people read, with nothing behind them.";
    if !matches!(word, "approve" | "reject") {
        let help = format!(
            "Write `{name} {}` here, and what follows as a clause of its own: `on {name} {{ … }}`.",
            short(title)
        );
        return Some(problem(UNEXPECTED, at, message, "an action and what it does", help));
    }
    let help = format!("What {word}s is called `{word}`, whatever people read: write `{word} {}`.", short(title));
    Some(fixed(problem(UNEXPECTED, at, message, format!("this {word}s"), help), at, format!("{word} {title}")))
}

/// `deadline 24h else fail "…"`
fn limit_word(line: &Line<'_>) -> Option<Problem> {
    let word = line.word();
    let is_limit = matches!(word, "deadline" | "timeout" | "limit" | "expires" | "expire");
    (is_limit && line.rest().starts_with(|c: char| c.is_ascii_digit())).then(|| {
        let ours = match line.rest().split_once(" fail ") {
            Some((time, why)) if !time.contains("else") => format!("{} else fail {why}", time.trim()),
            _ => line.rest().to_owned(),
        };
        let help = format!("Write `within {}`.", short(&ours));
        let message = format!("`{word}` is written `within` here.");
        let found = problem(FOREIGN_WORD, line.span(0, word.len()), message, "write `within`", help);
        fixed(found, line.whole(), format!("within {ours}"))
    })
}

/// `on timeout fail "…"`
fn outcome_of_limit(line: &Line<'_>) -> Option<Problem> {
    let word = line.rest().split(|c: char| !is_word(c)).next().unwrap_or("");
    let late = matches!(word, "timeout" | "late" | "expired" | "expiry" | "deadline" | "timed_out");
    (line.word() == "on" && late).then(|| {
        let message = "What happens when nobody answers stands behind the limit.";
        let help = "Write `within 24h else fail \"…\"`, or `within 24h else { … }`, and remove this.";
        problem(MISPLACED, line.whole(), message, "not here", help)
    })
}

/// `enum Status { "open", "closed" }`, `enum Status { open = 1 }`
fn quoted_values(line: &Line<'_>) -> Option<Problem> {
    if line.word() != "enum" {
        return None;
    }
    let from = line.text.find('{')? + 1;
    let inside = line.text.get(from..)?.strip_suffix('}')?;
    let values: Vec<&str> = inside.split([',', '|']).map(str::trim).filter(|value| !value.is_empty()).collect();
    let names: Vec<&str> =
        values.iter().map(|value| value.split('=').next().unwrap_or("").trim().trim_matches(['"', '\''])).collect();
    if values == names || names.is_empty() {
        return None;
    }
    let at = line.span(from, from + inside.len());
    let ours = format!(" {} ", names.join(", "));
    let help = format!("Write `{{ {} }}`.", short(&names.join(", ")));
    let message = "The values of an enumeration are plain names: no quotes, no numbers.";
    let out = problem(UNEXPECTED, at, message, "plain names", help);
    Some(if names.iter().all(|name| is_name(name)) { fixed(out, at, ours) } else { out })
}

/// `[r.id for r in rows if r.open]`
fn comprehension(line: &Line<'_>) -> Option<Problem> {
    let from = line.text.find('[')?;
    let inside = line.text.get(from + 1..)?;
    let inside = inside.get(..inside.rfind(']')?)?;
    let (ours, at) = (made_by_for(inside)?, line.span(from, from + inside.len() + 2));
    let message = "A list is not made with `for` between brackets.";
    let help = if ours.chars().count() > 100 {
        "Write `rows.filter(r => …).map(r => …)`.".to_owned()
    } else {
        format!("Write `{ours}`.")
    };
    Some(fixed(problem(FOREIGN_WORD, at, message, "written otherwise", help), at, ours))
}

/// `sum(r.amount for r in rows)`
fn generator(line: &Line<'_>) -> Option<Problem> {
    let middle = line.text.find(" for ")?;
    let from = line.text.get(..middle)?.rfind('(')?;
    let named = line.text.get(..from)?;
    let begin = named.trim_end_matches(is_word).len();
    let name = named.get(begin..).filter(|name| is_name(name))?;
    let inside = line.text.get(from + 1..)?;
    let inside = inside.get(..inside.rfind(')')?)?;
    let made = made_by_for(inside)?;
    let ours = match (name, made.strip_suffix(')').and_then(|made| made.split_once(".map("))) {
        // What is summed, or asked of each, is said in the call itself.
        ("sum" | "any" | "all" | "min" | "max", Some((list, rule))) => format!("{list}.{name}({rule})"),
        _ => format!("{made}.{name}()"),
    };
    let at = line.span(begin, from + inside.len() + 2);
    let message = "What is done with each element is a rule: there is no `for` between brackets.";
    let help =
        if ours.chars().count() > 100 { "Write `rows.sum(r => …)`.".to_owned() } else { format!("Write `{ours}`.") };
    Some(fixed(problem(FOREIGN_WORD, at, message, "written otherwise", help), at, ours))
}

/// `value for name in list if cond` as calls of the list.
fn made_by_for(inside: &str) -> Option<String> {
    let (value, rest) = inside.split_once(" for ")?;
    let (name, rest) = rest.split_once(" in ")?;
    let (list, cond) = rest.split_once(" if ").map_or((rest, None), |(list, cond)| (list, Some(cond)));
    let (value, name, list) = (value.trim(), name.trim(), list.trim());
    if !is_name(name) {
        return None;
    }
    let filter = cond.map_or_else(String::new, |cond| format!(".filter({name} => {})", cond.trim()));
    let map = if value == name { String::new() } else { format!(".map({name} => {value})") };
    Some(format!("{list}{filter}{map}"))
}

/// `r => { return r.id }`, `lambda r: r.id`
fn rule_with_braces(line: &Line<'_>) -> Option<Problem> {
    if let Some(from) = line.text.find("lambda ") {
        let rest = line.text.get(from + 7..)?;
        let (name, _) = rest.split_once(':')?;
        let at = line.span(from, from + 7 + name.len() + 1);
        let name = name.trim();
        let names = if name.contains(',') { format!("({name})") } else { name.to_owned() };
        let help = format!("Write `{names} => …`.");
        let out = problem(UNEXPECTED, at, "A rule is written `x => …`, without `lambda`.", "not a rule", help);
        let plain = name.split(',').all(|name| is_name(name.trim()));
        return plain.then(|| fixed(out, at, format!("{names} =>")));
    }
    let from = line.text.find("=> {")? + 3;
    let inside = line.text.get(from + 1..)?;
    let value = inside.trim_start().strip_prefix("return ")?;
    let end = inside.find('}')?;
    let value = value.get(..value.find('}')?)?.trim().trim_end_matches(';');
    let at = line.span(from, from + 1 + end + 1);
    let help = format!("Write `=> {}`.", short(value));
    let message = "A rule gives one value after `=>`, without braces and `return`.";
    Some(fixed(problem(UNEXPECTED, at, message, "only the value", help), at, value.to_owned()))
}

/// `f"Hello {name}"`, `` `Hello ${name}` ``
fn foreign_text(line: &Line<'_>) -> Option<Problem> {
    let bytes = line.text.as_bytes();
    let begins = |at: usize, sign: u8| {
        bytes.get(at) == Some(&sign)
            && !at.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(|b| is_word(char::from(*b)))
    };
    let f = (0..bytes.len()).find(|at| begins(*at, b'f') && matches!(bytes.get(at + 1), Some(b'"' | b'\'')));
    let (from, quote, inner_from) = match (f, line.text.find('`')) {
        (Some(at), _) => (at, char::from(*bytes.get(at + 1)?), at + 2),
        (None, Some(at)) => (at, '`', at + 1),
        (None, None) => return None,
    };
    let inner = line.text.get(inner_from..)?;
    let inner = inner.get(..inner.find(quote)?)?;
    let at = line.span(from, inner_from + inner.len() + 1);
    let mut ours = String::from("\"");
    let mut rest = inner;
    while let Some((before, hole)) = rest.split_once('{') {
        let (value, after) = hole.split_once('}')?;
        ours.push_str(before.strip_suffix('$').unwrap_or(before));
        ours.push_str(&format!("{{{{ {} }}}}", value.trim()));
        rest = after;
    }
    ours.push_str(rest);
    ours.push('"');
    let message = "A text stands in plain quotes, and shows a value with `{{ … }}`.";
    let help = if ours.chars().count() > 100 {
        "Write `\"Hello {{ name }}\"`.".to_owned()
    } else {
        format!("Write `{ours}`.")
    };
    let out = problem(UNEXPECTED, at, message, "another kind of text", help);
    Some(if ours.matches('"').count() == 2 && !ours.contains('\\') { fixed(out, at, ours) } else { out })
}

/// `match s { open: "o", closed: "c" }`
fn arms_with_colons(line: &Line<'_>) -> Option<Problem> {
    let from = line.text.find("match ")?;
    let inside = from + line.text.get(from..)?.find('{')? + 1;
    let arm = line.text.get(inside..)?;
    let (name, _) = arm.split_once(':')?;
    if !is_name(name.trim()) {
        return None;
    }
    let at = line.span(inside + name.len(), inside + name.len() + 1);
    let help = format!(
        "Write `{} => VALUE`, with commas between the cases; to do something, `{} {{ … }}`.",
        name.trim(),
        name.trim()
    );
    Some(problem(UNEXPECTED, at, "A case of a `match` has `=>` before its value, no colon.", "write `=>`", help))
}

/// `"The file "rent.csv" is empty."`
fn quotes_inside(line: &Line<'_>) -> Option<Problem> {
    if line.text.contains("\"\"\"") || line.text.contains('\\') {
        return None;
    }
    let quotes: Vec<usize> = line.text.match_indices('"').map(|(at, _)| at).collect();
    let mut inside = quotes.windows(4).step_by(2);
    inside.find_map(|quotes| <&[usize; 4]>::try_from(quotes).ok().and_then(|quotes| quoted_word(line, quotes)))
}

/// Two texts with a word between them that touches both: what stands inside of one text in quotes.
fn quoted_word(line: &Line<'_>, [first, open, close, last]: &[usize; 4]) -> Option<Problem> {
    let between = line.text.get(open + 1..*close)?;
    let touches = between.starts_with(is_word) && between.ends_with(is_word) && !between.contains(['{', '(', ':']);
    let blank = line.text.get(..*open)?.ends_with(' ') && line.text.get(close + 1..)?.starts_with([' ', '.', ',', '"']);
    if !touches || !blank {
        return None;
    }
    // Inside a hole it is a text of its own, and the outer one goes on behind it.
    let before = line.text.get(first + 1..*open)?;
    let in_hole = |begin: &str, end: &str| {
        let behind = before.rfind(begin).and_then(|at| before.get(at..));
        behind.is_some_and(|hole| !hole.contains(end))
            && line.text.get(close + 1..*last).is_some_and(|t| t.contains(end))
    };
    if in_hole("{{", "}}") || in_hole("{%", "%}") {
        return Some(super::double_quotes_inside(line.span(*open, close + 1), line.text.get(*open..=*close)?));
    }
    let inner = line.text.get(first + 1..*last)?;
    let ours = format!("\"{}\"", inner.replace('"', "\\\""));
    let at = line.span(*open, close + 1);
    let whole = line.span(*first, last + 1);
    let message = "A quote inside a text has a backslash before it: without one it ends the text.";
    let help = format!("Write `\\\"{}\\\"`.", short(between));
    Some(fixed(problem(WRONG_QUOTES, at, message, "this ends and begins a text", help), whole, ours))
}

/// `skip "Nothing to do." if rows == []`, `return a if b else c`
fn condition_behind(line: &Line<'_>) -> Option<Problem> {
    let word = line.word();
    let chosen = matches!(word, "let" | "var") && line.text.contains(" else ");
    if !(matches!(word, "fail" | "skip" | "return") || chosen) || line.text.ends_with('{') {
        return None;
    }
    let outside = |at: usize| line.text.get(..at).is_some_and(|before| before.matches('"').count() % 2 == 0);
    let behind = |word: &str| line.text.match_indices(word).map(|(at, _)| at).find(|at| outside(*at));
    let (at, length) = behind(" if ").map(|at| (at, 4)).or_else(|| behind(" when ").map(|at| (at, 6)))?;
    let (done, condition) = (line.text.get(..at)?, line.text.get(at + length..)?);
    if done.ends_with('=') || condition.contains('{') {
        return None;
    }
    let span = line.span(at + 1, line.text.len());
    let value = if chosen { done.split_once('=').map(|(_, value)| value) } else { done.strip_prefix("return ") };
    if let (Some(value), Some((condition, other))) = (value, condition.split_once(" else ")) {
        let message = "A choice between two values begins with its condition.";
        let ours = format!("if {} then {} else {}", condition.trim(), value.trim(), other.trim());
        let begin = done.len() - value.trim_start().len();
        let whole = line.span(begin, line.text.len());
        let help =
            format!("Write `{}`.", if ours.len() <= LONGEST_CHOICE { ours.as_str() } else { "if … then … else …" });
        return Some(fixed(problem(UNEXPECTED, span, message, "not behind the value", help), whole, ours));
    }
    if chosen {
        return None;
    }
    let done = if matches!(done, "fail" | "skip") { format!("{done} \"…\"") } else { short(done) };
    let help = format!("Write `if {} {{ {done} }}`.", short(condition));
    Some(problem(UNEXPECTED, span, "A condition stands before what it decides.", "not behind it", help))
}

/// How long a choice between two values may be that a message repeats.
pub(super) const LONGEST_CHOICE: usize = 80;

/// `{% end %}`
fn plain_end_tag(line: &Line<'_>) -> Option<Problem> {
    let end = line.text.find("{% end %}")?;
    let before = line.text.get(..end)?;
    let of = |word: &str| {
        before.rfind(&format!("{{% {word} ")).filter(|at| !before.get(*at..).is_some_and(|t| t.contains("{% end")))
    };
    let ours = match (of("for"), of("if")) {
        (Some(for_), Some(if_)) if for_ < if_ => "{% endif %}",
        (Some(_), _) => "{% endfor %}",
        (None, Some(_)) => "{% endif %}",
        (None, None) => return None,
    };
    let at = line.span(end, end + 9);
    let help = format!("Write `{ours}`.");
    Some(fixed(
        problem(UNKNOWN_TAG, at, "A tag of a text ends by its name.", format!("write `{ours}`"), help),
        at,
        ours,
    ))
}

/// `text | none`, `note?: text`
fn optional_type(line: &Line<'_>) -> Option<Problem> {
    let message = "What may be absent has a `?` after its type.";
    let is_type = |c: char| is_word(c) || matches!(c, '<' | '>' | '.');
    if let Some((before, after)) = line.text.split_once("?:") {
        let name = before.rsplit(|c: char| !is_word(c)).next().unwrap_or("");
        let ty: String = after.trim_start().chars().take_while(|c| is_type(*c)).collect();
        if !is_name(name) || ty.is_empty() {
            return None;
        }
        let blanks = after.len() - after.trim_start().len();
        let at = line.span(before.len() - name.len(), before.len() + 2 + blanks + ty.len());
        let ours = format!("{name}: {ty}?");
        return Some(fixed(
            problem(FOREIGN_OPERATOR, at, message, "the `?` stands behind", format!("Write `{ours}`.")),
            at,
            ours,
        ));
    }
    let (before, after) = line.text.split_once('|')?;
    let word: String = after.trim_start().chars().take_while(|c| is_word(*c)).collect();
    if !matches!(word.as_str(), "none" | "null" | "None" | "undefined" | "nil") {
        return None;
    }
    let ty: String = before.trim_end().rsplit(|c: char| !is_type(c)).next().unwrap_or("").to_owned();
    if ty.is_empty() {
        return None;
    }
    let from = before.trim_end().len() - ty.len();
    let to = before.len() + 1 + (after.len() - after.trim_start().len()) + word.len();
    let at = line.span(from, to);
    let ours = format!("{ty}?");
    Some(fixed(problem(FOREIGN_OPERATOR, at, message, "a `?` is enough", format!("Write `{ours}`.")), at, ours))
}

/// `£1,000`
fn money_sign(line: &Line<'_>) -> Option<Problem> {
    let (from, sign) = line.text.char_indices().find(|(_, c)| matches!(c, '£' | '€' | '$'))?;
    let after = line.text.get(from + sign.len_utf8()..)?;
    let blanks = after.len() - after.trim_start().len();
    let number: String =
        after.trim_start().chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
    let number = number.trim_end_matches(['.', ',']);
    if number.is_empty() || line.text.get(..from).is_some_and(|before| before.matches('"').count() % 2 == 1) {
        return None;
    }
    let at = line.span(from, from + sign.len_utf8() + blanks + number.len());
    let plain = number.replace(',', "");
    let message = "Money is written with the code of its currency behind the amount.";
    let (code, which) = match sign {
        '£' => ("GBP", ""),
        '€' => ("EUR", ""),
        _ => ("USD", ", or with the code of another dollar"),
    };
    let out =
        problem(super::BAD_NUMBER, at, message, "no signs of currencies", format!("Write `{plain} {code}`{which}."));
    // There are many dollars.
    Some(if sign == '$' { out } else { fixed(out, at, format!("{plain} {code}")) })
}
