use crate::fixture::ingest_at;

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
