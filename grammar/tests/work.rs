//! No text costs the parser more than so many rule calls a byte. It has a process of its own, because the parser's limit
//! of calls holds for a whole process: a text that went beyond would be told as too deeply nested.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test reads files, and should stop where it is surprised"
)]

mod support;

use std::num::NonZeroUsize;

use ntro_grammar::{Parsed, parse, problems};
use support::{Random, corpus, joined};

/// The most calls that a byte may cost: half as many more than the dearest text below was measured to take.
const CALLS: usize = 400;

/// Where the limit is reached, nothing is known of the text but that.
fn gave_up(parsed: &Parsed) -> bool {
    parsed.file.decls.is_empty() && matches!(&parsed.problems[..], [only] if only.code == problems::TOO_DEEP)
}

fn check(text: &str) {
    let calls = std::env::var("CALLS").ok().and_then(|calls| calls.parse().ok()).unwrap_or(CALLS);
    pest::set_call_limit(NonZeroUsize::new(20_000 + calls * text.len()));
    let parsed = parse(text);
    assert!(!gave_up(&parsed), "{}", text.get(..2000).unwrap_or(text));
}

#[test]
fn work_is_bounded() {
    for (_, text) in corpus() {
        check(&text);
        for at in (0..text.len()).step_by(503).filter(|at| text.is_char_boundary(*at)) {
            check(&text[..at]);
        }
    }
    let text = joined();
    let mut random = Random::new(7);
    let edge = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    for _ in 0..100 {
        let from = edge(random.below(text.len()));
        let to = edge(from + 2000);
        let start = edge(from + random.below(to - from));
        let end = edge((start + 1 + random.below(40)).min(to)).max(start);
        check(&format!("{}{}", &text[from..start], &text[end..to]));
    }
    // Shapes that make a grammar explode that reads the same prefix twice; few enough levels to be read.
    for (before, piece) in [
        ("fn f() = ", "("),
        ("fn f() = ", "["),
        ("fn f() = ", "{ a: "),
        ("fn f() = ", "f("),
        ("fn f() = ", "x => "),
        ("fn f() = ", "if a then "),
        ("fn f() = ", "match a { b => "),
        ("fn f() = ", "match a { b if "),
        ("fn f() = ", "{ \"a\": "),
        ("type T { a: ", "list<"),
        ("runbook x {\n", "step s {\n"),
        ("runbook x {\n", "if a { "),
        ("runbook x {\n", "foo bar { "),
        ("runbook x {\n", "approve a { "),
        ("runbook x {\n", "await a { on b { "),
        ("runbook x {\n", "{ "),
        ("", "{ "),
        ("", "foo bar { "),
        ("", "runbook "),
        ("", "\"{{ "),
    ] {
        for count in [12, 48] {
            check(&format!("{before}{}", piece.repeat(count)));
        }
    }
    // Long lines: what looks ahead on a line must not do so from each of its words.
    for (before, piece) in [
        ("fn f() = \"", "{{ "),
        ("fn f() = \"", "{% "),
        ("runbook x {\n step a ", "b "),
        ("runbook x {\n", "b "),
        ("runbook x {\n", "b 'c "),
        ("type T { ", "b "),
        ("fn f() = [", "b "),
        ("fn f() = a(", "b c "),
        ("fn f() = (", "b, "),
        ("", "})] "),
        ("", "runbook a "),
        ("", "agent g "),
        ("", "when x "),
        ("", "await w enum E "),
        ("", "extern runbook e "),
        ("", "scenario \"s\" for a signal s: "),
        ("{% for a in b %}", "money<role r "),
        ("{", "role r money<"),
        ("", "'\\"),
        ("capability c.d(require x ", "."),
        ("fn f() = ", "1,000,"),
        ("", "a."),
    ] {
        for after in ["", " }", "\nrun cap.do("] {
            check(&format!("{before}{}{after}", piece.repeat(1500)));
        }
    }
    // Declarations below blocks that are not closed: what may stand in a block or below it must be read once.
    for (before, piece) in [
        ("", "runbook a {\n  step b {\n    let x = 1\n  }\n\n"),
        ("", "runbook a {\n  step b {\n    let x = 1\n\n"),
        ("", "  runbook a {\n  step b {\n    let x = 1\n  }\n\n"),
        ("", "runbook a {\n  step b {\n    let x = 1\n  }\n\ntype T { a: int }\n"),
        ("runbook a {\n  step b {\n    if x { if y { if z {\n", "type T { a: int }\n"),
        ("", "if x { fn f(a: int) { match a { 1 {\n"),
        ("", "runbook a { step s { type t { a: int } "),
        ("", "runbook a { step s { if x { scenario \"a\" for b { at s { "),
        ("", "step s { agent a { extern runbook b { "),
        ("", "import { a } from as x{"),
        ("", "{within 3 days import { a } from "),
        ("runbook r {\n", "role r\nx\n"),
    ] {
        for after in ["", "\n} } }"] {
            check(&format!("{before}{}{after}", piece.repeat(200)));
        }
    }
    repeated();
}

/// Pieces of words and signs, drawn at random and repeated: how the shapes above were found.
fn repeated() {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut random = Random::new(seed);
    let text = joined();
    let words: Vec<&str> = text.split_inclusive([' ', '\n', '(', '{', '"']).collect();
    let mut some = |most: usize| -> String {
        let count = random.below(most + 1);
        (0..count).map(|_| words[random.below(words.len())]).collect()
    };
    for _ in 0..40 {
        let (before, piece, after) = (some(6), some(6), some(3));
        // What nests deeper with each repetition is not read.
        let count = if fits(&piece) { 8000 / piece.len().max(1) } else { 20 };
        check(&format!("{before}{}{after}", piece.repeat(count)));
    }
}

/// Whether each bracket has its own.
fn fits(piece: &str) -> bool {
    let mut open = Vec::new();
    let closed = piece.chars().all(|sign| match sign {
        '{' | '(' | '[' => {
            open.push(sign);
            true
        }
        '}' | ')' | ']' => {
            open.pop().is_some_and(|before| matches!((before, sign), ('{', '}') | ('(', ')') | ('[', ']')))
        }
        _ => true,
    });
    closed && open.is_empty()
}
