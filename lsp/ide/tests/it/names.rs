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
    assert!(
        refused.starts_with("refused: With this name there would be a mistake: The name `lines` is taken"),
        "{refused}"
    );
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

const STOCK: &str = "//- main.ntro
role clerk
capabilities stock { queue: \"q\", take(item: text, count: int) -> text, put(item: text) }
runbook order \"Order\" {
  input { item: text, count: int }
  output: text
  approve check \"Check\" {
    by: clerk
    show text { title: \"Order\", value: item }
    actions { approve \"It is right\", hold \"Wait\" }
    within 1d else fail \"Late.\"
    on hold { }
  }
  step taken \"Take\" {
    require check.decision != hold else fail \"It waits.\"
    run stock.take(item, count)
  }
  return taken
}
//- scenarios.ntro
scenario \"it waits\" for order {
  given { item: \"a\", count: 2 }
  at check hold by \"ana\" as clerk
  expect 0 calls stock.take
}
scenario \"it is taken\" for order {
  given { item: \"a\", count: 2 }
  at check approve by \"ana\" as clerk
  expect call stock.take with { item: \"a\", count: 2 }
}
";

fn renamed_at(words: &str, inside: usize, name: &str) -> String {
    let at = STOCK.find(words).unwrap() + inside;
    rename(&fixture(&format!("{}$0{}", &STOCK[..at], &STOCK[at..])), name)
}

#[test]
fn a_decision_of_a_gate_is_renamed_where_somebody_makes_it() {
    let found = renamed_at("hold \"Wait\"", 1, "wait_first");
    assert_eq!(found.matches("wait_first").count(), 4, "{found}");
    assert!(!found.contains("hold"), "{found}");
    let found = renamed_at("approve \"It is right\"", 1, "agree");
    assert_eq!(found, "refused: There is no name here that could be renamed.");
}

#[test]
fn a_group_of_capabilities_is_renamed_wherever_one_of_them_is_called() {
    let found = renamed_at("stock {", 1, "store");
    assert_eq!((found.matches("store.take").count(), found.matches("stock").count()), (3, 0), "{found}");
    assert_eq!(renamed_at("stock.take(item", 2, "store"), found, "from where it is called, too");
    let found = renamed_at("stock.take(item", 8, "fetch");
    assert_eq!(found.matches("stock.fetch").count(), 3, "{found}");
}

#[test]
fn arguments_that_a_scenario_expects_are_renamed() {
    let found = renamed_at("take(item: text", 6, "article");
    assert!(found.contains("run stock.take(article: item, count)"), "{found}");
    assert!(found.contains("expect call stock.take with { article: \"a\", count: 2 }"), "{found}");
}

#[test]
fn records_that_are_taken_as_one_another_keep_their_names_in_step() {
    let text = "type Bank { iban: text, holder: text }
type Known { iban$0: text, holder: text, since: date }
fn shortened(known: Known) -> Bank = { iban: known.iban, holder: known.holder }
runbook r \"R\" {
  input { known: Known }
  output: Bank
  step s \"S\" {
    let bank = { iban: known.iban, holder: known.holder }
    return bank
  }
  return s
}
";
    let found = rename(
        &fixture(&text.replace("iban$0: text", "iban: text").replacen("iban: text", "iban$0: text", 1)),
        "number",
    );
    assert!(found.contains("type Bank { number: text, holder: text }"), "{found}");
    assert!(found.contains("let bank = { number: known.iban, holder: known.holder }"), "{found}");
    assert!(found.contains("type Known { iban: text"), "another record keeps its own: {found}");
}

#[test]
fn a_name_that_a_call_would_take_for_an_argument_is_refused() {
    let text = "fn f(a: int) -> int = a
capability c.d(a: int, b: int = 1) -> int { queue: \"q\" }
runbook r \"R\" {
  input { one$0: int }
  output: int
  step s \"S\" { run c.d(one) }
  return s
}
";
    let refused = rename(&fixture(text), "b");
    assert!(refused.starts_with("refused: With this name"), "{refused}");
}
