//! What a call wants, while its brackets are being filled in.

use ntro_compiler::index::KnownKind;

use crate::lex::{self, Piece};
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

/// What a scenario calls a document of the project.
pub(crate) const SAMPLE: &str = "sample";
/// What it gives.
pub(crate) const SAMPLE_DOC: &str =
    "A document that lies beside the scenario or in `inputs`. Where rows are wanted, those of its table.";

impl Analysis {
    /// The call around an offset.
    pub fn signature_help(&self, path: &str, offset: u32) -> Cancellable<Option<SignatureHelp>> {
        let Some(file) = self.file(path) else { return Ok(None) };
        let Some(call) = call_at(&file.text, file.inside(offset)) else { return Ok(None) };
        let found = self.found()?;
        let known = found.project.known(path, &[KnownKind::Capability, KnownKind::Runbook, KnownKind::Function]);
        // A value before the dot is the function's first.
        let last = call.name.rsplit('.').next().unwrap_or_default();
        let item = known.iter().find(|known| {
            known.name == call.name
                && matches!(known.kind, KnownKind::Capability | KnownKind::Runbook | KnownKind::Function)
        });
        let function = || known.iter().find(|known| known.kind == KnownKind::Function && known.name == last);
        if let Some(item) = item.or_else(function) {
            let skipped = usize::from(item.kind == KnownKind::Function && item.name != call.name);
            let names: Vec<&str> = item.params.iter().map(|param| param.name.as_str()).collect();
            let by_name = call.named.as_deref().and_then(|name| names.iter().position(|known| *known == name));
            let parameter = by_name.or(Some(call.commas + skipped)).filter(|at| *at < names.len());
            let docs = item.params.iter().map(|param| param.doc.clone()).collect();
            let signature = signature(format!("{}{}", item.name, item.signature), item.doc.clone(), docs);
            return Ok(Some(SignatureHelp { signatures: vec![signature], active: 0, parameter }));
        }
        if call.name == SAMPLE && crate::hover_words::in_scenario(file, offset) {
            let signature = signature("sample(path: text) -> file".to_owned(), SAMPLE_DOC.to_owned(), Vec::new());
            let parameter = (call.commas == 0).then_some(0);
            return Ok(Some(SignatureHelp { signatures: vec![signature], active: 0, parameter }));
        }
        let Some(builtin) = ntro_compiler::functions().into_iter().find(|function| function.name == last) else {
            return Ok(None);
        };
        let skipped = usize::from(last != call.name);
        let parameter = call.commas + skipped;
        let signatures: Vec<Signature> =
            builtin.signatures.iter().map(|form| signature(form.clone(), builtin.doc.to_owned(), Vec::new())).collect();
        let active = signatures.iter().position(|form| form.parameters.len() > parameter).unwrap_or(0);
        let fits = signatures.get(active).is_some_and(|form| form.parameters.len() > parameter);
        Ok(Some(SignatureHelp { signatures, active, parameter: fits.then_some(parameter) }))
    }
}

/// The label with its parameters, which stand between its first brackets.
fn signature(label: String, documentation: String, docs: Vec<String>) -> Signature {
    let mut parameters = Vec::new();
    let open = label.find('(').map_or(label.len(), |at| at + 1);
    let (mut start, mut depth) = (open, 0);
    for (at, c) in label.char_indices().skip_while(|(at, _)| *at < open) {
        let ends = depth == 0 && matches!(c, ',' | ')');
        match c {
            '(' | '<' | '{' => depth += 1,
            ')' | '}' => depth -= 1,
            '>' if !label.get(..at).unwrap_or_default().ends_with(['=', '-']) => depth -= 1,
            _ => {}
        }
        if ends {
            if at > start {
                let documentation = docs.get(parameters.len()).cloned().unwrap_or_default();
                parameters.push(Parameter { span: lex::span(start, at), documentation });
            }
            start = at + 2;
            if c == ')' {
                break;
            }
        }
    }
    Signature { label, documentation, parameters }
}

/// A call whose brackets are open at a place.
struct OpenCall {
    /// What is called, dots included.
    name: String,
    /// How many commas stand between the bracket and the place.
    commas: usize,
    /// The name of the argument at the place.
    named: Option<String>,
}

fn call_at(text: &str, offset: u32) -> Option<OpenCall> {
    let pieces = lex::pieces(text);
    let inside_text = pieces
        .iter()
        .any(|(span, piece)| matches!(piece, Piece::Text | Piece::Comment) && span.start < offset && offset < span.end);
    if inside_text {
        return None;
    }
    let at = |span: Span| text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let mut open: Vec<(usize, u32, usize, Option<String>)> = Vec::new();
    for (index, (span, _)) in pieces.iter().enumerate().take_while(|(_, (span, _))| span.end <= offset) {
        match at(*span) {
            "(" | "[" | "{" | "{{" => open.push((index, span.start, 0, None)),
            ")" | "]" | "}" | "}}" => {
                open.pop();
            }
            "," => {
                if let Some((.., commas, named)) = open.last_mut() {
                    *commas += 1;
                    *named = None;
                }
            }
            ":" => {
                let before = index.checked_sub(1).and_then(|index| pieces.get(index)).map(|(span, _)| at(*span));
                if let Some((.., named)) = open.last_mut() {
                    *named = before.map(str::to_owned);
                }
            }
            _ => {}
        }
    }
    // Brackets of a list or a record inside the call belong to its argument.
    let (_, start, commas, named) =
        open.into_iter().rev().find(|(_, start, ..)| text.as_bytes().get(*start as usize) == Some(&b'('))?;
    let before = text.get(..start as usize).unwrap_or_default().trim_end_matches('>');
    let before = match before.rfind('<') {
        Some(at) if text.get(..start as usize).is_some_and(|text| text.ends_with('>')) => {
            text.get(..at).unwrap_or_default()
        }
        _ => before,
    };
    let length = before.bytes().rev().take_while(|byte| lex::is_word(*byte) || matches!(byte, b'.' | b'-')).count();
    let name = before.get(before.len() - length..).unwrap_or_default().trim_matches('.').to_owned();
    (!name.is_empty()).then_some(OpenCall { name, commas, named })
}
