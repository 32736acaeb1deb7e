//! Meaning: names, types, rules, lowering. Files in memory go in, diagnostics and programs come out; no I/O.
//!
//! Analysis never fails: it returns what could be understood and what is wrong with the rest. A program is given only
//! for a runbook in whose files no error was found.

use std::collections::BTreeMap;
use std::sync::Arc;

pub mod allow;
mod binding;
mod check;
mod circles;
mod consequences;
mod currency;
mod cx;
pub mod diagnostic;
pub mod diff;
pub mod explain;
mod expr;
pub mod fix;
mod flow;
pub mod graph;
pub mod hands;
pub mod index;
mod items;
mod lines;
mod markup;
mod mend;
mod prelude;
pub mod procedure;
mod project;
mod quote;
pub mod report;
mod scenario;
pub mod schema;
mod scope;
pub mod settings;
pub mod skill;
mod source_map;
mod suggest;
mod syntax;
mod ty;
mod types;
mod unused;
mod words;

pub use binding::zones;
pub use check::{check, check_with};
pub use diagnostic::{Diagnostic, Edit, Level, Place};
pub use expr::functions::{FunctionDoc, functions};
pub use scenario::missing_sample;
pub use source_map::LazySourceMap;

/// The files of a project by their path relative to its root, with `/`.
pub type Sources = BTreeMap<String, Arc<str>>;

/// What was found in a project.
#[derive(Debug, Default)]
pub struct Checked {
    /// What is wrong, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The runbooks that compile, by name.
    pub runbooks: BTreeMap<String, Compiled>,
    /// The bindings (`workflow` blocks) that compile, by name.
    pub bindings: BTreeMap<String, CompiledBinding>,
    /// The scenarios whose runbook compiles and with which nothing is wrong, by file and place.
    pub scenarios: Vec<Arc<ntro_ir::Scenario>>,
    /// The files that scenarios take from the project (`sample("rent-roll.pdf")`), as written. The caller looks for them and reports those
    /// that are not there by [`missing_sample`].
    pub samples: Vec<(String, Place)>,
}

/// A runbook that compiles.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// What runs.
    pub program: Arc<ntro_ir::Program>,
    /// Where its parts stand.
    pub source_map: LazySourceMap,
    /// The file it stands in.
    pub file: String,
}

/// A binding that compiles.
#[derive(Debug, Clone)]
pub struct CompiledBinding {
    /// What it says; its `with` gives the whole input of the runbook.
    pub binding: Arc<ntro_ir::Binding>,
    /// Where the parts of its `with` stand.
    pub source_map: LazySourceMap,
    /// The file it stands in.
    pub file: String,
}

/// The files of the language itself that every runbook can use: path and text, for hover and docs.
pub fn prelude() -> impl Iterator<Item = (&'static str, &'static str)> {
    prelude::FILES.iter().copied()
}
