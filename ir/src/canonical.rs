//! Canonical JSON and the digest over it.

use crate::Program;

/// A blake3 digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

/// The digest of a program.
pub fn digest(program: &Program) -> Digest {
    let json = serde_json::to_vec(program).unwrap_or_default();
    Digest(*blake3::hash(&json).as_bytes())
}
