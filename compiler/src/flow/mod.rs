//! The half of blocks and statements.

use ntro_grammar::ast;
use ntro_ir::{Program, SourceMap};

use crate::diagnostic::Diagnostic;
use crate::items::{FileId, Items};

/// Checks a runbook and lowers it.
#[allow(dead_code, unused_variables, reason = "the flow half fills this in")]
pub(crate) fn lower_runbook(items: &Items, file: FileId, decl: &ast::RunbookDecl) -> (Option<(Program, SourceMap)>, Vec<Diagnostic>) {
    (None, Vec::new())
}
