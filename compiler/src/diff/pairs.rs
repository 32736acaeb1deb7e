//! Which block of one program is which of the other: by address, else by what it is.

use std::collections::BTreeMap;

use ntro_ir::listing::expr_text;
use ntro_ir::{Block, BlockId, BlockKind, Program};

use super::lines;
use super::{About, Changes, Weight};

/// The blocks that are in both programs: old, new.
pub(super) type Pairs = Vec<(BlockId, BlockId)>;

/// Pairs the blocks; what came, went, is called otherwise or stands elsewhere is said.
pub(super) fn pairs(changes: &mut Changes<'_>) -> Pairs {
    let (old, new) = (changes.old, changes.new);
    let mut pairs: Pairs = Vec::new();
    loop {
        by_name(old, new, &mut pairs);
        let before = pairs.len();
        renamed(changes, &mut pairs);
        // What lies in a renamed block is found by its name, now that its parent is.
        if pairs.len() == before {
            break;
        }
    }
    pairs.sort_unstable();
    gone_and_come(changes, &pairs);
    moved(changes, &pairs);
    pairs
}

/// Pairs blocks of one name whose parents are a pair. Outer blocks come first in both.
fn by_name(old: &Program, new: &Program, pairs: &mut Pairs) {
    for (id, block) in (0_u32..).zip(&old.blocks) {
        if partner(pairs, id).is_some() {
            continue;
        }
        let Some(parent) = block.parent.map_or(Some(None), |parent| partner(pairs, parent).map(Some)) else { continue };
        let same = (0_u32..).zip(&new.blocks).find(|(other, candidate)| {
            let free = pairs.iter().all(|(_, taken)| taken != other);
            free && candidate.parent == parent && candidate.name == block.name
        });
        pairs.extend(same.map(|(other, _)| (id, other)));
    }
}

fn partner(pairs: &Pairs, old: BlockId) -> Option<BlockId> {
    pairs.iter().find(|(a, _)| *a == old).map(|(_, b)| *b)
}

/// The new program with the old names of its steps, as far as what reads them is concerned.
pub(super) fn with_old_names(old: &Program, new: &Program, pairs: &Pairs) -> Program {
    let mut named = new.clone();
    for (a, b) in pairs {
        let (Some(was), Some(now)) = (old.blocks.get(*a as usize), new.blocks.get(*b as usize)) else { continue };
        if let Some(slot) = named.slots.get_mut(now.slot.0 as usize).filter(|_| was.name != now.name) {
            slot.name.clone_from(&was.name);
        }
    }
    named
}

/// What a block is: its kind, its title, and what it does.
fn essence(program: &Program, id: BlockId, lines: &BTreeMap<Option<BlockId>, Vec<String>>) -> Vec<String> {
    let Some(block) = program.blocks.get(id as usize) else { return Vec::new() };
    let mut all = vec![format!("{:?}", block.kind)];
    all.extend(block.title.map(|title| expr_text(program, title)));
    all.extend(lines.get(&Some(id)).cloned().unwrap_or_default());
    all
}

/// The same with another name for a step: whole words, and no fields.
fn with_name(lines: Vec<String>, from: &str, to: &str) -> Vec<String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let one = |line: String| {
        let mut out = String::new();
        let mut rest = line.as_str();
        while let Some((before, after)) = rest.split_once(from) {
            out.push_str(before);
            let inside = out.chars().last().is_some_and(|c| is_word(c) || c == '.') || after.starts_with(is_word);
            out.push_str(if inside { from } else { to });
            rest = after;
        }
        out + rest
    };
    if from.is_empty() { lines } else { lines.into_iter().map(one).collect() }
}

