//! Definition, references, highlights, rename, call hierarchy, linked editing.

use crate::fixture::{Fixture, INGEST, fixture, ingest_at};

fn definition(found: &Fixture) -> Vec<String> {
    let targets = found.analysis.definition(&found.path, found.offset).unwrap();
    targets.iter().map(|target| found.show(&target.place.file, target.place.span)).collect()
}

fn references(found: &Fixture) -> Vec<String> {
    let places = found.analysis.references(&found.path, found.offset, true).unwrap();
    places.iter().map(|place| found.show(&place.file, place.span)).collect()
}

#[test]
fn names_lead_to_their_declarations() {
    let of = |words: &str, nth: usize, inside: usize| definition(&ingest_at(words, nth, inside));
    assert_eq!(
        of("run ledger.read", 0, 6),
        ["main.ntro:3: capability [ledger.read](source: text, limit: int = 10) -> list<Line> { queue: \"ledger\" }"]
    );
    assert_eq!(of("list<Line>", 0, 6), ["types.ntro:2: type [Line] {"]);
    assert_eq!(of("rows: lines", 0, 7), ["main.ntro:12: step [lines] \"Read the lines\" { run ledger.read(source) }"]);
    assert_eq!(of("key: id", 0, 5), ["types.ntro:3: [id]:     text"]);
    assert_eq!(of("[amount]", 0, 1), ["types.ntro:5: [amount]: money"]);
    assert_eq!(of("l.status == open", 0, 0), ["main.ntro:22: let open = review.value.filter([l] => l.status == open)"]);
    assert_eq!(of("l.status == open", 0, 3), ["types.ntro:6: [status]: Status"]);
    assert_eq!(of("l.status == open", 0, 13), ["types.ntro:8: enum Status { [open], closed }"]);
    assert_eq!(of("open.count", 0, 1), ["main.ntro:22: let [open] = review.value.filter(l => l.status == open)"]);
    assert_eq!(of("return counted", 0, 8), ["main.ntro:21: step [counted] \"Count\" {"]);
    assert_eq!(of("by:   accountant", 0, 8), ["types.ntro:9: role [accountant], manager"]);
    assert_eq!(of("escalate to manager", 0, 13), ["types.ntro:9: role accountant, [manager]"]);
    assert_eq!(of("for ingest", 0, 5), ["main.ntro:5: runbook [ingest] \"Ingest\" {"]);
    assert_eq!(of("at review", 0, 4), ["main.ntro:14: approve [review] \"Review {{ source }}\" {"]);
    assert_eq!(
        of("mock ledger", 0, 6),
        ["main.ntro:3: capability [ledger.read](source: text, limit: int = 10) -> list<Line> { queue: \"ledger\" }"]
    );
    assert_eq!(of("import { Line", 0, 10), ["types.ntro:2: type [Line] {"]);
    assert_eq!(of("./types.ntro", 0, 3), ["types.ntro:1: []/// One line of a statement."]);
    assert_eq!(of("in {{ period }}", 0, 7), ["main.ntro:8: [period]: period"]);
}

#[test]
fn the_type_of_a_value_leads_to_its_declaration() {
    let found = ingest_at("rows: lines", 0, 7);
    let targets = found.analysis.type_definition(&found.path, found.offset).unwrap();
    assert_eq!(found.show(&targets[0].place.file, targets[0].place.span), "types.ntro:2: type [Line] {");
}

