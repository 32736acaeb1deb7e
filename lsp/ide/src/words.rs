//! The words of the language: which they are, how they are written, and what each means, in a sentence or two.

/// A word with how it is written and what it means. Where a word means two things, both are said.
type Word = (&'static str, &'static str, &'static str);

/// The words of runbooks and of what stands beside them.
#[rustfmt::skip]
const WORDS: &[Word] = &[
    ("runbook", "runbook my-process \"My process\" { … }", "A process: what goes in, which steps it has, what comes out. In a `workflow`: which one is bound."),
    ("step", "step parsed \"Read the document\" { … }", "Does work: calls capabilities and works out values. Later steps read what it yields under its name."),
    ("approve", "approve review \"Review\" { by: …, show …, within …, on reject … }", "Shows something to people, who decide. It needs `by:`, a limit, and what follows a rejection."),
    ("await", "await submitted \"Await the document\" { on …, within … }", "Waits for a signal, a document or a filled-in form. It needs a limit."),
    ("child", "child documents \"Documents\" { for x in list key x.id run other-runbook(…) }", "Runs another runbook, once or for each element of a list, and waits for it."),
    ("agent", "agent draft \"Draft\" { use: …, send { … }, expect text, within 30m }", "In a runbook: hands work to an outside agent and waits for its answer. In a file: declares such an agent."),
    ("parallel", "parallel { step a { … } step b { … } }", "Runs its blocks side by side; what follows begins when all of them are complete."),
    ("run", "run files.parse(document)", "Calls a capability, which works outside the runbook. In a `child` it starts another runbook. Arguments are given by name; a name alone stands for `name: name`."),
    ("within", "within 24h else fail \"Nobody answered.\"", "How long this may take: a duration such as `24h`, a date, `5 working days`, or `never`. What stands after `else` happens when the time is over."),
    ("never", "within never", "No limit: it may take as long as it takes. In a scenario, `expect never` says that a step did not run."),
    ("working", "within 5 working days", "Only working days count: Monday to Friday, less the days in `config.holidays`. The limit ends at the same time of day as it began."),
    ("days", "within 5 working days", "Only working days count: Monday to Friday, less the days in `config.holidays`. The limit ends at the same time of day as it began."),
    ("day", "within 1 working day", "Only working days count: Monday to Friday, less the days in `config.holidays`. The limit ends at the same time of day as it began."),
    ("escalate", "else escalate to manager within 2d else fail \"…\"", "Once the time is over one more role may decide, beside the first. A further `within` says until when."),
    ("to", "escalate to manager", "The role that may then decide as well."),
    ("rework", "rework from submitted at most 3 times else fail \"…\"", "Goes back to an earlier block, a limited number of times; what was done since is done again. As a value, `rework?.comment`, `rework?.by` and `rework?.round` say why; it is `none` in the first round."),
    ("because", "rework from draft because \"The figures differ.\" at most 2 times else …", "What those who start again are told; they read it as `rework?.comment`."),
    ("refuse", "require c else refuse \"Fill in the cause first.\"", "Keeps the gate open and tells whoever approves what must be done first."),
    ("reject", "on reject fail \"Rejected: {{ review.comment }}\"", "What follows when somebody rejects. After `else`: the gate counts as rejected when the time is over."),
    ("remind", "remind every 1d", "Notifies those who may decide, again and again while this is open. With `{ … }` it does that instead."),
    ("every", "remind every 1d", "The time between two reminders."),
    ("require", "require gap == 0 GBP else fail \"They differ by {{ gap }}.\"", "Holds a condition: where it is false, what stands after `else` happens."),
    ("return", "return rows.count()", "What the step, or the runbook, yields. What stands behind it in the same step is not done."),
    ("let", "let open = rows.filter(r => r.status == open)", "A name for a value that never changes."),
    ("var", "var rows: list<Row> = []", "A variable: it may be given another value later, with `=`, or more of it with `+=`."),
    ("match", "match answer { accepted (a) { … } late { … } }", "Looks at every case of a value. Each must be covered, or there is an `else`."),
    ("if", "if amount > limit { … } else { … }", "Does what follows only where a condition holds. As a value: `if c then a else b`."),
    ("then", "if c then a else b", "The value where the condition holds. In a scenario: what a mock answers the next time."),
    ("else", "… else fail \"…\"", "What happens otherwise: when the condition does not hold, the time is over, or no other case fits."),
    ("elif", "{% elif c %}", "Else, where another condition holds."),
    ("endif", "{% if c %} … {% endif %}", "The end of the part of the text that stands only where the condition holds."),
    ("endfor", "{% for x in xs %} … {% endfor %}", "The end of the part of the text that is repeated."),
    ("and", "a and b", "True where both are. The second is looked at only where the first is true."),
    ("or", "a or b", "True where one of them is. The second is looked at only where the first is false."),
    ("not", "not a", "True where the other is false. `not in`: is no element of the list."),
    ("in", "for x in xs · kind in [a, b]", "In a loop: the list whose elements are gone through. In a condition: whether a value is in a list."),
    ("true", "", "Yes: the condition holds."),
    ("false", "", "No: the condition does not hold."),
    ("none", "", "No value. Only what has a type with `?` may be `none`. As a case: there is no value."),
    ("repeat", "repeat until done at most 5 times else fail \"…\" { … }", "Does its body again until a condition holds, or at most so many times."),
    ("for", "for x in xs at most 5 at once { … }", "Once for each element of a list: one after the other, or side by side with `at most N at once`."),
    ("at", "at most 3 times · at most 10 at once", "Begins a limit: how often something is done again, or how many run side by side."),
    ("most", "at most 3 times · at most 10 at once", "A limit: how often something is done again, or how many run side by side."),
    ("times", "at most 3 times", "How often it may be done again; what stands after `else` follows the last time."),
    ("once", "at most 10 at once", "How many run side by side."),
    ("key", "for doc in expected key doc.source", "What tells the runs of the elements apart, and names them in the trace and in messages. It must differ for each element."),
    ("try", "try { … } on failure (e) { … }", "Catches every failure of its body. `e.message` and `e.step` say what failed."),
    ("failure", "on failure collect", "What follows when this fails: `fail`, `skip`, `collect` (in a `child`), or what stands in braces."),
    ("undo", "undo { run payment.cancel(…) }", "What undoes the step when a later one fails or the run is cancelled. Undos run from the newest to the oldest."),
    ("emit", "emit nav.signed { entity, period }", "Announces that something happened, with what belongs to it; other systems can listen."),
    ("sleep", "sleep 3d · sleep until 2026-03-31", "Waits for a time, or until one."),
    ("fail", "fail \"Nobody answered.\"", "Ends the run, or what is tried, as failed, with a message."),
    ("skip", "skip \"Nothing to do.\"", "Ends the block without a value; it is shown as skipped, and the run goes on."),
    ("feedback", "feedback error \"This is no IBAN.\"", "Shows a message at once to those who are waited for: `info`, `warning` or `error`."),
    ("show", "show data_table { rows: …, key: id }", "What people see at a gate: `data_table`, `form`, `text`, `summary` or `report_preview`."),
    ("ask", "ask file_upload { title: \"…\" }", "What people are asked for: `file_upload`, `files`, `form` or `confirm`."),
    ("warn", "warn \"Check every line.\" when confidence < 0.7", "A warning beside what is shown, while a condition holds."),
    ("checks", "checks { coverage \"All is billed\" run quality.coverage(…) }", "Capabilities that run beside the open gate. They advise; a person decides."),
    ("actions", "actions { approve \"Approve\", hold \"Put on hold\" }", "All that a gate offers, with what its buttons say. Without it a gate offers approve and reject."),
    ("until", "until rows.count() >= 3", "Ends the wait, or the repeating, as soon as this is true. As a case of `match`: the wait ended so."),
    ("when", "step post \"Post\" when commit.approved > 0 { … }", "The block runs only where this is true; otherwise it is shown as skipped."),
    ("where", "on answered where it.source == source", "Only signals for which this is true are taken; `it` is what the signal carries."),
    ("from", "rework from submitted · import { Row } from \"./types.ntro\"", "Where it starts again; the file that names come from; on a signal, the role that must have sent it."),
    ("on", "on document_submitted · on reject … · on failure …", "What follows when something happens: a signal comes, somebody decides or edits, something fails."),
    ("late", "late { … }", "The case in which the time of the wait was over."),
    ("ok", "ok (value) { … }", "The case in which it went well, with its value."),
    ("failed", "failed (e) { … }", "The case in which it failed: `e.message` says why. In a scenario: how the run ends."),
    ("some", "some (value) { … }", "The case in which there is a value."),
    ("send", "send { text: \"…\", files: [pack] }", "What the agent is given."),
    ("expect", "expect text · expect files · expect Report", "In an `agent`: what it must answer. In a scenario: what must hold."),
    ("input", "input { period: period, notes: text? }", "What whoever starts the runbook gives it."),
    ("config", "config { min_rows: int = 1 }", "Settings with defaults, which a tenant or an entity may override; they are read as `config.min_rows`."),
    ("output", "output: Report", "The type of what the runbook yields."),
    ("type", "type Row { id: text, amount: money }", "A record: named fields with their types."),
    ("enum", "enum Status { open, closed }", "One of a few named values."),
    ("signal", "signal answered { accepted: bool }", "A message from outside that a run can wait for, and what it carries."),
    ("role", "role accountant, manager", "Who may decide. A person has roles; a gate names them."),
    ("capability", "capability gl.post(rows: list<Row>) -> Posting { … }", "Something that works outside the runbook: what it is given, and what it answers."),
    ("capabilities", "capabilities payment { queue: \"pay\", create(…) -> Payment }", "Several capabilities with properties in common: `payment.create`."),
    ("workflow", "workflow acme-nav { runbook: nav-monthly, entity: \"acme\" }", "A runbook bound to an entity, optionally on a schedule."),
    ("scenario", "scenario \"all goes well\" for my-process { given { … } expect completed }", "An example that `ntroc test` plays and checks. Time is virtual, and what works outside is made up."),
    ("import", "import { Row } from \"./types.ntro\"", "Names of another file that are used here."),
    ("extern", "extern runbook name { input { … } output: Report }", "A runbook or an agent that is declared and deployed elsewhere."),
    ("fn", "fn total(rows: list<Row>) -> money<GBP> = rows.sum(r => r.amount)", "A named formula. It works out a value and does nothing else."),
    ("by", "by: accountant", "Who may decide: a role, a list of roles, or `anyone`."),
    ("not_by", "not_by: review.by", "Who may not decide: the four-eyes rule."),
    ("quorum", "quorum: 2", "How many different people must approve. The first rejection closes the gate."),
    ("icon", "icon: FileSearch", "The picture beside the block, a Lucide icon by its name."),
    ("collect", "on failure collect", "The others go on. The value is a list of outcomes: `values()` are those that went well, `failures()` the rest."),
    ("use", "use: audit_handover", "Which agent does it."),
    ("approved", "approved { … }", "The case in which it was approved."),
    ("rejected", "rejected { … }", "The case in which it was rejected."),
    ("form", "form (answers) { … }", "The case in which the form was filled in, with its answers."),
    ("confirm", "confirm (c) { … }", "The case in which somebody confirmed: `c.by` is who."),
    ("anyone", "by: anyone", "Whoever has access may decide; no role is needed."),
];

/// What words mean in a scenario, where that is something else or they stand only there.
#[rustfmt::skip]
const IN_SCENARIOS: &[Word] = &[
    ("given", "given { period: 2026-03 }", "What the run is started with."),
    ("config", "config { min_rows: 2 }", "The settings in this scenario; the others keep their defaults."),
    ("start", "start 2026-01-05T08:00", "When the run starts. Without it, Monday 2026-01-05 at 09:00 UTC."),
    ("tenant", "tenant \"acme-fund\"", "Whose run it is."),
    ("entity", "entity \"acme-spv1\"", "Whose run it is."),
    ("mock", "mock ledger.read => [] then [{ id: \"1\" }]", "What a capability, an agent or a child answers in this scenario. What is not mocked answers values made from its type."),
    ("fails", "mock payment.send fails \"down\" 4 times", "The call fails with this message: so many times, or always."),
    ("times", "fails \"down\" 4 times", "So many calls fail; the next one is answered."),
    ("then", "=> 1 then 2", "What the next call is answered. The last answer repeats."),
    ("for", "at documents.review for \"a\" approve …", "The runbook that is played; in a line, the child that is meant, by its key."),
    ("after", "after 2h signal answered { accepted: true }", "So long after the line before."),
    ("signal", "signal answered { accepted: true }", "A signal comes, with what it carries."),
    ("cancel", "after 5s cancel", "Somebody cancels the run."),
    ("at", "at review approve by \"ana\" as accountant", "A person does something where the run waits. `review~2` is the second time that this step is open. In `expect failed at`: the step that fails."),
    ("approve", "at review approve by \"ana\" as accountant", "The person approves."),
    ("reject", "at review reject comment \"No.\" by \"ana\" as accountant", "The person rejects; with `row`, only one row."),
    ("edit", "at review edit row \"9\" { amount: 1.00 GBP } by \"ana\" as accountant", "The person changes what is shown: a row, a field, or a text. `correct` means the same."),
    ("correct", "at review correct row \"9\" { amount: 1.00 GBP } by \"ana\" as accountant", "The person changes what is shown: a row, a field, or a text. `edit` means the same."),
    ("submit", "at details submit { iban: \"…\" } by \"bo\" as buyer", "The person fills in the form, or hands in the documents that are asked for."),
    ("confirm", "at read confirm by \"bo\" as buyer", "The person confirms that they have seen it."),
    ("action", "at review action hold by \"ana\" as accountant", "The person chooses one of the gate's own `actions`."),
    ("row", "edit row \"9\" { amount: 1.00 GBP }", "The row that is meant, by its key."),
    ("comment", "reject comment \"The totals differ.\"", "What the person writes beside the decision."),
    ("by", "by \"ana\"", "Who does it. Several people make several approvals."),
    ("as", "as accountant", "The role in which the person acts; the gate must let it."),
    ("refused", "approve by \"ana\" as accountant refused \"no verdict\"", "It is not let through, and the run still waits there. The text is a part of the answer that the person gets."),
    ("expect", "expect completed with { rows: 2 }", "What must hold, else the scenario fails."),
    ("completed", "expect completed with { rows: 2 } within 1h", "The run ends well, with this in its result."),
    ("failed", "expect failed at review \"Nobody decided\"", "The run fails: at this step, with this in the message."),
    ("open", "expect open review", "The run waits at this step now."),
    ("never", "expect never second", "This step has not been entered."),
    ("calls", "expect calls [a.b, c.d] · expect 3 calls a.b", "Which calls were made: in this order, others may come between; or exactly how many of one."),
    ("call", "expect call a.b 2 with { text: has \"slow\" }", "What a call was given: the first, or the one of this number."),
    ("with", "expect completed with { rows: 2 }", "What the result, or the call, holds. Fields that are not named may be anything."),
    ("has", "with { text: has \"slow\" }", "The text has this in it."),
    ("most", "expect at most 3 running document-ingest", "How many of them ran at the same time."),
    ("running", "expect at most 3 running document-ingest", "How many runs of this runbook went on at the same time."),
    ("input", "expect input { period: 2025-12 }", "What the schedule of the workflow gave the run."),
    ("within", "expect completed within 1h", "The latest time at which it must be so, counted from the line before."),
    ("workflow", "scenario \"…\" for workflow acme-nav { … }", "The scenario plays a binding: it starts as its schedule starts it."),
];

/// What can be written of something: the properties of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Runbook,
    Capability,
    Retry,
    Agent,
    Workflow,
}

