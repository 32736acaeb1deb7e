//! One mistake, one message: what merely follows from another mistake is left out.
//!
//! Most of this is done where types are found: what was reported has the type `Error`, which fits everything. What is left is known only
//! once all has been said: a line that could not be read says nothing certain, and neither does what speaks of its names.

use std::collections::{BTreeMap, BTreeSet};

use ntro_grammar::Span;

use crate::Sources;
use crate::diagnostic::{Diagnostic, Edit, Level};
use crate::flow::supplied;
use crate::types::NOT_KNOWN;

/// Problems of the text after which the tree still says what was meant: they hide nothing.
const UNDERSTOOD: [&str; 15] = [
    "N0107", "N0108", "N0109", "N0118", "N0119", "N0123", "N0124", "N0126", "N0127", "N0128", "N0129", "N0130",
    "N0131", "N0139", "N0142",
];

/// Of these the same message is said once in a runbook.
const ONCE: [&str; 6] = ["N0201", "N0203", "N0206", "N0424", "N0425", "N0503"];

/// What a name that was lost with its line makes unknown.
const UNKNOWN: [&str; 11] =
    ["N0201", "N0203", "N0206", "N0207", "N0404", "N0412", "N0423", "N0424", "N0425", "N0503", "N0427"];

/// What says that a part is missing: the part may be what could not be read.
const INCOMPLETE: [&str; 8] = ["N0403", "N0408", "N0414", "N0420", "N0501", "N0502", "N0504", "N0505"];

/// What says that something is not used, or never reached: it may be used by what is wrong.
const IDLE: [&str; 8] = ["N0213", "N0229", "N0230", "N0231", "N0232", "N0324", "N0407", "N0430"];

/// What says that a declaration is not used in the whole project.
const UNUSED: [&str; 10] = ["N0221", "N0222", "N0223", "N0224", "N0225", "N0226", "N0227", "N0440", "N0441", "N0445"];

/// What says that a name is not known which an import may have brought.
const IMPORTED: [&str; 6] = ["N0201", "N0203", "N0206", "N0423", "N0425", "N0503"];

/// What a block for people says of it that stands in a step.
const FOR_PEOPLE: [&str; 2] = ["`ask` cannot stand in a `step`", "`show` cannot stand in a `step`"];

/// Begins the message about a body that has a colon and no braces.
const BY_COLON: &str = "A body stands in braces; a colon";

/// Begins the message about steps that are written as a list: what stands beneath them was read as something else.
const LISTED: &str = "Steps are not written as a list";

/// Begins the message about what is written by indentation, whose lines beneath were read as something else.
const INDENTED: &str = "What belongs to `";

/// Begins the message about cases of another language, told of the first of them.
const CASES: &str = "The cases of a `match`";

/// Begins the message about what happens when nobody answers, where it stands as a clause of its own.
const NOBODY_ANSWERS: &str = "What happens when nobody answers";

/// Begins the message about a failure that is waited for as if it were a signal: what its handler does belongs elsewhere.
const A_FAILURE: &str = "A failure is no signal";

/// How many lines before a problem are looked at.
const MOST_AROUND: usize = 50;

/// How many lines of one problem are looked at.
const MOST_LINES: usize = 8;

/// How much of a line is looked at before a place, and twice as much in all.
const MOST_BYTES: usize = 2_000;

/// Whether a problem of the text leaves its line without a meaning.
pub(crate) fn is_lost(code: &str) -> bool {
    code.starts_with("N01") && !UNDERSTOOD.contains(&code)
}

