//! Every code has its page, the `wrong` piece of a page gives exactly that message and no other, and the `right` piece gives none.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests may stop at once, and read files"
)]
#![allow(missing_docs, reason = "tests document themselves by their names")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use ntro_compiler::{Checked, Level, Sources, allow, check, explain, report};

/// Lies beside every piece, so that pages can speak of imports.
const TYPES: &str = "type Lease { unit: text, rent: money<GBP> }\nenum Status { open, closed }\n";

/// No text makes the verifier refuse what this compiler has made, and only a host knows which files and settings there are.
const WITHOUT_PIECES: &[&str] = &["N0602", "N0611", "N0612", "N0613", "N0713"];

fn sources(piece: &str) -> Sources {
    Sources::from([("main.ntro".to_owned(), Arc::from(piece)), ("types.ntro".to_owned(), Arc::from(TYPES))])
}

/// What is found in a piece. Not every piece uses the types that it is given.
fn found_in(sources: &Sources) -> Checked {
    let mut checked = check(sources);
    checked.diagnostics.retain(|d| d.place.file == "main.ntro" || d.code != "N0221");
    checked
}

fn piece(page: &str, kind: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("```ntro {kind}\n"))?;
    Some(rest.split_once("\n```")?.0.to_owned() + "\n")
}

fn show(checked: &Checked, sources: &Sources) -> String {
    report::render(&checked.diagnostics, sources, false)
}

#[test]
fn the_wrong_piece_of_a_page_gives_its_message_and_the_right_one_none() {
    let mut faults = String::new();
    // The grammar tests its own pages.
    for (code, _) in explain::codes().into_iter().filter(|(code, _)| !code.starts_with("N01")) {
        if WITHOUT_PIECES.contains(&code) {
            continue;
        }
        let page = explain::page(code).unwrap();
        let (Some(wrong), Some(right)) = (piece(&page, "wrong"), piece(&page, "right")) else {
            writeln!(faults, "{code} lacks a piece").unwrap();
            continue;
        };
        let of_wrong = sources(&wrong);
        let checked = found_in(&of_wrong);
        let codes: Vec<&str> = checked.diagnostics.iter().map(|d| d.code).collect();
        if codes != [code] {
            writeln!(faults, "{code}: the wrong piece gives {codes:?}\n{}", show(&checked, &of_wrong)).unwrap();
        }
        let of_right = sources(&right);
        let checked = found_in(&of_right);
        if !checked.diagnostics.is_empty() {
            writeln!(faults, "{code}: the right piece is not clean\n{}", show(&checked, &of_right)).unwrap();
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// Of these the page shows an error; there is a warning with the same code.
const BOTH: &[&str] = &["N0135", "N0603"];

#[test]
fn exactly_warnings_and_hints_can_be_allowed() {
    for (code, _) in explain::codes().into_iter().filter(|(code, _)| !WITHOUT_PIECES.contains(code)) {
        let Some(wrong) = piece(&explain::page(code).unwrap(), "wrong") else { continue };
        let found = found_in(&sources(&wrong)).diagnostics;
        let lesser = found.iter().any(|d| d.code == code && d.level != Level::Error);
        // What is wrong with an `allow` itself is told in any case.
        let of_allows = ("N0606".."N0610").contains(&code);
        assert_eq!(allow::can_be_allowed(code), (lesser && !of_allows) || BOTH.contains(&code), "{code}: {found:?}");
    }
}

#[test]
fn every_message_reads_well() {
    let mut all = String::new();
    for (code, _) in explain::codes().into_iter().filter(|(code, _)| ("N02".."N04").contains(code)) {
        let Some(wrong) = piece(&explain::page(code).unwrap(), "wrong") else { continue };
        let sources = sources(&wrong);
        writeln!(all, "{}", show(&found_in(&sources), &sources)).unwrap();
    }
    insta::assert_snapshot!("messages", all);
}

#[test]
fn every_code_in_the_sources_has_a_page() {
    let mut used = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ext| ext == "rs") && !path.ends_with("explain.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let quoted = text.split('"').filter(|piece| piece.len() == 5 && piece.starts_with('N'));
                used.extend(quoted.filter(|piece| piece[1..].bytes().all(|b| b.is_ascii_digit())).map(str::to_owned));
            }
        }
    }
    assert!(used.len() > 50, "the search finds codes: {used:?}");
    let known: BTreeSet<String> = explain::codes().into_iter().map(|(code, _)| code.to_owned()).collect();
    let without_page: Vec<_> = used.difference(&known).collect();
    assert!(without_page.is_empty(), "no page for {without_page:?}");
    let of_text: BTreeSet<String> = ntro_grammar_codes();
    let never_used: Vec<_> = known.iter().filter(|code| !used.contains(*code) && !of_text.contains(*code)).collect();
    assert!(never_used.is_empty(), "pages that no message leads to: {never_used:?}");
}

/// The codes of the grammar are used there.
fn ntro_grammar_codes() -> BTreeSet<String> {
    explain::codes().into_iter().filter(|(code, _)| code.starts_with("N01")).map(|(code, _)| code.to_owned()).collect()
}