/// Properties that mean something only in their place.
#[rustfmt::skip]
const PROPERTIES: &[(Owner, &str, &str, &str)] = &[
    (Owner::Runbook, "version", "version: \"0.1.0\"", "The version that is shown and deployed. Runs that have begun keep theirs."),
    (Owner::Runbook, "tags", "tags: [\"documents\"]", "Words by which the runbook is found in lists."),
    (Owner::Capability, "queue", "queue: \"ledger\"", "The task queue on which the workers listen that do this; without it, the worker's own."),
    (Owner::Capability, "activity", "activity: \"expenses.commit\"", "The name under which those workers know it; without it, its own name."),
    (Owner::Capability, "program", "program: \"programs/post.py\"", "A program of the project that does this: it reads JSON and writes JSON. A list gives it arguments."),
    (Owner::Capability, "retry", "retry: { attempts: 5, first: 1s, factor: 2, max: 1m }", "How often it is tried again after a failure, and how long the pauses between are."),
    (Owner::Capability, "quick", "quick: true", "It takes at most 2 seconds and changes nothing outside the store."),
    (Owner::Retry, "attempts", "attempts: 5", "How often it is tried in all; the first time counts."),
    (Owner::Retry, "first", "first: 1s", "The pause before the second attempt."),
    (Owner::Retry, "factor", "factor: 2", "By how much each pause is longer than the one before; 2 doubles it."),
    (Owner::Retry, "max", "max: 1m", "The longest pause."),
    (Owner::Agent, "kind", "kind: program", "How the agent is reached: `program` (one of the project) or `claude_managed` (by the platform's reference)."),
    (Owner::Agent, "ref", "ref: \"agent_01\"", "Which agent it is on its platform."),
    (Owner::Agent, "program", "program: \"programs/agent.py\"", "The program of the project that answers."),
    (Owner::Workflow, "runbook", "runbook: nav-monthly", "The runbook that is bound."),
    (Owner::Workflow, "tenant", "tenant: \"acme-fund\"", "Whose runs these are. It fills an input of the name `tenant`."),
    (Owner::Workflow, "entity", "entity: \"acme-spv1\"", "What they are about. It fills an input of the name `entity`."),
    (Owner::Workflow, "schedule", "schedule: \"0 8 5 * *\"", "When it starts by itself: minute, hour, day of the month, month, day of the week. Without it somebody starts it."),
    (Owner::Workflow, "zone", "zone: \"Europe/London\"", "The time zone of the schedule, of `today()` and of working days; without it UTC."),
    (Owner::Workflow, "overlap", "overlap: skip", "What happens to a run that is due while the one before goes on: `skip` leaves it out, `queue` lets it wait for its turn, `beside` starts it."),
    (Owner::Workflow, "catch_up", "catch_up: 7d", "How late a run is still started when nothing could start it in time; without it, a day."),
    (Owner::Workflow, "pin", "pin: \"0.1.0\"", "The version that it stays with; without it, its runs take the deployed one."),
    (Owner::Workflow, "with", "with: { period: previous_period(today()) }", "The input of its runs, worked out at each start; `today()` is the day of the schedule."),
];

