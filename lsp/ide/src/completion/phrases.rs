//! What may go on a line that has begun: the words of the language that belong to a clause (`at most`, `working days`, `every`, `from`), by the
//! words that stand before. The line is looked at, not the tree: half a clause is no clause yet.

use ntro_compiler::index::visit::{self, Node, Visitor};
use ntro_grammar::ast::BlockKind;

use super::context::Start;
use super::{CompletionKind, List, played, values};
use crate::Span;
use crate::analysis::File;
use crate::lex::{self, Piece};
use crate::words;

/// A word with what is written for it and what it means.
pub(crate) type Phrase = (&'static str, &'static str, &'static str);

const ACTIONS: &[Phrase] = &[
    ("approve", "approve \"${1:It is right}\"", "lets the run go on"),
    ("reject", "reject \"${1:It is wrong}\"", "what `on reject` says follows"),
    ("edit", "edit \"${1:Correct it}\"", "changes what is shown"),
    ("hold", "hold \"${1:Put on hold}\"", "a name of your own: `on hold` says what follows"),
];
const APPROVAL: &[Phrase] = &[
    ("reject", "reject fail \"${1:Rejected.}\"", "what follows a rejection"),
    ("edit", "edit (${1:row}) => { ...${1:row}, $2 }", "what an edited row becomes"),
    ("reject_row", "reject_row (${1:row}) => { ...${1:row}, $2 }", "what a rejected row becomes"),
    ("failure", "failure fail \"${1:It failed.}\"", "what a failure means"),
];
const AT_MOST: Phrase = ("at most", "at most ${1:3} times else fail \"${2:Rejected once more.}\"", "how often");
const BECAUSE: Phrase = ("because", "because \"${1:why}\"", "what those who start again are told");
const DURATIONS: &[Phrase] =
    &[("30m", "30m", "half an hour"), ("4h", "4h", "four hours"), ("24h", "24h", "a day"), ("3d", "3d", "three days")];
const ELSE: Phrase = ("else", "else fail \"${1:Nobody answered.}\"", "what follows when the time is over");
const EVERY: &[Phrase] = &[("every", "every ${1:1d}", "how often")];
const FAN: &[Phrase] = &[
    ("key", "key ${1:id}", "what tells the runs apart"),
    ("at most", "at most ${1:10} at once", "how many run at once"),
];
const FROM: &[Phrase] = &[("from", "from \"${1:./types.ntro}\"", "the file with these names")];
const HEARD: &[Phrase] = &[
    ("where", "where it.${1:source} == ${2:source}", "which ones are meant"),
    ("from", "from ${1:person}", "who must have sent it"),
];
const AND: Phrase = ("and", "and ${1:condition}", "where both hold");
const OR: Phrase = ("or", "or ${1:condition}", "where one of them holds");
const WHEN: Phrase = ("when", "when ${1:condition}", "only where this holds");
const BLOCKS: &[&str] = &["step", "approve", "await", "child", "agent"];
const NEVER: Phrase = ("never", "never", "without a limit");
const OVER: Phrase = ("2 working days", "${1:2} working days", "days on which people work");
const TAGS: &[Phrase] = &[
    ("for", "for ${1:x} in ${2:list}", "once for each element, up to `endfor`"),
    ("if", "if ${1:condition}", "where something holds, up to `endif`"),
    ("elif", "elif ${1:condition}", "else, where something holds"),
    ("else", "else", "otherwise"),
    ("endfor", "endfor", "the end of `for`"),
    ("endif", "endif", "the end of `if`"),
];
pub(super) const WITHIN: Phrase = ("within", "within ${1:24h}", "how long it may take");
const WORKING_DAYS: Phrase = ("working days", "working days", "days on which people work");

/// What may follow the words before a word on its line, and whether values may stand there too.
pub(super) struct Phrases {
    pub(super) all: Vec<Phrase>,
    pub(super) values: bool,
}

pub(super) fn only(all: &[Phrase]) -> Option<Phrases> {
    (!all.is_empty()).then(|| Phrases { all: all.to_vec(), values: false })
}

/// What goes on the line that a word stands in.
pub(super) fn after(file: &File, word: Span, start: Option<Start>) -> Option<Phrases> {
    let words = continued(file, word)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if let [.., "{%"] = words.as_slice() {
        return only(TAGS);
    }
    // In a hole only values stand.
    if words.iter().rposition(|word| matches!(*word, "{{" | "{%"))
        > words.iter().rposition(|word| matches!(*word, "}}" | "%}"))
    {
        return None;
    }
    match words.as_slice() {
        ["import", "{", .., "}"] => only(FROM),
        ["remind"] => only(EVERY),
        ["remind", "every"] => Some(Phrases { all: DURATIONS.to_vec(), values: true }),
        ["scenario", "\""] => {
            only(&[("for", "for ${1:runbook} {\n  given { $2 }\n  expect completed\n}", "what is played")])
        }
        [.., "rework", "from", _] => only(&[AT_MOST, BECAUSE]),
        [.., "because", "\""] => only(&[AT_MOST]),
        [.., "rework", "from", _, "at", "most", _] => {
            only(&[("times", "times else fail \"${1:Too often.}\"", "how often")])
        }
        [.., "escalate", "to", _] => only(&[WITHIN]),
        [.., "escalate"] => only(&[("to", "to ${1:role}", "which role may decide then")]),
        [.., "rework"] => only(&[("from", "from ${1:step}", "where it starts again")]),
        ["warn", "\""] => only(&[WHEN]),
        ["sleep"] => Some(Phrases { all: vec![("until", "until ${1:date}", "the time to wait for")], values: true }),
        ["repeat" | "rework" | "on" | "else", .., "times"] => only(&[ELSE]),
        [.., "working"] => only(&[("days", "days", "days on which people work")]),
        _ if start == Some(Start::Scenario) => played::after(file, word).or_else(|| limit(&words, file, word)),
        [.., "at", "most", _, "at"] => only(&[("once", "once", "how many run side by side")]),
        [.., "at"] => only(&[
            ("most", "most ${1:3} times", "how often"),
            ("most at once", "most ${1:10} at once", "how many at once"),
        ]),
        [.., "at", "most", _] => {
            only(&[("times", "times", "how often"), ("at once", "at once", "how many run side by side")])
        }
        _ if start.is_some() => {
            started(&words, start?).or_else(|| limit(&words, file, word)).or_else(|| operators(&words, file, word))
        }
        _ => limit(&words, file, word).or_else(|| operators(&words, file, word)),
    }
}

/// In a block or a scenario, where the tree sees the beginning of a line.
fn started(words: &[&str], start: Start) -> Option<Phrases> {
    match (start, words) {
        (Start::Block(BlockKind::Approve), ["on"]) => only(APPROVAL),
        (Start::Block(BlockKind::Approve), [_, "\""]) => only(&[("run", "run ${1:capability}($2)", "what is asked")]),
        (Start::Block(BlockKind::Await), ["on", _]) => only(HEARD),
        (Start::Block(BlockKind::Child), ["for", _]) => only(&[("in", "in ${1:list}", "one for each element")]),
        (Start::Block(BlockKind::Child), ["for", _, "in", _, ..]) => only(FAN),
        (Start::Body | Start::Block(BlockKind::Step) | Start::Runbook, ["for", _]) => {
            only(&[("in", "in ${1:list} {\n  $0\n}", "for each element")])
        }
        (Start::Body | Start::Block(BlockKind::Step) | Start::Runbook, ["rework"]) => {
            only(&[("from", "from ${1:step}", "where it starts again")])
        }
        (Start::Body | Start::Block(BlockKind::Step) | Start::Runbook, ["on", _, ..]) => only(HEARD),
        (Start::Body | Start::Block(BlockKind::Step) | Start::Runbook, ["repeat"]) => only(&[
            ("until", "until ${1:condition}", "what ends it"),
            ("at most", "at most ${1:3} times else fail \"${2:Still not done.}\"", "how often"),
        ]),
        (Start::Body | Start::Block(BlockKind::Step) | Start::Runbook, ["}"] | ["if" | "}", .., "}"]) => only(&[
            ("else", "else {\n  $0\n}", "otherwise"),
            ("else if", "else if ${1:condition} {\n  $0\n}", "otherwise, where something else holds"),
        ]),
        (Start::Body | Start::Block(BlockKind::Step) | Start::Runbook, [kind, _, "\""]) if BLOCKS.contains(kind) => {
            only(&[WHEN, WITHIN])
        }
        _ => None,
    }
}

/// `within …`: the time, working days, and what follows when it is over.
fn limit(words: &[&str], file: &File, word: Span) -> Option<Phrases> {
    let follows = file.text.get(word.end as usize..)?.trim_start().starts_with("else");
    match words {
        [.., "within"] => {
            let mut all = DURATIONS.to_vec();
            all.insert(0, OVER);
            all.push(NEVER);
            Some(Phrases { all, values: true })
        }
        [.., "within", count] if count.bytes().all(|byte| byte.is_ascii_digit()) => only(&[WORKING_DAYS]),
        ["within", _] | ["within", _, "working", "days"] if !follows => only(&[ELSE]),
        _ => None,
    }
}

/// Behind a value: what may join it to another one. Nothing else may stand there.
fn operators(words: &[&str], file: &File, word: Span) -> Option<Phrases> {
    let (first, last) = (*words.first()?, *words.last()?);
    let blank = file.text.get(..word.start as usize).is_some_and(|before| before.ends_with([' ', '\t']));
    let ends = matches!(last, ")" | "]" | "\"") || last.bytes().all(lex::is_word) && !words::is_keyword(last);
    if !blank || !ends || words.len() < 2 || follows_number(file, word) {
        return None;
    }
    if words.contains(&"run") && last == ")" {
        return only(&[WITHIN]);
    }
    let place = |wanted: &str| words.iter().rposition(|word| *word == wanted);
    let mut all: Vec<Phrase> = Vec::new();
    if place("if") > place("then") && !matches!(first, "if" | "elif" | "}") {
        all.push(("then", "then ${1:a} else ${2:b}", "the value where it holds"));
    } else if place("then").is_some() && place("then") > place("else") {
        all.push(("else", "else ${1:b}", "the value otherwise"));
    }
    let condition = ["if", "elif", "require", "until", "when", "where", "repeat", "warn"];
    if condition.iter().any(|word| place(word).is_some()) && place("then").is_none() {
        all.extend([AND, OR]);
    }
    match first {
        "require" if place("else").is_none() => {
            all.push(("else", "else fail \"${1:Why not.}\"", "what follows where it does not hold"))
        }
        "repeat" => all.push(("at most", "at most ${1:3} times else fail \"${2:Still not done.}\"", "how often")),
        "warn" if last == "\"" && place("when").is_none() => all = vec![WHEN],
        "let" | "var" | "return" | "require" | "if" | "until" | "when" | "warn" => {}
        _ if all.is_empty() => return None,
        _ => {}
    }
    Some(Phrases { all, values: false })
}

/// The words before a place, those of the line before included where this one goes on with it.
pub(super) fn continued(file: &File, word: Span) -> Option<Vec<String>> {
    let own = before(file, word)?;
    if !matches!(own.first().map(String::as_str), None | Some("else")) {
        return Some(own);
    }
    let lines = file.lines();
    let at = lines.line(word.start);
    let (above, here) = (lines.start(at.checked_sub(1)?)?, lines.start(at)?);
    let indent =
        |start: u32| file.at(Span::new(start, word.end)).chars().take_while(|c| matches!(c, ' ' | '\t')).count();
    let end = here.saturating_sub(1).max(above);
    let mut words = before(file, Span::new(end, end))?;
    let goes_on = match words.first().map(String::as_str) {
        Some("within" | "require" | "repeat" | "rework" | "else") => true,
        Some("on") => words.iter().any(|word| word == "rework"),
        _ => false,
    };
    let open =
        words.last().is_some_and(|last| last != "{") && (!own.is_empty() || words.iter().all(|word| word != "else"));
    if !goes_on || !open || indent(here) <= indent(above) {
        return Some(own);
    }
    words.extend(own);
    Some(words)
}

/// The words of a line up to a place, the inside of texts left out; nothing in a text.
pub(super) fn before(file: &File, word: Span) -> Option<Vec<String>> {
    let text = file.text.get(..word.start as usize)?;
    since(file, u32::try_from(text.rfind('\n').map_or(0, |at| at + 1)).ok()?, word)
}

/// The words from one place to another.
pub(super) fn since(file: &File, line: u32, word: Span) -> Option<Vec<String>> {
    // Only the declaration around the place is looked at: what is before it ends before it.
    let decls = file.tree().decls.iter().map(visit::decl_span);
    let from = decls.take_while(|decl| decl.start <= line).last().map_or(0, |decl| decl.start);
    let rest = file.text.get(word.start as usize..)?;
    let to = word.start as usize + rest.find('\n').unwrap_or(rest.len());
    let mut words = Vec::new();
    for (span, piece) in lex::pieces(file.text.get(from as usize..to)?) {
        let span = Span::new(span.start + from, span.end + from);
        if span.end <= line {
            continue;
        }
        if span.start >= word.start {
            break;
        }
        if piece == Piece::Text {
            // What stands behind the place belongs to the same text.
            if span.end > word.start {
                return None;
            }
            if words.last().is_none_or(|last| last != "\"") {
                words.push("\"".to_owned());
            }
            continue;
        }
        words.push(file.at(span).to_owned());
    }
    Some(words)
}

/// Whether a place is outside of texts.
pub(super) fn is_code(file: &File, word: Span) -> bool {
    before(file, word).is_some_and(|words| !words.iter().any(|word| word == "{{"))
}

/// Whether a number stands right before a word, as in `50000 GBP`.
pub(super) fn follows_number(file: &File, word: Span) -> bool {
    let before = file.text.get(..word.start as usize).unwrap_or_default();
    let Some(rest) = before.strip_suffix(' ') else { return false };
    let number = rest.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let digits = rest.get(number.len()..).unwrap_or_default();
    digits.starts_with(|c: char| c.is_ascii_digit())
        && !number.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '"'))
}