/// Leaves out of a runbook's messages those that repeat another.
pub(crate) fn once(found: &mut Vec<Diagnostic>) {
    let mut said: BTreeSet<(&'static str, String)> = BTreeSet::new();
    let first = |d: &Diagnostic| d.level != Level::Error || !ONCE.contains(&d.code);
    found.retain(|d| first(d) || said.insert((d.code, d.message.clone())));
}

/// Leaves out what follows from something else. What is there is sorted.
pub(crate) fn drop_followers(sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    let mut all = std::mem::take(diagnostics);
    // What nothing uses may be used by what is wrong, in whichever file that is.
    if all.iter().any(|d| d.level == Level::Error) {
        all.retain(|d| !UNUSED.contains(&d.code));
    }
    for of_file in all.chunk_by(|a, b| a.place.file == b.place.file) {
        let broken = of_file.iter().any(|d| d.level == Level::Error);
        let text = of_file.first().and_then(|d| sources.get(&d.place.file)).map_or("", |text| text);
        let seen = Seen::new(text, of_file);
        let kept: Vec<&Diagnostic> = of_file.iter().filter(|d| !seen.follows(d)).collect();
        // Whatever was left out, a file with errors has one.
        if broken && !kept.iter().any(|d| d.level == Level::Error) {
            diagnostics.extend(of_file.iter().cloned());
            continue;
        }
        // `{name}` in a text was meant as a use.
        let meant = of_file.iter().filter(|d| d.code == "N0135").flat_map(|d| lines(text, d.place.span));
        let meant: BTreeSet<&str> = meant.flat_map(|(_, line)| words(line)).collect();
        let idle = |d: &Diagnostic| matches!(d.code, "N0229" | "N0230") && meant.contains(at(text, d.place.span));
        let kept = kept.into_iter().filter(|d| !idle(d));
        let idle = |d: &Diagnostic| broken && d.level != Level::Error && IDLE.contains(&d.code);
        diagnostics.extend(kept.filter(|d| !idle(d)).cloned());
    }
    dashed_uses(sources, diagnostics);
    dashed_agents(sources, diagnostics);
}

/// What is known of one file with mistakes.
struct Seen<'a> {
    text: &'a str,
    /// Where the lines begin that could not be read.
    lost: BTreeSet<usize>,
    /// The words that stand there.
    words: BTreeSet<&'a str>,
    /// Names that cannot be set, or cannot be names, with the first place that says so.
    refused: BTreeMap<&'a str, u32>,
    /// Messages that an odd property of the runbook makes needless.
    meant: BTreeSet<&'static str>,
    /// Where the lines begin that set what cannot be set.
    set: BTreeSet<usize>,
    /// Where the names of properties end that are none.
    odd: BTreeSet<u32>,
    /// Where the lines begin that have a colon too many.
    colons: BTreeSet<usize>,
    /// Where the other lines begin of a step that should be a block for people.
    not_a_step: BTreeSet<usize>,
    /// Where the first body begins with a colon.
    begun_by_colon: Option<u32>,
}

