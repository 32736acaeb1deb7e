//! Values to and from the JSON that people and systems see. Reading is directed by a type and says where it went wrong.
//!
//! | type | JSON |
//! |---|---|
//! | `bool` | `true`, `false` |
//! | `int` | a number; a text of digits is taken |
//! | `decimal` | a text (`"0.10"`); a number is taken, see below |
//! | `money` | `{"amount": "500.01", "currency": "GBP"}`; `"500.01 GBP"` is taken, a bare amount where the currency is known |
//! | `date`, `period`, `datetime` | `"2026-03-31"`, `"2026-03"`, `"2026-03-31T09:00:00Z"` |
//! | `duration` | `"1h30m"`; `"PT1H30M"` is taken |
//! | `currency`, enumerations | a text |
//! | `file` | `{"document_ref", "filename", "content_type"}`; a text is taken as the reference |
//! | `Grid` | `{"grid_ref": …}`; a text is taken as the reference |
//! | `outcome` | `{"ok": …}` or `{"failed": …}` |
//! | a choice | `{"tag": …, "value": …}` |
//! | `none` | `null`, or an absent key |
//!
//! **Numbers.** JSON's numbers pass through binary floating point in most programs, which an amount does not survive. A number is
//! taken as the shortest decimal that reads back to the same double, which is what was written wherever that had up to 15
//! significant digits. One with more is refused, unless it is a whole number of 64 bits, and the message says to write a text.
//!
//! **Records.** Unknown keys are ignored, and `null` counts as absent. An absent field is its default, else `none` where it is
//! optional, else an error. A field of type `file` that is absent is filled from `document_ref`, `filename` and `content_type`
//! beside it, as signals send them, where it is the only such field.

mod read;
mod schema;
mod write;

pub use read::{JsonError, JsonLimits, JsonProblem, from_json};
pub use schema::{accepted, schema};
pub use write::to_json;

#[cfg(test)]
mod tests;
