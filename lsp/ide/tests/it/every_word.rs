//! Every word of the examples and of the cases has something to say when one points at it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ntro_ide::{Host, Level};

use crate::words::{projects, words};

#[test]
fn every_word_says_something() {
    let mut silent: BTreeMap<String, String> = BTreeMap::new();
    let mut said: BTreeSet<String> = BTreeSet::new();
    let mut count = 0;
    for (project, files) in projects() {
        let mut host = Host::new();
        host.set_files(files.iter().map(|(path, text)| (path.clone(), Arc::from(text.as_str()))));
        let analysis = host.analysis();
        let right = |path: &str| analysis.diagnostics(path).unwrap().iter().all(|one| one.level != Level::Error);
        for (path, text) in files.iter().filter(|(path, _)| right(path)) {
            for (at, word) in words(text) {
                count += 1;
                let line = text[at..].lines().next().unwrap_or_default();
                let before = text[..at].rsplit('\n').next().unwrap_or_default();
                let place = || format!("{project}/{path}: {before}[{word}]{}", &line[word.len().min(line.len())..]);
                match analysis.hover(path, u32::try_from(at).unwrap()).unwrap() {
                    Some(hover) => {
                        said.insert(hover.markdown);
                    }
                    None => {
                        silent.entry(word.to_owned()).or_insert_with(place);
                    }
                }
            }
        }
    }
    assert!(count > 10_000, "{count} words were looked at");
    assert!(said.len() > 1_000, "{} different texts", said.len());
    assert!(said.iter().all(|text| !text.trim().is_empty()));
    let silent: Vec<&String> = silent.values().collect();
    assert!(silent.is_empty(), "{} of {count} say nothing:\n{silent:#?}", silent.len());
}
