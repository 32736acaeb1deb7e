//! What a request is answered from: a project as it was at one moment, and how its files are called by the client.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ls_types::{
    DocumentChanges, Location, OneOf, OptionalVersionedTextDocumentIdentifier, Position, Range, TextDocumentEdit,
    TextEdit, Uri, WorkspaceEdit,
};
use ntro_ide::{Analysis, Edit, Place, Span};

use crate::answer::{Answer, Failure};
use crate::client::Client;
use crate::disk::{Disk, SettingsFile};
use crate::paths;
use crate::positions::{Encoding, Lines};
use crate::requests::completion::Offered;
use crate::requests::semantic_tokens::Answered;
use crate::settings::Settings;

/// What the client has open: how it writes the address, and which version it has.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Open {
    pub uri: Uri,
    pub version: i32,
}

/// Texts with their lines, by path.
type Known = BTreeMap<String, (Arc<str>, Arc<Lines>)>;

/// Where the lines of a project's files begin, found once for each text.
#[derive(Debug, Clone, Default)]
pub(crate) struct LinesOf(Arc<Mutex<Known>>);

impl LinesOf {
    fn get(&self, path: &str, text: &Arc<str>) -> Arc<Lines> {
        // What was put in is whole, whoever panicked beside it.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, lines)) = known.get(path)
            && Arc::ptr_eq(of, text)
        {
            return lines.clone();
        }
        let lines = Arc::new(Lines::new(text));
        known.insert(path.to_owned(), (text.clone(), lines.clone()));
        lines
    }

    /// Forgets a file that is gone.
    pub(crate) fn forget(&self, path: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
    }
}

/// A project as it was at one moment. Clones share everything.
#[derive(Clone)]
pub(crate) struct Snapshot {
    /// What is known of its files.
    pub analysis: Analysis,
    /// What the client can do.
    pub client: Arc<Client>,
    /// What the person wants.
    pub settings: Settings,
    /// The project's folder; none where a file stands alone.
    pub root: Option<Arc<Path>>,
    /// The files that are open, by their path in the project.
    pub open: Arc<BTreeMap<String, Open>>,
    /// What the settings file says, where it is open.
    pub settings_text: Option<Arc<str>>,
    /// The colours that were answered last.
    pub tokens: Answered,
    /// The completions that were answered last.
    pub offered: Offered,
    pub(crate) lines: LinesOf,
    pub(crate) disk: Arc<dyn Disk>,
}

impl Snapshot {
    /// A file of the project or of the language, for looking up places.
    pub(crate) fn file(&self, path: &str) -> Answer<File> {
        let text = self.analysis.text(path);
        let text = text.ok_or_else(|| Failure::Refused(format!("`{path}` is not known here")))?;
        Ok(File { path: path.to_owned(), lines: self.lines.get(path, &text), text, encoding: self.client.encoding })
    }

    /// What the settings of the project say: as the client has them, or as they lie on the disk.
    pub(crate) fn settings_file(&self) -> Option<SettingsFile> {
        self.disk.settings(self.root.as_deref()?, self.settings_text.clone())
    }

    /// How the client calls a file: as it did when it opened it.
    pub(crate) fn uri(&self, path: &str) -> Option<Uri> {
        if let Some(open) = self.open.get(path) {
            return Some(open.uri.clone());
        }
        if path.starts_with("ntro:") {
            let text = self.analysis.text(path)?;
            return paths::uri(&self.disk.language_file(path, &text)?);
        }
        paths::uri(&self.absolute(path)?)
    }

    /// Where a file of the project lies.
    pub(crate) fn absolute(&self, path: &str) -> Option<PathBuf> {
        Some(self.root.as_ref()?.join(path))
    }

    /// A place with the address of its file; none for a place that the client cannot open.
    pub(crate) fn location(&self, place: &Place) -> Option<Location> {
        let file = self.file(&place.file).ok()?;
        Some(Location::new(self.uri(&place.file)?, file.range(place.span)))
    }

    /// Edits of several files.
    pub(crate) fn workspace_edit(&self, edits: &[Edit]) -> Answer<WorkspaceEdit> {
        let mut by_file: BTreeMap<&str, Vec<TextEdit>> = BTreeMap::new();
        for edit in edits {
            let file = self.file(&edit.place.file)?;
            let edit_here = TextEdit::new(file.range(edit.place.span), edit.text.clone());
            by_file.entry(&edit.place.file).or_default().push(edit_here);
        }
        let mut versioned = Vec::new();
        let mut plain = Vec::new();
        for (path, edits) in by_file {
            let uri = self.uri(path).ok_or_else(|| Failure::Refused(format!("`{path}` cannot be changed")))?;
            if self.client.versioned_edits {
                let version = self.open.get(path).map(|open| open.version);
                versioned.push(TextDocumentEdit {
                    text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
                    edits: edits.into_iter().map(OneOf::Left).collect(),
                });
            } else {
                plain.push((uri, edits));
            }
        }
        if self.client.versioned_edits {
            return Ok(WorkspaceEdit {
                document_changes: Some(DocumentChanges::Edits(versioned)),
                ..WorkspaceEdit::default()
            });
        }
        Ok(WorkspaceEdit { changes: Some(plain.into_iter().collect()), ..WorkspaceEdit::default() })
    }
}

/// A file of a snapshot.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// Its path in the project.
    pub path: String,
    /// What it says.
    pub text: Arc<str>,
    lines: Arc<Lines>,
    encoding: Encoding,
}

impl File {
    pub(crate) fn offset(&self, position: Position) -> u32 {
        self.lines.offset(&self.text, position, self.encoding)
    }

    pub(crate) fn position(&self, offset: u32) -> Position {
        self.lines.position(&self.text, offset, self.encoding)
    }

    pub(crate) fn range(&self, span: Span) -> Range {
        self.lines.range(&self.text, span.start, span.end, self.encoding)
    }

    /// The bytes of a range; one that ends before it begins is turned round.
    pub(crate) fn span(&self, range: Range) -> Span {
        let (start, end) = (self.offset(range.start), self.offset(range.end));
        Span { start: start.min(end), end: start.max(end) }
    }

    /// How many units of a column a span has.
    pub(crate) fn length(&self, span: Span) -> u32 {
        let text = self.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        u32::try_from(self.encoding.length(text)).unwrap_or(u32::MAX)
    }

    /// Edits of this file.
    pub(crate) fn edits(&self, edits: Vec<ntro_ide::TextEdit>) -> Vec<TextEdit> {
        edits.into_iter().map(|edit| TextEdit::new(self.range(edit.span), edit.text)).collect()
    }
}

/// The document that a request is about, and its project.
pub(crate) struct Here {
    pub snapshot: Snapshot,
    pub file: File,
}

impl Here {
    /// The snapshot, the document's path in it, and the byte of a position.
    pub(crate) fn at(&self, position: Position) -> (&Analysis, &str, u32) {
        (&self.snapshot.analysis, &self.file.path, self.file.offset(position))
    }
}
