//! Bindings as files: `<bundles>/.bindings/<name>.json`, beside the bundles and read anew for each run, so that a worker needs no
//! restart. Written beside its place and moved there in one step, like a bundle.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ntro_ir::Binding;
use serde::{Deserialize, Serialize};

use crate::bundle::{BundleError, is_name, write_file};

/// The version of the form of a record.
const FORMAT: u32 = 1;
/// The folder in the folder of bundles. No runbook can have this name.
const FOLDER: &str = ".bindings";
/// The largest record that is read, in bytes.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// What is written of a binding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The version of the form.
    pub format: u32,
    /// [`Binding::digest`], as hex.
    pub digest: String,
    /// When it was written.
    pub deployed_at: jiff::Timestamp,
    /// What it says.
    pub binding: Binding,
}

/// What writing a binding did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// There was none of that name.
    New,
    /// It said something else.
    Changed,
    /// It said the same.
    Same,
}

fn path_of(bundles: &Path, name: &str) -> Result<PathBuf, BundleError> {
    if !is_name(name) {
        return Err(BundleError::Name(name.to_owned(), "binding's name"));
    }
    Ok(bundles.join(FOLDER).join(format!("{name}.json")))
}

/// Compares a binding with what is written of that name; a record that cannot be read counts as another one.
pub fn compare(bundles: &Path, binding: &Binding) -> Written {
    match read(bundles, &binding.name) {
        Ok(Some(there)) if there.binding == *binding => Written::Same,
        Ok(None) => Written::New,
        Ok(Some(_)) | Err(_) => Written::Changed,
    }
}

/// Writes a binding.
///
/// # Errors
/// Its name cannot be a file, or the disk refuses.
pub fn write(bundles: &Path, binding: &Binding, at: jiff::Timestamp) -> Result<Written, BundleError> {
    let path = path_of(bundles, &binding.name)?;
    let written = compare(bundles, binding);
    if written == Written::Same {
        return Ok(written);
    }
    let record =
        Record { format: FORMAT, digest: binding.digest().to_string(), deployed_at: at, binding: binding.clone() };
    let folder = bundles.join(FOLDER);
    fs::create_dir_all(&folder).map_err(|error| BundleError::Io { path: folder.clone(), error })?;
    let json = serde_json::to_vec_pretty(&record).map_err(|error| BundleError::Refused(error.to_string()))?;
    let half = folder.join(format!(".{}.{}", binding.name, std::process::id()));
    write_file(&half, &json)?;
    fs::rename(&half, &path).map_err(|error| BundleError::Io { path, error })?;
    Ok(written)
}

/// Reads a binding; none where there is none of that name.
///
/// # Errors
/// It cannot be read, is no binding, or was changed since it was written.
pub fn read(bundles: &Path, name: &str) -> Result<Option<Record>, BundleError> {
    let path = path_of(bundles, name)?;
    let damaged = |what: String| BundleError::Damaged { folder: path.clone(), what };
    match fs::metadata(&path) {
        Ok(meta) if meta.len() > MOST_BYTES => return Err(damaged(format!("has more than {MOST_BYTES} bytes"))),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(BundleError::Io { path, error }),
    }
    let text = fs::read(&path).map_err(|error| BundleError::Io { path: path.clone(), error })?;
    let record: Record =
        serde_json::from_slice(&text).map_err(|error| damaged(format!("cannot be read as a binding: {error}")))?;
    if record.format != FORMAT {
        return Err(damaged(format!("has the form {}; this version knows {FORMAT}", record.format)));
    }
    record.binding.verify().map_err(|error| damaged(format!("cannot be used: {}", error.message)))?;
    if record.binding.name != name || record.binding.digest().to_string() != record.digest {
        return Err(damaged("was changed after it was written".to_owned()));
    }
    Ok(Some(record))
}

/// The names of all bindings, sorted.
///
/// # Errors
/// The folder cannot be read. One that does not exist holds none.
pub fn names(bundles: &Path) -> Result<Vec<String>, BundleError> {
    let folder = bundles.join(FOLDER);
    let io = |error| BundleError::Io { path: folder.clone(), error };
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let file = entry.map_err(io)?.file_name().to_string_lossy().into_owned();
        names.extend(file.strip_suffix(".json").filter(|name| is_name(name)).map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

/// Forgets a binding. Whether there was one.
///
/// # Errors
/// The disk refuses.
pub fn remove(bundles: &Path, name: &str) -> Result<bool, BundleError> {
    let path = path_of(bundles, name)?;
    match fs::remove_file(&path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(BundleError::Io { path, error }),
    }
}
