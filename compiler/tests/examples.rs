//! The examples of the repository compile without a message.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "tests may stop at once, and read their cases from files"
)]
#![allow(missing_docs, reason = "tests document themselves by their names")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use ntro_compiler::{Sources, check};

#[test]
fn every_example_compiles_clean() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut runbooks = 0;
    for project in fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let mut sources = Sources::new();
        for file in fs::read_dir(&project).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|ext| ext == "ntro") {
                let name = file.file_name().unwrap().to_string_lossy().into_owned();
                sources.insert(name, Arc::from(fs::read_to_string(&file).unwrap()));
            }
        }
        let checked = check(&sources);
        let messages: Vec<_> = checked
            .diagnostics
            .iter()
            .map(|found| {
                let text = &sources[&found.place.file];
                let line = text[..found.place.span.start as usize].matches('\n').count() + 1;
                format!("{}:{line} {} {} ({}) {}", found.place.file, found.code, found.message, found.label, found.help)
            })
            .collect();
        assert!(messages.is_empty(), "{}:\n{}", project.display(), messages.join("\n"));
        runbooks += checked.runbooks.len();
        if std::env::var_os("LISTING").is_some() {
            for compiled in checked.runbooks.values() {
                println!("{}", ntro_ir::listing::listing(&compiled.program));
            }
        }
    }
    assert!(runbooks >= 3, "{runbooks} runbooks were found");
}
