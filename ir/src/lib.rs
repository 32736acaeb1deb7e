//! The contract between the compiler and the machine: what a runbook is once nothing about it is text any more.
//!
//! A [`Program`] is plain data: types, pure expressions in an arena, operations in one list, and the tables of what
//! the operations refer to (blocks, gates, waits, children, calls, handlers). Positions in the source live beside it in a
//! [`SourceMap`] and never in it, so that moving a comment does not change the [`Digest`].
//!
//! Absent here, and kept absent by `clippy.toml`: clocks, randomness, environment, I/O, hash order, floats in money.

pub mod binding;
pub mod call;
pub mod canonical;
pub mod decimal;
pub mod display;
pub mod expr;
mod heard;
mod interface;
pub mod json;
pub mod listing;
pub mod ordered;
pub mod program;
pub mod scenario;
pub mod source_map;
#[cfg(test)]
mod test_program;
pub mod types;
pub mod value;
pub mod verify;

pub use binding::{Binding, Overlap};
pub use call::CallContext;
pub use canonical::{Digest, digest, interface_digest};
pub use expr::{BinaryOp, Builtin, Expr, ExprId, LocalId, UnaryOp};
pub use ordered::Ordered;
pub use program::*;
pub use scenario::Scenario;
pub use source_map::{SourceMap, SourcePlace};
pub use types::{EnumDef, FieldDef, RecordDef, Type, TypeDef, TypeId};
pub use value::{Currency, FileRef, Money, Period, Record, Value};
pub use verify::{VerifyError, verify};

/// The version of the meaning of a program. A change of meaning is a new version, and the machine keeps running the old ones.
pub const IR_VERSION: u32 = 1;