impl<'a> Seen<'a> {
    fn new(text: &'a str, of_file: &[Diagnostic]) -> Seen<'a> {
        let mut seen = Seen {
            text,
            lost: BTreeSet::new(),
            words: BTreeSet::new(),
            refused: BTreeMap::new(),
            meant: BTreeSet::new(),
            set: BTreeSet::new(),
            odd: BTreeSet::new(),
            colons: BTreeSet::new(),
            not_a_step: BTreeSet::new(),
            begun_by_colon: None,
        };
        for found in of_file.iter().filter(|found| found.level == Level::Error) {
            let named = matches!(found.code, "N0108" | "N0118" | "N0119" | "N0123" | "N0128" | "N0131");
            if is_lost(found.code) || named {
                for (start, line) in lines(text, found.place.span) {
                    if !named {
                        seen.lost.insert(start);
                    }
                    seen.words.extend(words(line));
                }
            }
            if found.message.starts_with(LISTED) || found.message.starts_with(INDENTED) {
                seen.lost.extend(deeper(text, found.place.span));
            }
            if found.message.starts_with(CASES) {
                seen.lost.extend(beside(text, found.place.span));
            }
            if found.code == "N0126" {
                // What the property says was read as a value, and the property as missing.
                for (start, line) in lines(text, found.place.span) {
                    match words(line).next() {
                        Some("by") => drop(seen.meant.insert("N0502")),
                        Some("icon") => drop(seen.lost.insert(start)),
                        _ => {}
                    }
                }
            }
            if found.message.starts_with(A_FAILURE) {
                seen.lost.extend(lines(text, found.place.span).map(|(start, _)| start));
                seen.lost.extend(deeper(text, found.place.span));
            }
            if found.message.starts_with(NOBODY_ANSWERS) {
                seen.meant.insert("N0501");
            }
            if matches!(found.code, "N0216" | "N0419") {
                seen.odd.insert(found.place.span.end);
            }
            if found.code == "N0419" {
                seen.meant.extend(supplied(at(text, found.place.span)));
            }
            if matches!(found.code, "N0108" | "N0128") {
                seen.colons.extend(lines(text, found.place.span).map(|(start, _)| start));
            }
            if found.code == "N0103" && found.message.starts_with(BY_COLON) && seen.begun_by_colon.is_none() {
                seen.begun_by_colon = Some(found.place.span.start);
            }
            if found.code == "N0121" && FOR_PEOPLE.iter().any(|message| found.message.starts_with(message)) {
                seen.not_a_step.extend(around(text, found.place.span));
            }
            if found.code == "N0412" {
                seen.set.extend(lines(text, found.place.span).map(|(start, _)| start));
            }
            if matches!(found.code, "N0118" | "N0410" | "N0412") {
                seen.refused.entry(at(text, found.place.span)).or_insert(found.place.span.start);
            }
        }
        seen
    }

    fn follows(&self, found: &Diagnostic) -> bool {
        let line = line_start(self.text, found.place.span.start as usize);
        // What else stands in a step that should be a block for people belongs to that block.
        if matches!(found.code, "N0121" | "N0419") && self.not_a_step.contains(&line) {
            return true;
        }
        // The `}` of a body that begins with a colon.
        if found.code == "N0104" && self.begun_by_colon.is_some_and(|first| first < found.place.span.start) {
            return true;
        }
        // What is no property needs no colon.
        if found.code == "N0107" && self.odd.contains(&found.place.span.start) {
            return true;
        }
        if found.code.starts_with("N01") {
            return false;
        }
        // A word of the language as a name shows that its line was read as something else.
        if found.code == "N0201"
            && matches!(at(self.text, found.place.span), "return" | "let" | "var")
            && !self.lost.is_empty()
        {
            return true;
        }
        if found.message.contains(NOT_KNOWN) || found.label.contains(NOT_KNOWN) {
            return true;
        }
        if self.lost.contains(&line) || found.code == "N0201" && self.set.contains(&line) {
            return true;
        }
        let name = at(self.text, found.place.span);
        if UNKNOWN.contains(&found.code) && self.words.contains(name.split(['.', '-']).next().unwrap_or(name)) {
            return true;
        }
        if matches!(found.code, "N0201" | "N0206" | "N0410" | "N0412")
            && self.refused.get(name).is_some_and(|first| {
                *first < found.place.span.start || found.code == "N0410" && self.words.contains(name)
            })
        {
            return true;
        }
        // A type whose fields were lost with the line on which it begins.
        let without_fields = found.help.strip_prefix('`').and_then(|help| help.strip_suffix("` has no fields."));
        if matches!(found.code, "N0301" | "N0305") && without_fields.is_some_and(|name| self.words.contains(name)) {
            return true;
        }
        if found.code == "N0419" && self.colons.contains(&line) {
            return true;
        }
        if IMPORTED.contains(&found.code) && ["import", "use", "include"].iter().any(|word| self.words.contains(word)) {
            return true;
        }
        if found.code == "N0502" && self.meant.contains("N0502") {
            return true;
        }
        if found.code == "N0501" && found.label == "and then?" && self.meant.contains("N0501") {
            return true;
        }
        if found.code == "N0406" && self.meant.contains("N0406") {
            return true;
        }
        found.code == "N0406" && ["return", "output", "outputs", "runbook"].iter().any(|word| self.words.contains(word))
    }
}

/// Leaves out that a part of a block is missing, where something in the block could not be read. `from` is where the block's messages begin.
pub(crate) fn drop_incomplete(found: &mut Vec<Diagnostic>, from: usize, name: Span, damage: &[Span], block: Span) {
    // In the order of their beginnings, so that not all of them are looked at.
    let first = damage.partition_point(|span| span.start < block.start);
    let mut near = damage.iter().skip(first).take_while(|span| span.start <= block.end);
    let damaged = near.any(|span| span.end <= block.end);
    let odd = found.iter().skip(from).filter(|d| matches!(d.code, "N0419" | "N0427"));
    let supplied: BTreeSet<&str> = odd.flat_map(supplies).copied().collect();
    let mut index = 0;
    let mut helps: BTreeSet<String> = BTreeSet::new();
    found.retain(|d| {
        index += 1;
        // Two odd properties that one clause stands for are one mistake.
        if index > from && d.code == "N0419" && d.help.starts_with("Write") && !helps.insert(d.help.clone()) {
            return false;
        }
        let missing = d.place.span == name && INCOMPLETE.contains(&d.code);
        index <= from || !(missing && (damaged || supplied.contains(d.code)))
    });
}

/// The messages that a property or an action of another name makes needless: `on rejected …` is what handles a rejection.
fn supplies(found: &Diagnostic) -> &'static [&'static str] {
    let name = |text: &str| text.rsplit('`').nth(1).map(str::to_owned);
    let choice = found.message.split('`').nth(1).unwrap_or("");
    match found.code {
        "N0427" if choice.starts_with("reject") || found.help.contains("Did you mean `reject`") => &["N0403"],
        "N0427" if matches!(choice, "timeout" | "late" | "expired" | "overdue") => &["N0501"],
        "N0427" => &[],
        _ => name(&found.message).map_or(&[], |name| supplied(&name)),
    }
}

