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

use ntro_grammar::{parse, problems};
use support::{Random, corpus, joined};

/// The most calls that a byte may cost: half as many more than the dearest text below was measured to take.
const CALLS: usize = 400;

fn check(text: &str) {
    let calls = std::env::var("CALLS").ok().and_then(|calls| calls.parse().ok()).unwrap_or(CALLS);
    pest::set_call_limit(NonZeroUsize::new(20_000 + calls * text.len()));
    let parsed = parse(text);
    assert!(parsed.problems.iter().all(|p| p.code != problems::TOO_DEEP), "{text}");
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
    ] {
        check(&format!("{before}{}", piece.repeat(4000)));
    }
}
