use std::sync::Arc;

use ntro_ide::Cancelled;

use crate::fixture::{INGEST, fixture};

fn codes(text: &str) -> Vec<String> {
    let found = fixture(text);
    let paths: Vec<String> = found.analysis.paths().map(str::to_owned).collect();
    let mut all = Vec::new();
    for path in paths {
        for diagnostic in found.analysis.diagnostics(&path).unwrap().iter() {
            all.push(format!("{} {}", diagnostic.code, found.show(&path, diagnostic.place.span)));
        }
    }
    all
}

#[test]
fn a_sound_project_has_none() {
    assert_eq!(codes(INGEST), Vec::<String>::new());
}

#[test]
fn each_stands_in_its_file() {
    let broken = INGEST.replace("amount: money", "amount: monney").replace("rows: lines", "rows: linez");
    let found = codes(&broken);
    assert_eq!(
        found,
        [
            "N0201 main.ntro:16: show data_table { title: \"Lines of {{ source }} in {{ period }}\", rows: [linez], key: id, editable: [amount] }",
            "N0203 types.ntro:5: amount: [monney]"
        ]
    );
}

#[test]
fn a_change_concerns_the_files_whose_diagnostics_differ() {
    let mut found = fixture(INGEST);
    let before = found.host.analysis();
    assert_eq!(before.affected(None).unwrap(), Vec::<String>::new());
    let types = found.text("types.ntro").replace("open, closed", "open_, closed");
    found.host.set_file("types.ntro", Arc::from(types));
    let after = found.host.analysis();
    assert_eq!(after.affected(Some(&before)).unwrap(), ["main.ntro"]);
    assert_eq!(before.diagnostics("main.ntro"), Err(Cancelled), "what is old stops");
    found.host.remove_file("main.ntro");
    let gone = found.host.analysis();
    assert_eq!(gone.affected(Some(&after)).unwrap(), ["main.ntro"], "a file that is gone has none");
    assert!(gone.diagnostics("main.ntro").unwrap().is_empty());
}

#[test]
fn the_same_text_changes_nothing() {
    let mut found = fixture(INGEST);
    let before = found.host.analysis();
    let text = found.text("main.ntro");
    found.host.set_file("main.ntro", text);
    assert!(!before.is_cancelled());
}
