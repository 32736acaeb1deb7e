//! Checking beside parsing, on the examples of the repository: the raw parser, the tree, and the whole check of the
//! same texts. The check is to keep at least half of the raw parser's pace.
#![allow(missing_docs, clippy::unwrap_used, reason = "benches may stop at once")]

use std::sync::Arc;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use ntro_compiler::{Sources, check};

/// The allocator of `ntroc`, so that what is measured is what is shipped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const FILES: &[(&str, &str)] = &[
    ("nav/types.ntro", include_str!("../../examples/nav-monthly/types.ntro")),
    ("nav/document-ingest.ntro", include_str!("../../examples/nav-monthly/document-ingest.ntro")),
    ("nav/nav-monthly.ntro", include_str!("../../examples/nav-monthly/nav-monthly.ntro")),
    ("expenses/types.ntro", include_str!("../../examples/expense-processor/types.ntro")),
    ("expenses/expense-processor.ntro", include_str!("../../examples/expense-processor/expense-processor.ntro")),
];

/// How often the examples stand beside each other: about 16 KB, and about 80 KB.
const COPIES: &[usize] = &[1, 5];

fn main() {
    divan::main();
}

/// The examples in folders of their own. Runbooks are known everywhere, so that each copy's have other names.
fn project(copies: usize) -> Sources {
    let mut sources = Sources::new();
    for copy in 0..copies {
        for (path, text) in FILES {
            let mut text = (*text).to_owned();
            if copy > 0 {
                for name in ["document-ingest", "nav-monthly", "expense-processor"] {
                    text = text.replace(&format!("runbook {name}"), &format!("runbook {name}-{copy}"));
                    text = text.replace(&format!("runbook: {name}"), &format!("runbook: {name}-{copy}"));
                    text = text.replace(&format!("run {name}"), &format!("run {name}-{copy}"));
                }
            }
            sources.insert(format!("{copy}/{path}"), Arc::from(text));
        }
    }
    let wrong: Vec<_> = check(&sources).diagnostics.into_iter().map(|found| found.message).collect();
    assert!(wrong.is_empty(), "what is measured must be without mistakes: {wrong:?}");
    sources
}

fn bytes(sources: &Sources) -> BytesCount {
    BytesCount::new(sources.values().map(|text| text.len()).sum::<usize>())
}

#[divan::bench(args = COPIES)]
fn a_raw_parser(bencher: Bencher<'_, '_>, copies: usize) {
    let sources = project(copies);
    bencher.counter(bytes(&sources)).bench_local(|| {
        for text in sources.values() {
            black_box(ntro_grammar::raw_parse(black_box(text)));
        }
    });
}

#[divan::bench(args = COPIES)]
fn b_tree(bencher: Bencher<'_, '_>, copies: usize) {
    let sources = project(copies);
    bencher.counter(bytes(&sources)).bench_local(|| {
        for text in sources.values() {
            black_box(ntro_grammar::parse(black_box(text)));
        }
    });
}

#[divan::bench(args = COPIES)]
fn c_whole_check(bencher: Bencher<'_, '_>, copies: usize) {
    let sources = project(copies);
    bencher.counter(bytes(&sources)).bench_local(|| check(black_box(&sources)));
}
