//! Where the workers of this machine keep their documents. A file that somebody hands in must lie in the store of the worker that
//! reads it, wherever the person stands; so each worker leaves a note.

use std::path::{Path, PathBuf};

use ntro_worker::connect::Link;
use serde::{Deserialize, Serialize};

/// What a worker notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note {
    /// The database.
    pub(crate) database: PathBuf,
    /// The bundles.
    pub(crate) bundles: PathBuf,
}

/// A note that lies there as long as its worker works.
pub(crate) struct Left(Option<PathBuf>);

impl Drop for Left {
    fn drop(&mut self) {
        if let Some(file) = &self.0 {
            std::fs::remove_file(file).ok();
        }
    }
}

/// Leaves a note. Where that is not possible, people name the database themselves.
pub(crate) fn leave(link: &Link, queue: &str, bundles: &Path, database: &Path) -> Left {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let note = Note { database: absolute(database), bundles: absolute(bundles) };
    let file = place(link, queue).filter(|file| {
        let folder = file.parent().is_some_and(|folder| std::fs::create_dir_all(folder).is_ok());
        folder && serde_json::to_vec(&note).is_ok_and(|text| std::fs::write(file, text).is_ok())
    });
    Left(file)
}

/// The note of a worker of this queue, if its store is still there.
pub(crate) fn find(link: &Link, queue: &str) -> Option<Note> {
    let text = std::fs::read(place(link, queue)?).ok()?;
    let note: Note = serde_json::from_slice(&text).ok()?;
    note.database.is_file().then_some(note)
}

fn place(link: &Link, queue: &str) -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let base = set("XDG_STATE_HOME")
        .map(PathBuf::from)
        .or_else(|| set("HOME").map(|home| Path::new(&home).join(".local/state")))?;
    let address = link.address.replace("localhost:", "127.0.0.1:");
    let name = format!("{address} {} {queue}", link.namespace);
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    Some(base.join("ntro/workers").join(format!("{name}.json")))
}
