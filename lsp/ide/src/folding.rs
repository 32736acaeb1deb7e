//! What may be folded away.

use ntro_grammar::ast;

use crate::analysis::File;
use crate::{Analysis, Cancellable, Span, lex};

/// What is folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum FoldKind {
    Block,
    Comment,
    Imports,
}

/// A part that may be folded; it goes over at least one line's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folding {
    /// From the end of what stays visible to the end of what is hidden.
    pub span: Span,
    /// What it is.
    pub kind: FoldKind,
}

impl Analysis {
    /// What may be folded in a file, in the order of the text.
    pub fn folding_ranges(&self, path: &str) -> Cancellable<Vec<Folding>> {
        self.go_on()?;
        let Some(file) = self.file(path) else { return Ok(Vec::new()) };
        let mut all = Vec::new();
        brackets(file, &mut all);
        comments(file, &mut all);
        imports(file, &mut all);
        all.sort_by_key(|folding| (folding.span.start, std::cmp::Reverse(folding.span.end)));
        Ok(all)
    }
}

/// From an opening bracket to before its closer, where they stand on different lines.
fn brackets(file: &File, all: &mut Vec<Folding>) {
    let mut open: Vec<(u8, u32)> = Vec::new();
    for (at, byte) in lex::code_bytes(&file.text) {
        match byte {
            b'{' | b'[' | b'(' => open.push((byte, at)),
            b'}' | b']' | b')' => {
                let opener = match byte {
                    b'}' => b'{',
                    b']' => b'[',
                    _ => b'(',
                };
                // What was not closed does not keep what is around it from being folded.
                let Some(fits) = open.iter().rposition(|(known, _)| *known == opener) else { continue };
                open.truncate(fits + 1);
                let Some((_, start)) = open.pop() else { continue };
                push(file, Span::new(start + 1, at), FoldKind::Block, all);
            }
            _ => {}
        }
    }
}

fn push(file: &File, span: Span, kind: FoldKind, all: &mut Vec<Folding>) {
    if file.at(span).contains('\n') {
        all.push(Folding { span, kind });
    }
}

/// Comments on lines that follow each other.
fn comments(file: &File, all: &mut Vec<Folding>) {
    let lines = file.lines();
    let mut run: Option<Span> = None;
    for comment in &file.tree().comments {
        let line = lines.line(comment.span.start);
        let start = lines.start(line).unwrap_or(0);
        let own = file.at(Span::new(start, comment.span.start)).trim().is_empty();
        match run {
            Some(span) if own && lines.line(span.end) + 1 == line => run = Some(span.to(comment.span)),
            _ => {
                run.into_iter().for_each(|span| push(file, span, FoldKind::Comment, all));
                run = own.then_some(comment.span);
            }
        }
    }
    run.into_iter().for_each(|span| push(file, span, FoldKind::Comment, all));
}

/// Imports that follow each other.
fn imports(file: &File, all: &mut Vec<Folding>) {
    let mut run: Option<Span> = None;
    for decl in &file.tree().decls {
        match (decl, run) {
            (ast::Decl::Import(import), Some(span)) => run = Some(span.to(import.span)),
            (ast::Decl::Import(import), None) => run = Some(import.span),
            (_, span) => {
                span.into_iter().for_each(|span| push(file, span, FoldKind::Imports, all));
                run = None;
            }
        }
    }
    run.into_iter().for_each(|span| push(file, span, FoldKind::Imports, all));
}
