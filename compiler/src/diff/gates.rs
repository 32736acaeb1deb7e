//! Approvals: who may decide, how many, what must hold, and what happens when nobody does.

use std::collections::BTreeSet;

use ntro_ir::listing::expr_text;
use ntro_ir::{Draft, Expr, ExprId, Gate, Program, Value};

use super::limits;
use super::{About, Changes, Weight};

pub(super) fn compare(changes: &mut Changes<'_>, (a, b): (usize, usize), place: &str) {
    let (old, new) = (changes.old, changes.new);
    let (Some(was), Some(now)) = (old.gates.get(a), new.gates.get(b)) else { return };
    roles(changes, (was.by, now.by), place, "decide");
    not_by(changes, (was, now), place);
    quorum(changes, (was, now), place);
    actions(changes, (was, now), place);
    requires(changes, (was, now), place);
    until(changes, (was, now), place);
    limits::compare(changes, (&was.limits, &now.limits), place);
    limits::reminders(changes, (&was.reminders, &now.reminders), place);
    checks(changes, (was, now), place);
    draft(changes, (was, now), place);
    shown(changes, (was, now), place);
}

/// The roles that an expression names, where it is plain; `None` where who it is depends on something.
fn plain_roles(program: &Program, id: ExprId) -> Option<BTreeSet<String>> {
    let text = |value: &Value| match value {
        Value::Text(text) => Some(text.to_string()),
        _ => None,
    };
    match program.exprs.get(id.0 as usize)? {
        Expr::Const(Value::List(items)) => items.iter().map(text).collect(),
        Expr::Const(value) => text(value).map(|role| BTreeSet::from([role])),
        Expr::List(items) => {
            let one = |item: &ExprId| plain_roles(program, *item);
            items.iter().map(one).collect::<Option<Vec<_>>>().map(|sets| sets.into_iter().flatten().collect())
        }
        Expr::Fit { value, .. } => plain_roles(program, *value),
        _ => None,
    }
}

/// Who may decide or answer; absent for anyone.
pub(super) fn roles(changes: &mut Changes<'_>, by: (Option<ExprId>, Option<ExprId>), place: &str, what: &str) {
    let (was_text, now_text) = changes.texts(by.0, by.1);
    if was_text == now_text {
        return;
    }
    let (old, new) = (changes.old, changes.new);
    let known = (by.0.map(|id| plain_roles(old, id)), by.1.map(|id| plain_roles(new, id)));
    match known {
        (None, Some(_)) => {
            let message = format!("only {} may {what}, no longer anyone", now_text.unwrap_or_default());
            changes.add(Weight::Strengthens, About::Approval, place, message);
        }
        (Some(_), None) => {
            let message = format!("anyone may {what}, no longer only {}", was_text.unwrap_or_default());
            changes.add(Weight::Weakens, About::Approval, place, message);
        }
        (Some(Some(was)), Some(Some(now))) => {
            // Who it was and who it is now stands once, beneath the first.
            let all = |roles: &BTreeSet<String>| vec![roles.iter().cloned().collect::<Vec<_>>().join(" or ")];
            let mut lines = Some((all(&was), all(&now)));
            let more = now.difference(&was).map(|role| (Weight::Weakens, format!("{role} may {what} too")));
            let fewer = was.difference(&now).map(|role| (Weight::Strengthens, format!("{role} may no longer {what}")));
            for (weight, message) in more.chain(fewer) {
                changes.add_lines(weight, About::Approval, place, message, lines.take().unwrap_or_default());
            }
        }
        // Who it is depends on something: whether that is more or fewer, nobody can say from the text.
        _ => {
            let lines = (was_text.into_iter().collect(), now_text.into_iter().collect());
            let message = format!("who may {what} is said otherwise");
            changes.add_lines(Weight::Weakens, About::Approval, place, message, lines);
        }
    }
}

