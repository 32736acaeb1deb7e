//! Checking beside parsing, on the examples of the repository.
#![allow(missing_docs, clippy::unwrap_used, reason = "benches may stop at once")]

use std::sync::Arc;

use ntro_compiler::{Sources, check};

const FILES: &[(&str, &str)] = &[
    ("types.ntro", include_str!("../../examples/nav-monthly/types.ntro")),
    ("document-ingest.ntro", include_str!("../../examples/nav-monthly/document-ingest.ntro")),
    ("nav-monthly.ntro", include_str!("../../examples/nav-monthly/nav-monthly.ntro")),
    ("expenses/types.ntro", include_str!("../../examples/expense-processor/types.ntro")),
    ("expenses/expense-processor.ntro", include_str!("../../examples/expense-processor/expense-processor.ntro")),
];

fn main() {
    divan::main();
}

fn bytes() -> divan::counter::BytesCount {
    divan::counter::BytesCount::new(FILES.iter().map(|(_, text)| text.len()).sum::<usize>())
}

#[divan::bench]
fn parse_only(bencher: divan::Bencher<'_, '_>) {
    bencher.counter(bytes()).bench_local(|| {
        for (_, text) in FILES {
            divan::black_box(ntro_grammar::parse(text));
        }
    });
}

#[divan::bench]
fn parse_and_check(bencher: divan::Bencher<'_, '_>) {
    let sources: Sources = FILES.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text))).collect();
    bencher.counter(bytes()).bench_local(|| check(&sources));
}