/// What each property of a component is for.
#[rustfmt::skip]
const SHOWN: &[(&str, &str)] = &[
    ("title", "What stands above it."),
    ("subtitle", "What stands beneath the title."),
    ("summary", "What is read first: a text, or anything that can be shown."),
    ("rows", "The rows that people see: a list of records. They become `value`, with what people changed."),
    ("key", "The field that tells the rows apart. Changes stay with their row, whatever becomes of the others."),
    ("columns", "Which fields are shown, in this order; without it, all."),
    ("editable", "What people may change: fields in brackets, or `true` for the text as a whole."),
    ("removable", "Whether people may reject single rows; they are in `removed`."),
    ("value", "What is shown: one record, or a text. It becomes `value`, with what people changed."),
    ("figures", "Figures side by side, each with its name: `{ gross: total, net: total - fees }`."),
    ("document", "The document that people read before they decide."),
    ("instructions", "What people are told to do."),
    ("source", "What the client names the document. To take only such documents, write `where it.source == …` as well."),
    ("accept", "The kinds of files that may be chosen, by their endings."),
    ("max_size", "The largest file that may be chosen."),
    ("multiple", "Whether several files may be chosen."),
];

/// What stands for a choice of a property.
#[rustfmt::skip]
const CHOICES: &[(&str, &str, &str)] = &[
    ("overlap", "skip", "A run that is due while the one before goes on is left out."),
    ("overlap", "queue", "A run that is due while the one before goes on waits for its turn."),
    ("overlap", "beside", "A run that is due while the one before goes on starts all the same."),
    ("kind", "program", "The agent is a program of the project."),
    ("kind", "claude_managed", "A managed agent of Claude, under its `ref`."),
];

