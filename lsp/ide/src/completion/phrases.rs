//! What may go on a line that has begun: the words of the language that belong to a clause (`at most`, `working days`, `every`, `from`), by the
//! words that stand before. The line is looked at, not the tree: half a clause is no clause yet.

use ntro_compiler::index::visit::{self, Node, Visitor};
use ntro_grammar::ast::BlockKind;

use super::context::Start;
use super::{CompletionKind, List, values};
use crate::Span;
use crate::analysis::File;
use crate::lex::{self, Piece};

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
    ("failure", "failure fail \"${1:It failed.}\"", "what a failure means"),
];
const AT_MOST: Phrase = ("at most", "at most ${1:3} times else fail \"${2:Rejected once more.}\"", "how often");
const BECAUSE: Phrase = ("because", "because \"${1:why}\"", "what those who start again are told");
const DONE: &[Phrase] = &[
    ("by", "by \"${1:ana}\"", "who acts"),
    ("as", "as ${1:role}", "in which role"),
    ("comment", "comment \"$1\"", "what they say"),
    ("refused", "refused", "it is not let through"),
    ("row", "row \"${1:key}\" { $2 }", "which row is changed"),
];
const DURATIONS: &[Phrase] =
    &[("30m", "30m", "half an hour"), ("4h", "4h", "four hours"), ("24h", "24h", "a day"), ("3d", "3d", "three days")];
const ELSE: Phrase = ("else", "else fail \"${1:Nobody answered.}\"", "what follows when the time is over");
const EVERY: &[Phrase] = &[("every", "every ${1:1d}", "how often")];
const EXPECT: &[Phrase] = &[
    ("completed", "completed with { $0 }", "it ends well"),
    ("failed", "failed at ${1:step} \"$2\"", "it fails"),
    ("open", "open ${1:step}", "something waits"),
    ("never", "never ${1:step}", "something never runs"),
    ("calls", "calls [${1:capability}]", "calls in order"),
    ("call", "call ${1:capability} ${2:1} with { $0 }", "the arguments of a call"),
    ("at most", "at most ${1:1} running ${2:runbook}", "how many run at once"),
    ("input", "input { $0 }", "what the run was given"),
];
const FAN: &[Phrase] = &[
    ("key", "key ${1:id}", "what tells the runs apart"),
    ("at most", "at most ${1:10} at once", "how many run at once"),
];
const FROM: &[Phrase] = &[("from", "from \"${1:./types.ntro}\"", "the file with these names")];
const HEARD: &[Phrase] = &[
    ("where", "where it.${1:source} == ${2:source}", "which ones are meant"),
    ("from", "from ${1:person}", "who must have sent it"),
];
const LATER: &[Phrase] = &[
    ("signal", "signal ${1:name} { $0 }", "a signal comes"),
    ("cancel", "cancel", "the run is cancelled"),
    ("at", "at ${1:review} approve by \"${2:ana}\" as ${3:role}", "somebody acts"),
    ("expect", "expect open ${1:step}", "what holds then"),
];
const MOCKED: &[Phrase] = &[
    ("=>", "=> $0", "what is answered"),
    ("fails", "fails \"${1:down}\"", "every call fails"),
    ("for", "for \"${1:key}\" => $0", "the calls of one child"),
];
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
const WITHIN: Phrase = ("within", "within ${1:24h}", "how long it may take");
const WORKING_DAYS: Phrase = ("working days", "working days", "days on which people work");

/// What may follow the words before a word on its line, and whether values may stand there too.
pub(super) struct Phrases {
    pub(super) all: Vec<Phrase>,
    pub(super) values: bool,
}

fn only(all: &[Phrase]) -> Option<Phrases> {
    (!all.is_empty()).then(|| Phrases { all: all.to_vec(), values: false })
}

/// What goes on the line that a word stands in.
pub(super) fn after(file: &File, word: Span, start: Option<Start>) -> Option<Phrases> {
    let words = before(file, word)?;
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
        _ if start.is_some() => started(&words, start?).or_else(|| limit(&words, file, word)),
        _ => limit(&words, file, word),
    }
}

/// In a block or a scenario, where the tree sees the beginning of a line.
fn started(words: &[&str], start: Start) -> Option<Phrases> {
    match (start, words) {
        (Start::Block(BlockKind::Approve), ["on"]) => only(APPROVAL),
        (Start::Block(BlockKind::Await), ["on", _]) => only(HEARD),
        (Start::Block(BlockKind::Child), ["for", _]) => only(&[("in", "in ${1:list}", "one for each element")]),
        (Start::Block(BlockKind::Child), ["for", _, "in", _, ..]) => only(FAN),
        (Start::Body | Start::Block(BlockKind::Step) | Start::Runbook, ["for", _]) => {
            only(&[("in", "in ${1:list} {\n  $0\n}", "for each element")])
        }
        (Start::Body | Start::Block(BlockKind::Step) | Start::Runbook, ["rework"]) => {
            only(&[("from", "from ${1:step}", "where it starts again")])
        }
        (Start::Scenario, ["mock", rest @ ..]) if named(rest) => only(MOCKED),
        (Start::Scenario, ["after", _]) => only(LATER),
        (Start::Scenario, ["expect"] | ["after", _, "expect"]) => only(EXPECT),
        (Start::Scenario, ["expect", "completed"]) => only(&[("with", "with { $0 }", "what it returns"), WITHIN]),
        (Start::Scenario, ["expect", "failed"]) => only(&[("at", "at ${1:step} \"$2\"", "which step"), WITHIN]),
        (Start::Scenario, ["at", rest @ ..] | ["after", _, "at", rest @ ..]) if acted(rest) => only(DONE),
        _ => None,
    }
}

/// A name as it is called, with its dots and dashes, and nothing behind it.
fn named(words: &[&str]) -> bool {
    let part = |word: &&str| matches!(*word, "." | "-") || word.bytes().all(lex::is_word);
    !words.is_empty() && words.iter().all(part) && !words.iter().any(|word| matches!(*word, "for" | "fails"))
}

/// An address and what somebody does there.
fn acted(words: &[&str]) -> bool {
    let address = words
        .iter()
        .zip(words.iter().skip(1))
        .take_while(|(one, two)| matches!(**one, "." | "~") || matches!(**two, "." | "~"));
    let wants = words.last().is_none_or(|last| matches!(*last, "by" | "as" | "comment" | "row" | "for" | "action"));
    words.len() > address.count() + 1 && !wants && !words.iter().any(|word| matches!(*word, "refused" | "{" | ","))
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
        ["within", count] | ["within", count, "working", "days"] if is_number(count) && !follows => only(&[ELSE]),
        _ => None,
    }
}

fn is_number(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_digit())
}

/// The words of a line up to a place, the inside of texts left out; nothing in a text.
fn before(file: &File, word: Span) -> Option<Vec<String>> {
    let text = file.text.get(..word.start as usize)?;
    let line = u32::try_from(text.rfind('\n').map_or(0, |at| at + 1)).ok()?;
    let mut words = Vec::new();
    for (span, piece) in lex::pieces(&file.text) {
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
