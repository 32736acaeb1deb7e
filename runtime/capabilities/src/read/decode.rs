//! Bytes to text: UTF-8 with or without a mark, UTF-16 with a mark or by its zeros, else Windows-1252, which is what older
//! spreadsheets write.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The text, and a note where the encoding was guessed.
pub(crate) fn decode(bytes: &[u8]) -> Result<(String, Option<String>), String> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, broken) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        let note = broken.then(|| format!("some letters are not valid {} and were replaced", encoding.name()));
        return Ok((text.into_owned(), note));
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        return Ok((text.into_owned(), Some(format!("the encoding was taken to be {}", encoding.name()))));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return if is_binary(text.bytes()) { Err(NOT_TEXT.into()) } else { Ok((text.to_owned(), None)) };
    }
    if is_binary(bytes.iter().copied()) {
        return Err(NOT_TEXT.into());
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Ok((text.into_owned(), Some("the encoding was taken to be Windows-1252".into())))
}

const NOT_TEXT: &str = "it is not text, although its name says so";

/// Every second byte of western text in UTF-16 is zero.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let pairs = bytes.len().min(2_000) / 2;
    let zeros = |first: usize| bytes.iter().skip(first).step_by(2).take(pairs).filter(|byte| **byte == 0).count();
    if pairs < 4 {
        return None;
    }
    match (zeros(0), zeros(1)) {
        (few, many) if many * 10 > pairs * 7 && few * 10 < pairs => Some(UTF_16LE),
        (many, few) if many * 10 > pairs * 7 && few * 10 < pairs => Some(UTF_16BE),
        _ => None,
    }
}

/// Text has no control characters but tabs, line ends and form feeds; a few are forgiven.
fn is_binary(bytes: impl Iterator<Item = u8>) -> bool {
    let (mut all, mut odd) = (0_usize, 0_usize);
    for byte in bytes.take(100_000) {
        all += 1;
        if byte == 0 {
            return true;
        }
        if byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a | 0x1b) {
            odd += 1;
        }
    }
    odd * 50 > all
}
