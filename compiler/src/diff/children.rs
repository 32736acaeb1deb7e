//! What a `child` starts.

use ntro_ir::listing::expr_text;
use ntro_ir::{Child, Program};

use super::blocks::on_failure;
use super::{About, Changes, Weight, limits};

pub(super) fn compare(changes: &mut Changes<'_>, (a, b): (usize, usize), place: &str) {
    let (old, new) = (changes.old, changes.new);
    let (Some(was), Some(now)) = (old.children.get(a), new.children.get(b)) else { return };
    if was.runbook != now.runbook {
        let message = format!("it runs `{}`, no longer `{}`", now.runbook, was.runbook);
        changes.add(Weight::Changes, About::Child, place, message);
    } else if was.interface != now.interface {
        let message = format!("it needs a `{}` that takes and gives something else", now.runbook);
        changes.add(Weight::Breaks, About::Child, place, message);
    }
    let (input_was, input_now) = changes.texts(Some(was.input), Some(now.input));
    changes.text(Weight::Changes, About::Child, place, "what the child is given", input_was, input_now);
    let fan = |program: &Program, child: &Child| {
        child.fan.as_ref().map(|fan| {
            let text = |id| expr_text(program, id);
            let key = fan.key.map(|key| format!(" key {}", text(key))).unwrap_or_default();
            format!("for each of {}{key} at most {} at once", text(fan.list), text(fan.at_once))
        })
    };
    let (fan_was, fan_now) = (fan(old, was), fan(new, now));
    changes.text(Weight::Changes, About::Child, place, "for what it is started", fan_was, fan_now);
    if was.on_failure != now.on_failure {
        let message =
            format!("a failing child {}, no longer {}", on_failure(now.on_failure), on_failure(was.on_failure));
        changes.add(Weight::Changes, About::Child, place, message);
    }
    limits::compare(changes, (&was.limits, &now.limits), place);
}
