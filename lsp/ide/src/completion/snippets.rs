//! What may begin a line, by where it stands: words with places to fill in.

use ntro_grammar::ast::BlockKind;

use super::context::Start;

/// A word with what is written for it and what it is for.
pub(super) struct Snippet {
    pub(super) word: &'static str,
    pub(super) insert: &'static str,
    pub(super) detail: &'static str,
}

const fn s(word: &'static str, insert: &'static str, detail: &'static str) -> Snippet {
    Snippet { word, insert, detail }
}

const FILE: &[Snippet] = &[
    s(
        "runbook",
        "runbook ${1:my-process} \"${2:My process}\" {\n  input {\n    ${3:name}: ${4:text}\n  }\n\n  $0\n}",
        "a process",
    ),
    s("type", "type ${1:Row} {\n  ${2:id}: ${3:text}\n}", "a record"),
    s("enum", "enum ${1:Status} { ${2:open}, ${3:closed} }", "a choice of values"),
    s("signal", "signal ${1:answered} { ${2:accepted}: ${3:bool} }", "a message from outside"),
    s("role", "role ${1:accountant}", "who may decide"),
    s(
        "capability",
        "capability ${1:group.name}(${2:value}: ${3:text}) -> ${4:text} {\n  within ${5:5m}\n}",
        "something that works outside",
    ),
    s(
        "capabilities",
        "capabilities ${1:group} {\n  queue: \"${2:queue}\"\n  ${3:create}(${4:value}: ${5:text}) -> ${6:text}\n}",
        "several capabilities",
    ),
    s("agent", "agent ${1:name} {\n  kind: ${2:claude_managed}\n  ref:  \"${3:agent}\"\n}", "an agent"),
    s(
        "workflow",
        "workflow ${1:name} {\n  runbook:  ${2:my-process}\n  tenant:   \"${3:tenant}\"\n  entity:   \"${4:entity}\"\n  schedule: \"${5:0 8 5 * *}\"\n}",
        "a runbook bound to an entity",
    ),
    s(
        "scenario",
        "scenario \"${1:everything goes well}\" for ${2:my-process} {\n  given { $3 }\n  expect completed\n}",
        "an example that is played",
    ),
    s("import", "import { ${1:Name} } from \"${2:./types.ntro}\"", "names of another file"),
    s("fn", "fn ${1:name}(${2:row}: ${3:text}) -> ${4:text} = $0", "a named expression"),
    s(
        "extern runbook",
        "extern runbook ${1:name} {\n  input { ${2:period}: ${3:period} }\n  output: ${4:text}\n}",
        "a runbook deployed elsewhere",
    ),
];

const BLOCKS: &[Snippet] = &[
    s("step", "step ${1:name} \"${2:Title}\" {\n  $0\n}", "does work"),
    s(
        "approve",
        "approve ${1:review} \"${2:Review}\" {\n  by: ${3:role}\n  within ${4:24h} else fail \"${5:Nobody decided.}\"\n  on reject fail \"${6:Rejected}: {{ ${1:review}.comment }}\"\n}",
        "people decide",
    ),
    s(
        "await",
        "await ${1:submitted} \"${2:Await submission}\" {\n  on ${3:document_submitted}\n  within ${4:24h} else fail \"${5:Nothing arrived.}\"\n}",
        "waits for something",
    ),
    s("child", "child ${1:name} \"${2:Title}\" {\n  run ${3:runbook}($4)\n}", "runs another runbook"),
    s(
        "agent",
        "agent ${1:name} \"${2:Title}\" {\n  use:   ${3:agent}\n  send   { text: \"$4\" }\n  expect text\n  within ${5:30m}\n}",
        "hands work to an agent",
    ),
    s("parallel", "parallel {\n  $0\n}", "side by side"),
];

const STATEMENTS: &[Snippet] = &[
    s("let", "let ${1:name} = $0", "a name for a value"),
    s("var", "var ${1:name}: ${2:type} = $0", "a variable"),
    s("if", "if ${1:condition} {\n  $0\n}", "where something holds"),
    s("match", "match ${1:value} {\n  ${2:case} { $0 }\n  else { }\n}", "by cases"),
    s("for", "for ${1:x} in ${2:list} {\n  $0\n}", "for each element"),
    s(
        "repeat",
        "repeat until ${1:condition} at most ${2:3} times else fail \"${3:Still not done.}\" {\n  $0\n}",
        "again and again",
    ),
    s("try", "try {\n  $0\n} on failure (e) {\n  \n}", "catches a failure"),
    s("require", "require ${1:condition} else fail \"${2:Why not.}\"", "must hold"),
    s("fail", "fail \"$1\"", "ends the run"),
    s("emit", "emit ${1:event.name} { $0 }", "tells the outside"),
    s("sleep", "sleep ${1:1h}", "waits"),
    s("feedback", "feedback ${1|info,warning,error|} \"$2\"", "tells those who wait"),
    s("return", "return $0", "yields"),
    s("on", "on ${1:signal} (${2:e}) {\n  $0\n}", "hears a signal while anything waits"),
    s(
        "rework",
        "rework from ${1:step} because \"${2:why}\" at most ${3:3} times else fail \"${4:Too often.}\"",
        "goes back",
    ),
];

