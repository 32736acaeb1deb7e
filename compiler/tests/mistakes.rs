//! What authors of wrong programs read: the repairs that messages carry, and what damage to whole runbooks gives.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests may stop at once, and read their cases from files"
)]
#![allow(missing_docs, reason = "tests document themselves by their names")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ntro_compiler::{Diagnostic, Level, Sources, check, explain, fix, report};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The cases of the repository that show mistakes: the name and the files of each.
fn mistakes() -> Vec<(String, Sources)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(root().join("tests/cases/mistakes")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let mut sources = Sources::new();
        let mut name = None;
        let mut body = String::new();
        for line in text.lines().chain(["-- end --"]) {
            match line.strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --")) {
                Some(next) => {
                    if let Some(name) = name.replace(next.to_owned())
                        && name.ends_with(".ntro")
                    {
                        sources.insert(name, Arc::from(body.as_str()));
                    }
                    body.clear();
                }
                None => {
                    body.push_str(line);
                    body.push('\n');
                }
            }
        }
        all.push((path.file_stem().unwrap().to_string_lossy().into_owned(), sources));
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(all.len() >= 50, "the cases were not found");
    all
}

fn examples() -> Vec<(String, Sources)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(root().join("examples")).unwrap() {
        let folder = entry.unwrap().path();
        let mut sources = Sources::new();
        for file in fs::read_dir(&folder).into_iter().flatten() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "ntro") {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                sources.insert(name, Arc::from(fs::read_to_string(&path).unwrap()));
            }
        }
        if !sources.is_empty() {
            all.push((folder.file_name().unwrap().to_string_lossy().into_owned(), sources));
        }
    }
    assert!(!all.is_empty());
    all
}

/// The files with the edits of one message made.
fn mended(sources: &Sources, found: &Diagnostic) -> Sources {
    let mut sources = sources.clone();
    let mut edits = found.fix.clone();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.place.span.start));
    for edit in edits {
        let mut text = sources[&edit.place.file].to_string();
        text.replace_range(edit.place.span.start as usize..edit.place.span.end as usize, &edit.text);
        sources.insert(edit.place.file, Arc::from(text));
    }
    sources
}

#[test]
fn every_repair_that_a_message_carries_makes_it_go_away() {
    let mut tried = 0;
    for (name, sources) in mistakes() {
        let before = check(&sources).diagnostics;
        for found in before.iter().filter(|found| !found.fix.is_empty()) {
            tried += 1;
            let errors = |all: &[Diagnostic]| all.iter().filter(|d| d.level == Level::Error).count();
            let same = |d: &&Diagnostic| d.code == found.code && d.message == found.message;
            let after = check(&mended(&sources, found)).diagnostics;
            assert!(
                after.iter().filter(same).count() < before.iter().filter(same).count()
                    && (errors(&after) < errors(&before) || found.level != Level::Error),
                "{name}: {} {} {:?}\nafter: {after:?}",
                found.code,
                found.message,
                found.fix
            );
        }
    }
    assert!(tried >= 30, "only {tried} repairs were tried");
}

/// Only a host knows files and settings, no text makes the verifier refuse a program, and a file that is too large is too large for a case.
const WITHOUT_CASES: &[&str] = &["N0144", "N0602", "N0611", "N0612", "N0613", "N0713"];

#[test]
fn each_code_has_a_case_that_shows_it() {
    let mut shown = BTreeSet::new();
    let mut folders = vec![root().join("tests/cases")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let Some((_, told)) = text.split_once("-- diagnostics --") else { continue };
            let codes = told.lines().filter_map(|line| line.split_once('[')?.1.split_once("]: "));
            shown.extend(codes.map(|(code, _)| code.to_owned()));
        }
    }
    let without: Vec<&str> =
        explain::codes().into_iter().map(|(code, _)| code).filter(|code| !shown.contains(*code)).collect();
    assert_eq!(without, WITHOUT_CASES, "codes without a case in tests/cases");
}

#[test]
fn the_json_of_a_message_carries_its_repair() {
    let sources = Sources::from([("a.ntro".to_owned(), Arc::from("runbook a \"A\" {\n  verson: \"1\"\n}\n"))]);
    let json = report::json(&check(&sources).diagnostics, &sources);
    assert_eq!(json[0]["edits"][0]["text"], "version");
    assert_eq!((&json[0]["edits"][0]["line"], &json[0]["edits"][0]["column"]), (&2.into(), &3.into()));
}

#[test]
fn each_case_has_a_message_and_none_tells_of_something_unknown() {
    for (name, sources) in mistakes() {
        let found = check(&sources).diagnostics;
        assert!(!found.is_empty(), "{name}");
        for d in found {
            let said = format!("{} {} {}", d.message, d.label, d.help);
            assert!(!said.contains("something unknown"), "{name}: {said}");
        }
    }
}

