//! A large project that looks like real ones: folders of runbooks of about 3 KB, each folder with its types, which runbooks of others import
//! too. The texts are those of `examples/document-ingest`, each runbook under a name of its own.

use std::collections::BTreeMap;

const TYPES: &str = include_str!("../../examples/document-ingest/types.ntro");
const RUNBOOK: &str = include_str!("../../examples/document-ingest/document-ingest.ntro");

/// A line more for each runbook, which brings it to 3 KB.
const LINE: &str = "    warn \"Large: {{ review.value.filter(l => l.annual_rent > 100000.00 GBP).map(l => l.tenant).join(', ') }}, look twice.\" when review.value.any(l => l.annual_rent > 100000.00 GBP)\n";

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
        if let Some(at) = text.find("    warn \"Rents do not") {
            text.insert_str(at, LINE);
        }
        // One in ten takes its types from another folder.
        if number % 10 == 3 {
            text = text.replace("./types.ntro", &format!("../team-{}/types.ntro", (folder + 1) % FOLDERS));
        }
        files.insert(format!("team-{folder}/ingest-{number}.ntro"), text);
    }
    files
}
