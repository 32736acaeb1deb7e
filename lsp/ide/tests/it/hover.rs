use crate::fixture::ingest_at;

fn hover(words: &str, nth: usize, inside: usize) -> String {
    let found = ingest_at(words, nth, inside);
    let hover = found.analysis.hover(&found.path, found.offset).unwrap();
    hover.map_or_else(String::new, |hover| {
        format!(
            "[{}]\n{}",
            &found.text(&found.path)[hover.span.start as usize..hover.span.end as usize],
            hover.markdown
        )
    })
}

#[test]
fn a_gate_says_who_decides_and_for_how_long() {
    insta::assert_snapshot!(hover("at review", 0, 5));
}

#[test]
fn a_field_says_its_type_and_its_documentation() {
    insta::assert_snapshot!(hover("[amount]", 0, 2));
}

#[test]
fn a_capability_is_shown_as_it_is_declared() {
    insta::assert_snapshot!(hover("run ledger.read", 0, 8));
}

#[test]
fn a_variable_has_its_inferred_type() {
    insta::assert_snapshot!(hover("let open", 0, 5));
}

#[test]
fn words_that_only_their_place_explains() {
    assert!(
        hover("show data_table", 0, 7).contains("show data_table\n```\n\n- `title`"),
        "{}",
        hover("show data_table", 0, 7)
    );
    assert_eq!(hover("key: id", 0, 1), "[key]\n```ntro\nkey: a field of the rows\n```\n\nMust be there.");
    assert!(hover("period: period", 0, 10).ends_with("A month: `2026-03`."));
    assert!(hover("source: text", 1, 9).ends_with("A text."), "{}", hover("source: text", 1, 9));
}

#[test]
fn what_is_aligned_with_other_lines_stands_alone() {
    assert!(hover("approve review", 0, 9).contains("- `by: accountant`"), "{}", hover("approve review", 0, 9));
}

#[test]
fn a_word_of_the_language_says_what_it_means() {
    insta::assert_snapshot!(hover("within 24h", 0, 2));
}

#[test]
fn a_text_is_read_with_examples() {
    insta::assert_snapshot!(hover("Lines of {{", 0, 2));
}

#[test]
fn a_function_shows_its_forms() {
    insta::assert_snapshot!(hover("open.count()", 0, 7));
}
