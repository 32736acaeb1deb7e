use ntro_ide::Completion;

use crate::fixture::{INGEST, fixture};

/// The main file of the project with one line more inside the step `counted`, and what is offered there.
fn offered(replaced: &str, by: &str) -> Vec<Completion> {
    assert!(INGEST.contains(replaced), "{replaced}");
    let found = fixture(&INGEST.replacen(replaced, by, 1));
    found.analysis.completion(&found.path, found.offset).unwrap()
}

fn labels(all: &[Completion], sort: u8) -> Vec<&str> {
    all.iter().filter(|one| one.sort <= sort).map(|one| one.label.as_str()).collect()
}

fn has(all: &[Completion], label: &str) -> bool {
    all.iter().any(|one| one.label == label)
}

#[test]
fn fields_stand_behind_a_dot() {
    let all = offered("l.status == open", "l.$0");
    assert_eq!(labels(&all, 1), ["id", "amount", "status"]);
    let all = offered("review.value.filter(l => l.status == open)", "review.$0");
    assert!(has(&all, "comment") && has(&all, "value") && has(&all, "decision"), "{:?}", labels(&all, 9));
}

#[test]
fn functions_that_fit_stand_behind_a_dot() {
    let all = offered("open.count()", "open.$0");
    let filter = all.iter().find(|one| one.label == "filter").expect("lists can be filtered");
    assert_eq!((filter.insert.as_str(), filter.plain.as_str()), ("filter(${1:x} => $0)", "filter(x => )"));
    assert!(!has(&all, "upper"), "a list is no text");
}

#[test]
fn what_may_follow_a_rejection_a_limit_and_a_condition() {
    let words = |replaced, by| offered(replaced, by).into_iter().map(|one| one.label).collect::<Vec<_>>();
    assert_eq!(words("on reject fail", "on reject $0fail"), ["fail", "skip", "rework"]);
    assert_eq!(
        words("within 24h else escalate to", "within 24h else $0escalate to"),
        ["fail", "skip", "escalate", "rework", "approve", "reject"]
    );
    let required = "    require open.count() > 0 else $0\n    return open.count()";
    assert_eq!(words("    return open.count()", required), ["fail", "refuse"]);
    // The same word in an expression means a value.
    let all = offered("return open.count()", "return if true then 1 else $0");
    assert!(has(&all, "open"));
}

#[test]
fn currencies_stand_inside_of_money() {
    let all = offered("amount: money", "amount: money<$0>");
    assert_eq!(all.first().map(|one| one.label.as_str()), Some("GBP"));
    assert!(!has(&all, "Line"));
}

#[test]
fn values_of_what_is_expected_come_first() {
    let all = offered("l.status == open", "l.status == $0");
    assert_eq!(&labels(&all, 0)[..2], ["open", "closed"]);
}

#[test]
fn names_in_sight_are_offered_and_later_ones_are_not() {
    let all = offered("return open.count()", "return $0");
    for name in ["open", "lines", "review", "source", "period"] {
        assert!(has(&all, name), "{name}");
    }
    assert!(!has(&all, "counted"), "a step has no value inside itself");
}

#[test]
fn holes_of_texts_know_the_names() {
    let all = offered("{{ period }}", "{{ $0 }}");
    assert!(has(&all, "source") && has(&all, "lines"));
    assert!(offered("Lines of", "Lines $0 of").is_empty(), "plain text needs no names");
}

#[test]
fn capabilities_bring_their_arguments() {
    let all = offered("run ledger.read(source)", "run $0");
    let read = all.iter().find(|one| one.label == "ledger.read").unwrap();
    assert_eq!((read.insert.as_str(), read.sort), ("ledger.read(${1:source})", 0));
    assert!(has(&all, "files.parse"), "what the language brings too");
    let all = offered("run ledger.read(source)", "run ledger.re$0(source)");
    let read = all.iter().find(|one| one.label == "ledger.read").unwrap();
    assert_eq!(read.insert, "ledger.read", "the brackets are there");
    assert_eq!(read.span.end - read.span.start, "ledger.re".len() as u32);
}

