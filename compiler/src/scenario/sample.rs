//! `sample("rent-roll.pdf")`: a file of the project, as if somebody had handed it in.
//!
//! The compiler sees no files but those of runbooks, so it notes the names and its host looks for them.

use ntro_ir::FileRef;

use crate::diagnostic::{Diagnostic, Place};
use crate::suggest::nearest;

/// What is said of a file that is not there. `tried` are the places that were looked at, relative to the project; `there` are files that
/// could be meant, each as it would be written.
pub fn missing_sample(
    path: &str,
    place: Place,
    tried: &[String],
    there: impl IntoIterator<Item = String>,
) -> Diagnostic {
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = path.strip_suffix(name).unwrap_or("");
    let beside = there.into_iter().filter_map(|file| file.strip_prefix(folder).map(str::to_owned));
    if let Some(meant) = nearest(name, beside.filter(|file| !file.contains('/'))) {
        let meant = format!("{folder}{meant}");
        let span = place.span;
        let mut found = Diagnostic::error(
            "N0713",
            place.clone(),
            format!("There is no file `{path}` in this project."),
            "no such file",
            format!("Did you mean `{meant}`?"),
        );
        // Another file may be meant, or this one be missing.
        found.certain = false;
        let quoted = span.end.saturating_sub(span.start) as usize == path.len() + 2;
        return if quoted { found.edit(place, format!("\"{meant}\"")) } else { found };
    }
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

#[cfg(test)]
mod tests {
    use ntro_grammar::Span;

    use super::missing_sample;
    use crate::diagnostic::Place;

    #[test]
    fn a_file_beside_it_with_nearly_its_name_is_named() {
        let place = Place { file: "a.ntro".to_owned(), span: Span::new(0, 18) };
        let there = ["rent/roll-north.pdf", "rent/old/roll.pdf", "role.pdf"].map(str::to_owned);
        let found = missing_sample("rent/roll-nort.pdf", place.clone(), &[], there.clone());
        assert_eq!(found.help, "Did you mean `rent/roll-north.pdf`?");
        let found = missing_sample("other.pdf", place, &["other.pdf".to_owned()], there);
        assert_eq!(found.help, "Put the file there, or name another one. Looked for: `other.pdf`.");
    }
}
