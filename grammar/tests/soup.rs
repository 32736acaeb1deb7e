//! Whatever is typed, there is a tree, and every place in it lies within the text.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test should stop where it is surprised")]

use ntro_grammar::parse;
use proptest::prelude::*;

/// Pieces that make trouble together.
const PIECES: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "\"",
    "\"\"\"",
    "'",
    "{{",
    "}}",
    "{%",
    "%}",
    ":",
    ",",
    ".",
    "?.",
    "??",
    "=",
    "=>",
    "->",
    "==",
    "+=",
    "-",
    "+",
    "...",
    ";",
    "#",
    "//",
    "///",
    "\n",
    "\n  ",
    " ",
    "\t",
    "\r\n",
    "\\",
    "é",
    "“",
    "runbook ",
    "step ",
    "approve ",
    "await ",
    "child ",
    "agent ",
    "type ",
    "enum ",
    "let ",
    "var ",
    "if ",
    "then ",
    "else ",
    "match ",
    "for ",
    "in ",
    "run ",
    "within ",
    "on ",
    "show ",
    "ask ",
    "form ",
    "fail ",
    "return ",
    "not ",
    "and ",
    "try ",
    "failure ",
    "scenario ",
    "expect ",
    "mock ",
    "at ",
    "most ",
    "times ",
    "fn ",
    "input ",
    "output",
    "endif",
    "elif ",
    "name",
    "Row",
    "a.b",
    "nav-monthly",
    "12",
    "12.50 GBP",
    "2026-03",
    "24h",
    "15%",
    "true",
    "none",
    "icon: Eye",
    "\"x\"",
];

/// All places of a tree, read from how it prints.
fn places(shown: &str) -> Vec<(usize, usize)> {
    let number = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap();
    shown
        .split("Span { start: ")
        .skip(1)
        .map(|part| (number(part), number(part.split_once("end: ").unwrap().1)))
        .collect()
}

fn check(text: &str) {
    let parsed = parse(text);
    for (start, end) in places(&format!("{parsed:?}")) {
        assert!(start <= end && end <= text.len(), "{start}..{end} of {}: {text:?}\n{parsed:#?}", text.len());
        assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{start}..{end}: {text:?}");
    }
    assert!(parsed.problems.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start), "{text:?}");
    let _ = ntro_grammar::format(text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
        check(&pieces.concat());
    }

    #[test]
    fn any_text(text in "\\PC{0,80}") {
        check(&text);
    }
}