const STEP: &[Snippet] = &[
    s("run", "run ${1:capability}($0)", "calls a capability"),
    s("skip", "skip \"${1:why}\"", "ends the step without a value"),
    s("undo", "undo {\n  $0\n}", "undoes the step when a later one fails"),
    s("icon", "icon: ${1:Cog}", "a Lucide icon"),
];

const RUNBOOK: &[Snippet] = &[
    s("version", "version: \"${1:0.1.0}\"", "the version"),
    s("tags", "tags: [\"$1\"]", "words to find it by"),
    s("input", "input {\n  ${1:name}: ${2:text}\n}", "what it is given"),
    s("config", "config {\n  ${1:name}: ${2:text} = ${3:\"\"}\n}", "its settings"),
    s("output", "output: ${1:text}", "what it yields"),
];

const APPROVE: &[Snippet] = &[
    s("icon", "icon: ${1:Eye}", "a Lucide icon"),
    s("by", "by: ${1:role}", "who may decide"),
    s("not_by", "not_by: ${1:review}.by", "who may not: four eyes"),
    s("quorum", "quorum: ${1:2}", "how many must approve"),
    s(
        "show data_table",
        "show data_table {\n  title: \"${1:Rows}\"\n  rows:  ${2:rows}\n  key:   ${3:id}\n}",
        "rows to review",
    ),
    s("show form", "show form {\n  title: \"${1:Record}\"\n  value: ${2:record}\n}", "one record to review"),
    s(
        "show text",
        "show text {\n  title:    \"${1:Text}\"\n  value:    ${2:text}\n  editable: true\n}",
        "a text to review",
    ),
    s("show summary", "show summary {\n  title:   \"${1:Figures}\"\n  figures: { $2 }\n}", "figures"),
    s(
        "show report_preview",
        "show report_preview {\n  title:    \"${1:Report}\"\n  document: ${2:file}\n}",
        "a document",
    ),
    s("within", "within ${1:24h} else ${2:fail \"${3:Nobody decided.}\"}", "how long it may take"),
    s("on reject", "on reject fail \"${1:Rejected.}\"", "what follows a rejection"),
    s(
        "on reject rework",
        "on reject rework from ${1:step} at most ${2:3} times else fail \"${3:Rejected once more.}\"",
        "goes back",
    ),
    s("on edit", "on edit (${1:row}) => { ...${1:row}, $2 }", "what an edited row becomes"),
    s("warn", "warn \"${1:Look closely.}\" when ${2:condition}", "a warning"),
    s("require", "require ${1:condition} else refuse \"${2:Why not.}\"", "must hold when someone approves"),
    s("remind", "remind every ${1:1d}", "reminds those who may decide"),
    s("checks", "checks {\n  ${1:name} \"${2:Title}\" run ${3:capability}($4)\n}", "advice beside the gate"),
    s("actions", "actions { ${1:hold} \"${2:Put on hold}\" }", "all that is offered"),
    s("until", "until ${1:condition}", "closes as approved"),
];

const AWAIT: &[Snippet] = &[
    s("icon", "icon: ${1:Inbox}", "a Lucide icon"),
    s("on", "on ${1:document_submitted}", "what is waited for"),
    s("ask file_upload", "ask file_upload {\n  title: \"${1:Upload}\"\n}", "asks for a document"),
    s("ask files", "ask files { ${1:slot}: \"${2:source}\" }", "asks for several documents"),
    s("ask form", "ask form { ${1:reason}: ${2:text} \"${3:Why?}\" }", "asks questions"),
    s("ask confirm", "ask confirm { title: \"${1:Acknowledge}\" }", "asks for a confirmation"),
    s("within", "within ${1:24h} else ${2:fail \"${3:Nothing arrived.}\"}", "how long it may take"),
    s("show", "show ${1:summary} {\n  $0\n}", "what is shown"),
    s("until", "until ${1:condition}", "ends the wait"),
    s("remind", "remind every ${1:1d}", "reminds"),
    s("by", "by: ${1:role}", "who may answer"),
    s("feedback", "feedback info \"$1\"", "tells those who wait"),
];

const CHILD: &[Snippet] = &[
    s("icon", "icon: ${1:Network}", "a Lucide icon"),
    s("for", "for ${1:x} in ${2:list} key ${1:x}.${3:id} at most ${4:10} at once", "one for each element"),
    s("run", "run ${1:runbook}($0)", "which runbook"),
    s("within", "within ${1:1d} else fail \"${2:It took too long.}\"", "how long it may take"),
    s("on failure", "on failure ${1|collect,skip,fail|}", "what a failure means"),
];

const AGENT: &[Snippet] = &[
    s("icon", "icon: ${1:Bot}", "a Lucide icon"),
    s("use", "use: ${1:agent}", "which agent"),
    s("send", "send { text: \"$1\" }", "what it is given"),
    s("expect", "expect ${1:text}", "what it must answer"),
    s("within", "within ${1:30m}", "how long it may take"),
    s("on failure", "on failure ${1|skip,fail|}", "what a failure means"),
];

