use crate::fixture::{fixture, ingest_at};

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
    assert_eq!(
        hover("key: id", 0, 1),
        "[key]\n```ntro\nkey: a field of the rows\n```\n\nThe field that tells the rows apart. Changes stay with their row, whatever becomes of the others.\n\nMust be there."
    );
    assert!(hover("period: period", 0, 10).ends_with("A month: `2026-03`."));
    assert!(
        hover("source: text", 1, 9).ends_with("Words of any length: `\"Flat 1\"`."),
        "{}",
        hover("source: text", 1, 9)
    );
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

fn hover_in(text: &str) -> String {
    let found = fixture(text);
    found.analysis.hover(&found.path, found.offset).unwrap().map_or_else(String::new, |hover| hover.markdown)
}

#[test]
fn a_runbook_says_what_it_takes_and_yields() {
    insta::assert_snapshot!(hover("for ingest", 0, 6));
}

#[test]
fn a_schedule_is_said_in_words() {
    let of = |schedule: &str| hover_in(&format!("workflow w {{ runbook: r, schedule: \"$0{schedule}\" }}\n"));
    assert_eq!(of("0 8 5 * *"), "At 08:00 on day 5 of every month.");
    assert_eq!(hover_in("workflow w { runbook: r, over$0lap: queue }\n").lines().nth(1), Some("overlap: skip"));
    assert!(hover_in("workflow w { runbook: r, overlap: qu$0eue }\n").ends_with("waits for its turn."));
}

#[test]
fn words_of_scenarios_mean_what_they_mean_there() {
    assert!(hover("by \"ana\"", 0, 0).ends_with("Who does it. Several people make several approvals."));
    assert!(hover("by:   accountant", 0, 0).contains("Who may decide"));
    assert!(hover("as accountant", 0, 1).ends_with("The role in which the person acts; the gate must let it."));
    assert!(hover("approve by", 0, 1).ends_with("The person approves."));
    assert!(hover("approve review", 0, 1).contains("Shows something to people"));
}

#[test]
fn a_name_of_ones_own_is_no_word_of_the_language() {
    let text = "runbook r \"R\" {\n  step s \"S\" {\n    emit a.closed { tim$0es: 3, late: 2 }\n  }\n}\n";
    assert_eq!(hover_in(text), "```ntro\ntimes: int\n```");
    assert!(hover_in(&text.replace("tim$0es", "times").replace("closed", "clo$0sed")).ends_with("what happened."));
    assert!(hover_in("type T { a: money<G$0BP> }\n").starts_with("Pound sterling"));
}
