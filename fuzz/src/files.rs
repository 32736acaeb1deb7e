//! How one text holds several files.

use std::sync::Arc;

use ntro_compiler::Sources;

/// The files of an input. It is written as the cases of `tests/cases` are: a line `-- NAME.ntro --` begins a file. What stands before the
/// first such line, or all where there is none, is `main.ntro`. Sections with other names are left out, so that a whole case is an input.
#[must_use]
pub fn files(text: &str) -> Sources {
    let mut files: Vec<(&str, String)> = vec![("main.ntro", String::new())];
    let mut inside = true;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        if let Some(name) = bare.strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --")) {
            inside = name.ends_with(".ntro");
            if inside {
                files.push((name, String::new()));
            }
        } else if inside && let Some((_, of)) = files.last_mut() {
            of.push_str(line);
        }
    }
    let several = files.len() > 1;
    files
        .into_iter()
        .filter(|(name, text)| !(several && *name == "main.ntro" && text.trim().is_empty()))
        .map(|(name, text)| (name.to_owned(), Arc::from(text)))
        .collect()
}