/// The actions of the gate around a place that bear names of their own.
struct FindActions {
    at: u32,
    names: Vec<String>,
}

impl<'a> Visitor<'a> for FindActions {
    fn enter(&mut self, node: Node<'a>) -> bool {
        if let Node::Action(action) = node
            && !matches!(action.name.text.as_str(), "approve" | "reject" | "edit" | "")
        {
            self.names.push(action.name.text.clone());
        }
        match node {
            Node::Decl(_) | Node::Block(_) => {
                node.span().is_none_or(|span| span.start <= self.at && self.at <= span.end)
            }
            _ => true,
        }
    }
}

impl List<'_> {
    pub(super) fn phrases(&mut self, all: &[Phrase]) {
        for (word, insert, detail) in all {
            self.push(word, CompletionKind::Snippet, detail, "", 0);
            self.inserts((*insert).to_owned());
        }
    }

    /// After `on`: what is offered at this gate under names of its own.
    pub(super) fn own_actions(&mut self, all: &[Phrase]) {
        if all != APPROVAL {
            return;
        }
        let mut find = FindActions { at: self.word.start, names: Vec::new() };
        self.file.tree().decls.iter().for_each(|decl| visit::walk(Node::Decl(decl), &mut find));
        for name in find.names {
            self.push(&name, CompletionKind::Snippet, "what follows then", "", 0);
            self.inserts(format!("{name} fail \"${{1:Why.}}\""));
        }
    }

    pub(super) fn actions(&mut self) {
        self.phrases(ACTIONS);
    }

    pub(super) fn currencies(&mut self) {
        for currency in values::CURRENCIES {
            self.push(currency, CompletionKind::Currency, "currency", "", 0);
        }
    }
}
