//! Canonical JSON and the digests over it.
//!
//! The same program gives the same bytes wherever and whenever it is written: the keys of objects are sorted, nothing is
//! blank, and nothing that has no meaning (places in the text) is part of it. The digest is that of the bytes, kept apart from
//! other digests by what it is of and by the version of the IR.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::interface;
use crate::types::{Type, TypeDef};
use crate::verify::{VerifyError, verify};
use crate::{IR_VERSION, Program};

/// How long a program's JSON may be, in bytes.
pub const MAX_PROGRAM_BYTES: usize = 16 * 1024 * 1024;

/// A blake3 digest. Its text is 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of bytes, apart from the digests of anything else: `domain` says what the bytes are.
    pub fn of(domain: &'static str, bytes: &[u8]) -> Digest {
        let mut hasher = blake3::Hasher::new_derive_key(domain);
        hasher.update(&IR_VERSION.to_le_bytes());
        hasher.update(bytes);
        Digest(*hasher.finalize().as_bytes())
    }

    /// The first twelve digits, which people compare.
    pub fn short(&self) -> String {
        self.to_string().chars().take(12).collect()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Digest {
    type Err = String;
    fn from_str(text: &str) -> Result<Digest, String> {
        let wrong = || format!("`{text}` is not a digest of 64 hexadecimal digits");
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            let digits = text.get(index * 2..index * 2 + 2).ok_or_else(wrong)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
        }
        Ok(Digest(bytes))
    }
}

impl TryFrom<String> for Digest {
    type Error = String;
    fn try_from(text: String) -> Result<Digest, String> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.to_string()
    }
}

/// JSON as canonical text: the keys of every object sorted by their bytes, no blanks.
pub fn text(json: &Json) -> String {
    let mut out = String::new();
    write(&mut out, json);
    out
}

fn write(out: &mut String, json: &Json) {
    match json {
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(out, item);
            }
            out.push(']');
        }
        Json::Object(fields) => {
            // Sorted here, because whether serde_json's map is sorted depends on a feature that any dependency may switch.
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (index, (key, value)) in fields.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Json::from(key.as_str()).to_string());
                out.push(':');
                write(out, value);
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

/// A program as canonical JSON.
///
/// # Errors
/// Only for a program that [`verify`] refuses: one that has a function value among its constants.
pub fn program_json(program: &Program) -> Result<String, VerifyError> {
    let json = serde_json::to_value(program).map_err(|error| VerifyError { message: error.to_string() })?;
    Ok(text(&json))
}

/// The digest of a program: of its canonical JSON.
pub fn digest(program: &Program) -> Digest {
    match program_json(program) {
        Ok(json) => Digest::of("ntro program", json.as_bytes()),
        // Such a program is refused by the verifier; it still must not share its digest with another one.
        Err(_) => Digest::of("ntro program that cannot be written", format!("{program:?}").as_bytes()),
    }
}

/// The digest of what a runbook takes and yields, by which a parent finds a child that it was checked against.
///
/// Two types have the same digest where the same JSON fits them: the names of types, documentation, the order of fields and of
/// values, and what defaults are do not count; the names and types of fields, the names of values and whether there is a default do.
pub fn interface_digest(input: &Type, output: &Type, types: &[TypeDef]) -> Digest {
    let input = interface::type_digest(input, types);
    let output = interface::type_digest(output, types);
    Digest::of("ntro interface", format!("{input} -> {output}").as_bytes())
}

impl Program {
    /// The digest of its input and output, see [`interface_digest`].
    pub fn interface(&self) -> Digest {
        interface_digest(&Type::Named(self.input), &self.output, &self.types)
    }

    /// Reads a program and verifies it.
    ///
    /// # Errors
    /// What is wrong with it, with the place: too long, no JSON of a program, or what [`verify`] refuses.
    pub fn from_json(json: &[u8]) -> Result<Program, VerifyError> {
        if json.len() > MAX_PROGRAM_BYTES {
            return Err(VerifyError {
                message: format!("The program has {} bytes; {MAX_PROGRAM_BYTES} are the most.", json.len()),
            });
        }
        let program = serde_json::from_slice(json)
            .map_err(|error| VerifyError { message: format!("This is not a compiled runbook: {error}.") })?;
        verify(&program)?;
        Ok(program)
    }
}

#[cfg(test)]
#[path = "canonical_tests.rs"]
mod tests;
