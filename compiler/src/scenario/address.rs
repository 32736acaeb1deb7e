//! Addresses: `review`, `collect.upload~2`, and `documents.review` of a child.

use ntro_grammar::ast;
use ntro_ir::scenario::Address;
use ntro_ir::{BlockId, BlockKind};

use super::{Checker, Known};

/// Where an address leads.
pub(super) struct Found<'p> {
    /// The address.
    pub address: Address,
    /// The runbook of the step.
    pub known: &'p Known,
    /// The step.
    pub block: BlockId,
}

impl<'p> Checker<'p> {
    /// The step that an address names, in the scenario's run or in a child.
    pub(super) fn resolve(&mut self, name: &ast::Name, key: Option<&ast::Expr>) -> Option<Found<'p>> {
        let key_span = key.map(|key| key.span);
        let key = key.and_then(|key| self.child_key(key));
        if name.is_missing() {
            return None;
        }
        let parts: Vec<&str> = name.text.split('.').collect();
        let mut known = *self.reach.first()?;
        if parts.iter().any(|part| self.cx.is_asked(part.split('~').next().unwrap_or_default())) {
            let all = self.addresses(known, &[]);
            self.cx.see_cases(&all);
        }
        let (mut children, mut rest) = (Vec::new(), parts.as_slice());
        loop {
            match longest(known, rest) {
                Some((block, taken)) if taken == rest.len() => {
                    self.note_address(name, parts.len(), known, parts.len() - rest.len());
                    let step = rest.join(".").replace("~1.", ".");
                    let step = step.strip_suffix("~1").unwrap_or(&step).to_owned();
                    if let Some(span) = key_span.filter(|_| children.is_empty() && key.is_some()) {
                        self.key_of_no_child(&name.text, span);
                    }
                    return Some(Found { address: Address { children, step, key }, known, block });
                }
                Some((block, taken)) => {
                    let child = known.program.children.iter().find(|child| child.block == block);
                    let Some(child) = child else {
                        self.unknown_step(name, known, &children);
                        return None;
                    };
                    let Some(inner) = self.runbooks.get(&child.runbook) else {
                        self.child_elsewhere(name, &child.runbook.clone());
                        return None;
                    };
                    let from = parts.len() - rest.len();
                    self.note_address(name, from + taken, known, from);
                    children.push(without_rounds(rest.get(..taken).unwrap_or_default()));
                    rest = rest.get(taken..).unwrap_or_default();
                    known = inner;
                }
                None => {
                    self.unknown_step(name, known, &children);
                    return None;
                }
            }
        }
    }

    /// The addresses that a name at the end of one could stand for, for suggestions: those of this runbook and those of children.
    pub(super) fn addresses(&self, known: &Known, before: &[String]) -> Vec<String> {
        let prefix = before.iter().map(|child| format!("{child}.")).collect::<String>();
        let mut all: Vec<String> = known.program.blocks.iter().map(|block| format!("{prefix}{}", block.path)).collect();
        for child in &known.program.children {
            let Some(inner) = self.runbooks.get(&child.runbook) else { continue };
            let Some(step) = known.program.blocks.get(child.block as usize) else { continue };
            all.extend(inner.program.blocks.iter().map(|block| format!("{prefix}{}.{}", step.path, block.path)));
        }
        all
    }
}

/// The block that the longest beginning of an address names, and how many parts that took.
fn longest(known: &Known, parts: &[&str]) -> Option<(BlockId, usize)> {
    (1..=parts.len()).rev().find_map(|taken| {
        let path = without_rounds(parts.get(..taken)?);
        let at = known.program.blocks.iter().position(|block| block.path == path)?;
        let block = known.program.blocks.get(at)?;
        // Only a child has more behind it than its own blocks, which were looked at first.
        let right = taken == parts.len() || block.kind == BlockKind::Child;
        right.then_some((BlockId::try_from(at).ok()?, taken))
    })
}

fn without_rounds(parts: &[&str]) -> String {
    let names: Vec<&str> = parts.iter().map(|part| part.split_once('~').map_or(*part, |(name, _)| name)).collect();
    names.join(".")
}