/// What a property means where it stands, with how it is written.
pub(crate) fn property(owner: Owner, name: &str) -> Option<String> {
    let (.., form, doc) = PROPERTIES.iter().find(|(of, known, ..)| *of == owner && *known == name)?;
    Some(explained(form, doc))
}

/// What a property of a component is for.
pub(crate) fn shown(name: &str) -> Option<&'static str> {
    SHOWN.iter().find(|(known, _)| *known == name).map(|(_, doc)| *doc)
}

/// What a word means as the value of a property.
pub(crate) fn choice(property: &str, word: &str) -> Option<&'static str> {
    CHOICES.iter().find(|(of, known, _)| *of == property && *known == word).map(|(.., doc)| *doc)
}

/// What a word means, in a sentence.
pub(crate) fn meaning(word: &str) -> Option<&'static str> {
    WORDS.iter().chain(IN_SCENARIOS).find(|(known, ..)| *known == word).map(|(.., doc)| *doc)
}

/// What a word means where it stands, with how it is written.
pub(crate) fn hover(word: &str, in_scenario: bool) -> Option<String> {
    let own = IN_SCENARIOS.iter().filter(|_| in_scenario);
    let (_, form, doc) = own.chain(WORDS).find(|(known, ..)| *known == word)?;
    Some(explained(form, doc))
}

