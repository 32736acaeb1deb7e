use ntro_ide::Span;

use crate::fixture::fixture;

const UGLY: &str =
    "type A {\n    a: text\n  bb: text\n}\n\nrunbook r \"R\" {\n  step s \"S\" {\n      fail \"x\"\n  }\n}\n";

fn edited(text: &str, edits: Vec<ntro_ide::TextEdit>) -> String {
    let mut out = text.to_owned();
    for edit in edits.into_iter().rev() {
        out.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    out
}

#[test]
fn a_file_takes_its_form() {
    let found = fixture(UGLY);
    let edits = found.analysis.format("main.ntro").unwrap();
    assert_eq!(edited(UGLY, edits), ntro_grammar::format(UGLY).unwrap());
    assert!(fixture("type A {\n a text text\n").analysis.format("main.ntro").unwrap().is_empty());
}

#[test]
fn a_range_leaves_the_rest_alone() {
    let found = fixture(UGLY);
    let at = UGLY.find("fail").unwrap() as u32;
    let edits = found.analysis.format_range("main.ntro", Span::new(at, at)).unwrap();
    let out = edited(UGLY, edits);
    assert!(out.starts_with("type A {\n    a: text"), "{out}");
    assert!(out.contains("\n    fail \"x\"\n"), "{out}");
}

#[test]
fn a_new_line_is_as_deep_as_its_block() {
    let text = "runbook r \"R\" {\n  step s \"S\" {\n\n  }\n}\n";
    let found = fixture(text);
    let at = text.find("\n\n").unwrap() as u32 + 1;
    let edits = found.analysis.format_on_type("main.ntro", at, '\n').unwrap();
    assert_eq!(edits.len(), 1);
    assert_eq!(edits[0].text, "    ");
}
