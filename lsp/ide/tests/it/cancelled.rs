//! A question that nobody wants to be answered any more stops, and the snapshot goes on for all others.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ntro_ide::{Cancelled, Hands, Host};

use crate::fixture::ingest_at;

/// Works, and has somebody change their mind meanwhile.
#[derive(Debug, Default)]
struct Interrupted {
    armed: AtomicBool,
    unwanted: Arc<AtomicBool>,
}

impl Hands for Interrupted {
    fn each(&self, count: usize, job: &(dyn Fn(usize) + Sync)) {
        if self.armed.load(Ordering::Relaxed) {
            self.unwanted.store(true, Ordering::Relaxed);
        }
        (0..count).for_each(job);
    }
}

#[test]
fn what_nobody_wants_stops() {
    let found = ingest_at("lines,", 0, 0);
    let unwanted = Arc::new(AtomicBool::new(false));
    let analysis = found.analysis.until(unwanted.clone());
    assert!(!analysis.references(&found.path, found.offset, true).unwrap().is_empty());
    unwanted.store(true, Ordering::Relaxed);
    assert_eq!(analysis.references(&found.path, found.offset, true), Err(Cancelled));
    assert_eq!(analysis.rename(&found.path, found.offset, "other"), Err(Cancelled));
    assert_eq!(analysis.workspace_symbols("line"), Err(Cancelled));
    assert_eq!(analysis.semantic_tokens(&found.path, None), Err(Cancelled));
    assert!(analysis.diagnostics(&found.path).is_err());
    // The snapshot itself is as good as before.
    assert!(!found.analysis.references(&found.path, found.offset, true).unwrap().is_empty());
}

#[test]
fn the_check_before_a_rename_stops_in_its_midst() {
    let found = ingest_at("lines,", 0, 0);
    let hands = Arc::new(Interrupted::default());
    let mut host = Host::with_hands(hands.clone());
    for path in found.analysis.paths() {
        host.set_file(path, found.text(path));
    }
    let analysis = host.analysis().until(hands.unwanted.clone());
    assert!(analysis.rename(&found.path, found.offset, "other").unwrap().is_ok());
    hands.armed.store(true, Ordering::Relaxed);
    assert_eq!(analysis.rename(&found.path, found.offset, "other"), Err(Cancelled));
    hands.armed.store(false, Ordering::Relaxed);
    assert!(host.analysis().rename(&found.path, found.offset, "other").unwrap().is_ok());
}
