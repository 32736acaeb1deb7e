//! A gate can be rejected, but nothing says what happens then.

use ntro_grammar::{Span, ast};

use crate::flow::Flow;

const CODE: &str = "N0403";

impl Flow<'_> {
    /// `rejects` is where `else reject` stands, where that alone rejects.
    pub(in crate::flow) fn unhandled_reject(&mut self, block: &ast::Block, rejects: Option<Span>) {
        let name = &block.name.text;
        let target = self
            .frames
            .iter()
            .rev()
            .find_map(|frame| frame.targets.first())
            .map_or(name.clone(), |target| target.name.clone());
        let help = format!(
            "Say what a rejection means: `on reject fail \"Rejected: {{{{ {name}.comment }}}}\"`, or `on reject rework from {target} at most 3 times else fail \"Rejected once more: {{{{ {name}.comment }}}}\"`. If nobody shall be able to reject, offer only `actions {{ approve \"Approve\" }}`."
        );
        let (span, label) = match rejects {
            Some(span) => (span, "this rejects when the time is over"),
            None => (block.name.span, "a reviewer may reject this"),
        };
        self.error(CODE, span, format!("`{name}` can be rejected, but nothing says what happens then."), label, help);
    }
}
