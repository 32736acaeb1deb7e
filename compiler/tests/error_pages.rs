//! `docs/errors.md` says what `ntroc explain` says. `UPDATE=1 cargo test -p ntro-compiler --test error_pages` writes it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests may stop at once, and read and write a document"
)]
#![allow(missing_docs, reason = "tests document themselves by their names")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use ntro_compiler::explain;

const HEAD: &str = "# The codes of `ntroc`\n\nEach message has a code, and each code a page: what is wrong, why it matters, a wrong piece and a right one. \
                    `ntroc explain CODE` shows it on a terminal.\n\nThis file is made of those pages; `UPDATE=1 cargo test -p ntro-compiler --test error_pages` makes it anew.\n";

fn pages() -> String {
    let mut out = HEAD.to_owned();
    out.push_str("\n| code | |\n|---|---|\n");
    for (code, title) in explain::codes() {
        writeln!(out, "| [`{code}`](#{}) | {} |", code.to_lowercase(), title.replace('|', "\\|")).unwrap();
    }
    for (code, _) in explain::codes() {
        let page = explain::page(code).unwrap();
        let (title, rest) = page.split_once('\n').unwrap();
        let title = title.split_once(": ").map_or(title, |(_, title)| title);
        // The anchor is the code alone, so that links outlive another title. What stands in a fence keeps its language only.
        let rest = rest.replace("```ntro wrong", "Wrong:\n\n```ntro").replace("```ntro right", "Right:\n\n```ntro");
        write!(out, "\n<a id=\"{}\"></a>\n\n## {code}: {title}\n{}\n", code.to_lowercase(), rest.trim_end()).unwrap();
    }
    out
}

#[test]
fn the_document_of_all_codes_is_up_to_date() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors.md");
    let pages = pages();
    if std::env::var_os("UPDATE").is_some_and(|value| value != "0") {
        fs::write(&file, &pages).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    let stale = written.lines().zip(pages.lines()).position(|(a, b)| a != b).map_or(0, |line| line + 1);
    assert!(
        written == pages,
        "docs/errors.md is stale (line {stale}): run `UPDATE=1 cargo test -p ntro-compiler --test error_pages` and commit it"
    );
}
