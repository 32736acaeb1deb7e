//! What is selected by asking for more and more.

use ntro_compiler::index::visit::{self, Node};

use crate::{Analysis, Cancellable, Span, lex};

impl Analysis {
    /// The parts of the text around an offset, from the smallest to the whole file, each inside the next.
    pub fn selection_ranges(&self, path: &str, offset: u32) -> Cancellable<Vec<Span>> {
        self.go_on()?;
        let Some(file) = self.file(path) else { return Ok(Vec::new()) };
        let offset = file.inside(offset);
        let whole = Span::new(0, file.inside(u32::MAX));
        let mut around = vec![whole, lex::word_at(&file.text, offset)];
        for decl in &file.tree().decls {
            visit::walk(Node::Decl(decl), &mut |node: Node<'_>| match node.span() {
                Some(span) if span.start <= offset && offset <= span.end => {
                    around.push(span);
                    true
                }
                Some(_) => false,
                None => true,
            });
        }
        around.sort_by_key(|span| (span.end - span.start, span.start));
        // Each must hold the one before it; what only touches it is left out.
        let mut out: Vec<Span> = Vec::new();
        for span in around {
            let holds = out.last().is_none_or(|last| span.start <= last.start && last.end <= span.end && span != *last);
            if holds && (span.start < span.end || out.is_empty()) {
                out.push(span);
            }
        }
        Ok(out)
    }
}
