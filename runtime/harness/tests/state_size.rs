//! How much a run keeps while it waits.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests may stop where they stand"
)]

mod common;

/// What stores are promised: a waiting run keeps its rows, and at most this much beside them.
const MOST_BEYOND_ROWS: usize = 8 * 1024;

#[test]
fn a_run_that_waits_in_review_keeps_little_beyond_its_rows() {
    let programs = common::example("document-ingest");
    let (state, rows) = common::state_in_review(&programs, 1);
    assert!(state > rows, "the row is part of the state");
    let beyond = state - rows;
    assert!(beyond < MOST_BEYOND_ROWS, "the state has {beyond} bytes beyond its row");
}

#[test]
fn rows_under_review_are_kept_once() {
    let programs = common::example("document-ingest");
    let ((few, few_rows), (many, many_rows)) =
        (common::state_in_review(&programs, 1), common::state_in_review(&programs, 200));
    // A state writes the type of each value and the fields that are empty, which is less than half as much again; a second copy of the
    // rows would more than double it.
    let (grown, by_rows) = (many - few, many_rows - few_rows);
    assert!(grown * 2 < by_rows * 3, "{by_rows} bytes of rows make the state grow by {grown}");
}