#[test]
fn uses_are_found_in_texts_and_scenarios_too() {
    let found = references(&ingest_at("source: text   ", 0, 2));
    insta::assert_snapshot!(found.join("\n"), @r#"
    main.ntro:7: [source]: text   /// where it comes from
    main.ntro:12: step lines "Read the lines" { run ledger.read([source]) }
    main.ntro:14: approve review "Review {{ [source] }}" {
    main.ntro:16: show data_table { title: "Lines of {{ [source] }} in {{ period }}", rows: lines, key: id, editable: [amount] }
    main.ntro:17: within 24h else escalate to manager within 2d else fail "Nobody reviewed {{ [source] }}."
    main.ntro:30: given { [source]: "bank", period: 2026-03 }
    "#);
    let found = references(&ingest_at("status: Status", 0, 2));
    insta::assert_snapshot!(found.join("\n"), @r#"
    main.ntro:22: let open = review.value.filter(l => l.[status] == open)
    main.ntro:31: mock ledger.read => [{ id: "1", amount: 2 GBP, [status]: open }]
    types.ntro:6: [status]: Status
    "#);
}

fn rename(found: &Fixture, name: &str) -> String {
    match found.analysis.rename(&found.path, found.offset, name).unwrap() {
        Ok(edits) => found.edited(&edits),
        Err(refused) => format!("refused: {}", refused.0),
    }
}

#[test]
fn another_name_is_written_everywhere() {
    let expected = |from: &str, to: &str| INGEST.replace(from, to);
    let found = rename(&ingest_at("approve review", 0, 10), "look");
    let mut wanted =
        expected("approve review", "approve look").replace("review.", "look.").replace("at review", "at look");
    wanted = wanted.split_once("//- main.ntro").map(|(_, main)| format!("//- main.ntro{main}")).unwrap();
    assert_eq!(found, wanted);
}

#[test]
fn the_short_form_keeps_what_is_not_renamed() {
    let found = rename(&ingest_at("source: text   ", 0, 2), "origin");
    assert!(found.contains("run ledger.read(source: origin)"), "{found}");
    assert!(found.contains("given { origin: \"bank\""), "{found}");
    let found = rename(&ingest_at("read(source: text", 0, 6), "from_where");
    assert!(found.contains("run ledger.read(from_where: source)"), "{found}");
}

#[test]
fn a_name_that_would_mean_something_else_is_refused() {
    let refused = rename(&ingest_at("approve review", 0, 10), "lines");
    assert!(refused.starts_with("refused: With this name something else would be meant"), "{refused}");
    assert_eq!(
        rename(&ingest_at("approve review", 0, 10), "2nd"),
        "refused: `2nd` cannot be a name: write letters, digits and `_`, and begin with a letter."
    );
    assert_eq!(rename(&ingest_at("approve review", 0, 10), "return"), "refused: `return` is a word of the language.");
    assert_eq!(
        rename(&ingest_at("open.count()", 0, 6), "x"),
        "refused: This is part of the language; it cannot be renamed."
    );
}

#[test]
fn highlights_stay_in_the_file() {
    let found = ingest_at("open.count", 0, 1);
    let all = found.analysis.document_highlights(&found.path, found.offset).unwrap();
    assert_eq!(all.len(), 2);
    let linked = found.analysis.linked_editing(&found.path, found.offset).unwrap();
    assert_eq!(linked, all.iter().map(|highlight| highlight.span).collect::<Vec<_>>());
}

#[test]
fn children_are_calls() {
    let found = fixture(
        r#"runbook inner$0 "Inner" {
  input { key: text }
  step a "A" { fail "no" }
}
runbook outer "Outer" {
  child one "One" { run inner(key: "a") }
  child two "Two" { run inner(key: "b") }
}
"#,
    );
    let item = found.analysis.prepare_call_hierarchy(&found.path, found.offset).unwrap().unwrap();
    let incoming = found.analysis.incoming_calls(&item).unwrap();
    assert_eq!(incoming.len(), 1);
    assert_eq!((incoming[0].item.name.as_str(), incoming[0].places.len()), ("outer", 2));
    let outgoing = found.analysis.outgoing_calls(&incoming[0].item).unwrap();
    assert_eq!(outgoing.iter().map(|call| call.item.name.as_str()).collect::<Vec<_>>(), ["inner"]);
}

#[test]
fn a_moved_file_takes_its_imports_along() {
    let found = fixture(INGEST);
    let edits = found.analysis.file_renamed("types.ntro", "shared/types.ntro").unwrap();
    assert!(found.edited(&edits).contains("from \"./shared/types.ntro\""));
    let edits = found.analysis.file_renamed("main.ntro", "flows/main.ntro").unwrap();
    assert!(found.edited(&edits).contains("from \"../types.ntro\""));
}

#[test]
fn a_scenario_of_another_file_names_what_its_runbook_does() {
    let text = "//- main.ntro
signal recovered { service: text }
capability traffic.drain(service: text) -> text { queue: \"traffic\" }
agent helper { kind: claude_managed, ref: \"a\" }
runbook mend \"Mend\" {
  output: text
  await mended \"Wait\" {
    on recovered
    within 1h else fail \"No.\"
  }
  step drained \"Drain\" { run traffic.drain(mended.service) }
  return drained
}
//- scenarios.ntro
scenario \"mended\" for mend {
  mock $0traffic.drain => \"x\"
  signal recovered { service: \"a\" }
  expect 1 calls traffic.drain
}
";
    let found = fixture(text);
    assert_eq!(references(&found).len(), 4, "{:?}", references(&found));
    let found = fixture(&text.replace("$0", "").replace("  signal recovered", "  signal $0recovered"));
    assert_eq!(references(&found).len(), 3, "{:?}", references(&found));
    let edits = found.analysis.rename(&found.path, found.offset, "healthy_again").unwrap();
    let edited = found.edited(&edits.unwrap());
    assert_eq!(edited.matches("healthy_again").count(), 3, "{edited}");
}