/// Pairs what is left where exactly one block of the same parent is the same but for its name.
fn renamed(changes: &mut Changes<'_>, pairs: &mut Pairs) {
    let (old, new) = (changes.old, changes.new);
    let (of_old, of_new) = (lines::of_blocks(old), lines::of_blocks(new));
    for (id, block) in (0_u32..).zip(&old.blocks) {
        if partner(pairs, id).is_some() {
            continue;
        }
        let Some(parent) = block.parent.map_or(Some(None), |parent| partner(pairs, parent).map(Some)) else { continue };
        let mine = essence(old, id, &of_old);
        let free = (0_u32..).zip(&new.blocks).filter(|(other, candidate)| {
            candidate.parent == parent
                && pairs.iter().all(|(_, taken)| taken != other)
                // A step that does nothing by itself is like every other one; its title must tell it apart.
                && (mine.len() > 2 || block.title.is_some())
                && with_name(essence(new, *other, &of_new), &candidate.name, &block.name) == mine
        });
        let found: Vec<(BlockId, &Block)> = free.collect();
        if let [(other, named)] = found.as_slice() {
            pairs.push((id, *other));
            let message = format!("it was called `{}`; who waits for it by that name does not find it", block.path);
            changes.add(Weight::Breaks, About::StepRenamed, &named.path, message);
        }
    }
}

fn kind_word(kind: BlockKind) -> &'static str {
    match kind {
        BlockKind::Step => "a step",
        BlockKind::Approve => "an approval",
        BlockKind::Await => "a wait",
        BlockKind::Child => "a child",
        BlockKind::Agent => "an agent",
    }
}

fn gone_and_come(changes: &mut Changes<'_>, pairs: &Pairs) {
    let (old, new) = (changes.old, changes.new);
    for (_, block) in (0_u32..).zip(&old.blocks).filter(|(id, _)| partner(pairs, *id).is_none()) {
        let weight = if block.kind == BlockKind::Approve { Weight::Weakens } else { Weight::Changes };
        let message = format!("{} that is no longer there", kind_word(block.kind));
        changes.add(weight, About::StepRemoved, &block.path, message);
    }
    for (id, block) in (0_u32..).zip(&new.blocks).filter(|(id, _)| pairs.iter().all(|(_, other)| other != id)) {
        let weight = if block.kind == BlockKind::Approve { Weight::Strengthens } else { Weight::Changes };
        let message = match before(new, id) {
            Some(before) => format!("{} that is new, after `{before}`", kind_word(block.kind)),
            None => format!("{} that is new, at the beginning", kind_word(block.kind)),
        };
        changes.add(weight, About::StepAdded, &block.path, message);
    }
    for (a, b) in pairs {
        let (Some(was), Some(now)) = (old.blocks.get(*a as usize), new.blocks.get(*b as usize)) else { continue };
        if was.kind != now.kind {
            let weight = match (was.kind, now.kind) {
                (BlockKind::Approve, _) => Weight::Weakens,
                (_, BlockKind::Approve) => Weight::Strengthens,
                _ => Weight::Changes,
            };
            let message = format!("it is {}, no longer {}", kind_word(now.kind), kind_word(was.kind));
            changes.add(weight, About::StepKind, &now.path, message);
        }
    }
}

/// The name of the sibling before a block.
fn before(program: &Program, id: BlockId) -> Option<&str> {
    let parent = program.blocks.get(id as usize)?.parent;
    let earlier = (0_u32..id).rev().filter_map(|at| program.blocks.get(at as usize));
    earlier.filter(|block| block.parent == parent).map(|block| block.name.as_str()).next()
}

/// Blocks that stand in another order among their siblings.
fn moved(changes: &mut Changes<'_>, pairs: &Pairs) {
    let new = changes.new;
    let parents: Vec<Option<BlockId>> =
        std::iter::once(None).chain((0_u32..).take(new.blocks.len()).map(Some)).collect();
    for parent in parents {
        let here = |id: &BlockId| new.blocks.get(*id as usize).is_some_and(|block| block.parent == parent);
        // In the order of the old program, and in that of the new one.
        let was: Vec<BlockId> = pairs.iter().map(|(_, new)| *new).filter(here).collect();
        let mut now = was.clone();
        now.sort_unstable();
        let kept = lines::common(&was, &now);
        for (at, id) in now.iter().enumerate() {
            if kept.iter().any(|(_, b)| *b == at) {
                continue;
            }
            let Some(block) = new.blocks.get(*id as usize) else { continue };
            let message = match before(new, *id) {
                Some(before) => format!("it stands after `{before}` now"),
                None => "it is the first now".to_owned(),
            };
            changes.add(Weight::Changes, About::StepMoved, &block.path, message);
        }
    }
}
