//! What the tests share: the corpus and a small source of chance.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "each test uses a part of it, and reads files"
)]

use std::path::PathBuf;

/// The corpus: file names and texts, in order.
pub(crate) fn corpus() -> Vec<(String, String)> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder("corpus")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(&path).unwrap())
    };
    files.into_iter().map(read).collect()
}

/// The corpus as one text.
pub(crate) fn joined() -> String {
    corpus().into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n")
}

/// A folder of the tests.
pub(crate) fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// A fixed sequence of numbers: every run damages the same places.
pub(crate) struct Random(u64);

impl Random {
    /// From a seed that is not zero.
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}