fn not_by(changes: &mut Changes<'_>, (was, now): (&Gate, &Gate), place: &str) {
    let texts = |program: &Program, ids: &[ExprId]| -> BTreeSet<String> {
        ids.iter().map(|id| expr_text(program, *id)).collect()
    };
    let (was, now) = (texts(changes.old, &was.not_by), texts(changes.new, &now.not_by));
    for who in was.difference(&now) {
        changes.add(Weight::Weakens, About::Approval, place, format!("{who} may decide here too: `not_by` is gone"));
    }
    for who in now.difference(&was) {
        changes.add(Weight::Strengthens, About::Approval, place, format!("{who} may not decide here"));
    }
}

fn quorum(changes: &mut Changes<'_>, (was, now): (&Gate, &Gate), place: &str) {
    let number = |program: &Program, id: Option<ExprId>| match id {
        None => Some(1),
        Some(id) => match program.exprs.get(id.0 as usize) {
            Some(Expr::Const(Value::Int(number))) => Some(*number),
            _ => None,
        },
    };
    let (was_text, now_text) = changes.texts(was.quorum, now.quorum);
    if was_text == now_text {
        return;
    }
    let (weight, message) = match (number(changes.old, was.quorum), number(changes.new, now.quorum)) {
        (Some(was), Some(now)) if was == now => return,
        (Some(was), Some(now)) if now < was => (Weight::Weakens, format!("{now} must approve, no longer {was}")),
        (Some(was), Some(now)) => (Weight::Strengthens, format!("{now} must approve, no longer {was}")),
        _ => (Weight::Weakens, "how many must approve is said otherwise".to_owned()),
    };
    changes.add_lines(weight, About::Approval, place, message, (Vec::new(), Vec::new()));
}

fn actions(changes: &mut Changes<'_>, (was, now): (&Gate, &Gate), place: &str) {
    let has = |gate: &Gate, name: &str| gate.actions.iter().any(|action| action.name == name);
    for action in was.actions.iter().filter(|action| !has(now, &action.name)) {
        let (weight, message) = match action.name.as_str() {
            "reject" => (Weight::Weakens, "nobody can reject any more".to_owned()),
            name => (Weight::Breaks, format!("`{name}` is no longer offered")),
        };
        changes.add(weight, About::Approval, place, message);
    }
    for action in &now.actions {
        let Some(before) = was.actions.iter().find(|before| before.name == action.name) else {
            let (weight, message) = match action.name.as_str() {
                "reject" => (Weight::Strengthens, "it can be rejected".to_owned()),
                name => (Weight::Changes, format!("`{name}` is offered too")),
            };
            changes.add(weight, About::Approval, place, message);
            continue;
        };
        let (was, now) = changes.texts(before.label, action.label);
        let what = format!("the label of `{}`", action.name);
        changes.text(Weight::Shows, About::Text, place, &what, was, now);
    }
}

fn requires(changes: &mut Changes<'_>, (was, now): (&Gate, &Gate), place: &str) {
    let (old, new) = (changes.old, changes.new);
    let text = |program: &Program, id: ExprId| expr_text(program, id);
    let before: Vec<String> = was.requires.iter().map(|require| text(old, require.cond)).collect();
    let after: Vec<String> = now.requires.iter().map(|require| text(new, require.cond)).collect();
    for cond in before.iter().filter(|cond| !after.contains(cond)) {
        let lines = (vec![cond.clone()], Vec::new());
        changes.add_lines(
            Weight::Weakens,
            About::Approval,
            place,
            "it can be approved without what was required",
            lines,
        );
    }
    for cond in after.iter().filter(|cond| !before.contains(cond)) {
        let lines = (Vec::new(), vec![cond.clone()]);
        changes.add_lines(Weight::Strengthens, About::Approval, place, "more is required to approve it", lines);
    }
    for require in &now.requires {
        let same = was.requires.iter().find(|other| text(old, other.cond) == text(new, require.cond));
        if let Some(same) = same {
            let (was, now) = changes.texts(Some(same.refuse), Some(require.refuse));
            changes.text(Weight::Shows, About::Text, place, "what a refused person is told", was, now);
        }
    }
}

