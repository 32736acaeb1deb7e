//! What a block says of itself, and what it does.

use ntro_ir::{BlockKind, OnFailure};

use super::pairs::Pairs;
use super::{About, Changes, Weight, children, gates, lines, waits};

pub(super) fn compare(changes: &mut Changes<'_>, pairs: &Pairs) {
    let (old, new) = (changes.old, changes.new);
    let (of_old, of_new) = (lines::of_blocks(old), lines::of_blocks(new));
    let lines_of = |lines: &std::collections::BTreeMap<_, Vec<String>>, id| lines.get(&id).cloned().unwrap_or_default();
    for (a, b) in pairs {
        let (Some(was), Some(now)) = (old.blocks.get(*a as usize), new.blocks.get(*b as usize)) else { continue };
        let place = now.path.as_str();
        let (title_was, title_now) = changes.texts(was.title, now.title);
        changes.text(Weight::Shows, About::Text, place, "its title", title_was, title_now);
        if was.icon != now.icon {
            changes.add(Weight::Shows, About::Text, place, "its icon is another one");
        }
        condition(changes, (*a, *b), now.kind, place);
        if was.kind != now.kind {
            continue;
        }
        let gate = |program: &ntro_ir::Program, id| program.gates.iter().position(|gate| gate.block == id);
        if let (Some(g), Some(h)) = (gate(old, *a), gate(new, *b)) {
            gates::compare(changes, (g, h), place);
        }
        let wait = |program: &ntro_ir::Program, id| program.awaits.iter().position(|wait| wait.block == id);
        if let (Some(g), Some(h)) = (wait(old, *a), wait(new, *b)) {
            waits::compare(changes, (g, h), place);
        }
        let child = |program: &ntro_ir::Program, id| program.children.iter().position(|child| child.block == id);
        if let (Some(g), Some(h)) = (child(old, *a), child(new, *b)) {
            children::compare(changes, (g, h), place);
        }
        let (was, now) = (lines_of(&of_old, Some(*a)), lines_of(&of_new, Some(*b)));
        if was != now {
            let message = match old.blocks.get(*a as usize).map(|block| block.kind) {
                Some(BlockKind::Approve) => "what follows the decision is another thing",
                Some(BlockKind::Await) => "what follows the wait is another thing",
                _ => "it does something else",
            };
            changes.add_lines(Weight::Changes, About::Body, place, message, lines::different(&was, &now));
        }
    }
    let (was, now) = (lines_of(&of_old, None), lines_of(&of_new, None));
    if was != now {
        let message = "what happens between the steps is another thing";
        changes.add_lines(Weight::Changes, About::Body, "", message, lines::different(&was, &now));
    }
}

/// `when`: an approval that may be left out is one that nobody may have to give.
fn condition(changes: &mut Changes<'_>, (a, b): (u32, u32), kind: BlockKind, place: &str) {
    let (was, now) = (lines::condition(changes.old, a), lines::condition(changes.new, b));
    let (was, now) = changes.texts(was, now);
    if was == now {
        return;
    }
    let approve = kind == BlockKind::Approve;
    let (weight, message) = match (&was, &now) {
        (None, Some(_)) => {
            (if approve { Weight::Weakens } else { Weight::Changes }, "it is left out unless a condition holds")
        }
        (Some(_), None) => (if approve { Weight::Strengthens } else { Weight::Changes }, "it is never left out"),
        _ => (Weight::Changes, "it is left out under another condition"),
    };
    changes.add_lines(weight, About::Condition, place, message, (was.into_iter().collect(), now.into_iter().collect()));
}

/// What a failure means, in a word.
pub(super) fn on_failure(on_failure: OnFailure) -> &'static str {
    match on_failure {
        OnFailure::Fail => "fails the step",
        OnFailure::Collect => "is collected",
        OnFailure::Skip => "is left out",
    }
}
