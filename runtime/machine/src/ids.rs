//! Names of things at run time: addresses of blocks and workflow ids of children.

use std::fmt::Write as _;

/// The address of the `entry`th time that a block is entered: `review`, then `review~2`.
pub(crate) fn address(path: &str, entry: u32) -> String {
    if entry > 1 { format!("{path}~{entry}") } else { path.to_owned() }
}

/// The path in an address, without its round.
pub(crate) fn path_of(address: &str) -> &str {
    address.split_once('~').map_or(address, |(path, _)| path)
}

/// Whether an action's `step` means the block at this path in this round. `review~1` is another way to write `review`.
pub(crate) fn names(step: &str, path: &str, entry: u32) -> bool {
    let given = step.strip_suffix("~1").unwrap_or(step);
    given == address(path, entry)
}

/// The workflow id of a child. `:` separates the parts, so it is percent-encoded inside them.
pub(crate) fn child_id(parent: &str, address: &str, runbook: &str, key: Option<&str>) -> String {
    let mut id = format!("{parent}:{}:{runbook}", encode(address));
    if let Some(key) = key {
        id.push(':');
        id.push_str(&encode(key));
    }
    id
}

/// Percent-encodes `:`, `%` and control characters.
fn encode(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for c in part.chars() {
        if c == ':' || c == '%' || c.is_control() {
            let mut bytes = [0_u8; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_counted_from_the_second() {
        assert_eq!(address("collect.upload", 1), "collect.upload");
        assert_eq!(address("collect.upload", 2), "collect.upload~2");
        assert!(names("review~1", "review", 1));
        assert!(names("review~2", "review", 2));
        assert!(!names("review", "review", 2));
    }

    #[test]
    fn colons_in_keys_are_encoded() {
        assert_eq!(
            child_id("nav", "documents~2", "document-ingest", Some("a:b%")),
            "nav:documents~2:document-ingest:a%3Ab%25"
        );
        assert_eq!(child_id("nav", "documents", "document-ingest", None), "nav:documents:document-ingest");
    }
}