/// A name with a dash is mended together with its uses.
fn dashed_uses(sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    let mut names: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (index, found) in diagnostics.iter().enumerate().filter(|(_, d)| d.code == "N0119") {
        let text = sources.get(&found.place.file).map_or("", |text| at(text, found.place.span));
        names.entry((found.place.file.clone(), text.to_owned())).or_insert(index);
    }
    if names.is_empty() {
        return;
    }
    let mut uses: Vec<(usize, usize, Edit)> = Vec::new();
    for (index, found) in diagnostics.iter().enumerate().filter(|(_, d)| d.code == "N0123") {
        let text = sources.get(&found.place.file).map_or("", |text| text);
        let place = dashed_around(text, found.place.span);
        let name = at(text, place);
        if let Some(declared) = names.get(&(found.place.file.clone(), name.to_owned())) {
            let mut edit = Edit { place: found.place.clone(), text: name.replace('-', "_") };
            edit.place.span = place;
            uses.push((index, *declared, edit));
        }
    }
    let gone: BTreeSet<usize> = uses.iter().map(|(index, ..)| *index).collect();
    for (_, declared, edit) in uses {
        if let Some(found) = diagnostics.get_mut(declared) {
            found.fix.push(edit);
        }
    }
    let mut index = 0;
    diagnostics.retain(|_| {
        index += 1;
        !gone.contains(&(index - 1))
    });
}

