//! What must hold of every text, asked of those that a fuzzer has found: each of them took a way through the compiler that no other took.
//! `fuzz/README.md` says where they come from.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests may stop at once, and read their texts from files"
)]
#![allow(missing_docs, reason = "tests document themselves by their names")]

use std::fs;
use std::path::Path;

#[allow(unreachable_pub, reason = "the targets use it from another crate")]
#[path = "../../fuzz/src/lib.rs"]
mod targets;

/// One text a line, as JSON.
fn seeds(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(name);
    let texts = fs::read_to_string(path).unwrap();
    let texts: Vec<String> = texts.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(texts.len() >= 100, "the texts were not found");
    texts
}

#[test]
fn every_text_has_a_tree() {
    seeds("texts.jsonl").iter().for_each(|text| targets::parse(text));
}

#[test]
fn every_text_is_formatted_or_refused() {
    seeds("texts.jsonl").iter().for_each(|text| targets::format(text));
}

#[test]
fn every_project_is_checked() {
    seeds("projects.jsonl").iter().for_each(|text| targets::compile(text));
}
