use std::sync::Arc;

use ntro_compiler::diff::{About, diff};
use ntro_ide::CodeAction;
use ntro_ir::Program;

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

/// What an action makes of a text, of which nothing may be said that was not said before.
fn made(text: &str, title: &str) -> String {
    let told = |text: &str| {
        let found = fixture(text);
        let all = found.analysis.diagnostics("main.ntro").unwrap();
        all.iter().map(|one| format!("{} {}", one.code, one.message)).collect::<Vec<_>>()
    };
    let made = does(text, title);
    let made = made.strip_prefix("//- main.ntro\n").unwrap().to_owned();
    let before = text.replace("$0", "").replace("$1", "");
    assert_eq!(told(&made), told(&before), "{made}");
    // Whoever runs it, answers it or reads its result sees the same. What differs is that a step was added, and which one calls; where a type
    // got a name, that it has one, and that a result is named before it is returned.
    let changes = diff(&program(&before), &program(&made));
    let steps = [About::StepAdded, About::Body, About::Capability];
    let expected = if title.starts_with("Extract the type") { &[About::Other, About::Body][..] } else { &steps[..] };
    let other: Vec<_> = changes.iter().filter(|change| !expected.contains(&change.about)).collect();
    assert!(other.is_empty(), "{other:#?}");
    made
}

fn program(text: &str) -> Arc<Program> {
    let sources = std::iter::once(("main.ntro".to_owned(), Arc::from(text))).collect();
    ntro_compiler::check(&sources).runbooks["r"].program.clone()
}

/// A runbook with a step of these lines.
fn step(head: &str, lines: &str) -> String {
    let lines = lines.trim_end().replace('\n', "\n    ");
    format!(
        "type Bill {{ id: text, amount: money<GBP> }}
capability bills.read(source: text) -> list<Bill> {{ queue: \"q\" }}
capability bills.file(total: money<GBP>, count: int) -> text {{ queue: \"q\" }}
runbook r \"R\" {{
  input {{ source: text, many: bool }}
  output: text
  step done \"Do it\"{head} {{
    {lines}
  }}
  return done
}}
"
    )
}

const LINES: &str = "icon: Cog
$0let bills = run bills.read(source)
let total = bills.sum(b => b.amount)
let count = bills.count()$1
emit bills.counted { total, n: count }
return run bills.file(total, count)
";

