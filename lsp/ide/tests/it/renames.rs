//! Every name of the examples gets another one and its own again: in between all is as right as before, after it the text is the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ntro_ide::{Analysis, Edit, Host, Place};

use crate::words::{projects, words};

type Texts = BTreeMap<String, String>;

fn analysis(texts: &Texts) -> Analysis {
    let mut host = Host::new();
    host.set_files(texts.iter().map(|(path, text)| (path.clone(), Arc::from(text.as_str()))));
    host.analysis()
}

fn messages(analysis: &Analysis) -> Vec<String> {
    let all = analysis.paths().map(|path| analysis.diagnostics(path).unwrap());
    all.flat_map(|found| found.iter().map(|one| format!("{} {}", one.code, one.message)).collect::<Vec<_>>()).collect()
}

fn applied(texts: &Texts, edits: &[Edit]) -> Texts {
    let mut texts = texts.clone();
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by(|a, b| b.place.cmp(&a.place));
    for edit in edits {
        let text = texts.get_mut(&edit.place.file).unwrap();
        text.replace_range(edit.place.span.start as usize..edit.place.span.end as usize, &edit.text);
    }
    texts
}

/// Where a place is once the edits are made.
fn moved(place: &Place, edits: &[Edit]) -> u32 {
    let before = edits.iter().filter(|edit| edit.place.file == place.file && edit.place.span.end <= place.span.start);
    let by: i64 =
        before.map(|edit| edit.text.len() as i64 - i64::from(edit.place.span.end - edit.place.span.start)).sum();
    u32::try_from(i64::from(place.span.start) + by).unwrap()
}

/// A name that nothing bears, of the same form.
fn fresh(name: &str, analysis: &Analysis) -> String {
    let all: Vec<Arc<str>> = analysis.paths().map(|path| analysis.text(path).unwrap()).collect();
    let sign = if name.contains('-') { "-" } else { "_" };
    let names = (0..).map(|n| format!("{name}{sign}anew{n}"));
    names.into_iter().find(|name| !all.iter().any(|text| text.contains(name.as_str()))).unwrap()
}

/// What cannot be renamed, and what went wrong.
fn there_and_back(project: &str, texts: &Texts) -> (usize, Vec<String>) {
    let first = analysis(texts);
    let before = messages(&first);
    let mut seen: BTreeSet<Place> = BTreeSet::new();
    let mut wrong = Vec::new();
    for (path, text) in texts {
        for (at, word) in words(text) {
            let at = u32::try_from(at).unwrap();
            let Ok(target) = first.prepare_rename(path, at).unwrap() else { continue };
            let places = first.definition(path, at).unwrap();
            let Some(place) = places.first().map(|target| target.place.clone()).filter(|it| !it.file.is_empty()) else {
                wrong.push(format!("{project}/{path}: `{word}` can be renamed and has no place"));
                continue;
            };
            if !seen.insert(place.clone()) {
                continue;
            }
            let other = fresh(&target.name, &first);
            let told = format!("{project}/{}: `{}`", place.file, target.name);
            let edits = match first.rename(path, at, &other).unwrap() {
                Ok(edits) => edits,
                Err(refused) => {
                    wrong.push(format!("{told} is refused: {}", refused.0));
                    continue;
                }
            };
            let between = applied(texts, &edits);
            let second = analysis(&between);
            let after = messages(&second);
            if after.len() != before.len() {
                let new: Vec<&String> = after.iter().filter(|one| !before.contains(one)).collect();
                wrong.push(format!("{told} brings {new:?}"));
                continue;
            }
            match second.rename(&place.file, moved(&place, &edits), &target.name).unwrap() {
                Ok(back) => {
                    let back = applied(&between, &back);
                    for (path, text) in &back {
                        let lines = text.lines().zip(texts[path].lines()).find(|(new, old)| new != old);
                        wrong.extend(lines.map(|(new, old)| format!("{told} comes back as {new} for {old}")));
                    }
                }
                Err(refused) => wrong.push(format!("{told} does not come back: {}", refused.0)),
            }
        }
    }
    (seen.len(), wrong)
}

#[test]
fn every_name_of_the_examples_goes_there_and_back() {
    let (mut count, mut all) = (0, Vec::new());
    for (project, files) in projects().into_iter().filter(|(project, _)| !project.ends_with(".txt")) {
        let (names, wrong) = there_and_back(&project, &files.into_iter().collect());
        count += names;
        all.extend(wrong);
    }
    // The binding gives its entity to the input of this name: the language says so, and the message says where.
    let needed = "nav-monthly/nav-monthly.ntro: `entity` is refused: With this name there would be a mistake: `nav-monthly` needs `entity_anew0`. (harbour-spv.ntro, line 10)";
    // A run knows its entity and its period by the inputs of these names; under another one nothing uses them, and that is said.
    let unused = |told: &&String| {
        ["`entity`", "`period`"].iter().any(|name| told.contains(name)) && told.contains(" brings [\"N0229 ")
    };
    let other: Vec<&String> = all.iter().filter(|told| !unused(told)).collect();
    assert_eq!(other, [needed], "{} of {count} names", all.len());
    assert!(count > 400, "{count} names were renamed");
}
