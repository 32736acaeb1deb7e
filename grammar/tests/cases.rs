//! Typical mistakes and what is said about them. `UPDATE=1 cargo test -p ntro-grammar --test cases` writes the answers
//! anew; a reader judges whether they are good ones.
//!
//! A case is a file of texts: each begins with a line `=== title`, its answers follow a line `---`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test reads files, and should stop where it is surprised"
)]

mod support;

use std::fmt::Write as _;

use ntro_grammar::{LineIndex, Parsed, parse};

/// The problems of a text, one a line.
fn render(text: &str, parsed: &Parsed) -> String {
    let lines = LineIndex::new(text);
    let at = |offset: u32| {
        let place = lines.line_col(text, offset);
        format!("{}:{}", place.line, place.col)
    };
    let mut out = String::new();
    for problem in &parsed.problems {
        let (message, label, help) = (&problem.message, &problem.label, &problem.help);
        writeln!(out, "{} {} {message} | {label} | {help}", at(problem.span.start), problem.code).unwrap();
        if let Some(fix) = &problem.fix {
            let old = &text[fix.span.start as usize..fix.span.end as usize];
            writeln!(out, "    fix {}: {old:?} becomes {:?}", at(fix.span.start), fix.text).unwrap();
        }
        for (span, what) in &problem.related {
            writeln!(out, "    see {}: {what}", at(span.start)).unwrap();
        }
    }
    if out.is_empty() { "fine\n".to_owned() } else { out }
}

/// The cases of a file.
fn cases(all: &str) -> Vec<&str> {
    all.strip_prefix("=== ").unwrap().split("\n=== ").collect()
}

#[test]
fn every_case_says_what_it_said() {
    let update = std::env::var("UPDATE").is_ok();
    let mut files: Vec<_> =
        std::fs::read_dir(support::folder("cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut count = 0;
    for path in files {
        let old = std::fs::read_to_string(&path).unwrap();
        let mut new = String::new();
        for case in cases(&old) {
            let (title, rest) = case.split_once('\n').unwrap();
            let text = rest.split("\n---\n").next().unwrap();
            let parsed = parse(text);
            for problem in &parsed.problems {
                plain_words(problem);
            }
            write!(new, "=== {title}\n{text}\n---\n{}\n", render(text, &parsed)).unwrap();
            count += 1;
        }
        let new = format!("{}\n", new.trim_end());
        if update {
            // Other tests read these files at the same time, so that only what has changed is written.
            if old != new {
                std::fs::write(&path, new).unwrap();
            }
        } else {
            assert_eq!(old, new, "{}: run with UPDATE=1 and judge the change", path.display());
        }
    }
    assert!(count >= 25, "{count} cases");
}

/// Nobody who writes a runbook should need to know how a compiler works.
fn plain_words(problem: &ntro_grammar::Problem) {
    let all = format!("{} {} {}", problem.message, problem.label, problem.help).to_lowercase();
    // What is quoted is the author's own text.
    let all: String = all.split('`').step_by(2).collect();
    for jargon in
        ["token", "expected", "parse", "syntax", "expression", "identifier", "literal", "statement", "delimiter"]
    {
        assert!(!all.contains(jargon), "{jargon}: {problem:?}");
    }
}

/// A fix that is offered mends what it was offered for.
#[test]
fn fixes_mend() {
    let mut files: Vec<_> =
        std::fs::read_dir(support::folder("cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut mended = 0;
    for path in files {
        let all = std::fs::read_to_string(&path).unwrap();
        for case in cases(&all) {
            let text = case.split_once('\n').unwrap().1.split("\n---\n").next().unwrap();
            let before = parse(text).problems;
            for problem in &before {
                let Some(fix) = &problem.fix else { continue };
                let (start, end) = (fix.span.start as usize, fix.span.end as usize);
                let fixed = format!("{}{}{}", &text[..start], fix.text, &text[end..]);
                let after = parse(&fixed).problems;
                assert!(
                    after.len() < before.len() || (after.len() == before.len() && after != before),
                    "{problem:#?}\n{fixed}\n{after:#?}"
                );
                mended += 1;
            }
        }
    }
    assert!(mended > 15);
}
