//! Every problem has a page, and the examples on it show what they say.
#![allow(clippy::unwrap_used, reason = "a test should stop where it is surprised")]

use ntro_grammar::{PROBLEMS, parse, problems};

#[test]
fn every_page_shows_its_problem() {
    for page in PROBLEMS {
        let codes: Vec<&str> = parse(page.wrong).problems.iter().map(|p| p.code).collect();
        // The page of the bound of a file's size has no room for an example.
        if page.code != problems::TOO_LARGE {
            assert_eq!(codes, [page.code], "{}", page.wrong);
        }
        assert_eq!(parse(page.right).problems, [], "{} {}", page.code, page.right);
    }
}

#[test]
fn every_code_has_one_page() {
    let codes: Vec<&str> = PROBLEMS.iter().map(|page| page.code).collect();
    let all: Vec<String> = (101..=144).map(|n| format!("N0{n}")).collect();
    assert_eq!(codes, all);
    assert_eq!(problems::TOO_LARGE, *codes.last().unwrap());
}
