//! How long is waited and what then; and what is shown meanwhile.

use std::collections::BTreeSet;

use ntro_ir::listing::expr_text;
use ntro_ir::{After, Component, ExprId, Limit, LimitThen, Program, Reminder};

use super::{About, Changes, Weight, lines};
use crate::procedure::in_words;

pub(super) fn compare(changes: &mut Changes<'_>, (was, now): (&[Limit], &[Limit]), place: &str) {
    let texts = |program: &Program, limits: &[Limit]| -> Vec<String> {
        limits.iter().map(|limit| format!("after {} {}", after(program, &limit.after), then(&limit.then))).collect()
    };
    let (before, later) = (texts(changes.old, was), texts(changes.new, now));
    if before == later {
        return;
    }
    escalations(changes, (was, now), place);
    let approves = |limits: &[Limit]| limits.iter().any(|limit| limit.then == LimitThen::Approve);
    if let ([was], [now]) = (was, now)
        && was.then == now.then
    {
        let (was, now) = (after(changes.old, &was.after), after(changes.new, &now.after));
        changes.add(Weight::Changes, About::Limit, place, format!("its limit is {now}, no longer {was}"));
        return;
    }
    let (weight, message) = match (was.is_empty(), now.is_empty()) {
        _ if approves(now) && !approves(was) => (Weight::Weakens, "it is approved by nobody when the time is over"),
        _ if approves(was) && !approves(now) => (Weight::Strengthens, "nobody's silence approves it any more"),
        (true, _) => (Weight::Changes, "it waits no longer than a limit"),
        (_, true) => (Weight::Changes, "it waits without a limit"),
        _ => (Weight::Changes, "its limit is another one"),
    };
    changes.add_lines(weight, About::Limit, place, message, lines::different(&before, &later));
}

/// Who is asked too once a limit has run out.
fn escalations(changes: &mut Changes<'_>, (was, now): (&[Limit], &[Limit]), place: &str) {
    let roles = |limits: &[Limit]| -> BTreeSet<String> {
        let role = |limit: &Limit| match &limit.then {
            LimitThen::Escalate(role) => Some(role.clone()),
            _ => None,
        };
        limits.iter().filter_map(role).collect()
    };
    let (was, now) = (roles(was), roles(now));
    for role in now.difference(&was) {
        let message = format!("{role} is asked too when a limit has run out");
        changes.add(Weight::Weakens, About::Approval, place, message);
    }
    for role in was.difference(&now) {
        let message = format!("{role} is no longer asked when a limit has run out");
        changes.add(Weight::Strengthens, About::Approval, place, message);
    }
}

/// How often those who are asked are reminded. What a reminder runs is told with what the runbook calls.
pub(super) fn reminders(changes: &mut Changes<'_>, (was, now): (&[Reminder], &[Reminder]), place: &str) {
    let texts = |program: &Program, reminders: &[Reminder]| -> Vec<String> {
        reminders.iter().map(|reminder| format!("every {}", length(program, reminder.every))).collect()
    };
    let (before, later) = (texts(changes.old, was), texts(changes.new, now));
    if before == later {
        return;
    }
    let message = match (before.as_slice(), later.as_slice()) {
        ([], [now]) => format!("people are reminded {now}"),
        ([_], []) => "nobody is reminded any more".to_owned(),
        ([was], [now]) => format!("people are reminded {now}, no longer {was}"),
        _ => "people are reminded at other times".to_owned(),
    };
    let lines = if before.len().max(later.len()) > 1 { lines::different(&before, &later) } else { Default::default() };
    changes.add_lines(Weight::Changes, About::Limit, place, message, lines);
}

/// How long, in words: `5 working days`.
fn after(program: &Program, after: &After) -> String {
    match after {
        After::Duration(id) => length(program, *id),
        // A moment.
        After::Until(id) => expr_text(program, *id),
        After::WorkingDays(id) => match expr_text(program, *id).as_str() {
            "1" => "1 working day".to_owned(),
            days => format!("{days} working days"),
        },
    }
}

/// A length of time in words, where it is written as one.
fn length(program: &Program, id: ExprId) -> String {
    let text = expr_text(program, id);
    in_words(&text).unwrap_or(text)
}

fn then(then: &LimitThen) -> String {
    match then {
        LimitThen::Late => "it is too late".to_owned(),
        LimitThen::Approve => "it counts as approved".to_owned(),
        LimitThen::Reject => "it counts as rejected".to_owned(),
        LimitThen::Escalate(role) => format!("{role} is asked too"),
    }
}

/// What people are shown or asked.
pub(super) fn components(
    changes: &mut Changes<'_>,
    (was, now): (Option<&Component>, Option<&Component>),
    place: &str,
    what: &str,
) {
    let texts = |program: &Program, component: Option<&Component>| -> Vec<String> {
        let Some(component) = component else { return Vec::new() };
        let props = component.props.iter().map(|(name, value)| format!("{name}: {}", expr_text(program, *value)));
        let mut all = vec![component.name.clone()];
        all.extend(props);
        all
    };
    let (before, after) = (texts(changes.old, was), texts(changes.new, now));
    if before != after {
        let message = format!("{what} is another thing");
        changes.add_lines(Weight::Shows, About::Text, place, message, lines::different(&before, &after));
    }
}