/// `use: audit-handover`: the name of an agent, and no subtraction.
fn dashed_agents(sources: &Sources, diagnostics: &mut [Diagnostic]) {
    for found in diagnostics.iter_mut().filter(|d| d.code == "N0123") {
        let text = sources.get(&found.place.file).map_or("", |text| text);
        let start = line_start(text, found.place.span.start as usize);
        let Some(before) = text.get(start..found.place.span.start as usize) else { continue };
        if !before.trim_start().strip_prefix("use").is_some_and(|rest| rest.trim_start().starts_with(':')) {
            continue;
        }
        let place = dashed_around(text, found.place.span);
        let ours = at(text, place).replace('-', "_");
        found.message = format!("The name of an agent has no dashes: `{}`.", at(text, place));
        found.label = format!("write `{ours}`");
        found.help = format!("Write `{ours}`, as the agent is declared.");
        found.place.span = place;
        found.fix = vec![Edit { place: found.place.clone(), text: ours }];
    }
}

/// The dashed name round a minus.
fn dashed_around(text: &str, minus: Span) -> Span {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let before = text.get(..minus.start as usize).unwrap_or("");
    let after = text.get(minus.start as usize..).unwrap_or("");
    let start = before.trim_end_matches(part).len();
    let length = after.find(|c: char| !part(c)).unwrap_or(after.len());
    let end = minus.start as usize + length;
    Span::new(u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX))
}

fn at(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).unwrap_or("")
}

/// Where the line of a place begins, or where it is far enough from the place: a file may be one endless line.
fn line_start(text: &str, place: usize) -> usize {
    let bytes = text.as_bytes();
    let least = place.saturating_sub(MOST_BYTES);
    let before = bytes.get(least..place.min(bytes.len())).unwrap_or(&[]);
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(least, |newline| least + newline + 1);
    (start..=place).find(|at| text.is_char_boundary(*at)).unwrap_or(place)
}

/// The lines of a place, each with its beginning.
fn lines(text: &str, span: Span) -> impl Iterator<Item = (usize, &str)> {
    let mut start = line_start(text, span.start as usize);
    let end = span.end as usize;
    let mut first = true;
    std::iter::from_fn(move || {
        if !first && start >= end {
            return None;
        }
        first = false;
        let rest = text.as_bytes().get(start..)?;
        let length =
            rest.iter().take(2 * MOST_BYTES).position(|byte| *byte == b'\n').unwrap_or(rest.len().min(2 * MOST_BYTES));
        let end = (start + length..=text.len()).find(|at| text.is_char_boundary(*at))?;
        let (here, line) = (start, text.get(start..end)?);
        start = end + 1;
        Some((here, line))
    })
    .take(MOST_LINES)
}

/// Where the lines begin that follow a place and are deeper than its own.
fn deeper(text: &str, span: Span) -> Vec<usize> {
    following(text, span, |own, line| line > own)
}

/// Where the lines begin that follow a place and are not less deep than its own.
fn beside(text: &str, span: Span) -> Vec<usize> {
    following(text, span, |own, line| line >= own)
}

/// Where the other lines begin of the list of lines in which a place stands: those of its depth or deeper.
fn around(text: &str, span: Span) -> Vec<usize> {
    let own = line_start(text, span.start as usize);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let depth = indent(text.get(own..).unwrap_or("").split('\n').next().unwrap_or(""));
    let mut all = beside(text, span);
    let mut start = own;
    for line in text.get(..own).unwrap_or("").split_inclusive('\n').rev().take(MOST_AROUND) {
        if !line.trim().is_empty() && indent(line) < depth {
            break;
        }
        start -= line.len();
        all.push(start);
    }
    all
}

fn following(text: &str, span: Span, belongs: impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut at = line_start(text, span.start as usize);
    let mut lines = text.get(at..).unwrap_or("").split_inclusive('\n').take(50);
    let first = lines.next().unwrap_or("");
    let mut out = Vec::new();
    at += first.len();
    for line in lines {
        if !line.trim().is_empty() && !belongs(indent(first), indent(line)) {
            break;
        }
        out.push(at);
        at += line.len();
    }
    out
}

/// The names in a line.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}
