//! Where the parts of a program stand in the text. It lies beside the program and is no part of its digest.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A place in a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcePlace {
    /// An index into [`SourceMap::files`].
    pub file: u32,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// The places of operations, expressions and blocks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SourceMap {
    /// Paths relative to the project, with `/`. The programs of a project share them.
    pub files: Arc<[String]>,
    /// By index of operation.
    pub ops: BTreeMap<u32, SourcePlace>,
    /// By index of expression.
    pub exprs: BTreeMap<u32, SourcePlace>,
    /// By index of block.
    pub blocks: BTreeMap<u32, SourcePlace>,
}
