//! The addresses of documents ⇄ paths.
//!
//! A client may write one path in several ways (`c%3A`, `C:`), so documents are known by their path, and the client is answered with the
//! address that it used itself. A document that is no file (`untitled:Untitled-1`) has its whole address for a path; it belongs to no project.

use std::path::{Component, Path, PathBuf};
use std::str::FromStr as _;

use ls_types::Uri;

/// The path of a document, cleaned of `.` and `..`.
pub(crate) fn path(uri: &Uri) -> PathBuf {
    if !is_file(uri) {
        return PathBuf::from(uri.as_str());
    }
    uri.to_file_path().map_or_else(|| PathBuf::from(uri.as_str()), |path| clean(&path))
}

/// Whether an address is that of a file.
pub(crate) fn is_file(uri: &Uri) -> bool {
    uri.scheme().as_str().eq_ignore_ascii_case("file")
}

/// The address of a path.
pub(crate) fn uri(path: &Path) -> Option<Uri> {
    if path.is_absolute() { Uri::from_file_path(path) } else { Uri::from_str(&path.to_string_lossy()).ok() }
}

/// A path below a folder, with `/`; none where it lies elsewhere.
pub(crate) fn below(folder: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(folder).ok()?;
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Some(parts.join("/"))
}

fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                cleaned.pop();
            }
            other => cleaned.push(other),
        }
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_paths() {
        let check = |address: &str, expected: &str| {
            assert_eq!(path(&address.parse().unwrap()), PathBuf::from(expected), "{address}");
        };
        check("file:///srv/a%20b/%C3%A9.ntro", "/srv/a b/é.ntro");
        check("file:///srv/./x/../a.ntro", "/srv/a.ntro");
        check("untitled:Untitled-1", "untitled:Untitled-1");
        assert_eq!(uri(Path::new("/a b/é.ntro")).unwrap().as_str(), "file:///a%20b/%C3%A9.ntro");
        assert_eq!(uri(Path::new("untitled:Untitled-1")).unwrap().as_str(), "untitled:Untitled-1");
        assert_eq!(below(Path::new("/srv"), Path::new("/srv/a/b.ntro")).as_deref(), Some("a/b.ntro"));
        assert_eq!(below(Path::new("/srv"), Path::new("/srvs/b.ntro")), None);
    }
}
