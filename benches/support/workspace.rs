//! A large project that looks like real ones: folders of runbooks of about 3 KB, each folder with its types, which runbooks of others import
//! too. The texts are those of `examples/document-ingest`, each runbook under a name of its own.

use std::collections::BTreeMap;

const TYPES: &str = include_str!("../../examples/document-ingest/types.ntro");
const RUNBOOK: &str = include_str!("../../examples/document-ingest/document-ingest.ntro");

/// How many folders there are.
const FOLDERS: usize = 20;

/// So many files, by their paths.
pub(crate) fn files(count: usize) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for folder in 0..FOLDERS.min(count) {
        files.insert(format!("team-{folder}/types.ntro"), TYPES.to_owned());
    }
    for number in files.len()..count {
        let folder = number % FOLDERS;
        let mut text = RUNBOOK.replace("document-ingest", &format!("document-ingest-{number}"));
        // One in ten takes its types from another folder.
        if number % 10 == 3 {
            text = text.replace("./types.ntro", &format!("../team-{}/types.ntro", (folder + 1) % FOLDERS));
        }
        files.insert(format!("team-{folder}/ingest-{number}.ntro"), text);
    }
    files
}
