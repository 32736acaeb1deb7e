//! The generated parser. Nothing outside this crate sees a rule of it.
#![allow(missing_docs, unreachable_pub, reason = "pest writes the enum of rules; the grammar file documents them")]

#[derive(pest_derive::Parser)]
#[grammar = "ntro.pest"]
pub(crate) struct Syntax;
