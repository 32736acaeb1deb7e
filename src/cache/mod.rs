//! What checks of large projects gave, kept from one run of `ntroc check` to the next.
//!
//! A result is found by a hash of all that it depends on: the checker itself, and the paths and texts of all files of the project. Whatever is
//! different has another hash, so that nothing that is found is ever out of date. Scenarios may speak of files that are no runbooks; whether those are there is
//! looked up each time. A result that cannot be read whole counts as none, and one that cannot be kept is forgotten: the cache may make a
//! check faster and do nothing else.

mod entry;

use std::path::{Path, PathBuf};

use ntro_compiler::{Checked, Sources};

/// The least bytes of text for which a result is kept: less is checked about as quickly as a result is found.
const LEAST: usize = 200_000;
/// How many results are kept; the oldest go.
const MOST: usize = 64;
/// The largest result, in bytes.
const LARGEST: usize = 4_000_000;

/// The place for the result of a check.
#[derive(Debug)]
pub(crate) struct Place {
    file: PathBuf,
    key: String,
}

/// Where the result for these files is, or will be. None for small projects, and where the person has no folder for such things.
pub(crate) fn place(sources: &Sources) -> Option<Place> {
    let bytes: usize = sources.values().map(|text| text.len()).sum();
    let folder = folder().filter(|_| bytes >= LEAST)?;
    let key = key(sources);
    Some(Place { file: folder.join(format!("{key}.json")), key })
}

impl Place {
    /// The diagnostics and samples of the same check, where they were kept.
    pub(crate) fn look(&self) -> Option<Checked> {
        let size = std::fs::metadata(&self.file).ok()?.len();
        let text = std::fs::read_to_string(&self.file).ok().filter(|_| size <= LARGEST as u64)?;
        entry::read(&text, &self.key)
    }

    /// Keeps the diagnostics and samples of a check.
    pub(crate) fn keep(&self, checked: &Checked) {
        let text = entry::write(checked, &self.key);
        let Some(folder) = self.file.parent().filter(|_| text.len() <= LARGEST) else { return };
        if std::fs::create_dir_all(folder).is_err() {
            return;
        }
        // Another process may write the same file at this moment: what is there is always whole.
        let beside = self.file.with_extension(format!("{}.new", std::process::id()));
        if std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, &self.file)).is_err() {
            std::fs::remove_file(&beside).ok();
        }
        thin_out(folder, MOST);
    }
}

/// Removes the oldest files of a folder until so many are left.
fn thin_out(folder: &Path, most: usize) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let aged = |entry: std::fs::DirEntry| Some((entry.metadata().ok()?.modified().ok()?, entry.path()));
    let mut all: Vec<_> = entries.filter_map(|entry| aged(entry.ok()?)).collect();
    all.sort();
    for (_, path) in all.iter().rev().skip(most) {
        std::fs::remove_file(path).ok();
    }
}

fn key(sources: &Sources) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(env!("NTRO_CHECKER").as_bytes());
    for (path, text) in sources {
        // With the lengths no two projects give the same bytes.
        for part in [path.as_str(), text] {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
    }
    hasher.finalize().to_hex().to_string()
}

/// The folder of the person's cache that is ours.
pub(crate) fn home() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache =
        set("XDG_CACHE_HOME").or_else(|| set("LOCALAPPDATA")).or_else(|| set("HOME").map(|home| home.join(".cache")));
    Some(cache?.join("ntro"))
}

fn folder() -> Option<PathBuf> {
    Some(home()?.join("checks"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

    use std::sync::Arc;

    use super::*;

    fn sources(files: &[(&str, &str)]) -> Sources {
        files.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text))).collect()
    }

    fn place_in(folder: &Path, sources: &Sources) -> Place {
        let key = key(sources);
        Place { file: folder.join(format!("{key}.json")), key }
    }

    const WRONG: &str = "import { Row } from \"./b.ntro\"\n\nfn f(row: Row) -> text = row.nme + 1\n";

    #[test]
    fn what_was_kept_is_found_again_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let first = sources(&[("a.ntro", WRONG), ("b.ntro", "type Row { name: text }\n")]);
        let checked = ntro_compiler::check(&first);
        assert!(!checked.diagnostics.is_empty());
        let place = place_in(folder.path(), &first);
        assert!(place.look().is_none());
        place.keep(&checked);
        let found = place.look().unwrap();
        assert_eq!(found.diagnostics, checked.diagnostics);
        assert_eq!(found.samples, checked.samples);
        // A letter, a name or a border between two files makes another project.
        for other in [
            sources(&[("a.ntro", WRONG), ("b.ntro", "type Row { nume: text }\n")]),
            sources(&[("a.ntro", WRONG), ("c.ntro", "type Row { name: text }\n")]),
            sources(&[("a.ntro", WRONG)]),
            sources(&[("a.ntr", &format!("o{WRONG}")), ("b.ntro", "type Row { name: text }\n")]),
        ] {
            assert!(place_in(folder.path(), &other).look().is_none());
        }
    }

    #[test]
    fn what_is_broken_or_stands_under_another_name_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let first = sources(&[("a.ntro", WRONG)]);
        let place = place_in(folder.path(), &first);
        place.keep(&ntro_compiler::check(&first));
        let text = std::fs::read_to_string(&place.file).unwrap();
        let cut = text.len() / 2;
        for broken in [&text[..cut], "", "{}", "null", &text.replace("N0", "N9"), &text.replace(&place.key, "00")] {
            std::fs::write(&place.file, broken).unwrap();
            assert!(place.look().is_none(), "{broken}");
        }
        std::fs::write(&place.file, &text).unwrap();
        assert!(place.look().is_some());
    }

    #[test]
    fn the_oldest_results_go() {
        let folder = tempfile::tempdir().unwrap();
        for age in 0..5_u64 {
            let file = std::fs::File::create(folder.path().join(age.to_string())).unwrap();
            let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000 - age);
            file.set_modified(time).unwrap();
        }
        thin_out(folder.path(), 2);
        let mut left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["0", "1"]);
    }

    #[test]
    fn small_projects_leave_nothing_behind() {
        assert!(place(&sources(&[("a.ntro", WRONG)])).is_none());
    }
}
