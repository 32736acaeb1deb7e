//! The declarations of a project and of the prelude, resolved: what each file can name, and what it stands for.
//!
//! [`crate::project`] fills it in. A name means the file's own declaration first, then what it imports, then the prelude.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ntro_grammar::{Span, ast};
use ntro_ir::{CallOptions, SourcePlace};

use crate::diagnostic::Place;
use crate::lines::Lines;
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

/// A record or an enumeration.
#[derive(Debug, Clone)]
pub(crate) struct Def {
    /// Its name.
    pub name: String,
    /// Its type parameters; [`Ty::Param`]s in the fields.
    pub type_params: Vec<String>,
    /// What it is.
    pub kind: DefKind,
    /// Its documentation.
    pub doc: String,
    /// Where it was declared.
    pub file: FileId,
    /// See `file`: its name.
    pub span: Span,
}

/// What a declared type is.
#[derive(Debug, Clone)]
pub(crate) enum DefKind {
    /// A record with its fields.
    Record(Vec<Param>),
    /// An enumeration with its values.
    Enum(Vec<String>),
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

/// A named expression.
#[derive(Debug, Clone)]
pub(crate) struct FnItem {
    /// Its name.
    pub name: String,
    /// Its parameters.
    pub params: Vec<Param>,
    /// Its result, where written.
    pub result: Option<Ty>,
    /// What it yields.
    pub body: Arc<ast::Expr>,
    /// Where it was declared.
    pub file: FileId,
    /// See `file`: its name.
    pub span: Span,
}

/// A file with its tree.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    /// Its path as in [`crate::Sources`].
    pub path: String,
    /// Its text.
    pub text: Arc<str>,
    /// Where its lines begin.
    pub lines: Lines,
    /// What it says.
    pub tree: Arc<ast::File>,
    /// Where it could not be read, in the order of the beginnings.
    pub damage: Arc<[Span]>,
}

/// What a file declares or can name, by kind.
#[derive(Debug, Default, Clone)]
pub(crate) struct Names {
    /// Records and enumerations.
    pub types: BTreeMap<String, DefId>,
    /// Capabilities, by their dotted names.
    pub capabilities: BTreeMap<String, usize>,
    /// Signals.
    pub signals: BTreeMap<String, usize>,
    /// Agents.
    pub agents: BTreeMap<String, usize>,
    /// Named expressions.
    pub fns: BTreeMap<String, usize>,
    /// Imported names that could not be found. That was reported; whatever uses them is silent.
    pub broken: BTreeSet<String>,
}

/// All declarations. What a file can name is asked with that file's id.
#[derive(Debug, Default)]
pub(crate) struct Items {
    /// The files of the project in the order of their paths, then those of the prelude.
    pub files: Vec<SourceFile>,
    /// Their paths: every program's source map has them.
    pub paths: Arc<[String]>,
    /// Records and enumerations.
    pub defs: Vec<Def>,
    /// Capabilities.
    pub capabilities: Vec<Capability>,
    /// Signals.
    pub signals: Vec<Signal>,
    /// Agents.
    pub agents: Vec<AgentItem>,
    /// Named expressions.
    pub fns: Vec<FnItem>,
    /// Runbooks, known everywhere.
    pub runbooks: BTreeMap<String, RunbookItem>,
    /// Bindings, known everywhere, with their places.
    pub workflows: BTreeMap<String, Place>,
    /// Roles, known everywhere, with the place of one declaration.
    pub roles: BTreeMap<String, Place>,
    /// What each file can name, imports included.
    pub visible: Vec<Names>,
    /// What every file can name.
    pub prelude: Names,
}

impl Items {
    fn look<T: Copy>(&self, file: FileId, name: &str, of: impl Fn(&Names) -> &BTreeMap<String, T>) -> Option<T> {
        let own = self.visible.get(file.0 as usize).and_then(|names| of(names).get(name).copied());
        own.or_else(|| of(&self.prelude).get(name).copied())
    }

