//! What a call wants, while its brackets are being filled in.

use crate::{Analysis, Cancellable, Span};

/// The signatures of the call at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureHelp {
    /// One for each form.
    pub signatures: Vec<Signature>,
    /// Which form fits best so far.
    pub active: usize,
    /// Which parameter is being filled in; `None` where none is left.
    pub parameter: Option<usize>,
}

/// One form of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// `files.parse(document: file) -> Grid`
    pub label: String,
    /// What it does, as Markdown.
    pub documentation: String,
    /// Its parameters in order.
    pub parameters: Vec<Parameter>,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Where it stands in the label.
    pub span: Span,
    /// What it means, as Markdown.
    pub documentation: String,
}

impl Analysis {
    /// The call around an offset.
    pub fn signature_help(&self, path: &str, offset: u32) -> Cancellable<Option<SignatureHelp>> {
        self.go_on()?;
        let _ = (path, offset);
        Ok(None)
    }
}