#[test]
fn arguments_are_offered_by_name() {
    let all = offered("run ledger.read(source)", "run ledger.read(source, $0)");
    let limit = all.iter().find(|one| one.label == "limit").unwrap();
    assert_eq!(limit.insert, "limit: $0");
    assert!(!all.iter().any(|one| one.insert == "source: $0"), "it is given already");
}

#[test]
fn words_of_the_language_fit_their_place() {
    let all = offered("  step counted", "  $0\n\n  step counted");
    assert!(has(&all, "approve") && has(&all, "await") && !has(&all, "runbook"), "{:?}", labels(&all, 9));
    let all = offered("by:   accountant", "by:   accountant\n    $0");
    assert!(has(&all, "on reject") && has(&all, "quorum") && !has(&all, "step"), "{:?}", labels(&all, 9));
    let all = offered("expect completed", "$0");
    assert!(has(&all, "mock") && has(&all, "expect failed"));
    let all = offered("role accountant, manager", "role accountant, manager\n$0");
    assert!(has(&all, "runbook") && has(&all, "type") && !has(&all, "step"));
}

#[test]
fn roles_icons_types_and_signals() {
    assert_eq!(labels(&offered("by:   accountant", "by:   $0"), 0), ["accountant", "manager"]);
    assert!(has(&offered("by:   accountant", "by: accountant\n    icon: $0"), "FileSearch"));
    let all = offered("amount: money", "amount: $0");
    assert!(has(&all, "money") && has(&all, "Status"));
    let all = offered("  step counted", "  await got \"Got\" {\n    on $0\n  }\n\n  step counted");
    assert!(has(&all, "document_submitted"));
}

#[test]
fn a_type_of_another_file_brings_its_import() {
    let all = offered("output: int", "output: $0");
    let status = all.iter().find(|one| one.label == "Status").unwrap();
    assert_eq!(status.additional[0].text, ", Status");
    assert_eq!(status.detail, "from ./types.ntro");
}

#[test]
fn scenarios_know_steps_and_fields() {
    let all = offered("at review approve", "at $0 approve");
    assert!(has(&all, "review"), "{:?}", labels(&all, 9));
    let all = offered("given { source: \"bank\", period: 2026-03 }", "given { source: \"bank\", $0 }");
    assert!(has(&all, "period"), "{:?}", labels(&all, 9));
}

#[test]
fn nothing_is_offered_in_comments() {
    assert!(offered("output: int", "output: int // $0").is_empty());
}

#[test]
fn what_a_line_wants_next() {
    let words = |replaced: &str, by: &str| {
        let all = offered(replaced, by);
        all.into_iter().filter(|one| one.sort == 0).map(|one| one.label).collect::<Vec<_>>()
    };
    let upload = |inside: &str| format!("  await got \"Got\" {{\n    {inside}\n  }}\n\n  step counted");
    assert!(words("  step counted", &upload("ask file_upload { accept: [$0] }")).contains(&"pdf".to_owned()));
    assert!(words("  step counted", &upload("ask file_upload { accept: [csv, x$0] }")).contains(&"xlsx".to_owned()));
    assert_eq!(words("  step counted", &upload("ask file_upload { max_size: $0 }")), ["10MB", "50MB", "100MB"]);
    assert_eq!(words("  step counted", &upload("on document_submitted $0")), ["where", "from"]);
    assert_eq!(words("  step counted", &upload("remind $0")), ["every"]);
    assert_eq!(words("by:   accountant", "by: [accountant, $0]"), ["accountant", "manager"]);
    assert_eq!(words("by:   accountant", "by: if true then $0 else manager"), ["accountant", "manager"]);
    assert_eq!(words("within 24h else escalate to manager", "within 2 $0 else escalate to manager"), ["working days"]);
    assert_eq!(words("escalate to manager within 2d", "escalate to manager $0"), ["within"]);
    assert_eq!(words("on reject fail", "on reject rework from lines $0"), ["at most", "because"]);
    assert_eq!(words("on reject fail", "on reject rework from lines at most 2 $0"), ["times"]);
    assert_eq!(words("import { Line } from \"./types.ntro\"", "import { Line } $0"), ["from"]);
    assert_eq!(words("at review approve by", "at review approve $0by")[..2], ["by", "as"]);
    assert_eq!(words("mock ledger.read =>", "mock ledger.read $0"), ["=>", "fails", "for"]);
    assert_eq!(words("expect completed", "after 1h $0"), ["signal", "cancel", "at", "expect"]);
    assert!(words("within 24h", "within $0").contains(&"2 working days".to_owned()));
    assert_eq!(words("limit: int = 10", "limit: money<GBP> = 10 $0")[..2], ["GBP", "EUR"]);
}