    fn all<T>(&self, file: FileId, of: impl Fn(&Names) -> &BTreeMap<String, T>) -> Vec<String> {
        let own = self.visible.get(file.0 as usize).into_iter().flat_map(|names| of(names).keys());
        let mut names: Vec<String> = own.chain(of(&self.prelude).keys()).cloned().collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether a name was imported and could not be found: its use is not reported once more.
    pub(crate) fn is_broken_import(&self, file: FileId, name: &str) -> bool {
        let first = name.split('.').next().unwrap_or_default();
        self.visible.get(file.0 as usize).is_some_and(|names| names.broken.contains(first))
    }
    /// A record or enumeration that a file can name.
    pub(crate) fn type_named(&self, file: FileId, name: &str) -> Option<DefId> {
        self.look(file, name, |names| &names.types)
    }
    /// The names of all types that a file can name, those of the language left out.
    pub(crate) fn type_names(&self, file: FileId) -> Vec<String> {
        self.all(file, |names| &names.types)
    }
    /// What a type is.
    pub(crate) fn def(&self, id: DefId) -> Option<&Def> {
        self.defs.get(id.0 as usize)
    }
    /// A capability that a file can name.
    pub(crate) fn capability(&self, file: FileId, name: &str) -> Option<&Capability> {
        self.look(file, name, |names| &names.capabilities).and_then(|at| self.capabilities.get(at))
    }
    /// The names of all capabilities that a file can name, for suggestions.
    pub(crate) fn capability_names(&self, file: FileId) -> Vec<String> {
        self.all(file, |names| &names.capabilities)
    }
    /// A signal that a file can name.
    pub(crate) fn signal(&self, file: FileId, name: &str) -> Option<&Signal> {
        self.look(file, name, |names| &names.signals).and_then(|at| self.signals.get(at))
    }
    /// The names of all signals that a file can name.
    pub(crate) fn signal_names(&self, file: FileId) -> Vec<String> {
        self.all(file, |names| &names.signals)
    }
    /// A named expression that a file can name.
    pub(crate) fn function(&self, file: FileId, name: &str) -> Option<(usize, &FnItem)> {
        self.look(file, name, |names| &names.fns).and_then(|at| self.fns.get(at).map(|item| (at, item)))
    }
    /// The named expressions that a file can name.
    pub(crate) fn function_names(&self, file: FileId) -> Vec<String> {
        self.all(file, |names| &names.fns)
    }
    /// Whether a file can name a role. Roles are known in the whole project.
    pub(crate) fn has_role(&self, _file: FileId, name: &str) -> bool {
        self.roles.contains_key(name)
    }
    /// The roles that a file can name.
    pub(crate) fn roles(&self, _file: FileId) -> Vec<String> {
        self.roles.keys().cloned().collect()
    }
    /// An agent that a file can name.
    pub(crate) fn agent(&self, file: FileId, name: &str) -> Option<&AgentItem> {
        self.look(file, name, |names| &names.agents).and_then(|at| self.agents.get(at))
    }
    /// The agents that a file can name.
    pub(crate) fn agent_names(&self, file: FileId) -> Vec<String> {
        self.all(file, |names| &names.agents)
    }
    /// A runbook of the project.
    pub(crate) fn runbook(&self, name: &str) -> Option<&RunbookItem> {
        self.runbooks.get(name)
    }
    /// The runbooks of the project.
    pub(crate) fn runbook_names(&self) -> Vec<String> {
        self.runbooks.keys().cloned().collect()
    }
    /// A type of the prelude by its name, with type arguments: `prelude_type("Correction", &[])`.
    pub(crate) fn prelude_type(&self, name: &str, args: &[Ty]) -> Ty {
        match self.prelude.types.get(name) {
            Some(id) => Ty::Named(*id, args.into()),
            None => Ty::Error,
        }
    }
    /// A file with its tree.
    pub(crate) fn file(&self, file: FileId) -> Option<&SourceFile> {
        self.files.get(file.0 as usize)
    }
    /// The path of a file as in [`crate::Sources`].
    pub(crate) fn path(&self, file: FileId) -> &str {
        self.file(file).map_or("", |file| &file.path)
    }
    /// The paths of all files by [`FileId`], for the source map.
    pub(crate) fn paths(&self) -> Arc<[String]> {
        self.paths.clone()
    }
    /// A place for a diagnostic.
    pub(crate) fn place(&self, file: FileId, span: Span) -> Place {
        Place { file: self.path(file).to_owned(), span }
    }
    /// A place for the source map.
    pub(crate) fn source_place(&self, file: FileId, span: Span) -> SourcePlace {
        let (line, column) = self.file(file).map_or((1, 1), |file| file.lines.place(&file.text, span.start));
        SourcePlace { file: file.0, start: span.start, end: span.end, line, column }
    }
}
