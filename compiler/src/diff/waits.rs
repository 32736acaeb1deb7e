//! What a run waits for and hears.

use ntro_ir::listing::{expr_text, type_text};
use ntro_ir::{ExprId, Program};

use super::{About, Changes, Weight, gates, limits, lines};

/// A signal that is waited for or heard: its name, and what narrows it.
type Heard = (String, String);

fn heard(program: &Program, signal: &str, filter: Option<ExprId>, from: Option<ExprId>) -> Heard {
    let part =
        |word: &str, id: Option<ExprId>| id.map(|id| format!(" {word} {}", expr_text(program, id))).unwrap_or_default();
    (signal.to_owned(), format!("on {signal}{}{}", part("where", filter), part("from", from)))
}

pub(super) fn compare(changes: &mut Changes<'_>, (a, b): (usize, usize), place: &str) {
    let (old, new) = (changes.old, changes.new);
    let (Some(was), Some(now)) = (old.awaits.get(a), new.awaits.get(b)) else { return };
    let all = |program: &Program, arms: &[ntro_ir::AwaitArm]| -> Vec<Heard> {
        arms.iter().map(|arm| heard(program, &arm.signal, arm.filter, arm.from)).collect()
    };
    arms(changes, (all(old, &was.arms), all(new, &now.arms)), place);
    let until = |wait: &ntro_ir::Await| wait.until.map(|(id, _)| id);
    let (until_was, until_now) = changes.texts(until(was), until(now));
    changes.text(Weight::Changes, About::Wait, place, "the condition that ends the wait", until_was, until_now);
    gates::roles(changes, (was.by, now.by), place, "answer");
    limits::compare(changes, (&was.limits, &now.limits), place);
    limits::reminders(changes, (&was.reminders, &now.reminders), place);
    limits::components(changes, (was.show.as_ref(), now.show.as_ref()), place, "what is shown");
    limits::components(changes, (was.ask.as_ref(), now.ask.as_ref()), place, "what is asked for");
    let feedback = |program: &Program, wait: &ntro_ir::Await| -> Vec<String> {
        wait.feedback.iter().map(|(level, value)| format!("{level} {}", expr_text(program, *value))).collect()
    };
    let (before, after) = (feedback(old, was), feedback(new, now));
    if before != after {
        let lines = lines::different(&before, &after);
        changes.add_lines(Weight::Shows, About::Text, place, "its feedback is another one", lines);
    }
}

fn arms(changes: &mut Changes<'_>, (was, now): (Vec<Heard>, Vec<Heard>), place: &str) {
    if was == now {
        return;
    }
    let gone = was.iter().any(|(signal, _)| now.iter().all(|(other, _)| other != signal));
    let weight = if gone { Weight::Breaks } else { Weight::Changes };
    let texts = |all: &[Heard]| all.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>();
    let lines = lines::different(&texts(&was), &texts(&now));
    changes.add_lines(weight, About::Wait, place, "it waits for something else", lines);
}

/// What is heard at any time, and what signals carry.
pub(super) fn signals(changes: &mut Changes<'_>) {
    let (old, new) = (changes.old, changes.new);
    let all = |program: &Program| -> Vec<Heard> {
        program.handlers.iter().map(|on| heard(program, &on.signal, on.filter, on.from)).collect()
    };
    let (was, now) = (all(old), all(new));
    if was != now {
        let gone = was.iter().any(|(signal, _)| now.iter().all(|(other, _)| other != signal));
        let weight = if gone { Weight::Breaks } else { Weight::Changes };
        let texts = |all: &[Heard]| all.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>();
        let lines = lines::different(&texts(&was), &texts(&now));
        changes.add_lines(weight, About::Signal, "", "it hears other signals while it runs", lines);
    }
    for signal in &old.signals {
        let Some(same) = new.signals.iter().find(|other| other.name == signal.name) else { continue };
        let shape = |program: &Program, ty| ntro_ir::interface_digest(ty, &ntro_ir::Type::Nothing, &program.types);
        if shape(old, &signal.payload) != shape(new, &same.payload) {
            let now = type_text(&same.payload, &new.types);
            let message = format!("the signal `{}` carries something else ({now})", signal.name);
            changes.add(Weight::Breaks, About::Signal, "", message);
        }
    }
}
