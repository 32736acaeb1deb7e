//! What stands in the examples is offered where it stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use ntro_ide::Host;

use crate::words::{projects, words};

#[test]
fn what_is_written_is_offered() {
    let mut missing: BTreeMap<String, String> = BTreeMap::new();
    let (mut count, mut missed) = (0, 0);
    for (project, files) in projects().into_iter().filter(|(project, _)| !project.ends_with(".txt")) {
        let mut host = Host::new();
        host.set_files(files.iter().map(|(path, text)| (path.clone(), Arc::from(text.as_str()))));
        let analysis = host.analysis();
        for (path, text) in &files {
            for (at, word) in words(text) {
                let offset = u32::try_from(at).unwrap();
                // What one names oneself cannot be known.
                let declares = analysis.definition(path, offset).unwrap();
                if declares.iter().any(|target| {
                    target.place.file == *path && target.place.span.start <= offset && offset <= target.place.span.end
                }) {
                    continue;
                }
                count += 1;
                let all = analysis.completion(path, offset).unwrap();
                let fits = |label: &str| label == word || label.split([' ', '.', '-']).any(|part| part == word);
                if !all.iter().any(|one| fits(&one.label)) {
                    missed += 1;
                    let line = text[at..].lines().next().unwrap();
                    let before = text[..at].rsplit('\n').next().unwrap();
                    let seen = all.iter().take(5).map(|one| one.label.as_str()).collect::<Vec<_>>().join(" ");
                    missing
                        .entry(word.to_owned())
                        .or_insert_with(|| format!("{project}: {before}[{word}]{} ({seen})", &line[word.len()..]));
                }
            }
        }
    }
    // Names of fields and events that somebody chooses there, icons under the names that they had before, and what joins values over lines or
    // stands behind a number, where a currency is offered.
    let chosen =
        ["FileSignature", "History", "account_holder", "iban", "closing", "by", "closed", "incident", "nav", "signed"];
    let known = ["action", "and", "or", "not", "else", "fail", "then"];
    missing.retain(|word, _| !chosen.contains(&word.as_str()) && !known.contains(&word.as_str()));
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(count > 4_000 && missed < 60, "{missed} of {count} words are not offered");
}
