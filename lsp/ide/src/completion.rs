//! What may be written at a place.

use crate::{Analysis, Cancellable, Span, TextEdit};

/// What kind of thing is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum CompletionKind {
    Keyword,
    Snippet,
    Type,
    Enum,
    EnumValue,
    Field,
    Property,
    Variable,
    Step,
    Input,
    Function,
    Capability,
    Runbook,
    Signal,
    Role,
    Agent,
    Icon,
    Currency,
    File,
    Workflow,
}

/// Something that may be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What the list shows.
    pub label: String,
    /// What kind of thing it is.
    pub kind: CompletionKind,
    /// A few words beside the label, mostly a type.
    pub detail: String,
    /// What it is, as Markdown; empty where nothing is known.
    pub documentation: String,
    /// What is replaced: the word that is being written, up to its end.
    pub span: Span,
    /// What is written. With [`Completion::is_snippet`], `${1:name}`, `$2` and `$0` are places to fill in, and `$`, `}` and `\\` that are meant
    /// as such have a `\\` before them.
    pub insert: String,
    /// Whether `insert` has places to fill in.
    pub is_snippet: bool,
    /// The same without places to fill in, for editors that know none.
    pub plain: String,
    /// Sorts the list: by this, then by label.
    pub sort: u8,
    /// Edits elsewhere in the file that go with it (an import).
    pub additional: Vec<TextEdit>,
}

impl Analysis {
    /// What may be written at an offset. The list is not filtered by what is written already; editors do that.
    pub fn completion(&self, path: &str, offset: u32) -> Cancellable<Vec<Completion>> {
        self.go_on()?;
        let _ = (path, offset);
        Ok(Vec::new())
    }
}
