//! `sample("rent-roll.pdf")`: a file of the project, as if somebody had handed it in.
//!
//! The compiler sees no files but those of runbooks, so it notes the names and its host looks for them.

use ntro_ir::FileRef;

use crate::diagnostic::{Diagnostic, Place};

/// What is said of a file that is not there. `tried` are the places that were looked at, relative to the project.
pub fn missing_sample(path: &str, place: Place, tried: &[String]) -> Diagnostic {
    let tried = tried.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(" or ");
    Diagnostic::error(
        "N0713",
        place,
        format!("There is no file `{path}` in this project."),
        "no such file",
        format!("Put the file there, or name another one. Looked for: {tried}."),
    )
}

/// The document that a sample is, by the path as written.
pub(crate) fn file(path: &str) -> FileRef {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    let content_type = match extension.as_str() {
        "pdf" => "application/pdf",
        "csv" => "text/csv",
        "txt" => "text/plain",
        "md" => "text/markdown",
        "json" => "application/json",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        _ => "application/octet-stream",
    };
    FileRef { document_ref: format!("sample:{path}"), filename: name.to_owned(), content_type: content_type.to_owned() }
}
