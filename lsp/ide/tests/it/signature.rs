use crate::fixture::{INGEST, fixture, ingest_at};

fn help(words: &str, inside: usize) -> String {
    let found = ingest_at(words, 0, inside);
    let Some(help) = found.analysis.signature_help(&found.path, found.offset).unwrap() else { return String::new() };
    let signature = &help.signatures[help.active];
    match help.parameter.and_then(|at| signature.parameters.get(at)) {
        Some(parameter) => format!(
            "{} -> {}",
            signature.label,
            &signature.label[parameter.span.start as usize..parameter.span.end as usize]
        ),
        None => signature.label.clone(),
    }
}

#[test]
fn a_call_says_what_it_wants() {
    assert_eq!(help("read(source)", 5), "ledger.read(source: text, limit: int) -> list<Line> -> source: text");
    assert_eq!(help("filter(l =>", 7), "filter(list<T>, T => bool) -> list<T> -> T => bool");
    assert_eq!(help("return counted", 8), "");
}

#[test]
fn a_sample_is_named_in_a_scenario() {
    let text = INGEST.replace("source: \"bank\"", "source: sample($0)");
    let found = fixture(&text);
    let help = found.analysis.signature_help(&found.path, found.offset).unwrap().unwrap();
    assert_eq!((help.signatures[0].label.as_str(), help.parameter), ("sample(path: text) -> file", Some(0)));
    let found = fixture("fn f(a: text) -> text = sample($0)\n");
    assert!(found.analysis.signature_help(&found.path, found.offset).unwrap().is_none());
}
