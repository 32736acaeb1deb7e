//! The words of a text as numbers: two texts that have no number in common mention nothing in common.

use std::sync::Arc;

/// A word, as a number.
pub(crate) type Word = u64;

/// The words in a text, sorted.
pub(crate) fn words(text: &str) -> Arc<[Word]> {
    let mut all: Vec<Word> = split(text).map(hash).collect();
    all.sort_unstable();
    all.dedup();
    all.into()
}

/// The words of a text, in its order. Dots and dashes part words, so that a name may have several.
pub(crate) fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

/// FNV-1a: the same number for the same text, in every run.
pub(crate) fn hash(text: &str) -> Word {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
