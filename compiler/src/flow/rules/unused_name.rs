//! A `let` or a `var` that nobody reads. One whose name begins with `_` is meant so.

use std::collections::BTreeSet;

use ntro_grammar::Span;
use ntro_ir::Expr;

use crate::diagnostic::{Edit, Level};

use crate::flow::{Flow, Named};
use crate::unused::removal;

const CODE: &str = "N0430";

impl Flow<'_> {
    pub(in crate::flow) fn unused_names(&mut self) {
        let read = self.slots_read(0, 0);
        for named in std::mem::take(&mut self.named) {
            if !read.contains(&named.slot.0) {
                self.unused_name(&named);
            }
        }
    }

    /// The slots that expressions read, from one of them on and from one of those on that read a variable only to add to it: that is no use
    /// of it.
    pub(in crate::flow) fn slots_read(&self, from: usize, added: usize) -> BTreeSet<u32> {
        let added_to: BTreeSet<u32> = self.added_to.iter().skip(added).map(|id| id.0).collect();
        let read = |(id, expr): (u32, &Expr)| match expr {
            Expr::Slot(slot) if !added_to.contains(&id) => Some(slot.0),
            _ => None,
        };
        (0_u32..).zip(&self.cx.program.exprs).skip(from).filter_map(read).collect()
    }

    pub(in crate::flow) fn unused_name(&mut self, named: &Named) {
        if named.name.starts_with('_') {
            return;
        }
        let edit = self.without(named);
        let help = match (named.var, named.call) {
            (true, _) => "Remove it, and the lines that change it.",
            (false, Some(_)) => "Leave out the name, and keep the `run` where its effect is meant.",
            (false, None) => "Remove it.",
        };
        let (message, name) = (format!("Nobody reads `{}`.", named.name), named.span);
        let place = edit.as_ref().map(|(span, _)| self.place(*span));
        let found = self.lesser(Level::Hint, CODE, name, message, "not used", help);
        if let (Some((_, certain)), Some(place)) = (edit, place) {
            found.certain = certain;
            found.fix.push(Edit { place, text: String::new() });
        }
    }

    /// What can go, and whether the rest then means the same for certain. What is worked out may fail, and what stands last in a step is its
    /// value: there a person decides. A variable that is changed elsewhere cannot go alone.
    fn without(&self, named: &Named) -> Option<(Span, bool)> {
        let text: &str = self.cx.items.file(self.cx.file).map_or("", |file| &file.text);
        match (named.var, named.call) {
            (true, _) => None,
            (false, Some(call)) => {
                let last = follows(text, named.stmt.end).is_none_or(|next| next == '}');
                Some((Span::new(named.stmt.start, call.start), !last))
            }
            (false, None) => Some((removal::lines(text, named.stmt), false)),
        }
    }
}

/// The first sign after a place that is in no comment.
fn follows(text: &str, at: u32) -> Option<char> {
    let mut rest = text.get(at as usize..)?.trim_start();
    while rest.starts_with("//") {
        rest = rest.split_once('\n')?.1.trim_start();
    }
    rest.chars().next()
}