/// How something is written, and what it means.
pub(crate) fn explained(form: &str, doc: &str) -> String {
    match form {
        "" => doc.to_owned(),
        form => format!("```ntro\n{form}\n```\n\n{doc}"),
    }
}

/// Whether a word may be one of the language's.
pub(crate) fn is_keyword(word: &str) -> bool {
    let known = |all: &[Word]| all.iter().any(|(known, ..)| *known == word);
    known(WORDS) && !is_property(word) && !CASES.contains(&word) || OTHERS.contains(&word)
}

/// Words that name a case, and are no words of the language elsewhere.
const CASES: &[&str] = &["late", "ok", "failed", "some", "approved", "rejected", "form", "confirm", "anyone"];

/// Words of scenarios that are part of the language there.
const OTHERS: &[&str] = &[
    "given",
    "mock",
    "after",
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
];

/// Whether a word is a property, with a colon.
pub(crate) fn is_property(word: &str) -> bool {
    matches!(word, "by" | "not_by" | "quorum" | "icon" | "use" | "output")
}

/// Names that nothing may bear.
pub(crate) const RESERVED: &[&str] = &[
    "true", "false", "none", "and", "or", "not", "in", "if", "then", "else", "let", "var", "return", "match", "try",
    "undo", "parallel", "send", "checks", "actions", "import", "scenario", "fail", "skip", "on", "feedback", "expect",
    "require", "sleep", "role",
];

