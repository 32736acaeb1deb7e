//! Typed rows out of tables of text.
//!
//! A JSON Schema says what a row is ([`shape`]), words say which column is which field ([`words`], [`columns`]), and the field's
//! type says how a cell is read ([`cell`]). `ai.extract` (offline), `ingest.rows` and `files.table` differ only in what they
//! do about what does not fit.

mod cell;
mod columns;
mod date;
mod extract;
mod number;
mod rows;
mod shape;
mod words;

pub(crate) use columns::{Mapping, find_header};
pub(crate) use extract::extract;
pub(crate) use rows::{Problem, ReadRow, Reader};
pub(crate) use shape::{Kind, Shape};
