//! The words of the language: which they are, and what each means, in a sentence.

/// The words with what they mean. Where a word means two things, both are said.
const WORDS: &[(&str, &str)] = &[
    ("runbook", "A process: what goes in, which steps it has, what comes out."),
    ("step", "Does work: calls capabilities and works out values. Its name is its value."),
    ("approve", "Shows something to people, who decide. Needs `by:`, a limit and what follows a rejection."),
    ("await", "Waits for a signal, a document or a form. Needs a limit."),
    ("child", "Runs another runbook, once or for each element of a list, and waits for it."),
    ("agent", "Hands work to an agent outside, or declares one."),
    ("parallel", "Runs its blocks side by side; after it all of them are complete."),
    ("run", "Calls a capability: what works outside the runbook. In a `child`, starts another runbook."),
    ("within", "How long this may take: a duration, a date or `5 working days`; `else` says what follows."),
    ("escalate", "Lets one more role decide, once the limit has passed."),
    ("rework", "Goes back to an earlier block, a limited number of times; what was done since is done again."),
    ("remind", "Notifies those who may decide, again and again while this is open."),
    ("require", "Holds a condition: where it is false, what follows `else` happens."),
    ("return", "What the step, or the runbook, yields."),
    ("let", "A name for a value that never changes."),
    ("var", "A variable: it may be assigned later, with `=` or `+=`."),
    ("match", "Looks at every case of a value; each must be covered, or there is an `else`."),
    ("repeat", "Does its body again until a condition holds, or at most so many times."),
    ("for", "Goes through a list: one by one, or side by side with `at most N at once`."),
    ("try", "Catches a failure of its body: `on failure (e) { … }` says what follows."),
    ("undo", "What undoes the step when a later one fails. Undos run in reverse order."),
    ("emit", "Tells the outside that something happened."),
    ("sleep", "Waits for a time, or until one."),
    ("fail", "Ends the run, or what is tried, with a message."),
    ("skip", "Ends the block without a value; it is shown as skipped."),
    ("feedback", "Tells those who wait something, at once."),
    ("show", "What people see at a gate: `data_table`, `form`, `text`, `summary`, `report_preview`."),
    ("ask", "What people are asked for: `file_upload`, `files`, `form`, `confirm`."),
    ("warn", "A warning beside what is shown, while a condition holds."),
    ("checks", "Capabilities that run beside the open gate; they advise, a person decides."),
    ("actions", "All that a gate offers, in place of approve and reject."),
    ("until", "Ends the wait as soon as this is true."),
    ("when", "The block runs only where this is true; otherwise it is shown as skipped."),
    ("where", "Only signals that fulfil this are taken."),
    ("on", "What follows: a signal that comes, a rejection, a failure, an edit."),
    ("send", "What the agent is given."),
    ("expect", "In an `agent`: what it must answer. In a scenario: what must hold."),
    ("input", "What whoever starts the runbook gives it."),
    ("config", "Settings with defaults, which a tenant or an entity may override."),
    ("output", "The type of what the runbook yields."),
    ("type", "A record: named fields with their types."),
    ("enum", "One of a few named values."),
    ("signal", "A message from outside that a run can wait for."),
    ("role", "Who may decide. A person has roles; a gate names them."),
    ("capability", "Something that works outside: its parameters and its result."),
    ("capabilities", "Several capabilities with properties in common."),
    ("workflow", "A runbook bound to an entity, optionally on a schedule."),
    ("scenario", "An example that is played and checked by `ntroc test`."),
    ("given", "The input of the run."),
    ("mock", "What a capability, an agent or a child answers in this scenario."),
    ("after", "So long after the line before."),
    ("import", "Names of another file that are used here."),
    ("extern", "Something that is declared elsewhere."),
    ("fn", "A named expression."),
    ("by", "Who may decide: a role, a list of roles, or an expression of them."),
    ("not_by", "People who may not decide: four eyes."),
    ("quorum", "How many different people must approve."),
    ("icon", "A Lucide icon by its name."),
    ("else", "What follows otherwise."),
    ("collect", "Failures of single elements are kept as values: `values()` and `failures()`."),
];

/// Words that are part of the language beside those that are explained.
const OTHERS: &[&str] = &[
    "if",
    "then",
    "and",
    "or",
    "not",
    "in",
    "true",
    "false",
    "none",
    "from",
    "at",
    "most",
    "times",
    "once",
    "every",
    "to",
    "because",
    "refuse",
    "reject",
    "failure",
    "never",
    "working",
    "days",
    "start",
    "tenant",
    "entity",
    "row",
    "as",
    "with",
    "fails",
    "comment",
    "cancel",
    "running",
    "refused",
    "open",
    "failed",
    "completed",
    "calls",
    "call",
    "action",
    "key",
    "endif",
    "endfor",
    "elif",
];

/// What a word means.
pub(crate) fn meaning(word: &str) -> Option<&'static str> {
    WORDS.iter().find(|(known, _)| *known == word).map(|(_, meaning)| *meaning)
}

/// Whether a word may be one of the language's.
pub(crate) fn is_keyword(word: &str) -> bool {
    OTHERS.contains(&word) || WORDS.iter().any(|(known, _)| *known == word && !is_property(word))
}

/// Words that are properties, with a colon.
pub(crate) fn is_property(word: &str) -> bool {
    matches!(word, "by" | "not_by" | "quorum" | "icon" | "output")
}

/// Names that nothing may bear.
pub(crate) const RESERVED: &[&str] = &[
    "true", "false", "none", "and", "or", "not", "in", "if", "then", "else", "let", "var", "return", "match", "try",
    "undo", "parallel", "send", "checks", "actions", "import", "scenario", "fail", "skip", "on", "feedback", "expect",
    "require", "sleep", "role",
];

/// The types of the language.
pub(crate) const TYPES: &[(&str, &str)] = &[
    ("text", "A text."),
    ("int", "A whole number."),
    ("decimal", "An exact decimal number."),
    ("bool", "`true` or `false`."),
    ("date", "A day: `2026-03-31`."),
    ("datetime", "A moment."),
    ("period", "A month: `2026-03`."),
    ("duration", "A length of time: `1h30m`."),
    ("money", "An amount with its currency: `12.50 GBP`. `money<GBP>` is of one currency."),
    ("currency", "A currency: `GBP`."),
    ("file", "A document."),
    ("json", "Any data. Only capabilities look inside."),
    ("Grid", "Tables as they were read. Only capabilities look inside."),
    ("list", "Several values: `list<Row>`."),
    ("map", "Values by keys: `map<money>`."),
    ("outcome", "A value or a failure: `outcome<Row>`."),
];
