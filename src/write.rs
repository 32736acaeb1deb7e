//! Files of people are replaced in one step, so that nothing is lost where the disk is full or the process is stopped.

use std::path::Path;

use crate::project::shown;
use crate::stop::Stop;

/// Replaces the text of a file. A link stays a link, and the permissions stay as they were.
pub(crate) fn replace(file: &Path, text: &str) -> Result<(), Stop> {
    let real = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
    let beside = real.with_extension("ntro.new");
    let write = || {
        std::fs::write(&beside, text)?;
        if let Ok(before) = std::fs::metadata(&real) {
            std::fs::set_permissions(&beside, before.permissions())?;
        }
        std::fs::rename(&beside, &real)
    };
    write().map_err(|error| {
        std::fs::remove_file(&beside).ok();
        Stop::new(format!("{} cannot be written: {error}", shown(file)))
    })
}

/// The same, unless somebody has changed the file since it was read as `before`.
pub(crate) fn replace_unchanged(file: &Path, before: &str, text: &str) -> Result<(), Stop> {
    match std::fs::read(file) {
        Ok(now) if now == before.as_bytes() => replace(file, text),
        _ => Err(Stop::new(format!("{} was changed by somebody else meanwhile", shown(file)))
            .help("nothing was written to it; try again")),
    }
}
