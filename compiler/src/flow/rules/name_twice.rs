//! A name stands for one thing.

use ntro_grammar::{Span, ast};

use crate::flow::Flow;

const CODE: &str = "N0409";

impl Flow<'_> {
    pub(in crate::flow) fn name_twice(&mut self, name: &ast::Name, other: Option<Span>) {
        let place = other.map(|span| self.place(span));
        let found = self.error(
            CODE,
            name.span,
            format!("The name `{}` is taken already.", name.text),
            "the same name again",
            "Give one of them another name, so that every reader knows which is meant.",
        );
        found.related.extend(place.map(|place| (place, "first here".to_owned())));
    }

    /// Reports a block whose address another one has, or whose name a value has. Tells whether there is one.
    pub(in crate::flow) fn block_name_twice(&mut self, block: &ast::Block) -> bool {
        let outer = self.open_block().map(|open| open.id);
        let outer = outer.and_then(|id| self.cx.program.blocks.get(id as usize)).map(|outer| outer.path.clone());
        let path = outer.map_or(block.name.text.clone(), |outer| format!("{outer}.{}", block.name.text));
        let other =
            self.cx.scope.get(&block.name.text).map(|binding| binding.span).filter(|span| *span != block.name.span);
        self.new_paths.push(path.clone());
        let twice = !self.paths.insert(path) || other.is_some();
        if twice {
            self.name_twice(&block.name, other);
        }
        twice
    }
}