const SCENARIO: &[Snippet] = &[
    s("given", "given { $0 }", "the input"),
    s("config", "config { $0 }", "settings"),
    s("start", "start ${1:2026-01-05T08:00}", "when it starts"),
    s("tenant", "tenant \"${1:acme-fund}\"", "whose run it is"),
    s("entity", "entity \"${1:acme-spv1}\"", "whose run it is"),
    s("mock", "mock ${1:capability} => $0", "what is answered"),
    s("mock fails", "mock ${1:capability} fails \"${2:down}\" ${3:1} times", "what fails"),
    s("signal", "signal ${1:name} { $0 }", "a signal comes"),
    s("after", "after ${1:1h} signal ${2:name} { $0 }", "a signal comes"),
    s("after cancel", "after ${1:1h} cancel", "the run is cancelled"),
    s("at", "at ${1:review} approve by \"${2:ana}\" as ${3:role}", "somebody acts"),
    s("expect completed", "expect completed with { $0 }", "it ends well"),
    s("expect failed", "expect failed at ${1:step} \"$2\"", "it fails"),
    s("expect open", "expect open ${1:step}", "something waits"),
    s("expect never", "expect never ${1:step}", "something never runs"),
    s("expect calls", "expect calls [${1:capability}]", "calls in order"),
    s("expect call", "expect call ${1:capability} ${2:1} with { $0 }", "the arguments of a call"),
];

const WORKFLOW: &[Snippet] = &[
    s("runbook", "runbook: ${1:name}", "which runbook"),
    s("tenant", "tenant: \"$1\"", "the tenant"),
    s("entity", "entity: \"$1\"", "the entity"),
    s("schedule", "schedule: \"${1:0 8 5 * *}\"", "when it starts: minute hour day month weekday"),
    s("zone", "zone: \"${1:Europe/London}\"", "the time zone"),
    s("overlap", "overlap: ${1|skip,queue,beside|}", "what happens while one still runs"),
    s("catch_up", "catch_up: ${1:1d}", "how late it may still start"),
    s("pin", "pin: \"$1\"", "one version"),
    s("with", "with: { $0 }", "the input"),
];

const CAPABILITY: &[Snippet] = &[
    s("queue", "queue: \"$1\"", "where a worker listens"),
    s("activity", "activity: \"$1\"", "the name it is registered under"),
    s("program", "program: \"$1\"", "a program of the project"),
    s("retry", "retry: { attempts: ${1:5}, first: ${2:1s}, factor: ${3:2}, max: ${4:1m} }", "how often it is tried"),
    s("within", "within ${1:5m}", "how long one attempt may take"),
    s("quick", "quick: true", "without effects, at most 2s"),
];

const AGENT_DECL: &[Snippet] = &[
    s("kind", "kind: ${1:claude_managed}", "how it is reached"),
    s("ref", "ref: \"$1\"", "which one"),
    s("program", "program: \"$1\"", "a program of the project"),
];

/// What may begin a line.
pub(super) fn at(start: Start) -> Vec<&'static Snippet> {
    let groups: &[&'static [Snippet]] = match start {
        Start::File => &[FILE],
        Start::Runbook => &[RUNBOOK, BLOCKS, STATEMENTS],
        Start::Body => &[STEP, STATEMENTS, BLOCKS],
        Start::Block(BlockKind::Approve) => &[APPROVE],
        Start::Block(BlockKind::Await) => &[AWAIT],
        Start::Block(BlockKind::Child) => &[CHILD],
        Start::Block(BlockKind::Agent) => &[AGENT],
        Start::Block(BlockKind::Step) => &[STEP, STATEMENTS, BLOCKS],
        Start::Scenario => &[SCENARIO],
        Start::Workflow => &[WORKFLOW],
        Start::Capability => &[CAPABILITY],
        Start::Agent => &[AGENT_DECL],
        Start::Fields => &[],
    };
    groups.iter().flat_map(|group| group.iter()).collect()
}

/// The text of a snippet without its places to fill in.
pub(crate) fn plain(insert: &str) -> String {
    let mut out = String::new();
    let mut chars = insert.chars().peekable();
    let mut depth = 0_u32;
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '$' => {
                let open = chars.next_if_eq(&'{').is_some();
                while chars.next_if(char::is_ascii_digit).is_some() {}
                if open {
                    depth += 1;
                    if chars.next_if_eq(&'|').is_some() {
                        let choices: String = chars.by_ref().take_while(|c| *c != '|').collect();
                        out.push_str(choices.split(',').next().unwrap_or_default());
                    } else {
                        chars.next_if_eq(&':');
                    }
                }
            }
            '}' if depth > 0 && chars.peek() != Some(&'}') => depth -= 1,
            c => out.push(c),
        }
    }
    out
}

/// A text as it stands in a snippet.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(c, '$' | '}' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
