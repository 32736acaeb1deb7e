//! What a block does, as lines that are the same in another program where they mean the same.

use std::collections::BTreeMap;

use ntro_ir::listing::{expr_text, slot_plain};
use ntro_ir::{BinaryOp, BlockId, Expr, ExprId, Op, Program, Slot};

/// How long two lists may be to be compared line by line; longer ones are only told to differ.
const MOST: usize = 400;
/// How many lines of a difference are shown.
const SHOWN: usize = 6;

/// The lines of each block without those of the blocks inside it; those outside of all blocks under `None`.
pub(super) fn of_blocks(program: &Program) -> BTreeMap<Option<BlockId>, Vec<String>> {
    let mut owner: Vec<Option<BlockId>> = vec![None; program.ops.len()];
    for id in (0_u32..).take(program.blocks.len()) {
        let enters = |op: &Op| *op == Op::Enter(id);
        let completes = |op: &Op| matches!(op, Op::Complete { block, .. } if *block == id);
        let (Some(from), Some(to)) = (program.ops.iter().position(enters), program.ops.iter().rposition(completes))
        else {
            continue;
        };
        // Blocks stand after those they lie in, so that the innermost is the last to say so.
        for at in owner.iter_mut().take(to.saturating_add(1)).skip(from) {
            *at = Some(id);
        }
    }
    let mut lines: BTreeMap<Option<BlockId>, Vec<String>> = BTreeMap::new();
    for (pc, (op, owner)) in program.ops.iter().zip(owner).enumerate() {
        if is_condition(program, pc) {
            continue;
        }
        if let Some(line) = line(program, pc, op) {
            lines.entry(owner).or_default().push(line);
        }
    }
    lines
}

/// The `when` of a block: it is asked just before the block is entered, and leads to its being skipped.
pub(super) fn condition(program: &Program, block: BlockId) -> Option<ExprId> {
    let enter = program.ops.iter().position(|op| *op == Op::Enter(block))?;
    let before = program.ops.iter().take(enter).rev().find(|op| !matches!(op, Op::Drop(_)))?;
    match before {
        Op::JumpUnless { cond, to } if skips(program, *to) == Some(block) => Some(*cond),
        _ => None,
    }
}

fn is_condition(program: &Program, pc: usize) -> bool {
    let next = program.ops.iter().skip(pc + 1).find(|op| !matches!(op, Op::Drop(_)));
    match (program.ops.get(pc), next) {
        (Some(Op::JumpUnless { to, .. }), Some(Op::Enter(block))) => skips(program, *to) == Some(*block),
        _ => false,
    }
}

fn skips(program: &Program, pc: u32) -> Option<BlockId> {
    match program.ops.iter().skip(pc as usize).find(|op| !matches!(op, Op::Drop(_)))? {
        Op::Skip { block, why: None } => Some(*block),
        _ => None,
    }
}

/// An operation for people. Where it goes on is left out, and so is what another comparison tells.
fn line(program: &Program, pc: usize, op: &Op) -> Option<String> {
    let expr = |id: &ExprId| expr_text(program, *id);
    let block = |id: &BlockId| program.blocks.get(*id as usize).map(|block| slot_plain(program, block.slot));
    let said = |value: &Option<ExprId>| value.as_ref().map(expr).unwrap_or_default();
    Some(match op {
        Op::Set { slot, value } if program.blocks.iter().any(|block| block.slot == *slot) => {
            format!("return {}", expr(value))
        }
        Op::Set { slot, .. } if reworks_counted(program, pc + 1, *slot) => return None,
        Op::Set { slot, value } => format!("{} = {}", slot_plain(program, *slot), expr(value)),
        Op::JumpUnless { cond, .. } => match most_reworks(program, pc, *cond) {
            Some(most) => format!("goes back at most {} times", expr(&most)),
            None => format!("if {}", expr(cond)),
        },
        Op::Call { call, .. } => {
            let call = program.calls.get(*call as usize)?;
            format!("run {} {}", call.capability, expr(&call.args))
        }
        Op::Complete { value: Some(value), .. } => format!("return {}", expr(value)),
        Op::Skip { why: Some(why), .. } => format!("skip {}", expr(why)),
        Op::Sleep(until) => format!("sleep {}", expr(until)),
        Op::Fork(branches) => format!("parallel {}", branches.len()),
        Op::ForkEach { list, at_once, .. } => format!("for each of {} at most {} at once", expr(list), expr(at_once)),
        Op::Try { .. } => "try".to_owned(),
        Op::Feedback { level, value } => format!("feedback {level} {}", expr(value)),
        Op::Emit { name, value } => format!("emit {name} {}", expr(value)),
        Op::Rework { target, comment, .. } => {
            format!("rework from {} {}", block(target).unwrap_or_default(), said(comment))
        }
        Op::Fail(why) => format!("fail {}", expr(why)),
        Op::Return(value) => format!("return {}", said(value)),
        // New kinds of operations are at least told by their names.
        Op::Enter(_)
        | Op::Complete { value: None, .. }
        | Op::Skip { why: None, .. }
        | Op::Drop(_)
        | Op::Jump(_)
        | Op::Gate(_)
        | Op::Await(_)
        | Op::Child(_)
        | Op::End
        | Op::Listen(_)
        | Op::Unlisten(_)
        | Op::EndHandler
        | Op::EndTry
        | Op::Raise(_) => return None,
        #[allow(unreachable_patterns, reason = "the operations grow")]
        other => other.name().to_owned(),
    })
}

