//! The projects of the examples and of the cases, and the words in them.

#![allow(clippy::disallowed_methods, reason = "a test reads the examples where they lie")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The projects of the examples and of the cases, each with its files.
pub(crate) fn projects() -> Vec<(String, Vec<(String, String)>)> {
    let mut all = Vec::new();
    for folder in sorted(&root().join("examples")) {
        let files = sorted(&folder).into_iter().filter(|path| path.extension().is_some_and(|it| it == "ntro"));
        let files = files.map(|path| (name(&path), fs::read_to_string(&path).unwrap()));
        all.push((name(&folder), files.collect()));
    }
    for case in sorted(&root().join("tests/cases/run")) {
        let text = fs::read_to_string(&case).unwrap();
        let mut files: Vec<(String, String)> = Vec::new();
        let mut inside = false;
        for line in text.split_inclusive('\n') {
            match line.trim_end().strip_prefix("-- ").and_then(|line| line.strip_suffix(" --")) {
                Some(path) => {
                    inside = path.ends_with(".ntro");
                    if inside {
                        files.push((path.to_owned(), String::new()));
                    }
                }
                None if inside => files.last_mut().unwrap().1.push_str(line),
                None => {}
            }
        }
        all.push((name(&case), files));
    }
    all
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// The words of a text that are code, those in `{{ }}` included.
pub(crate) fn words(text: &str) -> Vec<(usize, &str)> {
    let bytes = text.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let (mut out, mut at, mut quoted, mut hole) = (Vec::new(), 0, None::<&str>, false);
    while at < bytes.len() {
        let rest = &text[at..];
        if let Some(quote) = quoted.filter(|_| !hole) {
            match () {
                () if rest.starts_with(quote) => (at, quoted) = (at + quote.len(), None),
                () if rest.starts_with("{{") || rest.starts_with("{%") => (at, hole) = (at + 2, true),
                () if bytes[at] == b'\\' => at += 2,
                () => at += rest.chars().next().unwrap().len_utf8(),
            }
            continue;
        }
        match bytes[at] {
            b'}' | b'%' if hole && bytes.get(at + 1) == Some(&b'}') => (at, hole) = (at + 2, false),
            b'\'' if hole => at += rest[1..].find('\'').map_or(1, |end| end + 2),
            b'"' if rest.starts_with("\"\"\"") => (at, quoted) = (at + 3, Some("\"\"\"")),
            b'"' => (at, quoted) = (at + 1, Some("\"")),
            b'/' if rest.starts_with("//") => at += rest.find('\n').unwrap_or(rest.len()),
            byte if is_word(byte) => {
                let end = rest.bytes().position(|byte| !is_word(byte)).unwrap_or(rest.len());
                if !byte.is_ascii_digit() {
                    out.push((at, &rest[..end]));
                }
                at += end;
            }
            _ => at += rest.chars().next().unwrap().len_utf8(),
        }
    }
    out
}
