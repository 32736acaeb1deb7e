//! Where the parts of a program stand. Lines and columns are counted when somebody asks for the first time: who only checks never does.

use std::sync::{Arc, LazyLock};

use ntro_grammar::Span;
use ntro_ir::{SourceMap, SourcePlace};

use crate::items::{FileId, Items};
use crate::lines::Lines;

/// A source map that is made when it is read for the first time.
pub type LazySourceMap = Arc<LazyLock<SourceMap, Box<dyn FnOnce() -> SourceMap + Send>>>;

/// Where the parts of a program stand, in bytes.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    /// Of operations, by their index.
    pub ops: Vec<(u32, Span)>,
    /// Of expressions, each at its index. The body of a function is in the function's file.
    pub exprs: Vec<(FileId, Span)>,
    /// Of blocks, each at its index.
    pub blocks: Vec<Span>,
}

/// The map of a program without parts.
pub(crate) fn empty() -> LazySourceMap {
    Arc::new(LazyLock::new(Box::new(SourceMap::default)))
}

/// The map of a program of a file.
pub(crate) fn later(items: &Items, file: FileId, spans: Spans) -> LazySourceMap {
    let mut files: Vec<(FileId, Arc<str>, Lines)> = Vec::new();
    for id in std::iter::once(file).chain(spans.exprs.iter().map(|(id, _)| *id)) {
        // Nearly all are of one file.
        if !files.iter().rev().any(|(known, ..)| *known == id)
            && let Some(source) = items.file(id)
        {
            files.push((id, source.text.clone(), source.lines.clone()));
        }
    }
    let paths = items.paths();
    Arc::new(LazyLock::new(Box::new(move || {
        let place = |id: FileId, span: Span| {
            let known = files.iter().find(|(known, ..)| *known == id);
            let (line, column) = known.map_or((1, 1), |(_, text, lines)| lines.place(text, span.start));
            SourcePlace { file: id.0, start: span.start, end: span.end, line, column }
        };
        SourceMap {
            files: paths,
            ops: spans.ops.iter().map(|(at, span)| (*at, place(file, *span))).collect(),
            exprs: (0..).zip(&spans.exprs).map(|(at, (id, span))| (at, place(*id, *span))).collect(),
            blocks: (0..).zip(&spans.blocks).map(|(at, span)| (at, place(file, *span))).collect(),
        }
    })))
}
