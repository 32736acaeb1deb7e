//! Gives the checker a name of its own: a hash of all that decides what `ntroc check` says. Results that are kept carry it, so that those of another
//! compiler are never taken for its own, whatever its version is called.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a build stops where its sources cannot be read, and speaks to cargo"
)]

use std::path::{Path, PathBuf};

/// What the messages of a check are made by; the lock file stands for all that others have written.
const SOURCES: [&str; 5] = ["grammar/src", "ir/src", "compiler/src", "src/cache", "Cargo.lock"];

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap());
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo:rerun-if-changed={source}");
        find(&root.join(source), &mut files);
    }
    files.sort();
    let mut hasher = blake3::Hasher::new();
    for file in files {
        let text = std::fs::read(&file).unwrap();
        let name = file.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        hasher.update(format!("{name} {}\n", text.len()).as_bytes()).update(&text);
    }
    println!("cargo:rustc-env=NTRO_CHECKER={}", hasher.finalize().to_hex());
}

fn find(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        std::fs::read_dir(path).unwrap().for_each(|entry| find(&entry.unwrap().path(), files));
    } else {
        files.push(path.to_path_buf());
    }
}
