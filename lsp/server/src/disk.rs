//! The door to the files: the server itself opens none.
//!
//! `ntroc lsp` answers with the very code by which `ntroc check` finds a project, so that both see the same files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ntro_ide::settings::Section;

/// The name of the file that makes a folder a project.
pub const SETTINGS: &str = "ntro.yaml";

/// The files of a project, as they lie on the disk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// The `.ntro` files by their path below the project's folder, with `/`.
    pub texts: BTreeMap<String, Arc<str>>,
    /// The paths of the other files, which samples may name.
    pub others: BTreeSet<String>,
    /// What could not be read or is too much, one sentence each, for the person.
    pub left_out: Vec<String>,
}

/// What the settings file of a project says.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingsFile {
    /// Its text.
    pub text: Arc<str>,
    /// What it says of the configuration of runbooks.
    pub sections: Vec<Section>,
    /// Where it cannot be read: the line and the column, from 1, and why.
    pub problem: Option<(u32, u32, String)>,
}

/// What the server asks about files. Paths are absolute, and the answers are those of now: nothing is remembered.
pub trait Disk: Send + Sync + 'static {
    /// The folder of the project that a file or a folder lies in: the nearest, from there upwards, that has settings; else the innermost of the
    /// open `folders` that it lies in. None where it belongs to none of them, or lies where no project looks for files.
    fn project_of(&self, path: &Path, folders: &[PathBuf]) -> Option<PathBuf>;

    /// The folders of the projects below a folder, the folder itself not included.
    fn projects_below(&self, folder: &Path) -> Vec<PathBuf>;

    /// All files of the project in a folder.
    fn files(&self, root: &Path) -> Files;

    /// One `.ntro` file; none where there is none.
    ///
    /// # Errors
    ///
    /// Says in a sentence why a file that is there cannot be read.
    fn read(&self, path: &Path) -> Result<Option<Arc<str>>, String>;

    /// The settings file of the project in a folder; none where there is none. Where a client has it open, `text` is what it says there.
    fn settings(&self, _root: &Path, _text: Option<Arc<str>>) -> Option<SettingsFile> {
        None
    }

    /// Where a file of the language itself (`ntro:…`) can be opened like any other; none where it cannot be put anywhere.
    fn language_file(&self, name: &str, text: &str) -> Option<PathBuf>;

    /// The name of the file of the language that lies at a path.
    fn language_name(&self, path: &Path) -> Option<String>;

    /// Plays the scenarios of a file: those of a runbook, or the one with a title. Returns what came of it, in a few words.
    ///
    /// # Errors
    ///
    /// Says what does not hold, or why nothing could be played.
    fn test(&self, file: &Path, runbook: &str, scenario: Option<&str>) -> Result<String, String>;
}