#[test]
fn lines_become_a_step_that_yields_what_is_used_behind_them() {
    insta::assert_snapshot!(made(&step("", LINES), "Extract these 3 lines into a step of their own"), @r#"
    type Bill { id: text, amount: money<GBP> }
    capability bills.read(source: text) -> list<Bill> { queue: "q" }
    capability bills.file(total: money<GBP>, count: int) -> text { queue: "q" }
    runbook r "R" {
      input { source: text, many: bool }
      output: text
      step read_bills "Read bills" {
        let bills = run bills.read(source)
        let total = bills.sum(b => b.amount)
        let count = bills.count()
        return { total, count }
      }

      step done "Do it" {
        icon: Cog
        emit bills.counted { total: read_bills.total, n: read_bills.count }
        return run bills.file(total: read_bills.total, count: read_bills.count)
      }
      return done
    }
    "#);
}

#[test]
fn the_last_value_gives_its_name_to_the_step() {
    let lines = "$0let bills = run bills.read(source)
let total = bills.sum(b => b.amount)$1
return run bills.file(total, count: 1)
";
    let made = made(&step("", lines), "Extract these 2 lines into a step of their own");
    assert!(made.contains("  step total \"Total\" {\n    let bills = run bills.read(source)\n    return bills.sum(b => b.amount)\n  }\n\n  step done"), "{made}");
    assert!(made.contains("step done \"Do it\" {\n    return run bills.file(total, count: 1)\n"), "{made}");
}

#[test]
fn lines_in_the_middle_stay_where_they_are() {
    let lines = "let bills = run bills.read(source)
$0let total = bills.sum(b => b.amount)
require total > 0 GBP else fail \"Nothing.\"$1
return run bills.file(total, count: bills.count())
";
    let made = made(&step("", lines), "Extract these 2 lines into a step of their own");
    assert!(made.contains("    let bills = run bills.read(source)\n    step part \"Part\" {\n      let total = bills.sum(b => b.amount)\n      require total > 0 GBP else fail \"Nothing.\"\n      return total\n    }\n    return run bills.file(total: part, count: bills.count())"), "{made}");
}

#[test]
fn what_may_not_run_is_not_done_before_it_is_known() {
    let made = made(
        &step(" when many", LINES).replace("return done", "return done ?? \"\""),
        "Extract these 3 lines into a step of their own",
    );
    assert!(made.contains("    icon: Cog\n    step read_bills"), "{made}");
}

#[test]
fn lines_that_end_the_step_stay() {
    for lines in [
        "$0let bills = run bills.read(source)\nreturn \"a\"$1\n",
        "let a = 1\n$0if many { skip \"no\" }$1\nreturn \"{{ a }}\"\n",
        "$0run bills.file(total: 1 GBP, count: 1)\nundo { emit gone { } }$1\n",
    ] {
        let found = fixture(&step("", lines));
        let titles: Vec<String> = actions(&found).into_iter().map(|action| action.title).collect();
        assert!(!titles.iter().any(|title| title.contains("into a step")), "{titles:?} for {lines}");
    }
}

#[test]
fn records_in_records_get_types_too() {
    let lines = "let whole$0 = { name: source, parts: [{ id: source, size: 1 }], of: { bill: 5 GBP } }
require whole.parts.count() > 0 and whole.of.bill > 0 GBP else fail \"{{ whole.name }}\"
return whole.name
";
    let made = made(&step("", lines), "Extract the type `Whole`");
    assert!(made.contains("type Parts {\n  id: text\n  size: int\n}\n\ntype Of {\n  bill: money<GBP>\n}\n\ntype Whole {\n  name: text\n  parts: list<Parts>\n  of: Of\n}\n\nrunbook"), "{made}");
    assert!(made.contains("let whole: Whole = {"), "{made}");
}

#[test]
fn what_a_rule_makes_and_what_a_step_returns_gets_a_type() {
    let lines = "let bills = run bills.read(source)
let lines$0 = bills.map(b => { id: b.id, double: b.amount * 2 })
require lines.any(l => l.double > 1 GBP) else fail \"None.\"
return \"{{ lines.count() }}\"
";
    let extracted = made(&step("", lines), "Extract the type `Lines`");
    assert!(extracted.contains("type Lines {\n  id: text\n  double: money<GBP>\n}"), "{extracted}");
    assert!(extracted.contains("let lines: list<Lines> = bills"), "{extracted}");
    let text = "runbook r \"R\" {\n  input { x: text }\n  output: text\n  step s \"S\" {\n    return { $0name: x, n: 1 }\n  }\n  require s.n > 0 else fail \"x\"\n  return s.name\n}\n";
    let returned = made(text, "Extract the type `Result`");
    assert!(returned.contains("    let result: Result = { name: x, n: 1 }\n    return result\n"), "{returned}");
}

#[test]
fn a_record_type_without_a_name_is_declared() {
    let text = "runbook r \"R\" {
  input {
    parties: list<{ name: text, home: { city: te$0xt }? }>
  }
  output: text
  step s \"S\" { return \"{{ parties.count() }}\" }
  return s
}
";
    let made = does(text, "Declare the type `Party`");
    let made = made.strip_prefix("//- main.ntro\n").unwrap();
    assert!(
        made.starts_with("type Home {\n  city: text\n}\n\ntype Party {\n  name: text\n  home: Home?\n}\n\nrunbook"),
        "{made}"
    );
    assert!(made.contains("    parties: list<Party>\n"), "{made}");
    let found = fixture(made);
    assert!(found.analysis.diagnostics("main.ntro").unwrap().is_empty(), "{made}");
}
