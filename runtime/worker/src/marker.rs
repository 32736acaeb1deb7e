//! The program marker: what the first task of a run records, so that its history alone replays it.
//!
//! It is the result of a local activity, `ntro.program`: the program with its digest, the bundle that it comes from, and everything
//! else that the worker contributes to the run and that may differ between workers or change over time.

use ntro_ir::canonical::MAX_PROGRAM_BYTES;
use ntro_machine::Json;
use serde::{Deserialize, Serialize};

use crate::packed;

/// The name of the local activity that finds a run's program.
pub const PROGRAM_ACTIVITY: &str = "ntro.program";
/// The kind of its failure.
pub(crate) const NO_PROGRAM: &str = "no_program";

/// What the host does beyond the program, as a number that a history notes when it begins, so that it goes on as it began.
///
/// - 0: a run with open children stays in its history. A run that ends tells its children so and is gone at once.
/// - 1: children are carried over continue-as-new, and a run ends when its children have been told.
/// - 2: that a run has come to another step is not told while it waits for brief calls alone.
/// - 3: what a start says of the configuration goes over what the bundle says, field by field, and does not take its place.
pub const HABITS: u32 = 3;

/// A program shorter than this is written as it is, so that a person can read it in the history.
const COMPRESS_FROM: usize = 4 * 1024;

/// What `ntro.program` is asked.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ProgramRequest {
    /// The workflow type: the runbook's name, or the alias that existing clients use.
    pub runbook: String,
    /// The interface that a parent was checked against, as hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface: Option<String>,
    /// The version that a binding pins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The binding that starts the run: it says which version, for whom, and what the input is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binding: Option<Bound>,
    /// The tenant that the start names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The entity that the start names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// What the input says of whose run it is: see [`ntro_machine::naming`].
    #[serde(default, skip_serializing_if = "Json::is_null")]
    pub naming: Json,
}

/// A run that a binding starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// The binding's name.
    pub name: String,
    /// What `now()` is for its `with`: the schedule's nominal time, else the run's own start.
    pub at: jiff::Timestamp,
    /// The first run's id, so that `uuid()` gives the same at every attempt.
    pub run: String,
}

/// What the marker holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Marker {
    /// The digest of the program, as hex.
    pub digest: String,
    /// The runbook's name.
    pub runbook: String,
    /// The version of its bundle, which also holds its programs and templates.
    pub version: String,
    /// The program.
    #[serde(flatten)]
    pub ir: Ir,
    /// The configuration: overrides of the defaults, those of the run's tenant and entity included.
    #[serde(default, skip_serializing_if = "Json::is_null")]
    pub config: Json,
    /// Whether an action without an actor satisfies `by`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub anonymous: bool,
    /// Holidays besides Saturday and Sunday.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<jiff::civil::Date>,
    /// The time zone, where the start does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The tenant, where the start does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The entity, where the start does not say: a binding's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// The input that a binding gives; what the start itself says goes over it, field by field.
    #[serde(default, skip_serializing_if = "Json::is_null")]
    pub input: Json,
    /// Whether the namespace knows our search attributes. A run that began without them goes on without them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub search: bool,
    /// The habits of the host: [`HABITS`] at the time when the history began.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub habits: u32,
}

fn is_zero(habits: &u32) -> bool {
    *habits == 0
}

/// A program on its way through a history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ir {
    /// Its canonical JSON.
    #[serde(rename = "ir")]
    Plain(String),
    /// The same, deflated and in Base64.
    #[serde(rename = "ir_deflate")]
    Deflated(String),
}

impl Ir {
    /// Packs the canonical JSON of a program.
    pub fn pack(json: &str) -> Ir {
        if json.len() < COMPRESS_FROM {
            return Ir::Plain(json.to_owned());
        }
        // Writing into memory cannot fail; were it to, the program would travel as it is.
        packed::text(json.as_bytes()).map_or_else(|_| Ir::Plain(json.to_owned()), Ir::Deflated)
    }

    /// The packed text, to recognise a program by without unpacking it.
    pub(crate) fn packed(&self) -> &str {
        match self {
            Ir::Plain(text) | Ir::Deflated(text) => text,
        }
    }

    /// The canonical JSON.
    ///
    /// # Errors
    /// It is damaged, or larger than any program may be.
    pub fn unpack(&self) -> Result<Vec<u8>, String> {
        let packed = match self {
            Ir::Plain(json) => return Ok(json.clone().into_bytes()),
            Ir::Deflated(packed) => packed,
        };
        packed::read_text(packed, MAX_PROGRAM_BYTES).map_err(|why| format!("the recorded program {why}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_program_is_packed_and_comes_back() {
        let json = format!("{{\"x\":\"{}\"}}", "abc ".repeat(5_000));
        let packed = Ir::pack(&json);
        assert!(packed.packed().len() < 1_000, "{}", packed.packed().len());
        assert_eq!(packed.unpack(), Ok(json.into_bytes()));
        assert_eq!(Ir::pack("{}"), Ir::Plain("{}".to_owned()));
    }

    #[test]
    fn a_damaged_program_is_said_to_be_damaged() {
        assert!(Ir::Deflated("?".into()).unpack().is_err_and(|why| why.contains("damaged")));
        let cut = match Ir::pack(&"abcdefgh".repeat(2_000)) {
            Ir::Deflated(text) => Ir::Deflated(text.chars().take(16).collect()),
            plain => plain,
        };
        assert!(cut.unpack().is_err());
    }
}