/// How often a rework goes back, where a condition asks just that: whether its counter, which nobody has written, is below the bound.
fn most_reworks(program: &Program, pc: usize, cond: ExprId) -> Option<ExprId> {
    let expr = |id: ExprId| program.exprs.get(id.0 as usize);
    let Expr::Binary(BinaryOp::Less, done, most) = expr(cond)? else { return None };
    let Expr::Coalesce(held, _) = expr(*done)? else { return None };
    let Expr::Slot(counter) = expr(*held)? else { return None };
    let counts = matches!(program.ops.get(pc + 1), Some(Op::Set { slot, .. }) if slot == counter);
    (counts && reworks_counted(program, pc + 2, *counter)).then_some(*most)
}

/// Whether a rework begins at a place, and a slot before it is the counter of it.
fn reworks_counted(program: &Program, pc: usize, slot: Slot) -> bool {
    matches!(program.ops.get(pc), Some(Op::Rework { .. })) && slot_plain(program, slot) == "rework"
}

/// The lines that are only in one of two lists, in their order; at most six of each.
pub(super) fn different(was: &[String], now: &[String]) -> (Vec<String>, Vec<String>) {
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    let same = if was.len() > MOST || now.len() > MOST { Vec::new() } else { common(was, now) };
    gone.extend(was.iter().enumerate().filter(|(at, _)| same.iter().all(|(a, _)| a != at)).map(|(_, line)| line));
    come.extend(now.iter().enumerate().filter(|(at, _)| same.iter().all(|(_, b)| b != at)).map(|(_, line)| line));
    let shown = |lines: Vec<&String>| {
        let more = lines.len().saturating_sub(SHOWN);
        let mut shown: Vec<String> = lines.into_iter().take(SHOWN).cloned().collect();
        if more > 0 {
            shown.push(format!("… and {more} more"));
        }
        shown
    };
    (shown(gone), shown(come))
}

/// The longest list of places at which both say the same, in order.
pub(super) fn common<T: PartialEq>(was: &[T], now: &[T]) -> Vec<(usize, usize)> {
    let width = now.len() + 1;
    let mut longest = vec![0_u32; (was.len() + 1) * width];
    let at = |longest: &[u32], a: usize, b: usize| longest.get(a * width + b).copied().unwrap_or_default();
    for a in (0..was.len()).rev() {
        for b in (0..now.len()).rev() {
            let value = if was.get(a) == now.get(b) {
                at(&longest, a + 1, b + 1) + 1
            } else {
                at(&longest, a + 1, b).max(at(&longest, a, b + 1))
            };
            if let Some(place) = longest.get_mut(a * width + b) {
                *place = value;
            }
        }
    }
    let (mut a, mut b, mut pairs) = (0, 0, Vec::new());
    while a < was.len() && b < now.len() {
        if was.get(a) == now.get(b) {
            pairs.push((a, b));
            (a, b) = (a + 1, b + 1);
        } else if at(&longest, a + 1, b) >= at(&longest, a, b + 1) {
            a += 1;
        } else {
            b += 1;
        }
    }
    pairs
}
