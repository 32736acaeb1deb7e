//! Paths that runbooks name. They are relative to a folder and stay in it; links that lead out of it are refused.

use std::path::{Component, Path, PathBuf};

use crate::CapabilityError;

/// The file at `relative` in `root`. It must exist.
pub(crate) fn existing(root: &Path, relative: &str) -> Result<PathBuf, CapabilityError> {
    let (root, path) = joined(root, relative)?;
    let real = path.canonicalize().map_err(|error| {
        let reason = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file in the project's folder".to_owned(),
            _ => error.to_string(),
        };
        CapabilityError::new("not_found", format!("`{relative}`: {reason}"))
    })?;
    if real.starts_with(&root) { Ok(real) } else { Err(outside(relative)) }
}

/// The place at `relative` in `root`, whether or not something is there.
pub(crate) fn place(root: &Path, relative: &str) -> Result<PathBuf, CapabilityError> {
    let (root, path) = joined(root, relative)?;
    let known = path.ancestors().find_map(|ancestor| ancestor.canonicalize().ok());
    if known.is_some_and(|real| real.starts_with(&root)) { Ok(path) } else { Err(outside(relative)) }
}

fn joined(root: &Path, relative: &str) -> Result<(PathBuf, PathBuf), CapabilityError> {
    let root = root.canonicalize().map_err(|error| {
        CapabilityError::new("not_found", format!("the folder {} cannot be opened ({error})", root.display()))
    })?;
    let plain = !relative.is_empty()
        && relative.len() <= 1_000
        && !relative.contains(['\0', '\\'])
        && Path::new(relative).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !plain {
        return Err(outside(relative));
    }
    let path = root.join(relative);
    Ok((root, path))
}

fn outside(relative: &str) -> CapabilityError {
    let message = format!("`{relative}` leads out of the project's folder; name a path inside it, without `..`");
    CapabilityError::new("path_not_allowed", message)
}