#[test]
fn a_broken_file_hides_nothing_of_another() {
    let sources = Sources::from([
        ("a.ntro".to_owned(), Arc::from("runbook a \"A\" {\n  output: text\n  return entitty\n}\n")),
        ("b.ntro".to_owned(), Arc::from("runbook b \"B\" {\n  steps: [\n")),
        ("c.ntro".to_owned(), Arc::from("}}} what is this\n")),
    ]);
    let found = check(&sources).diagnostics;
    for file in ["a.ntro", "b.ntro", "c.ntro"] {
        assert!(found.iter().any(|d| d.place.file == file), "{file}: {found:?}");
    }
    let files: Vec<&str> = found.iter().map(|d| d.place.file.as_str()).collect();
    assert!(files.is_sorted(), "by file");
}

#[test]
fn of_a_thousand_mistakes_a_hundred_are_shown_and_the_rest_are_counted() {
    for line in ["  let x{} = nothing{}\n", "  let x{} = 12GBP\n"] {
        let lines: String = (0..1_000).map(|n| line.replace("{}", &n.to_string())).collect();
        let text = format!("runbook a \"A\" {{\n{lines}}}\n");
        let sources = Sources::from([("a.ntro".to_owned(), Arc::from(text))]);
        let shown = report::render(&check(&sources).diagnostics, &sources, false);
        assert_eq!(shown.matches("error[").count(), 100);
        assert!(shown.contains("900 more messages are not shown."), "{}", &shown[shown.len() - 200..]);
    }
}

/// Every place of a text where it can be cut, about `count` of them.
fn cuts(text: &str, count: usize) -> impl Iterator<Item = usize> {
    let step = (text.len() / count).max(1);
    (0..text.len()).step_by(step).filter(|at| text.is_char_boundary(*at))
}

#[test]
fn damaged_examples_are_told_in_few_messages() {
    for (name, sources) in examples() {
        assert_eq!(check(&sources).diagnostics, [], "{name}");
        for (file, text) in &sources {
            // Cut off, and with a hole of a few dozen bytes.
            let damaged = cuts(text, 10).flat_map(|at| {
                let hole = (at + 40..text.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
                [text[..at].to_owned(), format!("{}{}", &text[..at], &text[hole..])]
            });
            for damaged in damaged {
                let mut sources = sources.clone();
                sources.insert(file.clone(), Arc::from(damaged.as_str()));
                let checked = check(&sources);
                let errors = checked.diagnostics.iter().filter(|d| d.level == Level::Error).count();
                assert!(errors <= 40, "{name}: {errors} messages for one hole in {file}:\n{damaged}");
                // What is wrong is shown somewhere, or a program is there.
                assert!(
                    errors > 0 || !checked.runbooks.is_empty() || !damaged.contains("runbook "),
                    "{name}: {damaged}"
                );
                let shown = report::render(&checked.diagnostics, &sources, false);
                assert_eq!(shown.is_empty(), checked.diagnostics.is_empty());
            }
        }
    }
}

#[test]
fn what_can_be_mended_unasked_is_mended_and_stays_so() {
    let mut mended = 0;
    for (name, sources) in mistakes() {
        let before = check(&sources).diagnostics;
        let fixed = fix::fix(&sources, |_| true);
        mended += fixed.made.len();
        let left = |d: &Diagnostic| d.certain && !d.fix.is_empty();
        assert!(!fixed.checked.diagnostics.iter().any(left), "{name}: {:?}", fixed.checked.diagnostics);
        assert_eq!(fixed.sources == sources, !before.iter().any(left), "{name}");
        let again = fix::fix(&fixed.sources, |_| true);
        assert_eq!((again.made, again.sources), (Vec::new(), fixed.sources), "{name}");
        // Line breaks of another kind change nothing but themselves.
        let crlf = |all: &Sources| -> Sources {
            all.iter().map(|(file, text)| (file.clone(), Arc::from(text.replace('\n', "\r\n")))).collect()
        };
        let other = fix::fix(&crlf(&sources), |_| true);
        assert!(other.sources.values().all(|text| !text.replace("\r\n", "").contains(['\r', '\n'])), "{name}");
    }
    assert!(mended >= 40, "only {mended} were mended");
}

#[test]
fn files_that_may_not_be_changed_are_left_alone() {
    let text: Arc<str> = Arc::from("runbook a \"A\" {\n  output: text\n  return 'a';\n}\n");
    let other: Arc<str> = Arc::from(text.replace("runbook a", "runbook b"));
    let sources = Sources::from([("a.ntro".to_owned(), text.clone()), ("b.ntro".to_owned(), other)]);
    let fixed = fix::fix(&sources, |file| file == "b.ntro");
    assert_eq!(fixed.sources["a.ntro"], text);
    assert_eq!(&*fixed.sources["b.ntro"], "runbook b \"A\" {\n  output: text\n  return \"a\"\n}\n");
    assert_eq!(fixed.made.iter().map(|made| (made.line, made.column)).collect::<Vec<_>>(), [(3, 10), (3, 13)]);
}

#[test]
fn a_name_that_is_spelled_nearly_the_same_is_only_a_guess() {
    let text = "runbook a \"A\" {\n  input { vendors: text }\n  output: text\n  return vendor\n}\n";
    let sources = Sources::from([("a.ntro".to_owned(), Arc::from(text))]);
    let found = check(&sources).diagnostics;
    assert_eq!(found[0].fix[0].text, "vendors");
    assert_eq!(fix::fix(&sources, |_| true).made, []);
}
