//! Nothing is silently ignored: a property that is not known is a mistake.

use ntro_grammar::ast;
use ntro_grammar::english::capitalised;

use crate::flow::Flow;

const CODE: &str = "N0419";

/// Properties of other tools: what is written instead, and the messages about a missing part that the property was meant to be.
const MEANT: [(&[&str], &str, &[&str]); 19] = [
    (
        &[
            "role",
            "roles",
            "assignee",
            "assigned_to",
            "assign",
            "approver",
            "approvers",
            "reviewer",
            "reviewers",
            "who",
            "owner",
            "users",
            "group",
        ],
        "Write who may decide as `by: ROLE`, or `by: [ROLE, ROLE]`.",
        &["N0502"],
    ),
    (
        &["timeout", "deadline", "due", "expires", "limit", "sla", "wait", "time_limit", "duration"],
        "Write a limit: `within 24h else fail \"…\"` in an `await` or `approve`, `run NAME(…) within 5m` for a call.",
        &["N0501"],
    ),
    (
        &["on_reject", "on_rejected", "on_rejection", "if_rejected", "rejected", "reject"],
        "Write what a rejection means as a clause of its own: `on reject fail \"…\"`.",
        &["N0403"],
    ),
    (
        &["on_timeout", "on_late", "on_expired", "escalation", "escalate", "escalate_to", "escalates_to"],
        "Write what follows when nobody answers with the limit: `within 24h else escalate to ROLE within 24h else fail \"…\"`.",
        &["N0501"],
    ),
    (
        &["on_failure", "on_error", "on_fail", "catch"],
        "Write what a failure means as a clause of its own: `on failure skip`; in a step as `try { … } on failure (e) { … }`.",
        &[],
    ),
    (
        &["undo", "compensate", "compensation", "rollback", "on_undo"],
        "Write what takes the step back as its last item, in braces: `undo { run NAME(…) }`.",
        &[],
    ),
    (
        &["retry", "retries", "max_retries", "attempts"],
        "How often a call is tried again is said where its capability is declared: `capability NAME(…) -> TYPE { retry: { attempts: 3 } }`.",
        &[],
    ),
    (
        &["when", "if", "condition", "only_if", "unless"],
        "Write the condition in the head of the block: `step NAME \"Title\" when CONDITION { … }`.",
        &[],
    ),
    (
        &["description", "doc", "docs", "notes", "comment", "summary"],
        "Write it as documentation, on lines above that begin with `///`.",
        &[],
    ),
    (&["signal", "event", "wait_for", "trigger", "on_signal"], "Write what is waited for as `on SIGNAL`.", &["N0420"]),
    (
        &["prompt", "message", "instructions", "task", "content", "files", "text", "goal"],
        "Write what the agent is given as `send { text: \"…\", files: […] }`.",
        &["N0420"],
    ),
    (
        &["runbook", "workflow", "call", "target", "with", "args", "arguments", "params", "input", "inputs"],
        "Write the runbook and its input as one call: `run NAME(a: …, b: …)`.",
        &["N0420"],
    ),
    (&["agent", "ref", "model"], "Write the name of a declared agent as `use: NAME`.", &["N0420"]),
    (&["outputs", "returns", "result"], "Write `output: TYPE` in the runbook, and `return …` at its end.", &["N0406"]),
    (&["steps", "tasks", "stages", "jobs"], "Write the steps one after the other, directly in the runbook.", &[]),
    (
        &["depends_on", "needs", "after", "requires"],
        "Steps run in the order in which they stand; side by side stand those in `parallel { … }`.",
        &[],
    ),
    (
        &["next", "then", "goto", "on_success", "transitions", "go_to"],
        "Steps run in the order in which they stand. Write `rework from STEP at most 3 times else fail \"…\"` to go back, or `when CONDITION` in the head of what may be left out.",
        &[],
    ),
    (
        &["schedule", "cron"],
        "When it starts is said by a `workflow NAME { runbook: …, schedule: \"0 8 5 * *\" }` beside the runbook.",
        &[],
    ),
    (&["title", "label", "name"], "Write the title in quotes after the name: `step NAME \"Title\" { … }`.", &[]),
];

/// Words for what people are to look at before they decide.
const SHOWN: [&str; 9] = ["message", "data", "rows", "value", "content", "text", "form", "description", "items"];

/// The messages that a property of this name makes needless.
pub(crate) fn supplied(name: &str) -> &'static [&'static str] {
    MEANT.iter().find(|(names, ..)| names.contains(&name)).map_or(&[], |(.., codes)| codes)
}

impl Flow<'_> {
    pub(in crate::flow) fn unknown_property(&mut self, name: &ast::Name, of: &str, known: &[&str]) {
        if name.is_missing() {
            return;
        }
        let near = self.near(&name.text, known.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        let list = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let is_block = of.contains(' ');
        let of = if is_block { of.to_owned() } else { format!("`{of}`") };
        let shown = of.contains("approve") && SHOWN.contains(&name.text.as_str());
        let meant = MEANT.iter().find(|(names, ..)| is_block && names.contains(&name.text.as_str()));
        let help = match meant {
            _ if of.contains("approve") && self.counts(name) => {
                "Write how many different people must approve as `quorum: 2`, and who may as `by: ROLE`.".to_owned()
            }
            _ if shown => "What people are to look at is shown: `show data_table { title: \"…\", rows: …, key: id }`, `show form { … }` or `show text { value: … }`.".to_owned(),
            Some((names, help, _)) => {
                let value = self.value_of(name);
                let waits = of.contains("approve") || of.contains("await");
                match (of.rsplit(' ').next(), value) {
                    (Some(kind), Some(value)) if names.contains(&"title") && value.starts_with('"') => {
                        format!("Write the title behind the name: `{kind} NAME {value} {{ … }}`.")
                    }
                    (_, Some(time)) if names.contains(&"timeout") && waits && time.starts_with(|c: char| c.is_ascii_digit()) => {
                        format!("Write `within {time} else fail \"…\"`, or `within {time} else escalate to ROLE within 24h else fail \"…\"`.")
                    }
                    _ => (*help).to_owned(),
                }
            }
            None => format!("{near}Known are {list}."),
        };
        self.error(
            CODE,
            name.span,
            format!("{} has no property `{}`.", capitalised(&of), name.text),
            "not known",
            help,
        );
    }
}

impl Flow<'_> {
    /// What is written behind the colon of a property, where it is short.
    fn value_of(&self, name: &ast::Name) -> Option<&str> {
        let text = &self.cx.items.file(self.cx.file)?.text;
        let value = text.get(name.span.end as usize..)?.trim_start().strip_prefix(':')?;
        let value = value.split(['\n', ',']).next()?.trim();
        (!value.is_empty() && value.len() <= 40 && !value.contains(['{', '}']) && !value.contains(' ')
            || value.starts_with('"') && value.len() <= 40)
            .then_some(value)
    }

    /// Whether a property has a number: `approvers: 2`.
    fn counts(&self, name: &ast::Name) -> bool {
        let text = self.cx.items.file(self.cx.file).map_or("", |file| &file.text);
        let value = text.get(name.span.end as usize..).and_then(|rest| rest.trim_start().strip_prefix(':'));
        value.is_some_and(|value| value.trim_start().starts_with(|c: char| c.is_ascii_digit()))
            && ["approv", "review", "quorum", "signat", "votes", "people"].iter().any(|word| name.text.contains(word))
    }
}
