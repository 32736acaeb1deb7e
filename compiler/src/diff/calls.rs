//! Capabilities and agents: what is called at all, where, and how long and often it is tried.

use std::collections::BTreeMap;

use ntro_ir::display::duration_text;
use ntro_ir::listing::{expr_text, type_text};
use ntro_ir::{Call, CallOptions, Program};

use super::{About, Changes, Weight};

pub(super) fn compare(changes: &mut Changes<'_>) {
    let (old, new) = (changes.old, changes.new);
    let (was, now) = (capabilities(old), capabilities(new));
    for (name, call) in &now {
        match was.get(name) {
            None => {
                let message = format!("it calls {}{}", called(call), served(&call.options));
                changes.add(Weight::Changes, about(call), "", message);
            }
            Some(before) => same(changes, (before, call)),
        }
    }
    for (_, call) in was.iter().filter(|(name, _)| !now.contains_key(*name)) {
        changes.add(Weight::Changes, about(call), "", format!("it no longer calls {}", called(call)));
    }
}

/// One call of each capability and agent: how it is reached is said where it is declared, and so is the same for all.
fn capabilities(program: &Program) -> BTreeMap<(String, String), &Call> {
    let agent = |call: &Call| call.agent.as_ref().map(|agent| agent.name.clone()).unwrap_or_default();
    let mut all = BTreeMap::new();
    for call in &program.calls {
        all.entry((call.capability.clone(), agent(call))).or_insert(call);
    }
    all
}

fn about(call: &Call) -> About {
    if call.agent.is_some() { About::Agent } else { About::Capability }
}

fn called(call: &Call) -> String {
    match &call.agent {
        Some(agent) => format!("the agent `{}`", agent.name),
        None => format!("`{}`", call.capability),
    }
}

fn served(options: &CallOptions) -> String {
    match (&options.queue, &options.program) {
        (Some(queue), _) => format!(" on the queue \"{queue}\""),
        (None, Some(program)) => format!(" by the program {}", program.join(" ")),
        (None, None) => String::new(),
    }
}

fn retry(options: &CallOptions) -> String {
    let retry = &options.retry;
    let (first, max) = (duration_text(retry.first_ms), duration_text(retry.max_ms));
    format!("{} attempts with pauses from {first} to {max}", retry.attempts)
}

fn same(changes: &mut Changes<'_>, (was, now): (&Call, &Call)) {
    let (old, new) = (changes.old, changes.new);
    let (who, now_call) = (called(now), now);
    let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "the worker's own".to_owned());
    let mut facts = vec![
        ("the queue", word(&was.options.queue), word(&now.options.queue)),
        ("the activity", word(&was.options.activity), word(&now.options.activity)),
        ("the limit of an attempt", duration_text(was.options.within_ms), duration_text(now.options.within_ms)),
        ("how it is tried again", retry(&was.options), retry(&now.options)),
        ("the result", type_text(&was.result, &old.types), type_text(&now.result, &new.types)),
    ];
    let program = |options: &CallOptions| options.program.as_ref().map_or("none".to_owned(), |words| words.join(" "));
    facts.push(("the program", program(&was.options), program(&now.options)));
    if let (Some(a), Some(b)) = (&was.agent, &now.agent) {
        let kind = |agent: &ntro_ir::Agent| {
            let kind = agent.kind.clone().unwrap_or_else(|| "bound by its name".to_owned());
            format!("{kind} {}", agent.reference.clone().unwrap_or_default()).trim().to_owned()
        };
        facts.push(("the agent", kind(a), kind(b)));
        facts.push(("what is expected", a.expect.clone(), b.expect.clone()));
    }
    for (what, was, now) in facts.into_iter().filter(|(_, was, now)| was != now) {
        changes.add(Weight::Changes, about(now_call), "", format!("{who}: {what} is {now}, no longer {was}"));
    }
    let within = |program: &Program, call: &Call| call.within.map(|id| expr_text(program, id));
    let (was, now) = (within(old, was), within(new, now));
    changes.text(Weight::Changes, About::Limit, "", &format!("the limit of the call of {who}"), was, now);
}
