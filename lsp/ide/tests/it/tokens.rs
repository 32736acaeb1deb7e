use crate::fixture::{INGEST, fixture};

#[test]
fn every_word_has_its_meaning() {
    let found = fixture(INGEST);
    let text = found.text("main.ntro");
    let tokens = found.analysis.semantic_tokens("main.ntro", None).unwrap();
    let shown: Vec<String> = tokens
        .iter()
        .map(|token| {
            format!(
                "{} {:?}{}",
                &text[token.span.start as usize..token.span.end as usize],
                token.kind,
                if token.modifiers.declaration { " declared" } else { "" }
            )
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
    for pair in tokens.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "in order, without overlap");
    }
    for token in &tokens {
        assert!(!text[token.span.start as usize..token.span.end as usize].contains('\n'));
    }
}

#[test]
fn a_range_gives_its_part() {
    let found = fixture(INGEST);
    let all = found.analysis.semantic_tokens("main.ntro", None).unwrap();
    let range = ntro_ide::Span::new(200, 400);
    let part = found.analysis.semantic_tokens("main.ntro", Some(range)).unwrap();
    let wanted: Vec<_> = all.into_iter().filter(|token| token.span.start < 400 && 200 < token.span.end).collect();
    assert_eq!(part, wanted);
}
