//! How long somebody waits at a terminal: whole processes of `ntroc`, from their start to their end.
//!
//! `cargo bench -p ntroc`. A project of 1,000 files of 3 KB, and one example, each checked over and over. Told are the least, the median and the
//! 95th percentile; on a machine with other work to do, the least says most.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench may stop where it stands, and prints"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[path = "support/workspace.rs"]
mod workspace;

/// The files of the large project.
const FILES: usize = 1_000;

fn main() {
    measure();
    std::fs::remove_dir_all(cache()).ok();
}

/// What is kept of large projects is kept here, and gone afterwards.
fn cache() -> std::path::PathBuf {
    std::env::temp_dir().join(format!("ntroc-bench-{}", std::process::id()))
}

fn measure() {
    // `cargo test --benches` asks only whether it runs.
    let quick = !std::env::args().any(|arg| arg == "--bench");
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large");
    let mut bytes = 0;
    for (path, text) in workspace::files(if quick { 40 } else { FILES }) {
        let path = large.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        bytes += text.len();
        std::fs::write(path, text).unwrap();
    }
    std::fs::write(large.join("ntro.yaml"), "name: large\n").unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/nav-monthly");
    let runbook = example.join("nav-monthly.ntro");

    let times = |many: usize| if quick { 2 } else { many };
    tell("ntroc version", times(200), &["version"], Path::new("."));
    tell("ntroc check nav-monthly.ntro", times(200), &["check"], &runbook);
    tell("ntroc check examples/nav-monthly", times(200), &["check"], &example);
    let of = format!("{FILES} files, {} KB", bytes / 1_000);
    tell(&format!("ntroc check --no-cache, {of}"), times(20), &["check", "--no-cache"], &large);
    tell(&format!("ntroc check, {of}, nothing changed"), times(20), &["check"], &large);
}

/// Runs a command so many times, and prints how long it took.
fn tell(what: &str, times: usize, args: &[&str], path: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ntroc"));
    command.env("XDG_CACHE_HOME", cache()).args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if args != ["version"] {
        command.arg(path);
    }
    let mut all: Vec<Duration> = (0..times)
        .map(|_| {
            let start = Instant::now();
            let status = command.status().unwrap();
            let time = start.elapsed();
            assert!(status.success(), "{what}: {status}");
            time
        })
        .collect();
    all.sort_unstable();
    let at = |share: usize| all[(all.len() * share / 100).min(all.len() - 1)];
    println!("{what}: {times} times, least {:.2?}, p50 {:.2?}, p95 {:.2?}", at(0), at(50), at(95));
}
