use ntro_ide::CodeAction;

use crate::fixture::{Fixture, fixture};

fn actions(found: &Fixture) -> Vec<CodeAction> {
    found.analysis.code_actions(&found.path, found.range).unwrap()
}

fn does(text: &str, title: &str) -> String {
    let found = fixture(text);
    let all = actions(&found);
    let action = all.iter().find(|action| action.title == title);
    let action = action.unwrap_or_else(|| panic!("there is {:?}", all.iter().map(|a| &a.title).collect::<Vec<_>>()));
    found.edited(&action.edits)
}

#[test]
fn a_message_brings_its_edit() {
    let text =
        "runbook r \"R\" {\n  input { amount: int }\n  step s \"S\" { require amuont$0 > 1 else fail \"x\" }\n}\n";
    assert_eq!(does(text, "Write `amount`"), "//- main.ntro\n".to_owned() + &text.replace("amuont$0", "amount"));
}

#[test]
fn a_wait_gets_its_limit() {
    let text = "runbook r \"R\" {\n  await got$0 \"Got\" {\n    on document_submitted\n  }\n}\n";
    insta::assert_snapshot!(does(text, "Add a limit of 24 hours"));
}

#[test]
fn the_cases_that_are_missing_are_written() {
    let text = "enum Kind { a, b, c }\nrunbook r \"R\" {\n  input { kind: Kind }\n  step s \"S\" {\n    match k$0ind {\n      a { fail \"x\" }\n    }\n  }\n}\n";
    insta::assert_snapshot!(does(text, "Add the missing cases"));
    let text = "enum Kind { a, b, c }\nfn f(kind: Kind) -> int = match k$0ind { a => 1, b => 2 }\n";
    insta::assert_snapshot!(does(text, "Add the missing case"));
}

#[test]
fn a_new_case_yields_what_the_others_do() {
    let of = |ty: &str, value: &str| {
        let text = format!("enum Kind {{ a, b }}\nfn f(kind: Kind) -> {ty} = match k$0ind {{ a => {value} }}\n");
        does(&text, "Add the missing case")
    };
    assert!(of("text", "\"x\"").ends_with("{ a => \"x\", b => \"\" }\n"), "{}", of("text", "\"x\""));
    assert!(of("money<GBP>", "5 GBP").ends_with("{ a => 5 GBP, b => 0 GBP }\n"), "{}", of("money<GBP>", "5 GBP"));
}

#[test]
fn a_rejection_gets_what_follows() {
    let text = "role boss\nrunbook r \"R\" {\n  input { x: text }\n  approve rev$0iew \"Review\" {\n    by: boss\n    show text { title: \"X\", value: x }\n    within 24h else fail \"Late.\"\n  }\n}\n";
    let mended = does(text, "End the run when it is rejected");
    assert!(mended.contains("    on reject fail \"Rejected: {{ review.comment }}\"\n  }\n"), "{mended}");
    let again = fixture(&mended.replace("approve review", "approve rev$0iew"));
    assert!(again.analysis.diagnostics("main.ntro").unwrap().iter().all(|one| one.code != "N0403"));
}

#[test]
fn a_call_becomes_a_step() {
    let text = "capability a.b(x: text) -> text { queue: \"q\" }\nrunbook r \"R\" {\n  input { x: text }\n  output: text\n  step s \"S\" {\n    let first_part = run$0 a.b(x)\n    return first_part\n  }\n  return s\n}\n";
    insta::assert_snapshot!(does(text, "Extract `first_part` into a step of its own"));
}

#[test]
fn a_record_gets_a_type() {
    let text = "runbook r \"R\" {\n  input { x: text }\n  step s \"S\" {\n    let one$0 = { name: x, count: 1 }\n    require one.count > 0 else fail one.name\n  }\n}\n";
    let text = text.replace("fail one.name", "fail \"{{ one.name }}\"");
    insta::assert_snapshot!(does(&text, "Extract the type `One`"));
}