/// The types of the language.
pub(crate) const TYPES: &[(&str, &str)] = &[
    ("text", "Words of any length: `\"Flat 1\"`."),
    ("int", "A whole number: `12`."),
    ("decimal", "An exact number with a fraction: `0.15`, `15%`. Only `round()` rounds it."),
    ("bool", "Yes or no: `true` or `false`."),
    ("date", "A day: `2026-03-31`."),
    ("datetime", "A day and a time: `2026-03-31T08:00`."),
    ("period", "A month: `2026-03`."),
    ("duration", "A length of time: `90s`, `24h`, `3d`, `1h30m`."),
    (
        "money",
        "An amount with its currency: `12.50 GBP`. `money<GBP>` is of one currency, and only such amounts can be summed up.",
    ),
    ("currency", "A currency by its code: `GBP`."),
    ("file", "A document that was uploaded, or that a capability has stored."),
    ("json", "Any data. It is passed on as it is; only capabilities look inside."),
    ("Grid", "The tables of a document as they were read. Only capabilities look inside."),
    ("list", "Several values in order: `list<Row>`."),
    ("map", "Values under names: `map<money>`."),
    ("outcome", "A value, or why there is none: `outcome<Row>`."),
];

/// The names of the currencies that are met most.
const CURRENCIES: &[(&str, &str)] = &[
    ("AUD", "Australian dollar"),
    ("CAD", "Canadian dollar"),
    ("CHF", "Swiss franc"),
    ("CNY", "Chinese yuan"),
    ("CZK", "Czech koruna"),
    ("DKK", "Danish krone"),
    ("EUR", "Euro"),
    ("GBP", "Pound sterling"),
    ("HKD", "Hong Kong dollar"),
    ("HUF", "Hungarian forint"),
    ("INR", "Indian rupee"),
    ("JPY", "Japanese yen"),
    ("NOK", "Norwegian krone"),
    ("NZD", "New Zealand dollar"),
    ("PLN", "Polish złoty"),
    ("SEK", "Swedish krona"),
    ("SGD", "Singapore dollar"),
    ("USD", "US dollar"),
    ("ZAR", "South African rand"),
];

/// The name of a currency.
pub(crate) fn currency(code: &str) -> &'static str {
    CURRENCIES.iter().find(|(known, _)| *known == code).map_or("A currency by its code", |(_, name)| *name)
}
