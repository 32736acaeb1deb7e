//! How fast a text is read: the raw parser, the tree, and the formatter.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a bench reads files and needs no documentation"
)]

use divan::counter::BytesCount;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// The corpus over and over, to 80 KB.
fn text() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let all: String = files.iter().map(|path| std::fs::read_to_string(path).unwrap() + "\n").collect();
    let mut out = String::new();
    while out.len() < 80_000 {
        out.push_str(&all);
    }
    out
}

#[divan::bench]
fn raw(bencher: Bencher<'_, '_>) {
    let text = text();
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| ntro_grammar::raw_parse(black_box(&text)));
}

#[divan::bench]
fn tree(bencher: Bencher<'_, '_>) {
    let text = text();
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| ntro_grammar::parse(black_box(&text)));
}

#[divan::bench]
fn tree_of_a_broken_text(bencher: Bencher<'_, '_>) {
    let text = text();
    let at = text.rfind("\n  }\n").unwrap();
    let (before, after) = text.split_at(at);
    let broken = format!("{before}{}", after.replacen('}', " ", 1));
    bencher.counter(BytesCount::of_str(&broken)).bench_local(|| ntro_grammar::parse(black_box(&broken)));
}

#[divan::bench]
fn formatted(bencher: Bencher<'_, '_>) {
    let text = text();
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| ntro_grammar::format(black_box(&text)));
}