#[test]
fn a_gate_knows_its_own_actions() {
    let gate = "on reject fail \"No: {{ review.comment ?? '' }}\"";
    let all = offered(gate, "actions { approve \"Yes\", hold \"Later\" }\n    on $0");
    assert_eq!(labels(&all, 0), ["reject", "edit", "reject_row", "failure", "hold"]);
    let all = offered(gate, "actions { $0 }");
    assert_eq!(labels(&all, 0), ["approve", "reject", "edit", "hold"]);
}

#[test]
fn what_repeats_inside_of_a_text_knows_its_element() {
    let text = "let said = \"\"\"\n      {% for one in review.value %}\n      - {{ one.$0 }}\n      {% endfor %}\n      \"\"\"\n    let open =";
    assert_eq!(labels(&offered("let open =", text), 1), ["id", "amount", "status"]);
    let tags = offered("let open =", "let said = \"{% $0 %}\"\n    let open =");
    assert_eq!(labels(&tags, 0), ["for", "if", "elif", "else", "endfor", "endif"]);
}

#[test]
fn cases_are_offered_before_their_arrows_are_there() {
    let all =
        offered("return open.count()", "return open.map(l => match l.status {\n      o$0\n      closed => 2\n    })");
    assert_eq!(labels(&all, 0), ["open", "closed"], "{all:?}");
}

#[test]
fn how_values_are_written() {
    let all = offered("let open =", "let month: period = $0\n    let open =");
    let month = all.iter().find(|one| one.label == "2026-01").unwrap();
    assert_eq!((month.insert.as_str(), month.sort), ("${1:2026-01}", 1));
    let all = offered("open.count()", "open.all($0)");
    assert_eq!(all[0].plain, "x => x");
}

#[test]
fn a_scenario_can_mock_what_the_file_of_its_runbook_has() {
    let mut text = INGEST.replace(
        "from \"./types.ntro\"\n",
        "from \"./types.ntro\"\nagent helper { kind: claude_managed, ref: \"a\" }\n",
    );
    text.push_str("//- scenarios.ntro\nscenario \"more\" for ingest {\n  mock $0 => 1\n}\n");
    let found = fixture(&text);
    let all = found.analysis.completion(&found.path, found.offset).unwrap();
    assert!(has(&all, "helper") && has(&all, "ledger.read"), "{:?}", labels(&all, 9));
}

#[test]
fn time_zones_and_schedules_are_offered_in_their_quotes() {
    let found = fixture("workflow w { runbook: r, zone: \"Europe/Lo$0\", schedule: \"\" }\n");
    let all = found.analysis.completion("main.ntro", found.offset).unwrap();
    let london = all.iter().find(|one| one.label == "Europe/London").expect("all zones are there");
    assert_eq!(london.span.end - london.span.start, "Europe/Lo".len() as u32, "what is written is replaced");
    let found = fixture("workflow w { runbook: r, schedule: \"$0\" }\n");
    let all = found.analysis.completion("main.ntro", found.offset).unwrap();
    let monthly = all.iter().find(|one| one.label == "0 8 5 * *").unwrap();
    assert_eq!(monthly.detail, "At 08:00 on day 5 of every month.");
}

