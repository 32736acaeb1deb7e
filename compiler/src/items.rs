//! The declarations of a project and of the prelude, resolved: what each file can name, and what it stands for.

use ntro_grammar::{Span, ast};
use ntro_ir::{CallOptions, SourcePlace};

use crate::ty::{DefId, Ty};

/// A file of the project, or of the prelude: an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FileId(pub u32);

/// A parameter of a capability or a runbook's input, or a field.
#[derive(Debug, Clone)]
pub(crate) struct Param {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Ty,
    /// Its default, as the tree has it; an optional one without a default is `none`.
    pub default: Option<ast::Expr>,
    /// Where it was declared.
    pub span: Span,
    /// In which file.
    pub file: FileId,
    /// Its documentation.
    pub doc: String,
}

/// A capability.
#[derive(Debug, Clone)]
pub(crate) struct Capability {
    /// Its dotted name.
    pub name: String,
    /// Its type parameters; [`Ty::Param`]s in `params` and `result`.
    pub type_params: Vec<String>,
    /// Its parameters.
    pub params: Vec<Param>,
    /// Its result; [`Ty::Nothing`] where it has none.
    pub result: Ty,
    /// How it is reached and retried.
    pub options: CallOptions,
    /// Where it was declared.
    pub file: FileId,
    /// See `file`.
    pub span: Span,
}

/// A signal.
#[derive(Debug, Clone)]
pub(crate) struct Signal {
    /// Its name.
    pub name: String,
    /// Its type parameters (`data_submitted<T>`).
    pub type_params: Vec<String>,
    /// What it carries: a record.
    pub payload: Ty,
    /// Where it was declared.
    pub file: FileId,
    /// See `file`.
    pub span: Span,
}

/// An agent.
#[derive(Debug, Clone)]
pub(crate) struct AgentItem {
    /// Its name.
    pub name: String,
    /// `kind:`
    pub kind: Option<String>,
    /// `ref:` or `program:`
    pub reference: Option<String>,
    /// Where it was declared.
    pub file: FileId,
    /// See `file`.
    pub span: Span,
}

/// A runbook, as others see it.
#[derive(Debug, Clone)]
pub(crate) struct RunbookItem {
    /// Its kebab-case name.
    pub name: String,
    /// Its input.
    pub input: Vec<Param>,
    /// Its output; [`Ty::Nothing`] where it has none.
    pub output: Ty,
    /// Whether it is `extern`.
    pub external: bool,
    /// Where it was declared.
    pub file: FileId,
    /// See `file`.
    pub span: Span,
}

/// All declarations. What a file can name is asked with that file's id.
#[derive(Debug, Default)]
pub(crate) struct Items {
    // The `front` half fills this in.
}

#[allow(dead_code, unused_variables, reason = "filled in by the front half")]
impl Items {
    /// A record or enumeration that a file can name.
    pub(crate) fn type_named(&self, file: FileId, name: &str) -> Option<DefId> {
        None
    }
    /// A capability that a file can name.
    pub(crate) fn capability(&self, file: FileId, name: &str) -> Option<&Capability> {
        None
    }
    /// The names of all capabilities that a file can name, for suggestions.
    pub(crate) fn capability_names(&self, file: FileId) -> Vec<String> {
        Vec::new()
    }
    /// A signal that a file can name.
    pub(crate) fn signal(&self, file: FileId, name: &str) -> Option<&Signal> {
        None
    }
    /// The names of all signals that a file can name.
    pub(crate) fn signal_names(&self, file: FileId) -> Vec<String> {
        Vec::new()
    }
    /// Whether a file can name a role.
    pub(crate) fn has_role(&self, file: FileId, name: &str) -> bool {
        false
    }
    /// The roles that a file can name.
    pub(crate) fn roles(&self, file: FileId) -> Vec<String> {
        Vec::new()
    }
    /// An agent that a file can name.
    pub(crate) fn agent(&self, file: FileId, name: &str) -> Option<&AgentItem> {
        None
    }
    /// The agents that a file can name.
    pub(crate) fn agent_names(&self, file: FileId) -> Vec<String> {
        Vec::new()
    }
    /// A runbook of the project.
    pub(crate) fn runbook(&self, name: &str) -> Option<&RunbookItem> {
        None
    }
    /// The runbooks of the project.
    pub(crate) fn runbook_names(&self) -> Vec<String> {
        Vec::new()
    }
    /// A type of the prelude by its name, with type arguments: `prelude_type("Correction", &[])`.
    pub(crate) fn prelude_type(&self, name: &str, args: &[Ty]) -> Ty {
        Ty::Error
    }
    /// The path of a file as in [`crate::Sources`].
    pub(crate) fn path(&self, file: FileId) -> &str {
        ""
    }
    /// The paths of all files by [`FileId`], for the source map.
    pub(crate) fn paths(&self) -> Vec<String> {
        Vec::new()
    }
    /// A place for the source map.
    pub(crate) fn source_place(&self, file: FileId, span: Span) -> SourcePlace {
        SourcePlace { file: file.0, start: span.start, end: span.end, line: 1, column: 1 }
    }
}
