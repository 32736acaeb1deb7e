//! References that are made from content.

/// The first 32 hex digits (128 bits) of a digest over parts whose lengths count, so that `ab`+`c` is not `a`+`bc`.
pub(crate) fn of(parts: &[&[u8]]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let mut hex = hasher.finalize().to_hex().to_string();
    hex.truncate(32);
    hex
}