/// A scenario of another file with a line, and what is offered there.
fn played(line: &str) -> Vec<String> {
    let text = format!(
        "//- main.ntro
role clerk
signal more {{ count: int }}
capability stock.take(item: text, count: int) -> text {{ queue: \"q\" }}
agent helper {{ kind: claude_managed, ref: \"a\" }}
enum Kind {{ small, large }}
runbook order \"Order\" {{
  input {{ period: period, kind: Kind }}
  output: text
  await asked \"Ask\" {{ ask form {{ why: text \"Why?\" }}  within 1d else fail \"No.\" }}
  approve check \"Check\" {{
    by: clerk
    actions {{ approve \"Yes\", hold \"Wait\" }}
    within 1d else fail \"Late.\"
    on hold fail \"It waits.\"
  }}
  agent helped \"Help\" {{ use: helper  send {{ text: \"a\" }}  expect text  within 1h  on failure fail \"No.\" }}
  step taken \"Take\" {{ run stock.take(item: asked.why, count: 1) }}
  return taken
}}
//- scenarios.ntro
scenario \"s\" for order {{
  {line}
}}
"
    );
    let found = fixture(&text);
    let all = found.analysis.completion(&found.path, found.offset).unwrap();
    all.into_iter().filter(|one| one.sort < 2).map(|one| one.label).collect()
}

#[test]
fn a_scenario_knows_what_its_runbook_can_name() {
    assert_eq!(played("expect call stock.take with { $0 }"), ["item", "count"]);
    assert_eq!(played("expect call helper with { $0 }"), ["text"]);
    assert_eq!(played("at check $0 by \"ana\" as clerk"), ["approve", "hold", "for"]);
    assert_eq!(played("at check action $0"), ["approve", "hold"]);
    assert_eq!(played("at asked submit { $0 }"), ["why"]);
    assert!(played("signal $0 { }").contains(&"more".to_owned()));
    assert_eq!(played("given { $0 }"), ["period", "kind"]);
    assert_eq!(played("given { period: $0 }")[0], "2026-01");
    assert_eq!(played("given { kind: $0 }")[..2], ["small", "large"]);
    assert!(played("at ch$0~2 approve").contains(&"check".to_owned()));
    assert_eq!(played("expect 2 $0"), ["calls"]);
    assert_eq!(played("expect call stock.take $0"), ["with"]);
    assert_eq!(played("mock stock.take => \"a\" $0"), ["then"]);
    assert_eq!(played("at check approve\n    by \"ana\",\n  hold $0")[..2], ["by", "as"]);
}

#[test]
fn what_goes_on_with_a_line_is_offered() {
    let words = |replaced, by| offered(replaced, by).into_iter().map(|one| one.label).collect::<Vec<_>>();
    let step = "  step counted \"Count\" {";
    assert_eq!(words(step, "  step counted \"Count\" $0 {"), ["when", "within"]);
    let body = "    return open.count()";
    assert_eq!(words(body, "    let x = if open.count() > lines.count() $0\n    return 1"), ["then", "and", "or"]);
    assert_eq!(words(body, "    if true { fail \"x\" } $0\n    return 1"), ["else", "else if"]);
    assert_eq!(words(body, "    require open.any(l => true) $0\n    return 1"), ["and", "or", "else"]);
    assert!(words(body, "    let x = $0\n    return 1").contains(&"run".to_owned()));
    assert!(!words(body, "    let x = 1 + $0\n    return 1").contains(&"run".to_owned()));
    assert_eq!(words(body, "    emit $0 { }\n    return 1"), [""; 0]);
}

#[test]
fn records_that_are_always_the_same_are_offered() {
    let of = |text: &str| {
        let found = fixture(text);
        let all = found.analysis.completion(&found.path, found.offset).unwrap();
        all.into_iter().map(|one| one.label).collect::<Vec<_>>()
    };
    assert_eq!(of("capability a.b() { retry: { $0 } }\n"), ["attempts", "first", "factor", "max"]);
    assert_eq!(of("enum E { a, b }\ntype T { e: E = $0 }\n")[..2], ["a", "b"]);
}
