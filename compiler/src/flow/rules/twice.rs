//! A clause or property stands once.

use ntro_grammar::Span;

use crate::flow::Flow;

const CODE: &str = "N0417";

impl Flow<'_> {
    pub(in crate::flow) fn clause_twice(&mut self, what: &str, span: Span, first: Span) {
        let place = self.place(first);
        let found =
            self.error(CODE, span, format!("`{what}` stands here twice."), "the second one", "Keep one of them.");
        found.related.push((place, "the first one".to_owned()));
    }
}