/// What is looked at beside the gate: it advises, so that one fewer is one pair of eyes fewer.
fn checks(changes: &mut Changes<'_>, (was, now): (&Gate, &Gate), place: &str) {
    let has = |gate: &Gate, name: &str| gate.checks.iter().any(|check| check.name == name);
    for check in was.checks.iter().filter(|check| !has(now, &check.name)) {
        let message = format!("the check `{}` is gone", check.name);
        changes.add(Weight::Weakens, About::Approval, place, message);
    }
    for check in &now.checks {
        let Some(before) = was.checks.iter().find(|before| before.name == check.name) else {
            let message = format!("the check `{}` advises too", check.name);
            changes.add(Weight::Strengthens, About::Approval, place, message);
            continue;
        };
        let (was, now) = changes.texts(before.title, check.title);
        let what = format!("the title of the check `{}`", check.name);
        changes.text(Weight::Shows, About::Text, place, &what, was, now);
    }
}

fn until(changes: &mut Changes<'_>, (was, now): (&Gate, &Gate), place: &str) {
    let (was, now) = changes.texts(was.until, now.until);
    let (weight, message) = match (&was, &now) {
        _ if was == now => return,
        (None, Some(_)) => (Weight::Weakens, "it is approved by nobody once a condition holds"),
        (Some(_), None) => (Weight::Strengthens, "it is no longer approved by a condition"),
        _ => (Weight::Weakens, "it is approved by nobody under another condition"),
    };
    changes.add_lines(weight, About::Approval, place, message, (was.into_iter().collect(), now.into_iter().collect()));
}

fn draft(changes: &mut Changes<'_>, (was, now): (&Gate, &Gate), place: &str) {
    let parts = |program: &Program, draft: &Draft| match draft {
        Draft::None => ("nothing", None, Vec::new()),
        Draft::Rows { rows, key, editable, .. } => {
            ("rows", Some(format!("{} by {key}", expr_text(program, *rows))), editable.clone())
        }
        Draft::Form { value, editable, .. } => ("a form", Some(expr_text(program, *value)), editable.clone()),
        Draft::Text { value, editable } => {
            let editable = if *editable { vec!["the text".to_owned()] } else { Vec::new() };
            ("a text", Some(expr_text(program, *value)), editable)
        }
    };
    let (before, after) = (parts(changes.old, &was.draft), parts(changes.new, &now.draft));
    if before.0 != after.0 {
        let message = format!("{} is under review, no longer {}", after.0, before.0);
        changes.add(Weight::Changes, About::Approval, place, message);
        return;
    }
    changes.text(Weight::Changes, About::Approval, place, "what is under review", before.1, after.1);
    for field in after.2.iter().filter(|field| !before.2.contains(field)) {
        changes.add(Weight::Changes, About::Approval, place, format!("`{field}` may be edited"));
    }
    for field in before.2.iter().filter(|field| !after.2.contains(field)) {
        changes.add(Weight::Changes, About::Approval, place, format!("`{field}` may no longer be edited"));
    }
    let hook = |hook: Option<(ntro_ir::LocalId, ExprId)>| hook.map(|(_, id)| id);
    for (what, a, b) in [
        ("what becomes of an edited row", was.on_edit, now.on_edit),
        ("what becomes of a rejected row", was.on_reject_row, now.on_reject_row),
    ] {
        let (was, now) = changes.texts(hook(a), hook(b));
        changes.text(Weight::Changes, About::Approval, place, what, was, now);
    }
}

fn shown(changes: &mut Changes<'_>, (was, now): (&Gate, &Gate), place: &str) {
    limits::components(changes, (was.show.as_ref(), now.show.as_ref()), place, "what is shown");
    let texts = |program: &Program, gate: &Gate| -> Vec<String> {
        let one = |warning: &ntro_ir::Warning| {
            let when = warning.when.map(|when| format!(" when {}", expr_text(program, when))).unwrap_or_default();
            format!("{}{when}", expr_text(program, warning.message))
        };
        gate.warnings.iter().map(one).collect()
    };
    let (before, after) = (texts(changes.old, was), texts(changes.new, now));
    if before != after {
        let lines = super::lines::different(&before, &after);
        let weight = if lines.0.is_empty() { Weight::Strengthens } else { Weight::Weakens };
        changes.add_lines(weight, About::Approval, place, "it warns of other things", lines);
    }
}
